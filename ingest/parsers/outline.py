"""From marked blocks to paragraphs: the section path is kept, sections about the paper go, broken paragraphs are healed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from corpus.report import Box
from ingest.parsers.decoding import tidy
from ingest.parsers.headings import HeadingKind, bare_heading, heading_kind
from ingest.parsers.marks import without_reference_marks
from ingest.parsers.parsed import ParsedParagraph

BlockKind = Literal["heading", "text", "list", "table", "caption"]

_OPEN_END = re.compile(r"(?:[a-zà-ÿ0-9,(–-]|\b(?:[A-Z]{2,}))$")
_FUNCTION_WORDS = (
    "a an and the of in on at to by for from with was were is are be been had has have or but that which who as her his their our"
)
_FUNCTION_WORD_END = re.compile(rf"(?:,|\b(?:{_FUNCTION_WORDS.replace(' ', '|')}|than|after|before))$")
_BROKEN_WORD = re.compile(r"(?<=[a-zà-ÿ]{2})-$")
_LABEL = re.compile(
    r"(?P<label>(?:(?:supplementary|supplemental|online|extended data) )?(?:figures?|fig\.?|tables?|box|video|scheme|chart|panel)"
    r" ?(?:S?\d{1,3}|[IVX]{1,4})(?: ?\([a-z]\)|[A-Ha-h]\b)?)(?:\s*[.:|–—-]\s+|\s*$|\s+(?=[A-Z(]))",
    re.IGNORECASE,
)
# What is left out with everything under it: of printed pages also statements of ethics and consent, which are one label and one word there.
PRINTED: frozenset[HeadingKind | None] = frozenset({"dropped", "references", "statement"})
MARKED_UP: frozenset[HeadingKind | None] = frozenset({"dropped", "references"})
# A paragraph this short is not one that a page broke; joining it would glue labels to sentences.
_BREAKABLE = 60


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a source as its parser saw it. ``level`` (from 1) is set for headings, an empty one
    ends the sections of its level; ``label`` names a figure or table."""

    kind: BlockKind
    text: str
    level: int = 1
    page: int | None = None
    label: str | None = None
    boxes: tuple[Box, ...] = ()


def paragraphs(
    blocks: Iterable[Block], *, left_out: frozenset[HeadingKind | None] = PRINTED, marked: bool = False
) -> tuple[ParsedParagraph, ...]:
    """The report's paragraphs, without the sections whose headings are of a kind that is left out.

    ``marked`` says that the source's markup told its reference marks apart, so that every figure still in the text is one.
    """
    return tuple(_healed(_placed(blocks, left_out, marked)))


def split_label(text: str) -> tuple[str, str] | None:
    """``Figure 2. CT of the thigh`` as label and caption; None for a sentence that merely begins with ``Figure 2``."""
    found = _LABEL.match(text)
    if not found or (text[found.end() : found.end() + 1].islower() and not found.group("label").split()[0].isupper()):
        return None
    return tidy(found.group("label")).rstrip("."), text[found.end() :].strip()


def _placed(blocks: Iterable[Block], left_out: frozenset[HeadingKind | None], marked: bool) -> Iterator[ParsedParagraph]:
    path: list[tuple[int, str]] = []
    dropped: int | None = None
    for block in blocks:
        if block.kind == "heading":
            dropped = _dropped_level(block, dropped, left_out)
            path = [entry for entry in path if entry[0] < block.level]
            if block.text.strip():
                path.append((block.level, _name(tidy(block.text))))
        elif dropped is None or (block.kind == "caption" and block.text):
            kept = () if dropped is not None else tuple(name for _, name in path)
            yield from _paragraph(block, kept, marked)


def _name(heading: str) -> str:
    """A heading without its number; a standard one set in capitals is written as a reader would say it."""
    bare = bare_heading(heading) or heading
    return bare.capitalize() if bare.isupper() and heading_kind(bare) and not any(char.isdigit() for char in bare) else bare


def _dropped_level(block: Block, dropped: int | None, left_out: frozenset[HeadingKind | None]) -> int | None:
    """The level of the dropped section we are in, None where text is kept again."""
    if heading_kind(block.text) in left_out:
        return block.level if dropped is None else min(dropped, block.level)
    return None if dropped is None or block.level <= dropped else dropped


def _paragraph(block: Block, section: tuple[str, ...], marked: bool) -> Iterator[ParsedParagraph]:
    text = tidy(block.text) if marked or block.kind == "table" else without_reference_marks(tidy(block.text))
    if block.kind in {"caption", "table"} and block.label:
        section = (*section, block.label)
    if block.kind == "heading" or not any(char.isalnum() for char in text):
        return
    yield ParsedParagraph(text, section, block.page, block.kind, block.boxes)


def _healed(found: Iterable[ParsedParagraph]) -> Iterator[ParsedParagraph]:
    """Join what a page or column break cut; captions and tables that stand in the cut follow the joined paragraph."""
    kept: list[ParsedParagraph] = []
    for paragraph in found:
        body = next((index for index in range(len(kept) - 1, -1, -1) if kept[index].kind in {"text", "list"}), None)
        if body is not None and _continues(kept[body], paragraph):
            whole = joined(kept[body].text, paragraph.text)
            kept[body] = replace(kept[body], text=whole, boxes=kept[body].boxes + paragraph.boxes)
        else:
            kept.append(paragraph)
    yield from kept


def _continues(paragraph: ParsedParagraph, rest: ParsedParagraph) -> bool:
    if rest.kind != "text" or rest.section != paragraph.section or not rest.text:
        return False
    if paragraph.kind == "list" or len(paragraph.text) < _BREAKABLE or not _OPEN_END.search(paragraph.text[-20:]):
        return False
    return rest.text[0].islower() or bool(_FUNCTION_WORD_END.search(paragraph.text[-20:]))


def joined(*lines: str) -> str:
    """Lines of one paragraph as one text, a word that was hyphenated at a break made whole."""
    pieces = [lines[0]]
    for line in lines[1:]:
        if _BROKEN_WORD.search(pieces[-1][-4:]) and line[:1].islower():
            pieces[-1] = pieces[-1][:-1]
        else:
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)
