"""Prose from therapy rows: one sentence per patient, outcome and proving paragraph, with doses, each citing where it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import EvidenceRow
from assistant.citations import Draft
from assistant.question import Aspect, Question
from corpus.case import FAILED, WORKED, Fact, Outcome, Patient, Proof
from corpus.report import ReportId

# More sentences than this are a heap, not an answer; every row is in the evidence table beside it.
MAX_SENTENCES = 10

_TELLING: dict[Outcome, str] = {
    "failed": "{therapies} failed{target}",
    "worsened": "{target_subject} worsened despite {therapies}",
    "improved": "{target_subject} improved with {therapies}",
    "partial": "{target_subject} improved in part with {therapies}",
    "resolved": "{target_subject} resolved with {therapies}",
}
_ORDER: tuple[Outcome, ...] = ("failed", "worsened", "resolved", "improved", "partial", "adverse_effect", "not_reported")


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one patient that went the same way, for the same target, in the same paragraph."""

    report_id: ReportId
    patient_id: str | None
    rows: tuple[EvidenceRow, ...]

    @property
    def first(self) -> EvidenceRow:
        return self.rows[0]


class RowTeller:
    """Tells rows as sentences. ``patients`` are the patients of the rows by id."""

    def __init__(self, patients: Mapping[str, Patient]) -> None:
        self._patients = patients

    def tell(self, question: Question, rows: Sequence[EvidenceRow], order: Mapping[ReportId, int]) -> Iterator[Draft]:
        """Sentences for the rows, the most relevant report first (``order`` ranks them), at most MAX_SENTENCES."""
        groups = sorted(_grouped(_chosen(question, rows)), key=lambda group: _rank(group, question, order))
        for group in groups[:MAX_SENTENCES]:
            yield self._sentence(question, group)

    def _sentence(self, question: Question, group: _Group) -> Draft:
        who, proofs = self._who(group)
        facts = [row.row.proof for row in group.rows]
        if _asks_only_details(question):
            facts = []
        facts += [fact.proof for row in group.rows for fact in _details(row, question)]
        told = _told(question, group)
        return Draft(f"In {who} ({group.first.reference.label}), {told}.", tuple(dict.fromkeys([*facts, *proofs])))

    def _who(self, group: _Group) -> tuple[str, list[Proof]]:
        """``a woman in her 50s with dermatomyositis`` and what proves it."""
        patient = self._patients.get(group.patient_id or "")
        if patient is None:
            return "a patient", []
        facts = [fact for fact in (patient.age, patient.sex, *patient.diagnoses[:1], *patient.antibodies_positive[:1]) if fact]
        return patient_phrase(patient), [fact.proof for fact in facts]


def patient_phrase(patient: Patient) -> str:
    """A patient in words, saying only what is reported."""
    sex = patient.sex.value if patient.sex else ""
    age = patient.age.value if patient.age else ""
    noun = _noun(sex, age)
    if re.fullmatch(r"\d+s", age):
        possessive = {"female": "her", "male": "his"}.get(sex, "their")
        noun = f"a {noun} in {possessive} {age}"
    elif re.fullmatch(r"\d+(?:\.\d+)?", age):
        noun = f"{'an' if re.match(r'8|11$|18$', age) else 'a'} {age}-year-old {noun}"
    elif age:
        noun = f"a {noun} aged {age}"
    else:
        noun = f"a {noun}"
    return noun + _illness(patient)


def _noun(sex: str, age: str) -> str:
    number = float(age) if re.fullmatch(r"\d+(?:\.\d+)?", age) else 99.0
    nouns = ("girl", "boy") if number < 16 else ("woman", "man")
    return {"female": nouns[0], "male": nouns[1]}.get(sex, "patient")


def _illness(patient: Patient) -> str:
    antibody = f"{patient.antibodies_positive[0].value}-positive" if patient.antibodies_positive else ""
    disease = patient.diagnoses[0].value if patient.diagnoses else "disease" if antibody else ""
    return f" with {' '.join(part for part in (antibody, disease) if part)}" if disease else ""


def _told(question: Question, group: _Group) -> str:
    row = group.first.row
    therapies = _listed([_therapy(one, question) for one in group.rows])
    if row.status == "planned":
        return f"{therapies} {_was(group)} planned, not given"
    if row.status == "declined":
        return f"{therapies} {_was(group)} offered but declined"
        (Aspect.FAILED,)
    if _asks_only_details(question) or row.outcome in ("not_reported", "adverse_effect"):
        unknown = "" if _asks_only_details(question) or row.outcome == "adverse_effect" else "; the result is not reported"
        return f"{therapies} {_was(group)} given{unknown}"
    target = row.target or ""
    return _TELLING[row.outcome].format(
        therapies=therapies, target=f" against {target}" if target else "", target_subject=target or "the disease"
    )


def _therapy(row: EvidenceRow, question: Question) -> str:
    """``rituximab 1 g/15 days every 6 months``; the duration where it is asked for."""
    parts = [row.row.therapy, *(fact.value for fact in _details(row, question))]
    return " ".join(parts)


def _details(row: EvidenceRow, question: Question) -> list[Fact]:
    """The dose, and the duration where it is asked for, as far as they are reported."""
    duration = row.row.duration if Aspect.DURATION in question.aspects else None
    return [fact for fact in (row.row.dose, duration) if fact]


def _asks_only_details(question: Question) -> bool:
    outcomes = {Aspect.FAILED, Aspect.WORKED, Aspect.OUTCOME, Aspect.ADVERSE}
    return bool(question.aspects & {Aspect.DOSE, Aspect.DURATION}) and not question.aspects & outcomes


def _was(group: _Group) -> str:
    return "was" if len(group.rows) == 1 else "were"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _chosen(question: Question, rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Where a dose or duration is asked for, the rows that state it, where any do."""
    for aspect, field in ((Aspect.DOSE, "dose"), (Aspect.DURATION, "duration")):
        if aspect in question.aspects and question.therapies:
            stated = [row for row in rows if getattr(row.row, field)]
            rows = _once(stated, field) or rows
    return list(rows)


def _once(rows: Sequence[EvidenceRow], field: str) -> list[EvidenceRow]:
    """One row per patient, therapy and stated value: a dose is told once though the drug had two targets."""
    kept: dict[tuple[object, ...], EvidenceRow] = {}
    for row in rows:
        kept.setdefault((row.report_id, row.row.patient_id, row.row.therapy, getattr(row.row, field).value), row)
    return list(kept.values())


def _grouped(rows: Iterable[EvidenceRow]) -> list[_Group]:
    groups: dict[tuple[object, ...], list[EvidenceRow]] = {}
    for row in rows:
        key = (row.report_id, row.row.patient_id, row.row.status, row.row.outcome, row.row.target, row.row.proof.paragraph_id)
        groups.setdefault(key, []).append(row)
    return [_Group(members[0].report_id, members[0].row.patient_id, tuple(members)) for members in groups.values()]


def _rank(group: _Group, question: Question, order: Mapping[ReportId, int]) -> tuple[int, int, int]:
    outcome = group.first.row.outcome
    asked = (outcome in FAILED and Aspect.FAILED in question.aspects) or (outcome in WORKED and Aspect.WORKED in question.aspects)
    return (0 if asked else 1, order.get(group.report_id, len(order)), _ORDER.index(outcome))
