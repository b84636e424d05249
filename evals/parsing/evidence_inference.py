"""JATS reading against the reference texts of Evidence Inference 2.0: words kept in order, evidence whole within paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from corpus.errors import UsageError
from corpus.text import normalise
from evals.adapters.reading import rows
from evals.parsing.reference_text import Part, ReferenceText, read_reference_text
from evals.parsing.sequences import common_words
from ingest.parsers import ParsedReport, parse

# A word is a run of letters or of digits: the reference texts glue raised and lowered figures to their words (EVLW and ST, m and 2).
_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """One article: words of the reference text, those kept in order, and where its evidence stands."""

    name: str
    words: int
    kept: int
    read: int
    spans: int
    in_one: int
    in_two: int
    cells: int
    cells_kept: int
    missed: tuple[str, ...] = ()
    left_out: dict[Part, int] = field(default_factory=dict)

    @property
    def recall(self) -> float:
        return self.kept / self.words if self.words else 1.0


def score_folder(folder: Path) -> Iterator[ArticleScore]:
    """One score for every article that has both its JATS file and its reference text."""
    texts = sorted((folder / "articles").glob("*.txt"))
    if not texts:
        raise UsageError(f"{folder}: holds no articles/*.txt")
    spans = _spans(folder / "annotations.csv")
    for path in texts:
        yield score_article(path, spans.get(path.stem.removeprefix("PMC"), ()))


def score_article(path: Path, spans: tuple[tuple[int, int], ...]) -> ArticleScore:
    """``path`` is the reference text; ``spans`` are character offsets of evidence in it."""
    reference = read_reference_text(path)
    article = path.with_suffix(".nxml")
    _, (report, *_) = parse(str(article), article.name, article.read_bytes())
    gold, found = words(reference.body()), words(_running(report))
    inside = [_paragraphs_of(reference, start, end, report) for start, end in spans]
    cells, cells_kept = _cells(article, report)
    return ArticleScore(
        path.stem,
        len(gold),
        common_words(gold, found),
        len(found),
        len(spans),
        inside.count(1),
        inside.count(2),
        cells,
        cells_kept,
        tuple(reference.text[start:end] for (start, end), count in zip(spans, inside, strict=True) if not count),
        {part: reference.count(part) for part in ("mark", "table", "label", "statement")},
    )


def words(text: str) -> list[str]:
    return _WORD.findall(normalise(text))


def _running(report: ParsedReport) -> str:
    return "\n".join(paragraph.text for paragraph in report.paragraphs if paragraph.kind != "table")


def _spans(path: Path) -> dict[str, tuple[tuple[int, int], ...]]:
    """PMCID -> the distinct spans of its evidence that annotators and reviewers hold valid."""
    found: dict[str, dict[tuple[int, int], None]] = {}
    for row in rows(path):
        if row["Valid Label"] == row["Valid Reasoning"] == "True" and int(row["Evidence Start"]) >= 0:
            found.setdefault(row["PMCID"], {})[int(row["Evidence Start"]), int(row["Evidence End"])] = None
    return {name: tuple(spans) for name, spans in found.items()}


def _paragraphs_of(reference: ReferenceText, start: int, end: int, report: ParsedReport) -> int:
    """How many paragraphs hold the span: 1, or 2 where the reference text breaks within it, 0 for none."""
    if reference.is_table(start, end):
        return _rows_of([piece for line in reference.text[start:end].splitlines() if (piece := _letters(line))], report)
    span = _letters(reference.running(start, end))
    texts = [_letters(paragraph.text) for paragraph in report.paragraphs]
    if not span or any(span in text for text in texts):
        return 1 if span else 0
    crosses = "\n" in reference.text[start:end].strip()
    return 2 if crosses and any(span in first + second for first, second in pairwise(texts)) else 0


def _rows_of(pieces: Sequence[str], report: ParsedReport) -> int:
    """The same for evidence in a table: its cells stand in one row, or in rows that follow one another."""
    held = [_letters(f"{' '.join(paragraph.section)} {paragraph.text}") for paragraph in report.paragraphs if paragraph.kind != "text"]
    if any(all(piece in row for piece in pieces) for row in held):
        return 1
    first, last = ([number for number, row in enumerate(held) if piece in row] for piece in (pieces[0], pieces[-1]))
    stretches = ("".join(held[start : end + 1]) for start in first for end in last if start < end)
    return 2 if any(all(piece in stretch for piece in pieces) for stretch in stretches) else 0


def _letters(text: str) -> str:
    return "".join(_WORD.findall(normalise(text)))


def _cells(article: Path, report: ParsedReport) -> tuple[int, int]:
    """Cells of the article's tables, and those whose text stands in a row that can be cited."""
    from lxml import etree

    root = etree.parse(article, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    rows_read = "\n".join(_letters(paragraph.text) for paragraph in report.paragraphs if paragraph.kind == "table")
    tables = [element for element in root.iter() if str(element.tag).endswith("}table") or element.tag == "table"]
    bodies = [element for table in tables for element in table.iter() if str(element.tag).rsplit("}", 1)[-1] == "td"]
    cells = [text for cell in bodies if (text := _letters("".join(map(str, cell.itertext()))))]
    return len(cells), sum(text in rows_read for text in cells)
