"""What goes out over HTTP about the reports of the library, and what an upload came to."""

from typing import Self

from pydantic import BaseModel

from api.schemas import BoxOut, EvidenceOut, ReferenceOut
from assistant.evidence import describe
from corpus.case import Case, Fact, Patient
from corpus.report import Paragraph, Report

_FACT_LISTS = ("diagnoses", "antibodies_positive", "antibodies_negative", "findings")


class ListedReport(BaseModel):
    id: str
    reference: ReferenceOut
    paragraphs: int


class ReportList(BaseModel):
    total: int
    reports: list[ListedReport]


class ParagraphOut(BaseModel):
    id: str
    section: list[str]
    page: int | None
    kind: str
    text: str
    boxes: list[BoxOut] = []

    @classmethod
    def of(cls, paragraph: Paragraph) -> Self:
        return cls.model_validate(paragraph, from_attributes=True)


class FactOut(BaseModel):
    value: str
    paragraph_id: str
    quote: str
    start: int
    end: int

    @classmethod
    def of(cls, fact: Fact) -> Self:
        proof = fact.proof
        return cls(value=fact.value, paragraph_id=proof.paragraph_id, quote=proof.quote, start=proof.start, end=proof.end)


class PatientOut(BaseModel):
    id: str
    label: str
    age: FactOut | None
    sex: FactOut | None
    diagnoses: list[FactOut]
    antibodies_positive: list[FactOut]
    antibodies_negative: list[FactOut]
    findings: list[FactOut]

    @classmethod
    def of(cls, who: Patient) -> Self:
        lists = {name: [FactOut.of(fact) for fact in getattr(who, name)] for name in _FACT_LISTS}
        age, sex = (FactOut.of(fact) if fact else None for fact in (who.age, who.sex))
        return cls.model_validate({"id": who.id, "label": who.label, "age": age, "sex": sex} | lists)


class CaseOut(BaseModel):
    patients: list[PatientOut]
    therapies: list[EvidenceOut]

    @classmethod
    def of(cls, case: Case) -> Self:
        names = {who.id: describe(who) for who in case.patients}
        rows = [EvidenceOut.of_row(case.report_id, names.get(row.patient_id or ""), row) for row in case.therapies]
        return cls(patients=[PatientOut.of(who) for who in case.patients], therapies=rows)


class ReportOut(BaseModel):
    id: str
    reference: ReferenceOut
    paragraphs: list[ParagraphOut]
    case: CaseOut

    @classmethod
    def of(cls, report: Report, case: Case) -> Self:
        return cls(
            id=report.id,
            reference=ReferenceOut.of(report.reference),
            paragraphs=[ParagraphOut.of(one) for one in report.paragraphs],
            case=CaseOut.of(case),
        )


class UploadOut(BaseModel):
    name: str
    status: str
    reports: list[str] = []
    paragraphs: int = 0
    reason: str | None = None


class ReceivedOut(BaseModel):
    """A file that arrived and waits for its turn; ``name`` is what it is kept as."""

    name: str
    bytes: int


class UploadResults(BaseModel):
    results: list[UploadOut]
