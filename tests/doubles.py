"""Stand-ins for what is slow or far away."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from assistant.answer import Answer, Event, Exchange, fold
from corpus.embedding import Vectors
from corpus.report import Filter, Passage
from corpus.text import tokens


class HashingEmbedder:
    """A bag of words hashed into 64 numbers: texts that share words are near, and the same text is always the same vector."""

    name = "hashing"
    dimension = 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), dtype=np.float32)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for token in tokens(text) or [""]:
            vector[crc32(token.encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


@dataclass(slots=True)
class ScriptedAssistant:
    """Plays the events it was given, then raises what it was given; remembers what it was asked and whether it was closed."""

    events: Sequence[Event] = ()
    failure: Exception | None = None
    passages: Sequence[Passage] = ()
    asked: list[tuple[str, tuple[Exchange, ...], Filter, int | None]] = field(default_factory=list)
    closed: int = 0
    reader: str = "scripted"

    def stream(
        self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None
    ) -> Generator[Event, None, None]:
        self.asked.append((question, tuple(history), filters or Filter(), k))
        try:
            yield from self.events
            if self.failure:
                raise self.failure
        finally:
            self.closed += 1

    def answer(self, question: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None) -> Answer:
        return fold(self.stream(question, history=history, filters=filters, k=k))

    def search(self, query: str, *, history: Sequence[Exchange] = (), filters: Filter | None = None, k: int | None = None) -> list[Passage]:
        self.asked.append((query, tuple(history), filters or Filter(), k))
        return list(self.passages)[:k]
