"""Conversations over HTTP: listed, read, renamed, deleted. They are started and continued by asking (api/chat.py)."""

from fastapi import APIRouter

from api.opened import Opened
from api.schemas import ConversationOut, ConversationTurns, RenameRequest, TurnOut, turn_answer
from api.services import Services
from corpus.errors import NotFound

router = APIRouter(prefix="/v1/conversations")


@router.get("")
def list_conversations(services: Opened) -> list[ConversationOut]:
    """The most recently used first."""
    return [ConversationOut.of(one) for one in services.conversations.all()]


@router.get("/{conversation_id}")
def read_conversation(conversation_id: str, services: Opened) -> ConversationTurns:
    turns = services.conversations.turns(conversation_id)
    told = [TurnOut(question=turn.question, answer=turn_answer(turn.answer, conversation_id)) for turn in turns]
    return ConversationTurns(id=conversation_id, title=_listed(services, conversation_id).title, turns=told)


@router.patch("/{conversation_id}")
def rename_conversation(conversation_id: str, asked: RenameRequest, services: Opened) -> ConversationOut:
    services.conversations.rename(conversation_id, asked.title)
    return _listed(services, conversation_id)


@router.delete("/{conversation_id}", status_code=204)
def delete_conversation(conversation_id: str, services: Opened) -> None:
    services.conversations.delete(conversation_id)


def _listed(services: Services, conversation_id: str) -> ConversationOut:
    for one in services.conversations.all(limit=-1):
        if one.id == conversation_id:
            return ConversationOut.of(one)
    raise NotFound(f"no conversation {conversation_id!r} in this library; it may just have been deleted")
