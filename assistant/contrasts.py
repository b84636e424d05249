"""Does the printed clause that is nearest to a sentence say the opposite?

A negation put in or left out, a figure taken from the neighbouring clause, "more" for "less", "left" for "right", the first patient for the
second: all of these keep nearly every word. So each clause of a sentence is laid beside the printed clause that shares most words with
it, and what turns a clause round is compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.direction import direction
from corpus.quantities import Quantity, quantities
from corpus.text import normalise, sentences, tokens

# Below this share of a clause's words the nearest printed clause tells something else; set on the odd half of the corruptions.
_NEAR = 0.5
# Printed clauses this close to the nearest count beside it: where any of them agrees, nothing is objected.
_BESIDE = 0.15
# A figure belongs to the clause whose own words (those that the other clause lacks) the sentence says, by this margin.
_OWN_WORDS, _MARGIN = 0.6, 0.3
# "24.7% of 5218 patients": how many there were in all stands apart from what is told of some of them.
_OF_ALL = re.compile(r"\b(?:of|among|in)(?: the| all)? \d[\d,. ]*\b(?= |$)")
_YEARS = range(1900, 2101)

_VERB = (
    r"(?:was|were|is|are|be|been|had|has|have|did|does|do|could|can|may|might|will|became|remained|showed|took|came"
    r"|gave|got|made|found|felt|fell|rose|grew|lay|led|left|kept|went|brought|began|lost)"
)
_CONJUNCTION = re.compile(
    r"[;:]\s+|,?\s+(?:but|whereas|while|although|though|however|yet|rather than|instead of|despite|because)\s+"
    r"|,\s+(?:and|so|as|whose|which|who|where)\s+"
    rf"|\s+and\s+(?=(?:(?!but|whereas|while|though|which|who|that)\S+\s){{1,4}}?{_VERB}\b)(?!{_VERB}\b)"
)
_RELATIVE = re.compile("whose|which|who|where")
_FINE = re.compile(rf"{_CONJUNCTION.pattern}|,\s+|\s+and\s+|\s+against\s+|\s+versus\s+")
_HAS_VERB = re.compile(rf"\b{_VERB}\b|\b[a-z]{{3,}}ed\b")

_UNDONE = re.compile(r"\b(?:un(?=changed|affected|involved|able|remarkable|known)|ab(?=normal))")
_NO_NEGATION = re.compile(
    r"\bno (?:more|less|fewer|later|sooner|longer|other) than\b"
    r"|\bnot only\b|\bno longer\b|\bno doubt\b|\bwhether or not\b|\bif not\b|\bnor\b"
)
_DOUBLE = re.compile(r"\b(?:not|n't|never|no)\b(?: \w+)? (?:absent|without|negative|free|unable|lacking|excluded)\b")
# What follows the first kind is denied; the second denies its whole clause.
_DENIES_NEXT = re.compile(r"\b(?:no|none|nobody|nothing|without|absence|lack\w*|free (?:of|from)|den(?:y|ied|ies)|preclud\w+)\b")
_DENIES_ALL = re.compile(
    r"n't\b|\b(?:not|never|neither|cannot|unable|failed to|absent|negative|excluded|ruled out|spared|missing|contraindicated|avoided)\b"
)
_AXES = (
    (
        re.compile(r"\b(?:more|higher|larger|greater|longer|bigger|older|most)\b"),
        re.compile(r"\b(?:less|fewer|lower|smaller|shorter|younger|least)\b"),
    ),
    (re.compile(r"\bleft\b"), re.compile(r"\bright\b")),
    (re.compile(r"\bbefore\b"), re.compile(r"\bafter\b")),
)  # fmt: skip
# Words that say only that something is there or not.
_IDLE = frozenset(
    token
    for word in (
        "without none neither never nobody nothing absent absence lack lacking lacked negative positive present presence "
        "free found detected sign signs seen showed shown shows occurred noted unable denied patient patients had having "
        "any all every many still were unchanged"
    ).split()
    for token in tokens(word)
)

_NUMBER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_WHO = r"(?:patient|case|child|woman|man|girl|boy|infant|sibling|sister|brother|twin)"
_ONE = re.compile(rf"\b(?:an?|the(?: same)?) (?:[\w-]+ )?{_WHO}\b")
_ORDINAL = re.compile(
    rf"\b(?P<before>first|second|third|fourth|fifth)\b(?: [a-z-]+)? {_WHO}\b"
    rf"|\bthe (?P<alone>first|second|third|fourth|fifth) (?=was|had|is|has)"
    rf"|\b(?:patient|case) (?P<after>[1-9]|one|two|three|four|five)\b(?![.,]?\d)"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause with its words, those that it denies, and whether it tells an outcome."""

    text: str
    words: frozenset[str]
    denied: frozenset[str]
    outcome: bool

    def denies(self, shared: frozenset[str]) -> bool:
        return bool(self.denied & shared)


def opposed(claim: str, printed: Iterable[str]) -> bool:
    """Whether a clause of the claim is the opposite of the printed clause nearest to it."""
    there = [clause for text in printed for clause in _clauses(text)]
    return any(_turned_round(clause, _nearest(clause, there)) for clause in _clauses(claim))


def _turned_round(clause: _Clause, nearest: Sequence[_Clause]) -> bool:
    if not nearest:
        return False
    # "Did not help" and "was of no benefit" negate different words: outcomes are compared by their direction.
    told = [one for one in nearest if not one.outcome]
    if not clause.outcome and told and all(_denied_by_one(clause, one) for one in told):
        return True
    return any(_on_other_side(clause, nearest, *axis) for axis in _AXES)


def _denied_by_one(one: _Clause, other: _Clause) -> bool:
    shared = one.words & other.words
    return one.denies(shared) is not other.denies(shared)


def _on_other_side(clause: _Clause, nearest: Sequence[_Clause], one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    for mine, opposite in ((one, other), (other, one)):
        if mine.search(clause.text) and not opposite.search(clause.text):
            return all(opposite.search(near.text) and not mine.search(near.text) for near in nearest)
    return False


def _nearest(clause: _Clause, there: Sequence[_Clause]) -> list[_Clause]:
    printed = clause.words & frozenset[str]().union(*(one.words for one in there))
    shares = [(len(printed & one.words) / len(printed), one) for one in there] if printed else []
    best = max((share for share, _ in shares), default=0.0)
    return [one for share, one in shares if share >= max(_NEAR, best - _BESIDE)]


def _clauses(text: str) -> list[_Clause]:
    return [_clause(piece) for span in sentences(text) for piece in _pieces(_UNDONE.sub("not ", normalise(span.text)), _CONJUNCTION)]


def clause_texts(text: str) -> list[str]:
    """The clauses of a text, folded."""
    return [clause.text for clause in _clauses(text)]


def _clause(text: str) -> _Clause:
    return _Clause(text, _content(text), _denied(_NO_NEGATION.sub(" ", text)), bool(direction(text.replace("despite", ""))))


def _denied(text: str) -> frozenset[str]:
    if _DOUBLE.search(text):
        return frozenset()
    cue = _DENIES_NEXT.search(text)
    return _content(text if _DENIES_ALL.search(text) else text[cue.end() :] if cue else "")


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in tokens(text) if not word[0].isdigit()) - _IDLE


def _pieces(sentence: str, at: re.Pattern[str]) -> list[str]:
    """The sentence cut between clauses; what holds no verb ("calcium, phosphate", "were negative: Mi-2, Ku") stays with its neighbour."""
    pieces, start = list[str](), 0
    for cut in at.finditer(sentence):
        both = _HAS_VERB.search(sentence[start : cut.start()]) and _HAS_VERB.search(sentence[cut.end() :])
        if both or _RELATIVE.search(cut.group()):
            pieces.append(sentence[start : cut.start()])
            start = cut.end()
    return [*pieces, sentence[start:]]


# -- whose figure ---------------------------------------------------------------------------------------


def misplaced_figure(claim: str, printed: Iterable[str]) -> bool:
    """Whether a figure of the claim is printed of something else, while what the claim says it of has another figure."""
    there = [(piece, quantities(piece), _content(piece)) for text in printed for span in sentences(text) for piece in _cut(span.text)]
    said = quantities(claim)
    clauses = [_OF_ALL.sub(" ", clause) for clause in _cut(claim, _CONJUNCTION)]
    return any(_of_another(figure, said, _content(clause), there) for clause in clauses for figure in quantities(clause))


def _cut(text: str, at: re.Pattern[str] = _FINE) -> list[str]:
    plain, start, pieces = normalise(text), 0, list[str]()
    for cut in at.finditer(plain):
        pieces.append(plain[start : cut.start()])
        start = cut.end()
    return [*pieces, plain[start:]]


def _of_another(
    figure: Quantity, said: Sequence[Quantity], words: frozenset[str], there: Sequence[tuple[str, list[Quantity], frozenset[str]]]
) -> bool:
    homes = [own for _, found, own in there if any(_alike(figure, one) and one.bare == figure.bare for one in found)]
    rivals = [
        own
        for _, found, own in there
        if own not in homes
        for one in found
        if _alike(figure, one) and one.bare not in _YEARS and all(one.bare != other.bare for other in said)
    ]
    return bool(homes) and any(all(_fits_better(words, rival, home) for home in homes) for rival in rivals)


def _fits_better(words: frozenset[str], rival: frozenset[str], home: frozenset[str]) -> bool:
    """By the words that only one of the two clauses prints."""
    of_rival, of_home = rival - home, home - rival
    if not of_rival:
        return False
    fit = len(of_rival & words) / len(of_rival)
    own = len(of_home & words) / len(of_home) if of_home else 0.0
    return fit >= _OWN_WORDS and own <= fit - _MARGIN


def _alike(one: Quantity, other: Quantity) -> bool:
    """Of one kind; an age may be printed with its years or without."""
    return one.unit == other.unit or {one.unit, other.unit} == {"", "month"}


# -- which patient --------------------------------------------------------------------------------------


def another_patient(claim: str, sources: Iterable[tuple[str, str, Sequence[str]]]) -> bool:
    """Whether the claim speaks of "the second patient" where the quotes are told of others, or takes one patient from two.

    A source is heading, paragraph, quotes.
    """
    said = _ordinals(claim)
    told = [numbers for heading, text, quotes in sources if (numbers := frozenset(_in_force(heading, text, quotes)))]
    if said:
        return bool(told) and not said & frozenset[int]().union(*told)
    return bool(_ONE.search(normalise(claim))) and len(told) > 1 and not frozenset.intersection(*told)


def _in_force(heading: str, text: str, quotes: Sequence[str]) -> Iterable[int]:
    """The patients that quoted sentences are about: those they name, else the last one named before them."""
    current = _ordinals(heading)
    for span in sentences(text):
        current = _ordinals(span.text) or current
        if any(quote in span.text or span.text in quote for quote in quotes):
            yield from current


def _ordinals(text: str) -> set[int]:
    found = (match["before"] or match["alone"] or match["after"] for match in _ORDINAL.finditer(normalise(text)))
    return {int(word) if word.isdigit() else _NUMBER[word] for word in found}
