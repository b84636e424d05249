"""What in a text looks like it tells who a patient is: found, named, and taken out before anything is kept or sent on.

A literature question needs none of it. This is a net for accidents, not an anonymiser: what it does not know passes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?:{_YEAR}-\d\d-\d\d|{_DAY}[./-]{_DAY}[./-]{_YEAR}|{_DAY}/{_DAY}/\d\d"
    rf"|{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH_NAME},? {_YEAR}|{_MONTH_NAME} {_DAY}(?:st|nd|rd|th)?,? {_YEAR})"
)
_NUMBER_WORD = r"(?:number|no|nr|id)\b\.?"
_RECORD = (
    r"(?:mrn|ssn|nhs|social security"
    rf"|(?:medical |hospital |case )?(?:record|note|file)s?(?= ?(?:{_NUMBER_WORD}|[#:]))"
    rf"|(?:hospital|patient|insurance)(?= ?(?:{_NUMBER_WORD}|#)))"
    rf"(?: ?{_NUMBER_WORD})?[\s:#]*(?:is |was )?"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[-'’][A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+)*"
_NAME = rf"{_CAPITAL}(?: (?:[A-Z]\. )?(?:(?:van|von|de|der|den|di|da|del|la|le|bin|al) )*{_CAPITAL}){{0,2}}"
_TWO_NAMES = rf"{_CAPITAL} (?:[A-Z]\. )?{_CAPITAL}"
# Words that follow "patient" with a capital only because the whole question is written that way.
_NOT_A_NAME = (
    r"(?!(?:With|Without|Who|Whose|Has|Had|Have|Is|Was|Were|On|In|Of|And|Or|Not|Given|Treated|Receiving|After|Before|That|For|From|To|By"
    r"|At|Age|Aged)\b)"
)

_PLACEHOLDER = re.compile(
    rf"(?:\b(?:born(?: on)?|dob|d\.o\.b\.|date of birth|named|called|{_RECORD}|(?:tel|phone|e-?mail)\.?)[\s:]*(?:is |was )?)?"
    r"\[(?:name|date|record number|telephone number|e-mail address)\]",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Señora?)\.?|\b[Pp]atient,?) \[name\]")
# Started only where a run begins and never given back: else a long run is read once for each of its characters.
_DOUBLED = re.compile(r"(?<!\s)\s*+[,;:](?=\s*+[,;:.?])")
_LOOSE = re.compile(r"^[\s,;:]+|(?<!\s)\s++(?=[,;:?])")

# Where a pattern has a group, the group is what tells who it is; the words around it stay.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+\b")),
    ("record number", re.compile(rf"\b{_RECORD}([A-Z]{{0,4}}[- ]?\d[\d -]{{3,}}\d)", re.IGNORECASE)),
    ("record number", re.compile(r"(?<![\d./-])(\d{3}-\d{2}-\d{4}|\d{3} \d{3} \d{4})(?![\d./-])")),
    ("date", re.compile(rf"(?<![\d./-])({_DATE})(?![\d/-])", re.IGNORECASE)),
    ("telephone number", re.compile(r"(?<![\w.])(\+\d[\d ()/-]{7,}\d)")),
    ("name", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Señora?)\.? ({_NAME})")),
    ("name", re.compile(rf"\b(?:[Nn]amed|[Cc]alled|[Nn]ame is|[Nn]ame:) ?({_NAME})")),
    ("name", re.compile(rf"\b[Pp]atient,? {_NOT_A_NAME}({_TWO_NAMES})")),
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """``text[start:end]`` looks like one of: name, date, record number, telephone number, e-mail address."""

    kind: str
    start: int
    end: int


def identifiers(text: str) -> list[Identifier]:
    """What looks like it tells who a patient is, in order, none overlapping another."""
    found = sorted(_matches(text), key=lambda one: (one.start, -one.end))
    kept: list[Identifier] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _matches(text: str) -> Iterator[Identifier]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            yield Identifier(kind, match.start(group), match.end(group))


def without_identifiers(text: str) -> str:
    """The text with ``[name]``, ``[date]`` ... where such a thing stood."""
    for one in reversed(identifiers(text)):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text


def anonymous(text: str) -> str:
    """The same question about "a patient": what was taken out leaves no words behind that a search would look for."""
    if not identifiers(text):
        return text
    told = _PLACEHOLDER.sub(" ", _NAMED.sub("a patient", without_identifiers(text)))
    return " ".join(_LOOSE.sub("", _DOUBLED.sub("", told)).split())


def warning(text: str) -> str | None:
    """What to tell the one who asked, where something was taken out; None where nothing was."""
    kinds = list(dict.fromkeys(one.kind for one in identifiers(text)))
    if not kinds:
        return None
    return (
        f"Your question looked like it told who a patient is ({', '.join(kinds)}). That part was taken out before the "
        "question was searched, kept or sent on. Please ask without it."
    )
