"""Recognising people's names and addresses on a title page."""

import re

_DEGREES = (
    "MD PhD MBBS MBChB MBBCh BM BSc MSc BS MS MA MPH DO FRCP FRCS MRCP FACP FAAD FACR FRACP RN PharmD DDS DMD DPhil MBA BA DM DNB "
    "MRes BMBS MTech BDS MDS FCPS Jr Sr II III Prof Dr"
).split()
_DEGREE = re.compile(rf"(?:{'|'.join(_DEGREES)})", re.IGNORECASE)
_TITLE = re.compile(r"^(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.?\s+(?=[A-Z])")
_DEGREES_AFTER = re.compile(rf"(?:\s+(?:{'|'.join(_DEGREES[:-6])}))+$")
_MARKS = re.compile(r"[\d*†‡§¶#∥‖⁰¹²³⁴-⁹✉☯]+(?:,[\da-z*†‡§¶#⁰¹²³⁴-⁹]{1,2})*|\s\(?\[?\d[\d, ]*\]?\)?")
_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+")
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|do|dos|du|la|le|el|al|bin|ibn|ter|ten|y|e|af|zu|zur|d['’]|st\.?)"
_GIVEN = r"[A-ZÀ-ÞĀ-Ž][\w'’À-ÿĀ-ž-]*\.?"
_NAME = re.compile(rf"^(?:{_PARTICLE}\s+)?{_GIVEN}(?:\s+(?:{_PARTICLE}|{_GIVEN})){{1,5}}$", re.UNICODE)
_NOT_NAMES = (
    "the of and in with for from case report disease syndrome therapy treatment clinical medicine medical patient review author authors "
    "group abstract article journal open access original research university published online received accepted correspondence volume "
    "issue figure table united states kingdom usa uk new south north hong background summary introduction discussion conclusion"
).split()
_NOT_A_NAME = re.compile(rf"\b(?:{'|'.join(_NOT_NAMES)})\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:departments?|dept|division|school|facult(?:y|ies)|universit\w+|universidad\w*|hospital\w*|h[oô]pital|ospedale|klinik\w*|clinic"
    r"|institut\w*|college|cent(?:er|re)s?|laborator\w+|unit|ward|centro|servicio|service|inserm|cnrs|nhs|academy|foundation|trust"
    r"|infirmary|polyclinic|street|avenue|road|p\.?o\.? box)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|,?\s+(?:and|&|und|y|et)\s+|,(?!\s*(?:Jr|Sr|II|III)\b)|\s·\s|\s\|\s|\s•\s)\s*")


def is_affiliation(line: str) -> bool:
    """Whether a line is an address: an institution's word, and the commas of an address or a mark before it."""
    if "@" in line or "{at}" in line:
        return True
    marked = re.match(r"\s*(?:\d{1,2}[.)]?\s*)*[\d*†‡§¶a-f]?\s?(?=[A-Z])", line)
    return bool(_ADDRESS.search(line)) and ("," in line or bool(marked and marked.end()) or len(line) < 60)


def authors_in(line: str) -> list[str]:
    """The names in a line that holds nothing but names, without affiliation marks and degrees; else an empty list."""
    bare = _NUMBER.sub("", line).strip().rstrip(",;.")
    bare = re.sub(r"^(?:by|authors?:)\s+", "", bare, flags=re.IGNORECASE)
    if not bare or len(bare) > 2500 or is_affiliation(bare):
        return []
    names = [name for part in _AND.split(re.sub(r"\s+(?:and|&)$", "", bare)) if (name := _person(part))]
    return names if names and all(is_name(name) for name in names) else []


def is_name(text: str) -> bool:
    """Given and family name, or family name and initials."""
    return bool(_NAME.match(text)) and len(text) <= 60 and not _NOT_A_NAME.search(text) and not _all_initials(text)


def family_first_turned(name: str) -> str:
    """``Family, Given`` as ``Given Family``."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() else name.strip()


def _all_initials(text: str) -> bool:
    return all(len(word.strip(".")) <= 2 for word in text.split())


def _person(part: str) -> str:
    """One name cleaned; "" where the part is only a degree or a mark."""
    bare = _MARKS.sub("", part).strip(" .,*()")
    bare = _TITLE.sub("", re.sub(r"(?<=[a-zà-ÿ])\s?[a-f]$", "", bare) if re.search(r"\s[a-f]$", bare) else bare)
    bare = _DEGREES_AFTER.sub("", bare).strip(" ,.")
    return "" if len(bare) < 2 or _DEGREE.fullmatch(bare.replace(".", "").replace(" ", "")) else bare
