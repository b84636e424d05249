"""A patient described in a few sentences, read by the same rules as a report's own."""

from corpus.case import Case, Patient
from corpus.report import Paragraph, Reference, Report, paragraph_id
from corpus.vocabulary import Vocabulary
from ingest.cases import read_case

_VIGNETTE = "vignette"


def read_vignette(text: str, vocabulary: Vocabulary) -> Case:
    """The case of a text whose paragraphs are parted by blank lines."""
    blocks = filter(None, (block.strip() for block in text.split("\n\n")))
    # All of it is the patient's own story, in whatever shorthand.
    paragraphs = tuple(Paragraph(paragraph_id(_VIGNETTE, number), block, ("Case",)) for number, block in enumerate(blocks, start=1))
    return read_case(Report(_VIGNETTE, Reference(""), paragraphs), vocabulary)


def described_patient(case: Case) -> Patient:
    """The one who is described; a text that tells of several is about the first."""
    return case.patients[0] if case.patients else Patient(f"{_VIGNETTE}#patient1", "patient")
