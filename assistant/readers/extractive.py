"""The reader that needs no model: it tells therapy rows in prose and quotes sentences as they stand."""

from collections.abc import Iterator, Sequence

from assistant.answer import EvidenceRow
from assistant.asked_outcome import AskedOutcome
from assistant.citations import Draft
from assistant.clauses import ClauseReader
from assistant.question import Aspect, Question
from assistant.readers.quoting import Quoter
from assistant.readers.rows import RowTeller
from corpus.report import Passage
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary


class ExtractiveReader:
    """Answers with nothing but what the reports print.

    A question about therapies in general, or over several reports, is told from the rows; one that describes a report is answered in
    that report's words.
    """

    name = "extractive"

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._clauses = ClauseReader(vocabulary)
        self._quoter = Quoter(corpus, vocabulary)

    def read(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:
        aimed = AskedOutcome(question, self._clauses).aimed_at(rows)
        if aimed and (not question.specific or Aspect.LIST in question.aspects):
            yield from self._tell(question, passages, aimed)
        else:
            yield from self._quoter.quote(question, passages, rows)

    def _tell(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:
        cases = self._corpus.catalog.cases(row.report_id for row in rows)
        patients = {patient.id: patient for case in cases for patient in case.patients}
        order: dict[str, int] = {}
        for passage in passages:
            order.setdefault(passage.report_id, len(order))
        yield from RowTeller(patients, self._clauses).tell(question, rows, order)
