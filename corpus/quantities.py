"""Numbers with their units as clinical prose prints them, so that a figure can be compared and not just spelled alike."""

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.text import normalise, sentences

# Factor to the family's own unit; months are not converted to days, because nobody means 30.4 of them.
_FAMILIES: dict[str, dict[float, str]] = {
    "g": {1e3: "kg", 1.0: "g gram grams", 1e-3: "mg milligram milligrams", 1e-6: "ug mcg microgram micrograms", 1e-9: "ng"},
    "l": {1.0: "l", 0.1: "dl", 1e-3: "ml", 1e-6: "ul mm3"},
    "mol": {1.0: "mol", 1e-3: "mmol", 1e-6: "umol"},
    "m": {1.0: "m", 1e-2: "cm", 1e-3: "mm"},
    "day": {1.0: "day days d", 7.0: "week weeks wk"},
    "month": {1.0: "month months", 12.0: "year years yr"},
    "iu": {1.0: "iu u unit units"},
    "%": {1.0: "% percent"},
    "minute": {1.0: "minute minutes min"},
    "hour": {1.0: "hour hours h"},
    "m2": {1.0: "m2"},
    "dose": {1.0: "dose"},
    "cycle": {1.0: "cycle cycles"},
    "cells": {1.0: "cells"},
    "gy": {1.0: "gy", 1e-2: "cgy"},
    "a": {1e-3: "ma", 1e-6: "ua microa"},
    "w": {1.0: "w watt watts", 1e-3: "mw"},
    "mmhg": {1.0: "mmhg"},
    "hz": {1.0: "hz", 1e3: "khz", 1e6: "mhz"},
    "j": {1.0: "j", 1e-3: "mj"},
}
_UNITS = {name: (family, factor) for family, members in _FAMILIES.items() for factor, names in members.items() for name in names.split()}
_PER = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year"}
_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
}  # fmt: skip

_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
# Not the number in a name: "IL-6", "CD20", "Scl-70".
_NUMBER = r"(?<![\w.])(?<![a-z]-)\d+(?:[ ,]\d{3}(?!\d))*(?:\.\d+)?|(?<![\w.])\.\d+"
_QUANTITY = re.compile(
    rf"(?:\b(?P<before>day|week|month) )?(?P<number>{_NUMBER}|\b(?:{'|'.join(_WORDS)})\b)"
    rf"(?:(?:[\s-]?|\s(?:consecutive|successive|full|whole)\s)(?P<unit>{_UNIT})(?![a-z0-9])"
    rf"(?P<per>(?:\s?/\s?(?:{_UNIT})(?![a-z])|\s(?:once )?(?:per|a|an|each|every)\s(?:{_UNIT})(?![a-z])"
    rf"|\s(?:once )?(?:{'|'.join(_PER)})\b)*))?"
)


_RANGE = re.compile(r"\s?(?:-|to|or|against|versus|vs\.?|compared with|x)\s?")
_RATE = re.compile(rf"\b(?:({'|'.join(_PER)})|(?:per|a|an|each|every|once a) ({'day|week|month|year'}))\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit in canonical form: 0.5 mg/kg and 500 microgram/kg are equal; ``unit`` is empty for a bare number."""

    value: float
    unit: str = ""
    bare: float = 0.0

    def same(self, other: "Quantity") -> bool:
        """Equal within rounding error, where both say what they are counting in."""
        return self.unit == other.unit and abs(self.value - other.value) <= 1e-9 * max(abs(self.value), abs(other.value), 1e-12)


def quantities(text: str, *, words: bool = False) -> list[Quantity]:
    """Every number of a text in order. Numbers as words count where a unit follows (``six months``), with ``words`` all of them."""
    return list(_quantities(text, words))


@lru_cache(maxsize=4096)
def _quantities(text: str, words: bool) -> tuple[Quantity, ...]:
    plain = normalise(text)
    found, matches = list[Quantity](), list(_QUANTITY.finditer(plain))
    for place, match in enumerate(matches):
        number, unit, per = _WORDS.get(match["number"]), match["unit"] or match["before"], match["per"] or ""
        following = matches[place + 1] if place + 1 < len(matches) else None
        if unit is None and following and _RANGE.fullmatch(plain[match.end() : following.start()]):
            # "30.6 against 6 months", "0.5-2.0 mg/kg": the unit stands once.
            unit, per = following["unit"], following["per"] or ""
        if number is not None and not unit and not words:
            continue
        found.append(_quantity(float(re.sub("[ ,]", "", number or match["number"])), unit, per))
    return tuple(found)


def _quantity(number: float, unit: str | None, per: str) -> Quantity:
    if unit is None:
        return Quantity(number, bare=number)
    value, names = number * _UNITS[unit][1], list[str]()
    for word in re.findall(rf"(?<![a-z])(?:{_UNIT})(?![a-z0-9])|{'|'.join(_PER)}", per):
        name, factor = _UNITS[_PER.get(word, word)]
        value, names = value / factor, [*names, name]
    return Quantity(value, "/".join([_UNITS[unit][0], *names]), number)


def unproved(claim: str, source: str) -> list[Quantity]:
    """Quantities of a claim that the source does not hold.

    A bare number is proved by the same number with any unit; one with a unit only by the same amount of it. Where the source
    prints the rate apart ("0.5 mg of colchicine daily"), the amount and the rate must stand in one sentence.
    """
    there = [(one, _rates(span.text)) for span in sentences(source) for one in quantities(span.text, words=True)]
    return [one for one in quantities(claim) if not any(_proves(one, other, rates) for other, rates in there)]


def _rates(sentence: str) -> frozenset[str]:
    """The units of time that something is given per, wherever in a sentence that is said."""
    return frozenset(_UNITS[_PER.get(found, found)][0] for groups in _RATE.findall(normalise(sentence)) for found in groups if found)


def _proves(claimed: Quantity, printed: Quantity, rates: frozenset[str]) -> bool:
    if not claimed.unit:
        return abs(claimed.value - printed.bare) < 1e-9
    if claimed.same(printed):
        return True
    amount, _, per = claimed.unit.rpartition("/")
    apart = per in rates and printed.unit == amount
    return apart and abs(claimed.bare - printed.bare) < 1e-9 and abs(claimed.value) <= abs(printed.value)
