"""From a report to the chunks that are embedded and indexed. Chunks follow paragraphs; only a long one is cut, between sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from corpus.report import PARAGRAPH_BREAK, Chunk, ChunkId, Paragraph, Report
from corpus.text import sentences

# Part of the fingerprint: raise it whenever the same report would give other chunks.
CHUNKER_VERSION = "1"

# A paragraph or chunk may be this much over the aim before it is cut: half-full chunks rank worse than slightly long ones.
_SLACK = 1.5
# A last piece below this share of the aim joins the chunk before it; alone it says too little to be found.
_TINY = 0.25


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, or whole sentences of a long one."""

    paragraph: Paragraph
    text: str


def chunk(report: Report, target_chars: int) -> tuple[Chunk, ...]:
    """The chunks of a report in reading order, about ``target_chars`` long. Every paragraph is covered, in order."""
    made: list[Chunk] = []
    seen: dict[str, int] = {}
    for section, group in groupby(report.paragraphs, key=_home):
        for pieces in _packed([piece for paragraph in group for piece in _cut(paragraph, target_chars)], target_chars):
            text = PARAGRAPH_BREAK.join(piece.text for piece in pieces)
            ids = tuple(dict.fromkeys(piece.paragraph.id for piece in pieces))
            made.append(Chunk(_chunk_id(report, section, text, seen), report.id, ids, report.reference.title, section, text))
    return tuple(made)


def _home(paragraph: Paragraph) -> tuple[str, ...]:
    """A caption reads with the section it stands in, not as a section of its own."""
    return paragraph.section[:-1] if paragraph.kind == "caption" else paragraph.section


def _chunk_id(report: Report, section: tuple[str, ...], text: str, seen: dict[str, int]) -> ChunkId:
    digest = sha256("\x1f".join((*section, text)).encode()).hexdigest()[:12]
    seen[digest] = seen.get(digest, 0) + 1
    suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
    return f"{report.id}#c{digest}{suffix}"


def _packed(pieces: Sequence[_Piece], target: int) -> Iterator[list[_Piece]]:
    """Consecutive pieces up to the aim; a tiny rest joins the chunk before it."""
    packs: list[list[_Piece]] = []
    for piece in pieces:
        if packs and _fits(packs[-1], piece, target):
            packs[-1].append(piece)
        else:
            packs.append([piece])
    if len(packs) > 1 and _joins(packs[-2], packs[-1], target):
        packs[-2].extend(packs.pop())
    yield from packs


def _joins(pack: Sequence[_Piece], rest: Sequence[_Piece], target: int) -> bool:
    tiny = _length(rest) < _TINY * target and _length(pack) + _length(rest) <= _SLACK * target
    return tiny and pack[-1].paragraph != rest[0].paragraph


def _fits(pack: Sequence[_Piece], piece: _Piece, target: int) -> bool:
    """Pieces of one cut paragraph never meet again: joined they would not be its exact text."""
    cut = piece.text != piece.paragraph.text or pack[-1].text != pack[-1].paragraph.text
    return not cut and _length(pack) + len(PARAGRAPH_BREAK) + len(piece.text) <= target


def _length(pack: Sequence[_Piece]) -> int:
    return sum(len(piece.text) for piece in pack) + len(PARAGRAPH_BREAK) * (len(pack) - 1)


def _cut(paragraph: Paragraph, target: int) -> list[_Piece]:
    """The paragraph whole, or about equal runs of its sentences."""
    text = paragraph.text
    if len(text) <= _SLACK * target:
        return [_Piece(paragraph, text)]
    bounds = list(_sentence_bounds(text, target))
    share = len(text) / -(-len(text) // target)
    pieces, start, end = [], bounds[0][0], bounds[0][1]
    for next_start, next_end in bounds[1:]:
        if next_end - start > target or end - start >= share:
            pieces.append(_Piece(paragraph, text[start:end]))
            start = next_start
        end = next_end
    return [*pieces, _Piece(paragraph, text[start:end])]


def _sentence_bounds(text: str, target: int) -> Iterator[tuple[int, int]]:
    for span in sentences(text):
        if span.end - span.start <= _SLACK * target:
            yield span.start, span.end
        else:
            yield from _word_bounds(text, span.start, span.end, target)


def _word_bounds(text: str, start: int, end: int, target: int) -> Iterator[tuple[int, int]]:
    """A sentence without an end (a table row, a list set as one line) is cut between words."""
    while end - start > target:
        space = text.rfind(" ", start + 1, start + target)
        stop = space if space > start else start + target
        yield start, stop
        start = stop + (text[stop : stop + 1] == " ")
    if start < end:
        yield start, end
