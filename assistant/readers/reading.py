"""The paragraphs of the likeliest sentences, read by the scorer and again by the second reader: which of them tell what is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.question import Question
from assistant.scoring import Scorer, answering, scored, scored_text
from corpus.case import Proof
from corpus.report import Paragraph, Passage, ReportId, report_of
from corpus.store import Corpus
from corpus.text import Span

# A scorer reads the paragraphs of so many sentences, and adds at most so much. At 0.5 and 0.9 the three figures move by at most 0.01.
# Reading each sentence alone instead gives 0.846, 0.812 and 0.704 at its best, both together no more than the paragraphs: what a sentence
# speaks of stands before it.
_READ, _OF_READING = 12, 0.75
# A second reader reads the first of these paragraphs again, and adds at most so much: a gold sentence comes first for 0.90 of the own
# development part (0.87 without), 0.84 of its test part (0.78), 0.73 of natural questions over digests that it did not learn from (0.68),
# 0.70 of those over F1000 reports (0.74, n=103). At 0.2: 0.89, 0.82, 0.71, 0.73; at 1.0: 0.89, 0.84, 0.76, 0.70.
_PARAGRAPHS_AGAIN, _OF_TELLING = 6, 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer; ``place`` is where it stands among all of them.

    ``told``: how surely a second reader holds its paragraph to tell what is asked, in log-odds; None where none read it.
    """

    paragraph: Paragraph
    span: Span
    score: float
    place: int
    told: float | None = None

    @property
    def report(self) -> ReportId:
        return report_of(self.paragraph.id)

    @property
    def proof(self) -> Proof:
        return Proof(self.paragraph.id, self.span.start, self.span.end, self.span.text)


class Reading:
    """Weighs sentences by what two readers say of their paragraphs; either may be missing."""

    def __init__(self, corpus: Corpus, scorer: Scorer | None, second: Scorer | None) -> None:
        self._corpus = corpus
        self._scorer = scorer
        self._second = second

    def read(self, question: Question, ranked: Sequence[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
        """The first sentences in the order that they have when a scorer reads their paragraphs, each below its title and heading."""
        if self._scorer is None or not ranked:
            return list(ranked)
        head = ranked[:_READ]
        titles = self._corpus.catalog.references({one.report for one in head})
        texts = {one.paragraph.id: scored(titles[one.report].title, one.paragraph.section, one.paragraph.text) for one in head}
        # A passage of one paragraph has been read as just this text.
        known = {scored_text(one): one.answers for one in passages if one.answers is not None}
        new = sorted(set(texts.values()) - known.keys())
        if new:
            known |= zip(new, map(float, answering(self._scorer.relevance(question.text, new))), strict=True)
        read = [replace(one, score=one.score + _OF_READING * known[texts[one.paragraph.id]]) for one in head]
        read = self._read_again(question, sorted(read, key=best_first), texts)
        return sorted([*read, *ranked[_READ:]], key=best_first)

    def _read_again(self, question: Question, ranked: Sequence[Candidate], texts: Mapping[str, str]) -> list[Candidate]:
        """The sentences with what a second reader says of their paragraphs, the first ``_PARAGRAPHS_AGAIN`` of them."""
        if self._second is None:
            return list(ranked)
        again = list(dict.fromkeys(one.paragraph.id for one in ranked))[:_PARAGRAPHS_AGAIN]
        found = self._second.relevance(question.text, [texts[one] for one in again])
        told = dict(zip(again, map(float, found), strict=True))
        likely = dict(zip(again, map(float, answering(found)), strict=True))
        return [
            replace(one, score=one.score + _OF_TELLING * likely.get(one.paragraph.id, 0.0), told=told.get(one.paragraph.id))
            for one in ranked
        ]


def spread(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence of each paragraph before the others: two places to look are worth more than two sentences of one."""
    first: dict[str, Candidate] = {}
    for one in ranked:
        first.setdefault(one.paragraph.id, one)
    return list(dict.fromkeys([*first.values(), *ranked]))


def best_first(one: Candidate) -> tuple[float, int]:
    return (-one.score, one.place)
