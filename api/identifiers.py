"""What in a text looks like it tells who a patient is: found, named, and taken out before anything is kept or sent on.

A literature question needs none of it. This is a net for accidents, not an anonymiser: what it does not know passes.
A name is known by what stands before it (a title, "patient", "named"), or after it (a birth date, a record number), or by a given name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_WORDS = {kind: names.split() for kind, names in yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8")).items()}
_GIVEN, _NO_NAME, _EPONYMS = (frozenset(_WORDS[kind]) for kind in ("given", "words", "eponyms"))

# -- dates and numbers ----------------------------------------------------------------------------------

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
# English, German, French and Spanish, whole and cut short.
_MONTH = (
    r"(?:jan(?:uary?|vier)?|jänner|ene(?:ro)?|feb(?:ruary?|rero)?|f[ée]v(?:rier)?|mar(?:ch|s|zo)?|märz?|apr(?:il)?|avr(?:il)?|abr(?:il)?|mayo?|mai"
    r"|june?|juni|juin|junio|july?|juli|juil(?:let)?|julio|aug(?:ust)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre|iembre|tiembre)?|o[ck]t(?:ober|obre|ubre)?"
    r"|nov(?:ember|embre|iembre)?|d[eé][cz](?:ember|embre)?|dic(?:iembre)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?:{_YEAR}-\d\d-\d\d|{_DAY}[./-] ?{_DAY}[./-] ?{_YEAR}|{_DAY}/{_DAY}/\d\d"
    rf"|{_DAY}(?:st|nd|rd|th|er|\.|º)?(?: of| de)? {_MONTH},?(?: del?)? {_YEAR}|{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR})"
)
_BIRTH = (
    r"(?:\b(?:born(?: (?:on|in))?|dob|d\.o\.b\.|date of birth|birth ?da(?:te|y)|geb\.|geboren|geburtsdatum"
    r"|date de naissance|fecha de nacimiento|nacid[oa]|n(?:ée?|ee)\b|né\(e\))|\bb\.)[\s:]*(?:(?:is|was|am|le|el|en|im) )?"
)
_BIRTH_DATE = rf"(?:{_DATE}|{_DAY}\.{_DAY}\.\d\d|(?:{_MONTH} |(?:0?[1-9]|1[0-2])/){_YEAR})"
_NUMBER_WORD = r"(?:number|no|nr|id)\b\.?"
_RECORD = (
    r"(?:\b(?:mrn|ssn|nhs|nhc|dni|social security|historia cl[ií]nica|num[ée]ro de dossier"
    r"|(?:patienten|fall|versicherten)-?(?:nummer|nr\b\.?)|pat\.?-(?:nr|id)\b\.?"
    rf"|(?:medical |hospital |case )?(?:record|note|file)s?(?= ?(?:{_NUMBER_WORD}|[#:]))"
    rf"|(?:hospital|patient|insurance)(?= ?(?:{_NUMBER_WORD}|#)))"
    rf"(?: ?{_NUMBER_WORD})?[\s:#]*(?:is |was )?)"
)
_RECORD_NUMBER = rf"(?![ -]*{_YEAR} ?[-–] ?{_YEAR})[A-Z]{{0,4}}[- ]?\d[\d -]{{3,}}\d[A-Z]?\b"
_TELEPHONE = (
    r"(?:\b(?:tele(?:ph|f)on[eo]?|t[ée]l[ée]phone|tel[ée]fono|t[ée]l|(?:cell ?)?phone|mobile?|m[óo]vil|handy|portable|fax)\.?"
    r"(?: (?:number|no|nr)\b\.?)?[\s:]*(?:is |was )?)"
)
_DIGITS = r"\+?\(?\d(?:[ ()/.-]{0,2}\d){5,}"
_FREE_TELEPHONE = (
    r"\+\d[\d ().\/-]{7,}\d|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}|0[1-9]\d{1,3}[ /-]\d{6,8}|0[1-9]\d{1,3} \d{3,4} \d{3,4}"
    r"|0[1-9](?:[ .]\d\d){4}|00[1-9]\d[\d /-]{7,15}\d"
)

# -- names ----------------------------------------------------------------------------------------------

_UPPER = "A-ZÀ-ÖØ-ÞĆČĎĐĘĚĞİŁŃŇŐŘŚŞŠŤŮŰŹŻŽ"
_LOWER = rf"[^\W\d_{_UPPER}]"
_CAPITAL = rf"[{_UPPER}]{_LOWER}++(?:[{_UPPER}]{_LOWER}++){{0,2}}"
_SHOUTED = rf"[{_UPPER}]{{2,}}+(?:[-'’][{_UPPER}]{{2,}}+)?"
_PART = rf"(?:[{_UPPER}]['’])?{_CAPITAL}(?:[-'’](?!s(?!\w)){_LOWER}{{0,2}}(?:[{_UPPER}]['’])?(?:{_CAPITAL}|{_LOWER}++)){{0,3}}(?!\w)"
_PARTICLES = (
    r"(?:(?:van|von|vom|zu|zur|de|der|den|het|ten|ter|di|da|do|dos|das|del|della|la|le|las|los|bin|bint|ibn|al|el|abu|y)[ \xa0]){0,3}"
)
_INITIALS = rf"(?:[{_UPPER}]\.[ -]?){{0,3}}"
_NEXT = rf"[ \xa0]{{1,2}}{_PARTICLES}{_INITIALS}"
_NAME = rf"{_INITIALS}{_PART}(?:{_NEXT}{_PART}){{0,3}}"
# After a title a name may be shouted, or be an initial.
_TITLED_NAME = (
    rf"(?:{_PARTICLES}{_INITIALS}(?:{_PART}|{_SHOUTED}(?!\w))(?:{_NEXT}(?:{_PART}|(?=[{_UPPER}]{{5}}){_SHOUTED}(?!\w))){{0,3}}"
    rf"|[{_UPPER}](?:\.?[{_UPPER}])?(?!\w)(?:\.(?= {_LOWER}|[,;:?!)]))?)"
)
_TITLE = (
    r"\b(?:[Mm]rs?|Ms|Miss|Mister|[Hh]errn?|[Ff]rau|Fräulein|Monsieur|Madame|Mme|Mlle|Señor(?:a|ita)?|Senora|Sr(?:a|ta)?|Doña)"
    r"(?:\.[ \xa0]{0,2}|[ \xa0]{1,2})(?:(?:Dr|Prof|med)\.? ){0,3}"
)
_PERSON = r"(?:[Pp]atient(?:in|e)?|[Pp]t|[Pp]aciente|(?:gentle)?(?:wo)?man|lady|boy|girl|child|son|daughter|mother|father|wife|husband)"
_IDENTIFIED = rf"(?=,? ?\(?(?i:{_BIRTH}{_BIRTH_DATE}|{_RECORD}{_RECORD_NUMBER}|{_TELEPHONE}{_DIGITS}|[\w.+-]{{1,64}}@))"

# What ends like these is a disease, an operation or a drug.
_MEDICAL = re.compile(
    r"\w{4}(?:osis|\wose|itis|a?emia|ämie|pathy|pathie|derma|dermie|oma|omas|ectomy|plasty|therap(?:y|ie)|syndrom|mab|nib|cept|azem|pine|olol|olone|isone"
    r"|exate|prazole|statin|sartan|quine|limus|profen|phosphate|sulfate|sulphate|dronate|globulin)$",
    re.IGNORECASE,
)
# What stands around the name of one who wrote, or of a thing, but not of a patient.
_BEFORE_AN_AUTHOR = re.compile(
    rf"(?:\b(?:[Bb]y|[Aa]ccording to|[Aa]uthors?:?|Drs?\.?|Prof\.?|Professor|St\.?|Saint|San|Santa)|{_CAPITAL},? (?:and|&)) $"
)
_AFTER_AN_AUTHOR = re.compile(
    rf",? (?:et al|(?:and|&|und|et|y) (?-i:[{_UPPER}]{_LOWER})|\(?{_YEAR})"
    r"| (?:(?:report|describ|publish|observ|conclud|recommend)(?:s|es?|ed)?|find|found|wrote)\b"
    r"|(?:['’]s)? (?:paper|article|letter|stud(?:y|ies)|trial|series|review|case (?:report|series))\b"
    r"| (?:cases?|syndrome|disease|disorder|phenomenon|signs?|tests?|criteri(?:a|on)|score|scale|index|murmur|pupil|stain(?:ing)?"
    r"|stag(?:e|ing)|classification|hospital|university|clinic|institut[eo]?|cent(?:er|re)|foundation|school|college|group|papules?|nod(?:e|ule)s?|medium|method"
    r"|procedure|manoeuvre|maneuver|operation|technique|contracture|virus|sequence|catheter|splint|reaction|tumou?rs?|anomaly|palsy|paralysis"
    r"|fracture|ulcer|lymphoma|thyroiditis|purpura|arteritis)\b",
    re.IGNORECASE,
)
_AFTER_A_PUBLICATION = re.compile(
    r"\b(?:publish|publication|epub|accepted|revised|updated|guideline|literature|database)\w*\W+(?:\w+\W+){0,3}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Cue:
    """Where a name may stand: group 1 of a pattern, ``least`` words or more. Without a ``title`` authors and eponyms are passed by."""

    pattern: re.Pattern[str]
    least: int = 1
    title: bool = False


_CUES = (
    _Cue(re.compile(rf"{_TITLE}({_TITLED_NAME})"), title=True),
    # "M." is "Monsieur" in French sentences only: elsewhere an author's initial, "Morbus" or a microbe's.
    _Cue(re.compile(rf"\b(?:[Cc]hez|[Pp]our|[Aa]vec|[Pp]atient,?|de|à) M\. ({_NAME})")),
    _Cue(re.compile(rf"\bM\. ({_NAME})(?=,? (?:a|est|souffre|présente|avait|prend|doit|peut|né|âgé|qui)\b)")),
    _Cue(re.compile(rf"\b{_PERSON}(?:,? \(?\d[\w ]{{0,12}}\)?|,)?(?: who)?(?: is| was)? (?:named|called) ({_NAME})")),
    _Cue(re.compile(rf"\b(?:[Ss]?[Hh]e|[Ss]ome(?:one|body)|old)(?: is| was)? (?:named|called) ({_NAME})")),
    _Cue(
        re.compile(
            rf"(?:(?<![\w-])(?<!\w )|\b(?:[Pp]atient(?:['’]s)?|[Hh]is|[Hh]er|[Tt]heir|[Ww]hose|[Ff]irst|[Ll]ast|[Ff]ull|[Ff]amily) )"
            rf"(?:(?:[Ss]ur|[Vv]or|[Nn]ach)?[Nn]ame(?: is|:)|(?:Nom|Prénom|Nombre|Apellidos?) ?:) ?({_NAME})"
        )
    ),
    _Cue(re.compile(rf"\b(?:née|geb\.|geborene) ({_NAME})")),
    _Cue(re.compile(rf"\b(?:[Mm]y|[Oo]ur)(?: [\w-]{{1,20}})? patient,? ({_NAME})")),
    _Cue(
        re.compile(rf"(?:(?:^|(?<=\n)|(?<=[.?!:;] ))Patient|\bpatient|\b[Pp]t|\b[Pp]atient(?:in|e)|\b[Pp]aciente)[,:]? ({_NAME})"), least=2
    ),
    _Cue(re.compile(rf"(?<![\w'’-])({_PART}(?:{_NEXT}{_PART}){{1,3}}|{_PART}, {_PART}){_IDENTIFIED}"), least=2),
    _Cue(re.compile(rf"(?<![\w'’-])((?:{'|'.join(sorted(_GIVEN, key=len, reverse=True))})(?:{_NEXT}{_PART}){{1,3}})"), least=2),
)
_NAME_WORD = re.compile(rf"[{_UPPER}][\w'’-]+")

# Where a pattern has a group, the group is what tells who it is; the words around it stay.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+\b")),
    ("record number", re.compile(rf"{_RECORD}({_RECORD_NUMBER})", re.IGNORECASE)),
    ("telephone number", re.compile(rf"(?:{_TELEPHONE}|\bcall (?:him |her |me )?(?:on |at )?)({_DIGITS})", re.IGNORECASE)),
    ("record number", re.compile(r"(?<![\d./-])(\d{3}-\d{2}-\d{4}|\d{3} \d{3} \d{4})(?![\d./-])")),
    ("date", re.compile(rf"(?<![\d./-])({_DATE})(?![\d/-])", re.IGNORECASE)),
    ("date", re.compile(rf"{_BIRTH}({_BIRTH_DATE})(?![\d/-])", re.IGNORECASE)),
    ("telephone number", re.compile(rf"(?<![\w./-])({_FREE_TELEPHONE})(?![\d/-])")),
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """``text[start:end]`` looks like one of: name, date, record number, telephone number, e-mail address."""

    kind: str
    start: int
    end: int


def identifiers(text: str) -> list[Identifier]:
    """What looks like it tells who a patient is, in order, none overlapping another."""
    found = sorted((*_matches(text), *_names(text)), key=lambda one: (one.start, -one.end))
    kept: list[Identifier] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _matches(text: str) -> Iterator[Identifier]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            if kind != "date" or not _AFTER_A_PUBLICATION.search(text[max(0, match.start() - 60) : match.start(group)]):
                yield Identifier(kind, match.start(group), match.end(group))


def _names(text: str) -> Iterator[Identifier]:
    for cue in _CUES:
        for match in cue.pattern.finditer(text):
            start = match.start(1) if cue.title else _start_of_name(text, *match.span(1), cue.least)
            end = _end_of_name(text, start, match.end(1), cue.title)
            if cue.title or (len(_NAME_WORD.findall(text, start, end)) >= cue.least and not _is_author_or_thing(text, start, end)):
                yield Identifier("name", start, end)


def _start_of_name(text: str, start: int, end: int, least: int) -> int:
    """Where more words than needed are printed like a name, those before it may be none: "Does Maria Lopez"."""
    words = list(_NAME_WORD.finditer(text, start, end))
    while least > 1 and len(words) > least and not _may_be_name(words[0].group()):
        words.pop(0)
    return words[0].start()


def _end_of_name(text: str, start: int, end: int, titled: bool) -> int:
    """Before the first word that is no name; the first after a title is always one, but not after an initial: "Mrs S. What helps?"."""
    last = start
    for word in _NAME_WORD.finditer(text, start, end):
        if not _may_be_name(word.group()):
            last = last if last > start else start + len(text[start : word.start()].rstrip(" ."))
            if last > start or not titled:
                return last
        last = word.end()
    return end


def _may_be_name(word: str) -> bool:
    return word in _GIVEN or not (word.lower() in _NO_NAME or _MEDICAL.search(word))


def _is_author_or_thing(text: str, start: int, end: int) -> bool:
    first = re.split(r"[\s-]", text[start:end], maxsplit=1)[0].strip(",")
    word_before = text[max(0, start - 30) : start].replace("-", " ").split()[-1:]
    return bool(
        first in _EPONYMS
        or _EPONYMS.intersection(word_before)
        or _BEFORE_AN_AUTHOR.search(text[max(0, start - 60) : start])
        or _AFTER_AN_AUTHOR.match(text, end)
    )


def without_identifiers(text: str) -> str:
    """The text with ``[name]``, ``[date]`` ... where such a thing stood."""
    pieces, behind = list[str](), 0
    for one in identifiers(text):
        pieces += text[behind : one.start], f"[{one.kind}]"
        behind = one.end
    return "".join((*pieces, text[behind:]))


# -- the question that is left --------------------------------------------------------------------------

_DETAIL = re.compile(
    rf"(?:{_BIRTH}|\b(?:on|am|since|seit|from|until|before|after|bis|nach|dated) |{_RECORD}|{_TELEPHONE}|\be-?mail[\s:]*(?:is )?)?"
    r"\[(?:date|record number|telephone number|e-mail address)\]"
    r"|(?:\b(?:who )?(?:(?:is|was) )?(?:named|called)|\bnée|\bgeb\.|\bgeborene"
    r"|\b(?:(?:(?:the |my )?patient(?:['’]s)?|my|his|her|their|whose|first|last|full|family) )?(?:sur|vor|nach)?name(?: is|:)"
    r"|\b(?:nom|prénom|nombre|apellidos?) ?:) ?\[name\]",
    re.IGNORECASE,
)
# After the name of one who was told of before, the sentence goes on without the comma that closed it.
_GOES_ON = (
    rf"(?= (?:has|had|have|is|was|with|without|who|whose|does|did|will|would|can|could|should|may|might"
    rf"|needs|takes|suffers|presents|develops|gets|wants|{_LOWER}{{3,20}}ed"
    r"|hat|hatte|ist|war|leidet|mit|avec|est|a une?|avait|souffre|tiene|es|con)\b)"
)
_SOMEONE = re.compile(
    rf"(?:\b(?P<who>{_PERSON})(?:[,:]? | (?P<open>\()))?"
    rf"(?P<title>(?:\b[Ll]a |\b[Ee]l )?(?:{_TITLE}|\bM\. ))?\[name\](?(open)\))(?:,{_GOES_ON})?"
)
_KNOWN = re.compile(
    r"\b(?:an?|the|my|our|his|her|this|that|one|another|which|what|each|every|der|die|eine?|le|la|une?|el)(?: [\w-]+){0,3} $", re.IGNORECASE
)
_TITLED = {
    "ein Patient": ("herr",),
    "einem Patienten": ("herrn",),
    "eine Patientin": ("frau", "fräulein"),
    "un patient": ("m", "monsieur"),
    "une patiente": ("mme", "mlle", "madame"),
    "un paciente": ("sr", "señor"),
    "una paciente": ("sra", "srta", "señora", "señorita", "senora", "doña"),
}
_PATIENTS = {title: patient for patient, titles in _TITLED.items() for title in titles}
# Started only where a run begins and never given back: else a long run is read once for each of its characters.
_EMPTY = re.compile(r"\(\s*+[,;]*+\s*+\)|(?<=\()\s*+[,;]\s*+|(?<!\s)\s*+[,;:](?=\s*+[,;:.?!)])")
_LOOSE = re.compile(r"^[\s,;:.]+|(?<!\s)\s++(?=[,;:?.!)](?!\w))")


def anonymous(text: str) -> str:
    """The same question about "a patient": what was taken out leaves no words behind that a search would look for."""
    if not identifiers(text):
        return text
    told = _tidied(_DETAIL.sub(" ", without_identifiers(text)))
    return _tidied(_SOMEONE.sub(_someone, re.sub(r"(?<=\[name\]['’])(?= )", "s", told)))


def _tidied(text: str) -> str:
    return " ".join(_LOOSE.sub("", _EMPTY.sub("", text)).split())


def _someone(match: re.Match[str]) -> str:
    """Who stands for a name: the person told of before it, or a patient."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    if match["who"] and (_KNOWN.search(before) or match["who"].lower() != "patient"):
        return match["who"]
    said = next((_PATIENTS[word] for word in re.findall(r"\w+", (match["title"] or "").lower()) if word in _PATIENTS), "a patient")
    return said[0].upper() + said[1:] if not before or re.search(r"[.?!] $", before) else said


def warning(text: str) -> str | None:
    """What to tell the one who asked, where something was taken out; None where nothing was."""
    kinds = list(dict.fromkeys(one.kind for one in identifiers(text)))
    if not kinds:
        return None
    return (
        f"Your question looked like it told who a patient is ({', '.join(kinds)}). That part was taken out before the "
        "question was searched, kept or sent on. Please ask without it."
    )
