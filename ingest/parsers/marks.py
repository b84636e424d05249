"""Taking reference marks out of running text, so that the numbers that stay are numbers.

``calcinosis.1 2 We`` loses its ``1 2``; ``1.5``, ``IL-6``, ``CD20``, ``10 mg``, ``kg/m²`` and ``10³`` stay.
"""

import re

_SUPERSCRIPT = "⁰¹²³⁴-⁹"
_RUN = rf"[{_SUPERSCRIPT}]+(?:\s?[,;–‐⁻-]\s?[{_SUPERSCRIPT}]+)*(?:\s[{_SUPERSCRIPT}]+)*"
# After a stop or a bracket, or after a word that is neither a unit nor a symbol; never before a letter (¹⁸F) or a charge (Ca²⁺).
_RAISED = re.compile(rf"(?<=[.,;:!?)\]’”\"'])\s?{_RUN}(?![^\W\d_⁰-⁹¹²³]|[⁺⁻+])|(?P<word>[^\W\d_]{{3,}}|\b[^\W\d_]{{2}}){_RUN}(?![^\W\d_⁰-⁹¹²³]|[⁺⁻+])")
_UNITS = frozenset("m cm mm km dm nm um µm μm in ft kg mol sec min hour day inch inches feet".split())

_LIST = r"\d{1,3}(?:\s?[–‐-]\s?\d{1,3})?(?:(?:\s?,\s?|\s)\d{1,3}(?:\s?[–‐-]\s?\d{1,3})?)*"
# A flattened mark after a full stop: the word before it ends a sentence, the next one begins with a capital (or the text ends).
_AFTER_STOP = re.compile(rf"(?<=[^\W\d_][^\W\d_]|[^\W_]\)|[\w)][’”\"'%\]])(?P<stop>[.!?][’”\"']?)(?P<list>{_LIST})(?=\s+[\"“‘'(\[]?[A-ZÀ-Þ]|\s*$)")
# A compound such as Mi2 or CD20 may end the sentence as well.
_AFTER_CODE = re.compile(rf"(?<=[^\W\d_]\d|[A-Z]\d\d)(?P<stop>\.)(?P<list>{_LIST})(?=\s+[A-ZÀ-Þ][a-z]|\s*$)")
# After a comma, semicolon or colon: no space before the mark, a word after it.
_AFTER_COMMA = re.compile(rf"(?<=[^\W\d_][^\W\d_]|[^\W_]\))(?P<stop>[,;:])(?P<list>{_LIST})(?=\s+[(\"“‘']?[^\W\d_]{{2,}})")
_ABBREVIATED = re.compile(r"\b(?:Nos?|Figs?|Refs?|Vol|pp?|vs|approx|ca|Eq|Tab|Sect?|Chap|v|ver)$", re.IGNORECASE)

_BRACKETED = re.compile(r"\s?(?<!\w)?\[(?P<list>\d{1,3}(?:\s*[,;–‐-]\s*\d{1,3})*)\](?:\s?[,;–-]\s?\[\d{1,3}\])*")
# "median 5 [3–8]" and "45 years [32-58]" are spreads of a number, not reference marks.
_NUMBER_BEFORE = re.compile(r"\d%?\s*(?:[^\W\d_%]+\.?\s*){0,2}$")
_ROUND = re.compile(r"\s?\((?P<list>\d{1,3}(?:\s?[,;–‐-]\s?\d{1,3})*)\)(?=\s*[.,;:]|\s+[a-z]|\s*$|\s+[A-Z])")

_LOOSE_STOP = re.compile(r"(?<=[\w)\]%”’\"'])\s+(?=[.,;:](?:\s|$))")
_SPACES = re.compile(r"[ \t]{2,}")


def without_reference_marks(text: str) -> str:
    """The text as it reads without its reference marks (superscript, flattened after a stop, or in square brackets)."""
    bare = _RAISED.sub(_raised, text)
    for pattern in (_AFTER_STOP, _AFTER_CODE, _AFTER_COMMA):
        bare = pattern.sub(_flattened, bare)
    bare = _BRACKETED.sub(_bracketed, bare)
    if bare == text:
        return text
    return _SPACES.sub(" ", _LOOSE_STOP.sub("", bare)).strip()


def without_round_marks(text: str, references: int) -> str:
    """The text without ``(3, 5)`` marks; only for a report whose ``references`` are numbered and that marks them so."""
    bare = _ROUND.sub(lambda mark: "" if _is_round_mark(mark, references) else mark.group(), text)
    return _SPACES.sub(" ", _LOOSE_STOP.sub("", bare)).strip() if bare != text else text


def _raised(mark: re.Match[str]) -> str:
    word = mark.group("word")
    if word is None:
        return ""
    return mark.group() if word.lower() in _UNITS else word


def _flattened(mark: re.Match[str]) -> str:
    before = mark.string[: mark.start()]
    if _ABBREVIATED.search(before) or any(number.startswith("0") for number in re.findall(r"\d+", mark.group("list"))):
        return mark.group()
    return mark.group("stop")


def _bracketed(mark: re.Match[str]) -> str:
    spread = re.search(r"[–‐,;-]", mark.group("list")) and _NUMBER_BEFORE.search(mark.string[: mark.start()])
    return mark.group() if spread else ""


def _is_round_mark(mark: re.Match[str], references: int) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", mark.group("list"))]
    return all(0 < number <= references for number in numbers) and not _NUMBER_BEFORE.search(mark.string[: mark.start()])
