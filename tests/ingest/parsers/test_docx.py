import zipfile
from io import BytesIO

import docx
import pytest

from corpus.errors import ParseError
from ingest.parsers import parse


def _bytes(document: "docx.document.Document") -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _report() -> "docx.document.Document":
    document = docx.Document()
    document.add_heading("Stones under the skin of a young woman", 0)
    document.add_paragraph("Jane Doe, Wei Li")
    document.add_paragraph("doi: 10.1000/tl.7")
    document.add_heading("Case presentation", 1)
    paragraph = document.add_paragraph("She took 10 mg of a drug for myositis.")
    paragraph.add_run("1,2").font.superscript = True
    paragraph.add_run(" It failed.")
    document.add_heading("Drugs", 2)
    document.add_paragraph("Warfarin.", style="List Bullet")
    document.add_paragraph("Table 1. Drugs tried")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("Drug", "Dose", "Warfarin", "1 mg"), strict=True):
        cell.text = text
    document.add_paragraph().add_run("Discussion").bold = True
    document.add_paragraph("Nothing helped her.")
    document.add_heading("References", 1)
    document.add_paragraph("1. Roe J. An older paper. J Test 2004;5:1083.")
    return document


def test_headings_lists_and_tables_are_kept_and_references_dropped() -> None:
    form, (report,) = parse("a.docx", "a.docx", _bytes(_report()))
    assert form == "docx"
    assert [(" > ".join(paragraph.section), paragraph.kind, paragraph.text) for paragraph in report.paragraphs] == [
        ("Case presentation", "text", "She took 10 mg of a drug for myositis. It failed."),
        ("Case presentation > Drugs", "list", "Warfarin."),
        ("Case presentation > Drugs > Table 1", "caption", "Drugs tried"),
        ("Case presentation > Drugs > Table 1", "table", "Drug: Warfarin; Dose: 1 mg"),
        ("Discussion", "text", "Nothing helped her."),
    ]


def test_the_first_page_is_the_reference() -> None:
    _, (report,) = parse("a.docx", "a.docx", _bytes(_report()))
    reference = report.reference
    assert (reference.title, reference.authors) == ("Stones under the skin of a young woman", ("Jane Doe", "Wei Li"))
    assert reference.doi == "10.1000/tl.7"


def test_the_documents_properties_stand_in_for_what_is_not_printed() -> None:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Stones of the thigh", "Jane Doe"
    document.add_paragraph("She had stones in both thighs and was given warfarin, which did not help her at all in eight weeks.")
    _, (report,) = parse("a.docx", "a.docx", _bytes(document))
    assert (report.reference.title, report.reference.authors) == ("Stones of the thigh", ("Jane Doe",))
    assert len(report.paragraphs) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"), (b"PK\x03\x04" + b"x" * 200, "damaged")],
)
def test_an_encrypted_or_damaged_document_is_refused_with_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=f"{reason}.*(save|open)"):
        parse("a.docx", "a.docx", data)


def test_a_document_cut_short_is_refused() -> None:
    whole = _bytes(_report())
    with pytest.raises(ParseError, match="damaged"):
        parse("a.docx", "a.docx", whole[: len(whole) // 2])


def test_a_document_that_unpacks_beyond_all_measure_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    with pytest.raises(ParseError, match="unpacks to"):
        parse("a.docx", "a.docx", buffer.getvalue())


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(ParseError, match="no paragraph"):
        parse("a.docx", "a.docx", _bytes(docx.Document()))
