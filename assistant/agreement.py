"""Does a sentence say what its paragraphs say? Each rule looks for one way to be wrong with the right words.

Covering the words of a paragraph proves nothing by itself: a dose moved to the other drug, the outcome of the other target or a
plan told as a treatment all use printed words. A rule answers SUPPORTED (nothing to object), PARTIAL (the link is not printed)
or UNSUPPORTED (the paragraphs say otherwise); the worst one counts.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import Support
from assistant.clauses import Clause, ClauseReader, Named, had, related
from assistant.contrasts import another_patient, misplaced_figure, opposed
from corpus.case import Proof
from corpus.direction import Direction
from corpus.quantities import Quantity, quantities
from corpus.text import normalise, sentences, words

_SEVERITY = {Support.SUPPORTED: 0, Support.PARTIAL: 1, Support.UNSUPPORTED: 2}

_PLANNED = re.compile(
    r"\bplan(?:s|ned|ning)?\b|\b(?:not|never)(?: yet)?(?: been)? (?:given|started|received|taken|tried)\b"
    r"|\bscheduled\b|\bproposed\b|\bdeclined\b|\brefused\b"
    r"|\b(?:is|was|were|are|be|being) considered\b(?! (?:to|effective|ineffective|safe)\b)"
)
_UP = re.compile(r"\b(?:rose|rise[sn]?|rising|increas\w+|went up|climbed|elevated)\b")
_DOWN = re.compile(r"\b(?:fell|falls?|fallen|dropp?(?:ed|s)?|decreas\w+|declined?|reduc\w+|lowered|normali[sz]\w+)\b")
_CHANGED = re.compile(rf"(?:{_UP.pattern}|{_DOWN.pattern})(?= from )")
_FROM_TO = re.compile(r"\bfrom\s(?P<first>[^\d.;]{0,20}\d[\d.,]*[^.;\d]{0,20}?)\sto\s(?P<last>[^\d.;]{0,15}\d[\d.,]*\S*)")
_FOR = re.compile(r"\bfor\s[^,;.]{1,30}")
_COUNTS = (
    {
        name: number
        for number, names in enumerate(("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
        for name in names.split()
    }
    | {
        name: number
        for number, name in enumerate(
            "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(), start=11
        )
    }
    | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
)
_ORDINALS = {name: number for number, name in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), start=2)} | {
    "twice": 2, "both": 2, "half": 2, "quarter": 4,
}  # fmt: skip
_PATIENTS = re.compile(
    rf"\b(?P<number>\d{{1,4}}|{'|'.join(_COUNTS)}) "
    r"(?:(?:patients?|cases?|women|men|girls|boys|children|adults)\b|(?:of|had|did|were|was) |[a-z]+ed\b)"
)
_TWICE, _ONCE = re.compile(r"\btwice\b|\bb\.?i\.?d\b|\btwo times\b|\b2 times\b|\b(?:two|2)\b"), re.compile(r"\bonce\b")
_TIMES = re.compile(r"x?[0-9]+")
_DOSES = frozenset({"g", "iu", "cells"})

_WOMAN, _MAN = r"(?:wom[ae]n|girls?|females?|lady)", r"(?:m[ae]n|boys?|males?|gentlem[ae]n)"
_SEXES = (
    (re.compile(rf"\b{_WOMAN}\b"), re.compile(rf"\b{_MAN}\b")),
    (re.compile(rf"\b(?:{_WOMAN}|she|hers?|herself)\b"), re.compile(rf"\b(?:{_MAN}|he|his|him|himself)\b")),
    (re.compile(r"\b(?:child(?:ren)?|infants?|girls?|boys?|toddlers?)\b"), re.compile(r"\badults?\b")),
)
_AGED = re.compile(rf"\b(?P<age>\d+)-year-old (?:[a-z-]+ )?(?:(?P<woman>{_WOMAN})|(?P<man>{_MAN}))\b")
_PLACES = frozenset(
    "elbow elbows knee knees thigh thighs buttock buttocks hip hips shoulder shoulders finger fingers fingertip fingertips thumb thumbs "
    "hand hands wrist wrists arm arms forearm forearms leg legs foot feet ankle ankles neck chest abdomen abdominal spine lumbar cervical "
    "eyelid eyelids axilla axillae trunk scalp breast breasts heel heels toe toes left right".split()
)


@dataclass(frozen=True, slots=True)
class Source:
    """One cited paragraph, what of it is quoted, and where it stands (title and headings)."""

    text: str
    heading: str
    proofs: tuple[Proof, ...]


class Agreement:
    """Compares sentences with their paragraphs, clause by clause."""

    def __init__(self, reader: ClauseReader) -> None:
        self._reader = reader

    def verdict(self, claim: str, cited: Sequence[Source]) -> Support:
        """The worst that any rule has to say; SUPPORTED where none objects."""
        rules: tuple[Callable[[str, Sequence[Source]], Support], ...] = (
            self._outcome, self._dose, self._status, self._antibodies, self._conditions, _trend, _span, _counts, _sex, _place,
            _contrast, _figure, _patient,
        )  # fmt: skip
        return max((rule(claim, cited) for rule in rules), key=_SEVERITY.__getitem__)

    def _outcome(self, claim: str, cited: Sequence[Source]) -> Support:
        """What went which way, for which drug and which target, must be told of the same drug and target in the quoted words."""
        told = [clause for one in cited for proof in one.proofs for clause in self._reader.quoted(one.text, proof)]
        said = [clause for clause in self._reader.clauses(without_changes(claim, [one.text for one in cited])) if clause.ways]
        return _worst(_told_so(way, part, told) for clause in said for way in clause.ways for part in clause.parts)

    def _dose(self, claim: str, cited: Sequence[Source]) -> Support:
        """A dose or duration belongs to the drug beside it."""
        there = [pair for one in cited for span in sentences(one.text) for pair in self._doses(span.text)]
        return _worst(_owned(amount, owners, there) for amount, owners in self._doses(claim) if owners)

    def _doses(self, sentence: str) -> list[tuple[Quantity, tuple[Named, ...]]]:
        """Every dose and "for ..." duration of a sentence, with the drugs it may belong to."""
        return [
            (amount, owners)
            for piece, owners in self._reader.owned(sentence)
            for amount in [one for one in quantities(piece) if one.unit.split("/")[0] in _DOSES]
            + [one for found in _FOR.finditer(piece) for one in quantities(found[0])[:1] if one.unit in ("day", "month")]
        ]

    def _status(self, claim: str, cited: Sequence[Source]) -> Support:
        """What was planned or declined was not given, and the other way round."""
        planned = bool(_PLANNED.search(normalise(claim)))
        verdicts = []
        for name in self._reader.therapies(claim):
            there = [span.text for one in cited for span in sentences(one.text) if name in self._reader.therapies(span.text)]
            plans = [bool(_PLANNED.search(normalise(text))) for text in there]
            if plans and not planned and all(plans):
                verdicts.append(Support.UNSUPPORTED)
            elif plans and planned and not any(plans):
                verdicts.append(Support.PARTIAL)
        return _worst(verdicts)

    def _antibodies(self, claim: str, cited: Sequence[Source]) -> Support:
        """Positive is not negative."""
        there = [pair for one in cited for span in sentences(one.text) for pair in self._reader.antibodies(span.text)]
        verdicts = []
        for named, positive in self._reader.antibodies(claim):
            printed = [other for one, other in there if related([named], [one])]
            if printed and positive is not None and all(other is not None and other != positive for other in printed):
                verdicts.append(Support.UNSUPPORTED)
            elif positive is False and False not in printed:
                verdicts.append(Support.PARTIAL)
        return _worst(verdicts)

    def _conditions(self, claim: str, cited: Sequence[Source]) -> Support:
        """A disease that no cited paragraph names, not even in its title or heading, is not proved by the other words.

        Where they name the one that the patient has, another is wrong.
        """
        there = "\n".join(f"{one.text}\n{one.heading}" for one in cited)
        unnamed = self._reader.unnamed_conditions(claim, there)
        if not unnamed:
            return Support.SUPPORTED
        swapped = any(map(had, unnamed)) and self._reader.had_conditions(there)
        return Support.UNSUPPORTED if swapped else Support.PARTIAL


def _worst(verdicts: Iterable[Support]) -> Support:
    return max(verdicts, key=_SEVERITY.__getitem__, default=Support.SUPPORTED)


def _told_so(way: Direction, part: Clause, told: Sequence[Clause]) -> Support:
    same = [clause for clause in told if clause.ways and part.may_be(clause)]
    if any(way in clause.ways and _counted(part) <= _counted(clause) for clause in same):
        otherwise = [clause for clause in same if way not in clause.ways]
        # "The ulcer healed" leaves open with what: not with everything that was told. "It failed, though 3 of 12 improved" is no success.
        subject = part.therapies or _counted(part)
        of_some = not _counted(part) and all(_counted(clause) for clause in same if way in clause.ways)
        mixed = (not subject and otherwise) or (of_some and not all(map(_counted, otherwise)))
        # Nothing says what it was that got better.
        mixed = mixed or (bool(part.targets) and not any(clause.last_target & part.targets for clause in same if way in clause.ways))
        return Support.PARTIAL if mixed else Support.SUPPORTED
    if any(way in clause.ways for clause in same):
        return Support.PARTIAL
    # Told only of other drugs or of other targets, or told otherwise, it is not so.
    return Support.UNSUPPORTED


def _counted(clause: Clause) -> frozenset[int]:
    """How many it happened to: "two improved and three worsened" is another sentence with the numbers changed round."""
    found = (match["number"] for match in _PATIENTS.finditer(normalise(clause.text)))
    return frozenset(_COUNTS[number] if number in _COUNTS else int(number) for number in found)


def _owned(amount: Quantity, owners: Sequence[Named], there: Sequence[tuple[Quantity, tuple[Named, ...]]]) -> Support:
    printed = [others for one, others in there if one.same(amount)]
    if not printed or any(not others or related(others, owners) for others in printed):
        return Support.SUPPORTED
    own = any(related(others, owners) for one, others in there if one.unit.split("/")[0] == amount.unit.split("/")[0])
    return Support.UNSUPPORTED if own else Support.PARTIAL


def _trend(claim: str, cited: Sequence[Source]) -> Support:
    """A value that fell did not rise."""
    quoted = "\n".join(proof.quote for one in cited for proof in one.proofs)
    said, told = _ways(claim), _ways(quoted)
    if not said or not told or said <= told:
        return Support.SUPPORTED
    measured = {one.value for one in quantities(claim)} & {one.value for one in quantities(quoted)}
    return Support.UNSUPPORTED if measured else Support.PARTIAL


def _ways(text: str) -> set[str]:
    plain = normalise(text)
    return {name for name, cue in (("up", _UP), ("down", _DOWN)) if cue.search(plain)}


def _span(claim: str, cited: Sequence[Source]) -> Support:
    """``from 1,447 to 119`` is not ``from 119 to 1,447``."""
    printed = {pair for one in cited for pair in _pairs(one.text)}
    return _worst(Support.UNSUPPORTED for first, last in _pairs(claim) if (last, first) in printed and (first, last) not in printed)


def without_changes(claim: str, printed: Sequence[str]) -> str:
    """The claim without its "fell from 30.9 to 24.0" where that pair is printed: then it is arithmetic, whatever verb the source has."""
    pairs = _pairs(claim)
    proved = bool(pairs) and pairs <= {pair for text in printed for pair in _pairs(text)}
    right = all((first < last) if "up" in _ways(claim) else (first > last) for first, last in pairs)
    return _CHANGED.sub("went", normalise(claim)) if proved and right else claim


def _pairs(text: str) -> set[tuple[float, float]]:
    found = [(quantities(match["first"]), quantities(match["last"])) for match in _FROM_TO.finditer(normalise(text))]
    return {(first[0].bare, last[0].bare) for first, last in found if first and last}


def _counts(claim: str, cited: Sequence[Source]) -> Support:
    """Numbers in words ("three doses", "twice daily") must be printed, in words or figures."""
    there = normalise("\n".join(f"{one.text}\n{one.heading}" for one in cited))
    printed = words(there)
    # "After the second course" tells of two, "weekly x4" of four.
    numbers = {(_COUNTS | _ORDINALS).get(word) for word in printed} | {int(word.lstrip("x")) for word in printed if _TIMES.fullmatch(word)}
    said = words(claim)
    missing = any(word in _COUNTS and _COUNTS[word] not in numbers for word in said)
    often = ("twice" in said and not _TWICE.search(there)) or ("once" in said and "twice" in there and not _ONCE.search(there))
    return Support.UNSUPPORTED if missing or often else Support.SUPPORTED


def _sex(claim: str, cited: Sequence[Source]) -> Support:
    """A man is not a woman and a child no adult; paragraphs that tell neither do not contradict."""
    said, there = normalise(claim), normalise("\n".join(one.text for one in cited))
    printed = _aged(there)
    if any((age, not woman) in printed and (age, woman) not in printed for age, woman in _aged(said)):
        return Support.UNSUPPORTED
    for women, men in _SEXES:
        for mine, other in ((women, men), (men, women)):
            if mine.search(said) and not mine.search(there) and other.search(there):
                return Support.UNSUPPORTED
    return Support.SUPPORTED


def _aged(text: str) -> set[tuple[str, bool]]:
    return {(match["age"], match["woman"] is not None) for match in _AGED.finditer(text)}


def _place(claim: str, cited: Sequence[Source]) -> Support:
    """A part of the body, or its side, that is not printed; where none of the claim's is and others are, it is another one."""
    there, said = _places("\n".join(f"{one.text}\n{one.heading}" for one in cited)), _places(claim)
    if said <= there:
        return Support.SUPPORTED
    return Support.PARTIAL if said & there or not there else Support.UNSUPPORTED


def _places(text: str) -> set[str]:
    return {word.rstrip("s") for word in words(text) if word in _PLACES}


def _contrast(claim: str, cited: Sequence[Source]) -> Support:
    """A negation, a side or a comparison put in or left out turns the nearest printed clause round."""
    return Support.UNSUPPORTED if opposed(claim, [one.text for one in cited]) else Support.SUPPORTED


def _figure(claim: str, cited: Sequence[Source]) -> Support:
    """A figure that is printed of something else."""
    return Support.UNSUPPORTED if misplaced_figure(claim, [one.text for one in cited]) else Support.SUPPORTED


def _patient(claim: str, cited: Sequence[Source]) -> Support:
    """The first patient is not the second."""
    told = [(one.heading, one.text, [proof.quote for proof in one.proofs]) for one in cited]
    return Support.UNSUPPORTED if another_patient(claim, told) else Support.SUPPORTED
