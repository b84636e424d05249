"""Conversations over HTTP: listed, read, renamed, deleted. They are started and continued by asking (api/chat.py)."""

from fastapi import APIRouter

from api.callers import Calling
from api.opened import Opened
from api.schemas import ConversationOut, ConversationTurns, RenameRequest, TurnOut, turn_answer

router = APIRouter(prefix="/v1/conversations")


@router.get("")
def list_conversations(services: Opened, caller: Calling) -> list[ConversationOut]:
    """The most recently used first; with keys, those that were started with this one, or all for one with the scope ``admin``."""
    return [ConversationOut.of(one) for one in services.conversations(caller).all()]


@router.get("/{conversation_id}")
def read_conversation(conversation_id: str, services: Opened, caller: Calling) -> ConversationTurns:
    kept = services.conversations(caller)
    turns = [TurnOut(question=turn.question, answer=turn_answer(turn.answer, conversation_id)) for turn in kept.turns(conversation_id)]
    return ConversationTurns(id=conversation_id, title=kept.get(conversation_id).title, turns=turns)


@router.patch("/{conversation_id}")
def rename_conversation(conversation_id: str, asked: RenameRequest, services: Opened, caller: Calling) -> ConversationOut:
    kept = services.conversations(caller)
    kept.rename(conversation_id, asked.title)
    return ConversationOut.of(kept.get(conversation_id))


@router.delete("/{conversation_id}", status_code=204)
def delete_conversation(conversation_id: str, services: Opened, caller: Calling) -> None:
    services.conversations(caller).delete(conversation_id)
