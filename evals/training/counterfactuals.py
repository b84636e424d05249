"""A sentence with one thing changed so that it is no longer true, and the same sentence told a little differently."""

import random
import re
from collections.abc import Callable

from corpus.vocabulary import Vocabulary

_Change = Callable[[str, Vocabulary, random.Random], str | None]

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w]*\d)")
_OPPOSITES = (
    ("improved", "worsened"), ("improvement", "deterioration"), ("increased", "decreased"), ("increase", "decrease"), ("higher", "lower"),
    ("resolved", "persisted"), ("resolution", "persistence"), ("effective", "ineffective"), ("successful", "unsuccessful"),
    ("responded", "did not respond"), ("positive", "negative"), ("elevated", "low"), ("reduced", "raised"), ("before", "after"),
    ("left", "right"), ("bilateral", "unilateral"), ("started", "stopped"), ("failed", "succeeded"), ("progressed", "regressed"),
    ("stable", "worse"), ("normal", "abnormal"), ("more", "less"), ("upper", "lower"), ("acute", "chronic"), ("recurred", "did not recur"),
    ("male", "female"), ("man", "woman"), ("boy", "girl"), ("his", "her"), ("he", "she"), ("mild", "severe"), ("with", "without"),
)  # fmt: skip
_SWAPS = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
_SWAP = re.compile(rf"\b({'|'.join(sorted(map(re.escape, _SWAPS), key=len, reverse=True))})\b", re.IGNORECASE)
_VERB = re.compile(r"\b(was|were|is|are|had|has|did|could|can|showed|revealed)\b(?! not\b)")
_NOT = re.compile(r"\b(?:did not|not|no|never|without)\b ?", re.IGNORECASE)
_UNITS = {
    "mg": "g", "g": "mg", "days": "weeks", "weeks": "months", "months": "years", "years": "months", "daily": "weekly", "weekly": "daily",
    "day": "week", "week": "month", "month": "year", "cm": "mm", "mm": "cm", "hours": "days", "kg": "g", "ml": "l", "U/L": "U/mL",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)(\s?)({'|'.join(sorted(_UNITS, key=len, reverse=True))})\b")
_OTHER_DRUGS = (
    "methotrexate",
    "rituximab",
    "diltiazem",
    "azathioprine",
    "warfarin",
    "cyclosporine",
    "infliximab",
    "colchicine",
    "aspirin",
    "tacrolimus",
)


def changed(sentence: str, vocabulary: Vocabulary, draw: random.Random) -> str | None:
    """The sentence with a number, unit, drug, direction or negation changed; None where it holds none of these."""
    for change in draw.sample(_CHANGES, len(_CHANGES)):
        found = change(sentence, vocabulary, draw)
        if found and found != sentence:
            return found
    return None


def _number(sentence: str, _: Vocabulary, draw: random.Random) -> str | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    chosen = draw.choice(found)
    value = float(chosen.group())
    other = draw.choice([value * 2, value + 1, value * 10, max(value - 1, 0.5), value / 2])
    told = f"{other:g}" if "." in chosen.group() or other != int(other) else str(int(other))
    return sentence[: chosen.start()] + told + sentence[chosen.end() :]


def _unit(sentence: str, _: Vocabulary, draw: random.Random) -> str | None:
    found = list(_UNIT.finditer(sentence))
    if not found:
        return None
    chosen = draw.choice(found)
    return sentence[: chosen.start(2)] + _UNITS[chosen[2]] + sentence[chosen.end() :]


def _drug(sentence: str, vocabulary: Vocabulary, draw: random.Random) -> str | None:
    found = [mention for mention in vocabulary.find(sentence) if mention.entity.kind == "therapy"]
    if not found:
        return None
    chosen = draw.choice(found)
    other = draw.choice([name for name in _OTHER_DRUGS if name != chosen.entity.name])
    return sentence[: chosen.start] + other + sentence[chosen.end :]


def _opposite(sentence: str, _: Vocabulary, draw: random.Random) -> str | None:
    found = list(_SWAP.finditer(sentence))
    if not found:
        return None
    chosen = draw.choice(found)
    other = _SWAPS[chosen.group().casefold()]
    return sentence[: chosen.start()] + (other.capitalize() if chosen.group()[0].isupper() else other) + sentence[chosen.end() :]


def _negation(sentence: str, _: Vocabulary, draw: random.Random) -> str | None:
    if _NOT.search(sentence):
        return _NOT.sub("", sentence, count=1)
    found = list(_VERB.finditer(sentence))
    if not found:
        return None
    chosen = draw.choice(found)
    return sentence[: chosen.end()] + " not" + sentence[chosen.end() :] if chosen[1] not in {"showed", "revealed"} else None


_CHANGES: tuple[_Change, ...] = (_number, _unit, _drug, _opposite, _negation)

_LEADS = ("The patient's course: ", "According to the report, ", "It is reported that ", "In this case, ")


def loosely(sentence: str, vocabulary: Vocabulary, draw: random.Random) -> str:
    """The same told a little differently: a synonym of what it names, without its brackets, behind an opening phrase."""
    told = sentence
    if draw.random() < 0.4:
        told = re.sub(r"\s*\([^()]*\)", "", told)
    if draw.random() < 0.4:
        told = _synonym(told, vocabulary, draw)
    if draw.random() < 0.15:
        told = draw.choice(_LEADS) + told[:1].lower() + told[1:]
    return told


def _synonym(sentence: str, vocabulary: Vocabulary, draw: random.Random) -> str:
    found = list(vocabulary.find(sentence))
    if not found:
        return sentence
    chosen = draw.choice(found)
    forms = [
        form
        for form in (chosen.entity.name, *vocabulary.expand(chosen.entity)[:4])
        if form.casefold() != sentence[chosen.start : chosen.end].casefold()
    ]
    return sentence[: chosen.start] + draw.choice(forms) + sentence[chosen.end :] if forms else sentence
