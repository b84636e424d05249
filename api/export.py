"""Answers as files: a stored turn, or an answer sent along, as Markdown, DOCX, CSV, RIS, BibTeX or a JSON evidence packet."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import Response

from api.callers import Caller, Calling
from api.evidence import COLUMNS, cells
from api.exports.bibliography import as_bibtex, as_ris
from api.exports.exported import Exported
from api.exports.markdown import as_markdown
from api.exports.packet import as_packet
from api.exports.word import as_word
from api.opened import Opened
from api.prose import references
from api.schemas import ChatResponse, ReferenceOut, Request, Text, turn_answer
from api.services import Services
from api.tables import BYTE_ORDER_MARK, csv_text
from corpus.conversations import Conversations
from corpus.errors import NotFound
from corpus.store import Corpus

Format = Literal["markdown", "docx", "csv", "ris", "bibtex", "json"]
_TYPES: Mapping[Format, tuple[str, str]] = {
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "json": ("application/json", "json"),
}
_WRITERS: Mapping[Format, Callable[[Exported, Corpus], str | bytes]] = {
    "markdown": lambda exported, _: as_markdown(exported),
    "docx": lambda exported, _: as_word(exported),
    "csv": lambda exported, _: BYTE_ORDER_MARK + csv_text(COLUMNS, cells(exported.answer.evidence, exported.references)),
    "ris": lambda exported, _: as_ris(exported),
    "bibtex": lambda exported, _: as_bibtex(exported),
    "json": as_packet,
}
_NAME_CHARS = 60

router = APIRouter(prefix="/v1")


class ExportRequest(Request):
    """Which answer: a turn of a conversation (the last one where none is named), or ``question`` and ``answer`` as chat returned it."""

    format: Format
    conversation_id: Text | None = None
    turn: Annotated[int, Field(ge=1, le=1_000_000, description="Counted from 1.")] | None = None
    question: Annotated[Text, Field(max_length=100_000)] | None = None
    answer: ChatResponse | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if (self.conversation_id is None) == (self.answer is None):
            raise ValueError("give conversation_id (and turn) or answer, one of the two")
        if self.turn is not None and self.conversation_id is None:
            raise ValueError("turn counts within a conversation; give conversation_id with it")
        return self


@router.post("/export", response_class=Response, responses={200: {"content": {kind.partition(";")[0]: {} for kind, _ in _TYPES.values()}}})
def export(asked: ExportRequest, services: Opened, caller: Calling) -> Response:
    """One answer as a file."""
    return exported_file(services, asked, caller)


def exported_file(services: Services, asked: ExportRequest, caller: Caller) -> Response:
    """Raises NotFound for a conversation or turn that is not there."""
    exported = gathered(services, asked, caller)
    body = _WRITERS[asked.format](exported, services.corpus)
    kind, extension = _TYPES[asked.format]
    services.audit.write("export", caller, question=exported.question, format=asked.format, conversation_id=asked.conversation_id)
    content = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    name = f"{_file_stem(exported.question)}.{extension}"
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def gathered(services: Services, asked: ExportRequest, caller: Caller) -> Exported:
    """The answer with the reference of every report in it; those that the answer does not carry are looked up."""
    question, answer = _answer(services.conversations(caller), asked)
    known = references(answer)
    missing = dict.fromkeys(row.report_id for row in answer.evidence if row.report_id not in known)
    looked_up = services.corpus.catalog.references(missing)
    known |= {name: ReferenceOut.of(looked_up[name]) for name in missing if name in looked_up}
    return Exported(question, answer, known, datetime.now(UTC), version("casebook"))


def _answer(kept: Conversations, asked: ExportRequest) -> tuple[str, ChatResponse]:
    if asked.answer is not None:
        return asked.question or asked.answer.standalone_question, asked.answer
    conversation_id = asked.conversation_id or ""
    turns = kept.turns(conversation_id)
    number = asked.turn or len(turns)
    if not 1 <= number <= len(turns):
        raise NotFound(f"conversation {conversation_id!r} has no turn {number}; it has {len(turns)}")
    turn = turns[number - 1]
    return turn.question, turn_answer(turn.answer, conversation_id)


def _file_stem(question: str) -> str:
    """A file name that any system takes; the header it travels in holds ASCII only."""
    return re.sub(r"[^a-z0-9]+", "-", question.lower())[:_NAME_CHARS].strip("-") or "answer"
