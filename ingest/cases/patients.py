"""Who a report is about: one patient, several told apart ("Case 2", "the second patient"), or a series told together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.case import Fact, Patient
from corpus.report import Report
from corpus.vocabulary import Mention
from ingest.cases.antibodies import antibodies_of
from ingest.cases.literature import subject_of
from ingest.cases.narrative import Sentence
from ingest.cases.targets import UNDERLYING, target_of

_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_WHO = r"(?:patient|case|child|girl|boy|woman|man|infant|subject)"
_NUMBERED = re.compile(
    (
        r"\b(?:case|patient)\s(?:no\.?\s|number\s|#)?(?P<number>\d{1,2}|one|two|three|four|five|six|"
        r"[A-F])\b(?!\s(?:of|mg|g|years?|months?))"
    ),
    re.I,
)
_ORDINAL = re.compile(rf"\b(?:the |our )?(?P<ordinal>first|second|third|fourth|fifth|sixth)\s(?:\w+\s)?{_WHO}\b", re.I)
_OTHER = re.compile(rf"\b(?:the|our) other {_WHO}\b", re.I)
_COUNTS = (
    r"\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty"
)
_GROUP = re.compile(
    (
        rf"\b(?P<count>{_COUNTS})\s(?!years?\b|months?\b|weeks?\b|days?\b|"
        rf"of\b)(?:\S+\s){{0,4}}?(?P<who>patients|children|women|men|girls|boys|adults|cases|infants)\b"
    ),
    re.I,
)
_AGE = re.compile(
    r"\b(?P<years>\d{1,3})[- ]?(?:years?|yrs?|y)[- ]?old\b|"
    r"\baged?:?\s(?:of\s)?(?P<aged>\d{1,3})\b(?!\s?(?:months|weeks|days))|\b(?:woman|man|girl|boy|patient|"
    r"female|male|child|lady) of (?P<of>\d{1,3})\b(?!\s(?:cases|patients))"
    r"|\b(?P<other>\d{1,3})\syears\s(?:old|of\sage)\b|\bin (?:her|his|their) (?P<decade>(?:early |late |"
    r"mid[- ]?)?\d0s)\b|\b(?P<infant>\d{1,2})[- ](?:months?|weeks?|days?)[- ]old\b|\b(?:she|"
    r"he) was (?P<was>\d{1,3})\b(?! (?:mg|kg|cm))"
    r"|\b(?:aged|age of) (?P<months>\d{1,2} (?:months|weeks))\b|\b(?P<adult>\d{1,3})-year (?:woman|man)\b",
    re.I,
)
_SEX = re.compile(
    r"\b(?P<female>woman|women|girls?|female|lady|she|her|herself)\b|\b(?P<male>man|men|boys?|male|gentleman|he|his|him)\b", re.I
)
_NOT_THE_PATIENT = re.compile(
    (
        r"\b(?:no|not|without|denied|denies|exclud\w+|ruled out|rule out|absence of|negative for|never|absent|"
        r"rather than|family history|mother|father|sister|brother|differential|suspected|"
        r"unlikely)\b[^.;]{0,60}$"
    ),
    re.I,
)
_DISEASE_CLASSES = frozenset(
    {
        "calcinosis",
        "inflammatory myopathy",
        "systemic sclerosis",
        "connective tissue disease",
        "lupus",
        "morphea",
        "vasculitis",
        "cancer",
        "immune disease",
        "blood disease",
    }
)
_DISEASES = frozenset(
    {
        "rheumatoid arthritis",
        "juvenile idiopathic arthritis",
        "multiple sclerosis",
        "myasthenia gravis",
        "diabetes",
        "gout",
        "psoriasis",
        "interstitial lung disease",
    }
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The patients of a report and which of them each sentence (by number) is about."""

    labels: tuple[str, ...]
    of_sentence: dict[int, int]

    def patient_of(self, sentence: Sentence) -> int:
        return self.of_sentence.get(sentence.number, 0)


def cast_of(report: Report, sentences: Sequence[Sentence]) -> Cast:
    """Several patients only where at least two are told apart; else one, or one group for a series."""
    own = [sentence for sentence in sentences if subject_of(sentence) == "own"]
    numbers = _labelled(own)
    told_apart = sorted(set(numbers.values()))
    if len(told_apart) < 2:
        return Cast((_label_of_one(report, own),), {})
    places = {number: place for place, number in enumerate(told_apart)}
    rest = len(places)
    assigned = {sentence.number: places[numbers[sentence.number]] if sentence.number in numbers else rest for sentence in own}
    labels = tuple(f"patient {number}" for number in told_apart)
    return Cast((*labels, "all patients") if rest in assigned.values() else labels, assigned)


def patients_of(report: Report, sentences: Sequence[Sentence], cast: Cast) -> tuple[Patient, ...]:
    """Each patient with what the own sentences say of age, sex, diagnoses, antibodies and findings."""
    own = [sentence for sentence in sentences if subject_of(sentence) == "own"]
    return tuple(
        _patient(f"{report.id}#patient{place + 1}", label, [sentence for sentence in own if cast.patient_of(sentence) == place])
        for place, label in enumerate(cast.labels)
    )


def _patient(identity: str, label: str, sentences: Sequence[Sentence]) -> Patient:
    is_group = bool(re.match(r"\d|all", label))
    positive, negative = antibodies_of(sentences)
    conditions = list(_conditions(sentences))
    return Patient(
        id=identity,
        label=label,
        age=None if is_group else _age(sentences),
        sex=None if is_group else _sex(sentences),
        diagnoses=_distinct(fact for is_disease, fact in conditions if is_disease),
        antibodies_positive=positive,
        antibodies_negative=negative,
        findings=_distinct(fact for is_disease, fact in conditions if not is_disease),
    )


def _label_of_one(report: Report, own: Sequence[Sentence]) -> str:
    """``patient``, or ``14 patients`` where title or opening counts several."""
    if re.search(r"\b(?:a|an) (?:\w+[ -]){0,3}(?:case|patient|woman|man|girl|boy|child)\b|case report\b", report.reference.title, re.I):
        return "patient"
    opening = [report.reference.title, *(sentence.text for sentence in own[:6])]
    for text in opening:
        if (group := _GROUP.search(text)) and group.group("count").lower() not in ("1", "0"):
            return f"{group.group('count').lower()} {group.group('who').lower()}" if group.group("count").isdigit() else _counted(group)
        if _AGE.search(text):
            return "patient"
    return "patient"


def _counted(group: re.Match[str]) -> str:
    words = _COUNTS.split("|")[1:]
    return f"{words.index(group.group('count').lower()) + 2} {group.group('who').lower()}"


def _labelled(own: Sequence[Sentence]) -> dict[int, int]:
    """Sentence number -> patient number, by the label in the sentence, its heading, or the last one of its paragraph."""
    found: dict[int, int] = {}
    place, current, heading_label = -1, None, None
    for sentence in own:
        if sentence.place != place:
            heading = sentence.paragraph.section[-1] if sentence.paragraph.section else ""
            place, heading_label = sentence.place, _number_in(heading)
            current = heading_label if heading_label is not None else (current if sentence.role in ("case", "outcome") else None)
        numbers = set(_numbers_in(sentence.text))
        if len(numbers) == 1:
            current = numbers.pop()
        elif numbers:
            continue
        if current is not None:
            found[sentence.number] = current
    return found


def _number_in(text: str) -> int | None:
    return next(_numbers_in(text), None)


def _numbers_in(text: str) -> Iterator[int]:
    for match in _NUMBERED.finditer(text):
        number = match.group("number").lower()
        yield int(number) if number.isdigit() else _ORDINALS.get(number) or ord(number) - ord("a") + 1
    for match in _ORDINAL.finditer(text):
        yield _ORDINALS[match.group("ordinal").lower()]
    if _OTHER.search(text):
        yield 2


def _age(sentences: Sequence[Sentence]) -> Fact | None:
    for sentence in sentences:
        if match := _AGE.search(sentence.text):
            value = next(text for text in match.groups() if text)
            shown = match.group().replace("-old", "").replace("-", " ") if match.group("infant") else value
            return Fact(shown, sentence.proof_of(match.start(), match.end()))
    return None


def _sex(sentences: Sequence[Sentence]) -> Fact | None:
    for sentence in sentences:
        for match in _SEX.finditer(sentence.text):
            if not _NOT_THE_PATIENT.search(sentence.text[: match.start()]):
                return Fact("female" if match.group("female") else "male", sentence.proof_of(match.start(), match.end()))
    return None


def _conditions(sentences: Sequence[Sentence]) -> Iterator[tuple[bool, Fact]]:
    for sentence in sentences:
        for mention in sentence.of_kind("condition"):
            if not _NOT_THE_PATIENT.search(sentence.text[: mention.start]):
                yield _is_disease(mention), Fact(mention.entity.name, sentence.proof_of(mention.start, mention.end))


def _is_disease(mention: Mention) -> bool:
    names = {mention.entity.name, *mention.entity.groups}
    return bool(names & _DISEASE_CLASSES) or mention.entity.name in _DISEASES or target_of(mention.entity) == UNDERLYING


def _distinct(facts: Iterator[Fact]) -> tuple[Fact, ...]:
    kept: dict[str, Fact] = {}
    for fact in facts:
        kept.setdefault(fact.value, fact)
    return tuple(kept.values())
