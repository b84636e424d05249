"""Therapies, antibodies and conditions in one sentence: abbreviations the report defined itself, shared routes, and what is denied."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.vocabulary import Entity, Mention, Vocabulary
from ingest.cases.analytes import is_measured, without_sequences

# "sodium thiosulfate (STS)": the short form in brackets right after its long form.
_DEFINED = re.compile(r"\s?[(\[]\s*(?:also known as |so-called )?[\"'‘“]?([A-Za-z][A-Za-z0-9-]{1,9})[\"'’”]?\s*[)\],;]")
_LONGEST_NAME = 60
# "topical and intravenous sodium thiosulfate": the first route shares the drug's name.
_SHARED_ROUTE = re.compile(
    r"\b(topical|oral|intravenous|intralesional|subcutaneous|systemic|local)\s*(?:,|and/or|and|or|as well as)\s+$", re.IGNORECASE
)
# What stands before a therapy that was not given.
_DENIED = re.compile(
    r"(?:\b(?:without|no|not (?:been |yet |previously |currently )*(?:treated with|given|received?|"
    r"receiving|taking|taken|on|used|prescribed|started on)"
    r"|never (?:been )?(?:treated with|given|received|taken|used|had|took)|not take|did not receive|"
    r"denied (?:any )?(?:use of|taking|intake of)?|instead of|rather than"
    r"|avoid(?:ed|ing|ance of)?|contraindicat\w+ (?:to|for)|(?:in)?dependen(?:t|ce) (?:on|of|from)|"
    r"(?:reduction|reduced|tapering|taper|weaning|withdrawal|sparing|discontinuation|cessation|interruption|stopping|"
    r"decrease) (?:of|in|from|off)|need for|no longer|allerg\w+ to|absence of|before considering|naive to|"
    r"precluded|precluding|ruled out|no (?:drug|therapy|treatment),?|any (?:drug|therapy|treatment)s? or|"
    r"at the sites? of|scars? of|risk of|"
    r"candidates? for|exposure to|roles? of|options? of|facilit(?:y|ies) (?:of|for)|availability of|benefits? of|removal of|"
    r"risks? (?:and benefits )?of|via|"
    r"(?:levels?|concentrations?|deficiency|production|release|secretion|synthesis|titres?|measurement) (?:of|in)|"
    r"alternatives? to|in favou?r of|guidelines? (?:for|on|of))\s+)"
    r"(?:(?:any|a|an|the|her|his|their|other|further|more|additional|prior|previous|concomitant|use of|treatment with|"
    r"need for|systemic|high-dose|of|intravenous)\s+)*$",
    re.IGNORECASE,
)
# ... or after it: "warfarin was not used", "no diltiazem ... was given" is caught above.
_DENIED_AFTER = re.compile(
    r"^\W*(?:(?:was|were|is|are|has|have|had) (?:never|not)(?: yet)? (?:been )?(?:used|given|started|"
    r"tried|administered|prescribed|considered"
    r"|needed|required|performed|added|undertaken|possible|available)|(?:was|were) (?:avoided|precluded|ruled out|impossible|"
    r"unsuitable|contraindicated|withheld|"
    r"deemed unsuitable|not an option))",
    re.IGNORECASE,
)


_NO_HISTORY = re.compile(r"\b(?:no|without|denied|denies|negative for)\b[^.;:]{0,50}\bhistory of\b[^.;:]*$", re.I)
_ENDED = re.compile(r"\b(?:withdrawal|discontinuation|cessation|interruption|stopping) of\s(?:\w+\s){0,2}$", re.I)
_DONE = frozenset({"surgery", "organ support"})
# What a laboratory tried on a germ was not given to a patient: "resistant to ceftazidime, but sensitive to ciprofloxacin".
_TESTED_ON_A_GERM = re.compile(
    r"\b(?:sensitiv\w+|susceptib\w+|resistan(?:t|ce)|intermediate|intrinsic resistance)\b(?:\s\w+){0,2}?\s(?:to|for|against)\s"
    r"(?:(?:both|only|all|the|oral|intravenous)\s)*$",
    re.I,
)
_GERM = re.compile(
    (
        r"\b(?:sensitiv(?:e|ity|ities)|susceptib\w+|isolates?|cultures?|cultured|strains?|organisms?|bacteri\w+|"
        r"species|colony|coccus|bacillus)\b"
    ),
    re.I,
)
_ONLY_A_TIME = re.compile(r"\b(?:post|pre|peri|intra)[-‐‑–]\s?$", re.I)
# Ways into the body, and what ends an operation.
ACCESS = frozenset(
    {"thoracotomy", "mediastinotomy", "sternotomy", "laparotomy", "laparoscopy", "thoracoscopy", "craniotomy", "suture", "anastomosis"}
)
_OF_CELLS = re.compile(
    r"\bconditioning (?:regimen|with|chemotherapy)|\bstem[- ]cell (?:transplant|infusion|rescue|graft)|"
    r"\bbone marrow transplant|\bchimerism\b",
    re.I,
)
_OF_AN_ORGAN = re.compile(
    r"\b(?:organ|kidney|renal|liver|hepatic|heart|cardiac|lung|pancrea\w+|islet|"
    r"intestin\w+|cornea\w*|uter\w+|face|hand) (?:re-?)?transplant",
    re.I,
)
_LISTED = re.compile(r"\s?(?:,|and|or|, and|, or|nor|/)\s?")


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Short forms this report defined: ``{"STS": entity}``. They are matched in their very case."""

    entities: dict[str, Entity]
    pattern: re.Pattern[str] | None

    @classmethod
    def defined_in(cls, text: str, vocabulary: Vocabulary) -> "Abbreviations":
        found: dict[str, Entity] = {}
        for short in _DEFINED.finditer(text):
            if sum(map(str.isupper, short.group(1))) < 2:
                continue
            long_form = text[max(0, short.start() - _LONGEST_NAME) : short.start()]
            if (mentions := vocabulary.find(long_form)) and mentions[-1].end == len(long_form):
                found.setdefault(short.group(1), mentions[-1].entity)
        pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(found, key=len, reverse=True)))})(?![\w])") if found else None
        return cls(found, pattern)


def mentions_in(text: str, vocabulary: Vocabulary, abbreviations: Abbreviations) -> list[Mention]:
    """All mentions of one sentence in order; a therapy that is said not to have been given is left out."""
    known = without_sequences(text, vocabulary.find(text))
    mentions = _without_access([each for each in _with_abbreviations(text, known, abbreviations) if not is_measured(text, each)])
    found: list[Mention] = []
    denied = _denied(text, [mention for mention in mentions if mention.entity.kind == "therapy"])
    for position, mention in enumerate(mentions):
        if mention in denied:
            continue
        found.extend(_sharing_a_route(text, mention, vocabulary))
        if _is_spelt_out(text, mentions, position, vocabulary):
            continue
        if not _is_repeated(text, mentions, position):
            found.append(mention)
    return found


def _without_access(mentions: list[Mention]) -> list[Mention]:
    """``craniotomy and resection`` is one operation: the way in is left out where the sentence names what it was the way to."""
    operated = any("surgery" in mention.entity.groups and mention.entity.name not in ACCESS for mention in mentions)
    return [mention for mention in mentions if not (operated and mention.entity.name in ACCESS)]


def cells_meant(text: str, vocabulary: Vocabulary) -> Entity | None:
    """What "the transplantation" is in a report that tells of a conditioning or of grafted marrow and of no organ."""
    return vocabulary.entity("stem cell transplantation") if _OF_CELLS.search(text) and not _OF_AN_ORGAN.search(text) else None


def is_denied_before(text: str, mention: Mention) -> bool:
    """Whether the words before a therapy say that it was not given, or only name a time by it ("post-transplant")."""
    before = text[max(0, mention.start - 80) : mention.start]
    if _NO_HISTORY.search(before) or _ONLY_A_TIME.search(before):
        return True
    return _DENIED.search(before) is not None or (_TESTED_ON_A_GERM.search(before) is not None and _GERM.search(text) is not None)


def is_denied_after(text: str, mention: Mention) -> bool:
    """Whether the words after it do ("warfarin was not used")."""
    return _DENIED_AFTER.match(text[mention.end : mention.end + 60]) is not None


def _denied(text: str, therapies: list[Mention]) -> set[Mention]:
    """``without steroids, methotrexate or rituximab`` and ``neither A nor B was given``: a denial holds for the whole list."""
    lists: list[list[Mention]] = []
    for mention in therapies:
        if lists and _LISTED.fullmatch(text[lists[-1][-1].end : mention.start]):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    return {
        mention for each in lists if is_denied_before(text, each[0]) or is_denied_after(text, each[-1]) for mention in _alike(text, each)
    }


def _alike(text: str, listed: list[Mention]) -> list[Mention]:
    """``cessation of colistin and haemofiltration``: a machine or an operation beside a stopped drug was not stopped."""
    if not _ENDED.search(text[: listed[0].start]) or _is_done(listed[0]):
        return listed
    return [mention for mention in listed if not _is_done(mention)]


def _is_done(mention: Mention) -> bool:
    return bool(_DONE & {mention.entity.name, *mention.entity.groups})


def _with_abbreviations(text: str, mentions: list[Mention], abbreviations: Abbreviations) -> Iterator[Mention]:
    shorts = [] if abbreviations.pattern is None else [*abbreviations.pattern.finditer(text)]
    own = [Mention(abbreviations.entities[short.group(1)], short.start(), short.end()) for short in shorts]
    new = [mention for mention in own if not any(other.start < mention.end and mention.start < other.end for other in mentions)]
    yield from sorted([*mentions, *new], key=lambda mention: mention.start)


def _sharing_a_route(text: str, mention: Mention, vocabulary: Vocabulary) -> Iterator[Mention]:
    if mention.entity.kind != "therapy":
        return
    # The routes and what joins them take no more than fifty characters.
    shared = _SHARED_ROUTE.search(text, max(0, mention.start - 50), mention.start)
    if not shared:
        return
    name = re.sub(r"^(topical|oral|intravenous|intralesional|subcutaneous)\s", "", mention.entity.name)
    if entity := vocabulary.entity(f"{shared.group(1).lower()} {name}"):
        yield Mention(entity, shared.start(), shared.end(1))


_SUCH_AS = re.compile(
    (
        r"\s(?:therapy |treatment |agents? |drugs? )?(?:failed )?(?:such as|including|in (?:the )?form of|consisting of|"
        r"comprising|namely|using|"
        r"with)\s(?:\w+\s){0,2}?|\s?\((?:\w+\s){0,2}?"
    ),
    re.I,
)


# "evacuation by craniotomy" is one operation.
_BY_WAY_OF = re.compile(r"[^.;,]{0,30}\s(?:by|through|using)\s(?:[\w-]+\s){0,3}", re.I)


def _is_spelt_out(text: str, mentions: list[Mention], position: int, vocabulary: Vocabulary) -> bool:
    """``antibiotics (ceftriaxone)``, ``immunosuppressants such as azathioprine``: the class says nothing its members do not."""
    this = mentions[position]
    later = [mention for mention in mentions[position + 1 :] if mention.entity.kind == "therapy"]
    if not later:
        return False
    after = later[0]
    if this.entity.name == "conservative treatment" and _SUCH_AS.fullmatch(text[this.end : after.start]):
        return True
    if not (vocabulary.members(this.entity) or "surgery" in this.entity.groups):
        return False
    if "surgery" in this.entity.groups and "surgery" in after.entity.groups and _BY_WAY_OF.fullmatch(text[this.end : after.start]):
        return True
    return this.entity.name in after.entity.groups and _SUCH_AS.fullmatch(text[this.end : after.start]) is not None


def _is_repeated(text: str, mentions: list[Mention], position: int) -> bool:
    """``intravenous immune globulin (IVIG)`` names one thing once."""
    if position == 0:
        return False
    before, this = mentions[position - 1], mentions[position]
    return before.entity == this.entity and re.fullmatch(r"\s?\(\s*", text[before.end : this.start]) is not None
