"""The things the library is made of, one frozen type per stage: Report -> Chunk -> Hit -> Passage."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

ReportId = str
ParagraphId = str
ChunkId = str

ParagraphKind = Literal["text", "list", "table", "caption"]

PARAGRAPH_BREAK = "\n\n"
_LABEL_WORDS = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """The bibliographic record of a report; what the source does not print stays None or empty."""

    title: str
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    licence: str | None = None
    publication_type: str | None = None
    notice: str | None = None
    digest: bool = False

    @property
    def link(self) -> str | None:
        """Where the original can be read: the DOI's resolver, else PMC, PubMed or the printed address where that is one of the web."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return self.url if self.url and self.url.lower().startswith(("https://", "http://")) else None

    @property
    def label(self) -> str:
        """First author and year (``Shahani 2012``); without authors the title's first words, ``“Efficacy of thalidomide in …” 2010``."""
        return " ".join(part for part in (self._family_name or self._short_title, str(self.year or "")) if part)

    @property
    def _family_name(self) -> str:
        if not self.authors:
            return ""
        family, comma, _ = self.authors[0].partition(",")
        return family.strip() if comma else family.split()[-1]

    @property
    def _short_title(self) -> str:
        words = self.title.split()
        return f"“{' '.join(words[:_LABEL_WORDS])}{' …' if len(words) > _LABEL_WORDS else ''}”"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (numbered from 1) as a viewer shows it: PDF points from its lower left corner, y upwards."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The smallest thing that is cited. Its id is ``<report id>#p<n>``, n from 1 in reading order.

    ``boxes`` say where it is printed, one for each page or column that it runs over; empty where the source has no printed pages.
    """

    id: ParagraphId
    text: str
    section: tuple[str, ...] = ()
    page: int | None = None
    kind: ParagraphKind = "text"
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Report:
    """One clinical case report: its reference and its paragraphs in reading order."""

    id: ReportId
    reference: Reference
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def text(self) -> str:
        """The whole report as one string, paragraphs set apart by a blank line."""
        return PARAGRAPH_BREAK.join(paragraph.text for paragraph in self.paragraphs)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Character offset of every paragraph in ``text``."""
        offsets, position = [], 0
        for paragraph in self.paragraphs:
            offsets.append(position)
            position += len(paragraph.text) + len(PARAGRAPH_BREAK)
        return tuple(offsets)


def paragraph_id(report_id: ReportId, number: int) -> ParagraphId:
    """The stable id of a report's ``number``-th paragraph (from 1)."""
    return f"{report_id}#p{number}"


def report_of(paragraph: ParagraphId) -> ReportId:
    """The report that a paragraph id belongs to."""
    return paragraph.rpartition("#p")[0]


def report_of_chunk(chunk: ChunkId) -> ReportId:
    """The report that a chunk id belongs to (``<report id>#c...``)."""
    return chunk.rpartition("#c")[0]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded and indexed: whole paragraphs of one section, or whole sentences of a long paragraph.

    ``text`` is shown; ``index_text`` (title and section path before the text) is what the indexes see.
    """

    id: ChunkId
    report_id: ReportId
    paragraph_ids: tuple[ParagraphId, ...]
    title: str
    section: tuple[str, ...]
    text: str

    @property
    def index_text(self) -> str:
        heading = " > ".join(self.section)
        return "\n".join(part for part in (self.title, heading, self.text) if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """All that an index returns: which chunk, and how near (larger is nearer; scales differ between indexes)."""

    chunk_id: ChunkId
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it was found for one question, with the paragraphs it covers.

    ``fits``: how well each paragraph fits the question beside the best of them (0..1, one a paragraph; empty where nobody asked).
    ``answers``: how likely it answers the question (0..1) where a scorer read it, else None.
    """

    chunk_id: ChunkId
    report_id: ReportId
    reference: Reference
    paragraphs: tuple[Paragraph, ...]
    text: str
    score: float
    found_by: tuple[str, ...] = ()
    answers: float | None = None
    fits: tuple[float, ...] = ()

    @property
    def paragraph_ids(self) -> tuple[ParagraphId, ...]:
        return tuple(paragraph.id for paragraph in self.paragraphs)

    @property
    def paragraph_scores(self) -> tuple[float, ...]:
        """The score of each paragraph, comparable with those of other passages of the same search."""
        return tuple(self.score * fit for fit in self.fits or (1.0,) * len(self.paragraphs))

    @property
    def best(self) -> Paragraph:
        """The paragraph that fits the question best; the first of several."""
        return max(zip(self.paragraphs, self.fits or (1.0,) * len(self.paragraphs), strict=True), key=lambda pair: pair[1])[0]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reports a question is asked of; an empty filter is the whole library. Years are inclusive."""

    year_from: int | None = None
    year_to: int | None = None
    journals: tuple[str, ...] = ()
    report_ids: tuple[ReportId, ...] = field(default=())

    def __bool__(self) -> bool:
        return self != Filter()
