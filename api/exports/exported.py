"""What is exported: one answer with its question and the references of every report in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.schemas import ChatResponse, ReferenceOut


@dataclass(frozen=True, slots=True)
class Exported:
    """``references`` by report id: the cited ones first, in the order of their markers, then those of the evidence rows."""

    question: str
    answer: ChatResponse
    references: Mapping[str, ReferenceOut]
    made_at: datetime
    version: str

    @property
    def provenance(self) -> str:
        """Where the file comes from, in one line."""
        return f"Casebook {self.version}, {self.answer.reader} reader, {self.made_at:%Y-%m-%d %H:%M} UTC."
