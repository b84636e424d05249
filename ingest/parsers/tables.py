"""Tables as sentences a reader can follow: each row says what its cells are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest

from ingest.parsers.decoding import tidy

# A span beyond this is a slip of the typesetter, not a table.
_WIDEST = 60
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is written, with the columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The rows with every spanning cell repeated where it reaches, so that columns line up."""
    filled: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in filled:
                column += 1
            down, right = min(cell.rows, len(rows) - number), min(cell.columns, _WIDEST)
            filled |= dict.fromkeys(product(range(number, number + down), range(column, column + right)), cell.text)
    widths = [max((column for line, column in filled if line == number), default=-1) + 1 for number in range(len(rows))]
    return [[filled.get((number, column), "") for column in range(width)] for number, width in enumerate(widths)]


def span(number: str | None) -> int:
    """How many rows or columns a cell says it covers; what is no such number counts as one."""
    bare = (number or "").strip()
    return max(1, int(bare)) if bare.isdecimal() and len(bare) <= _DIGITS else 1


def readable_rows(header: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """One text per row, ``Drug: prednisone; Dose: 30 mg/day``; rows of a table without a header keep their cells in order."""
    names = _names(header)
    for row in rows:
        cells = [tidy(cell) for cell in row]
        if len(cells) > 1 and len(set(cells)) == 1:  # a cell that spans the row is a heading within the table
            text = cells[0]
        else:
            text = "; ".join(_cell(name, cell) for name, cell in zip_longest(names, cells, fillvalue="") if cell)
        if text:
            yield text


def _cell(name: str, cell: str) -> str:
    return f"{name}: {cell}" if name and name != cell else cell


def _names(header: Sequence[Sequence[str]]) -> list[str]:
    """Column names; of a header in several rows each column keeps its parts from top to bottom, once."""
    columns = zip_longest(*([tidy(cell) for cell in row] for row in header), fillvalue="")
    return [" ".join(dict.fromkeys(part for part in column if part)).rstrip(":") for column in columns]
