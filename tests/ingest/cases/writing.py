"""Small reports written for the tests, and short ways to look at what was read out of them."""

from corpus.case import Case, TherapyOutcome
from corpus.report import Paragraph, Reference, Report, paragraph_id
from corpus.vocabulary import Vocabulary
from ingest.cases import read_case

Row = tuple[str, str | None, str]


def report(*parts: tuple[str, str], title: str = "Calcinosis in a patient with dermatomyositis") -> Report:
    """A report of (heading, paragraph) pairs."""
    paragraphs = tuple(Paragraph(paragraph_id("r", number), text, (heading,)) for number, (heading, text) in enumerate(parts, start=1))
    return Report("r", Reference(title=title), paragraphs)


def case(
    vocabulary: Vocabulary, *texts: str, heading: str = "Treatment", title: str = "Calcinosis in a patient with dermatomyositis"
) -> Case:
    return read_case(report(*((heading, text) for text in texts), title=title), vocabulary)


def own(found: Case) -> list[Row]:
    """(therapy, target, outcome) of what was given to the report's own patients."""
    return [(row.therapy, row.target, row.outcome) for row in found.therapies if row.subject == "own" and row.status == "given"]


def row_of(found: Case, therapy: str) -> TherapyOutcome:
    (row,) = [row for row in found.therapies if row.therapy == therapy]
    return row
