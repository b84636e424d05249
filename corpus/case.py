"""The facts of a case: who the patients were, what was tried on them, and what happened; each with its proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.report import ParagraphId, ReportId

Outcome = Literal["resolved", "improved", "partial", "failed", "worsened", "adverse_effect", "not_reported"]
Status = Literal["given", "planned", "declined"]
Subject = Literal["own", "literature"]
Obtained = Literal["rules", "model"]

WORKED: frozenset[Outcome] = frozenset({"resolved", "improved", "partial"})
FAILED: frozenset[Outcome] = frozenset({"failed", "worsened"})


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a fact stands: ``paragraph.text[start:end] == quote``, always."""

    paragraph_id: ParagraphId
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value as the library names it, and the words that prove it."""

    value: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class PatientOutline:
    """What is told of one patient, by name only."""

    label: str
    age: str | None = None
    sex: str | None = None
    diagnoses: tuple[str, ...] = ()
    antibodies: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient (or, for a series told together, one group) of a report. Its id is ``<report id>#patient<n>``."""

    id: str
    label: str
    age: Fact | None = None
    sex: Fact | None = None
    diagnoses: tuple[Fact, ...] = ()
    antibodies_positive: tuple[Fact, ...] = ()
    antibodies_negative: tuple[Fact, ...] = ()
    findings: tuple[Fact, ...] = ()

    @property
    def outline(self) -> PatientOutline:
        age, sex = (fact.value if fact else None for fact in (self.age, self.sex))
        lists = (self.diagnoses, self.antibodies_positive, self.findings)
        return PatientOutline(self.label, age, sex, *(tuple(dict.fromkeys(fact.value for fact in facts)) for facts in lists))


@dataclass(frozen=True, slots=True)
class TherapyOutcome:
    """One therapy, one target, one outcome. A drug that helped muscle and failed on calcinosis is two of these.

    ``proof`` shows the outcome (for a planned or not reported one: the mention); ``dose``, ``route`` and ``duration``
    carry their own. ``patient_id`` is None where the row is about patients of the literature.
    """

    patient_id: str | None
    therapy: str
    therapy_class: str | None
    outcome: Outcome
    proof: Proof
    target: str | None = None
    dose: Fact | None = None
    route: Fact | None = None
    duration: Fact | None = None
    line: int | None = None
    reason_stopped: Fact | None = None
    status: Status = "given"
    subject: Subject = "own"
    obtained: Obtained = "rules"

    @property
    def proofs(self) -> Iterator[Proof]:
        yield self.proof
        for fact in (self.dose, self.route, self.duration, self.reason_stopped):
            if fact:
                yield fact.proof


@dataclass(frozen=True, slots=True)
class Case:
    """All that was read out of one report: its patients and every therapy row, the literature's among them."""

    report_id: ReportId
    patients: tuple[Patient, ...] = ()
    therapies: tuple[TherapyOutcome, ...] = ()
