"""The dose of a therapy, as printed beside it, behind it in the same sentence, or in the next."""

import re
from collections.abc import Iterator, Sequence

from corpus.case import Fact
from corpus.vocabulary import Mention
from ingest.cases.dose_words import (
    ANNOUNCED,
    ANOTHER_MATTER,
    BEFORE,
    CELL_COUNT,
    DOSE,
    FORM,
    GAP,
    GIVEN_THEN_RATE,
    HAS_A_RATE,
    KIND,
    LABORATORY,
    LASTS,
    MEASURED,
    NUMBER,
    OF_A_DAY,
    ONE_AMOUNT,
    RATE_BEHIND,
    TARGET_CONCENTRATION,
    UNIT,
)
from ingest.cases.narrative import Sentence

# "tofacitinib 25%" is a share of patients; a strength in per cent is a cream's or a solution's.
_STRENGTH = re.compile(
    r"\b(?:cream|ointment|gel|lotion|solution|drops|ophthalmic|infiltrat\w+|ana?esthe\w+|"
    r"nerve block|carpule|mouthwash|rinse|irrigat\w+|topical\w*|compress\w*|"
    r"concentration|applied|infus\w+|injection|bolus|intravenous\w*|saline|dextrose|glucose)\b",
    re.I,
)
_RATE_GOES_ON = re.compile(r"\s(?:every|daily|weekly|monthly|once|twice|thrice)\b", re.I)
_RAISED = re.compile(r"\b(?:increas|rais|escalat|uptitrat|titrat|doubl|adjust|chang|switch)\w*\s(?:\w+ly\s)?from\s$", re.I)
_STEP = re.compile(r",?\s(?:up\s)?to\s(?:a\s(?:maximum|total|daily dose|dose)\s(?:of\s)?)?", re.I)
# "250 µg of tetracosactide" behind another drug is no dose of that one; "1 g of body weight" is.
_OF_SOMETHING = re.compile(r"\)?\s(?:(?:IV|iv|intravenous|oral)\s)?of\s(?!body|elemental|the\sdrug|which|it\b|this\b)(?=[A-Za-z])", re.I)
_UP_TO_THE_NEXT = re.compile(r"\s(?:of\s)?(?:(?!and\b|or\b|with\b|plus\b|then\b|to\b|in\b|followed\b|was\b|were\b)[\w-]+\s){0,2}")
# "albumin 20%, 100 ml": how much of what strength.
_VOLUME_OF_A_STRENGTH = re.compile(r"(?:[,\s]|\()+(?=\d+(?:\.\d+)?\s?(?:ml|l|cc|drops?)\b)", re.I)
_MORE_IS_SAID = re.compile(r"\s(?:later|before|after|earlier|prior|ago|previously|the|she|he|it|his|her|their)\b", re.I)
_LISTED = re.compile(r"\s?(?:\([^()\d]{1,60}\))?\s?(?:,\s?|\s?and\s|,\sand\s|\s?&\s?|\s?plus\s|/|\sor\s)(?:[a-z]+\s)?")
_RESPECTIVELY = re.compile(r"\brespectively\b", re.I)
_EACH = re.compile(r"\b(?:each|both)\b", re.I)
_EACH_BEHIND = re.compile(r"\)?,?\s(?:each|of each|for each|for both)\b", re.I)
_NUMBERS = re.compile(
    rf"(?P<numbers>\d+(?:\.\d+)?(?:(?:,\s|\sand\s|,\sand\s)\d+(?:\.\d+)?)+)(?P<unit>\s?{UNIT}(?![a-zA-Z])[^,;.()]{{0,25}}?)(?=,?\srespectively)",
    re.I,
)
_ITS_DOSE = re.compile(
    r"(?:it|this|the (?:drug|infusion|medication|medicine|(?:starting |initial |daily |loading )?(?:dose|dosage)|treatment|"
    r"therapy|supplement)|"
    r"(?:its|his|her|the) (?:dose|dosage)|(?:dose|dosage))\b(?!\s(?:level|concentration))",
    re.I,
)
_DOSE_WAS = re.compile(r"\b(?:dose|dosage)\s(?:was|is|being|remained)\s(?:then\s|later\s|about\s)?$", re.I)
_A_STRENGTH = re.compile(rf"{NUMBER}\s?(?:%|per cent)")
_SALINES = frozenset({"saline", "hypertonic saline"})
_CELL_THERAPY = "cell therapy"
# What an infusion pump holds at a concentration.
_PUMPED = frozenset({"anaesthetic drug", "opioid", "benzodiazepine"})
_TARGETED = re.compile(r"\b(?:target(?:[- ]\w+){0,2}[- ]concentrations?|effect[- ]site|target[- ]controlled)\b", re.I)
_CONCENTRATION = re.compile(r"[µμun]g\s?/\s?m[lL]")
_JOINED = re.compile(r"\)?(?:,\s(?:and\s)?|\s(?:and|plus|with)\s)", re.I)
_OF_A_DRUG = re.compile(rf"\s(?:of\s)?(?:(?:{KIND}|{FORM})\s){{0,2}}", re.I)
_KINDS = re.compile(rf"(?:(?:{KIND}|{FORM})\s){{0,2}}", re.I)
_NEAR = 45
# How far behind its drug an announced dose may stand: a relative clause, no more.
_FAR = 160
_NEAR_BRACKET = 45


def dose_of(sentence: Sentence, mention: Mention) -> Fact | None:
    """The dose printed for a therapy: its place in a list that is told together, right behind it, right before it, or far behind.

    How strong a solution is ("2 %") says less than how much of it was given, and of saline it is the name.
    """
    strength = None
    for way in (_of_a_list, _at_a_target, _right_behind, _right_before, _far_behind):
        if found := way(sentence, mention):
            if not _A_STRENGTH.fullmatch(found.value):
                return _with_the_lists_rate(sentence, mention, found)
            strength = strength or found
    return None if mention.entity.name in _SALINES else strength or _in_its_name(sentence, mention)


def _in_its_name(sentence: Sentence, mention: Mention) -> Fact | None:
    """``25% dextrose``: its strength is all that is told."""
    found = _A_STRENGTH.match(sentence.text, mention.start, mention.end)
    return fact_at(sentence, found.start(), found.end()) if found else None


def cells_infused(mention: Mention, following: Sequence[Sentence]) -> Fact | None:
    """How many cells by weight a transplant of cells had, told up to a few sentences later."""
    if _CELL_THERAPY not in mention.entity.groups:
        return None
    return next((fact_at(each, found.start(), found.end()) for each in following if (found := CELL_COUNT.search(each.text))), None)


def dose_told_next(sentence: Sentence, mention: Mention, following: Sentence | None) -> Fact | None:
    """``She was started on miglustat. The dose was 100 mg daily``: told of the one therapy of the sentence before."""
    if following is None or following.paragraph.id != sentence.paragraph.id or following.of_kind("therapy"):
        return None
    if {each.entity for each in sentence.of_kind("therapy")} != {mention.entity} or not _ITS_DOSE.match(following.text):
        return None
    found = DOSE.search(following.text)
    if not found or _is_a_measurement(following.text, found.start()):
        return None
    before = following.text[: found.start()]
    if MEASURED.search(before) or not (ANNOUNCED.search(before) or _DOSE_WAS.search(before)) or before.endswith("("):
        return None
    return fact_at(following, found.start(), found.end())


def says_more(dose: Fact, told: Fact) -> bool:
    """``60 mg twice daily`` says more than ``60 mg``."""
    longer, shorter = (re.sub(r"[\s,()]", "", one.value).lower() for one in (dose, told))
    return (
        longer != shorter
        and longer.startswith(shorter)
        and HAS_A_RATE.search(told.value) is None
        and HAS_A_RATE.search(dose.value) is not None
    )


def _right_behind(sentence: Sentence, mention: Mention) -> Fact | None:
    text, end = sentence.text, next_therapy(sentence, mention)
    gap = GAP.match(text, mention.end, end)
    found = DOSE.match(text, gap.end() if gap else mention.end, end)
    if found and "%" in found.group() and (volume := _VOLUME_OF_A_STRENGTH.match(text, found.end(), end)):
        found = DOSE.match(text, volume.end(), end) or found
    if not found or _is_no_dose(text, mention, found, end) or _is_of_another(sentence, mention, found, end):
        return None
    return _with_a_rate(sentence, _last_step(text, found, end), end)


def _right_before(sentence: Sentence, mention: Mention) -> Fact | None:
    text, previous = sentence.text, previous_therapy(sentence, mention)
    if unit := re.match(rf"{UNIT}(?=\sof\b)", text[mention.start : mention.end], re.I):
        # "2 units of platelets": the unit is part of the name that was found.
        amount = ONE_AMOUNT.search(text, previous, mention.start + unit.end())
        while amount and amount.end() < mention.start + unit.end():
            amount = ONE_AMOUNT.search(text, amount.end(), mention.start + unit.end())
        return fact_at(sentence, amount.start(), amount.end()) if amount else None
    before = BEFORE.search(text, previous, mention.start)
    if not before or _is_a_measurement(text, before.start("dose")):
        return None
    if previous and not text[previous : before.start()].strip(" (") and not re.search(r"\sof\s", before.group()):
        return None
    start, end = before.start("dose"), before.end("dose")
    behind = RATE_BEHIND.match(text, mention.end, next_therapy(sentence, mention))
    if behind and not HAS_A_RATE.search(text, start, end) and not _MORE_IS_SAID.match(text, behind.end()):
        return _put_together(sentence, start, end, behind.start("rate"), behind.end("rate"))
    return fact_at(sentence, start, end)


def _far_behind(sentence: Sentence, mention: Mention) -> Fact | None:
    """``which she had taken for years, was raised to 1500 mg``; an operation has no such dose."""
    text, end = sentence.text, min(next_therapy(sentence, mention), mention.end + _FAR)
    if "surgery" in (mention.entity.name, *mention.entity.groups):
        return None
    for found in DOSE.finditer(text, mention.end, end):
        between = text[mention.end : found.start()]
        if MEASURED.search(between) or ";" in between:
            return None
        announced = ANNOUNCED.search(between)
        if not announced or _is_no_dose(text, mention, found, end) or _is_of_another(sentence, mention, found, end):
            continue
        is_doubtful = announced["bare"] is not None or announced["open"] is not None or ANOTHER_MATTER.search(between)
        if is_doubtful and not _is_surely_a_dose(found.group()):
            continue
        if announced["open"] is not None and len(between) > _NEAR_BRACKET:
            continue
        return _with_a_rate(sentence, _last_step(text, found, end), end)
    return None


def _is_surely_a_dose(printed: str) -> bool:
    return HAS_A_RATE.search(printed) is not None or re.search(r"/\s?(?:kg|m\s?2|m²|dose)|Gy\b|IU\b|mg\b|AUC", printed, re.I) is not None


def _of_a_list(sentence: Sentence, mention: Mention) -> Fact | None:
    """``A and B at 20 mg and 5 mg, respectively``, ``A and B (5 mg each)``."""
    drugs = _run(sentence, mention)
    if len(drugs) < 2:
        return None
    text, start, place = sentence.text, drugs[-1].end, [each.entity for each in drugs].index(mention.entity)
    end = next_therapy(sentence, drugs[-1])
    if (word := _RESPECTIVELY.search(text, start, end)) and ";" not in text[start : word.start()]:
        return _respective(sentence, drugs, word.start(), place)
    gap = GAP.match(text, start, end)
    found = DOSE.match(text, gap.end() if gap else start, end)
    if not found or _is_no_dose(text, mention, found, end):
        return None
    is_shared = _EACH.search(text, start, found.start()) or _EACH_BEHIND.match(text, found.end())
    return fact_at(sentence, found.start(), found.end()) if is_shared else None


def _respective(sentence: Sentence, drugs: list[Mention], end: int, place: int) -> Fact | None:
    text, start = sentence.text, drugs[-1].end
    is_pumped = all(_PUMPED & {each.entity.name, *each.entity.groups} for each in drugs) and _TARGETED.search(text, start, end)
    amounts = [found for found in DOSE.finditer(text, start, end) if is_pumped or not _is_a_measurement(text, found.start())]
    if len(amounts) == len(drugs):
        return fact_at(sentence, amounts[place].start(), amounts[place].end())
    if shared := _NUMBERS.search(text, start):
        numbers = re.findall(r"\d+(?:\.\d+)?", shared["numbers"])
        if len(numbers) == len(drugs):
            return Fact(f"{numbers[place]}{shared['unit']}", sentence.proof_of(shared.start(), shared.end()))
    return None


def _at_a_target(sentence: Sentence, mention: Mention) -> Fact | None:
    """``propofol at a target concentration of 4 µg/ml``: an anaesthetic is dosed so; of all else it is a blood value."""
    if not _PUMPED & {mention.entity.name, *mention.entity.groups}:
        return None
    for found in ONE_AMOUNT.finditer(sentence.text, mention.end, next_therapy(sentence, mention)):
        is_told_before = _CONCENTRATION.search(found.group()) and _TARGETED.search(sentence.text, 0, mention.start)
        if is_told_before or TARGET_CONCENTRATION.search(sentence.text[mention.end : found.start()]):
            return fact_at(sentence, found.start(), found.end())
    return None


def _with_the_lists_rate(sentence: Sentence, mention: Mention, dose: Fact) -> Fact:
    """``A 200 mg and B 100 mg per day``: the rate of the day that stands once, behind the last item, is each one's."""
    start, end = dose.proof.start - sentence.start, dose.proof.end - sentence.start
    if HAS_A_RATE.search(dose.value) or not ONE_AMOUNT.fullmatch(dose.value):
        return dose
    text, place = sentence.text, max(mention.end, end)
    while joint := _JOINED.match(text, place):
        following = next((each for each in sentence.of_kind("therapy") if each.start >= joint.end()), None)
        if following is None or following.start - joint.end() > _NEAR:
            break
        amount = ONE_AMOUNT.match(text, joint.end())
        if amount and _OF_A_DRUG.fullmatch(text, amount.end(), following.start):
            place = following.end
        elif not _KINDS.fullmatch(text, joint.end(), following.start) or not (amount := ONE_AMOUNT.match(text, following.end + 1)):
            break
        else:
            place = amount.end()
        if rate := OF_A_DAY.match(text, place):
            return _put_together(sentence, start, end, rate.start("rate"), rate.end("rate"))
    return dose


def _run(sentence: Sentence, mention: Mention) -> list[Mention]:
    """The enumeration of therapies that a mention stands in, each of them once."""
    runs: list[list[Mention]] = []
    for each in sentence.of_kind("therapy"):
        if runs and _LISTED.fullmatch(sentence.text, runs[-1][-1].end, each.start):
            runs[-1].append(each)
        else:
            runs.append([each])
    run = next(run for run in runs if mention in run) if any(mention in run for run in runs) else []
    return list({each.entity: each for each in run}.values())


def _last_step(text: str, found: re.Match[str], end: int) -> re.Match[str]:
    """``increased from 500 mg to 1000 mg daily``: what it was increased to; a taper's dose is where it began."""
    if not _RAISED.search(text[max(0, found.start() - 40) : found.start()]):
        return found
    step = _STEP.match(text, found.end(), end)
    return (DOSE.match(text, step.end(), end) if step else None) or found


def _with_a_rate(sentence: Sentence, found: re.Match[str], end: int) -> Fact:
    """The dose with the rate that a verb stands before: ``1 mg was injected weekly``."""
    given = None if HAS_A_RATE.search(found.group()) else GIVEN_THEN_RATE.match(sentence.text, found.end(), end)
    if given and not _MORE_IS_SAID.match(sentence.text, given.end()):
        return _put_together(sentence, found.start(), found.end(), given.start("rate"), given.end("rate"))
    return fact_at(sentence, found.start(), found.end())


def _put_together(sentence: Sentence, start: int, end: int, rate: int, rate_end: int) -> Fact:
    amount = fact_at(sentence, start, end)
    return Fact(f"{amount.value} {sentence.text[rate:rate_end]}", sentence.proof_of(start, rate_end))


def _is_of_another(sentence: Sentence, mention: Mention, found: re.Match[str], end: int) -> bool:
    """``4 units of blood, 3 units of plasma``: the amount after "blood" is the plasma's, and so is that of something unknown."""
    text = sentence.text
    if of := _OF_SOMETHING.match(text, found.end()):
        return not any(
            each.entity == mention.entity and each.start < of.end() + 25 and each.end > of.end() for each in sentence.of_kind("therapy")
        )
    following = next((each.entity for each in sentence.of_kind("therapy") if each.start == end), mention.entity)
    # "iron supplements (6 mg/kg of elemental iron)": the wider name says the same thing.
    is_the_same = following.name in mention.entity.groups or mention.entity.name in following.groups
    return end < len(text) and not is_the_same and _UP_TO_THE_NEXT.fullmatch(text, found.end(), end) is not None


def _is_a_measurement(text: str, start: int) -> bool:
    return LABORATORY.match(text, start) is not None


def _is_no_dose(text: str, mention: Mention, found: re.Match[str], end: int) -> bool:
    if _is_a_measurement(text, found.start()):
        return True
    # What is breathed in has its share of the air as its dose.
    if mention.entity.name.endswith("flurane") or mention.entity.name == "nitrous oxide":
        return False
    return "%" in found.group() and not _STRENGTH.search(text, max(0, mention.start - 40), min(end, found.end() + 40))


def fact_at(sentence: Sentence, start: int, end: int) -> Fact:
    """What is printed there as a fact: without a bracket that is only half inside, and without the time that it was given for."""
    quote = value = without_its_length(sentence.text[start:end]).rstrip(" ,;(")
    if quote.count("(") > quote.count(")"):
        quote = value = quote[: quote.rindex("(")].rstrip(" ,")
    if quote.count(")") > quote.count("("):
        inside, _, after = quote.partition(")")
        quote = quote if _RATE_GOES_ON.match(after) else inside.rstrip(" ,")
        value = f"{inside.rstrip()}{after}" if _RATE_GOES_ON.match(after) else quote
    return Fact(re.sub(rf"^({NUMBER})[‐‑-](?=[a-zA-Z])", r"\1 ", value), sentence.proof_of(start, start + len(quote)))


def without_its_length(printed: str) -> str:
    """``10 mg daily for 7 days``: how long is no part of the dose where it has a rate already."""
    lasts = LASTS.search(printed)
    if not lasts or not HAS_A_RATE.search(re.sub(r"\([^()]*\)", "", printed[: lasts.start("long")])):
        return printed
    return printed[: lasts.start("long")]


def next_therapy(sentence: Sentence, mention: Mention) -> int:
    """Where the next other therapy of the sentence begins, else its end."""
    return min(_starts_of_others(sentence, mention), default=len(sentence.text))


def _starts_of_others(sentence: Sentence, mention: Mention) -> Iterator[int]:
    return (other.start for other in sentence.of_kind("therapy") if other.start >= mention.end and other.entity != mention.entity)


def previous_therapy(sentence: Sentence, mention: Mention) -> int:
    """Where the last other therapy before it ends, else the sentence's beginning."""
    return max(
        (other.end for other in sentence.of_kind("therapy") if other.end <= mention.start and other.entity != mention.entity), default=0
    )
