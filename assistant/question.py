"""What is asked: the things named, the aspects wanted, and which reports are meant. No model needed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.ages import Ages, ages_asked, without_ages
from assistant.published import PUBLISHED, with_years
from corpus.errors import TooLarge, UsageError
from corpus.report import Filter
from corpus.text import sentences, tokens, words
from corpus.vocabulary import Entity, Mention, Vocabulary


class People(StrEnum):
    """Which patients are asked about, where a question says so."""

    CHILDREN = "children"
    ADULTS = "adults"
    FEMALE = "female"
    MALE = "male"
    GROWN = "grown"


class Aspect(StrEnum):
    """What a question wants to know; one question may want several."""

    FAILED = "failed"
    WORKED = "worked"
    OUTCOME = "outcome"
    ADVERSE = "adverse"
    PLANNED = "planned"
    DOSE = "dose"
    DURATION = "duration"
    THERAPIES = "therapies"
    GIVEN = "given"
    LIST = "list"
    VALUE = "value"
    AFTER = "after"


# "Who responded and who did not?" asks for both sides.
AND_NOT = r"\band (?:where|who|whom|which|in whom|when) (?:(?:did|does|was|were) (?:it |they )?)?not\b"
_CUES: dict[Aspect, tuple[str, ...]] = {
    Aspect.FAILED: (
        r"\bfail\w*",
        r"\bflop\w*|\bdid nothing\b|\bno use\b|\bdidn't (?:work|help)\b|\bdidnt (?:work|help)\b",
        r"\bineffective\b",
        r"\bunsuccessful\w*",
        r"\b(?:refractory|resistant) to\b",
        r"\b(?:no|without|lack of) (?:benefit|effect|response|improvement|success)\b",
        r"\b(?:did|does|do|was|were|is|are)(?: not|n't) (?:\w+ )?(?:work|help|respond|effective|successful|improve|benefit)\w*",
        r"\b(?:not|never) (?!only\b)(?:\w+ )?(?:effective|helpful|successful|useful|beneficial)\b",
        rf"\bnon-?responders?\b|{AND_NOT}",
    ),
    Aspect.WORKED: (
        r"\b(?:work|help|succeed|benefit|improv|respond|cure|resolv|soften|shr[iau]nk|clear)(?:s|ed|er|ers|ing|t|ful|e|es|en|ened|ited)?\b",
        r"\beffective\b",
        r"\bsuccessful\w*",
        r"\bresponse to\b",
        r"\bregress\w*",
        r"\bbenefici\w*",
        r"\b(?:got|get|with|by|saw|brought|to) better\b(?! than)",
    ),
    Aspect.OUTCOME: (
        r"\bwhat happened\b",
        r"\boutcomes?\b",
        r"\b(?:result|effect)s? of\b",
        r"\bresponse\b",
        r"\b(?:any|much|no) (?:good|use)\b|\bworth (?:it|trying|a try|giving|using)\b",
        r"\bhow did\b.*\b(?:do|respond|fare)\b",
    ),
    Aspect.ADVERSE: (
        r"\b(?:side|adverse) (?:effects?|events?|reactions?)\b",
        r"\btoxicit\w+",
        r"\bcomplication\w*",
        r"\btolerat\w+",
        r"\bharm\w*",
        r"\bunsafe\b",
    ),
    Aspect.PLANNED: (
        r"\bplan(?:s|ned|ning)?\b",
        r"\bconsidered\b",
        r"\bnext (?:step|treatment|therapy|option)\b",
        r"\bproposed\b",
    ),
    Aspect.DOSE: (r"\bdos(?:e|es|age|ages|ing)\b", r"\bhow much\b", r"\bhow many (?:mg|milligrams?|grams?)\b", r"\bregimen\b"),
    Aspect.DURATION: (
        r"\bhow long\b",
        r"\bduration\b",
        r"\bfor how many (?:days?|weeks?|months?|years?|cycles?)\b",
        r"\bhow many (?:cycles?|courses?)\b",
    ),
    Aspect.THERAPIES: (
        r"\b(?:which|what|any|all|list|other)\s+(?:of the\s+)?(?:\w+\s+){0,2}"
        r"(?:therap\w+|treatments?|drugs?|medications?|agents?|interventions?|regimens?)\b",
        r"\b(?:therap(?:y|ies)|treatments?|drugs?|medications?|agents?) (?:that|which) (?:had |have )?(?:failed|worked|helped)\b",
        r"\bwhat (?:\w+ ){0,3}(?:tried|given|used)\b",
        r"\bwhat (?:did|do|does) (?:[\w-]+ ){1,4}?(?:give|use|try|prescribe)\b(?! (?:next|then|after))",
        r"^(?:[\w-]+ ){0,4}(?:treatments?|therapy|therapies|management) ?\?*$",
        r"\bwhat (?:can|could|should) (?:be done|(?:i|we|you|one) (?:do|try|give|use|offer))\b",
        r"\bwhat (?:else )?(?:has |have |had )?(?:failed|worked|helped|succeeded)\b",
        r"\b(?:treat(?:ed|ing)?|manage[ds]?|management)\b",
    ),
    Aspect.GIVEN: (
        r"\b(?:was|were|is|been|get|got|be)\b.*\b(?:given|used|tried|started|prescribed|administered)\b",
        r"\b(?:receive[ds]?|take|took|have)\b",
    ),
    Aspect.VALUE: (
        r"\bwhat (?:was|were|is)\b[^?]*"
        r"\b(?:levels?|values?|titres?|titers?|counts?|concentration|kinase|haemoglobin|hemoglobin|esr|crp|score)\b",
        r"\bhow (?:high|low|large|big|old|many|much)\b",
    ),
    Aspect.LIST: (
        r"^list\b",
        r"\b(?:which|what|list|any|all|every|in which|after which|other|single-patient|two|three) (?:[\w-]+ ){0,3}"
        r"(?:reports?|cases?|studies|series|patients?|papers|cohorts?|ones|operations|excisions|resections|women|men|children|girls|boys)\b",
        r"\bwhere (?:did|does|has|was)\b.*\band where\b",
        r"\b(?:compare|differ\w*|versus|vs|conflict\w*|consistent\w*|the same|contradict\w*)\b",
        r"\b(?:in|from) both\b(?= *(?:[?.,;]|$))",
        r"\bboth (?:of )?(?:the |these |those )?(?:reports?|cases?|studies|series|patients?|papers|cohorts?)\b",
    ),
    Aspect.AFTER: (r"\b(?:after|following|post|at the end|last|final|at follow-?up|finally|eventually|later)\b",),
}
_PATTERNS = {aspect: re.compile("|".join(cues)) for aspect, cues in _CUES.items()}
YES_OR_NO = re.compile(r"(?:and |but |so )?(?:did|does|do|is|are|was|were|can|could|has|have|had|will|would|should)\b", re.IGNORECASE)
_WHO = re.compile(
    r"^(?:and |but |so )?who\b|\b(?:which|what) (?:patient|woman|man|girl|boy|child)\b|\bcharacteristics of the (?:patient|case)\b"
    r"|\b(?:any|a) (?:published |reported |similar )+(?:case|patient)s?\b|\banything (?:like|similar)\b",
    re.IGNORECASE,
)
PERSON = r"(?:woman|man|girl|boy|child|toddler|infant|lady|patient|\d{1,2}(?:-| )(?:year|yr)(?:-| )old)"
# "The woman with ...", "the 14-year-old"; of "the responder" there may be several.
_ONE_PATIENT = re.compile(rf"\b(?:the|this|that) (?:[\w/+-]+,? ){{0,6}}?{PERSON}\b", re.IGNORECASE)
_ONE_PERSON = re.compile(
    r"\b(?:the|this|that) (?:[\w/+-]+,? ){0,6}?(?P<person>woman|man|girl|boy|child|toddler|infant|lady)\b(?!['\u2019])", re.IGNORECASE
)
_OF_AGE = re.compile(r"\b(\d{1,2})(?:-| )(?:year|yr)(?:-| )old\b", re.IGNORECASE)
_WHY = re.compile(r"\bwhy\b|\b(?:for )?(?:what|which) reasons?\b|\bwhat (?:prevented|precluded|forced|prompted)\b", re.IGNORECASE)
_THERAPY_ASPECTS = frozenset(Aspect) - {Aspect.VALUE, Aspect.AFTER, Aspect.LIST}

_PEOPLE = {
    People.CHILDREN: re.compile(r"\b(?:child(?:ren)?|p(?:a)?ediatric|kids?|adolescents?|teenage\w*|infants?|toddlers?|girls?|boys?)\b"),
    People.ADULTS: re.compile(r"\b(?:adults?|grown-?ups?)\b"),
    People.FEMALE: re.compile(r"\b(?:females?|wom[ae]n|girls?)\b"),
    People.MALE: re.compile(r"\b(?:males?|m[ae]n|boys?)\b"),
    # A man or a woman is no child; a male or a female may be.
    People.GROWN: re.compile(r"\b(?:wom[ae]n|m[ae]n)\b"),
}
# The narrower first: a girl is a child and female.
_WORDS: tuple[tuple[frozenset[People], str], ...] = (
    (frozenset({People.CHILDREN, People.FEMALE}), "girls"),
    (frozenset({People.CHILDREN, People.MALE}), "boys"),
    (frozenset({People.FEMALE, People.MALE}), "patients"),
    (frozenset({People.CHILDREN}), "children"),
    (frozenset({People.FEMALE}), "women"),
    (frozenset({People.MALE}), "men"),
    (frozenset({People.ADULTS}), "adults"),
)
# What a therapy was for: "worked for lung disease"; and whom it was given to: "in women with lung disease".
_AIMED_AT = re.compile(
    r"\b(?:for|against|treat(?:ed|ing|s|ment of)?|help(?:ed|s)?|improv(?:e|ed|es)|heal(?:ed|s)?|cure[ds]?|control(?:led|s)?|resolve[ds]?|"
    r"on)\s(?:(?!patients|people|women|men|children|those|in\b|with\b|among\b)[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(
    r"\b(?:patients?|people|wom[ae]n|m[ae]n|females?|males?|girls?|boys?|child(?:ren)?|adults?|adolescents?|infants?|those|cases?|someone|"
    r"anyone)\s(?:[\w-]+\s){0,4}?(?:with|who (?:also )?(?:had|have|has)|having|suffering from|whose [\w-]+ was)\s(?:[\w-]+,?\s){0,4}$",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(r"\s(?:patients?|people|wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|adults?|cases?)\b", re.IGNORECASE)
_ORGAN = re.compile(
    r"\b(muscles?|skin|lungs?|heart|kidneys?|joints?)\b(?= *(?:[?.,;!]|$|(?:and|or|in|with|but|of|involvement|disease)\b))", re.I
)
_DISEASE_OF = {
    "musc": "muscle disease", "skin": "skin disease", "lung": "lung disease", "hear": "heart disease", "kidn": "kidney disease",
    "join": "arthritis",
}  # fmt: skip
# Words that say nothing about which paragraph answers: every report is about patients and their treatment.
_IDLE = frozenset(
    token
    for word in (
        "patient patients case cases report reports reported treatment treatments therapy therapies drug drugs medication dose dosage "
        "given used tried help helped work worked fail failed effective best good show tell know known find give use try does work "
        "woman man girl boy many much long how often please literature published evidence happen happened become became get got make "
        "outcome result response after before describe described library there anything something someone anyone people including "
        "affect affected associated association positive negative related severe refractory well against different various main "
        "like look looks looking new come came made make due young precedent share actually one yo anything similar chronic part "
        "condition disease know say tell please could possible option options common commonly usually successful successfully exist exists "
        "available offered done choice choices problem problems purpose indication indications "
        "side effect effects adverse event events reaction reactions"
    ).split()
    for token in tokens(word)
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched, with what was understood of it."""

    text: str
    aspects: frozenset[Aspect]
    therapies: tuple[Entity, ...] = ()
    antibodies: tuple[Entity, ...] = ()
    conditions: tuple[Entity, ...] = ()
    filters: Filter = field(default_factory=Filter)
    people: frozenset[People] = frozenset()
    unnamed: str = ""
    excluded: tuple[Entity, ...] = ()
    ages: Ages | None = None
    # Organs asked about as aims, as the class of their diseases: no report need print the class for its rows to be meant.
    organs: tuple[Entity, ...] = ()
    aims: frozenset[str] = frozenset()
    described: frozenset[str] = frozenset()

    @property
    def whom(self) -> str:
        """Which patients are asked about, in words: ``women over 60``; empty where anybody is."""
        who = next((word for people, word in _WORDS if people <= self.people), "patients" if self.ages else "")
        return f"{who} {self.ages.words}" if self.ages else who

    @property
    def entities(self) -> tuple[Entity, ...]:
        return (*self.therapies, *self.antibodies, *self.conditions)

    @property
    def about_therapy(self) -> bool:
        """Whether therapy rows answer it: it names or asks for therapies, and wants an outcome, dose, duration or plan."""
        if self.therapies:
            return bool(self.aspects & _THERAPY_ASPECTS)
        return Aspect.VALUE not in self.aspects and bool(self.aspects & {Aspect.FAILED, Aspect.WORKED, Aspect.THERAPIES, Aspect.PLANNED})

    @property
    def specific(self) -> bool:
        """Whether it describes one report or patient beyond the things it names ("the man whose belt-like plaque ...")."""
        return bool(self.details)

    @property
    def details(self) -> tuple[str, ...]:
        """Tokens that are neither a named thing, nor who, nor what is wanted: they tell one report from another."""
        return tuple(token for token in dict.fromkeys(tokens(self.unnamed)) if token not in _IDLE)

    @property
    def detail_words(self) -> tuple[str, ...]:
        """The details as they were typed."""
        words = re.findall(r"[^\s?,;:()\[\]]+", self.unnamed)
        return tuple(word for word in dict.fromkeys(words) if set(tokens(word)) & set(self.details))

    @property
    def yes_or_no(self) -> bool:
        """``Does rituximab help calcinosis?`` wants both sides; ``why did rituximab fail?`` only one."""
        return bool(YES_OR_NO.match(asking(self.text)))

    @property
    def asks_who(self) -> bool:
        """Whether the patient is what is asked for."""
        return bool(_WHO.search(asking(self.text)))

    @property
    def asks_of_one(self) -> bool:
        """Whether one certain patient is described."""
        return bool(_ONE_PATIENT.search(self.text))

    @property
    def person(self) -> str:
        """The one certain patient's word: ``girl``; empty where none, or several of them, are described."""
        found = {one["person"].lower() for one in _ONE_PERSON.finditer(self.text)}
        return found.pop() if len(found) == 1 else ""

    @property
    def only_age(self) -> str:
        """The age of one certain patient of whom nothing else is told: there may be several; empty where more is told, or none."""
        found = _OF_AGE.search(self.text) if self.asks_of_one else None
        return found[1] if found and set(self.details) <= set(tokens(found[0])) else ""

    @property
    def asks_why(self) -> bool:
        """A reason is told in a report's own words; no therapy row holds one."""
        return bool(_WHY.search(self.text))

    @property
    def content(self) -> tuple[str, ...]:
        """The tokens that tell this question from others, in order, each once."""
        return tuple(token for token in dict.fromkeys(tokens(self.text)) if token not in _IDLE)


def asking(text: str) -> str:
    """Without the sentences that only tell of a patient of one's own ("She has no fever. Which drug ...?")."""
    told = [one.text for one in sentences(text)]
    return " ".join([one for one in told if one.endswith("?")] or told)


def check_question(text: str, max_chars: int, what: str = "question", like: str = "which therapies failed for anti-Mi2 calcinosis?") -> str:
    """The text of ``what`` was sent, trimmed. Raises UsageError where there is none and TooLarge over the limit."""
    if len(text) > max_chars:
        raise TooLarge(
            f"the {what} has {len(text):,} characters, the limit is {max_chars:,}; send a shorter one (CASEBOOK_MAX_QUESTION_CHARS)"
        )
    trimmed = " ".join(text.replace("\x00", " ").split())
    if not words(trimmed):
        raise UsageError(f"the {what} is empty; write it in words, e.g. '{like}'")
    return trimmed


# "therapies other than diltiazem", "in patients without dermatomyositis"; "without benefit" names no thing of the vocabulary, and "with and
# without calcinosis" asks about both.
_LEAVING_OUT = re.compile(
    r"\b(?<!with and )(?<!with or )(?<!with versus )(?<!with vs )"
    r"(?:except(?: for)?|excepting|excluding|other than|apart from|aside from|besides|not counting|but not|without)"
    r"(?: (?:the|any|a|an))?\s*$",
    re.IGNORECASE,
)


def understand(text: str, vocabulary: Vocabulary, filters: Filter | None = None) -> Question:
    """Read a complete question. Explicit filters win over years named in its text."""
    asked, mentions, organs = asking(text), vocabulary.find(text), _organs(text, vocabulary)
    left_out = {mention.entity.name for mention in mentions if _LEAVING_OUT.search(text[: mention.start])}
    entities = _asked_about([mention.entity for mention in mentions if mention.entity.name not in left_out], asked, vocabulary)
    return Question(
        text,
        aspects(asked),
        _of_kind(entities, "therapy"),
        _of_kind(entities, "antibody"),
        _of_kind(entities, "condition"),
        with_years(filters or Filter(), text.lower()),
        frozenset(people for people, cue in _PEOPLE.items() if cue.search(text.lower())),
        _unnamed(text, vocabulary),
        tuple({one.entity.name: one.entity for one in mentions if one.entity.name in left_out}.values()),
        ages_asked(text.lower()),
        _of_kind((one.entity for one in organs), "condition"),
        frozenset(one.entity.name for one in (*mentions, *organs) if _AIMED_AT.search(text[: one.start])),
        frozenset(one.entity.name for one in mentions if _is_described(text, one)),
    )


def _asked_about(entities: Sequence[Entity], asked: str, vocabulary: Vocabulary) -> list[Entity]:
    """Those of each kind that the question itself names; where it names none, those of the story told before it ("She has lupus. ...")."""
    names = {mention.entity.name for mention in vocabulary.find(asked)}
    kinds = {one.kind for one in entities if one.name in names}
    return [one for one in entities if one.name in names or one.kind not in kinds]


def _organs(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """The organs that something is asked for ("failed for muscle"), where the vocabulary finds no condition of theirs."""
    known, found = vocabulary.find(text), list[Mention]()
    for organ in _ORGAN.finditer(text):
        entity = vocabulary.entity(_DISEASE_OF[organ[1].lower()[:4]])
        is_known = any(one.start < organ.end() and organ.start() < one.end for one in known)
        if entity and not is_known and _AIMED_AT.search(text[: organ.start()]):
            found.append(Mention(entity, organ.start(), organ.end()))
    return found


def _is_described(text: str, mention: Mention) -> bool:
    """``in patients with lung disease``, ``lung disease patients``: whom it is about, not what was treated."""
    return _DESCRIBED.search(text[: mention.start]) is not None or _DESCRIBES.match(text[mention.end :]) is not None


def _unnamed(text: str, vocabulary: Vocabulary) -> str:
    """The question without the things it names, the people it asks about and the words that say what is wanted."""
    for mention in sorted((*vocabulary.find(text), *_organs(text, vocabulary)), key=lambda one: -one.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    rest = text.lower().replace("’", "'")
    rest = without_ages(rest)
    for cue in (*_PATTERNS.values(), *_PEOPLE.values(), *PUBLISHED):
        rest = cue.sub(" ", rest)
    return rest


def aspects(text: str) -> frozenset[Aspect]:
    """What a question wants to know, by its words."""
    lowered = text.lower().replace("’", "'")
    found = frozenset(aspect for aspect, cue in _PATTERNS.items() if cue.search(lowered))
    both = re.search(r"\b(?:worked|helped|or|and|versus|vs)\b", lowered)
    return found if both or Aspect.FAILED not in found else found - {Aspect.WORKED}


def _of_kind(entities: Iterable[Entity], kind: str) -> tuple[Entity, ...]:
    return tuple({entity.name: entity for entity in entities if entity.kind == kind}.values())
