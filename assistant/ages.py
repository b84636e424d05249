"""How old: an age as it is printed, and the ages that a question asks about."""

import re
from dataclasses import dataclass

_NUMBER = r"(\d{1,3})"
_UNIT = r"(?:[- ]?(?:years?|yrs?|y)\b(?: (?:old|of age))?)?"
_AGED = r"(?:aged? |(?:the |an )?age of |aged? (?:of )?)?"
# "over 60 mg" and "under 5 cm" are no ages: what follows the number must end the phrase, or be a year.
_NO_QUANTITY = (
    r"(?!\s?%|\s?(?:mg|g|kg|mcg|µg|ml|l|cm|mm|iu|u|units?|months?|weeks?|days?|hours?|h|cycles?|doses?|patients?|cases?|reports?|times|"
    r"infusions?|points?|per)\b|\d|[.,]\d)"
)
_PEOPLE = (
    r"(?:patients?|people|persons?|wom[ae]n|m[ae]n|females?|males?|girls?|boys?|child(?:ren)?|adults?|adolescents?|infants?|those|anyone|"
    r"everyone|somebody|someone)"
)
_ABOVE = re.compile(
    rf"\b{_PEOPLE}[^.?;]{{0,20}}?\s(?:over|above|older than|more than|beyond|past) {_AGED}{_NUMBER}{_NO_QUANTITY}{_UNIT}"
    rf"|\b(?:over|above) the age of {_NUMBER}\b|\bolder than {_NUMBER}{_NO_QUANTITY}\b|\bover[- ]{_NUMBER}s\b"
)
_FROM = re.compile(
    rf"\b(?:aged? |age of )?{_NUMBER}{_UNIT} (?:and|or) (?:over|above|older|more)\b|\bat least {_NUMBER}[- ]years?(?: old| of age)\b|"
    rf"\baged? (?:at least|from) {_NUMBER}\b(?! (?:to|and|until)\b)"
)
_BELOW = re.compile(
    rf"\b{_PEOPLE}[^.?;]{{0,20}}?\s(?:under|below|younger than|less than) {_AGED}{_NUMBER}{_NO_QUANTITY}{_UNIT}"
    rf"|\b(?:under|below|before) the age of {_NUMBER}\b|\byounger than {_NUMBER}{_NO_QUANTITY}\b|\bunder[- ]{_NUMBER}s\b"
)
_UP_TO = re.compile(rf"\b(?:aged? |age of )?{_NUMBER}{_UNIT} (?:and|or) (?:under|below|younger)\b|\baged? up to {_NUMBER}\b")
_BETWEEN = re.compile(
    rf"\b(?:aged?|ages|between the ages of|{_PEOPLE}) (?:between |from )?{_NUMBER}{_UNIT}\s?(?:and|to|-|–)\s?{_NUMBER}{_NO_QUANTITY}{_UNIT}"
)
_IN_DECADE = re.compile(r"\b(?:in (?:her|his|their)|aged) (\d0)s\b")
_ELDERLY = re.compile(r"\b(?:elderly|older (?:patients|people|adults|women|men)|geriatric)\b")
_WORDS = re.compile(
    rf"\b(?:(?:over|above|older than|more than|beyond|past|under|below|younger than|less than|at least|up to|between|aged?|ages|"
    rf"from|before)[\s-])+"
    rf"(?:the ages? of |an age of )?{_NUMBER}{_NO_QUANTITY}s?{_UNIT}(?:\s?(?:and|to|-|–)\s?{_NUMBER}{_UNIT})?(?: (?:and|or) (?:over|above|"
    rf"older|"
    rf"under|below|younger))?|\b{_NUMBER}{_UNIT} (?:and|or) (?:over|above|older|under|below|younger)\b|\bin (?:her|his|their) \d0s\b|"
    r"\b(?:elderly|geriatric|older(?= (?:patients|people|adults|women|men)))\b"
)
# From which age a patient is elderly: the usual line of the World Health Organization's reports for high-income countries.
_OLD = 65.0


@dataclass(frozen=True, slots=True)
class Ages:
    """A range of ages in years; ``above`` and ``below`` are outside it, ``first`` and ``last`` inside."""

    above: float | None = None
    first: float | None = None
    below: float | None = None
    last: float | None = None

    def holds(self, age: str | None) -> bool:
        """Whether a printed age is inside; one that is not reported is not."""
        told = years(age) if age else None
        return (
            told is not None
            and (self.above is None or told > self.above)
            and (self.first is None or told >= self.first)
            and (self.below is None or told < self.below)
            and (self.last is None or told < self.last + 1)
        )

    @property
    def words(self) -> str:
        """As it is shown: ``over 60``, ``40 to 60``."""
        if self.first is not None and self.last is not None:
            return f"aged {self.first:g} to {self.last:g}"
        named = (
            ("over {:g}", self.above),
            ("aged {:g} or over", self.first),
            ("under {:g}", self.below),
            ("aged {:g} or under", self.last),
        )
        return " and ".join(form.format(bound) for form, bound in named if bound is not None)


def ages_asked(text: str) -> Ages | None:
    """The ages that a question (lower-cased) asks about."""
    if (found := _BETWEEN.search(text)) and float(found[1]) < float(found[2]):
        return Ages(first=float(found[1]), last=float(found[2]))
    if found := _IN_DECADE.search(text):
        return Ages(first=float(found[1]), last=float(found[1]) + 9)
    bounds = {name: _bound(pattern, text) for name, pattern in (("above", _ABOVE), ("first", _FROM), ("below", _BELOW), ("last", _UP_TO))}
    if any(bound is not None for bound in bounds.values()):
        return Ages(**bounds)
    return Ages(first=_OLD) if _ELDERLY.search(text) else None


def without_ages(text: str) -> str:
    """The question without the words that ask for an age: they tell no report from another. Who is asked about stays."""
    return _WORDS.sub(" ", text) if ages_asked(text) else text


def years(age: str) -> float | None:
    """``54``, ``8 months`` or ``50s`` in years; None for words."""
    match = re.match(r"(?:early |mid[- ]?|late )?(\d+(?:\.\d+)?)\s*[- ]?(s\b|month|week|day)?", age)
    if match is None:
        return None
    number, unit = float(match.group(1)), match.group(2)
    return {"s": number + 5, "month": number / 12, "week": number / 52, "day": number / 365}.get(unit or "", number)


def _bound(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text)
    return next((float(group) for group in found.groups() if group), None) if found else None
