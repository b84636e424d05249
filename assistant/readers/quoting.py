"""Sentences that answer, quoted as they stand: chosen from the passages by what is asked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.citations import Draft
from assistant.question import Aspect, Question
from assistant.terms import TermWeights
from corpus.case import Proof
from corpus.quantities import quantities
from corpus.report import Paragraph, Passage
from corpus.text import Span, sentences, tokens

MAX_QUOTES = 3
# A sentence is quoted beside the best one only where it answers nearly as well.
_NEARLY = 0.85
# How much the passage's own rank says about its sentences; at 0 the right sentence of the wrong patient wins, at 1 the first
# sentence of the right passage does.
_PASSAGE_WEIGHT = 0.35
_ASPECT_BONUS = 0.25
_LOOKED_AT = 6

_AFTER_SECTION = re.compile(r"outcome|follow|course|result|response|treatment|management", re.IGNORECASE)
_AFTER_WORDS = re.compile(
    r"\b(?:reduced|fell|dropped|decreased|normali[sz]ed|returned|improved|after|following|declined|rose to|to \d)", re.IGNORECASE
)
_DURATION_UNITS = frozenset({"day", "month", "cycle", "hour", "minute"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    paragraph: Paragraph
    span: Span
    score: float
    place: int


def quote(question: Question, passages: Sequence[Passage], terms: TermWeights) -> list[Draft]:
    """The sentences that answer best, in the order they stand; empty where none shares the question's words."""
    found = sorted(_candidates(question, passages[:_LOOKED_AT], terms), key=lambda one: (-one.score, one.place))
    if not found:
        return []
    kept = [one for one in found if one.score >= _NEARLY * found[0].score][:MAX_QUOTES]
    return [_draft(one) for one in sorted(kept, key=lambda one: one.place)]


def _candidates(question: Question, passages: Sequence[Passage], terms: TermWeights) -> Iterable[_Candidate]:
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        for paragraph in passage.paragraphs:
            heading = {token for name in paragraph.section for token in tokens(name)}
            for span in sentences(paragraph.text):
                if span.text not in passage.text or (paragraph.id, span.start) in seen:
                    continue
                seen.add((paragraph.id, span.start))
                overlap = terms.share(set(tokens(span.text)), heading)
                if overlap > 0:
                    score = overlap + _PASSAGE_WEIGHT * passage.score + _bonus(question, paragraph, span.text)
                    yield _Candidate(paragraph, span, score, len(seen))


def _bonus(question: Question, paragraph: Paragraph, sentence: str) -> float:
    """What is asked for shows: a dose or value has a figure, a duration a time, an end value stands where the end is told."""
    bonus = 0.0
    units = {quantity.unit.split("/")[0] for quantity in quantities(sentence)}
    if question.aspects & {Aspect.DOSE, Aspect.VALUE} and units:
        bonus += _ASPECT_BONUS
    if Aspect.DURATION in question.aspects and units & _DURATION_UNITS:
        bonus += _ASPECT_BONUS
    if Aspect.AFTER in question.aspects:
        bonus += _ASPECT_BONUS * (bool(_AFTER_WORDS.search(sentence)) + bool(_AFTER_SECTION.search(" ".join(paragraph.section)))) / 2
    return bonus


def _draft(one: _Candidate) -> Draft:
    return Draft(one.span.text, (Proof(one.paragraph.id, one.span.start, one.span.end, one.span.text),))
