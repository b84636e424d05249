"""Not knowing, said usefully: when nothing in the library can answer, what was searched and what is nearest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from assistant.answer import Abstention, Citation, EvidenceRow, Nearest
from assistant.premises import Objection
from assistant.question import Question
from assistant.terms import TermWeights, together
from corpus.report import Passage
from corpus.store import Corpus
from corpus.text import tokens
from corpus.vocabulary import Entity, Vocabulary

# Share of the question's rarity-weighted words that the best passages must hold before anything is read from them: a floor for
# every reader, low because the extractive reader decides by more than this.
MIN_COVERAGE = 0.25
_NEAREST = 3
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence as the answer, each 0..1: the share of the question's words in its report and in itself, and how far
    it holds what is asked for; and against it: the share of the weightiest word its report lacks. ``answers``: how likely a scorer holds
    the best passage of its report to answer; ``told``, in log-odds: how likely a second reader holds its paragraph to tell what is asked.
    Both None where none read it."""

    covered: float
    own: float
    fit: float
    missing: float
    answers: float | None = None
    told: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over signals, and the chance from which a sentence is shown; they move together."""

    constant: float
    of: Signals
    threshold: float

    def chance(self, signals: Signals) -> float:
        worth = ((getattr(signals, one.name), getattr(self.of, one.name)) for one in fields(Signals))
        return 1 / (1 + math.exp(-self.constant - sum(value * weight for value, weight in worth if value is not None and weight)))


# Logistic regression on the development part of the own evaluation set (208 questions that reach it, 25 of them without an answer;
# area under the curve 0.92 in five-fold cross-validation). At the threshold 4 % of the answerable ones are refused and 68 % of
# the others.
WITHOUT_SCORER = Weights(-3.2, Signals(covered=5.64, own=0.8, fit=1.88, missing=-3.42), 0.28)
# The scorer's word beside these (197 development questions that reach it, 18 of them without an answer): area under the curve 0.941 with
# weight 2, 0.921 without. On 370 natural questions over reports that nothing was learned from, 119 of them near misses, the area is 0.59
# either way: those are told by how they are worded (assistant/wording.py), by what they take for granted (assistant/premises.py) and by
# what an answer must hold (answer_types.leaves_open). Beside these the threshold is low: from 0.19 to 0.13, of 188 answered natural
# questions 8 fewer are refused and of 97 others 3 more are answered; on the development part one more is answered of either kind.
WITH_SCORER = Weights(-4.2, Signals(covered=5.64, own=0.8, fit=1.88, missing=-3.42, answers=2.0), 0.13)
# With a second reader's word on the paragraph, in log-odds. Over questions that it did not learn from, area under the curve of its word
# alone and of all signals before it: natural questions 0.727 and 0.641 (n=346), F1000 reports 0.724 and 0.679 (n=147), own development part
# 0.939 and 0.974 (n=183). The weight, the threshold, the share in readers/reading.py and the weight in wording.py are the middle of a grid
# over these three and SQuAD's held-back articles (n=444; weights 0 to 2, thresholds 0.1 to 0.2): of 127 natural questions that nothing
# answers 52 % get a sentence instead of 64 %, no more of 269 answered ones are refused (14 %), and SQuAD is divided at 0.63 as before.
WITH_SECOND = Weights(-4.2, Signals(covered=5.64, own=0.8, fit=1.88, missing=-3.42, answers=2.0, told=0.9), 0.09)


def weights_for(signals: Signals) -> Weights:
    if signals.answers is None:
        return WITHOUT_SCORER
    return WITH_SCORER if signals.told is None else WITH_SECOND


def chance(signals: Signals) -> float:
    """How likely a sentence is an answer (0..1)."""
    return weights_for(signals).chance(signals)


def may_answer(signals: Signals) -> bool:
    """Whether a sentence of which this is known is shown."""
    return chance(signals) >= weights_for(signals).threshold


class Abstainer:
    """Decides before reading whether the library can hold the answer at all."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary

    def before_reading(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Abstention | None:
        """An abstention where the library is empty, lacks what is asked about, or nothing found is near enough."""
        searched = self._corpus.catalog.count(question.filters)
        if not searched:
            return self._empty(question)
        if not (question.content or question.entities or question.about_therapy or question.people or question.filters):
            return self._say("not_answered", "The question names nothing to look for: no therapy, finding or patient.", searched, ())
        missing = self._missing(question, passages)
        if missing:
            named = " or ".join(missing)
            return self._say("not_in_library", f"No report in this library names {named}.", searched, _nearest(passages), tuple(missing))
        if not rows and self.coverage(question, passages) < MIN_COVERAGE:
            return self._say(
                "not_answered", "Nothing in this library answers this.", searched, _nearest(passages), self._unknown_words(question)
            )
        return None

    def after_reading(
        self, question: Question, passages: Sequence[Passage], untold: Sequence[Citation] = (), *, unproved: bool
    ) -> Abstention:
        """For when the reader had nothing to say, only that a report does not tell it (``untold``), or nothing that could be proved."""
        searched = self._corpus.catalog.count(question.filters)
        if unproved:
            return self._say("nothing_supported", "No answer could be proved from this library.", searched, _nearest(passages))
        if untold:
            said = untold[0]
            home = Nearest(said.report_id, self._corpus.catalog.paragraphs([said.paragraph_id])[said.paragraph_id], said.reference)
            lead = f"This is not reported: {said.reference.label} says “{said.quote}”"
            return self._say("not_answered", lead, searched, _first(home, passages))
        return self._say("not_answered", "Nothing in this library answers this.", searched, _nearest(passages))

    def objecting(self, question: Question, passages: Sequence[Passage], objection: Objection) -> Abstention:
        """For when the question takes something for granted that the report it describes does not tell, or tells otherwise."""
        searched, report = self._corpus.catalog.count(question.filters), objection.report
        home = objection.paragraph or next((one.best for one in passages if one.report_id == report.id), report.paragraphs[0])
        said = f"{report.reference.label} {objection.words}"
        said = said if said.endswith((".", ".”")) else f"{said}."
        nearest = _first(Nearest(report.id, home, report.reference), passages)
        # Who asks whether takes nothing for granted.
        if question.yes_or_no:
            return self._say("not_answered", said, searched, nearest)
        return self._say("false_premise", f"The question takes for granted what its report does not say: {said}", searched, nearest)

    def coverage(self, question: Question, passages: Sequence[Passage]) -> float:
        """Share of the question's words, weighted by rarity, that stand in the best three passages together (0..1)."""
        terms = TermWeights(question, self._corpus.lexical, self._vocabulary)
        if not terms or not passages:
            return 1.0 if passages else 0.0
        return terms.share(together(terms.held(_readable(passage)) for passage in passages[:3]))

    def _missing(self, question: Question, passages: Sequence[Passage]) -> list[str]:
        """Asked-for things that no report names. Of several therapies one that is named is enough ("rituximab or denosumab?").

        What a passage names need not be looked for in the whole library.
        """
        unknown = [one for one in question.entities if not self._named(one, [each.text for each in passages]) and not self._holds(one)]
        if any(entity not in unknown for entity in question.therapies):
            unknown = [entity for entity in unknown if entity.kind != "therapy"]
        return [entity.name for entity in unknown]

    def _holds(self, entity: Entity) -> bool:
        """Whether any chunk names the thing, under any of its names."""
        weights = dict.fromkeys((token for form in (entity.name, *self._vocabulary.expand(entity)) for token in tokens(form)), 1.0)
        hits = self._corpus.lexical.search(weights, _LOOKED_AT)
        chunks = self._corpus.catalog.chunks(hit.chunk_id for hit in hits)
        return self._named(entity, [chunks[hit.chunk_id].index_text for hit in hits if hit.chunk_id in chunks])

    def _named(self, entity: Entity, texts: Sequence[str]) -> bool:
        return any(self._vocabulary.names_among(text, frozenset({entity.name})) for text in texts)

    def _unknown_words(self, question: Question) -> tuple[str, ...]:
        words = question.text.replace("?", " ").split()
        return tuple(word for word in words if tokens(word) and not any(self._corpus.lexical.knows(token) for token in tokens(word)))

    def _empty(self, question: Question) -> Abstention:
        if question.filters and self._corpus.catalog.count():
            return Abstention("not_in_library", "No report in this library passes the filters; widen them and ask again.", 0)
        return Abstention("empty_library", "This library is empty. Add reports with `casebook ingest PATH`, or drop files on the page.", 0)

    def _say(self, reason: str, lead: str, searched: int, nearest: tuple[Nearest, ...], missing: tuple[str, ...] = ()) -> Abstention:
        reports = f"{searched} report{'' if searched == 1 else 's'}"
        tail = f" Nearest: {'; '.join(dict.fromkeys(one.reference.title for one in nearest))}." if nearest else ""
        return Abstention(reason, f"{lead} Searched {reports}.{tail}", searched, missing, nearest)  # type: ignore[arg-type]


def _readable(passage: Passage) -> str:
    sections = " ".join(" ".join(paragraph.section) for paragraph in passage.paragraphs)
    return f"{passage.reference.title} {sections} {passage.text}"


def _nearest(passages: Sequence[Passage]) -> tuple[Nearest, ...]:
    """The best paragraph of each of the nearest reports."""
    best: dict[str, Nearest] = {}
    for passage in passages:
        best.setdefault(passage.report_id, Nearest(passage.report_id, passage.best, passage.reference))
    return tuple(best.values())[:_NEAREST]


def _first(home: Nearest, passages: Sequence[Passage]) -> tuple[Nearest, ...]:
    """One paragraph, and the nearest of the other reports."""
    return (home, *(one for one in _nearest(passages) if one.report_id != home.report_id))[:_NEAREST]
