"""What one answer is worth: citations, facts and the decision to answer at all. Undefined is None, never 0.

Definitions, for one question:

- ``gold_hit``: share of the gold groups of which at least one unit is cited; an abstention on an answerable question cites nothing, 0.
- ``citation_precision``: cited units that stand in any gold group / all cited units, each unit once; None where nothing is cited.
- ``statement_precision``: statements with a citation in any gold group / statements with a citation; it lets a statement cite its
  patient's paragraph beside the gold one, which ``citation_precision`` does not.
- ``quote_exactness``: citations with ``paragraph.text[start:end] == quote`` in the catalogue / all citations; None where there are none.
- ``numbers_proved``: cited statements all of whose numbers stand in the paragraphs they cite / cited statements that hold a number.
- ``facts_found``: share of the required facts of which one spelling is said; 0 for an abstention; None where no fact is required.
- ``forbidden_said``: 1 where any forbidden thing is said, else 0; None where nothing is forbidden.
- ``token_f1``: F1 over words between the answer and the nearest spelling of its one required fact (Rajpurkar et al. 2016); None where a
  question requires more or nothing. A whole sentence around a right number scores low: compare it between readers, not with 1.
- ``citation_recall_alce``, ``citation_precision_alce``: see evals/alce.py.
- ``decision_right``: 1 where an answerable question is answered or an unanswerable one refused, else 0.
- ``wrong_refusal``: 1 where an answerable question is refused, else 0; None for an unanswerable one.
- ``false_answer``: 1 where an unanswerable question is answered, else 0; None for an answerable one.

What a system that prints no citations would have to cite is None, not 0.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from assistant.answer import Answer, Citation, Statement
from corpus.quantities import quantities, unproved
from corpus.report import Paragraph, ParagraphId
from corpus.text import tokens, words
from evals.datasets import Level
from evals.golds import Resolved, Unit
from evals.intervals import Estimate, statistic_estimate
from evals.ranking import groups_met

Scores = Mapping[str, float | None]

_LETTER_DIGIT = re.compile(r"\b([a-z]{1,4})-(\d{1,3})\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper cent\b")


def score_answer(
    answer: Answer, gold: Resolved, paragraphs: Mapping[ParagraphId, Paragraph], level: Level, *, cites: bool = True
) -> Scores:
    """All scores of one answer; ``paragraphs`` are those that the catalogue holds of the cited ones."""
    citing = _citing(answer, gold, paragraphs, level) if cites else dict.fromkeys(CITING)
    return citing | _saying(answer, gold) | _deciding(answer, gold)


def _citing(answer: Answer, gold: Resolved, paragraphs: Mapping[ParagraphId, Paragraph], level: Level) -> dict[str, float | None]:
    citations = citations_of(answer)
    cited = {unit_of(citation, level) for citation in citations}
    return {
        "gold_hit": groups_met(gold.groups, cited) if gold.groups else None,
        "citation_precision": len(cited & gold.units) / len(cited) if cited and gold.groups else None,
        "statement_precision": _mean(_on_gold(answer, gold.units, level)) if gold.groups else None,
        "quote_exactness": _mean([is_exact(citation, paragraphs) for citation in citations]),
        "numbers_proved": _mean([numbers_stand(one, paragraphs) for one in _shown(answer) if one.citations and quantities(_claim(one))]),
    }


CITING = ("gold_hit", "citation_precision", "statement_precision", "quote_exactness", "numbers_proved")


def _saying(answer: Answer, gold: Resolved) -> dict[str, float | None]:
    said, question = " ".join(statement.text for statement in _shown(answer)), gold.question
    return {
        "facts_found": _mean([any(says(said, spelling) for spelling in fact) for fact in question.facts]),
        "forbidden_said": float(any(says(said, wrong) for wrong in question.forbidden)) if question.forbidden else None,
        "token_f1": max(token_f1(said, spelling) for spelling in question.facts[0]) if len(question.facts) == 1 else None,
    }


def _deciding(answer: Answer, gold: Resolved) -> dict[str, float | None]:
    question = gold.question
    return {
        "decision_right": float(answer.abstained != question.answerable),
        "wrong_refusal": float(answer.abstained) if question.answerable else None,
        "false_answer": None if question.answerable else float(not answer.abstained),
    }


def _on_gold(answer: Answer, units: frozenset[Unit], level: Level) -> list[bool]:
    """For each cited statement, whether it cites any of the units."""
    cited = [one.citations for one in _shown(answer) if one.citations]
    return [any(unit_of(citation, level) in units for citation in citations) for citations in cited]


def citations_of(answer: Answer) -> list[Citation]:
    """Every citation that was shown; an abstention shows none."""
    return [citation for statement in _shown(answer) for citation in statement.citations]


def _shown(answer: Answer) -> Sequence[Statement]:
    return () if answer.abstained else answer.statements


def unit_of(citation: Citation, level: Level) -> Unit:
    return citation.report_id if level == "report" else citation.paragraph_id


def is_exact(citation: Citation, paragraphs: Mapping[ParagraphId, Paragraph]) -> bool:
    """Whether the quote stands where the citation says, in the catalogue's own text."""
    paragraph = paragraphs.get(citation.paragraph_id)
    return paragraph is not None and bool(citation.quote) and paragraph.text[citation.start : citation.end] == citation.quote


def numbers_stand(statement: Statement, paragraphs: Mapping[ParagraphId, Paragraph]) -> bool:
    """Whether every number of a statement stands in the paragraphs it cites, with its unit or without one ("a woman of 54")."""
    held = (paragraphs[name] for name in dict.fromkeys(one.paragraph_id for one in statement.citations) if name in paragraphs)
    source = "\n".join(paragraph.text for paragraph in held)
    alone = {one.value for one in quantities(source) if not one.unit}
    return all(one.bare in alone for one in unproved(_claim(statement), source))


def _claim(statement: Statement) -> str:
    """The statement without the names of the reports it cites: the year in "(Shahani 2012)" is no figure to be proved."""
    text = statement.text
    for citation in statement.citations:
        text = text.replace(f"({citation.reference.label})", " ")
    return text


def token_f1(said: str, wanted: str) -> float:
    """Harmonic mean of the shares of words that two texts have in common, each word as often as it comes in both."""
    one, other = Counter(folded(said)), Counter(folded(wanted))
    common = (one & other).total()
    return 2 * common / (one.total() + other.total()) if common else 0.0


def says(text: str, spelling: str) -> bool:
    """Whether a text holds a spelling as whole words: ``119`` is not in ``1190`` nor in ``119.5``; inflection and print do not count.

    Words only: ``not improved`` says ``improved``; a gold that minds must spell out more.
    """
    there, wanted = folded(text), folded(spelling)
    return any(there[start : start + len(wanted)] == wanted for start in range(len(there) - len(wanted) + 1)) if wanted else False


def folded(text: str) -> list[str]:
    """Words and whole numbers in order, stop words kept, stemmed; ``95%`` is two of them and ``1,190`` is ``1190``."""
    opened = _PERCENT.sub(" percent ", _LETTER_DIGIT.sub(r"\1\2", text))
    return [(tokens(word) or [word])[0] for word in words(opened)]


def refusal_estimates(answers: Sequence[tuple[bool, bool]]) -> dict[str, Estimate]:
    """Refusing as a classifier over a whole set, from (answerable, refused) of each question.

    ``precision``: refusals that were right / all; ``recall``: unanswerable questions refused / all of them; ``balanced_accuracy``: mean of
    the shares of unanswerable refused and answerable answered, so that a system that always answers, or never, scores 0.5.
    """
    answerable, refused = (np.array(column, dtype=bool) for column in (zip(*answers, strict=True) if answers else ((), ())))
    found = {name: statistic_estimate(one, answerable, refused) for name, one in _REFUSAL.items()}
    counted = {"precision": int(refused.sum()), "recall": int((~answerable).sum()), "balanced_accuracy": len(answers)}
    return {name: replace(estimate, n=counted[name]) for name, estimate in found.items()}


Flags = npt.NDArray[np.bool_]
Figures = npt.NDArray[np.float64]


def _precision(answerable: Flags, refused: Flags) -> Figures:
    return _ratio(refused & ~answerable, refused)


def _recall(answerable: Flags, refused: Flags) -> Figures:
    return _ratio(refused & ~answerable, ~answerable)


def _balanced(answerable: Flags, refused: Flags) -> Figures:
    return (_recall(answerable, refused) + _ratio(answerable & ~refused, answerable)) / 2


def _ratio(part: Flags, whole: Flags) -> Figures:
    """Of counts along the last axis; NaN where the whole is empty."""
    counted, of = part.sum(axis=-1).astype(float), whole.sum(axis=-1).astype(float)
    shares: Figures = np.divide(counted, of, out=np.full_like(counted, np.nan), where=of > 0)
    return shares


_REFUSAL = MappingProxyType({"precision": _precision, "recall": _recall, "balanced_accuracy": _balanced})


def _mean(values: Sequence[bool | float]) -> float | None:
    return sum(values) / len(values) if values else None
