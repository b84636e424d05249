"""Readers turn passages and therapy rows into drafts; each is an alternative behind one protocol."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.answer import EvidenceRow
from assistant.citations import Draft
from assistant.question import Question
from corpus.report import Passage


class Reader(Protocol):
    """Proposes sentences one by one; what it proposes is checked before it is shown."""

    @property
    def name(self) -> str: ...

    def read(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]: ...
