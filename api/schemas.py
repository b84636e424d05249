"""What goes in and out over HTTP, and out of ``--json``. Requests refuse unknown keys."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from assistant.answer import Abstention, Answer, Citation, EvidenceRow, Exchange, Nearest, Statement
from corpus.case import Fact, TherapyOutcome
from corpus.conversations import Conversation
from corpus.report import Filter, Passage, Reference

# More than the reader can use; a client that sends more has lost count, and the body limit alone would let 100,000 in.
MAX_HISTORY = 200
_MAX_LISTED = 1000

Year = Annotated[int, Field(ge=1500, le=2200)]


def _encodable(text: str) -> str:
    """JSON can spell half of a surrogate pair; no file, index or answer can hold one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a character (a lone surrogate); send well-formed Unicode") from None
    return text


Text = Annotated[str, AfterValidator(_encodable)]


class Request(BaseModel):
    """What is sent to us; a key that we do not know is refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterRequest(Request):
    """Which reports are asked; years are inclusive."""

    year_from: Year | None = None
    year_to: Year | None = None
    journals: Annotated[list[Text], Field(max_length=_MAX_LISTED)] = []
    report_ids: Annotated[list[Text], Field(max_length=_MAX_LISTED)] = []

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.year_from is not None and self.year_to is not None and self.year_from > self.year_to:
            raise ValueError("year_from is later than year_to; no report can match")
        return self

    def chosen(self) -> Filter:
        return Filter(self.year_from, self.year_to, tuple(self.journals), tuple(self.report_ids))


class ExchangeRequest(Request):
    role: Literal["user", "assistant"]
    text: Text


class ChatRequest(Request):
    """One question. Its earlier conversation is either kept here (``conversation_id``) or sent along (``history``)."""

    question: Text
    conversation_id: Text | None = None
    history: Annotated[list[ExchangeRequest], Field(max_length=MAX_HISTORY)] | None = None
    filters: FilterRequest = FilterRequest()
    k: Annotated[int, Field(ge=1, le=50)] | None = None

    @model_validator(mode="after")
    def _one_history(self) -> Self:
        if self.conversation_id is not None and self.history is not None:
            raise ValueError("give conversation_id or history, not both")
        return self

    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(Exchange(one.role, one.text) for one in self.history or ())


class SearchRequest(Request):
    """A query; with ``history`` it is searched as the next question of that conversation."""

    query: Text
    history: Annotated[list[ExchangeRequest], Field(max_length=MAX_HISTORY)] = []
    k: Annotated[int, Field(ge=1, le=100)] | None = None
    filters: FilterRequest = FilterRequest()


class RenameRequest(Request):
    title: Text = Field(min_length=1, max_length=1000, pattern=r"\S")


# -- out ----------------------------------------------------------------------------------------------


class ReferenceOut(BaseModel):
    title: str
    authors: list[str]
    journal: str | None
    year: int | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    publication_type: str | None
    notice: str | None
    digest: bool
    label: str
    link: str | None

    @classmethod
    def of(cls, reference: Reference) -> Self:
        return cls.model_validate(reference, from_attributes=True)


class BoxOut(BaseModel):
    """A rectangle on a page (numbered from 1) as a viewer shows it, in PDF points from its lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


class CitationOut(BaseModel):
    """``quote`` is ``paragraph.text[start:end]``, counted in Unicode code points; ``boxes`` are where the paragraph is printed."""

    marker: int
    report_id: str
    paragraph_id: str
    quote: str
    start: int
    end: int
    section: list[str]
    page: int | None
    reference: ReferenceOut
    boxes: list[BoxOut] = []

    @classmethod
    def of(cls, citation: Citation) -> Self:
        return cls.model_validate(citation, from_attributes=True)


class StatementOut(BaseModel):
    text: str
    support: str
    citations: list[CitationOut]

    @classmethod
    def of(cls, statement: Statement) -> Self:
        return cls(text=statement.text, support=statement.support.value, citations=[CitationOut.of(one) for one in statement.citations])


class EvidenceOut(BaseModel):
    """One therapy row; ``patient`` is None where it is about patients of the literature."""

    report_id: str
    patient_id: str | None
    patient: str | None
    therapy: str
    therapy_class: str | None
    dose: str | None
    route: str | None
    duration: str | None
    target: str | None
    outcome: str
    status: str
    subject: str
    obtained: Literal["rules", "model"]
    paragraph_id: str
    quote: str
    start: int
    end: int

    @classmethod
    def of(cls, found: EvidenceRow) -> Self:
        return cls.of_row(found.report_id, found.patient, found.row)

    @classmethod
    def of_row(cls, report_id: str, patient: str | None, row: TherapyOutcome) -> Self:
        return cls(
            report_id=report_id, patient_id=row.patient_id, patient=patient, therapy=row.therapy, therapy_class=row.therapy_class,
            dose=_value(row.dose), route=_value(row.route), duration=_value(row.duration), target=row.target,
            outcome=row.outcome, status=row.status, subject=row.subject, obtained=row.obtained, paragraph_id=row.proof.paragraph_id,
            quote=row.proof.quote, start=row.proof.start, end=row.proof.end,
        )  # fmt: skip


class PassageOut(BaseModel):
    """``paragraph_scores``: of each paragraph, as comparable between passages as ``score``."""

    report_id: str
    paragraph_ids: list[str]
    paragraph_scores: list[float]
    section: list[str]
    text: str
    score: float
    found_by: list[str]
    reference: ReferenceOut

    @classmethod
    def of(cls, passage: Passage) -> Self:
        return cls(
            report_id=passage.report_id,
            paragraph_ids=list(passage.paragraph_ids),
            paragraph_scores=list(passage.paragraph_scores),
            section=list(passage.paragraphs[0].section) if passage.paragraphs else [],
            text=passage.text,
            score=passage.score,
            found_by=list(passage.found_by),
            reference=ReferenceOut.of(passage.reference),
        )


class NearestOut(BaseModel):
    report_id: str
    paragraph_id: str
    section: list[str]
    text: str
    reference: ReferenceOut

    @classmethod
    def of(cls, nearest: Nearest) -> Self:
        paragraph = nearest.paragraph
        return cls(
            report_id=nearest.report_id,
            paragraph_id=paragraph.id,
            section=list(paragraph.section),
            text=paragraph.text,
            reference=ReferenceOut.of(nearest.reference),
        )


class AbstentionOut(BaseModel):
    reason: str
    message: str
    searched_reports: int
    missing: list[str]
    nearest: list[NearestOut]

    @classmethod
    def of(cls, abstention: Abstention) -> Self:
        return cls(
            reason=abstention.reason,
            message=abstention.message,
            searched_reports=abstention.searched_reports,
            missing=list(abstention.missing),
            nearest=[NearestOut.of(one) for one in abstention.nearest],
        )


class ChatResponse(BaseModel):
    """One answer, whole. The stream's events carry the same parts in the same shapes.

    ``chance``: how likely the extractive reader held its quotation to answer the question (0..1); None for therapy rows and chat models.
    """

    answer: str
    abstained: bool
    abstention: AbstentionOut | None
    standalone_question: str
    reader: str
    conversation_id: str | None
    statements: list[StatementOut]
    evidence: list[EvidenceOut]
    passages: list[PassageOut]
    timings_ms: dict[str, float]
    warnings: list[str] = []
    chance: float | None = None

    @classmethod
    def of(cls, answer: Answer, conversation_id: str | None = None, warnings: Sequence[str] = ()) -> Self:
        return cls(
            answer=answer.text,
            abstained=answer.abstained,
            abstention=AbstentionOut.of(answer.abstention) if answer.abstention else None,
            standalone_question=answer.standalone_question,
            reader=answer.reader,
            conversation_id=conversation_id,
            statements=[StatementOut.of(one) for one in answer.statements],
            evidence=[EvidenceOut.of(one) for one in answer.evidence],
            passages=[PassageOut.of(one) for one in answer.passages],
            timings_ms=dict(answer.timings_ms),
            warnings=list(warnings),
            chance=answer.chance,
        )


class UnderstoodOut(BaseModel):
    question: str
    standalone_question: str
    reader: str
    conversation_id: str | None
    warnings: list[str] = []


class PassagesOut(BaseModel):
    passages: list[PassageOut]


class EvidenceListOut(BaseModel):
    evidence: list[EvidenceOut]


class ErrorDetail(BaseModel):
    type: str
    message: str


class ErrorOut(BaseModel):
    """The shape of every failure, as an HTTP body and as the last event of a stream."""

    error: ErrorDetail


class ConversationOut(BaseModel):
    id: str
    title: str
    created_at: float
    updated_at: float

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        return cls.model_validate(conversation, from_attributes=True)


class TurnOut(BaseModel):
    question: str
    answer: ChatResponse


class ConversationTurns(BaseModel):
    id: str
    title: str
    turns: list[TurnOut]


def turn_answer(answer: Mapping[str, object], conversation_id: str) -> ChatResponse:
    """A stored answer; its conversation is the one it is read from."""
    return ChatResponse.model_validate({**answer, "conversation_id": conversation_id})


def _value(fact: Fact | None) -> str | None:
    return fact.value if fact else None
