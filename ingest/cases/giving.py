"""Whether a sentence says that a therapy it names was given, by its verbs or by the row of a table it stands in."""

import re

from corpus.vocabulary import Mention
from ingest.cases.doses import dose_of
from ingest.cases.narrative import Sentence

_GIVEN = re.compile(
    r"\b(?:start\w*|initiat\w*|began|begun|beginning|commenc\w*|receiv\w*|given|gave|giving|treat(?:ed|"
    r"ment|ing)?|administ\w*|prescrib\w*|introduc\w*|add(?:ed|ition|ing)|put on|placed on|under(?:went|"
    r"gone|going)|perform\w*|tried|trials?"
    r"|used|using|tak(?:en|ing|e)|took|on|continu\w*|maintain\w*|maintenance|combin\w*|followed|follows?|"
    r"inject\w*|appli(?:ed|cation)|switch\w*|changed to|course|courses|cycles?|under|despite|with|after|removed|"
    r"excis\w*|resect\w*|operat\w*|surg\w*|carried out|consisted|comprised|required|needed|managed|"
    r"came first|was next|therapy|regimen|medications?|included|done|inserted|placed|implanted|placement|insertion|history of|status post|"
    r"transfused|vaccinated|ventilated|intubated|drained|repaired|resuscitat\w+|delivered|implantation|kept on|necessitat\w+|via|"
    r"fitted|fed|accepted|consented to|agreed to|opted for|chosen|infused)\b",
    re.I,
)
_SURELY_GIVEN = re.compile(
    (
        r"\b(?:(?:was|were|been|being) (?:\w+ )?(?:given|started|treated|used|added|applied|taken|performed|"
        r"initiated|begun|prescribed|continued|excised|removed)|received|underwent|started on|treated with|"
        r"took|taking)\b"
    ),
    re.I,
)
_TREATMENT_CELL = re.compile(r"\b(?:treatments?|drugs?|therap(?:y|ies)|medications?|medicines?|agents?|interventions?)\b[^:;]{0,20}:", re.I)
_HAD = frozenset({"surgery", "radiotherapy", "chemotherapy"})
_HAD_A = re.compile(r"\bhad\s(?:(?!no\b|not\b|been\b|never\b|failed\b|to\b|complications?\b)[\w-]+\s){0,3}$", re.I)
# Classes so wide that "was given" alone says nothing.
_VAGUE = frozenset(
    {"biologic", "immunosuppressant", "analgesic", "vitamin", "blood product", "organ support", "diet", "vaccine", "anaesthetic drug"}
)

# How often things went together in a group is no patient's therapy.
ASSOCIATION = re.compile(
    (
        r"\b(?:(?:greater|more frequent|higher|increased) use of|odds ratio|hazard ratio|risk factors?|more often|"
        r"less often|more likely|correlat\w+|was associated|were associated)\b"
    ),
    re.I,
)
LONG_AGO = re.compile(
    r"\b(?:childhood|infancy|history of|years (?:ago|earlier|before|previously)|previous(?:ly)?|past|days earlier)\b", re.I
)
AT_HOME = re.compile(
    r"\b(?:home medications?|regular medications?|current medications?|medications? (?:included|consisted|at|on|were|was)|as a medication|"
    r"(?:was|is|had been) (?:already )?(?:taking|on)|chronic medication|comorbidit\w+|medical history|medicated)\b",
    re.I,
)
FAMILY_HISTORY = re.compile(r"\b(?:family history|mother|father|sister|brother|sibling|allerg)\w*", re.I)


def tells_of_giving(text: str) -> bool:
    return bool(_GIVEN.search(text))


def tells_of_giving_for_sure(text: str) -> bool:
    return bool(_SURELY_GIVEN.search(text))


def is_vague(sentence: Sentence, mention: Mention) -> bool:
    """A wide class without a dose, unless its very name is the verb ("was vaccinated")."""
    return mention.entity.name in _VAGUE and not dose_of(sentence, mention) and not _was_done(sentence, mention)


def is_told_by_itself(sentence: Sentence, mention: Mention) -> bool:
    """Whether a therapy's dose, its place in a table, or what it did says that it was given."""
    return _did(sentence, mention) or _was_had(sentence, mention) or _is_a_treatment_row(sentence) or dose_of(sentence, mention) is not None


def _was_had(sentence: Sentence, mention: Mention) -> bool:
    """``She had a splenectomy in 1990``: operations and courses are had."""
    is_had = bool(_HAD & {mention.entity.name, *mention.entity.groups})
    return is_had and _HAD_A.search(sentence.text[: mention.start]) is not None


def _did(sentence: Sentence, mention: Mention) -> bool:
    """``Infliximab abolished the attacks``: what did something was given."""
    return not sentence.text[: mention.start].strip() and re.match(r"\s\w{2,}ed\b", sentence.text[mention.end :]) is not None


def _was_done(sentence: Sentence, mention: Mention) -> bool:
    """``was vaccinated``: the name is the verb."""
    is_verb = sentence.text[: mention.end].endswith("ed")
    return is_verb and re.search(r"\b(?:was|were|been|and)\s(?:\w+\s)?$", sentence.text[: mention.start]) is not None


def _is_a_treatment_row(sentence: Sentence) -> bool:
    """A table's row that heads a cell "Treatment" or "Drug" tells what was given."""
    return sentence.paragraph.kind == "table" and _TREATMENT_CELL.search(sentence.text) is not None
