"""Text recognition for pages that are pictures: Tesseract, where it is installed beside the ``ocr`` extra."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from ingest.parsers.decoding import tidy
from ingest.parsers.pdf_page import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

HOW_TO_RECOGNISE = "run text recognition (OCR) on it first, or install Tesseract and the `ocr` extra of casebook and switch it on"
# Tesseract is trained on print of about this resolution.
_DPI = 300
# Below this mean confidence (of 100) the words are guesses, and a guess must not be cited.
_LEAST_CONFIDENCE = 65.0
# Lines this much higher than the page's median are set larger; smaller differences are ascenders and descenders.
_LARGER = 1.35


class Unrecognised(Exception):
    """A page whose words could not be told; the message says why."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    line: tuple[int, int, int]
    left: int
    top: int
    right: int
    foot: int
    confidence: float


def is_available() -> bool:
    """Whether both the extra and the program are installed."""
    return find_spec("pytesseract") is not None and shutil.which("tesseract") is not None


def recognise(page: "PdfPage", number: int) -> list[Line]:
    """The page's lines in the order Tesseract reads them. Raises Unrecognised where the words are mostly guesses."""
    pytesseract: Any = import_module("pytesseract")
    image = page.render(scale=_DPI / 72).to_pil()
    found = list(_words(pytesseract.image_to_data(image, output_type=pytesseract.Output.DICT)))
    if not found:
        return []
    if (sure := fmean(word.confidence for word in found)) < _LEAST_CONFIDENCE:
        raise Unrecognised(f"page {number} was recognised with a confidence of {sure:.0f} of 100 only; scan it again, larger or sharper")
    return _lines(found, number, page.get_height())


def _words(data: dict[str, list[Any]]) -> Iterator[_Word]:
    names = ("text", "block_num", "par_num", "line_num", "left", "top", "width", "height", "conf")
    for text, block, part, line, left, top, width, height, confidence in zip(*(data[name] for name in names), strict=True):
        if tidy(str(text)) and float(confidence) >= 0:
            place = (int(block), int(part), int(line))
            yield _Word(tidy(str(text)), place, int(left), int(top), int(left + width), int(top + height), float(confidence))


def _lines(words: Sequence[_Word], number: int, height: float) -> list[Line]:
    rows: dict[tuple[int, int, int], list[_Word]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    usual = median(_height(row) for row in rows.values())
    return [_line(row, number, height, usual) for row in rows.values()]


def _line(row: Sequence[_Word], number: int, height: float, usual: float) -> Line:
    point = 72 / _DPI
    size = usual if _height(row) < _LARGER * usual else _height(row)
    left, right, foot = min(word.left for word in row), max(word.right for word in row), median(word.foot for word in row)
    bottom, top = height - max(word.foot for word in row) * point, height - min(word.top for word in row) * point
    text = " ".join(word.text for word in row)
    place = (left * point, bottom, right * point, top, height - foot * point)
    return Line(text, *place, round(size * point, 1), "recognised", False, number)


def _height(row: Sequence[_Word]) -> float:
    return median(word.foot - word.top for word in row)
