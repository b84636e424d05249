"""Clinicians' shorthand in a question, written out as reports print it: ``30F w/ SLE x13 yrs`` is a woman of 30."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

_WORDS = Path(__file__).with_name("shorthand.yaml")
# Below this age (years) "F" is a girl and "M" a boy.
_GROWN = 18
# "12F drain" is a size, "5M cells" a count, "38F" after "fever of" a temperature.
_NO_PERSON = (
    r"(?! ?(?i:catheter|drain|sheath|tube|stent|guid|introducer|needle|french|cells?\b|copies|iu\b|units?\b|[nk]a?cl|naoh|urea)"
    r"|[/.'’-])"
)
_AGE = re.compile(
    r"(?<![\w.])(?<!fever of )(?<!temp )(?P<number>\d{1,3}(?:\.5)?)"
    r"(?:[ -]?(?P<unit>y/?o|y\.o\.?|yrs?[ -]old|years?[ -]old|mos?[ -]old|months?[ -]old|m/o"
    r"|mo(?= (?:[FM]|girl|boy|infant|baby|child|male|female)\b))\.?(?: (?P<sex>[FM])\b)?(?![\w/])"
    rf"|(?P<bare>[FM])\b{_NO_PERSON})"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"↑ ?"), "raised "),
    (re.compile(r"↓ ?"), "lowered "),
    (re.compile(r"(?<!\w)1° ?"), "primary "),
    (re.compile(r"(?<!\w)2° ?(?=[a-z])"), "secondary "),
    (re.compile(r"(?<=\w )2/2 (?=[a-z])"), "due to "),
    (re.compile(r"(?<=[\d ]|\))x ?(?=\d+(?:\.\d+)? ?(?:y(?:ea)?rs?|mos?|months?|w(?:ee)?ks?|days?|h(?:ou)?rs?)\b)"), "for "),
    (re.compile(r"(?<=\d )mos?\b|(?<=\bmany )mos\b"), "months"),
    (re.compile(r"(?<=\d-)pt\b"), "patient"),
    (re.compile(r"(?<=\w-)neg\b"), "negative"),
    (re.compile(r"(?<=\w-)pos\b"), "positive"),
    (re.compile(r"(?<=\w-)assoc\b"), "associated"),
    (re.compile(r"\blit(?= (?:review|search)\b)"), "literature"),
    (re.compile(r"\bSTS\b(?=.*\b(?:work|help|fail|dos(?:e|ing)|inject)\w*)"), "sodium thiosulfate"),
    (re.compile(r"\b((?:kidney|renal|liver|lung|heart|cardiac|marrow|cell) )tx\b"), r"\1transplant"),
    (re.compile(r"\btx(?= recipients?\b)"), "transplant"),
    (re.compile(r"(?<![\w%.] )(?<![\w%-])% ?(?=of\b|w/|[a-z]{3})", re.IGNORECASE), "what percentage "),
    (re.compile(r"\b((?:the|total|mean|median|average|what) )#(?: of)? ?(?=[a-z])", re.IGNORECASE), r"\1number of "),
    (re.compile(r"#(?: of)? ?(?=[a-z])", re.IGNORECASE), "how many "),
)
# "Can you tell me which drugs ...?" asks which drugs.
_LEAD_IN = re.compile(
    r"^(?:(?:can|could|would) you (?:please )?tell me|(?:please )?tell me|i (?:wonder|am curious|want to know)"
    r"|i(?: would|['’]d) like to know)"
    r",? (?=(?:(?:in|for|by|with|from|at|on|to|of) )?(?:which|what|whose|how|why|when|where|who)\b)",
    re.IGNORECASE,
)
_SITES = (
    "ankle|arm|axilla|breast|buttock|calf|cheek|ear|elbow|eye|face|femur|finger|foot|forearm|hand|heel|hip|index|kidney|knee|leg|lung|neck|"
    "shoulder|thigh|thumb|tibia|toe|wrist|upper|lower"
)
_SIDE = re.compile(rf"\b([LR]) (?=(?:\w+ )?(?:{_SITES})\b)")


def written_out(question: str) -> str:
    """The question in words; one without shorthand is returned as it is."""
    told = _AGE.sub(_aged, _LEAD_IN.sub("", question))
    for form, words in _RULES:
        told = form.sub(words, told)
    told = _SIDE.sub(lambda found: "left " if found[1] == "L" else "right ", told)
    told = _one_word().sub(_in_words, told)
    if told == question:
        return question
    told = " ".join(told.split())
    return told if question[0].islower() else told[0].upper() + told[1:]


def _aged(found: re.Match[str]) -> str:
    number, unit, sex = found["number"], found["unit"] or "y", found["sex"] or found["bare"]
    months = unit.startswith("m")
    age = f"{number}-{'month' if months else 'year'}-old"
    if sex is None:
        return age
    young = months or float(number) < _GROWN
    return f"{age} {('girl' if young else 'woman') if sex == 'F' else ('boy' if young else 'man')}"


def _in_words(found: re.Match[str]) -> str:
    exact, loose = _listed()
    word = found[0].removesuffix(".")
    told = exact.get(word) or loose[word.lower()]
    return f"{told} " if word == "w/" else told


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, str], dict[str, str]]:
    read = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return read["exact"], read["words"]


@lru_cache(maxsize=1)
def _one_word() -> re.Pattern[str]:
    """Any listed word standing alone, in small letters or with a capital first, never in capitals ("PT"); and ``w/`` before a word."""
    exact, loose = _listed()
    forms = {*exact, *loose, *(word[0].upper() + word[1:] for word in loose)} - {"w/", "W/"}
    listed = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<![\w/'’-])(?:(?:{listed})(?![\w/'’-])(?:\.(?= [a-z]))?|w/(?!\d))")
