"""The words that tell what happened: each cue's outcome, where its subject stands, and what turns it round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.case import Outcome
from ingest.cases.cue_words import CUES, Family, Side

_NEGATION = re.compile(
    (
        r"\b(?:not|no|none|neither|nor|never|\w+n['’]t|without|cannot|unable to|fail(?:ed|s|ing|ure)? to|little|"
        r"hardly|lack of|absence of|free of|prevent(?:ed|ing|s|ion)?|avoid(?:ed|ing)?|halt(?:ed|ing)?|"
        r"stopp(?:ed|ing)|arrest(?:ed|ing)?)\b"
    ),
    re.I,
)
_NO_NEGATION = re.compile(
    (
        r"\b(?:not only|no longer|no doubt|not known|without (?:\w+ )?(?:recurrence|relapse|complications?|"
        r"side effects?|problems?|\w+ therapy))\b"
    ),
    re.I,
)
# "prednisone was reduced to 10 mg", "doses were increased", "steroids could be tapered": no outcome.
_DOSING = re.compile(
    (
        r"\b(?:doses?|dosage|dosing|tapered?|mg|frequency of (?:dosing|infusions))\b[^.;,]{0,40}$|"
        r"^[^.;,]{0,25}\b(?:doses?|dosage|to \d+(?:\.\d+)?\s?(?:mg|g|mcg|µg|units?|iu|ml|ng)|"
        r"to \d+(?=[.,;]|$| (?:daily|once|twice))|by \d+ ?mg)"
        r"(?!\w)"
    ),
    re.I,
)
_BY_ITSELF = re.compile(r"fell|dropped|declin|rose|risen|normali|went|came", re.I)
# "recurred after stopping": tells about the stopping, not about the therapy.
_AFTER_STOPPING = re.compile(
    (
        r"(?:after|following|on|upon|when|since|once|with|during) (?:the |its |their |his |"
        r"her )?(?:\w+ )?(?:stopp\w+|withdraw\w+|discontinu\w+|cessation|taper\w*|reduc\w+|"
        r"(?:\w+ ){1,4}(?:was|were|had been) (?:\w+ )?(?:stopped|withdrawn|discontinued|tapered|reduced))"
    ),
    re.I,
)
# "no hyperglycaemia or other adverse effects of prednisone occurred", "side effects of it were not seen": a harm that was none.
_NO_HARM_BEFORE = re.compile(
    r"\b(?:no|without|never|not|denied|free (?:of|from)|absence of|neither|nor|lack of)\s(?:(?!and\b|but\b|which\b|that\b|help|work|"
    r"respon|improv)"
    r"[\w-]+,?\s){0,6}$",
    re.I,
)
_NO_HARM_AFTER = re.compile(
    r"^[^.;,]{0,50}\b(?:(?:was|were|has been|have been|had been|did|do|could)(?: not|n't| never)(?! (?:\w+ )?(?:tolerat|accept|"
    r"manage|improv|resol))"
    r"|(?:was|were) (?:absent|excluded|ruled out|denied))\b",
    re.I,
)
# "no response to train-of-four", "responded to voice": how an examination went.
_TO_A_STIMULUS = re.compile(
    r"^\s(?:to|on)\s(?:[\w-]+\s){0,3}?(?:voice|verbal|commands?|pain(?:ful)?|stimul\w+|TOF|train[- ]of[- ]four|touch|light|sound|noxious|"
    r"name|questions?|loading|tetracosactide|synacthen|ACTH)\b",
    re.I,
)
# "all values were normal, except for a persistently raised enzyme"
_EXCEPT = re.compile(r"\b(?:except(?:ing)? for|apart from|with the exception of)\s(?:\w+\s){0,3}$", re.I)
# "might be useful", "would improve": nobody's outcome.
_HYPOTHETICAL = re.compile(r"\b(?:may|might|should|would|could|can|must)\s(?:\w+\s){0,2}$", re.I)
_NEARLY = re.compile(
    (
        r"\b(?:almost|nearly|near|partial(?:ly)?|not|in (?:\d+ ?%|(?:\d+|one|two|three|some|half) (?:of|"
        r"children|patients|cases|areas|fingers)))(?!\w)"
    ),
    re.I,
)
# "in two of the four fingers": what helped no more than half helped in part.
_SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_IN_SOME = re.compile(
    r"^[^.;,]{0,40}\b(?:in|by) (?:\d+|one|two|three|four|five|some|half|several|a few)\b(?! (?:months?|weeks?|days?|years?))", re.I
)


_SHARE = re.compile(rf"^[^.;,]{{0,60}}?\b(?P<some>\d+|{'|'.join(_SMALL)}) of (?:the )?(?P<all>\d+|{'|'.join(_SMALL)})\b", re.I)


@dataclass(frozen=True, slots=True)
class Cue:
    """One outcome word where it stands; outcome None says that the outcome is not told."""

    outcome: Outcome | None
    family: Family
    side: Side
    start: int
    end: int
    about_absence: bool = False


def _pattern(cue: str) -> str:
    return cue.removesuffix("!")


_EVERY = tuple(cue for _, _, cues in CUES for cue in cues)
_KNOWN: tuple[tuple[Family, Side, bool], ...] = tuple((family, side, cue.endswith("!")) for family, side, cues in CUES for cue in cues)
# Matched against lower-cased text, at the beginnings of words only, the name of each alternative after it: so the matcher can tell by
# one letter that an alternative does not begin here. Named before, and without regard to case, it took three times as long.
_ALL = re.compile(r"\b(?=\w)(?:" + "|".join(f"(?:{_pattern(cue)})(?P<c{n}>)" for n, cue in enumerate(_EVERY)) + ")")


def cues_in(clause: str, offset: int, names_a_target: bool) -> Iterator[Cue]:
    """The cues of one clause, in order; ``offset`` is where the clause begins in its sentence."""
    for match in _ALL.finditer(_lowered(clause)):
        family, side, needs_target = _KNOWN[int(str(match.lastgroup)[1:])]
        before, after = clause[: match.start()], clause[match.end() :]
        if needs_target and (not names_a_target or _is_dosing(match.group(), before, after)):
            continue
        if family in ("good", "bad") and re.search(r"\b(?:an?|the) $", before) and match.group().endswith(("ed", "ing")):
            continue
        if (family == "bad" and _AFTER_STOPPING.search(clause)) or (family in ("good", "gone", "bad") and _HYPOTHETICAL.search(before)):
            continue
        if _TO_A_STIMULUS.match(after) and "respon" in match.group():
            continue
        if family in ("fail", "bad") and _EXCEPT.search(before):
            continue
        if family == "harm" and (_NO_HARM_BEFORE.search(before) or _NO_HARM_AFTER.match(after)):
            continue
        turned = _is_turned(family, before)
        outcome = _outcome(family, turned, match.group(), before, after)
        yield Cue(outcome, family, side, offset + match.start(), offset + match.end(), family == "bad" and turned)


def _is_dosing(cue: str, before: str, after: str) -> bool:
    """Whether a dose was changed; doses are reduced and increased, but do not fall or rise by themselves."""
    return not _BY_ITSELF.match(cue) and (_DOSING.search(before) is not None or _DOSING.match(after) is not None)


def _lowered(text: str) -> str:
    """Lower-cased at the same length: a few letters grow when they are."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _is_a_minority(after: str) -> bool:
    share = _SHARE.match(after)
    if not share:
        return False
    some, every = (_SMALL.get(number.lower()) or int(number) for number in share.group("some", "all"))
    return 0 < some <= every / 2


def _is_turned(family: Family, before: str) -> bool:
    """Whether a negation stands before the cue, near enough and with no comma between."""
    near = re.split(r"[,;:]", before)[-1][-60:]
    if _NO_NEGATION.search(near) and family != "bad":
        return False
    if family in ("good", "gone"):
        return any(
            negation.group().lower()[:4] not in ("prev", "avoi", "halt", "stop", "arre", "free") for negation in _NEGATION.finditer(near)
        )
    return family == "bad" and bool(_NEGATION.search(near))


def _outcome(family: Family, turned: bool, cue: str, before: str, after: str) -> Outcome | None:
    if family == "untold":
        return None
    if family in ("good", "gone") and turned:
        return "failed"
    if family == "bad":
        return (
            "improved"
            if turned
            else "worsened"
            if cue.lower().startswith(("wors", "deter", "aggra", "exac", "became", "got"))
            else "failed"
        )
    if family in ("gone", "good") and _is_a_minority(after):
        return "partial"
    if family == "gone":
        return "resolved" if not _NEARLY.search(before[-30:]) and not _IN_SOME.match(after) else "improved"
    return {"good": "improved", "fail": "failed", "partial": "partial", "harm": "adverse_effect"}[family]  # type: ignore[return-value]
