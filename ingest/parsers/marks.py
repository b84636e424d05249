"""Taking reference marks out of running text, so that the numbers that stay are numbers.

``calcinosis.1 2 We`` loses its ``1 2``; ``1.5``, ``IL-6``, ``CD20``, ``10 mg``, ``kg/m²`` and ``10³`` stay.
"""

import re

_SUPERSCRIPT = "⁰¹²³⁴-⁹"
_RUN = rf"[{_SUPERSCRIPT}]+(?:\s?[,;–‐⁻-]\s?[{_SUPERSCRIPT}]+)*(?:\s[{_SUPERSCRIPT}]+)*"
# After a stop or a bracket, or after a word that is neither a unit nor a symbol; never before a letter (¹⁸F) or a charge (Ca²⁺).
_LETTER = rf"[^\W\d_{_SUPERSCRIPT}]"
_NOT_SYMBOL = r"(?![^\W\d_⁰-⁹¹²³]|[⁺⁻+])"
_RAISED = re.compile(rf"(?:(?<=[.,;:!?)\]’”\"'])\s?|(?P<word>{_LETTER}{{3,}}|\b{_LETTER}{{2}})){_RUN}{_NOT_SYMBOL}")
_UNITS = frozenset("ηp δx δr m cm mm km dm nm um µm μm in ft kg mol sec min hour day inch inches feet".split())

_LIST = r"\d{1,3}(?:\s?[–‐-]\s?\d{1,3})?(?:(?:\s?,\s?|\s)\d{1,3}(?:\s?[–‐-]\s?\d{1,3})?)*"
# A flattened mark after a full stop: the word before it ends a sentence, the next one begins with a capital (or the text ends).
_AFTER_STOP = re.compile(
    rf"(?<=[^\W\d_][^\W\d_]|[^\W_]\)|[\w)][’”\"'%\]])(?P<stop>[.!?][’”\"']?)(?P<list>{_LIST})(?=\s+[\"“‘'(\[]?[A-ZÀ-Þ]|\s*$)"
)
# A compound such as Mi2 or CD20 may end the sentence as well.
_AFTER_CODE = re.compile(rf"(?:(?<=[^\W\d_]\d)|(?<=[A-Z]\d\d))(?P<stop>\.)(?P<list>{_LIST})(?=\s+[A-ZÀ-Þ][a-z]|\s*$)")
_AFTER_ET_AL = re.compile(rf"(?<=\bet al)(?P<stop>\.?)(?P<list>{_LIST})(?=[\s,;:])")
# After a comma, semicolon or colon: no space before the mark, a word after it that the number does not count ("methotrexate,15 mg").
_COUNTED = (
    r"(?:m?g|kg|µg|mcg|ng|m?l|dl|[cmkµn]?m|iu|units?|mmol|mol|%|times?|patients?|cases?|women|men|doses?|cycles?|sessions?"
    r"|hours?|days?|weeks?|months?|years?|of|to|and)\b"
)
_AFTER_COMMA = re.compile(
    rf"(?<=[^\W\d_][^\W\d_]|[^\W_]\))(?P<stop>[,;:])(?P<list>{_LIST})(?=\s+(?!{_COUNTED})[(\"“‘']?[^\W\d_]{{2,}})", re.IGNORECASE
)
_ABBREVIATED = re.compile(r"\b(?:Nos?|Figs?|Refs?|Vol|pp?|vs|approx|ca|Eq|Tab|Sect?|Chap|v|ver)$", re.IGNORECASE)

# "F[1,11] = 11.77" gives degrees of freedom.
_BRACKETED = re.compile(r"\s?(?<!\b[FtT])\[(?P<list>\d{1,3}(?:\s*[,;–‐-]\s*\d{1,3})*)\](?:\s?[,;–-]\s?\[\d{1,3}\])*")
# "median 5 [3–8]" and "45 years [32-58]" are spreads of a number, not reference marks.
_NUMBER_BEFORE = re.compile(r"\d%?\s*(?:[^\W\d_%]+\.?\s*){0,2}$")

_LOOSE_STOP = re.compile(r"(?<=[\w)\]%”’\"'])\s+(?=[.,;:](?:\s|$))")
_SPACES = re.compile(r"[ \t]{2,}")


def without_reference_marks(text: str) -> str:
    """The text as it reads without its reference marks (superscript, flattened after a stop, or in square brackets)."""
    bare = _RAISED.sub(_raised, text)
    for pattern in (_AFTER_STOP, _AFTER_CODE, _AFTER_ET_AL, _AFTER_COMMA):
        bare = pattern.sub(_flattened, bare)
    bare = _BRACKETED.sub(_bracketed, bare)
    if bare == text:
        return text
    return _SPACES.sub(" ", _LOOSE_STOP.sub("", bare)).strip()


def _before(mark: re.Match[str]) -> str:
    """The last words before a mark; a whole long text looked back on at every mark would take quadratic time."""
    return mark.string[max(0, mark.start() - 40) : mark.start()]


def _raised(mark: re.Match[str]) -> str:
    word = mark.group("word")
    if word is None:
        return ""
    power = word.lower() in _UNITS and mark.group()[len(word) :] in {"²", "³"}
    return mark.group() if power else word


def _flattened(mark: re.Match[str]) -> str:
    before = _before(mark)
    if _ABBREVIATED.search(before) or any(number.startswith("0") for number in re.findall(r"\d+", mark.group("list"))):
        return mark.group()
    return mark.group("stop")


def _bracketed(mark: re.Match[str]) -> str:
    spread = re.search(r"[–‐,;-]", mark.group("list")) and _NUMBER_BEFORE.search(_before(mark))
    return mark.group() if spread else ""


# Where markup says what is a reference mark, private characters stand for it until the brackets round it are known.
MARK, _NAMED, _END = "\ue000", "\ue001", "\ue002"
_MARKS = rf"{MARK}(?:[\s,;–‐-]*(?:and |& )?{MARK})*"
_LEAD = r"(?:see |e\.g\.,? |reviewed (?:in|by) |refs?\.? )?"
_MARKED = re.compile(rf"\s?[\[(]\s*{_LEAD}{_MARKS}[\s.,;]*[\])]|\s?{_MARKS}")
_NAMES = re.compile(rf"\s?[\[(]\s*{_LEAD}(?:{_NAMED}[^{_END}]*{_END}[\s,;&]*(?:and )?)+[\])]")
_NUMERIC = re.compile(r"[\[(]?[\d\s,;–‐*a-d-]*\d[\s,;–‐*a-d\d-]*[\])]?")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISABLE = re.compile(r"[\d+−–()n-]*\d[\d+−–()n-]*|\d*[+−–-]")
_RAISED_LIST = re.compile(r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3})+,?")
_TO_RAISED = str.maketrans("0123456789+-−–()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾ⁿ")


def mark_for(text: str) -> str:
    """What stands for a link to a cited work while its sentence is put together: numbers go, names stay unless in brackets of their own."""
    bare = text.translate(_LOWERED).strip()
    return MARK if not bare or _NUMERIC.fullmatch(bare) else f"{_NAMED}{text}{_END}"


def raised(text: str) -> str:
    """A superscript: figures as raised characters (m²), a list of marks as one mark, anything else as it is."""
    if MARK in text and not re.sub(rf"[{MARK}\s,;–‐\[\]()-]", "", text):
        return MARK
    bare = text.strip()
    return bare.translate(_TO_RAISED) if _RAISABLE.fullmatch(bare) or _RAISED_LIST.fullmatch(bare) else text


def without_marks(text: str) -> str:
    """The sentence with everything that ``mark_for`` put in taken out, brackets round it included."""
    if MARK not in text and _NAMED not in text:
        return text
    bare = _NAMES.sub("", _MARKED.sub("", text)).replace(_NAMED, "").replace(_END, "")
    return _LOOSE_STOP.sub("", bare)
