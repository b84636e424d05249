"""Therapy rows that a chat model wrote, held against the report: what its own paragraph does not prove is dropped, with the reason."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.case import FAILED, WORKED, Fact, Outcome, Patient, Proof, Status, TherapyOutcome
from corpus.direction import direction
from corpus.quantities import unproved
from corpus.report import Paragraph
from corpus.text import normalise
from corpus.vocabulary import Entity, Kind, Vocabulary

Reason = Literal[
    "no such paragraph",
    "no such patient",
    "quote not in its paragraph",
    "therapy not named in its paragraph",
    "target not named in its paragraph",
    "dose not printed in its paragraph",
    "outcome not told by its quote",
]


class ModelRow(BaseModel):
    """One row as the model is asked for it (``model_prompt.md``)."""

    model_config = ConfigDict(extra="ignore")

    patient: int | None = Field(None, description="number of the patient; null for patients of the literature")
    therapy: str = Field(description="generic name of the therapy")
    target: str | None = Field(None, description="what it was given for, as the paragraph says it")
    outcome: Outcome = Field("not_reported", description="what happened to the target")
    status: Status = "given"
    dose: str | None = Field(None, description="dose as printed")
    paragraph: int = Field(description="number of the proving paragraph")
    quote: str = Field(min_length=1, description="words of that paragraph, letter by letter")


class ModelRows(BaseModel):
    """What the model answers with."""

    rows: list[ModelRow]


def checked(row: ModelRow, paragraphs: Sequence[Paragraph], patients: Sequence[Patient], vocabulary: Vocabulary) -> TherapyOutcome | Reason:
    """The row with its proofs, or why it is none."""
    if not 1 <= row.paragraph <= len(paragraphs):
        return "no such paragraph"
    if row.patient is not None and not 1 <= row.patient <= len(patients):
        return "no such patient"
    paragraph = paragraphs[row.paragraph - 1]
    quote = _located(row.quote, paragraph)
    if quote is None:
        return "quote not in its paragraph"
    therapy, target = _named(row.therapy, "therapy", paragraph, vocabulary), None
    if therapy is None:
        return "therapy not named in its paragraph"
    if row.target and (target := _named(row.target, "condition", paragraph, vocabulary)) is None:
        return "target not named in its paragraph"
    dose = _located(row.dose, paragraph) if row.dose else None
    if row.dose and (dose is None or unproved(row.dose, paragraph.text)):
        return "dose not printed in its paragraph"
    if not _is_told(row.outcome, quote.quote):
        return "outcome not told by its quote"
    name, group = therapy
    return TherapyOutcome(
        patient_id=None if row.patient is None else patients[row.patient - 1].id,
        therapy=name,
        therapy_class=group,
        outcome=row.outcome,
        proof=quote,
        target=target[0] if target else None,
        dose=Fact(dose.quote, dose) if dose else None,
        status=row.status,
        subject="literature" if row.patient is None else "own",
        obtained="model",
    )


def _located(words: str, paragraph: Paragraph) -> Proof | None:
    """Where the words stand; models print other spaces than the paragraph has."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(pattern, paragraph.text) if pattern else None
    return Proof(paragraph.id, found.start(), found.end(), found.group()) if found else None


def _named(name: str, kind: Kind, paragraph: Paragraph, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The name that the library knows it by, and its class; its own where no list has it. None where the paragraph does not name it."""
    entity = vocabulary.entity(name)
    if entity and entity.kind == kind:
        named = any(mention.entity.name == entity.name for mention in vocabulary.find(paragraph.text))
        return (entity.name, _group(entity)) if named else None
    own = normalise(name)
    return (own, own) if own and re.search(rf"(?<!\w){re.escape(own)}(?!\w)", normalise(paragraph.text)) else None


def _group(entity: Entity) -> str:
    return entity.groups[0] if entity.groups else entity.name


def _is_told(outcome: Outcome, quote: str) -> bool:
    """Whether the quote tells an outcome of that direction; a harm and the lack of an outcome are told in too many words to know."""
    if outcome in WORKED:
        return "better" in direction(quote)
    return "worse" in direction(quote) if outcome in FAILED else True
