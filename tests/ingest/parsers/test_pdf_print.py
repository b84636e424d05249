"""Laws of where a paragraph is printed: its boxes hold its words, one for each column or page, on a page as it is shown."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.report import Box
from ingest.parsers import ParsedParagraph, ParsedReport, parse

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "pdf"
HEIGHT = A4[1]
LEFT = [
    "The patient was a woman of thirty who had",
    "stones under the skin of both thighs, and",
    "she had been given several drugs for them",
]
RIGHT = [
    "over many years. None of these had ever",
    "softened the stones, and she was in pain",
    "when she came to see us in the end.",
]


def _pdf(draw: Callable[[Canvas], None], turned: int = 0, cropped: tuple[float, float] = (0, 0)) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setCropBox((*cropped, *A4))
    canvas.setPageRotation(turned)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def _heading(canvas: Canvas) -> None:
    canvas.setFont("Times-Bold", 12)
    canvas.drawString(60, HEIGHT - 80, "Case presentation")


def _column(canvas: Canvas, x: float, y: float, lines: list[str]) -> None:
    canvas.setFont("Times-Roman", 10)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - 12 * number, line)


def _over_columns_and_pages(canvas: Canvas) -> None:
    _heading(canvas)
    _column(canvas, 60, HEIGHT - 100, LEFT * 3)
    _column(canvas, 310, HEIGHT - 100, [line.replace(".", ",") for line in RIGHT * 3])
    canvas.showPage()
    _column(canvas, 60, HEIGHT - 100, ["and so on, until all of it was said."])


def _report(data: bytes) -> ParsedReport:
    return parse("a.pdf", "a.pdf", data)[1][0]


def _boxes(data: bytes) -> list[Box]:
    return [box for paragraph in _report(data).paragraphs for box in paragraph.boxes]


def _near(box: Box, page: int, left: float, bottom: float, top: float) -> bool:
    """Within what hangs below a baseline and stands above it in print of 10 points."""
    return box.page == page and abs(box.left - left) < 1 and bottom - 4 < box.bottom < bottom and top < box.top < top + 11


def test_a_paragraph_over_two_columns_and_a_page_has_a_box_for_each() -> None:
    (paragraph,) = _report(_pdf(_over_columns_and_pages)).paragraphs
    left, right, after = paragraph.boxes
    assert _near(left, 1, 60, HEIGHT - 196, HEIGHT - 100)
    assert _near(right, 1, 310, HEIGHT - 196, HEIGHT - 100)
    assert _near(after, 2, 60, HEIGHT - 100, HEIGHT - 100)
    assert left.right < 310


def test_paragraphs_below_each_other_do_not_share_a_box() -> None:
    def draw(canvas: Canvas) -> None:
        _heading(canvas)
        _column(canvas, 60, HEIGHT - 100, [*LEFT, *RIGHT])
        _column(canvas, 60, HEIGHT - 200, [*LEFT, *RIGHT])

    first, second = _boxes(_pdf(draw))
    assert first.bottom > second.top


def test_boxes_count_from_the_corner_of_what_is_shown_of_a_page_and_no_text_is_lost_at_its_edges() -> None:
    def draw(canvas: Canvas) -> None:
        _heading(canvas)
        _column(canvas, 60, HEIGHT - 100, [*LEFT, *RIGHT])

    (whole,) = _boxes(_pdf(draw))
    (cropped,) = _boxes(_pdf(draw, cropped=(50, 300)))
    assert cropped == Box(1, *(round(edge, 1) for edge in (whole.left - 50, whole.bottom - 300, whole.right - 50, whole.top - 300)))


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_turned_is_read_as_it_is_shown(turned: int) -> None:
    size = max(A4)

    def draw(canvas: Canvas) -> None:
        canvas.translate(size / 2, size / 2)
        canvas.rotate(turned)
        canvas.translate(-size / 2, -size / 2)
        canvas.setFont("Times-Bold", 12)
        canvas.drawString(160, 420, "Case presentation")
        _column(canvas, 160, 400, [*LEFT, *RIGHT])

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(size, size))
    canvas.setPageRotation(turned)
    draw(canvas)
    canvas.save()
    (paragraph,) = _report(buffer.getvalue()).paragraphs
    assert paragraph.text == " ".join([*LEFT, *RIGHT])
    assert _near(paragraph.boxes[0], 1, 160, 340, 400)


def test_a_source_without_printed_pages_has_no_boxes() -> None:
    _, (report,) = parse("a.txt", "a.txt", " ".join(LEFT + RIGHT).encode())
    assert [paragraph.boxes for paragraph in report.paragraphs] == [()]


def test_the_engine_finds_the_words_of_every_real_paragraph_within_its_boxes() -> None:
    files = sorted(SHARED.glob("*.pdf"))[:4]
    if not files:
        pytest.skip("the PDF samples are not here (../shared/data/pdf)")
    for path in files:
        document = pypdfium2.PdfDocument(path)
        for paragraph in _report(path.read_bytes()).paragraphs:
            assert _share_within(document, paragraph) > 0.9, (path.name, paragraph.text)


def _share_within(document: pypdfium2.PdfDocument, paragraph: ParsedParagraph) -> float:
    """The share of a paragraph's longer words that the engine's own text of the boxes holds."""
    there = ""
    for box in paragraph.boxes:
        text = document[box.page - 1].get_textpage()
        there += re.sub(r"[\W\d_]", "", text.get_text_bounded(box.left - 1, box.bottom - 1, box.right + 1, box.top + 1).lower())
    words = re.findall(r"[a-z]{4,}", paragraph.text.lower())
    return sum(word in there for word in words) / len(words) if words else 1.0
