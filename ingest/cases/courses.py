"""What has been given so far, as the story goes: the memory that "this regimen" and "despite therapy" point into."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.vocabulary import Entity, Mention
from ingest.cases.aims import is_listed_after
from ingest.cases.narrative import Sentence
from ingest.cases.targets import TargetMention

# Sentences over which a regimen may still be meant by "she improved".
# 1, 2 and 3 give row F1 0.858, 0.858 and 0.862 on the bundled digests (``python -m evals.case_extraction``), and 0.882, 0.903 and 0.882
# on the full texts that rules are tuned on (``python -m evals.case_full_text``); with 2 one of the two real reports loses a row. A good end
# told later ("free of disease at two years") was tried as the last therapies' outcome: on reports no rule had seen it made false rows.
_REMEMBERED = 3

_STOPPED = re.compile(
    (
        r"^\W*(?:(?:was|were|had been|has been|is|could be|were then|was then|was later|"
        r"was gradually)\s)?(?:\w+ly\s|then\s|later\s)?(?:stopped|discontinued|withdrawn|tapered|weaned|"
        r"ceased|suspended|interrupted)\b"
    ),
    re.I,
)
# "was tapered from 60 to 10 mg", "weaned to a dose of 5 mg": it goes on, with less.
_GOES_ON = re.compile(
    r"\s(?:\w+ly\s)?(?:down\s)?(?:from|to|by)\s(?:a\s|an\s)?(?:(?:maintenance|daily|low|lower|initial|dose|of)\s)*\d", re.I
)
# "was tapered for lowering the pressure": what for is told of what was given.
_FOR_DOING = re.compile(r"\sfor\s(?:\w+ly\s)?\w+ing\b", re.I)
_REPLACED = re.compile(
    r"[^.;,]{0,30}\s(?:was|were|had been|being) (?:\w+ly |then |later )?(?:changed|switched|escalated|converted|replaced|substituted)"
    r"(?: \w+)? (?:to|by|with|for)\b",
    re.I,
)
# Named without more ado by what came after them.
_OFTEN_A_TIME = frozenset({"surgery", "blood transfusion", "organ transplantation", "drainage", "surgical excision"})
_OFF = re.compile(r"\b(?:off|stopped|discontinued|withdrew)\s(?:(?!and\b|then\b|but\b|with\b|after\b)\w+\s)?$", re.I)
_PURPOSE = re.compile(
    (
        r"\b(?:for|to (?:treat|control|prevent|target|manage|address|reduce|relieve|halt|heal)|against|"
        r"aimed at|because of|in view of|with .{0,30} in mind|targeting|directed at|in the treatment of|"
        r"treatment of|as treatment for)\b|\bas (?=(?:[\w-]+ ){1,3}prophylaxis\b)"
    ),
    re.I,
)
# "the stenosis was managed with angioplasty": what stands before is what it was for.
_MANAGED_WITH = re.compile(
    r"\b(?:was|were|been) (?:\w+ )?(?:managed|treated|addressed|corrected|repaired) (?:\w+ )?(?:with|by|using)\b|"
    r"\bfor which (?:\w+ ){1,2}?(?:received|given|took|started|underwent|required|prescribed)\b|"
    r"\b(?:prophylaxis|treatment|therapy|management)\s(?:(?:of|for)\s(?:[\w-]+\s){1,4}?)?(?:consisted (?:of|in)|comprised|"
    r"included|involved|(?:was|were) (?:composed|made up) of)\b",
    re.I,
)
# "diagnosed as gastritis and was treated with", "treated as a case of porphyria with": it was for what stands within.
_TREATED_AS = re.compile(
    r"\b(?:treated|managed) (?:as|for|on the lines of|according to)\s[^.;,()]{3,60}?\s(?:with|by)\b|"
    r"\bdiagnos\w+ (?:as|with|of)\s[^.;()]{3,60}?[\s,]+(?:which was|and was|and were|and|was|were|for which \w+ was)\s(?:\w+ly\s)?"
    r"(?:treated|managed|started|put) (?:with|on|by)\b",
    re.I,
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

_LATER = re.compile(
    r"\bfollow(?:ed)?[- ]?up\b|\b(?:at|on|by|until) (?:the |her |his )?(?:last|latest|final|most recent|next|time of|\w+[- ]month|"
    r"\w+[- ]year|\w+[- ]week) "
    r"(?:\w+ )?(?:visit|contact|appointment|review|examination|control|evaluation|assessment|discharge|check)|\b(?:at|on) discharge\b|"
    r"\b(?:weeks?|months?|years?) (?:later|after (?:the )?(?:surgery|operation|procedure|discharge|treatment|diagnosis|intervention)|"
    r"post-?operatively)\b|\bpost[- ]?operative(?:ly)? (?:course|period|day|recovery|follow|scan|CT|MRI|imaging|x-rays?|"
    r"radiographs?|ultraso\w+)|\bafter (?:\w+ ){1,3}(?:months|years|weeks)\b",
    re.I,
)
# Given beside a treatment, not as one: they take part in an outcome only where they are named.
SUPPORTIVE = frozenset(
    {
        "analgesic", "opioid", "benzodiazepine", "blood product", "antihypertensive", "acid suppressant", "organ support",
        "adrenergic drug", "diuretic", "antiplatelet", "anticoagulant", "bone agent", "statin", "antidiabetic", "thyroid drug",
        "anaesthetic drug", "muscle relaxant", "antiemetic", "chemoprotectant", "vitamin", "laxative", "intravenous fluids",
        "vaccine", "diet",
    }
)  # fmt: skip
_NUTRITION = frozenset({"vitamin", "diet", "energy and amino acid supplement", "mineral supplement"})


@dataclass(slots=True)
class Course:
    """One therapy of one patient as it was last mentioned, and what it was meant for."""

    mention: Mention
    sentence: Sentence
    purposes: set[str] = field(default_factory=set)
    aim: str | None = None

    @property
    def name(self) -> str:
        return self.mention.entity.name

    @property
    def is_operation(self) -> bool:
        return "surgery" in (self.name, *self.mention.entity.groups) or self.is_transplant

    @property
    def is_transplant(self) -> bool:
        return self.name.endswith("transplantation")

    @property
    def serves_a_transplant(self) -> bool:
        """Conditioning before it and what keeps the graft from harm are part of it."""
        return self.aim == "conditioning" or "graft-versus-host disease" in self.purposes

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

    def end(self, name: str, *, only: bool = False) -> None:
        """A therapy, or class of them unless ``only`` the name is meant, that was stopped takes no part in what comes after."""
        self.regimen = [course for course in self.regimen if course.name != name and (only or name not in course.mention.entity.groups)]

    def recent(self, sentence: Sentence) -> list[Course]:
        """The regimen, while it is still what the story is about; outside the case itself only what the same paragraph told."""
        if sentence.number - self.last_number > _REMEMBERED:
            return []
        return [course for course in self.regimen if sentence.role in ("case", "outcome") or course.sentence.place == sentence.place]

    def operations(self) -> list[Course]:
        """The operations told last, where nothing but support was given since: whose result a follow-up tells, however late."""
        wider = {group for course in self.regimen for group in course.mention.entity.groups}
        treated = [
            course
            for course in self.regimen
            if course.name not in wider
            and not (course.serves_a_transplant and any(other.is_transplant for other in self.regimen))
            and (course.is_operation or not is_supportive(course.mention.entity))
        ]
        last = max((course.sentence.number for course in treated), default=-1)
        told = [course for course in treated if course.sentence.number == last]
        return told if all(course.is_operation for course in told) else []

    def members_of(self, course: Course) -> list[Course]:
        """What was given so far of the class that a course is named by."""
        return [given for given in self.given.values() if course.name in given.mention.entity.groups]

    def forget(self) -> None:
        """What an abstract told out of order is no part of the story that begins after it."""
        self.given, self.regimen, self.told_since, self.last_number = {}, [], False, -1000


def is_a_follow_up(text: str) -> bool:
    """Whether a sentence tells how the patient was some time later."""
    return _LATER.search(text) is not None


def is_late(sentence: Sentence, course: Course) -> bool:
    """Whether a sentence comes so long after a therapy was told that "she improved" no longer means it by itself."""
    return sentence.number - course.sentence.number > _REMEMBERED or is_a_follow_up(sentence.text)


def is_supportive(therapy: Entity) -> bool:
    """Given beside a treatment, not as one."""
    return bool(SUPPORTIVE & {therapy.name, *therapy.groups})


def is_nutrition(course: Course) -> bool:
    """A vitamin, a diet or the like: where nothing else is given, it is the treatment."""
    return bool(_NUTRITION & {course.name, *course.mention.entity.groups})


def are_listed_together(one: Course, other: Course) -> bool:
    """``A and B were begun``: what became of it is told of both."""
    if one.sentence.number != other.sentence.number or one.is_operation != other.is_operation:
        return one == other
    first, last = sorted((one.mention, other.mention), key=lambda each: each.start)
    return one == other or is_listed_after(one.sentence.text, first.end, last)


def is_only_when(sentence: Sentence, mention: Mention) -> bool:
    """``three days after surgery``: when, not what."""
    return _ONLY_WHEN.search(sentence.text[: mention.start]) is not None


def is_a_time(sentence: Sentence, mention: Mention) -> bool:
    """``one year after surgery``: any operation may be meant."""
    return mention.entity.name in _OFTEN_A_TIME and is_only_when(sentence, mention)


def is_stopped(sentence: Sentence, mention: Mention) -> bool:
    before, after = sentence.text[max(0, mention.start - 20) : mention.start], sentence.text[mention.end : mention.end + 60]
    stopped = _STOPPED.match(after)
    return bool((stopped and not (_GOES_ON.match(after, stopped.end()) or _FOR_DOING.match(after, stopped.end()))) or _OFF.search(before))


def is_replaced(sentence: Sentence, mention: Mention) -> bool:
    """``was changed to vancomycin``: it takes no part in what comes after."""
    return _REPLACED.match(sentence.text, mention.end) is not None


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


def _respectively(sentence: Sentence, mention: Mention, targets: Sequence[TargetMention]) -> str | None:
    """``valproate and nimodipine for seizures and vasospasm, respectively``: each for its own."""
    named = [target for target in targets if target.target]
    listed = [each for each in sentence.of_kind("therapy") if named and each.end <= named[0].start]
    if "respectively" not in sentence.text.lower() or not len(listed) == len(named) > 1 or mention not in listed:
        return None
    return named[listed.index(mention)].target


def _managed_with(text: str, mention: Mention) -> int | None:
    """Where the words end after which only the list of what it was managed with stands."""
    found = next(iter([*_MANAGED_WITH.finditer(text, 0, mention.start)][::-1]), None)
    return found.end() if found and (mention.start - found.end() <= 60 or is_listed_after(text, found.end(), mention)) else None


def _treated_as(text: str, mention: Mention, targets: Sequence[TargetMention]) -> set[str]:
    """The targets of the diagnosis that a list of therapies was given for."""
    found = next(iter([*_TREATED_AS.finditer(text, 0, mention.start)][::-1]), None)
    if not found or not is_listed_after(text, found.end(), mention):
        return set()
    return {each.target for each in targets if each.target and found.start() <= each.start < found.end()}


def _is_its_own(sentence: Sentence, mention: Mention, purpose: int, targets: Sequence[TargetMention]) -> bool:
    """``treated as heart failure with enalapril and warfarin for flutter``: what follows the last is the last one's."""
    following = next((each.start for each in sentence.of_kind("therapy") if each.start >= mention.end), len(sentence.text))
    return any(each.target and purpose <= each.start < min(following, purpose + 40) for each in targets)


def purposes_of(sentence: Sentence, mention: Mention, targets: tuple[TargetMention, ...], until: int) -> set[str]:
    """What the therapy was given for: the targets after "for", "against" or "to treat" that follow it."""
    wanted = _PURPOSE.search(sentence.text, mention.end, until)
    is_alone = wanted is not None and _is_its_own(sentence, mention, wanted.start(), targets)
    if not is_alone and (treated := _treated_as(sentence.text, mention, targets)):
        return treated
    if (managed := _managed_with(sentence.text, mention)) and not is_alone:
        return {target.target for target in targets if target.target and target.end <= managed}
    leading = _PURPOSE.match(sentence.text)
    if leading and mention.start < 90:
        return {target.target for target in targets if target.target and target.start < mention.start}
    if wanted and (own := _respectively(sentence, mention, [each for each in targets if wanted.start() <= each.start])):
        return {own}
    if not wanted or _is_of_another(sentence, mention, wanted.start()):
        return set()
    return {target.target for target in targets if target.target and wanted.start() <= target.start < until}
