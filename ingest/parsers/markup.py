"""Reading XML that strangers wrote: no entities from outside, no network, no bombs."""

import re
from typing import TYPE_CHECKING, Any

from corpus.errors import ParseError

if TYPE_CHECKING:
    from lxml.etree import _Element

_INTERNAL_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[(?P<subset>.*?)\]\s*>", re.DOTALL | re.IGNORECASE)
_PROBE = 65536
_ENTITIES = "declares entities in its DOCTYPE, which is refused; remove the declaration"


def xml_root(uri: str, data: bytes) -> "_Element":
    """The root element. A document that declares entities of its own is refused; broken XML is a ParseError with its line."""
    from lxml import etree

    _refuse_entities(uri, data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "XML_PARSE_HUGE" in str(error.msg):
            raise ParseError(uri, "is nested deeper, or holds longer pieces, than any article does; refused") from error
        raise ParseError(uri, f"is not well-formed XML: {error.msg}; download it again") from error
    except ValueError as error:
        raise ParseError(uri, f"cannot be read as XML: {error}") from error
    dtd: Any = root.getroottree().docinfo.internalDTD  # a DOCTYPE may stand behind long comments
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ParseError(uri, _ENTITIES)
    return root


def _refuse_entities(uri: str, data: bytes) -> None:
    head = data[:_PROBE]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:64]:
        head = head.replace(b"\x00", b"")
    subset = _INTERNAL_SUBSET.search(head)
    if (subset and b"<!ENTITY" in subset.group("subset")) or b"<!ENTITY" in head.upper():
        raise ParseError(uri, _ENTITIES)
