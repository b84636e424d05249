"""The patients of the library who are most like one who is described: what they share, where they differ, what was tried on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.ages import years
from assistant.answer import EvidenceRow
from assistant.evidence import describe
from assistant.question import Question
from assistant.retrieval import HybridRetriever
from corpus.case import Case, Fact, Patient
from corpus.lexical import inverse_document_frequency
from corpus.patient_terms import Term, patient_count, term_counts
from corpus.report import Filter, Reference, ReportId
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary

Kind = Literal["diagnosis", "antibody", "antibody_negative", "finding", "sex", "age"]

# What one report calls the diagnosis another calls a finding of it ("calcinosis").
_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "diagnosis": ("diagnosis", "finding"), "finding": ("diagnosis", "finding"), "antibody": ("antibody",),
    "antibody_negative": ("antibody_negative",),
}  # fmt: skip
_AGAINST: Mapping[str, str] = {"antibody": "antibody_negative", "antibody_negative": "antibody"}
# Beside features that weigh by their rarity (a named disease of one patient in a hundred weighs 4.6): sex halves the library, and
# patients twenty years apart are not of one age.
_SEX, _AGE, _AGE_SPREAD = 0.7, 1.5, 20.0
# Half as alike or less is another age: ten years and more.
_SAME_AGE = 0.5
# The rest is left to the nearness of the text. Of the patients of the bundled library, described by half of what their records tell, this
# puts 0.81 first (n=119; mean reciprocal rank 0.838); text alone 0.77, features alone 0.52 (`python -m evals.similar_patients`).
OF_FEATURES = 0.4
_CANDIDATES, _PASSAGES = 60, 60


@dataclass(frozen=True, slots=True)
class Compared:
    """A feature of the description beside what a patient's report tells of it, with the words that say so."""

    kind: Kind
    asked: str
    told: Fact


@dataclass(frozen=True, slots=True)
class SimilarPatient:
    """``score`` is 0..1 and comparable within one search only.

    ``shared`` features are the same or of one kind; ``differing`` ones are denied, or told otherwise; of ``not_reported`` ones the
    report says nothing.
    """

    report_id: ReportId
    reference: Reference
    patient: Patient
    score: float
    shared: tuple[Compared, ...]
    differing: tuple[Compared, ...]
    not_reported: tuple[str, ...]
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class _Feature:
    kind: Kind
    value: str
    weight: float


class SimilarFinder:
    """Compares a described patient with those of one corpus."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, retriever: HybridRetriever, of_features: float = OF_FEATURES) -> None:
        self._corpus = corpus
        self._of_features = of_features
        self._vocabulary = vocabulary
        self._retriever = retriever
        self._names: dict[str, frozenset[str]] = {}

    def find(self, described: Patient, text: str, limit: int, filters: Filter | None = None) -> list[SimilarPatient]:
        """The most similar patients, best first; ``text`` is the description they were read from.

        Who shares no described feature is left out.
        """
        asked = Question(text, frozenset(), filters=filters or Filter())
        nearness = self._nearness(asked)
        counts, total = term_counts(self._corpus.catalog), patient_count(self._corpus.catalog)
        features = list(self._features(described, counts, total))
        reports = self._candidates(features, counts, nearness, asked.filters)
        references = self._corpus.catalog.references(reports)
        found = [
            self._compared((case, references[case.report_id]), who, features, nearness.get(case.report_id, 0.0))
            for case in self._corpus.catalog.cases(reports)
            for who in case.patients
        ]
        best = sorted(
            (one for one in found if one.score > 0 and (one.shared or not features)), key=lambda one: (-one.score, one.patient.id)
        )
        return best[:limit]

    def _nearness(self, asked: Question) -> dict[ReportId, float]:
        """How near each report's best passage is to the description's words, 1 for the nearest."""
        near: dict[ReportId, float] = {}
        for passage in self._retriever.search(asked, _PASSAGES):
            near[passage.report_id] = max(near.get(passage.report_id, 0.0), passage.score)
        most = max(near.values(), default=0.0)
        return {name: score / most for name, score in near.items()} if most else {}

    def _features(self, described: Patient, counts: Mapping[Term, int], total: int) -> Iterator[_Feature]:
        """What is described, the rarer in the library the weightier."""
        told: tuple[tuple[Kind, Sequence[Fact]], ...] = (
            ("diagnosis", described.diagnoses),
            ("antibody", described.antibodies_positive),
            ("antibody_negative", described.antibodies_negative),
            ("finding", described.findings),
        )
        for kind, facts in told:
            for value in dict.fromkeys(fact.value for fact in facts):
                terms = self._terms(kind, value, counts)
                yield _Feature(kind, value, inverse_document_frequency(min(total, sum(counts[term] for term in terms)), total))
        if described.sex:
            yield _Feature("sex", described.sex.value, _SEX)
        if described.age:
            yield _Feature("age", described.age.value, _AGE)

    def _terms(self, kind: Kind, value: str, counts: Mapping[Term, int]) -> list[Term]:
        """The library's terms that are the described thing or a kind of it, or of which it is a kind."""
        fields = _FIELDS[kind]
        return [term for term in counts if term.field in fields and self._alike(value, term.value)]

    def _alike(self, one: str, other: str) -> bool:
        return one in self._groups(other) or other in self._groups(one)

    def _groups(self, name: str) -> frozenset[str]:
        if name not in self._names:
            entity = self._vocabulary.entity(name)
            self._names[name] = frozenset({name, *(entity.groups if entity else ())})
        return self._names[name]

    def _candidates(
        self, features: Sequence[_Feature], counts: Mapping[Term, int], nearness: Mapping[ReportId, float], filters: Filter
    ) -> list[ReportId]:
        """The reports of patients who share the weightiest features, and those whose words are nearest."""
        gained: defaultdict[ReportId, float] = defaultdict(float)
        for feature in features:
            if feature.kind not in _FIELDS:
                continue
            held: defaultdict[str, list[str]] = defaultdict(list)
            for term in self._terms(feature.kind, feature.value, counts):
                held[term.field].append(term.value)
            who = {patient for field, values in held.items() for patient in self._corpus.catalog.patients_with(field, values)}
            for report in {patient.rpartition("#patient")[0] for patient in who}:
                gained[report] += feature.weight
        if filters:
            allowed = set(self._corpus.catalog.report_ids(filters))
            gained = defaultdict(float, {name: weight for name, weight in gained.items() if name in allowed})
        by_features = sorted(gained, key=lambda name: (-gained[name], name))[:_CANDIDATES]
        return list(dict.fromkeys([*by_features, *nearness]))

    def _compared(self, told: tuple[Case, Reference], who: Patient, features: Sequence[_Feature], near: float) -> SimilarPatient:
        case, reference = told
        shared, differing, silent, gained = list[Compared](), list[Compared](), list[str](), 0.0
        for feature in features:
            fact, likeness = self._told(feature, who)
            if fact and likeness > _SAME_AGE:
                shared.append(Compared(feature.kind, feature.value, fact))
                gained += likeness * feature.weight
            elif against := fact or self._denied(feature, who):
                differing.append(Compared(feature.kind, feature.value, against))
                gained -= feature.weight / 2
            else:
                silent.append(feature.value)
        total = sum(feature.weight for feature in features)
        score = self._of_features * max(0.0, gained / total if total else 0.0) + (1 - self._of_features) * near
        mine = [row for row in case.therapies if row.subject == "own" and row.patient_id in (who.id, None)]
        rows = tuple(EvidenceRow(case.report_id, describe(who), row, reference) for row in mine)
        return SimilarPatient(
            case.report_id, reference, who, round(score, 4), tuple(shared), tuple(differing), tuple(dict.fromkeys(silent)), rows
        )

    def _told(self, feature: _Feature, who: Patient) -> tuple[Fact | None, float]:
        """What a patient's report tells of a feature, and how alike that is (0..1)."""
        if feature.kind == "sex":
            return who.sex, float(who.sex is not None and who.sex.value == feature.value)
        if feature.kind == "age":
            return who.age, _age_likeness(feature.value, who.age.value) if who.age else 0.0
        for fact in _facts(who, _FIELDS[feature.kind]):
            if self._alike(feature.value, fact.value):
                return fact, 1.0
        return None, 0.0

    def _denied(self, feature: _Feature, who: Patient) -> Fact | None:
        field = _AGAINST.get(feature.kind)
        return next((fact for fact in _facts(who, (field,)) if self._alike(feature.value, fact.value)), None) if field else None


def _facts(who: Patient, fields: Iterable[str]) -> Iterator[Fact]:
    held = {
        "diagnosis": who.diagnoses,
        "antibody": who.antibodies_positive,
        "antibody_negative": who.antibodies_negative,
        "finding": who.findings,
    }
    for field in fields:
        yield from held[field]


def _age_likeness(one: str, other: str) -> float:
    """1 for the same age, falling to 0 at twenty years apart; ages that are no number are alike where they are printed alike."""
    ages = [years(text) for text in (one, other)]
    if ages[0] is None or ages[1] is None:
        return float(one == other)
    return max(0.0, 1 - abs(ages[0] - ages[1]) / _AGE_SPREAD)
