"""What has been given so far, as the story goes: the memory that "this regimen" and "despite therapy" point into."""

import re
from dataclasses import dataclass, field

from corpus.case import Status
from corpus.vocabulary import Mention
from ingest.cases.narrative import Sentence
from ingest.cases.targets import TargetMention

# Sentences over which a regimen may still be meant by "she improved".
# 1, 2 and 3 give row F1 0.858, 0.858 and 0.862 on the bundled digests (``python -m evals.case_extraction``), and 0.882, 0.903 and 0.882
# on the full texts that rules are tuned on (``python -m evals.case_full_text``); with 2 one of the two real reports loses a row. A good end
# told later ("free of disease at two years") was tried as the last therapies' outcome: on reports no rule had seen it made false rows.
_REMEMBERED = 3

_PLANNED = re.compile(
    r"\b(?:will be|is to be|are to be|was to be|is being|are being|was being|"
    r"being) (?:\w+ )?(?:considered|started|tried|initiated|given|introduced|used|added|begun|offered|"
    r"discussed|evaluated|the next)\b"
    r"|\b(?:is|was|are|were|has been|have been) (?:\w+ )?(?:planned|scheduled|proposed|intended|envisaged|"
    r"contemplated|awaited|recommended to (?:her|him|the patient))\b|\bplan(?:s|ned|ning)? (?:is |was |"
    r"are |were )?(?:to(?! complete| continue| follow)|for|on|of)\b"
    r"|\b(?:as (?:our|the|a) next|next (?:treatment|step|therap\w+|option|line))\b|\bintend(?:s|ed)? to\b|"
    r"\bnot yet been (?:given|started|tried)\b|\bconsidering\b|\bwe will\b|\bwaiting for\b|\bawaiting\b",
    re.I,
)
_DECLINED = re.compile(
    (
        r"\b(?:declin(?:ed|es|ing)(?! (?:from|to \d|by \d|in\b|over|during|gradually|steadily|slowly|rapidly|"
        r"%))|refus(?:ed|es|al|ing)|reject(?:ed|s)|did not (?:consent|agree|want|wish)|"
        r"opted (?:against|not)|unwilling)\b"
    ),
    re.I,
)
# "her strength declined" refuses nothing.
_FELL = re.compile(
    r"\b(?:strength|functions?|power|levels?|counts?|FEV\s?1?|capacity|saturation|weight|scores?|values?|fraction|concentrations?|titres?|titers?|"
    r"vision|symptoms?|pain|activity|enzymes?|requirements?|needs?|demands?|rates?|pressures?|output|status|consciousness|weight|sodium|health|condition|status)\s(?:\w+ly\s|had\s|has\s|also\s)*declin",
    re.I,
)
_GIVEN = re.compile(
    r"\b(?:start\w*|initiat\w*|began|begun|beginning|commenc\w*|receiv\w*|given|gave|giving|treat(?:ed|"
    r"ment|ing)?|administ\w*|prescrib\w*|introduc\w*|add(?:ed|ition|ing)|put on|placed on|under(?:went|"
    r"gone|going)|perform\w*|tried|trials?"
    r"|used|using|tak(?:en|ing|e)|took|on|continu\w*|maintain\w*|maintenance|combin\w*|followed|follows?|"
    r"inject\w*|appli(?:ed|cation)|switch\w*|course|courses|cycles?|under|despite|with|after|removed|"
    r"excis\w*|resect\w*|operat\w*|surg\w*|carried out|consisted|comprised|required|needed|managed|"
    r"came first|was next|therapy|regimen|medications?|included|done|inserted|placed|implanted|placement|insertion|history of|status post|"
    r"transfused|vaccinated|ventilated|intubated|drained|repaired|resuscitat\w+|delivered|implantation|kept on|necessitat\w+|via)\b",
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
_STOPPED = re.compile(
    (
        r"^\W*(?:(?:was|were|had been|has been|is|could be|were then|was then|was later|"
        r"was gradually)\s)?(?:\w+ly\s|then\s|later\s)?(?:stopped|discontinued|withdrawn|tapered|weaned|"
        r"ceased|suspended|interrupted)\b"
    ),
    re.I,
)
_OFF = re.compile(r"\b(?:off|stopped|discontinued|withdrew)\s(?:(?!and\b|then\b|but\b|with\b|after\b)\w+\s)?$", re.I)
_PURPOSE = re.compile(
    (
        r"\b(?:for|to (?:treat|control|prevent|target|manage|address|reduce|relieve|halt|heal)|against|"
        r"aimed at|because of|in view of|with .{0,30} in mind|targeting|directed at|in the treatment of|"
        r"treatment of|as treatment for)\b"
    ),
    re.I,
)
# "the stenosis was managed with angioplasty": what stands before is what it was for.
_MANAGED_WITH = re.compile(
    r"\b(?:was|were|been) (?:\w+ )?(?:managed|treated|addressed|corrected|repaired) (?:\w+ )?(?:with|by|using)\b", re.I
)
_ANAPHOR = re.compile(
    r"\b(?:(?:this|these|the|that|those|both|all|same|her|his|their|such|first|second|combined|present|"
    r"current)\s(?:\w+\s){0,2}?(?:regimens?|treatments?|therap(?:y|ies)|combinations?|drugs?|agents?|"
    r"medications?|medicines?|approach(?:es)?|interventions?|measures|procedures?|operation|infusions?|"
    r"injections?|schedule|schemes?|courses?|management|options|attempts|immunosuppressi\w+)"
    r"|(?:none|neither|both|each|either|all|any) of (?:these|them|which|the (?:two|three|four))|^\s*(?:it|"
    r"they|both|neither|none|all three|all|this)\b|\bwhich\b|\bthis (?:has|had|was|led|resulted)|"
    r"to (?:therapy|treatment)\b|on (?:therapy|treatment)\b|under (?:therapy|treatment)\b|(?:with|"
    r"after) (?:therapy|treatment)\b|the two|the three)\b",
    re.I,
)
_ALL_SO_FAR = re.compile(
    (
        r"\b(?:despite|in spite of|notwithstanding|regardless of|refractory to|resistant to|resisted|"
        r"unresponsive to|failed) (?:\w+ ){0,3}?(?:therap(?:y|ies)|treatments?|approach(?:es)?|regimens?|"
        r"medications?|immunosuppressi\w+|drugs|agents|measures)\b"
    ),
    re.I,
)


_ONLY_WHEN = re.compile(
    r"\b(?:after|before|prior to|following|during|since|until|post|in advance of|day of) (?:the |her |his |this |that )?(?:\w+ ){0,2}$",
    re.I,
)
# "was offered but refused": what was offered is told by the rest of the sentence.
_OFFERED = re.compile(r"\b(?:offered|recommended|advised|suggested|proposed)\b", re.I)
_TAKEN_UP = re.compile(r"\b(?:accepted|agreed|consented|underwent|performed|received|started|given|was done|began)\b", re.I)


@dataclass(slots=True)
class Course:
    """One therapy of one patient as it was last mentioned, and what it was meant for."""

    mention: Mention
    sentence: Sentence
    purposes: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.mention.entity.name

    @property
    def is_operation(self) -> bool:
        return "surgery" in (self.name, *self.mention.entity.groups)

    def suits(self, target: str | None) -> bool:
        """Whether an outcome on this target can be this therapy's: one given for something else is not meant."""
        return target is None or not self.purposes or target in self.purposes or any(purpose in target for purpose in self.purposes)


@dataclass(slots=True)
class Memory:
    """The courses of one patient: all, and those of the regimen now under way."""

    given: dict[str, Course] = field(default_factory=dict)
    regimen: list[Course] = field(default_factory=list)
    told_since: bool = False
    last_number: int = -1000

    def begin(self, courses: list[Course]) -> None:
        """Add what a sentence says was given; after an outcome was told, new therapies make a new regimen."""
        if not courses:
            return
        if self.told_since and any(course.name not in [other.name for other in self.regimen] for course in courses):
            self.regimen, self.told_since = [], False
        for course in courses:
            self._remember(course)
        self.last_number = courses[0].sentence.number

    def _remember(self, course: Course) -> None:
        known = self.given.get(course.name)
        if known:
            course.purposes |= known.purposes
        self.given[course.name] = course
        self.regimen = [other for other in self.regimen if other.name != course.name] + [course]

    def end(self, name: str) -> None:
        """A therapy that was stopped takes no part in what comes after."""
        self.regimen = [course for course in self.regimen if course.name != name]

    def recent(self, sentence: Sentence) -> list[Course]:
        """The regimen, while it is still what the story is about; outside the case itself only what the same paragraph told."""
        if sentence.number - self.last_number > _REMEMBERED:
            return []
        return [course for course in self.regimen if sentence.role in ("case", "outcome") or course.sentence.place == sentence.place]

    def members_of(self, course: Course) -> list[Course]:
        """What was given so far of the class that a course is named by."""
        return [given for given in self.given.values() if course.name in given.mention.entity.groups]

    def forget(self) -> None:
        """What an abstract told out of order is no part of the story that begins after it."""
        self.given, self.regimen, self.told_since, self.last_number = {}, [], False, -1000


def status_of(sentence: Sentence, mention: Mention) -> Status:
    """Given, or only planned, or declined, by the clause around the mention."""
    start = max((sentence.text.rfind(mark, 0, mention.start) for mark in (";", " but ")), default=-1) + 1
    ends = [end for mark in (";", " but ", ", whereas") if (end := sentence.text.find(mark, mention.end)) >= 0]
    around = sentence.text[start : min(ends, default=len(sentence.text))]
    if _DECLINED.search(around) and not _FELL.search(around):
        return "declined"
    if _OFFERED.search(around) and _DECLINED.search(sentence.text) and not _TAKEN_UP.search(sentence.text):
        return "declined"
    return "planned" if _PLANNED.search(around) else "given"


def is_only_when(sentence: Sentence, mention: Mention) -> bool:
    """``three days after surgery``: when, not what."""
    return _ONLY_WHEN.search(sentence.text[: mention.start]) is not None


def is_stopped(sentence: Sentence, mention: Mention) -> bool:
    before, after = sentence.text[max(0, mention.start - 20) : mention.start], sentence.text[mention.end : mention.end + 60]
    return bool(_STOPPED.match(after) or _OFF.search(before))


def tells_of_giving(text: str) -> bool:
    return bool(_GIVEN.search(text))


def tells_of_giving_for_sure(text: str) -> bool:
    return bool(_SURELY_GIVEN.search(text))


def points_back(text: str) -> bool:
    """Whether a clause speaks of a therapy without naming it."""
    return bool(_ANAPHOR.search(text))


def points_at_all(text: str) -> bool:
    """ "despite therapy": everything given so far."""
    return bool(_ALL_SO_FAR.search(text))


def _is_of_another(sentence: Sentence, mention: Mention, purpose: int) -> bool:
    """``ceftriaxone, fluids and mannitol (for oedema)``: what stands in brackets is the last one's."""
    bracket = sentence.text.rfind("(", mention.end, purpose)
    is_open = bracket >= 0 and ")" not in sentence.text[bracket:purpose]
    return is_open and any(mention.end <= other.start < bracket for other in sentence.of_kind("therapy"))


def purposes_of(sentence: Sentence, mention: Mention, targets: tuple[TargetMention, ...], until: int) -> set[str]:
    """What the therapy was given for: the targets after "for", "against" or "to treat" that follow it."""
    wanted = _PURPOSE.search(sentence.text, mention.end, until)
    if _MANAGED_WITH.search(sentence.text, max(0, mention.start - 60), mention.start):
        return {target.target for target in targets if target.target and target.end <= mention.start}
    leading = _PURPOSE.match(sentence.text)
    if leading and mention.start < 90:
        return {target.target for target in targets if target.target and target.start < mention.start}
    if not wanted or _is_of_another(sentence, mention, wanted.start()):
        return set()
    return {target.target for target in targets if target.target and wanted.start() <= target.start < until}
