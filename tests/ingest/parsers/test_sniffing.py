import zipfile
from io import BytesIO

import pytest

from corpus.errors import ParseError, UnsupportedFormat
from ingest.parsers import FORMATS, parse, sniff

PROSE = b"A man of forty was seen for hard plaques on his flank. They did not soften."


def _zip(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.txt", PROSE, "text"),
        ("noextension", PROSE, "text"),
        ("wrong.pdf", PROSE, "text"),
        ("a.txt", PROSE.decode().encode("utf-16"), "text"),
        ("a.txt", b"%PDF-1.7 ...", "pdf"),
        ("a.bin", _zip("word/document.xml"), "docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "docx"),
        ("a.xml", b"<?xml version='1.0'?><article article-type='case-report'><front/></article>", "jats"),
        ("a.txt", b"<!DOCTYPE article PUBLIC '-//NLM//DTD x'><article><front/></article>", "jats"),
        ("a.xml", b"<OAI-PMH xmlns='x'><GetRecord/></OAI-PMH>", "jats"),
        ("a.txt", b"<!doctype html><html><body><p>x</p></body></html>", "html"),
        ("a", b"<html><body><article><p>x</p></article></body></html>", "html"),
        ("a.md", PROSE, "markdown"),
        ("a.txt", b"---\ntitle: x\n---\n" + PROSE, "markdown"),
        ("a.txt", b"# One\n\nText.\n\n## Two\n\nText.", "markdown"),
        ("a.jsonl", b'{"_id": "1", "title": "t", "text": "x"}\n', "beir"),
    ],
)
def test_the_content_decides_the_format(name: str, data: bytes, form: str) -> None:
    assert sniff(name, data) == form
    assert form in FORMATS


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf\n", b"\x0c", b"\xff\xfe\n\x00"])
def test_an_empty_file_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ParseError, match="is empty"):
        sniff("a.txt", data)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"\x00\x01\x02\x00\x05" * 40, "binary"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 60, "picture"),
        ("a.epub", _zip("mimetype"), "zip archive"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "save it as .docx"),
        ("a.rtf", b"{\\rtf1 text}", "RTF"),
        ("a.xml", b"<?xml version='1.0'?><recipe><step/></recipe>", "<recipe>"),
        ("a.csv", b"name,dose\nivig,60\n", "csv"),
        ("a.json", b'{"title": "x"}', "json"),
        ("a.txt", b"1,2,3;4;5;6\n" * 40, "not prose"),
    ],
)
def test_what_nobody_reads_is_refused_with_what_it_is(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedFormat, match=reason):
        sniff(name, data)


def test_a_failure_names_the_source() -> None:
    with pytest.raises(ParseError) as failure:
        parse("/reports/a.txt", "a.txt", b"")
    assert failure.value.uri == "/reports/a.txt"


def test_the_forms_stand_in_the_order_in_which_they_win() -> None:
    assert [form for form in FORMATS if form in {"jats", "html", "docx", "pdf", "text"}] == ["jats", "html", "docx", "pdf", "text"]
