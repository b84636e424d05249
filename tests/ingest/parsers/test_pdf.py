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


def _prose(canvas: Canvas, y: float, lines: list[str], font: str = "Times-Roman", size: float = 10) -> float:
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(60, y, line)
        y -= 1.2 * size
    return y


def test_print_along_the_margin_is_no_part_of_the_text() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        _column(canvas, 60, y, LEFT + RIGHT)
        canvas.rotate(90)
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(400, -30, "Downloaded from a library on a Monday")

    text = "".join(paragraph.text for paragraph in _parsed(draw).paragraphs)
    assert text.endswith("nothing for her pain.")
    assert "Downloaded" not in text


def test_words_that_are_not_to_be_seen_are_not_read() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        y = _column(canvas, 60, y, LEFT)
        canvas.saveState()
        text = canvas.beginText(60, y)
        text.setFont("Times-Italic", 10)
        text.setTextRenderMode(3)
        text.textLine("AU: please check that this is right before it is printed")
        canvas.drawText(text)
        canvas.restoreState()
        _column(canvas, 60, y - 12, RIGHT)

    assert "please check" not in "".join(paragraph.text for paragraph in _parsed(draw).paragraphs)


def test_an_unseen_text_layer_over_a_scan_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(60, HEIGHT - 80)
        text.setFont("Times-Roman", 10)
        text.setTextRenderMode(3)
        for line in ["Case presentation", *LEFT, *RIGHT]:
            text.textLine(line)
        canvas.drawText(text)

    assert "stones under the skin" in "".join(paragraph.text for paragraph in _parsed(draw).paragraphs)


def test_rows_of_a_table_are_rows_and_never_body_text() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        y = _prose(canvas, y, LEFT + RIGHT)
        y = _prose(canvas, y - 20, ["Table 1. What was tried and how it went."], size=9)
        for cells in (("Drug", "Dose", "Outcome"), ("Warfarin", "1 mg a day", "No change"), ("Diltiazem", "360 mg a day", "Smaller")):
            for column, cell in enumerate(cells):
                canvas.drawString(60 + 150 * column, y, cell)
            y -= 12
        _prose(canvas, y - 20, ["She went home after a week and came back", "in the spring without any pain at all."])

    report = _parsed(draw)
    assert [paragraph.text for paragraph in report.paragraphs if paragraph.kind == "table"] == [
        "Drug; Dose; Outcome",
        "Warfarin; 1 mg a day; No change",
        "Diltiazem; 360 mg a day; Smaller",
    ]
    assert all(paragraph.section[-1] == "Table 1" for paragraph in report.paragraphs if paragraph.kind == "table")
    assert report.paragraphs[-1].text.endswith("without any pain at all.")


def test_a_paragraph_that_a_figure_cuts_is_whole_again() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        _prose(canvas, y, LEFT)
        canvas.showPage()
        y = _prose(canvas, HEIGHT - 80, ["Figure 1. The thigh before treatment."], size=8)
        _prose(canvas, y - 30, RIGHT)

    report = _parsed(draw)
    text, caption = report.paragraphs
    assert "in constant pain when she came" in text.text
    assert (caption.kind, caption.text) == ("caption", "The thigh before treatment.")


def test_a_heading_in_another_font_is_a_heading_below_the_main_ones() -> None:
    def draw(canvas: Canvas) -> None:
        y = _prose(canvas, HEIGHT - 80, ["Results"], "Times-Bold", 14)
        y = _prose(canvas, y - 6, ["The first weeks"], "Helvetica-Oblique", 10)
        y = _prose(canvas, y, [*LEFT[:4], "ened the stones, and she was in pain."])
        y = _prose(canvas, y - 16, ["Discussion"], "Times-Bold", 14)
        _prose(canvas, y - 6, RIGHT[1:])

    assert [paragraph.section for paragraph in _parsed(draw).paragraphs] == [("Results", "The first weeks"), ("Discussion",)]


def test_a_bookmark_makes_a_line_a_heading() -> None:
    def draw(canvas: Canvas) -> None:
        for level, title in ((0, "Methods"), (1, "What we did"), (0, "Results")):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
        y = _heading(canvas, 60, HEIGHT - 80, "Methods")
        y = _prose(canvas, y, ["What we did", *RIGHT[1:]])
        y = _heading(canvas, 60, y - 10, "Results")
        _prose(canvas, y, [*LEFT[:4], "ened the stones, and she was in pain."])

    assert [paragraph.section for paragraph in _parsed(draw).paragraphs] == [("Methods", "What we did"), ("Results",)]


def test_a_sentence_set_apart_in_larger_print_is_not_read_twice() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Case presentation")
        y = _prose(canvas, y, LEFT)
        y = _prose(canvas, y - 14, ["\u201cNone of these had softened the stones, and she was in constant pain\u201d"], "Times-Italic", 14)
        _prose(canvas, y - 14, RIGHT)

    (only,) = _parsed(draw).paragraphs
    assert only.text.count("None of these had") == 1
    assert "in constant pain when she came" in only.text


def test_a_reference_list_below_both_columns_takes_none_of_the_text_with_it() -> None:
    def draw(canvas: Canvas) -> None:
        y = _heading(canvas, 60, HEIGHT - 80, "Discussion")
        _column(canvas, 60, y, LEFT * 3)
        _column(canvas, 310, y, RIGHT * 3)
        y = _heading(canvas, 60, y - 230, "References")
        _column(canvas, 60, y, ["1. Roe J. An older paper. J Test 2004;5:1083-5.", "2. Roe J. Another. J Test 2005;6:10-15."], 8)
        _column(canvas, 310, y, ["3. Roe J. A third paper. J Test 2006;7:20-25.", "4. Roe J. The last. J Test 2007;8:30-35."], 8)

    text = "".join(paragraph.text for paragraph in _parsed(draw).paragraphs)
    assert text.count("drug was stopped") == 3
    assert "Roe" not in text


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
