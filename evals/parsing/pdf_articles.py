"""Printed articles (PDF): are title and DOI right, are paragraphs whole, is nothing of the page's furniture among them, are headings found?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from corpus.errors import UsageError
from corpus.text import normalise
from ingest.parsers import ParsedParagraph, parse

# By eye on the first pages: the DOI, a fingerprint of the title's letters (see ``title_mark``) and the headings of the main sections.
GOLD: dict[str, tuple[str, str, tuple[str, ...]]] = {}
_START = re.compile(r"[A-ZÀ-ÞΑ-Ω0-9“\"'‘([ÆŒ]|[a-zα-ω]{1,3}[A-Z0-9-]")
_END = re.compile(r"[.?!:…][)\]”\"'’»]*$")
# One entry of a reference list, a page number or a running head within a paragraph.
_ENTRY = re.compile(r"^\[?\d{1,3}[.\])]\s+[A-ZÀ-Þ][\w'’-]+,? [A-Z]{1,3}\b|\b(?:19|20)\d\d;\s?\d+(?:\(\d+\))?:\d+|\(doi:\s?10\.")
_FURNITURE = re.compile(r"^(?:page )?\d{1,4}(?: of \d+)?$|downloaded from|www\.\w+\.(?:com|org)/\S+ +\d+$|all rights reserved|creative commons", re.I)


@dataclass(frozen=True, slots=True)
class PrintedScore:
    """One article: its reference, its body paragraphs and what is wrong with them."""

    name: str
    title: str
    title_right: bool
    doi_right: bool
    paragraphs: int
    broken: tuple[str, ...]
    foreign: tuple[str, ...]
    headings: int
    headings_found: int
    pages: int


def score_printed(folder: Path) -> Iterator[PrintedScore]:
    """A score for every PDF of the folder that has gold."""
    paths = sorted(path for path in folder.glob("*.pdf") if path.name in GOLD)
    if not paths:
        raise UsageError(f"{folder}: holds none of the articles that were looked at")
    for path in paths:
        _, (report,) = parse(str(path), path.name, path.read_bytes())
        doi, mark, headings = GOLD[path.name]
        body = [paragraph for paragraph in report.paragraphs if paragraph.kind == "text"]
        sections = {normalise(name) for paragraph in report.paragraphs for name in paragraph.section}
        yield PrintedScore(
            path.name,
            report.reference.title,
            title_mark(report.reference.title) == mark,
            report.reference.doi == doi,
            len(body),
            tuple(paragraph.text for paragraph in body if is_broken(paragraph)),
            tuple(paragraph.text for paragraph in body if _ENTRY.search(paragraph.text) or _FURNITURE.search(paragraph.text)),
            len(headings),
            sum(normalise(heading) in sections for heading in headings),
            max((paragraph.page or 0 for paragraph in report.paragraphs), default=0),
        )


def is_broken(paragraph: ParsedParagraph) -> bool:
    """Whether a paragraph starts or ends in the middle of a sentence."""
    return not (_START.match(paragraph.text) and _END.search(paragraph.text))


def title_mark(title: str) -> str:
    """A fingerprint of a title's letters and figures, so that the titles themselves stay with their publishers."""
    return sha256(re.sub(r"[\W_]+", "", normalise(title)).encode()).hexdigest()[:12]
