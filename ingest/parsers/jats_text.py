"""The running text of a JATS element as a reader sees it, without its reference marks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.parsers.decoding import tidy
from ingest.parsers.marks import MARK, mark_for, raised, without_marks

if TYPE_CHECKING:
    from lxml.etree import _Element

_SILENT = frozenset("tex-math graphic inline-graphic media object-id fn email-alternatives processing-meta annotation".split())
_NOT_TEXT = {"bibr", "fn", "table-fn", "author-notes", "aff", "corresp"}


def tag(element: "_Element") -> str:
    """The element's name without its namespace; "" for what is no element (an unresolved entity)."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def running_text(element: "_Element") -> str:
    """All text in the element in one line; superscript figures stay raised (m²), citations of other works are gone."""
    return tidy(without_marks("".join(_parts(element))))


def _parts(element: "_Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _child(child)
        yield child.tail or ""


def _child(child: "_Element") -> Iterator[str]:
    kind = tag(child)
    if kind == "xref" and child.get("ref-type") in _NOT_TEXT:
        yield _mark(child)
    elif kind == "sup":
        yield raised("".join(_parts(child)))
    elif kind == "break":
        yield " "
    elif kind == "alternatives":
        yield from _alternative(child)
    elif kind and kind not in _SILENT:
        block = kind in {"p", "title", "list-item", "label", "td", "th", "tr", "disp-formula"}
        yield " " if block else ""
        yield from _parts(child)
        yield " " if block else ""


def _mark(xref: "_Element") -> str:
    return mark_for("".join(_parts(xref))) if xref.get("ref-type") == "bibr" else MARK


def _alternative(element: "_Element") -> Iterator[str]:
    """Of several forms of one formula the first that is text."""
    for child in element:
        text = "".join(_child(child))
        if text.strip():
            yield text
            return
