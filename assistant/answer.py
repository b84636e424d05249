"""What comes out: statements with citations, or an abstention; and the events that an answer is folded from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from corpus.case import TherapyOutcome
from corpus.report import Box, Paragraph, ParagraphId, Passage, Reference, ReportId

# How a sentence that is not proved is marked wherever an answer is plain text.
UNPROVED = "(not proved by this library)"

Role = Literal["user", "assistant"]


class Support(StrEnum):
    """The verdict on one sentence of an answer."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    UNKNOWN_MARKER = "unknown_marker"

    @property
    def proved(self) -> bool:
        """Whether the sentence may stand as proved, wholly or in part."""
        return self in (Support.SUPPORTED, Support.PARTIAL)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier message of the conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to the words that prove a statement: ``paragraph.text[start:end] == quote``, always.

    ``marker`` is the number shown in brackets; one paragraph has one marker in an answer.
    """

    marker: int
    report_id: ReportId
    paragraph_id: ParagraphId
    quote: str
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    reference: Reference
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (without markers), its citations and its verdict."""

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()

    @property
    def marked(self) -> str:
        """The sentence as shown, with its markers (``It failed [1][2].``); one that is not proved says so in words."""
        markers = "".join(f"[{number}]" for number in dict.fromkeys(citation.marker for citation in self.citations))
        if not self.support.proved:
            markers = f"{markers} {UNPROVED}".strip()
        if not markers:
            return self.text
        body, stop = (self.text[:-1], self.text[-1]) if self.text[-1:] in ".!?" else (self.text, "")
        return f"{body} {markers}{stop}"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One therapy row with the patient it is about, as shown beside an answer."""

    report_id: ReportId
    patient: str
    row: TherapyOutcome
    reference: Reference


@dataclass(frozen=True, slots=True)
class Nearest:
    """What came nearest when nothing answered."""

    report_id: ReportId
    paragraph: Paragraph
    reference: Reference


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why nothing is said, what was searched and what is nearest. ``missing`` are the asked-for things that no report names."""

    reason: Literal["empty_library", "not_in_library", "not_answered", "false_premise", "nothing_supported", "model_failed"]
    message: str
    searched_reports: int
    missing: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()


# -- events, in the order in which they may come ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it is searched: complete without the conversation."""

    question: str
    standalone_question: str
    reader: str


@dataclass(frozen=True, slots=True)
class Found:
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """A statement whose citations were checked, and the chance that its reader gave it (see ``Draft``)."""

    statement: Statement
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Abstained:
    abstention: Abstention


@dataclass(frozen=True, slots=True)
class Finished:
    timings_ms: Mapping[str, float]


Event = Understood | Found | EvidenceFound | Released | Abstained | Finished


@dataclass(frozen=True, slots=True)
class Answer:
    """The fold of one stream of events. ``chance``: how likely its reader held it to answer the question (0..1), None where unknown."""

    question: str
    standalone_question: str
    reader: str
    statements: tuple[Statement, ...] = ()
    abstention: Abstention | None = None
    evidence: tuple[EvidenceRow, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    chance: float | None = None

    @property
    def abstained(self) -> bool:
        return self.abstention is not None

    @property
    def text(self) -> str:
        """The answer as shown: the marked statements, or the abstention's message."""
        if self.abstention:
            return self.abstention.message
        return " ".join(statement.marked for statement in self.statements)


def fold(events: Iterable[Event]) -> Answer:
    """Fold a complete stream into its answer; this is the only way an answer is made."""
    parts: dict[type, list[Event]] = {}
    for event in events:
        parts.setdefault(type(event), []).append(event)
    (understood,) = (event for event in parts[Understood] if isinstance(event, Understood))
    released = [event for event in parts.get(Released, ()) if isinstance(event, Released)]
    return Answer(
        understood.question,
        understood.standalone_question,
        understood.reader,
        statements=tuple(event.statement for event in released),
        abstention=next((event.abstention for event in parts.get(Abstained, ()) if isinstance(event, Abstained)), None),
        evidence=tuple(row for event in parts.get(EvidenceFound, ()) if isinstance(event, EvidenceFound) for row in event.rows),
        passages=tuple(passage for event in parts.get(Found, ()) if isinstance(event, Found) for passage in event.passages),
        timings_ms=next((event.timings_ms for event in parts.get(Finished, ()) if isinstance(event, Finished)), {}),
        chance=max((event.chance for event in released if event.chance is not None), default=None),
    )
