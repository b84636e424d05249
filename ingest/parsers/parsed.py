"""What every parser hands back: the reference and the paragraphs, before the library has given them an id."""

from dataclasses import dataclass

from corpus.report import Box, ParagraphKind, Reference


@dataclass(frozen=True, slots=True)
class ParsedParagraph:
    """One paragraph as a reader sees it, in reading order."""

    text: str
    section: tuple[str, ...] = ()
    page: int | None = None
    kind: ParagraphKind = "text"
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """A report as it was printed.

    ``id`` is binding (a line of a BEIR corpus is known by it); ``name`` stands in only where no DOI, PMCID or PMID is printed.
    """

    reference: Reference
    paragraphs: tuple[ParsedParagraph, ...]
    id: str | None = None
    name: str | None = None
