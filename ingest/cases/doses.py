"""Dose, route and duration, as printed beside a therapy."""

import re
from collections.abc import Iterator

from corpus.case import Fact
from corpus.vocabulary import Mention
from ingest.cases.narrative import Sentence

_NUMBER = r"\d+(?:[.,]\d+)*(?:\s?(?:-|–|to|or)\s?\d+(?:[.,]\d+)*)?"
_COUNT = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_UNIT = (
    r"(?:mg|milligrams?|g|grams?|gms?|mcg|mic|micrograms?|µg|μg|ug|ng|mL|ml|litres?|liters?|L|IU|U|MU|mega ?units?|"
    r"(?:million )?(?:international )?"
    r"units?|million IU|mio IU|mmol|mEq|meq|MBq|mCi|Gy|cGy|%|J/cm2|kcal|tablets?|"
    r"capsules?|puffs?|drops?|vials?|ampoules?|sachets?|sprays?|pints?|bags?)"
)
# "per" in all its spellings; a superscript that a text prints apart is still one ("mg/m 2", "l min -1").
_PER = (
    r"(?:\s?/\s?(?:\d+\s?)?(?:kg|m\s?2|m²|mL|ml|L|d|day|days|wk|week|month|h|hr|hours?|min|minute|dose|session|24 ?h|"
    r"body weight|nebuli[sz]ation)(?!\w)|\s(?:per|a|each)\s(?:kg|kilogram|m2|day|week|month|hour|minute|dose|session|"
    r"infusion)\b|\s(?:kg|ml|l|min|h|m)\s?[-−–]\s?[12](?!\w))"
)
_ROUTE = (
    r"(?:intravenous(?:ly)?|oral(?:ly)?|subcutaneous(?:ly)?|intramuscular(?:ly)?|intrathecal(?:ly)?|i\.?v\.?|p\.?o\.?|s\.?c\.?|i\.?m\.?|"
    r"by mouth|per os|given subcutaneously|given orally|given intravenously|by (?:intravenous|intramuscular|subcutaneous) "
    r"(?:injection|infusion))"
)
_AMOUNT = (
    rf"(?:(?:\d\s?[×x]\s?)?{_NUMBER}\s?{_UNIT}(?![a-zA-Z]){_PER}*|AUC\s?(?:of\s)?\d(?:\.\d)?|"
    r"(?:one|two|three|four|five|six|eight|ten)\s(?:units|bags|tablets|pints|vials|ampoules|puffs|drops|capsules)\b)"
)
_PERIOD = r"(?:days?|weeks?|months?|years?|hours?|h|wk|mornings?|nights?)"
_FREQUENCY = (
    rf"(?:(?:once|twice|thrice|three times|four times|{_COUNT} times)(?:\s(?:a|per|each|every))?\s?(?:daily|day|"
    rf"weekly|week|monthly|month|year)|(?:once|twice|thrice)\b|daily|weekly|monthly|every other (?:day|week|month)"
    rf"|every\s(?:{_COUNT}(?:\s?(?:-|–|to)\s?{_COUNT})?\s)?{_PERIOD}|(?:each|per|a|in a|every)\s(?:day|"
    rf"week|month)|at night|at bedtime|nocte|in \d+ (?:fractions|cycles)|(?:bid|tid|qid|tds|qds|qd|bd|od)\b|b\.i\.d\.|t\.i\.d\.|q\.i\.d\."
    rf"|\d{{1,2}}[- ]?hourly|q\s?\d{{1,2}}\s?h(?:ours)?\b|as (?:per )?needed|(?:for|over|on)\s(?:{_COUNT}(?:\s?(?:-|–|"
    rf"to)\s?{_COUNT})?)\s(?:consecutive\s)?(?:days?|hours?|h|minutes?|mornings?|nights?)(?!\s(?:without|with no))"
    rf"|times (?:a|per) (?:day|week)|(?:day|week|month)ly|in (?:\w+ )?divided doses|on alternate days|/\s?(?:day|week|month))"
)
# A route between amount and frequency is part of what is printed: "1 g intravenous twice daily".
_DOSE = re.compile(
    rf"{_AMOUNT}(?:(?:,?\s|\s?\()*(?:{_ROUTE},?\s)?{_AMOUNT}(?!\w)\)?"
    rf"|(?:,?\s|\s?\(|\s?\)\s?)*(?:{_ROUTE},?\s)?{_FREQUENCY}(?!\w)(?:,?\s{_ROUTE}(?=\)))?\)?)*",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    (
        rf"(?P<dose>{_AMOUNT}(?:\s{_FREQUENCY})*)\s(?:(?:tablets?|capsules?|doses?|ampoules?|infusions?|injections?)\s)?(?:of\s)?(?:(?:additional|single-dose|pooled|packed|oral|intravenous|topical|intralesional|"
        rf"subcutaneous|IV|IM|SC|buccal|sublingual|rectal|inhaled|nebuli[sz]ed)\s){{0,2}}$"
    ),
    re.IGNORECASE,
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
    rf"|\bduration(?: of \w+)?\s?:\s?(?P<told>{_COUNT}(?:\s?(?:-|–|to)\s?{_COUNT})?\s(?:days?|weeks?|months?|years?))\b"
    rf"|\b(?P<cycles>{_COUNT}\s(?:monthly\s)?(?:cycles|courses|sessions|infusions|pulses))\b",
    re.IGNORECASE,
)
_LINES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_LINE = re.compile(rf"\b(?P<line>{'|'.join(_LINES)})[- ]line\b", re.I)
_RATE = re.compile(r"\s(?:every|daily|weekly|monthly|once|twice|thrice)\b", re.I)
_CONSECUTIVE = re.compile(r"\bconsecutive\b", re.I)
_GAP = re.compile(
    (
        r"(?:\([A-Z][A-Za-z-]{1,7}\)|[\s,(:;®™]|\b(?:at|a|the|of|dose|doses|dosage|was|were|is|started|given|initiated|administered|in|"
        r"with|an|initial|high|daily|weekly|total|up|to|mean|cautiously|intravenously|orally|oral|sodium|acid|"
        r"therapy|treatment|infusions?|tablets?|printed|as|for|and|used|taken|begun|prescribed|applied|"
        r"topically|solution|IVIG|pulses?|once|monthly|per|starting|hydrochloride|phosphate|sulfate|bromide|"
        r"succinate|tartrate|maleate|acetate|mesylate|citrate|besylate|potassium|calcium|nebuli[sz]ed|"
        r"inhaled|increased|decreased|reduced|raised|escalated|titrated|tapered|from|then|had|been|be|she|he|received|which|via|by|"
        r"introduced|commenced|continued|maintained|resumed|restarted|switched|changed|carbonate|gluconate|lactate|valerate|"
        r"dipropionate|furoate|eye drops|cream|ointment|rate|loading|maintenance|bolus|single|low|daily dose|ophthalmic|chloride|disodium|"
        r"drip|injections?|intramuscular(?:ly)?|subcutaneous(?:ly)?|intravenous|IV|iv|IM|PO|SC|about|"
        r"approximately|another|each|containing|eye|drops|continuous|equivalent|ml/hr)\b)*"
    ),
    re.I,
)
# "tofacitinib 25%" is a share of patients; a strength in per cent is a cream's or a solution's.
_STRENGTH = re.compile(
    r"\b(?:cream|ointment|gel|lotion|solution|drops|ophthalmic|infiltrat\w+|ana?esthe\w+|"
    r"nerve block|carpule|mouthwash|rinse|irrigat\w+|topical\w*|compress\w*|"
    r"concentration|applied|infusion|injection)\b",
    re.I,
)
_LABORATORY = re.compile(r"\s?(?:U/L|IU/L|g/dL|mg/dL|ng/mL|pg/mL|mmol/L|µmol/L|cells)", re.I)


def dose_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """The dose printed right after a therapy, up to the next one; else right before it ("70 mg of alendronate")."""
    end = _next_therapy(sentence, mention)
    gap = _GAP.match(sentence.text, mention.end, end)
    found = _DOSE.match(sentence.text, gap.end() if gap else mention.end, end)
    if found and not _is_no_dose(sentence.text, mention, found, end) and not _is_of_the_next(sentence.text, found, end):
        return _fact(sentence, found.start(), found.end())
    before = _BEFORE.search(sentence.text, _previous_therapy(sentence, mention), mention.start)
    return _fact(sentence, before.start("dose"), before.end("dose")) if before else None


def _is_of_the_next(text: str, found: re.Match[str], next_therapy: int) -> bool:
    """``4 units of blood, 3 units of plasma``: the amount after "blood" is the plasma's."""
    return (
        next_therapy < len(text)
        and re.fullmatch(
            r"\s(?:of\s)?(?:(?!and\b|or\b|with\b|plus\b|then\b|to\b|followed\b|was\b|were\b)[\w-]+\s){0,2}",
            text[found.end() : next_therapy],
        )
        is not None
    )


def _is_no_dose(text: str, mention: Mention, found: re.Match[str], end: int) -> bool:
    if _LABORATORY.match(text, found.start() + len(found.group().split()[0])):
        return True
    return "%" in found.group() and not _STRENGTH.search(text, max(0, mention.start - 40), min(end, found.end() + 40))


def route_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """How a therapy was given: in its own name, in the words just before it, or just after it."""
    window = (max(_previous_therapy(sentence, mention), mention.start - 25), min(_next_therapy(sentence, mention), mention.end + 45))
    for start, end in ((mention.start, mention.end), (window[0], mention.end), window):
        for route, pattern in _ROUTES:
            if found := pattern.search(sentence.text, start, end):
                return Fact(route, sentence.proof_of(found.start(), found.end()))
    return None


def durations_of(sentence: Sentence, mention: Mention) -> Iterator[Fact]:
    """How long a therapy was given, as often as the sentence says so beside it; what a dose already says is left out."""
    end = _next_therapy(sentence, mention)
    doses = [(found.start(), found.end()) for found in _DOSE.finditer(sentence.text, mention.end, end)]
    for found in _DURATION.finditer(sentence.text, max(_previous_therapy(sentence, mention), mention.start - 30), end):
        group = str(found.lastgroup)
        joined = re.match(r"\sof\s(?:\w+\s)?$", sentence.text[found.end() : mention.start if found.end() <= mention.start else end])
        # "six cycles of rituximab" belongs to what follows "of"; all else to what stands before it.
        if (found.end() <= mention.start) != (joined is not None):
            continue
        if not _CONSECUTIVE.search(found.group()) and not any(start <= found.start(group) < stop for start, stop in doses):
            yield _fact(sentence, found.start(group), found.end(group))


def line_of(sentence: Sentence, mention: Mention) -> int | None:
    """Which line of therapy it was, where the words beside it say so."""
    start, end = _previous_therapy(sentence, mention), _next_therapy(sentence, mention)
    found = _LINE.search(sentence.text, max(start, mention.start - 45), min(end, mention.end + 45))
    return _LINES[found.group("line").lower()] if found else None


def repeats(duration: Fact, dose: Fact | None) -> bool:
    """Whether a duration says what the dose says already: "1 g/kg for 2 days", "2 days"."""
    return dose is not None and duration.value.lower() in dose.value.lower()


def _fact(sentence: Sentence, start: int, end: int) -> Fact:
    """The words as printed. A bracket that was opened before them ends them, but for a rate after it: "(30 mg) every 2 weeks"."""
    quote = value = sentence.text[start:end].rstrip(" ,;(")
    if quote.count("(") > quote.count(")"):
        quote = value = quote[: quote.rindex("(")].rstrip(" ,")
    if quote.count(")") > quote.count("("):
        inside, _, after = quote.partition(")")
        quote = quote if _RATE.match(after) else inside.rstrip(" ,")
        value = f"{inside.rstrip()}{after}" if _RATE.match(after) else quote
    return Fact(value, sentence.proof_of(start, start + len(quote)))


def _next_therapy(sentence: Sentence, mention: Mention) -> int:
    starts = [other.start for other in sentence.of_kind("therapy") if other.start >= mention.end and other.entity != mention.entity]
    return min(starts, default=len(sentence.text))


def _previous_therapy(sentence: Sentence, mention: Mention) -> int:
    return max(
        (other.end for other in sentence.of_kind("therapy") if other.end <= mention.start and other.entity != mention.entity), default=0
    )
