"""Conversations as they are kept in the catalogue: they survive a restart, and two never mix."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, true, update

from corpus.catalog import Catalog
from corpus.errors import NotFound
from corpus.tables import conversations, turns

_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer; ``answer`` is the JSON of the chat response (see docs/design.md, contracts)."""

    question: str
    standalone: str
    answer: Mapping[str, Any]
    created_at: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """Times are Unix seconds; ``owner`` is the id of the key that started it, None where none was needed."""

    id: str
    title: str
    created_at: float
    updated_at: float
    owner: str | None = None


class Conversations:
    """Starts, reads, renames and deletes conversations. Unknown ids raise NotFound.

    Those that are started here are the ``owner``'s; with ``only_own`` all others are as if they were not there.
    """

    def __init__(self, catalog: Catalog, owner: str | None = None, *, only_own: bool = False) -> None:
        self._catalog = catalog
        self._owner = owner
        self._seen: ColumnElement[bool] = conversations.c.owner == owner if only_own else true()

    def start(self, question: str) -> str:
        """A new conversation titled by its first question; returns its id."""
        now, conversation_id = time.time(), uuid4().hex
        title = " ".join(question.split())[:_TITLE_CHARS]
        with self._catalog.writing() as connection:
            row = {"id": conversation_id, "title": title, "created_at": now, "updated_at": now, "owner": self._owner}
            connection.execute(insert(conversations).values(**row))
        return conversation_id

    def all(self, limit: int = 100) -> list[Conversation]:
        """The most recently used first."""
        query = select(conversations).where(self._seen).order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(limit)
        with self._catalog.reading() as connection:
            return [Conversation(**row) for row in connection.execute(query).mappings()]

    def get(self, conversation_id: str) -> Conversation:
        with self._catalog.reading() as connection:
            query = select(conversations).where(conversations.c.id == conversation_id, self._seen)
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no conversation {conversation_id!r} in this library; to start one, ask without a conversation_id")
        return Conversation(**row)

    def turns(self, conversation_id: str) -> list[Turn]:
        """All turns in order."""
        self.get(conversation_id)
        query = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number)
        with self._catalog.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Turn(row["question"], row["standalone"], row["answer"], row["created_at"]) for row in rows]

    def add(self, conversation_id: str, question: str, standalone: str, answer: Mapping[str, Any]) -> None:
        self.get(conversation_id)
        now = time.time()
        with self._catalog.writing() as connection:
            # The update comes first: it takes the write lock, so two answers at once cannot draw the same number.
            connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(updated_at=now))
            last = connection.execute(select(func.max(turns.c.number)).where(turns.c.conversation_id == conversation_id)).scalar() or 0
            row = {"question": question, "standalone": standalone, "answer": dict(answer), "created_at": now}
            connection.execute(insert(turns).values(conversation_id=conversation_id, number=last + 1, **row))

    def rename(self, conversation_id: str, title: str) -> None:
        self.get(conversation_id)
        with self._catalog.writing() as connection:
            connection.execute(
                update(conversations).where(conversations.c.id == conversation_id).values(title=title.strip()[:_TITLE_CHARS])
            )

    def delete(self, conversation_id: str) -> None:
        self.get(conversation_id)
        with self._catalog.writing() as connection:
            connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
