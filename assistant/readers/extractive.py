"""The reader that needs no model: it tells therapy rows in prose and quotes sentences as they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import EvidenceRow
from assistant.answer_types import leaves_open
from assistant.asked_outcome import AskedOutcome, asked_way
from assistant.citations import Draft
from assistant.clauses import ClauseReader
from assistant.conversation import without_carried
from assistant.question import Aspect, Question
from assistant.readers.quoting import Quoter
from assistant.readers.rows import RowTeller, asks_outcome
from assistant.scoring import Scorer
from assistant.untold import told_part
from corpus.case import Fact, Proof
from corpus.report import Passage, report_of
from corpus.store import Corpus
from corpus.text import sentences
from corpus.vocabulary import Vocabulary

# What stands before "188.6 mg/day" where no single patient took just that.
_MEAN = re.compile(r"\b(?:mean|average|median)\b[^.;,]{0,40}$", re.IGNORECASE)


class ExtractiveReader:
    """Answers with nothing but what the reports print.

    A question about therapies in general, or over several reports, is told from the rows; one that describes a report is answered in
    that report's words.
    """

    name = "extractive"

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, scorer: Scorer | None = None, second: Scorer | None = None) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary
        self._clauses = ClauseReader(vocabulary)
        self._quoter = Quoter(corpus, vocabulary, scorer, second)

    def read(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:
        asked = AskedOutcome(question, self._clauses)
        aimed = [] if question.asks_why and asked.way is None else asked.aimed_at(rows)
        if asks_outcome(question):
            aimed = [row for row in aimed if row.row.outcome != "not_reported" or row.row.status != "given"]
        several = self._of_that_age(question, aimed)
        general = not question.specific or Aspect.LIST in question.aspects or bool(several)
        aimed = several or aimed
        drafts = self._tell(question, passages, aimed) if aimed and general else self._quoted(question, passages, rows, aimed)
        told = list(drafts)
        said = " ".join(told_part(one.text) for one in told)
        # Whether something is so is answered by what says nothing of the kind, too.
        if question.yes_or_no or any(one.untold for one in told) or not leaves_open(without_carried(question.text), said, self._vocabulary):
            yield from told
        else:
            yield from [replace(one, untold=True) for one in told if told_part(one.text) != one.text]

    def _quoted(
        self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow], aimed: Sequence[EvidenceRow]
    ) -> Iterator[Draft]:
        quotes = self._quoter.quote(question, passages, rows)
        # Of a report that is called by name its rows say what no single sentence does.
        described = aimed if not quotes and question.filters.report_ids else _of_the_described(question, quotes, aimed)
        yield from self._tell(question, passages, described) if described else quotes

    def _of_that_age(self, question: Question, rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
        """The rows of all patients of an age where nothing else is told of the one meant; of one alone where therapies are asked for."""
        if not question.only_age:
            return []
        cases = self._corpus.catalog.cases(row.report_id for row in rows)
        meant = {who.id for case in cases for who in case.patients if who.age and who.age.value == question.only_age}
        found = [row for row in rows if row.row.patient_id in meant]
        several = len({row.row.patient_id for row in found}) > 1
        return found if several or Aspect.THERAPIES in question.aspects else []

    def _tell(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:
        cases = self._corpus.catalog.cases(row.report_id for row in rows)
        patients = {patient.id: patient for case in cases for patient in case.patients}
        order: dict[str, int] = {}
        for passage in passages:
            order.setdefault(passage.report_id, len(order))
        yield from RowTeller(patients, self._clauses, self._sentence_of).tell(question, self._with_means(rows), order)

    def _sentence_of(self, proof: Proof) -> Proof:
        """The whole sentence that a proof stands in."""
        text = self._corpus.catalog.paragraphs([proof.paragraph_id])[proof.paragraph_id].text
        found = next((one for one in sentences(text) if one.start <= proof.start and proof.end <= one.end), None)
        return Proof(proof.paragraph_id, found.start, found.end, found.text) if found else proof

    def _with_means(self, rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
        """Rows whose dose or duration is a mean of several patients say so."""
        facts = [fact for row in rows for fact in (row.row.dose, row.row.duration) if fact]
        texts = self._corpus.catalog.paragraphs(fact.proof.paragraph_id for fact in facts)

        def told(fact: Fact | None) -> Fact | None:
            found = fact and _MEAN.search(texts[fact.proof.paragraph_id].text[: fact.proof.start])
            return replace(fact, value=f"{fact.value} on average") if fact and found else fact

        return [replace(row, row=replace(row.row, dose=told(row.row.dose), duration=told(row.row.duration))) for row in rows]


def _of_the_described(question: Question, quotes: Sequence[Draft], rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Where it is asked which therapies failed, or helped, in one patient: the rows of the one report that answers."""
    if Aspect.THERAPIES not in question.aspects or asked_way(question.text) is None:
        return []
    reports = {report_of(proof.paragraph_id) for quote in quotes for proof in quote.proofs}
    return [row for row in rows if reports == {row.report_id}]
