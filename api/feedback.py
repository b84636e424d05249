"""Feedback on answers: kept in the catalogue with the question, so that somebody can learn from it."""

import time
from typing import Annotated, Any, Self
from uuid import uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import insert, select

from api.callers import Caller, Calling
from api.identifiers import without_identifiers
from api.opened import Opened
from api.schemas import Request, Text
from api.services import Services
from corpus.conversations import Conversations
from corpus.errors import NotFound
from corpus.tables import feedback

_MAX_COMMENT = 4000

router = APIRouter(prefix="/v1")


class FeedbackRequest(Request):
    """What is judged is a turn of a conversation (the last one where none is named), or a question whose answer was not kept."""

    helpful: bool
    comment: Annotated[Text, Field(max_length=_MAX_COMMENT)] | None = None
    conversation_id: Text | None = None
    turn: Annotated[int, Field(ge=1, le=1_000_000, description="Counted from 1.")] | None = None
    question: Annotated[Text, Field(min_length=1, max_length=100_000)] | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.conversation_id is None) == (self.question is None):
            raise ValueError("give conversation_id (and turn) or question, one of the two")
        if self.turn is not None and self.conversation_id is None:
            raise ValueError("turn counts within a conversation; give conversation_id with it")
        return self


class FeedbackOut(BaseModel):
    id: str
    conversation_id: str | None
    turn: int | None
    question: str
    helpful: bool
    comment: str | None
    given_by: str | None
    created_at: float


class FeedbackList(BaseModel):
    feedback: list[FeedbackOut]


@router.post("/feedback", status_code=201)
def give_feedback(given: FeedbackRequest, services: Opened, caller: Calling) -> FeedbackOut:
    """Keep what somebody thought of an answer."""
    return keep(services, given, caller)


@router.get("/feedback")
def list_feedback(services: Opened, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> FeedbackList:
    """The newest first."""
    query = select(feedback).order_by(feedback.c.created_at.desc(), feedback.c.id).limit(limit)
    with services.corpus.catalog.reading() as connection:
        return FeedbackList(feedback=[FeedbackOut(**row) for row in connection.execute(query).mappings()])


def keep(services: Services, given: FeedbackRequest, caller: Caller) -> FeedbackOut:
    """Raises NotFound for a conversation or turn that is not there."""
    turn, question = _judged(services.conversations(caller), given)
    row: dict[str, Any] = {
        "id": uuid4().hex,
        "conversation_id": given.conversation_id,
        "turn": turn,
        "question": without_identifiers(question),
        "helpful": given.helpful,
        "comment": without_identifiers(given.comment) if given.comment else None,
        "given_by": caller.key,
        "created_at": time.time(),
    }
    with services.corpus.catalog.writing() as connection:
        connection.execute(insert(feedback).values(**row))
    return FeedbackOut(**row)


def _judged(kept: Conversations, given: FeedbackRequest) -> tuple[int | None, str]:
    if given.conversation_id is None:
        return None, given.question or ""
    turns = kept.turns(given.conversation_id)
    number = given.turn or len(turns)
    if not 1 <= number <= len(turns):
        raise NotFound(f"conversation {given.conversation_id!r} has no turn {number}; it has {len(turns)}")
    return number, turns[number - 1].question
