"""Dose, route and duration, as printed beside a therapy."""

import re

from corpus.case import Fact
from corpus.vocabulary import Mention
from ingest.cases.narrative import Sentence

_NUMBER = r"\d+(?:[.,]\d+)*(?:\s?(?:-|–|to|or)\s?\d+(?:[.,]\d+)*)?"
_COUNT = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_UNIT = r"(?:mg|milligrams?|g|grams?|gm|mcg|µg|μg|ug|ng|mL|ml|IU|U|units?|million units|mmol|MBq|Gy|cGy|%|J/cm2|kcal)"
_PER = (
    r"(?:\s?/\s?(?:\d+\s?)?(?:kg|m2|m²|mL|ml|d|day|days|wk|week|month|h|hr|hour|min|dose|session|24 ?h|"
    r"body weight)\b|\s(?:per|a|each)\s(?:kg|kilogram|m2|day|week|month|hour|minute|dose|session|"
    r"infusion)\b)"
)
_AMOUNT = rf"{_NUMBER}\s?{_UNIT}(?![a-zA-Z]){_PER}*"
_PERIOD = r"(?:days?|weeks?|months?|years?|hours?|h|wk|mornings?|nights?)"
_FREQUENCY = (
    rf"(?:(?:once|twice|three times|four times|{_COUNT} times)(?:\s(?:a|per|each|every))?\s?(?:daily|day|"
    rf"weekly|week|monthly|month|year)|(?:once|twice)\b|daily|weekly|monthly|every other (?:day|week|month)"
    rf"|every\s(?:{_COUNT}(?:\s?(?:-|–|to)\s?{_COUNT})?\s)?{_PERIOD}|(?:each|per|a|in a|every)\s(?:day|"
    rf"week|month)|at night|bid|b\.i\.d\.|tid|qd|(?:for|over|on)\s(?:{_COUNT}(?:\s?(?:-|–|"
    rf"to)\s?{_COUNT})?)\s(?:consecutive\s)?{_PERIOD}(?!\s(?:without|with no))"
    rf"|times (?:a|per) (?:day|week)|(?:day|week|month)ly|in (?:\w+ )?divided doses|on alternate days|/\s?(?:day|week|month))"
)
_DOSE = re.compile(rf"{_AMOUNT}(?:(?:,?\s|\s?\(|\)\s?|,\s)*(?:{_AMOUNT}|{_FREQUENCY})\)?)*", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?P<dose>{_AMOUNT}(?:\s{_FREQUENCY})*)\s(?:of\s)?(?:(?:oral|intravenous|topical|intralesional|subcutaneous|IV)\s)?$", re.IGNORECASE
)
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
    rf"up to|total of|another|past|last|first|further|in all)\s)*(?P<long>{_COUNT}(?:\s?(?:-|–|"
    rf"to)\s?{_COUNT})?\s(?:consecutive\s)?(?:days|weeks?|months?|years?|cycles|courses|sessions))\b"
    rf"|\b(?P<cycles>{_COUNT}\s(?:monthly\s)?(?:cycles|courses|sessions|infusions|pulses))\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    (
        r"(?:[\s,(:;]|\b(?:at|a|the|of|dose|doses|dosage|was|were|is|started|given|initiated|administered|in|"
        r"with|an|initial|high|daily|weekly|total|up|to|mean|cautiously|intravenously|orally|oral|sodium|acid|"
        r"therapy|treatment|infusions?|tablets?|printed|as|for|and|used|taken|begun|prescribed|applied|"
        r"topically|solution|IVIG|pulses?|once|monthly|per|starting)\b)*"
    ),
    re.I,
)
_LABORATORY = re.compile(r"\s?(?:U/L|IU/L|g/dL|mg/dL|ng/mL|pg/mL|mmol/L|µmol/L|cells)", re.I)


def dose_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """The dose printed right after a therapy, up to the next one; else right before it ("70 mg of alendronate")."""
    end = _next_therapy(sentence, mention)
    gap = _GAP.match(sentence.text, mention.end, end)
    found = _DOSE.match(sentence.text, gap.end() if gap else mention.end, end)
    if found and not _LABORATORY.match(sentence.text, found.start() + len(found.group().split()[0])):
        return _fact(sentence, found.start(), found.end())
    before = _BEFORE.search(sentence.text, _previous_therapy(sentence, mention), mention.start)
    return _fact(sentence, before.start("dose"), before.end("dose")) if before else None


def route_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """How a therapy was given: in its own name, in the words just before it, or just after it."""
    window = (max(_previous_therapy(sentence, mention), mention.start - 25), min(_next_therapy(sentence, mention), mention.end + 45))
    for start, end in ((mention.start, mention.end), (window[0], mention.end), window):
        for route, pattern in _ROUTES:
            if found := pattern.search(sentence.text, start, end):
                return Fact(route, sentence.proof_of(found.start(), found.end()))
    return None


def duration_of(sentence: Sentence, mention: Mention, dose: Fact | None) -> Fact | None:
    """How long a therapy was given, where that is not part of its dose."""
    end = _next_therapy(sentence, mention)
    for found in _DURATION.finditer(sentence.text, max(_previous_therapy(sentence, mention), mention.start - 30), end):
        group = "long" if found.group("long") else "cycles"
        joined = re.match(r"\sof\s(?:\w+\s)?$", sentence.text[found.end() : mention.start if found.end() <= mention.start else end])
        # "six cycles of rituximab" belongs to what follows "of"; all else to what stands before it.
        if (found.end() <= mention.start) != (joined is not None):
            continue
        fact = _fact(sentence, found.start(group), found.end(group))
        if not (dose and dose.proof.paragraph_id == fact.proof.paragraph_id and dose.proof.start <= fact.proof.start < dose.proof.end):
            return fact
    return None


def _fact(sentence: Sentence, start: int, end: int) -> Fact:
    text = sentence.text[start:end].rstrip(" ,;(")
    if text.count("(") > text.count(")"):
        text = text[: text.rindex("(")].rstrip(" ,")
    if text.count(")") > text.count("("):
        text = text[: text.index(")")].rstrip(" ,")
    return Fact(text, sentence.proof_of(start, start + len(text)))


def _next_therapy(sentence: Sentence, mention: Mention) -> int:
    starts = [other.start for other in sentence.of_kind("therapy") if other.start >= mention.end and other.entity != mention.entity]
    return min(starts, default=len(sentence.text))


def _previous_therapy(sentence: Sentence, mention: Mention) -> int:
    return max(
        (other.end for other in sentence.of_kind("therapy") if other.end <= mention.start and other.entity != mention.entity), default=0
    )
