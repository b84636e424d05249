"""The therapy board over HTTP: every row that a question is about, over the whole library, counted by patient; as JSON or CSV."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel
from starlette.responses import Response

from api.callers import Caller, Calling
from api.opened import Opened
from api.schemas import EvidenceOut, FilterRequest, ReferenceOut, Request, Text
from api.services import Services
from api.tables import BYTE_ORDER_MARK, csv_text
from assistant.board import Board, Counts, board
from assistant.evidence import EvidenceFinder
from assistant.question import Aspect, Question, check_question, understand

COLUMNS = (
    "therapy", "therapy_class", "dose", "route", "duration", "target", "outcome", "status", "patient", "report_id", "title", "year", "link",
    "paragraph_id", "quote",
)  # fmt: skip

# A board of a large library is cut in text; JSON and CSV have all of it.
_BOARD_LINES = 40

router = APIRouter(prefix="/v1")


class EvidenceRequest(Request):
    question: Text
    filters: FilterRequest = FilterRequest()


class CountsOut(BaseModel):
    """Patients, each counted once in a bucket; one whose muscle improved and whose calcinosis did not stands in two buckets."""

    patients: int
    failed: int
    partial: int
    worked: int
    adverse: int
    not_reported: int


class TherapyCounts(CountsOut):
    therapy: str
    therapy_class: str | None


class BoardOut(BaseModel):
    """Only what was given counts; planned and declined therapies stand in the rows."""

    therapies: list[TherapyCounts]
    total: CountsOut

    @classmethod
    def of(cls, found: Board) -> Self:
        lines = [{"therapy": one.therapy, "therapy_class": one.therapy_class, **_numbers(one.counts)} for one in found.lines]
        return cls.model_validate({"therapies": lines, "total": _numbers(found.total)})


def _numbers(counts: Counts) -> dict[str, int]:
    return {"patients": counts.patients, **dict(counts.cells.items())}


class EvidenceResponse(BaseModel):
    question: str
    searched_reports: int
    board: BoardOut
    rows: list[EvidenceOut]
    references: dict[str, ReferenceOut]


@router.post("/evidence", responses={200: {"content": {"text/csv": {}}}}, response_model=EvidenceResponse)
def evidence(
    asked: EvidenceRequest,
    services: Opened,
    caller: Calling,
    format: Annotated[Literal["json", "csv"] | None, Query()] = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """The rows and their counts; CSV with ``?format=csv`` or ``Accept: text/csv``."""
    found = gathered(services, asked, caller)
    if format == "csv" or (format is None and accept.split(";")[0].strip() == "text/csv"):
        return csv_response(csv_text(COLUMNS, cells(found.rows, found.references)), "evidence.csv")
    return Response(found.model_dump_json(), media_type="application/json")


def gathered(services: Services, asked: EvidenceRequest, caller: Caller) -> EvidenceResponse:
    """Raises UsageError for an empty question, TooLarge for one over the limit."""
    text = check_question(asked.question, services.settings.max_question_chars)
    question = _about_therapy(understand(text, services.vocabulary, asked.filters.chosen()))
    finder = EvidenceFinder(services.corpus, services.vocabulary)
    chosen = finder.outlines(question)
    rows = finder.rows_of(chosen)
    services.audit.write("evidence", caller, question=text, reports=list(dict.fromkeys(row.report_id for row in rows)))
    return EvidenceResponse(
        question=text,
        searched_reports=len(services.corpus.catalog.report_ids(question.filters)),
        board=BoardOut.of(board(chosen)),
        rows=[EvidenceOut.of(row) for row in rows],
        references={row.report_id: ReferenceOut.of(row.reference) for row in rows},
    )


def _about_therapy(question: Question) -> Question:
    """Whoever asks for the board of something asks for therapies, in whatever words ("anti-MDA5 calcinosis")."""
    return (
        question
        if question.about_therapy or not question.entities
        else replace(question, aspects=(question.aspects | {Aspect.THERAPIES}) - {Aspect.VALUE})
    )


def cells(rows: Iterable[EvidenceOut], references: Mapping[str, ReferenceOut]) -> list[list[object]]:
    """Rows in the order of ``COLUMNS``."""
    lines = []
    for row in rows:
        reference = references.get(row.report_id)
        told = {"title": reference.title, "year": reference.year, "link": reference.link} if reference else {}
        known = row.model_dump() | told
        lines.append([known.get(column) for column in COLUMNS])
    return lines


def csv_response(text: str, name: str) -> Response:
    """A CSV file that a spreadsheet opens."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(BYTE_ORDER_MARK + text, media_type="text/csv; charset=utf-8", headers=headers)


def board_text(found: EvidenceResponse) -> str:
    """As a terminal or a model reads it: the counts, then rows with their quotes."""
    lines = [
        f"- {line.therapy}: {_patients(line.patients)}; failed {line.failed}, partial {line.partial}, worked {line.worked}, "
        f"adverse effect {line.adverse}, not reported {line.not_reported}"
        for line in found.board.therapies[:_BOARD_LINES]
    ]
    rows = [
        f"- {row.therapy}, {row.patient or 'patient'}, {row.outcome}: “{row.quote}” ({row.paragraph_id})"
        for row in found.rows[:_BOARD_LINES]
    ]
    head = f"{_patients(found.board.total.patients)} in {len(found.references)} of {found.searched_reports} reports"
    return "\n".join([head, *lines, "", "Rows", *rows]) if rows else f"No therapy rows match; searched {found.searched_reports} reports."


def _patients(count: int) -> str:
    return f"{count} patient{'' if count == 1 else 's'}"
