"""Printed articles (PDF): title and DOI right, paragraphs whole, nothing of the page's furniture among them, headings found?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from corpus.errors import UsageError
from corpus.text import normalise
from ingest.parsers import ParsedParagraph, parse

# Read by eye on the pages and, where a file has them, in its bookmarks: the DOI, a fingerprint of the title (see ``title_mark``),
# and the headings of the main sections.
GOLD: dict[str, tuple[str, str, str]] = {
    "10.1002+acm2.14114.pdf": (
        "10.1002/acm2.14114",
        "c2d69915d18b",
        "Introduction|Materials and methods|Results|Discussion|Conclusions",
    ),
    "10.1038+s41526-020-00129-1.pdf": (
        "10.1038/s41526-020-00129-1",
        "823e693d2b90",
        "Introduction|Results|Discussion|Methods",
    ),
    "10.1098+rsif.2022.0070.pdf": (
        "10.1098/rsif.2022.0070",
        "01e7bbbb2035",
        "Introduction|Methods|Results|Discussion",
    ),
    "10.1128+spectrum.02839-23.pdf": (
        "10.1128/spectrum.02839-23",
        "7a95e66a8656",
        "Materials and methods|Results|Discussion",
    ),
    "10.1186+s42466-019-0022-4.pdf": ("10.1186/s42466-019-0022-4", "07b228a59772", "Background|Methods|Perspective"),
    "10.1371+journal.pmed.1003873.pdf": (
        "10.1371/journal.pmed.1003873",
        "2330af912eaa",
        "Introduction|Methods|Results|Discussion",
    ),
    "10.15252+embr.202154000.pdf": (
        "10.15252/embr.202154000",
        "bd78d4e4410b",
        "How can stakeholder engagement be achieved?|Examples of stakeholder engagement across different levels|Inform|Consult|"
        "Involve|Collaborate|Empower|Reflections",
    ),
    "10.21203+rs.3.rs-2838995+v1.pdf": (
        "10.21203/rs.3.rs-2838995/v1",
        "d77b4909664b",
        "Background|Methods|Results|Discussion|Conclusions",
    ),
    "10.3389+fimmu.2022.915001.pdf": (
        "10.3389/fimmu.2022.915001",
        "17bbcc9008e9",
        "Introduction|Methods|Results|Discussion",
    ),
    "10.3390+toxins8070200.pdf": (
        "10.3390/toxins8070200",
        "e0acf48a1765",
        "Introduction|Chemical Enhancers|Enhancers of Viral and Bacterial Origin|Enhancers of Eukaryotic Origin|"
        "Synthetic Peptide Enhancers|Physicochemical Techniques|Discussion|Conclusions",
    ),
    "10.7554+elife.59907.pdf": (
        "10.7554/elife.59907",
        "c81f3ed6d143",
        "Introduction|Results|Discussion|Materials and methods|Appendix 1",
    ),
    "PMID32171256-PMC7071725.pdf": (
        "10.1186/s12874-020-0914-6",
        "d2d9f3f14cd7",
        "Background|Methods|Results|Discussion|Conclusion",
    ),
}
_START = re.compile(r"[A-ZÀ-ÞΑ-Ω0-9“\"'‘([ÆŒ]|[a-zα-ω]{1,3}[A-Z0-9-]")
_END = re.compile(r"[.?!:…][)\]”\"'’»]*$")
# One entry of a reference list, a page number or a running head within a paragraph.
_ENTRY = re.compile(r"^\[?\d{1,3}[.\])]\s+[A-ZÀ-Þ][\w'’-]+,? [A-Z]{1,3}\b|\b(?:19|20)\d\d;\s?\d+(?:\(\d+\))?:\d+|\(doi:\s?10\.")
_FURNITURE = re.compile(r"^(?:page )?\d{1,4}(?: of \d+)?$|downloaded from|www\.\w+\.(?:com|org)/\S+ +\d+$|all rights reserved", re.I)


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
    headings_missed: tuple[str, ...]


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
            tuple(heading for heading in headings.split("|") if normalise(heading) not in sections),
        )


def is_broken(paragraph: ParsedParagraph) -> bool:
    """Whether a paragraph starts or ends in the middle of a sentence."""
    return not (_START.match(paragraph.text) and _END.search(paragraph.text))


def title_mark(title: str) -> str:
    """A fingerprint of a title's letters and figures, so that the titles themselves stay with their publishers."""
    return sha256(re.sub(r"[\W_]+", "", normalise(title)).encode()).hexdigest()[:12]
