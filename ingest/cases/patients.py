"""Who a report is about: one patient, several told apart ("Case 2", "the second patient"), or a series told together."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.case import Fact, Patient
from corpus.report import Report
from corpus.vocabulary import Entity, Mention, Vocabulary
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
# "The older sister ... The younger brother": told apart where the report says that it is about siblings.
_OF_TWO_SIBLINGS = re.compile(
    r"^(?:In |For )?the (?P<age>older|elder|younger) (?:affected )?(?:sister|brother|sibling|twin|boy|girl|child)\b(?!['’]s)", re.I
)
_SIBLINGS = re.compile(r"\b(?:(?:two|both|affected) (?:\w+ )?(?:brothers|sisters|children|boys|girls)|siblings|twins)\b", re.I)
_COUNTS = (
    r"\d{1,2},\d{3}|\d{1,5}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty"
)
_GROUP = re.compile(
    (
        rf"\b(?P<count>{_COUNTS})\s(?!years?\b|months?\b|weeks?\b|days?\b|"
        rf"of\b)(?:\S+\s){{0,4}}?(?P<who>patients|children|women|men|girls|boys|adults|cases|infants)\b"
    ),
    re.I,
)
_WORDS = _COUNTS.split("|")[2:]
_YEAR = re.compile(r"(?:19|20)\d\d")
_ONE = re.compile(r"\b(?:a|an) (?:\w+[ -]){0,3}(?:case(?![ -]series)|patient|woman|man|girl|boy|child)\b|case report\b", re.I)
_COUNTED_BY_OTHERS = re.compile(r"\b(?:has|have|had) been (?:\w+ )?(?:reported|described|published)\b|\bet al\b|\bto date\b", re.I)
_ONE_WITH = re.compile(r"\b(?:patient|woman|man|girl|boy|child|case|infant) with (?:\w+ ){0,2}$", re.I)
# No longer than what the pattern can span: searching from the beginning of the sentence took a third of the time of all patterns.
_NEAR = 80
_EVERYBODY = "all patients"
_EACH = re.compile(r"\b(?:both|all|each|either)\b(?! (?:other|cases? (?:of|in) the literature))", re.I)
# Sentences in which a report says whom it is about.
_OPENING = 10
_AGE = re.compile(
    r"\b(?P<years>\d{1,3}(?:\.\d|\s?½|\s1/2)?)[- ]?(?:years?|yrs?|y)[- ]?old\b|\b(?P<short>\d{1,3})[- ]?(?:y/o|yo|y\.\s?o)\b|"
    # "52F" opens a note; inside a text it may be a catheter or an isotope.
    r"^(?:an?\s)?(?P<letter>\d{1,3})\s?(?-i:[FM])\b(?!-)|^(?-i:[FM])[,/]?\s?(?P<after>\d{1,3})\b|\((?P<bracket>\d{1,3})\s?(?-i:[FM])\)|"
    r"\baged?:?\s(?:of\s)?(?P<aged>\d{1,3})\b(?!\s?(?:months|weeks|days))|\b(?:woman|man|girl|boy|patient|"
    r"female|male|child|lady) of (?P<of>\d{1,3})\b(?!\s(?:cases|patients))"
    r"|\b(?P<other>\d{1,3})\syears\s(?:old|of\sage)\b|\bin (?:her|his|their) (?P<decade>(?:early |late |"
    r"mid[- ]?)?\d0s)\b|\b(?P<infant>\d{1,2})[- ]?(?:months?|mos?|weeks?|wks?|days?)[- ]old\b|\b(?:she|"
    r"he) was (?P<was>\d{1,3})\b(?! (?:mg|kg|cm))"
    r"|\b(?:aged|age of) (?P<months>\d{1,2} (?:months|weeks))\b|\b(?P<adult>\d{1,3})-year (?:woman|man)\b"
    r"|\b(?:her|his|patient's) age (?:in the (?:report|record)|at (?:the time of )?(?:report|presentation|admission|referral))? ?"
    r"(?:is|was) (?P<told>\d{1,3})\b(?! (?:months|weeks|days))",
    re.I,
)
# "Diagnosed at the age of 4", "had begun when she was 11": how old the disease found its patient, who may be older now.
_BEGAN = re.compile(
    r"\b(?:diagnos(?:ed|is)|beg[au]n|onset|started|dat(?:ed|ing)|since|first (?:symptoms?|signs?|noticed|appeared))\b[^.;]*\b"
    r"(?:at|when|since|from) (?:the |an )?$",
    re.I,
)
_AT_ONSET = re.compile(
    r"^(?: years?(?: old)?)?,? (?:at|when) (?:the |her |his )?(?:time of )?(?:first )?(?:diagnosis|onset|diagnosed)\b", re.I
)
_MONTHS = re.compile(r"\bmos?\b(?: old)?", re.I)
_SEX = re.compile(
    r"\b(?P<female>woman|women|girls?|female|lady|she|her|herself)\b|\b(?P<male>man|men|boys?|male|gentleman|he|his|him)\b", re.I
)
_SEX_LETTER = re.compile(
    r"^(?:[Aa]n?\s)?\d{1,3}\s?(?:y/?o|y\.o\.|yrs?)?[- ]?(?P<letter>[FM])\b(?!-)|^(?P<first>[FM])[,/]?\s?\d{1,3}\b|"
    r"\(\d{1,3}\s?(?P<bracket>[FM])\)|"
    r"\d[- ]?(?:y/o|yo|y\.o\.|years? old|yrs?)\s(?P<after>[FM])\b"
)
# "whose husband has tuberculosis": up to the next verb, what follows is a relative's.
_VERB = r"\b(?:has|had|have|is|was|presented|developed|presents|she|he|they)\b"
_OF_A_RELATIVE = re.compile(
    r"\b(?:(?:wife|husband|spouse|partner|aunt|uncle|cousin|grandmother|grandfather|grandparent|niece|nephew|relative|mother|father|parent)s?"
    r"(?! of\b)|(?:son|daughter|brother|sister|sibling|twin)s?)\b"
    r"(?! (?:noticed|noted|reported|said|saw|observed|described|brought|found|felt|who brought))"
    rf"(?:(?!{_VERB})[^.;])*(?:(?<!,\s)\b(?:has|had|have|is|was)\b)?(?:(?!{_VERB})[^.;])*$",
    re.I,
)
_NOT_THE_PATIENT = re.compile(
    (
        r"\b(?:no|not|nor|without|denied|denies|exclud\w+|ruled out|rule out|absence of|negative for|never|absent|"
        r"rather than|than that of|other than|unlike|family history|differential|suspected|"
        r"unlikely)\b[^.;]{0,60}$"
    ),
    re.I,
)
# "lupus was excluded", "sarcoidosis was ruled out".
_ABSENT_AFTER = re.compile(
    r"^[^.;,]{0,25}\b(?:(?:was|were|is|are|has been|had been) (?:\w+ )?(?:excluded|ruled out|absent|unlikely|"
    r"not (?:found|present|seen|noted|"
    r"detected|stated|reported|named|described|recorded))|negative|unlikely)\b",
    re.I,
)
_IS_PREVENTED = re.compile(r"\s(?:prophyla\w+|prevention|screening)\b", re.I)
# Manifestations: named after the disease that causes them.
_MANIFEST = frozenset(
    {"calcinosis", "muscle disease", "lung disease", "interstitial lung disease", "blood disease", "vasculitis", "infection"}
)
# Values of a blood count, no diagnoses.
_LABORATORY = frozenset(
    {"anaemia", "leucopenia", "neutropenia", "thrombocytopenia", "leukocytosis", "eosinophilia", "pancytopenia", "coagulopathy"}
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
        "congenital disease",
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
        "cystic fibrosis",
        "epilepsy",
        "asthma",
        "cirrhosis",
        "chronic obstructive pulmonary disease",
        "congenital heart disease",
    }
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The patients of a report and which of them each sentence (by number) is about."""

    labels: tuple[str, ...]
    of_sentence: dict[int, int]

    def patient_of(self, sentence: Sentence) -> int:
        return self.of_sentence.get(sentence.number, 0)

    def patients_of(self, sentence: Sentence) -> Sequence[int]:
        """As ``patient_of``; what is said of both or all of several patients told apart is said of each of them."""
        patient = self.patient_of(sentence)
        is_of_each = self.is_everybody(patient) and _EACH.search(sentence.text) is not None
        return range(len(self.labels) - 1) if is_of_each else (patient,)

    def is_everybody(self, patient: int) -> bool:
        """Whether a patient's number stands for all of several that are told apart."""
        return self.labels[patient] == _EVERYBODY


def cast_of(report: Report, sentences: Sequence[Sentence]) -> Cast:
    """Several patients only where at least two are told apart; else one, or one group for a series."""
    own = [sentence for sentence in sentences if subject_of(sentence) == "own"]
    numbers = _labelled(own)
    told_apart = sorted(set(numbers.values()))
    if len(told_apart) < 2:
        return Cast((_label_of_one(report, sentences),), {})
    places = {number: place for place, number in enumerate(told_apart)}
    rest = len(places)
    assigned = {sentence.number: places[numbers[sentence.number]] if sentence.number in numbers else rest for sentence in own}
    labels = tuple(f"patient {number}" for number in told_apart)
    return Cast((*labels, _EVERYBODY) if rest in assigned.values() else labels, assigned)


def patients_of(report: Report, sentences: Sequence[Sentence], cast: Cast, vocabulary: Vocabulary) -> tuple[Patient, ...]:
    """Each patient with what the own sentences say of age, sex, diagnoses, antibodies and findings."""
    own = [sentence for sentence in sentences if subject_of(sentence) == "own"]
    opening = _opening_on_the_title(report, sentences, vocabulary)
    return tuple(
        _patient(f"{report.id}#patient{place + 1}", label, [sentence for sentence in own if cast.patient_of(sentence) == place], opening)
        for place, label in enumerate(cast.labels)
    )


def _opening_on_the_title(report: Report, sentences: Sequence[Sentence], vocabulary: Vocabulary) -> list[tuple[Mention, Fact]]:
    """The disease of the title where the opening names it: whose report it is, should no sentence about the patients say so."""
    named = {mention.entity.name for mention in vocabulary.find(report.reference.title) if target_of(mention.entity) == UNDERLYING}
    opening = sentences[:_OPENING]
    return [
        (mention, fact)
        for sentence in opening
        for mention, fact in _conditions([sentence])
        if mention.entity.name in named or _ONE_WITH.search(sentence.text[: mention.start])
    ]


def _patient(identity: str, label: str, sentences: Sequence[Sentence], opening: Sequence[tuple[Mention, Fact]]) -> Patient:
    is_group = bool(re.match(r"\d|all", label))
    # The case itself tells best who the patient was; abstract and discussion where it does not.
    sentences = sorted(sentences, key=lambda sentence: sentence.role not in ("case", "outcome"))
    positive, negative = antibodies_of(sentences)
    conditions = _conditions(sentences)
    if not any(target_of(mention.entity) == UNDERLYING for mention, _ in conditions):
        conditions.extend(opening)
    return Patient(
        id=identity,
        label=label,
        age=None if is_group else _age(sentences),
        sex=None if is_group else _sex(sentences),
        diagnoses=_underlying_first(conditions),
        antibodies_positive=positive,
        antibodies_negative=negative,
        findings=_distinct(fact for mention, fact in conditions if not _is_disease(mention.entity)),
    )


def _label_of_one(report: Report, sentences: Sequence[Sentence]) -> str:
    """``patient``, or ``14 patients`` where title or opening counts several of the report's own."""
    title = report.reference.title
    if group := _group_in(title):
        return group
    if _ONE.search(title):
        return "patient"
    for sentence in sentences[:_OPENING]:
        if not _COUNTED_BY_OTHERS.search(sentence.text) and (group := _group_in(sentence.text)):
            return group
        if _AGE.search(sentence.text) and subject_of(sentence) == "own":
            return "patient"
    return "patient"


def _group_in(text: str) -> str | None:
    """``three children`` as "3 children"; one patient is no group."""
    for found in _GROUP.finditer(text):
        printed = found.group("count").lower().replace(",", "")
        number = int(printed) if printed.isdigit() else _WORDS.index(printed) + 2
        if number > 1 and not _YEAR.fullmatch(printed):
            return f"{number} {found.group('who').lower()}"
    return None


def _labelled(own: Sequence[Sentence]) -> dict[int, int]:
    """Sentence number -> patient number, by the label in the sentence, its heading, or the last one of its paragraph."""
    found: dict[int, int] = {}
    siblings = _siblings(own)
    place, current, heading_label = -1, None, None
    for sentence in own:
        if sentence.place != place:
            heading = sentence.paragraph.section[-1] if sentence.paragraph.section else ""
            place, heading_label = sentence.place, _number_in(heading)
            current = heading_label if heading_label is not None else (current if sentence.role in ("case", "outcome") else None)
        numbers = set(_numbers_in(sentence.text))
        if siblings and (sibling := _OF_TWO_SIBLINGS.search(sentence.text)):
            numbers.add(siblings[sibling["age"].lower().replace("elder", "older")])
        if len(numbers) == 1:
            current = numbers.pop()
        elif numbers:
            continue
        if current is not None:
            found[sentence.number] = current
    return found


def _siblings(own: Sequence[Sentence]) -> dict[str, int]:
    """The older and the younger in the order in which the cases name them; empty where it is not both that are told of."""
    if not any(_SIBLINGS.search(sentence.text) for sentence in own):
        return {}
    named = [found["age"].lower().replace("elder", "older") for sentence in own if (found := _OF_TWO_SIBLINGS.search(sentence.text))]
    order = list(dict.fromkeys(named))
    return {age: number for number, age in enumerate(order, start=1)} if len(order) == 2 else {}


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
    """The first age that is told of the patient, and not of when the disease began."""
    for sentence in sentences:
        for match in _AGE.finditer(sentence.text):
            if not _BEGAN.search(sentence.text[: match.start()]) and not _AT_ONSET.search(sentence.text[match.end() :]):
                value = next(text for text in match.groups() if text)
                shown = _MONTHS.sub("months", match.group().replace("-old", "").replace("-", " ")) if match.group("infant") else value
                return Fact(shown, sentence.proof_of(match.start(), match.end()))
    return None


def _sex(sentences: Sequence[Sentence]) -> Fact | None:
    for sentence in sentences:
        if letter := _SEX_LETTER.search(sentence.text):
            group = str(letter.lastgroup)
            return Fact("female" if letter[group] == "F" else "male", sentence.proof_of(letter.start(group), letter.end(group)))
        for match in _SEX.finditer(sentence.text):
            before = sentence.text[: match.start()]
            if not _NOT_THE_PATIENT.search(before) and not _OF_A_RELATIVE.search(before):
                return Fact("female" if match.group("female") else "male", sentence.proof_of(match.start(), match.end()))
    return None


def _conditions(sentences: Sequence[Sentence]) -> list[tuple[Mention, Fact]]:
    """Every condition the patient is said to have, with its words; what was looked for and not found is none."""
    return [
        (mention, Fact(mention.entity.name, sentence.proof_of(mention.start, mention.end)))
        for sentence in sentences
        for mention in had_conditions(sentence)
    ]


def had_conditions(sentence: Sentence) -> list[Mention]:
    """The conditions of a sentence that it does not say were looked for in vain, or somebody else's."""
    return [
        mention
        for mention in sentence.of_kind("condition")
        if not _is_denied(sentence.text, mention) and not _IS_PREVENTED.match(sentence.text, mention.end)
    ]


def treated_conditions(sentence: Sentence) -> list[Mention]:
    """Those and the ones that were to be kept away ("seizure prophylaxis")."""
    return [mention for mention in sentence.of_kind("condition") if not _is_denied(sentence.text, mention)]


def nearest_first(sentence: Sentence, mention: Mention) -> list[Mention]:
    """The treated conditions of a sentence, from the one beside a therapy outwards."""
    return sorted(treated_conditions(sentence), key=lambda each: max(mention.start - each.end, each.start - mention.end))


def _is_denied(text: str, mention: Mention) -> bool:
    return (
        _NOT_THE_PATIENT.search(text[max(0, mention.start - _NEAR) : mention.start]) is not None
        or _OF_A_RELATIVE.search(text[max(0, mention.start - _NEAR) : mention.start]) is not None
        or _ABSENT_AFTER.match(text[mention.end : mention.end + 60]) is not None
    )


def _is_disease(entity: Entity) -> bool:
    names = {entity.name, *entity.groups}
    return entity.name not in _LABORATORY and (
        bool(names & _DISEASE_CLASSES) or entity.name in _DISEASES or target_of(entity) == UNDERLYING
    )


def _underlying_first(conditions: Sequence[tuple[Mention, Fact]]) -> tuple[Fact, ...]:
    """The disease before what it causes, the named disease before its class; a class that a member stands for is left out."""
    diseases = [(mention.entity, fact) for mention, fact in conditions if _is_disease(mention.entity)]
    wider = {group for entity, _ in diseases for group in entity.groups}
    told = [(entity, fact) for entity, fact in diseases if entity.name not in wider]
    return _distinct(fact for _, fact in sorted(told, key=lambda one: _rank(one[0])))


def _rank(entity: Entity) -> int:
    if target_of(entity) == UNDERLYING:
        return 0
    return 2 if {entity.name, *entity.groups} & _MANIFEST else 1


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    kept: dict[str, Fact] = {}
    for fact in facts:
        kept.setdefault(fact.value, fact)
    return tuple(kept.values())
