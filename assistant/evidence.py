"""Therapy rows for a question: who was given what, for what, and what happened, over the whole library."""

import re
from collections.abc import Iterable, Sequence

from assistant.answer import EvidenceRow
from assistant.question import Aspect, People, Question
from corpus.case import FAILED, WORKED, Case, Outcome, Patient, TherapyOutcome
from corpus.report import ReportId
from corpus.store import Corpus
from corpus.therapy_outlines import TherapyOutline, own_outlines
from corpus.vocabulary import Entity, Vocabulary

_ADULT_AGE = 18
ADVERSE: frozenset[Outcome] = frozenset({"adverse_effect"})


class EvidenceFinder:
    """Reads the cases of the catalogue and keeps the rows that a question is about."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary
        # Stored names are few and asked about often: what each is a kind of, worked out once.
        self._kinds: dict[str, frozenset[str]] = {}

    def rows(self, question: Question) -> list[EvidenceRow]:
        """The patients' own rows that match, failures and successes as asked; empty where the question is not about therapy."""
        if not question.about_therapy:
            return []
        outlines = own_outlines(self._corpus.catalog)
        targets = self._target_names(question, outlines)
        reports = {row.report_id for row in outlines if wanted(question, row) and self._names(question, row, targets)}
        if question.filters:
            reports &= set(self._corpus.catalog.report_ids(question.filters))
        cases = self._corpus.catalog.cases(sorted(reports))
        found = [pair for case in cases for pair in self._of_case(question, case, targets)]
        references = self._corpus.catalog.references(report for report, _, _ in found)
        rows = [EvidenceRow(report, describe(who), row, references[report]) for report, who, row in found]
        return sorted(rows, key=lambda row: (row.row.status != "given", row.report_id))

    def _of_case(
        self, question: Question, case: Case, targets: frozenset[str]
    ) -> Iterable[tuple[ReportId, Patient | None, TherapyOutcome]]:
        patients = {patient.id: patient for patient in case.patients}
        for row in case.therapies:
            who = patients.get(row.patient_id or "")
            if row.subject == "own" and wanted(question, row) and fits(question.people, who) and self._about(question, row, who, targets):
                yield case.report_id, who, row

    def _about(self, question: Question, row: TherapyOutcome, who: Patient | None, targets: frozenset[str]) -> bool:
        of_patient = [entity for entity in question.conditions if entity.name not in targets]
        return (
            self._names(question, row, targets)
            and all(self._has_antibody(entity, who) for entity in question.antibodies)
            and all(self._has_condition(entity, who) for entity in of_patient)
        )

    def _names(self, question: Question, row: TherapyOutcome | TherapyOutline, targets: frozenset[str]) -> bool:
        """Whether a row is of an asked-for therapy and aimed at every asked-for target."""
        aims = [entity for entity in question.conditions if entity.name in targets]
        return (not question.therapies or any(self._is_therapy(entity, row) for entity in question.therapies)) and all(
            self._is_target(entity, row) for entity in aims
        )

    def _target_names(self, question: Question, outlines: Sequence[TherapyOutline]) -> frozenset[str]:
        """The asked-for conditions that therapies in this library were aimed at ("calcinosis"); the others describe patients ("lupus")."""
        aims = {row.target for row in outlines if row.target}
        return frozenset(entity.name for entity in question.conditions if any(self._same_thing(entity, aim) for aim in aims))

    def _is_target(self, entity: Entity, row: TherapyOutcome | TherapyOutline) -> bool:
        return row.target is not None and self._same_thing(entity, row.target)

    def _is_therapy(self, entity: Entity, row: TherapyOutcome | TherapyOutline) -> bool:
        return entity.name in (row.therapy, row.therapy_class) or self._same_thing(entity, row.therapy)

    def _has_antibody(self, entity: Entity, who: Patient | None) -> bool:
        return who is not None and any(self._same_thing(entity, fact.value) for fact in who.antibodies_positive)

    def _has_condition(self, entity: Entity, who: Patient | None) -> bool:
        return who is not None and any(self._same_thing(entity, fact.value) for fact in (*who.diagnoses, *who.findings))

    def _same_thing(self, entity: Entity, name: str) -> bool:
        """Whether a stored name is the asked-for thing or one of its kind ("tumoral calcinosis" for "calcinosis")."""
        if name not in self._kinds:
            mentions = self._vocabulary.find(name)
            self._kinds[name] = frozenset({name}.union(*({one.entity.name, *one.entity.groups} for one in mentions)))
        return entity.name in self._kinds[name]


def wanted(question: Question, row: TherapyOutcome | TherapyOutline) -> bool:
    """Whether a row's outcome is of the kind asked for. A yes-or-no question about a named therapy wants every outcome."""
    if Aspect.PLANNED in question.aspects and not question.therapies:
        return row.status == "planned"
    asked: set[Outcome] = set()
    for aspect, outcomes in ((Aspect.FAILED, FAILED), (Aspect.WORKED, WORKED), (Aspect.ADVERSE, ADVERSE)):
        asked |= outcomes if aspect in question.aspects else set()
    if question.therapies and (question.yes_or_no or not asked):
        return True
    return row.status == "given" and (not asked or row.outcome in asked)


def fits(people: frozenset[People], who: Patient | None) -> bool:
    """Whether a patient is of the asked-for age group and sex; one whose age or sex is not reported is not."""
    if not people:
        return True
    if who is None:
        return False
    sexes = {sex for sex in ("female", "male") if sex in people}
    if sexes and (who.sex is None or who.sex.value not in sexes):
        return False
    ages = people & {People.CHILDREN, People.ADULTS}
    return len(ages) != 1 or _is_child(who) is (People.CHILDREN in ages)


def _is_child(who: Patient) -> bool | None:
    """By age, else by a diagnosis that says juvenile; None where neither is reported."""
    if who.age and (number := re.match(r"\d+(?:\.\d+)?", who.age.value)):
        return float(number.group()) < _ADULT_AGE
    return True if any(fact.value.startswith("juvenile") for fact in who.diagnoses) else None


def describe(who: Patient | None) -> str:
    """A patient in a few words: ``woman, 50s, dermatomyositis, anti-Mi2 positive``."""
    if who is None:
        return "patient not told apart"
    parts = [fact.value for fact in (who.sex, who.age) if fact] + [fact.value for fact in who.diagnoses[:1]]
    parts += [f"{fact.value} positive" for fact in who.antibodies_positive[:2]]
    return ", ".join(parts) or who.label
