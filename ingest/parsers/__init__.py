"""From bytes to parsed reports. One module per form of file; which one reads a file is decided by its content."""

import re
from collections.abc import Callable
from functools import partial
from importlib import import_module

from corpus.errors import IngestError, ParseError
from ingest.parsers.parsed import ParsedParagraph, ParsedReport
from ingest.parsers.sniffing import sniff

__all__ = ["FORMATS", "PARSER_VERSION", "ParsedParagraph", "ParsedReport", "parse", "sniff"]

# Part of every fingerprint: raise it whenever the same bytes would give other paragraphs or another reference.
PARSER_VERSION = "5"

# Best first: when two files hold the same report, the form further left is kept.
FORMATS = ("jats", "html", "docx", "markdown", "beir", "pdf", "text")

# Forms that say of themselves that they hold articles, or whose parser looks for one; any scribble is a text or a Word file.
_DECLARED = frozenset({"jats", "beir", "html"})
# The shortest finding is a sentence like "No complications occurred": of the 1,025 in the bundled digests two have fewer words.
_LEAST_WORDS = 3
# A word of letters; in scripts that set no spaces, a character.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]|[^\W\d_]{2,}")

Parser = Callable[..., list[ParsedReport]]


def parse(source_uri: str, name: str, data: bytes, *, ocr: bool = False) -> tuple[str, list[ParsedReport]]:
    """The format of the bytes and the reports they hold. ``name`` is the file's name: a hint for the format, a title of last resort.

    ``ocr`` reads the pages of a PDF that are pictures; without it such a file is refused.
    """
    try:
        form = sniff(name, data)
        parser: Parser = import_module(f"ingest.parsers.{form}").parse
        if ocr and form == "pdf":
            parser = partial(parser, ocr=True)
        reports = parser(source_uri, name, data)
    except IngestError as error:
        raise type(error)(source_uri, error.reason) from error
    for report in reports:
        if not any(paragraph.text for paragraph in report.paragraphs):
            raise ParseError(source_uri, f"{report.id or form}: holds no text that could be cited")
        if form not in _DECLARED and not _is_prose(report):
            raise ParseError(source_uri, f"holds almost no prose (fewer than {_LEAST_WORDS} different words below its title); not a report")
    return form, reports


def _is_prose(report: ParsedReport) -> bool:
    return len({word.lower() for paragraph in report.paragraphs for word in _WORD.findall(paragraph.text)}) >= _LEAST_WORDS
