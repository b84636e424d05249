import sys
from collections.abc import Callable
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import ParseError
from ingest.parsers import ocr, parse

LINES = [
    "Case presentation",
    "The patient was a woman of thirty who had stones under the skin",
    "of both thighs. She was given warfarin 1 mg every day for eight",
    "weeks, and the stones on her left thigh went on growing.",
]
Data = dict[str, list[Any]]


def _scan(text: list[str] | None = None) -> bytes:
    """A PDF whose only page is a picture, with ``text`` drawn into it."""
    width, height = 1654, 2339
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(text or []):
        draw.text((160, 200 + 60 * number + (40 if number else 0)), line, fill=0, font=ImageFont.load_default(size=38))
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return buffer.getvalue()


def _data(lines: list[str], confidence: float) -> Data:
    """What Tesseract tells about these lines, word by word."""
    data: Data = {name: [] for name in ("text", "block_num", "par_num", "line_num", "left", "top", "width", "height", "conf")}
    for number, line in enumerate(lines):
        for place, word in enumerate(["", *line.split()]):
            row = (word, 1, 1, number, 300 + 90 * place, 400 + 60 * number, 80, 40 if number else 70, confidence if word else -1)
            for name, value in zip(data, row, strict=True):
                data[name].append(value)
    return data


@pytest.fixture
def tesseract(monkeypatch: pytest.MonkeyPatch) -> Callable[[Data], None]:
    """Puts a Tesseract in place that reads what it is told."""

    def install(data: Data) -> None:
        module = ModuleType("pytesseract")
        module.Output = SimpleNamespace(DICT="dict")  # type: ignore[attr-defined]
        module.image_to_data = lambda _image, output_type: data  # type: ignore[attr-defined]  # noqa: ARG005
        monkeypatch.setitem(sys.modules, "pytesseract", module)
        monkeypatch.setattr("ingest.parsers.pdf.is_available", lambda: True)

    return install


def test_a_scan_names_the_extra_that_reads_it() -> None:
    with pytest.raises(ParseError, match=r"no text layer; .*OCR.*`ocr` extra"):
        parse("a.pdf", "a.pdf", _scan())


def test_a_scanned_page_is_read_where_recognition_is_switched_on(tesseract: Callable[[Data], None]) -> None:
    tesseract(_data(LINES, 95.0))
    _, (report,) = parse("a.pdf", "a.pdf", _scan(), ocr=True)
    assert [(paragraph.section, paragraph.page, paragraph.text) for paragraph in report.paragraphs] == [
        (("Case presentation",), 1, " ".join(LINES[1:]))
    ]


def test_words_that_are_guesses_are_refused(tesseract: Callable[[Data], None]) -> None:
    tesseract(_data(LINES, 40.0))
    with pytest.raises(ParseError, match="page 1 was recognised with a confidence of 40 of 100"):
        parse("a.pdf", "a.pdf", _scan(), ocr=True)


def test_a_page_without_words_is_refused(tesseract: Callable[[Data], None]) -> None:
    tesseract(_data([], 90.0))
    with pytest.raises(ParseError, match="no text layer"):
        parse("a.pdf", "a.pdf", _scan(), ocr=True)


def test_recognition_that_is_not_installed_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parsers.pdf.is_available", lambda: False)
    with pytest.raises(ParseError, match="needs pytesseract and Tesseract"):
        parse("a.pdf", "a.pdf", _scan(), ocr=True)


def test_a_page_with_text_is_never_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parsers.pdf.is_available", lambda: False)
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 700 - 14 * number, line)
    canvas.save()
    _, (report,) = parse("a.pdf", "a.pdf", buffer.getvalue(), ocr=True)
    assert report.paragraphs[0].text == " ".join(LINES[1:])


@pytest.mark.skipif(not ocr.is_available(), reason="Tesseract and the `ocr` extra are not installed here")
def test_tesseract_itself_reads_a_page_that_we_drew() -> None:
    _, (report,) = parse("a.pdf", "a.pdf", _scan(LINES), ocr=True)
    (paragraph,) = report.paragraphs
    assert paragraph.text == " ".join(LINES[1:])
    assert paragraph.section == ("Case presentation",)
    (box,) = paragraph.boxes
    point = A4[0] / 1654  # of the picture that ``_scan`` draws
    assert box.left == pytest.approx(160 * point, abs=3)
    assert box.top == pytest.approx(A4[1] - 300 * point, abs=5)
    assert box.bottom == pytest.approx(A4[1] - (420 + 38) * point, abs=5)
