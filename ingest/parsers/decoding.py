"""From bytes to characters, and from a publisher's characters to plain ones."""

import re
import unicodedata

from corpus.errors import ParseError

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆ"}
# Soft hyphens and zero-width marks are layout, not text.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")
_CONTROL = dict.fromkeys((*range(9), 11, *range(14, 32), 127), " ")
_TIDY = _LIGATURES | _INVISIBLE | _CONTROL
_SPACES = re.compile(r"\s+")
# How much of the start is looked at; a NUL or many control bytes there is never prose.
_PROBE = 8192


def looks_binary(data: bytes) -> bool:
    """Whether the bytes cannot be text in any usual encoding."""
    probe = data[:_PROBE]
    if any(probe.startswith(bom) for bom, _ in _BOMS):
        return False
    if b"\x00" in probe:
        return not _is_bare_utf16(probe)
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in probe)
    return controls > 0.05 * len(probe)


def decode(uri: str, data: bytes) -> str:
    """The text of the bytes: by byte order mark, as UTF-8, else as the encoding that charset-normalizer finds likeliest."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # only the probe's cut through a character
            return data[: error.start].decode("utf-8")
    return _guessed(uri, data)


def _guessed(uri: str, data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise ParseError(uri, "is in an encoding that could not be told; save it as UTF-8")
    # The Western and the Central European code pages differ in a few letters only and are guessed by luck; reports are English.
    latin = all(unicodedata.name(char, "LATIN").startswith("LATIN") for char in set(str(best)) if char.isalpha() and char not in "µºª")
    try:
        return data.decode("cp1252") if latin else str(best)
    except UnicodeDecodeError:
        return str(best)


def _is_bare_utf16(probe: bytes) -> bool:
    """UTF-16 of Latin text without a mark has a NUL in every second byte."""
    even, odd = probe[::2].count(0), probe[1::2].count(0)
    half = len(probe) // 2
    return max(even, odd) > 0.7 * half and min(even, odd) < 0.05 * half + 1


def tidy(text: str) -> str:
    """One line: ligatures opened, invisible marks gone, every kind of space a plain one."""
    return _SPACES.sub(" ", text.translate(_TIDY)).strip()


def one_of(alternatives: str) -> str:
    """A pattern of alternatives that are written one to a line."""
    return "|".join(line.strip() for line in alternatives.strip().splitlines())
