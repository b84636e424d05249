from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import ParseError
from ingest.parsers import ParsedReport, parse

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "pdf"
WIDTH, HEIGHT = A4
TITLE = "Stones under the skin of a young woman"
LEFT = [
    "The patient was a woman of thirty who had",
    "stones under the skin of both thighs, and",
    "she had been given several drugs for them",
    "over many years. None of these had soft-",
    "ened the stones, and she was in constant",
]
RIGHT = [
    "pain when she came to see us in the end.",
    "She was given warfarin 1 mg every day for",
    "eight weeks. The stones on her left thigh",
    "went on growing, and the drug was stopped",
    "because it had done nothing for her pain.",
]


def _pdf(draw: Callable[[Canvas], None], encryption: StandardEncryption | None = None) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=encryption)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def _column(canvas: Canvas, x: float, y: float, lines: list[str], size: float = 10) -> float:
    canvas.setFont("Times-Roman", size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.2 * size
    return y


def _heading(canvas: Canvas, x: float, y: float, text: str) -> float:
    canvas.setFont("Times-Bold", 11)
    canvas.drawString(x, y, text)
    return y - 18


def _furniture(canvas: Canvas, page: int) -> None:
    canvas.setFont("Times-Roman", 8)
    canvas.drawString(60, HEIGHT - 30, "Doe J. Test Letters 2015. doi:10.1000/tl.7")
    canvas.drawString(WIDTH / 2, 25, str(page))


def _two_columns(canvas: Canvas) -> None:
    _furniture(canvas, 1)
    canvas.setFont("Times-Bold", 18)
    canvas.drawString(60, HEIGHT - 80, TITLE)
    canvas.setFont("Times-Roman", 11)
    canvas.drawString(60, HEIGHT - 105, "Jane Doe, Wei Li")
    y = _heading(canvas, 60, HEIGHT - 150, "Case presentation")
    _column(canvas, 60, y, LEFT)
    _column(canvas, 310, y, RIGHT)
    canvas.showPage()
    _furniture(canvas, 2)
    y = _heading(canvas, 60, HEIGHT - 80, "Discussion")
    y = _column(canvas, 60, y, LEFT)
    y = _heading(canvas, 60, y - 20, "References")
    _column(canvas, 60, y, ["1. Roe J. An older paper. J Test 2004;5:1083-5."])
    canvas.showPage()


def _parsed(draw: Callable[[Canvas], None]) -> ParsedReport:
    form, (report,) = parse("a.pdf", "a.pdf", _pdf(draw))
    assert form == "pdf"
    return report


def test_two_columns_are_read_one_after_the_other_and_broken_words_are_healed() -> None:
    case = _parsed(_two_columns).paragraphs[0]
    assert case.section == ("Case presentation",)
    assert "had softened the stones, and she was in constant pain when she came to see us" in case.text
    assert case.text.endswith("nothing for her pain.")


def test_pages_are_counted_and_running_heads_page_numbers_and_references_are_dropped() -> None:
    report = _parsed(_two_columns)
    assert [(paragraph.section, paragraph.page) for paragraph in report.paragraphs] == [(("Case presentation",), 1), (("Discussion",), 2)]
    assert not any("Test Letters" in paragraph.text or "Roe" in paragraph.text for paragraph in report.paragraphs)


def test_the_largest_print_is_the_title_and_the_running_head_gives_journal_year_and_doi() -> None:
    reference = _parsed(_two_columns).reference
    assert (reference.title, reference.authors) == (TITLE, ("Jane Doe", "Wei Li"))
    assert (reference.journal, reference.year, reference.doi) == ("Test Letters", 2015, "10.1000/tl.7")


def test_a_paragraph_goes_on_over_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        _column(canvas, 60, y, LEFT)
        canvas.showPage()
        _column(canvas, 60, HEIGHT - 80, RIGHT)
        canvas.showPage()

    (only,) = _parsed(draw).paragraphs
    assert "in constant pain when she came" in only.text


def test_raised_reference_marks_are_taken_out() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        y = _column(canvas, 60, y, LEFT[:3])
        text = canvas.beginText(60, y)
        text.setFont("Times-Roman", 10)
        text.textOut("over many years and she had a plain myositis")
        text.setRise(4)
        text.setFont("Times-Roman", 6)
        text.textOut("12,13")
        text.setRise(0)
        text.setFont("Times-Roman", 10)
        text.textOut(" too.")
        canvas.drawText(text)

    assert _parsed(draw).paragraphs[0].text.endswith("she had a plain myositis too.")


def test_an_encrypted_file_says_so() -> None:
    data = _pdf(_two_columns, StandardEncryption("secret", strength=128))
    with pytest.raises(ParseError, match="encrypted; save a copy without a password"):
        parse("a.pdf", "a.pdf", data)


def test_a_file_cut_short_says_so() -> None:
    with pytest.raises(ParseError, match="damaged or cut short"):
        parse("a.pdf", "a.pdf", _pdf(_two_columns)[:300])


def test_a_scan_says_what_to_run() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Canvas) -> None:
        for _ in range(2):
            canvas.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 0, 0, WIDTH, HEIGHT)
            canvas.showPage()

    with pytest.raises(ParseError, match=r"no text layer.*OCR"):
        parse("a.pdf", "a.pdf", _pdf(draw))


def test_a_report_half_of_which_is_scanned_is_refused_by_its_pages() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Canvas) -> None:
        _column(canvas, 60, HEIGHT - 80, LEFT + RIGHT)
        canvas.showPage()
        canvas.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()

    with pytest.raises(ParseError, match="on pages 2"):
        parse("a.pdf", "a.pdf", _pdf(draw))


def test_every_real_article_gives_title_doi_and_sections() -> None:
    files = sorted(SHARED.glob("*.pdf"))
    if not files:
        pytest.skip("the PDF samples are not here (../shared/data/pdf)")
    for path in files:
        _, (report,) = parse(str(path), path.name, path.read_bytes())
        assert len(report.reference.title.split()) >= 4, path.name
        assert report.reference.doi, path.name
        assert sum(bool(paragraph.section) for paragraph in report.paragraphs) > 10, path.name
        assert all(paragraph.page for paragraph in report.paragraphs), path.name
