"""A report as the extractor reads it: sentences with their section's role and the therapies and conditions they name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.case import Proof
from corpus.report import Paragraph, Report
from corpus.text import sentences
from corpus.vocabulary import Entity, Mention, Vocabulary
from ingest.cases.mentions import Abbreviations, cells_meant, mentions_in

Role = Literal["abstract", "background", "case", "outcome", "discussion", "other"]

# The first pattern that a heading of the path meets, innermost heading first, names the role.
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "other",
        re.compile(
            r"\b(references?|bibliography|funding|acknowledge?ments?|competing|conflicts?|consent|ethics?|author|abbreviations?"
            r"|perspective|supplement\w*|data availability|learning points?|key ?(points|messages)|keywords?|differential diagnosis)\b",
            re.I,
        ),
    ),
    (
        "discussion",
        re.compile(r"\b(discussion|conclusions?|comments?|literature|lessons?|learned|learnt|review|limits|limitations)\b", re.I),
    ),
    ("background", re.compile(r"\b(background|introduction|scope|question|objectives?|rationale|purpose|aims?)\b", re.I)),
    ("abstract", re.compile(r"\b(abstract|summary|synopsis|overview)\b", re.I)),
    ("outcome", re.compile(r"\b(outcomes?|follow[- ]?up|course|results?|response|effects?|evolution|resolution)\b", re.I)),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a paragraph; the mentions' offsets are the sentence's own."""

    number: int
    paragraph: Paragraph
    place: int
    start: int
    end: int
    text: str
    role: Role
    mentions: tuple[Mention, ...]

    @property
    def proof(self) -> Proof:
        return Proof(self.paragraph.id, self.start, self.end, self.text)

    def proof_of(self, start: int, end: int) -> Proof:
        """The proof of a piece of this sentence."""
        return Proof(self.paragraph.id, self.start + start, self.start + end, self.text[start:end])

    def of_kind(self, kind: str) -> list[Mention]:
        return [mention for mention in self.mentions if mention.entity.kind == kind]


_OF_A_PATIENT = re.compile(r"\b(?:cases?|patients?|presentation|history|treatment|therapy|outcome|follow[- ]?up)\b", re.I)


def read_sentences(report: Report, vocabulary: Vocabulary) -> list[Sentence]:
    """All sentences worth reading, in order; reference lists, statements and figure captions are left out."""
    abbreviations = Abbreviations.defined_in(report.text, vocabulary)
    cells = cells_meant(report.text, vocabulary)
    found: list[Sentence] = []
    told = report.reference.publication_type == "review"
    for place, paragraph in enumerate(report.paragraphs):
        role = role_of(paragraph.section)
        told = told or role == "discussion"
        # What follows the discussion under a heading of its own, or stands in a review, is no course of a patient.
        if role == "case" and told and paragraph.section and not _OF_A_PATIENT.search(" ".join(paragraph.section)):
            role = "discussion"
        if role != "other" and paragraph.kind != "caption":
            found.extend(_sentences(len(found), place, paragraph, role, vocabulary, abbreviations))
    return [replace(each, mentions=_of_cells(each.mentions, cells)) for each in found] if cells else found


def _of_cells(mentions: Sequence[Mention], cells: Entity) -> tuple[Mention, ...]:
    return tuple(Mention(cells, each.start, each.end) if each.entity.name == "organ transplantation" else each for each in mentions)


def role_of(section: Sequence[str]) -> Role:
    """What a paragraph under these headings tells; a heading that says nothing counts as the case itself."""
    for heading in reversed(section):
        for role, pattern in _ROLES:
            if pattern.search(heading):
                return role
    return "case" if section else "abstract"


def _sentences(
    number: int, place: int, paragraph: Paragraph, role: Role, vocabulary: Vocabulary, abbreviations: Abbreviations
) -> Iterator[Sentence]:
    for offset, span in enumerate(sentences(paragraph.text)):
        mentions = tuple(mentions_in(span.text, vocabulary, abbreviations))
        yield Sentence(number + offset, paragraph, place, span.start, span.end, span.text, role, mentions)


def joined(first: Sentence, last: Sentence) -> Proof:
    """The two-sentence span where drug and outcome stand in neighbouring sentences; else the last sentence alone."""
    near = first.paragraph.id == last.paragraph.id and 0 < last.number - first.number <= 1
    if not near:
        return last.proof
    return Proof(last.paragraph.id, first.start, last.end, last.paragraph.text[first.start : last.end])
