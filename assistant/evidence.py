"""Therapy rows for a question: who was given what, for what, and what happened, over the whole library."""

import re
from collections.abc import Mapping, Sequence

from assistant.ages import years
from assistant.answer import EvidenceRow
from assistant.question import Aspect, People, Question
from corpus.case import FAILED, WORKED, Outcome, Patient, PatientOutline
from corpus.store import Corpus
from corpus.therapy_outlines import TherapyOutline
from corpus.vocabulary import Entity, Vocabulary

# Sex and age (years) of those described by one word; between childhood and age, people are called either.
_PERSONS = {
    "woman": ("female", (15, 200)),
    "lady": ("female", (15, 200)),
    "man": ("male", (15, 200)),
    "girl": ("female", (0, 21)),
    "boy": ("male", (0, 21)),
    "child": (None, (0, 21)),
    "toddler": (None, (0, 5)),
    "infant": (None, (0, 3)),
}
_ADULT_AGE = 18
# The label of patients who were told together: "42 children".
GROUP = re.compile(r"(?:\d+|all) ([a-z]+)$")
# Targets that are an organ, and the class of its diseases.
_ORGANS: Mapping[str, str] = {
    "muscle": "muscle disease", "skin": "skin disease", "lung": "lung disease", "heart": "heart disease", "kidney": "kidney disease",
    "gastrointestinal tract": "gastrointestinal disease", "joints": "arthritis", "nervous system": "neurological disease",
    "ulcers": "ulcer", "ischaemia": "digital ischaemia",
}  # fmt: skip
# Diseases whose parts are treated one by one: what worked for any part of them worked for them, and each row says for which.
_OF_MANY_PARTS = frozenset({"connective tissue disease", "inflammatory myopathy", "systemic sclerosis", "lupus", "vasculitis"})
# A disease printed by its family's name alone is the form that is meant by it.
_MEANT: Mapping[str, frozenset[str]] = {"lupus": frozenset({"systemic lupus erythematosus"})}
# Families of which any form may answer for another, for its sentences say which it was.
_FAMILIES = frozenset({"systemic sclerosis", "lupus"})
_DERMATOMYOSITIS = frozenset({"dermatomyositis", "juvenile dermatomyositis", "clinically amyopathic dermatomyositis"})
ADVERSE: frozenset[Outcome] = frozenset({"adverse_effect"})


class EvidenceFinder:
    """Chooses rows by their outlines, which are kept in memory, and reads only those from the catalogue."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary
        # Stored names are few and asked about often: what each is a kind of, worked out once.
        self._kinds: dict[str, frozenset[str]] = {}

    def rows(self, question: Question) -> list[EvidenceRow]:
        """The patients' own rows that match, failures and successes as asked; empty where the question is not about therapy."""
        return self.rows_of(self.outlines(question))

    def rows_of(self, chosen: Sequence[TherapyOutline]) -> list[EvidenceRow]:
        """Chosen rows with their proofs; what was given comes first."""
        patients = self._corpus.outlines().patients
        told = self._corpus.catalog.therapies((one.report_id, one.number) for one in chosen)
        references = self._corpus.catalog.references(one.report_id for one in chosen)
        rows = [
            EvidenceRow(
                one.report_id, describe(patients.get(one.patient_id or "")), told[one.report_id, one.number], references[one.report_id]
            )
            for one in chosen
            if (one.report_id, one.number) in told and one.report_id in references
        ]
        return sorted(rows, key=lambda row: (row.row.status != "given", row.report_id))

    def outlines(self, question: Question) -> list[TherapyOutline]:
        """The same rows by name only, in order of the reports: what the board counts."""
        if not question.about_therapy:
            return []
        every = self._corpus.outlines()
        targets = self._target_names(question, every.rows)
        allowed = set(self._corpus.catalog.report_ids(question.filters)) if question.filters else None
        # Rows of a large library are many, their therapies, targets and outcomes few: each combination is decided once.
        decided: dict[tuple[str | None, ...], bool] = {}
        found = list[TherapyOutline]()
        for row in every.rows:
            key = row.therapy, row.therapy_class, row.target, row.outcome, row.status
            if key not in decided:
                decided[key] = wanted(question, row) and self._names(question, row, targets)
            if decided[key] and (allowed is None or row.report_id in allowed):
                found.append(row)
        return [
            row
            for row in found
            if self._is_of(question, who := every.patients.get(row.patient_id or ""), targets)
            and self._is_named(question, row, who, targets)
        ]

    def _names(self, question: Question, row: TherapyOutline, targets: frozenset[str]) -> bool:
        """Whether a row is of an asked-for therapy and aimed at one of the asked-for targets."""
        aims = [entity for entity in (*question.conditions, *question.organs) if entity.name in targets]
        if any(self._is_therapy(entity, row) for entity in question.excluded):
            return False
        return (not question.therapies or any(self._is_therapy(entity, row) for entity in question.therapies)) and (
            not aims or any(row.target is not None and self._is_aimed(entity, row.target) for entity in aims)
        )

    def _is_named(self, question: Question, row: TherapyOutline, who: PatientOutline | None, targets: frozenset[str]) -> bool:
        """``interstitial lung disease`` is told as ``lung`` in the patients who have it."""
        aims = [entity for entity in (*question.conditions, *question.organs) if entity.name in targets]
        had = (*who.diagnoses, *who.findings) if who else ()
        return (
            not aims
            or any(row.target and self._same_thing(entity, row.target) for entity in aims)
            or any(row.target and self._is_aimed(entity, row.target) and self._has(entity, had) for entity in aims)
        )

    def _is_aimed(self, entity: Entity, target: str) -> bool:
        """Whether a target is the asked-for condition, or the organ that it is a disease of."""
        return self._same_thing(entity, target) or _ORGANS.get(target) in entity.groups

    def _is_of(self, question: Question, who: PatientOutline | None, targets: frozenset[str]) -> bool:
        """Whether a patient is of the asked-for people and has what is asked for."""
        return (
            fits(question.people, who)
            and (question.ages is None or (who is not None and question.ages.holds(who.age)))
            and not any(self._has(entity, (*who.antibodies, *who.diagnoses) if who else ()) for entity in question.excluded)
            and all(self._has(entity, who.antibodies if who else ()) for entity in question.antibodies)
            and all(
                self._has(entity, (*who.diagnoses, *who.findings) if who else ())
                for entity in question.conditions
                if entity.name not in targets
            )
        )

    def _target_names(self, question: Question, rows: Sequence[TherapyOutline]) -> frozenset[str]:
        """The asked-for conditions that therapies were aimed at ("calcinosis"); the others describe patients ("in lupus").

        What is asked about as an aim is one, though no row was aimed at it: nothing is shown then, and no other part of the same patients.
        """
        aims = {row.target for row in rows if row.target}
        asked = (*question.conditions, *question.organs)
        aimed = {entity.name for entity in asked if any(self._is_aimed(entity, aim) for aim in aims)}
        told = {entity.name for entity in asked if entity.name in question.aims and not is_of_many_parts(entity)}
        return frozenset(((told or aimed) - question.described) or aimed)

    def _is_therapy(self, entity: Entity, row: TherapyOutline) -> bool:
        return entity.name in (row.therapy, row.therapy_class) or self._same_thing(entity, row.therapy)

    def _has(self, entity: Entity, names: Sequence[str]) -> bool:
        return any(self._same_thing(entity, name) for name in names)

    def _same_thing(self, entity: Entity, name: str) -> bool:
        """Whether a stored name is the asked-for thing or one of its kind ("tumoral calcinosis" for "calcinosis")."""
        if name not in self._kinds:
            mentions = self._vocabulary.find(name)
            mentions += self._vocabulary.find(_ORGANS.get(name, ""))
            told = ({one.entity.name, *one.entity.groups} for one in mentions)
            self._kinds[name] = frozenset({name}).union(_MEANT.get(name, frozenset()), *told)
        return entity.name in self._kinds[name]


def forms_of(disease: Entity) -> frozenset[str]:
    """The names by which a report may tell of a disease that is asked about."""
    family = _DERMATOMYOSITIS if disease.name in _DERMATOMYOSITIS else frozenset[str]()
    return frozenset({disease.name}) | family | (_FAMILIES & set(disease.groups))


def is_of_many_parts(entity: Entity) -> bool:
    """Whether it is a disease of the whole body, or a form of one, and no part or sign of one."""
    return bool(_OF_MANY_PARTS & {entity.name, *entity.groups})


def wanted(question: Question, row: TherapyOutline) -> bool:
    """Whether a row's outcome is of the kind asked for. A yes-or-no question about a named therapy wants every outcome."""
    if Aspect.PLANNED in question.aspects and not question.therapies:
        return row.status == "planned"
    asked: set[Outcome] = set()
    for aspect, outcomes in ((Aspect.FAILED, FAILED), (Aspect.WORKED, WORKED), (Aspect.ADVERSE, ADVERSE)):
        asked |= outcomes if aspect in question.aspects else set()
    if question.therapies and (question.yes_or_no or not asked):
        return True
    return row.status == "given" and (not asked or row.outcome in asked)


def fits(people: frozenset[People], who: PatientOutline | None) -> bool:
    """Whether a patient is of the asked-for age group and sex; one whose age or sex is not reported is not."""
    if not people:
        return True
    if who is None:
        return False
    sexes = {sex for sex in ("female", "male") if sex in people}
    if sexes and who.sex not in sexes:
        return False
    if People.GROWN in people and People.CHILDREN not in people and _is_child(who):
        return False
    ages = people & {People.CHILDREN, People.ADULTS}
    return len(ages) != 1 or _is_child(who) is (People.CHILDREN in ages)


def is_another(person: str, who: PatientOutline) -> bool:
    """Whether a patient cannot be the one described ("woman", "boy"); what is not reported excludes nobody."""
    wanted, of_age = _PERSONS.get(person, (None, None))
    if wanted and who.sex and who.sex != wanted:
        return True
    old = years(who.age) if who.age else None
    return old is not None and of_age is not None and not of_age[0] <= old < of_age[1]


def is_of_others(people: frozenset[People], who: PatientOutline) -> bool:
    """Whether one patient is certainly none of the asked-for people, by sex or age; what is not reported excludes nobody."""
    if GROUP.match(who.label):
        return False
    sexes, ages = people & {People.FEMALE, People.MALE}, people & {People.CHILDREN, People.ADULTS}
    old = years(who.age) if who.age else None
    return (who.sex is not None and len(sexes) == 1 and who.sex not in sexes) or (
        old is not None and len(ages) == 1 and (old < _ADULT_AGE) is not (People.CHILDREN in ages)
    )


def _is_child(who: PatientOutline) -> bool | None:
    """By age, else by a diagnosis that says juvenile; None where neither is reported."""
    if who.age and (age := years(who.age)) is not None:
        return age < _ADULT_AGE
    return True if any(name.startswith("juvenile") for name in who.diagnoses) else None


def describe(who: Patient | PatientOutline | None) -> str:
    """A patient in a few words: ``woman, 50s, dermatomyositis, anti-Mi2 positive``."""
    if who is None:
        return "patient not told apart"
    told = who.outline if isinstance(who, Patient) else who
    parts = [fact for fact in (told.sex, told.age) if fact] + list(told.diagnoses[:1])
    return ", ".join([*parts, *(f"{name} positive" for name in told.antibodies[:2])]) or told.label
