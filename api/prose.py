"""An answer as plain text, for doors that show nothing else: sentences with markers, doubts in words, numbered sources."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from api.schemas import ChatResponse, CitationOut, ReferenceOut, StatementOut

# A verdict is a colour on the page; where there is only text it is words. What is supported needs none.
DOUBTS = {
    "partial": "only partly supported",
    "unsupported": "not supported by its source",
    "uncited": "no source given",
    "unknown_marker": "cites an unknown source",
}
SHOWN = frozenset({"supported", "partial"})
PURPOSE = "Casebook is for reading the literature, not for treating patients."


@dataclass(frozen=True, slots=True)
class Source:
    """One cited paragraph under its number, with every quote that was taken from it."""

    marker: int
    report_id: str
    paragraph_id: str
    section: tuple[str, ...]
    page: int | None
    reference: ReferenceOut
    quotes: tuple[str, ...]

    @property
    def place(self) -> str:
        """``Shahani 2012 (digest), Outcome > Follow-up, page 3``."""
        label = self.reference.label + (" (digest)" if self.reference.digest else "")
        page = f"page {self.page}" if self.page is not None else ""
        return ", ".join(part for part in (label, " > ".join(self.section), page) if part)


def marked(statement: StatementOut) -> str:
    """The sentence with its markers, ``It failed [1][2].``, and in words where its proof is less than whole."""
    markers = "".join(f"[{number}]" for number in dict.fromkeys(citation.marker for citation in statement.citations))
    body, stop = (statement.text[:-1], statement.text[-1]) if statement.text[-1:] in (".", "!", "?") else (statement.text, "")
    shown = f"{body} {markers}{stop}" if markers else statement.text
    doubt = DOUBTS.get(statement.support)
    return f"{shown} ({doubt})" if doubt else shown


def sources(statements: Iterable[StatementOut]) -> list[Source]:
    """The cited paragraphs by number."""
    cited: dict[int, list[CitationOut]] = {}
    for statement in statements:
        for citation in statement.citations:
            cited.setdefault(citation.marker, []).append(citation)
    return [_source(marker, found) for marker, found in sorted(cited.items())]


def _source(marker: int, found: list[CitationOut]) -> Source:
    first = found[0]
    quotes = tuple(dict.fromkeys(citation.quote for citation in found))
    return Source(marker, first.report_id, first.paragraph_id, tuple(first.section), first.page, first.reference, quotes)


def references(answer: ChatResponse) -> dict[str, ReferenceOut]:
    """The reference of every report that is cited or stands in an evidence row, by report id, in order of appearance."""
    known = {passage.report_id: passage.reference for passage in answer.passages}
    cited = {one.report_id: one.reference for statement in answer.statements for one in statement.citations}
    rows = {row.report_id: known[row.report_id] for row in answer.evidence if row.report_id in known}
    return cited | {name: reference for name, reference in rows.items() if name not in cited}


def harmless(text: str) -> str:
    """Report text that a client which renders Markdown cannot take for a link, an image or a tag; a space tells them apart."""
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", text.replace("](", "] (").replace("![", "! ["))


def source_lines(statements: Iterable[StatementOut]) -> list[str]:
    """One line a source: number, place, quotes and the address of the original."""
    return [_line(source) for source in sources(statements)]


def _line(source: Source) -> str:
    quotes = " … ".join(f"“{quote}”" for quote in source.quotes)
    link = f" {source.reference.link}" if source.reference.link else ""
    return harmless(f"[{source.marker}] {source.place}: {quotes}") + link
