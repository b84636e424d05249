"""What kind of thing a question wants (a site, a dose, an antibody ...), and whether a sentence holds one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml

from corpus.direction import direction
from corpus.quantities import quantities
from corpus.vocabulary import Entity, Vocabulary

_FILE = Path(__file__).with_suffix(".yaml")
_MEASUREMENTS = Path(__file__).with_name("measurements.yaml")
# "CK?", "serum phosphate of the patient", "what was her BMI", "how high was the ESR", "vitamin D level".
_MEASURED = (
    r"(?:^|[.?:;] )(?:(?:serum|plasma|blood|peak|initial|total|the|her|his) )*(?:{0})(?= ?(?:\?|of\b|in\b|at\b|on\b|and\b|,))"
    r"|\b(?:{0})(?: \w+)? (?:levels?|values?|counts?|concentrations?|readings?)\b"
    r"|\bwhat (?:was|were|is|are) (?:the |her |his |their )?(?:[\w-]+ ){{0,2}}?(?:{0})"
    r"|\bhow (?:high|low|raised|elevated) (?:was|were|is|are|did) (?:[\w-]+ ){{0,3}}?(?:{0})"
)
# "Laboratory tests were all normal" speaks of every measurement.
_OF_ALL = r"\blaborator\w+|\bblood (?:tests?|results|work)\b|\bbiochem\w+|\btests were\b|\bother (?:\w+ )?(?:tests|values|results)\b"
# A heading says where such sentences stand; the sentence itself must still say it.
_SECTION_SHARE = 0.5
_PATTERNS = ("asks", "demands", "fills", "shows", "sections")
_ASKS_HARM = re.compile(r"\b(?:side|adverse) (?:effect|event|reaction)s?\b|\btoxicit\w+|\baes?\b", re.IGNORECASE)
_HARM = re.compile(
    r"\badverse|\bside effects?|\btoxic|\b(?:well|poorly|not|was|were) tolerated|\b(?:un)?safe|\bcomplications?\b|\breactions?\b|\binfect"
    r"|\bshingles|\bzoster|penias?\b|\bthrombo|\bnausea|\bvomit|\bdiarrh|anaphyla|allerg|\bburning|\bacne|\bheadache"
    r"|\bstop(?:ped)? because|\bwithdrawn|\bdiscontinu|\bintoleran",
    re.IGNORECASE,
)
_SAFETY = re.compile(r"\bsafety|\badverse|\bside effect|\btolerab|\btoxicit|\bharms?\b", re.IGNORECASE)
_UNIT = re.compile(r"\bhow many (days|weeks|months|years|hours|minutes)\b")


@dataclass(frozen=True, slots=True)
class AnswerType:
    """One kind of thing that is asked for; see the head of answer_types.yaml."""

    name: str
    asks: re.Pattern[str] | None = None
    demands: re.Pattern[str] | None = None
    fills: re.Pattern[str] | None = None
    shows: re.Pattern[str] | None = None
    sections: re.Pattern[str] | None = None
    number: bool = False
    units: frozenset[str] = frozenset()
    kind: str | None = None
    without: frozenset[str] = frozenset()
    direction: bool = False
    new: bool = False

    def fit(self, sentence: str, sections: Sequence[str], vocabulary: Vocabulary) -> float:
        """How far (0..1) a sentence holds a thing of this type."""
        asked = [self._holds(sentence, vocabulary)] if self._has_test else []
        under = [float(bool(self.sections.search(" ".join(sections))))] if self.sections else []
        if not under:
            return asked[0]
        return asked[0] * (1 - _SECTION_SHARE) + under[0] * _SECTION_SHARE if asked else under[0]

    def filled(self, said: str, question: str, vocabulary: Vocabulary) -> bool:
        """Whether what is said holds a thing of this type, a new one where it is to be."""
        if self.fills and self.fills.search(said):
            return True
        named = frozenset(mention.entity for mention in vocabulary.find(question)) if self.new else frozenset()
        return bool(self._holds(said, vocabulary, named))

    @property
    def _has_test(self) -> bool:
        return bool(self.shows or self.number or self.kind or self.direction)

    def _holds(self, sentence: str, vocabulary: Vocabulary, named: frozenset[Entity] = frozenset()) -> float:
        if self.shows:
            return float(bool(self.shows.search(sentence)))
        if self.kind:
            return float(any(self._is_one(one.entity) and one.entity not in named for one in vocabulary.find(sentence)))
        if self.direction:
            return float(bool(direction(sentence)))
        units = {quantity.unit.split("/")[0] for quantity in quantities(sentence)}
        return float(bool(units & self.units) if self.units else bool(units))

    def _is_one(self, entity: Entity) -> bool:
        return entity.kind == self.kind and not self.without.intersection((entity.name, *entity.groups))


def _listed(entry: Mapping[str, object], key: str) -> frozenset[str]:
    found = entry.get(key, ())
    return frozenset(found if isinstance(found, list) else ())


def wanted_types(question: str) -> list[AnswerType]:
    """The types that a question asks for; empty where it asks for none of them. "How many months" is answered in months, or in years."""
    lowered = question.lower()
    unit = frozenset(one.unit for one in quantities(f"2 {found[1]}")) if (found := _UNIT.search(lowered)) else frozenset()
    return [replace(one, units=unit) if unit & one.units else one for one in _types() if one.asks and one.asks.search(lowered)]


def leaves_open(question: str, said: str, vocabulary: Vocabulary) -> bool:
    """Whether what is said holds nothing of a kind without which the question is not answered ("which drug ...?", "how long ...?").

    Of several such kinds one is enough: half an answer is one.
    """
    lowered = question.lower()
    demanded = [one for one in _types() if one.demands and one.demands.search(lowered)]
    return bool(demanded) and not any(one.filled(said, question, vocabulary) for one in demanded)


def asks_harm(question: str) -> bool:
    """Whether side effects are asked for: no benefit answers that."""
    return bool(_ASKS_HARM.search(question))


def tells_harm(sentence: str, sections: Sequence[str]) -> bool:
    """Whether a sentence tells of a harm, or of none; under a heading of safety every one does."""
    return bool(_HARM.search(sentence) or _SAFETY.search(" ".join(sections)))


@lru_cache(maxsize=1)
def _types() -> tuple[AnswerType, ...]:
    entries: Mapping[str, Mapping[str, object]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return (*(_type(name, entry) for name, entry in entries.items()), *_measurements())


def _measurements() -> Iterator[AnswerType]:
    for name, forms in yaml.safe_load(_MEASUREMENTS.read_text(encoding="utf-8")).items():
        asks = re.compile(_MEASURED.format(forms))
        shows, fills = re.compile(forms, re.IGNORECASE), re.compile(f"{forms}|{_OF_ALL}", re.IGNORECASE)
        yield AnswerType(name, asks=asks, demands=asks, shows=shows, fills=fills)


def _type(name: str, entry: Mapping[str, object]) -> AnswerType:
    patterns = {key: re.compile(str(entry[key]), re.IGNORECASE) for key in _PATTERNS if key in entry}
    return AnswerType(
        name,
        number=bool(entry.get("number")),
        units=_listed(entry, "units"),
        kind=str(entry["kind"]) if "kind" in entry else None,
        without=_listed(entry, "without"),
        direction=bool(entry.get("direction")),
        new=bool(entry.get("new")),
        **patterns,
    )
