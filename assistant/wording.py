"""How a question's wording and a sentence's part ways: what a near miss changes of the sentence that it was made from.

A question that nothing answers may repeat a sentence nearly word for word, with another name or year in it, a negation put in,
or an opposite; or it asks when, where the sentence tells no time.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.conversation import without_carried
from assistant.question import asking
from corpus.text import normalise, tokens, words

_OPPOSITES = Path(__file__).with_name("opposites.yaml")
_DENIES = re.compile(
    r"n't\b|\b(?:not|no|never|cannot|neither|nor|none|without|unable|except|fail(?:s|ed)? to"
    r"|preclud\w+|contraindicat\w+|prevent(?:s|ed)|ruled out)\b"
)
# What else a sentence may say for "without" and "not".
_ALSO_DENIES = re.compile(r"\bfree (?:of|from)\b|\babsen(?:t|ce)\b|\black(?:s|ed|ing)?\b|\bspared\b|\bnegative\b|\bun(?=[a-z]{4})")
_DENIES_NOTHING = re.compile(
    r"\bor not\b|\bwhy not\b|\bnot only\b|\bno (?:longer|more|less) than\b"
    r"|\bwith(?:out)? (?:and|or|vs\.?|versus) with(?:out)?\b|\bw/o?\b"
    # "than in those without" names the other group.
    r"|\b(?:compared (?:with|to)|than|versus|vs\.?|from)\b[^?.;]{0,40}?\bwithout\b"
)
# Proper names, no abbreviations: those are printed in many ways.
_NAME = re.compile(r"(?<=[\w,;)'\u2019] )[A-Z][a-z][\w\u2019'-]+")
# How old somebody is tells whom a question is about.
_AGE = re.compile(
    r"\b\d{1,3}[- ]?(?:years?|yrs?|months?|weeks?|y)?[- /]?(?:olds?|o)\b|\b\d{1,3}[- ](?:years?|months?|weeks?)(?= [a-z])"
    r"|\baged? (?:of )?\d{1,3}\b|\b\d0s\b|\b\d{1,3} ?[fm]\b",
    re.IGNORECASE,
)
# "n=54", "the 215-patient cohort": which group a question is about.
_COHORT = re.compile(
    r"\bn ?= ?\d+"
    r"|\b\d+[ -](?:\w+ )?(?:subj\w*|patients?|cases?|child(?:ren)?|kids|people|persons?|wom[ae]n|m[ae]n|limbs?|controls?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|half|third"
    r"|quarter|once|twice|several|few|many|most|all|both|every|each|no|none|never|century|decades?)\b"
    r"|\b(?:an?|one|the same|next) (?:hour|day|week|month|year)s?\b"
)
_HOW_MANY = re.compile(r"\bhow (?:many|much|often|long|old|large|big|tall|high|wide)\b|\bpercent\w*|\bwhat (?:proportion|share|number)\b")
_WHEN = re.compile(r"\bwhen (?:did|was|were|is|are|do|does|had|has|have|will)\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b")
_TIME = re.compile(r"\b(?:after|before|during|since|until|till|when|while|once|following|then|later|earlier|by)\b")
_PREFIX = re.compile(r"^(?:un|in|im|ir|il|dis|non|mis)(?=[a-z]{4})")


# Below this chance a scorer's word counts against a sentence. At 0.1, 0.15 and 0.2, of 71 SQuAD questions close to a sentence, it doubts
# 1, 1 and 3 that are answered and 8, 10 and 10 that are not.
DOUBTED = 0.2


@dataclass(frozen=True, slots=True)
class Wording:
    """What a question says and a sentence does not, each 0 or 1 but the last.

    ``denied``: only the question denies; ``opposite``: a word of one is the opposite of a word of the other; ``name_moved`` and
    ``figure_moved``: a name or figure that the sentence lacks and another sentence of its paragraph has; ``name_new`` and ``figure_new``:
    one that its whole paragraph lacks; ``lacks``: it asks how many or when, and the sentence tells neither;
    ``doubted``: how far (0..1) a scorer's chance that its passage answers stays below DOUBTED; 0 where none read it.
    """

    denied: float = 0.0
    opposite: float = 0.0
    name_moved: float = 0.0
    name_new: float = 0.0
    figure_moved: float = 0.0
    figure_new: float = 0.0
    lacks: float = 0.0
    doubted: float = 0.0


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A logistic regression over how a question's wording parts from the best sentence, and the chance from which that is no answer.

    A sign weighs as much as the question otherwise repeats the sentence (``closeness``, 0..1): who asks in words of their own says nothing
    by a word that is not there. ``told`` weighs what a second reader says of the paragraph, in log-odds, however it is worded.
    """

    constant: float
    of: Wording
    threshold: float
    told: float = 0.0

    def chance(self, wording: Wording, closeness: float, told: float | None = None) -> float:
        """How likely the question changes what the sentence says (0..1)."""
        worth = sum(getattr(wording, one.name) * getattr(self.of, one.name) for one in fields(Wording))
        return 1 / (1 + math.exp(-self.constant - closeness * worth - self.told * (told or 0.0)))

    def found(self, wording: Wording, closeness: float, told: float | None = None) -> bool:
        """What a sentence says word for word, it does not miss by a model's doubt alone."""
        parts = closeness < 1 or replace(wording, doubted=0.0) != Wording()
        return parts and self.chance(wording, closeness, told) >= self.threshold


# First fitted (``python -m evals.refusing fit``) on 384 questions of our own sets and SQuAD's train articles; names and opposites weigh
# less since, and the scorer's doubt more, by grids over 935 questions of SQuAD (every sixth, twice), 285 and 199 natural ones over two
# libraries and the 231 of the development part, all in view: SQuAD is divided at a balanced accuracy of 0.620 with 10.5 % of its answered
# questions refused, and 3 of 185 answered development questions are. At a threshold of 0.45 SQuAD is at 0.57. Those are without a second
# reader; the weight of its word is from the grid told of at abstention.WITH_SECOND.
NEAR_MISS = NearMiss(
    -1.24,
    Wording(denied=1.73, opposite=1.0, name_moved=1.2, name_new=1.0, figure_moved=0.99, figure_new=0.02, lacks=0.82, doubted=3.0),
    0.34,
    told=-0.15,
)


def compare(question: str, sentence: str, paragraph: str, around: str = "", known: frozenset[str] = frozenset()) -> Wording:
    """``around`` is what is said of the sentence too: the title of its report, its heading; ``known`` are words that need not stand there
    because the things they name are printed in many ways."""
    question = asking(without_carried(question))
    asked, said = normalise(_COHORT.sub(" ", _AGE.sub(" ", question))), normalise(sentence)
    here = frozenset(tokens(f"{sentence} {around}"))
    beside = frozenset(tokens(paragraph)) | here
    names = frozenset(token for name in _NAME.findall(question) for token in tokens(name)) - known
    figures = frozenset(token for token in tokens(asked) if token[0].isdigit())
    ours, theirs = frozenset(words(asked)), frozenset(words(said))
    return Wording(
        denied=float(_denies(asked) and not _denies(said) and not _ALSO_DENIES.search(said)),
        opposite=float(opposed_words(ours, theirs)),
        name_moved=float(bool((names - here) & beside)),
        name_new=float(bool(names - beside)),
        figure_moved=float(bool((figures - here) & beside)),
        figure_new=float(bool(figures - beside)),
        lacks=float(_lacks(asked, said)),
    )


def doubted(answers: float | None) -> float:
    """How far a scorer's chance stays below DOUBTED (0..1)."""
    return 0.0 if answers is None else max(0.0, 1 - answers / DOUBTED)


def _denies(text: str) -> bool:
    return _DENIES.search(_DENIES_NOTHING.sub(" ", text)) is not None


def _lacks(asked: str, said: str) -> bool:
    """Whether the question asks how many or when and the sentence holds no figure or time of its own."""
    how_many, when = _HOW_MANY.search(asked), _WHEN.search(asked)
    if not how_many and not when:
        return False
    own = set(_FIGURE.findall(said)) - set(_FIGURE.findall(asked))
    return not own and not (when and _TIME.search(said))


def opposed_words(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether a word that only one has is the opposite of one that only the other has."""
    alone, other = ours - theirs, theirs - ours
    if any(_opposites().get(word, frozenset()) & other for word in alone):
        return True
    return any(
        (bare := _PREFIX.sub("", word)) != word and bare in there for mine, there in ((alone, other), (other, alone)) for word in mine
    )


@lru_cache(maxsize=1)
def _opposites() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in yaml.safe_load(_OPPOSITES.read_text(encoding="utf-8")):
        one, other = (side.split() for side in str(line).split("|"))
        for mine, theirs in ((one, other), (other, one)):
            for word in mine:
                found.setdefault(word, set()).update(theirs)
    return {word: frozenset(others) for word, others in found.items()}
