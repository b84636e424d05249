"""Similar patients over HTTP: a vignette in, the library's most similar patients out, each feature with its proof."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.callers import Caller, Calling
from api.identifiers import anonymous, warning
from api.opened import Opened
from api.report_schemas import FactOut
from api.schemas import EvidenceOut, FilterRequest, ReferenceOut, Request, Text
from api.services import Services
from assistant.evidence import describe
from assistant.question import check_question
from assistant.retrieval import HybridRetriever
from assistant.similar import Compared, SimilarFinder, SimilarPatient
from corpus.case import Case, Fact
from ingest.cases.vignette import described_patient, read_vignette

router = APIRouter(prefix="/v1")


class SimilarRequest(Request):
    vignette: Text
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    filters: FilterRequest = FilterRequest()


class DescribedOut(BaseModel):
    """What was understood of the vignette."""

    patient: str
    age: str | None
    sex: str | None
    diagnoses: list[str]
    antibodies_positive: list[str]
    antibodies_negative: list[str]
    findings: list[str]
    therapies: list[str]

    @classmethod
    def of(cls, case: Case) -> Self:
        who = described_patient(case)
        lists = {name: _values(getattr(who, name)) for name in ("diagnoses", "antibodies_positive", "antibodies_negative", "findings")}
        age, sex = (fact.value if fact else None for fact in (who.age, who.sex))
        therapies = list(dict.fromkeys(row.therapy for row in case.therapies if row.subject == "own"))
        return cls(patient=describe(who), age=age, sex=sex, therapies=therapies, **lists)


class ComparedOut(BaseModel):
    kind: str
    asked: str
    told: FactOut

    @classmethod
    def of(cls, one: Compared) -> Self:
        return cls(kind=one.kind, asked=one.asked, told=FactOut.of(one.told))


class SimilarOut(BaseModel):
    """One patient of the library; ``tried`` are the patient's therapy rows."""

    report_id: str
    patient: str
    score: float
    shared: list[ComparedOut]
    differing: list[ComparedOut]
    not_reported: list[str]
    tried: list[EvidenceOut]
    reference: ReferenceOut

    @classmethod
    def of(cls, one: SimilarPatient) -> Self:
        return cls(
            report_id=one.report_id,
            patient=describe(one.patient),
            score=one.score,
            shared=[ComparedOut.of(it) for it in one.shared],
            differing=[ComparedOut.of(it) for it in one.differing],
            not_reported=list(one.not_reported),
            tried=[EvidenceOut.of(row) for row in one.rows],
            reference=ReferenceOut.of(one.reference),
        )


class SimilarResponse(BaseModel):
    described: DescribedOut
    searched_reports: int
    patients: list[SimilarOut]
    warnings: list[str] = []


@router.post("/similar")
def similar(asked: SimilarRequest, services: Opened, caller: Calling) -> SimilarResponse:
    """The library's patients most like the one described, best first: what they share, where they differ, what was tried."""
    return alike(services, asked, caller)


def alike(services: Services, asked: SimilarRequest, caller: Caller) -> SimilarResponse:
    """Raises UsageError for an empty vignette, TooLarge for one over the limit. What tells who a patient is, is taken out first."""
    limit = services.settings.max_question_chars
    told = check_question(asked.vignette, limit, "description", "a woman in her 50s with anti-Mi2 dermatomyositis and calcinosis")
    text, chosen = anonymous(told), asked.filters.chosen()
    case = read_vignette(text, services.vocabulary)
    retriever = HybridRetriever(services.corpus, services.settings, services.vocabulary)
    found = SimilarFinder(services.corpus, services.vocabulary, retriever).find(described_patient(case), text, asked.limit, chosen)
    services.audit.write("similar", caller, query=text, reports=list(dict.fromkeys(one.report_id for one in found)))
    return SimilarResponse(
        described=DescribedOut.of(case),
        searched_reports=len(services.corpus.catalog.report_ids(chosen)),
        patients=[SimilarOut.of(one) for one in found],
        warnings=[said] if (said := warning(told)) else [],
    )


def _values(facts: tuple[Fact, ...]) -> list[str]:
    return list(dict.fromkeys(fact.value for fact in facts))


def similar_text(found: SimilarResponse) -> str:
    """As a terminal or a model reads it: one paragraph a patient, every feature with the paragraph that tells it."""
    told = found.described
    understood = ", ".join([told.patient, *told.diagnoses[1:], *told.findings])
    blocks = [*found.warnings, f"Looked for: {understood}. Searched {found.searched_reports} reports."]
    blocks += [_patient_text(number, one) for number, one in enumerate(found.patients, start=1)]
    return "\n\n".join(blocks if found.patients else [*blocks, "Nobody in this library is like this."])


def _patient_text(number: int, one: SimilarOut) -> str:
    lines = [f"{number}. {one.patient} ({one.reference.label}; {one.report_id}; similarity {one.score:.2f})"]
    for name, compared in (("same", one.shared), ("different", one.differing)):
        if compared:
            lines.append(f"   {name}: {'; '.join(f'{it.told.value} ({it.told.paragraph_id})' for it in compared)}")
    if one.not_reported:
        lines.append(f"   not reported: {', '.join(one.not_reported)}")
    if one.tried:
        told = dict.fromkeys(
            f"{row.therapy} {row.outcome.replace('_', ' ')}{f' for {row.target}' if row.target else ''}" for row in one.tried
        )
        lines.append(f"   tried: {'; '.join(told)}")
    return "\n".join(lines)
