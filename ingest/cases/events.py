"""What one sentence tells of one therapy."""

from dataclasses import dataclass

from corpus.case import Fact, Outcome, Proof, Status, Subject
from corpus.vocabulary import Entity, Mention
from ingest.cases.narrative import Role, Sentence


@dataclass(frozen=True, slots=True)
class Event:
    """One therapy with one outcome for one target, before duplicates are merged."""

    patient: int | None
    mention: Mention
    source: Sentence
    target: str | None
    outcome: Outcome
    proof: Proof
    role: Role
    number: int
    status: Status = "given"
    subject: Subject = "own"
    is_relapse: bool = False
    surely: bool = True
    reason: Fact | None = None

    @property
    def therapy(self) -> Entity:
        return self.mention.entity
