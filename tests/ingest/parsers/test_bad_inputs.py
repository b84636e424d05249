"""Files that are broken, hostile or not what they say: each has its own clear outcome, within seconds."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import IngestError, ParseError, UnsupportedFormat
from ingest.parsers import ParsedReport, parse
from ingest.parsers.markup import xml_root

PROSE = "A man of forty was seen for hard plaques on his flank. They did not soften with warfarin given over a year. "
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _xml(body: str, before: str = "") -> bytes:
    front = "<front><article-meta><title-group><article-title>Plaques of the flank</article-title></title-group></article-meta></front>"
    return f'<?xml version="1.0"?>{before}<article>{front}<body>{body}</body></article>'.encode()


def _html(body: str) -> bytes:
    return f"<!doctype html><html><body>{body}</body></html>".encode()


def _docx(document: str | None, compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Word file whose main part is replaced, or left out."""
    import docx

    whole, changed = BytesIO(), BytesIO()
    made = docx.Document()
    made.add_paragraph(PROSE)
    made.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w", compress) as target:
        for name in source.namelist():
            if name != "word/document.xml":
                target.writestr(name, source.read(name))
            elif document is not None:
                target.writestr(name, document)
    return changed.getvalue()


def _pdf(pages: str) -> bytes:
    return f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n{pages}\ntrailer<</Root 1 0 R>>\n%%EOF".encode()


def _drawn(encryption: StandardEncryption | None = None, text: str = PROSE) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=encryption)
    canvas.drawString(60, 700, text)
    canvas.save()
    return buffer.getvalue()


def _pictures() -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 0, 0, 500, 700)
    canvas.save()
    return buffer.getvalue()


def _zip(**members: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _aliases() -> str:
    """Nine lists of nine, each of the one before: 9⁹ items if anybody unrolls them."""
    lines = ["title: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"authors{index}: &{chr(98 + index)} [{', '.join([f'*{chr(97 + index)}'] * 9)}]" for index in range(8)]
    return "\n".join(lines)


LATE = f'<!--{"x" * 70_000}--><!DOCTYPE article [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
BOMB = '<!DOCTYPE article [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
DEEP_TABLES = "<w:tbl><w:tr><w:tc>" * 4000 + "</w:tc></w:tr></w:tbl>" * 4000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

REFUSED: dict[str, tuple[str, Callable[[], bytes], type[IngestError], str]] = {
    # nothing, or nothing that is read here
    "empty": ("a.txt", lambda: b"", ParseError, "is empty"),
    "blank": ("a.xml", lambda: b" \r\n\t\n", ParseError, "is empty"),
    "only a byte order mark": ("a.md", lambda: b"\xef\xbb\xbf", ParseError, "is empty"),
    "only nul bytes": ("a.pdf", lambda: b"\x00" * 4096, ParseError, "is empty"),
    "control characters": ("a.txt", lambda: bytes(range(1, 32)) * 50, UnsupportedFormat, "binary"),
    "a program": ("a.txt", lambda: b"\x7fELF\x02\x01\x01" + b"\x00\x9c\x03" * 900, UnsupportedFormat, "binary"),
    "a photograph named as PDF": ("a.pdf", lambda: b"\xff\xd8\xff\xe0" + b"JFIF" * 50, UnsupportedFormat, "picture"),
    "a screenshot named as text": ("a.txt", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 99, UnsupportedFormat, "picture"),
    "gzip": ("a.xml.gz", lambda: b"\x1f\x8b\x08" + b"x" * 99, UnsupportedFormat, "unpack it"),
    "7z": ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + b"x" * 99, UnsupportedFormat, "unpack it"),
    "rar": ("a.docx", lambda: b"Rar!\x1a\x07" + b"x" * 99, UnsupportedFormat, "unpack it"),
    "rtf named as doc": ("a.doc", lambda: b"{\\rtf1 text}", UnsupportedFormat, "RTF"),
    "an archive of articles": ("a.zip", lambda: _zip(a=b"x", b=b"y"), UnsupportedFormat, "zip archive but not a Word"),
    "a damaged archive": ("a.zip", lambda: _zip(a=b"x" * 99)[:60], UnsupportedFormat, "damaged zip"),
    "an old Word file": ("a.doc", lambda: OLE + b"\x00" * 99, UnsupportedFormat, r"save it as \.docx"),
    "a table of numbers": ("a.txt", lambda: b"1,2,3;4;5;6\n" * 40, UnsupportedFormat, "not prose"),
    "base64": ("a.txt", lambda: b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo" * 99, UnsupportedFormat, "not prose"),
    "a spreadsheet": ("a.csv", lambda: b"name,dose\nivig,60\n", UnsupportedFormat, "csv"),
    "nul bytes in text": ("a.txt", lambda: f"{PROSE}\x00\x00{PROSE}".encode(), UnsupportedFormat, "binary"),
    # XML
    "a bomb of entities": ("a.xml", lambda: _xml("<p>&c;</p>", BOMB), ParseError, "declares entities"),
    "a bomb behind a long comment": ("a.nxml", lambda: _xml("<p>&b;</p>", LATE), UnsupportedFormat, "not read here"),
    "a bomb in UTF-16": (
        "a.xml",
        lambda: f'<?xml version="1.0" encoding="UTF-16"?>{BOMB}<article><body/></article>'.encode("utf-16"),
        ParseError,
        "declares entities",
    ),
    "a parameter entity": (
        "a.xml",
        lambda: _xml("<p/>", '<!DOCTYPE article [<!ENTITY % p SYSTEM "file:///x"> %p;]>'),
        ParseError,
        "entities",
    ),
    "an entity from a file": (
        "a.xml",
        lambda: _xml("<p>&x;</p>", '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///x">]>'),
        ParseError,
        "entities",
    ),
    "an entity from the network": (
        "a.xml",
        lambda: _xml("<p>&x;</p>", '<!DOCTYPE article [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'),
        ParseError,
        "entities",
    ),
    "an entity nobody declared": ("a.xml", lambda: _xml("<p>&nothing;</p>"), ParseError, "not well-formed"),
    "XML cut short": ("a.xml", lambda: _xml(f"<p>{PROSE}</p>")[:-30], ParseError, "not well-formed"),
    "tags that cross": ("a.xml", lambda: _xml("<p><bold>x</p></bold>"), ParseError, "not well-formed"),
    "XML nested 5,000 deep": ("a.xml", lambda: _xml("<sec>" * 5000 + "</sec>" * 5000), ParseError, "nested deeper"),
    "a paragraph of 12 MB": ("a.xml", lambda: _xml(f"<p>{'x ' * 6_000_000}</p>"), ParseError, "longer pieces"),
    "an attribute of 12 MB": ("a.xml", lambda: _xml(f"<p id='{'x' * 12_000_000}'>x</p>"), ParseError, "longer pieces"),
    "an encoding nobody knows": (
        "a.xml",
        lambda: b'<?xml version="1.0" encoding="KLINGON"?><article><body/></article>',
        ParseError,
        "KLINGON",
    ),
    "bytes of another encoding": (
        "a.xml",
        lambda: b'<?xml version="1.0" encoding="utf-8"?><article><body><p>caf\xe9</p></body></article>',
        ParseError,
        "encoding",
    ),
    "a nul byte in XML": ("a.xml", lambda: _xml("<p>a\x00b</p>"), UnsupportedFormat, "binary"),
    "XML of another kind": ("a.xml", lambda: b"<?xml version='1.0'?><recipe/>", UnsupportedFormat, "<recipe>"),
    "an article without text": (
        "a.xml",
        lambda: b"<article><front><article-meta/></front></article>",
        ParseError,
        "neither abstract nor body",
    ),
    "a harvesting error": (
        "a.xml",
        lambda: b"<OAI-PMH xmlns='x'><error code='idDoesNotExist'/></OAI-PMH>",
        ParseError,
        "holds no <article>",
    ),
    # HTML
    "a page built by scripts": ("a.html", lambda: _html("<script>render()</script><div id='root'></div>"), ParseError, "browser"),
    "a page nested 20,000 deep": ("a.html", lambda: _html("<div>" * 20_000 + PROSE * 5 + "</div>" * 20_000), ParseError, "no article text"),
    "nul bytes in a page": ("a.html", lambda: _html(f"<p>{PROSE}\x00\x00</p>"), UnsupportedFormat, "binary"),
    # Word
    "no zip at all": ("a.docx", lambda: b"PK\x03\x04" + b"x" * 99, ParseError, "damaged or not a Word"),
    "Word cut short": ("a.docx", lambda: _docx("<x/>")[:3000], ParseError, "damaged or not a Word"),
    "Word without its text": ("a.docx", lambda: _docx(None), ParseError, "damaged or not a Word"),
    "Word with broken XML": ("a.docx", lambda: _docx("<w:document"), ParseError, "damaged or not a Word"),
    "Word nested 4,000 deep": (
        "a.docx",
        lambda: _docx(f'<w:document xmlns:w="{WORD}"><w:body>{DEEP_TABLES}</w:body></w:document>'),
        ParseError,
        "damaged or not a Word",
    ),
    "Word without a paragraph": (
        "a.docx",
        lambda: _docx(f'<w:document xmlns:w="{WORD}"><w:body/></w:document>'),
        ParseError,
        "no paragraph",
    ),
    "a zip bomb": ("a.docx", lambda: _docx(f"<w:document>{' ' * 30_000_000}"), ParseError, r"unpacks to 3\d MB"),
    "encrypted Word": ("a.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 99, ParseError, "encrypted"),
    "entities in Word": (
        "a.docx",
        lambda: _docx(
            f'<!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><w:document xmlns:w="{WORD}">'
            "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
        ),
        ParseError,
        "no paragraph",
    ),
    # PDF
    "encrypted with a password": (
        "a.pdf",
        lambda: _drawn(StandardEncryption("secret", strength=128)),
        ParseError,
        "encrypted; save a copy",
    ),
    "encrypted with 40 bits": ("a.pdf", lambda: _drawn(StandardEncryption("secret", strength=40)), ParseError, "encrypted; save a copy"),
    "PDF cut short": ("a.pdf", lambda: _drawn()[:300], ParseError, "damaged or cut short"),
    "only a PDF's first line": ("a.pdf", lambda: b"%PDF-1.7\n", ParseError, "damaged or cut short"),
    "a PDF of junk": ("a.pdf", lambda: b"%PDF-1.7\n" + b"junk " * 999, ParseError, "damaged or cut short"),
    "pages that hold themselves": ("a.pdf", lambda: _pdf("2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj"), ParseError, "damaged"),
    "a PDF without pages": ("a.pdf", lambda: _pdf("2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj"), ParseError, "damaged"),
    "a hundred million pages": (
        "a.pdf",
        lambda: _pdf(
            "2 0 obj<</Type/Pages/Count 100000000/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj"
        ),
        ParseError,
        "no text layer",
    ),
    "an empty page": (
        "a.pdf",
        lambda: _pdf("2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj"),
        ParseError,
        "no text layer",
    ),
    "a scan": ("a.pdf", _pictures, ParseError, "no text layer.*OCR"),
    # Markdown
    "front matter that is no YAML": ("a.md", lambda: b"---\ntitle: [open\n---\nText.", ParseError, "line 3: front matter is not YAML"),
    "front matter that runs code": (
        "a.md",
        lambda: b'---\ntitle: !!python/object/apply:os.system ["true"]\n---\nText.',
        ParseError,
        "front matter is not YAML",
    ),
    "front matter never closed": ("a.md", lambda: f"---\ntitle: x\n{PROSE}".encode(), ParseError, "never closed"),
    "front matter that is a list": ("a.md", lambda: b"---\n- a\n- b\n---\nText.", ParseError, "key: value"),
    "front matter alone": ("a.md", lambda: b"---\ntitle: x\n---\n", ParseError, "no paragraph below"),
    "a bomb of aliases": ("a.md", lambda: f"---\n{_aliases()}\n---\nText.".encode(), ParseError, "front matter"),
    "a year that is none": ("a.md", lambda: b"---\ntitle: x\nyear: soon\n---\nText.", ParseError, "'soon' is not a year"),
    # lines of a corpus
    "a line that is no JSON": ("a.jsonl", lambda: b'{"_id": "1", "title": "t", "text": "x"}\n{oops\n', ParseError, "line 2: is not JSON"),
    "a line cut short": ("a.jsonl", lambda: b'{"_id": "1", "title": "t", "te', ParseError, "line 1: is not JSON"),
    "a line without an id": ("a.jsonl", lambda: b'{"_id": "1", "text": "x"}\n{"text": "x"}\n', ParseError, "line 2: `_id` is missing"),
    "a line that is a list": ("a.jsonl", lambda: b'{"_id": "1", "text": "x"}\n[1]\n', ParseError, "line 2: is not an object"),
    "a text that is a number": ("a.jsonl", lambda: b'{"_id": "1", "text": 5}\n', ParseError, "line 1: `text` is not a string"),
    "half a character": ("a.jsonl", lambda: b'{"_id": "1", "text": "x \\ud800 y"}\n', ParseError, "line 1: holds half a character"),
    "half a character in an id": ("a.jsonl", lambda: b'{"_id": "1\\udfff", "text": "x"}\n', ParseError, "line 1: holds half a character"),
    "JSON nested 100,000 deep": (
        "a.jsonl",
        lambda: b'{"_id": "1", "text": "x", "metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
        ParseError,
        "line 1: is nested deeper",
    ),
    "a number of 6,000 digits": ("a.jsonl", lambda: b'{"_id": "1", "text": "x", "n": 1' + b"0" * 6000 + b"}\n", ParseError, "is not JSON"),
    # pasted text
    "a list of references": ("a.txt", lambda: b"References\n\n1. Doe J. A paper. J Test 2004;5:1083-5.\n", ParseError, "no paragraph"),
    "six bytes of junk": ("a.txt", lambda: b"asdfg\n", ParseError, "almost no prose"),
    "one word over and over": ("a.txt", lambda: b"Test test test, test test test test test test.\n", ParseError, "almost no prose"),
    "junk below a heading": ("a.md", lambda: b"# Case report\n\nxy zz\n", ParseError, "almost no prose"),
    "buttons and nothing else": ("a.txt", lambda: b"Download PDF\n\nShare\n\nAll rights reserved.\n", ParseError, "no paragraph"),
}

READ: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a text named as PDF": ("a.pdf", lambda: PROSE.encode(), "text"),
    "a PDF named as text": ("a.txt", lambda: _drawn(text=PROSE * 2), "pdf"),
    "an article named as text": ("a.txt", lambda: _xml(f"<p>{PROSE}</p>"), "jats"),
    "a DTD from a file": ("a.xml", lambda: _xml(f"<p>{PROSE}</p>", '<!DOCTYPE article SYSTEM "file:///nowhere.dtd">'), "jats"),
    "an inclusion": (
        "a.xml",
        lambda: _xml(f'<p><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>{PROSE}</p>'),
        "jats",
    ),
    "sections 240 deep": ("a.xml", lambda: _xml("<sec><title>t</title>" * 240 + f"<p>{PROSE}</p>" + "</sec>" * 240), "jats"),
    "a cell over a billion rows": (
        "a.xml",
        lambda: _xml(f"<p>{PROSE}</p><table-wrap><table><tr><td rowspan='999999999' colspan='999999999'>x</td></tr></table></table-wrap>"),
        "jats",
    ),
    "a cell over ² rows": ("a.xml", lambda: _xml(f"<p>{PROSE}</p><table><tr><td rowspan='²'>x</td></tr></table>"), "jats"),
    "a span of 5,000 digits": (
        "a.html",
        lambda: _html(f"<p>{PROSE * 6}</p><table><tr><td rowspan={'9' * 5000}>x</td></tr></table>"),
        "html",
    ),
    "UTF-16 cut in a character": ("a.txt", lambda: (PROSE * 3).encode("utf-16")[:-1], "text"),
    "UTF-32": ("a.txt", lambda: (PROSE * 3).encode("utf-32"), "text"),
    "UTF-8 cut in a character": ("a.txt", lambda: f"{PROSE}é".encode()[:-1], "text"),
    "Latin-1": ("a.txt", lambda: f"{PROSE}Café, naïve.".encode("latin-1"), "text"),
    "a nul byte far down": ("a.txt", lambda: f"{PROSE * 100}\x00{PROSE}".encode(), "text"),
    "one line of 500,000 characters": ("a.txt", lambda: (PROSE * 4600).encode(), "text"),
    "lists 300 deep": ("a.md", lambda: "\n".join(f"{'  ' * depth}- {PROSE}" for depth in range(300)).encode(), "markdown"),
    "50,000 brackets": ("a.md", lambda: (f"{'[' * 20_000} {PROSE}").encode(), "markdown"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_own_reason(case: str) -> None:
    name, make, error, reason = REFUSED[case]
    with pytest.raises(error, match=reason) as failure:
        parse(f"/reports/{name}", name, make())
    assert failure.value.uri == f"/reports/{name}"
    assert len(failure.value.reason) < 300


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_that_can_be_read_is_read_whole(case: str) -> None:
    name, make, form = READ[case]
    read_as, (report,) = parse(name, name, make())
    assert read_as == form
    text = _text(report)
    assert "They did not soften with warfarin" in text
    assert not {"\x00", "\ufffe"} & set(text)
    text.encode()


def test_entities_are_refused_wherever_the_doctype_stands() -> None:
    with pytest.raises(ParseError, match="declares entities"):
        xml_root("a.xml", _xml("<p>&b;</p>", LATE))


def test_nothing_on_this_machine_is_read_into_a_report(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secretword")
    for before in (
        f'<!DOCTYPE article SYSTEM "file://{tmp_path}/secret.txt">',
        f'<?xml-stylesheet href="file://{tmp_path}/secret.txt"?>',
    ):
        _, (report,) = parse("a.xml", "a.xml", _xml(f"<p>{PROSE}</p>", before))
        assert "secretword" not in _text(report)


def test_there_are_more_than_sixty_bad_inputs_here() -> None:
    assert len(REFUSED) > 60


def _text(report: ParsedReport) -> str:
    return "\n".join((report.reference.title, *(paragraph.text for paragraph in report.paragraphs)))
