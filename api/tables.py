"""Tables as CSV that a spreadsheet may open: no cell of a report's text becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes Excel, LibreOffice and Sheets take a cell for a formula; an apostrophe before it makes it text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Tells spreadsheets that a file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Empty cells where a value is None."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
