"""Which form of file the bytes are. Content decides; the name is asked only where two forms share a content."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from corpus.errors import ParseError, UnsupportedFormat
from ingest.parsers.decoding import decode, looks_binary

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_BINARY = {
    b"{\\rtf": "is an RTF file; save it as .docx or .pdf first",
    b"\x89PNG": "is a picture; run text recognition on it first",
    b"\xff\xd8\xff": "is a picture; run text recognition on it first",
    b"GIF8": "is a picture; run text recognition on it first",
    b"\x1f\x8b": "is a gzip archive; unpack it first",
    b"7z\xbc\xaf": "is a 7z archive; unpack it first",
    b"Rar!": "is a RAR archive; unpack it first",
}
# Text of these kinds decodes well and would pass for prose; nobody writes a report in them.
_NOT_PROSE = frozenset(
    "bib bat c cfg conf cpp css csv go h ini java js json jsonl lock log nbib py r rb ris rs sh sql toml ts tsv yaml yml".split()
)
_JATS_ROOTS = {"article", "pmc-articleset", "oai-pmh", "getrecord", "record", "pubmedarticleset", "pubmedarticle", "articles"}
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_HTML_TAG = re.compile(r"<(?:html|head|body|main|div|p|h1|section|meta|title|span|table)\b", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n")
_HEAD_CHARS = 20_000


def sniff(name: str, data: bytes) -> str:
    """The name of the format (one of ``FORMATS``). An empty file is a ParseError, anything nobody reads an UnsupportedFormat."""
    if not data.strip(b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xfe\xff"):
        raise ParseError(name, "is empty")
    return _binary_form(name, data) or _text_form(name, data)


def _binary_form(name: str, data: bytes) -> str | None:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_form(name, data)
    if data.startswith(_OLE):
        return _ole_form(name, data)
    for magic, reason in _KNOWN_BINARY.items():
        if data.startswith(magic):
            raise UnsupportedFormat(name, reason)
    if looks_binary(data):
        raise UnsupportedFormat(name, "looks like binary data of a kind that is not read here")
    return None


def _zip_form(name: str, data: bytes) -> str:
    try:
        members = zipfile.ZipFile(BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        if _extension(name) == "docx":
            return "docx"
        raise UnsupportedFormat(name, "is a damaged zip archive") from None
    if "word/document.xml" in members or _extension(name) == "docx":
        return "docx"
    raise UnsupportedFormat(name, "is a zip archive but not a Word document; unpack it, or save it as .docx or .pdf")


def _ole_form(name: str, data: bytes) -> str:
    encrypted = "EncryptedPackage".encode("utf-16-le") in data
    if encrypted or _extension(name) == "docx":
        return "docx"
    raise UnsupportedFormat(name, "is an old Office file (.doc); save it as .docx first")


def _text_form(name: str, data: bytes) -> str:
    head = decode(name, data[: _HEAD_CHARS * 4]).lstrip("\ufeff \t\r\n")[:_HEAD_CHARS]
    if head.startswith("<"):
        form = _markup_form(name, head)
        if form:
            return form
    if head.startswith("{") and ('"_id"' in head or _extension(name) == "jsonl"):
        return "beir"
    if _extension(name) in _NOT_PROSE:
        raise UnsupportedFormat(name, f"is a .{_extension(name)} file, not a report; corpus lines need `_id`, `title` and `text`")
    if _is_markdown(name, head):
        return "markdown"
    if _extension(name) in {"htm", "html", "xhtml"} and _HTML_TAG.search(head):
        return "html"
    return _prose(name, head)


def _markup_form(name: str, head: str) -> str | None:
    root = _ROOT.search(head)
    kind = root.group(1).lower() if root else ""
    if kind == "html" or head[:15].lower().startswith("<!doctype html"):
        return "html"
    if kind in _JATS_ROOTS and not _is_html_article(kind, head):
        return "jats"
    if _HTML_TAG.match(head) or kind in {"article", "header"}:
        return "html"
    if head.startswith("<?xml") or _extension(name) in {"xml", "nxml"}:
        raise UnsupportedFormat(name, f"is XML of a kind that is not read here (<{kind}>); JATS articles are")
    return "html" if _HTML_TAG.search(head) else None


def _is_html_article(kind: str, head: str) -> bool:
    return kind == "article" and not re.search(r"<front\b|article-type=|<body\b|<sub-article|-//NLM//", head)


def _is_markdown(name: str, head: str) -> bool:
    if _extension(name) in {"md", "markdown"} or _FRONT_MATTER.match(head):
        return True
    return len(_MARKDOWN_HEADING.findall(head)) >= 2


def _prose(name: str, head: str) -> str:
    """Text is mostly letters and spaces; tables of numbers, key files and base64 are not worth citing."""
    letters = sum(char.isalpha() or char.isspace() for char in head)
    if letters < 0.5 * len(head) or max(map(len, head.split()), default=0) > 2000:
        raise UnsupportedFormat(name, "looks like data, not prose")
    return "text"


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")
