"""Route, duration and line of a therapy, as printed beside it."""

import re
from collections.abc import Iterator

from corpus.case import Fact
from corpus.vocabulary import Mention
from ingest.cases.dose_words import COUNT, DOSE
from ingest.cases.doses import fact_at, next_therapy, previous_therapy, without_its_length
from ingest.cases.narrative import Sentence

_ROUTES = (
    ("intravenous", re.compile(r"\b(?:intravenous(?:ly)?|i\.?v\.?|infusions?)\b", re.I)),
    ("oral", re.compile(r"\b(?:oral(?:ly)?|by mouth|per os|p\.?o\.)(?=\W|$)", re.I)),
    ("topical", re.compile(r"\b(?:topical(?:ly)?|cream|ointment)\b", re.I)),
    ("intralesional", re.compile(r"\b(?:intralesional(?:ly)?|injected directly into)\b", re.I)),
    ("subcutaneous", re.compile(r"\bsubcutaneous(?:ly)?(?= (?:injections?|at|\d|immun|methotrexate))|\bsubcutaneously\b", re.I)),
    ("intramuscular", re.compile(r"\bintramuscular(?:ly)?\b", re.I)),
)
_DURATION = re.compile(
    rf"\b(?:for|over|during)\s(?:(?:the|a|about|approximately|around|nearly|almost|more than|at least|over|"
    rf"up to|total of|another|past|last|first|further|in all)\s)*(?P<long>{COUNT}(?:\s?(?:-|–|"
    rf"to)\s?{COUNT})?\s(?:consecutive\s)?(?:days|weeks?|months?|years?|cycles|courses|sessions))\b"
    rf"|\bduration(?: of \w+)?\s?:\s?(?P<told>{COUNT}(?:\s?(?:-|–|to)\s?{COUNT})?\s(?:days?|weeks?|months?|years?))\b"
    rf"|\b(?P<cycles>{COUNT}\s(?:monthly\s)?(?:cycles|courses|sessions|infusions|pulses))\b",
    re.IGNORECASE,
)
# "50 mg for four weeks and then raised to 75 mg": how long the first step was.
_STEP = re.compile(
    r"[,;]? (?:and |but )?(?:then|thereafter|afterwards|after which|before being) (?:it was |was )?"
    r"(?:raised|increased|doubled|reduced|tapered|lowered|halved)",
    re.IGNORECASE,
)
_WENT_ON = re.compile(
    r"(?:it|this|the (?:drug|treatment|therapy|medication|infusions?|injections?)) (?:was|were) (?:then )?"
    r"(?:continued|maintained|given|kept up|taken)\b",
    re.IGNORECASE,
)
_LINES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_LINE = re.compile(rf"\b(?P<line>{'|'.join(_LINES)})[- ]line\b", re.I)
_CONSECUTIVE = re.compile(r"\bconsecutive\b", re.I)


def route_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """How a therapy was given: in its own name, in the words just before it, or just after it."""
    window = (max(previous_therapy(sentence, mention), mention.start - 25), min(next_therapy(sentence, mention), mention.end + 45))
    for start, end in ((mention.start, mention.end), (window[0], mention.end), window):
        for route, pattern in _ROUTES:
            if found := pattern.search(sentence.text, start, end):
                return Fact(route, sentence.proof_of(found.start(), found.end()))
    return None


def durations_of(sentence: Sentence, mention: Mention) -> Iterator[Fact]:
    """How long a therapy was given, as often as the sentence says so beside it; what a dose already says is left out."""
    end = next_therapy(sentence, mention)
    printed = DOSE.finditer(sentence.text, mention.end, end)
    doses = [(found.start(), found.start() + len(without_its_length(found.group()))) for found in printed]
    for found in _DURATION.finditer(sentence.text, max(previous_therapy(sentence, mention), mention.start - 30), end):
        group = str(found.lastgroup)
        joined = re.match(r"\sof\s(?:\w+\s)?$", sentence.text[found.end() : mention.start if found.end() <= mention.start else end])
        # "six cycles of rituximab" belongs to what follows "of"; all else to what stands before it.
        if (found.end() <= mention.start) != (joined is not None):
            continue
        if _STEP.match(sentence.text, found.end()):
            continue
        if not _CONSECUTIVE.search(found.group()) and not any(start <= found.start(group) < stop for start, stop in doses):
            yield fact_at(sentence, found.start(group), found.end(group))


def duration_told_next(sentence: Sentence, mention: Mention, following: Sentence | None) -> Iterator[Fact]:
    """``Thalidomide was begun ... It was continued for 18 months.``: of the only therapy that the sentence before names."""
    alone = previous_therapy(sentence, mention) == 0 and next_therapy(sentence, mention) == len(sentence.text)
    if following is None or not alone or following.paragraph.id != sentence.paragraph.id or not _WENT_ON.match(following.text):
        return
    if found := _DURATION.search(following.text):
        group = str(found.lastgroup)
        yield fact_at(following, found.start(group), found.end(group))


def line_of(sentence: Sentence, mention: Mention) -> int | None:
    """Which line of therapy it was, where the words beside it say so."""
    start, end = previous_therapy(sentence, mention), next_therapy(sentence, mention)
    found = _LINE.search(sentence.text, max(start, mention.start - 45), min(end, mention.end + 45))
    return _LINES[found.group("line").lower()] if found else None


def repeats(duration: Fact, dose: Fact | None) -> bool:
    """Whether a duration says what the dose says already: "1 g/kg for 2 days", "2 days"."""
    return dose is not None and duration.value.lower() in dose.value.lower()
