"""Whether a therapy that a sentence names was given, or refused, put off, weighed, offered or advised in general.

The word that governs a therapy decides: the predicate after it ("rituximab was deferred"), else the nearest verb before it ("she refused
surgery and was treated with rituximab"), corrected by what the rest of the sentence says came of it ("was offered and accepted").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.case import Status
from corpus.vocabulary import Mention
from ingest.cases.events import Event
from ingest.cases.narrative import Sentence, joined

_ADVERBS = r"(?:(?:\w+ly|also|then|thus|both|all|first|again|now|therefore|at first|later|even|still|only|to be|long)\s){0,3}"
_BE = (
    r"(?:was|were|is|are|has been|have been|had been|being|been|is being|are being|was being|were being|"
    r"(?:and|but) (?:was|were))"
)
# Between a therapy and its predicate: the rest of its name, a bracket, a relative clause.
_NAME_GOES_ON = re.compile(
    r"(?:\s?\([^()]{0,80}\)|,\s(?:which|for which|that)\b[^,;.]{1,70},|\s(?:therapy|treatment|infusions?|injections?|surgery|operation|"
    r"procedure|itself|alone|as (?:a|an|the|another) [\w-]+(?: [\w-]+)?|for (?:her|his|the|an?) [\w-]+(?: [\w-]+)?))*"
)
_LISTED = re.compile(r"\s?(?:\([^()]{0,60}\))?\s?(?:,|and|or|, and|, or|nor|/|and/or|as well as|plus)\s(?:\w+\s){0,2}")
_GIVE = (
    r"(?:given|started|restarted|tried|used|begun|initiated|administered|performed|done|carried out|commenced|added|introduced|prescribed|"
    r"applied|chosen|continued|resumed|placed|inserted|undertaken|implanted)"
)
_ASKED_FOR = r"(?:offered|proposed|recommended|suggested|advised|planned|scheduled|intended|envisaged|contemplated|awaited|arranged)"
_PUT_OFF = r"(?:deferred|postponed|put off|put on hold|delayed (?:until|till|because|due)|held off)"
_UNFIT = (
    r"(?:felt|deemed|thought|judged|considered|regarded|believed|found|declared|held)\s(?:to be |as )?"
    r"(?:too\b|un(?:suit|safe|feas|wise|accept|warrant|necess|justif)\w*|in(?:feasib|appropri|advis|operab|eligib)\w*|not\b|contra\w+|"
    r"impossible|inferior|risky|high[- ]risk|futile|dangerous)"
)
_WEIGHED = r"(?:considered|discussed|debated|weighed|evaluated as|reserved|kept in reserve|mentioned as|raised as|entertained|explored)"
_PREVENTED = (
    r"(?:withheld|avoided|contraindicated|contra-indicated|precluded|ruled out|rejected as|cancelled|canceled|called off|refrained from|"
    r"impossible|unavailable|unsuitable|unaffordable|omitted|decided against|dismissed|foregone|forgone)"
)
_REFUSED = r"(?:refused|declined|rejected|turned down|denied by)"
_RULES: tuple[tuple[Status | None, str], ...] = (
    (None, rf"\s(?:{_BE}\s)?(?:could|can|would|should|may|might|must|did|was|were|is|are|has|had)(?: not|n't| never)\s(?:yet\s)?"
           rf"(?:been\s|be\s)?{_ADVERBS}(?:{_GIVE}|available|possible|feasible|an? option|considered|offered|indicated|advis\w+|"
           rf"covered|"
           rf"recommended|approved|tolerable|pursued|planned|attempted|needed|required|wanted)"),
    (None, r"\snot (?:to )?be\b|\s(?:had|has) (?:not|never) been\b|\s(?:would|might) have been\b"),
    (None, rf"\s{_BE}\s{_ADVERBS}(?:{_UNFIT}|{_PREVENTED})"),
    ("given", rf"\s{_BE}\s{_ADVERBS}{_GIVE}\b"),
    ("given", rf"\s{_BE}\s{_ADVERBS}considered (?:to (?:have|be)|as having|successful|effective|complete|a success|safe|adequate|"
              r"sufficient|curative)"),
    ("declined", rf"\s{_BE}\s{_ADVERBS}{_REFUSED}\b"),
    ("planned", r"\s(?:will|would|may|might|should|shall|could|can|is to|are to|was to|were to)\s(?:then |also |next |now )?be\s"
                rf"{_ADVERBS}(?:{_GIVE}|considered|offered|evaluated|discussed|attempted|the next)\b"),
    (None, r"\s(?:is|are|remains?|has been|have been)\s(?:\w+ly |also |often |now |still )?(?:recommended|indicated|advised|advocated|"
           r"preferred|reserved|(?:the|an?|another)\s(?:[\w-]+\s){0,2}(?:treatment|therapy|option|drug|alternative|standard|mainstay|"
           r"possibility|choice|approach))\b(?!\s(?:to|for)\s(?:her|him|the patient)\b)"),
    ("planned", rf"\s(?:is|are)\s(?:being|currently|now)\s{_ADVERBS}(?:considered|discussed|planned|evaluated)\b"),
    ("planned", rf"\s{_BE}\s{_ADVERBS}(?:{_ASKED_FOR}|{_PUT_OFF})\b(?!\s(?:dose|by the manufacturer))"),
    (None, rf"\s{_BE}\s{_ADVERBS}{_WEIGHED}\b"),
    ("planned", r"\s(?:as|is) (?:our|the|a) next\b"),
)  # fmt: skip
_AFTER = tuple((status, re.compile(pattern, re.IGNORECASE)) for status, pattern in _RULES)
# What governs a therapy that follows; the last of these before it counts.
_BEFORE = re.compile(
    r"\b(?:(?P<keeps>(?:refus|declin)\w+ to (?:stop|discontinue|reduce|interrupt|taper)|(?:not|never|no longer) "
    r"(?:refuse|decline|reject)\w*|(?:advised|recommended|planned?|decided|wish\w*|prefer\w*) (?:\w+ )?to (?:continue|resume|stop|reduce|"
    r"remain|stay|taper|discontinue|complete))"
    r"|(?P<declined>(?:refus(?:ed|es|al|ing)(?: of)?|declin(?:ed|es|ing)|reject(?:ed|s|ing)|turned down|opted (?:against|not|out)|"
    r"unwilling|"
    r"reluctan(?:t|ce)|hesitan(?:t|cy)|hesitated|"
    r"(?:did|does|would|had|has)(?: not|n't|n’t) (?:\w+ )?(?:consent(?:ed)?|agree[d]?|want(?:ed)?|wish(?:ed)?|accept(?:ed)?|like)|"
    r"not (?:keen|willing|inclined|in favou?r)|"
    r"prefer(?:red|s)? not|(?:chose|elected|wished) not|against the use of))"
    r"|(?P<absent>withh[eo]ld(?:ing)?|h[eo]ld(?:ing)? off|withheld from|contra-?indication(?:s)? (?:to|for|of)|contra-?indicat(?:ed|"
    r"es|ing)|"
    r"decided (?:against|not to)|decision (?:against|not to)|(?:could|can)(?: not|n't|not) (?:be |\w+ )?(?:afford|given|receive|"
    r"undergo|take|"
    r"tolerate the idea of)|(?:un|not )able to (?:afford|receive|undergo|obtain|start|be given)|not (?:\w+ )?(?:a |an )?(?:\w+ )?"
    r"(?:candidate|fit|eligible|suitable|qualify)(?: for)?|"
    r"unfit|ineligible|unsuitable|inoperable|lack of (?:access to|funds for)|instead of|rather than|"
    r"(?:before|without) (?:starting|giving|performing|considering|receiving|taking|undergoing)|refrain(?:ed)? from|cancel(?:l?ed)|"
    r"(?<!for )(?<!to )discuss(?:ed|ing)|consider(?:ed|ing|ation of|ation for)(?! (?:to (?:have|be)|as|that|it|her|him|an? |"
    r"the diagnosis)))"
    r"|(?P<planned>(?<!\bas )(?<!\bthe )(?<!\bat )(?:offered|proposed|recommended|recommending|suggested|advised|advising|offering)"
    r"(?! (?:dose|dosage|regimen|by|amount|guideline|that the diagnosis))|"
    r"defer(?:red|ring|s)?|postpon(?:ed|ing|e)|plan(?:s|ned|ning)? (?:is |was |are |were )?(?:to|for|on|of)|intend(?:s|ed)? to|"
    r"(?:in |with )?anticipation (?:of|for)|"
    r"(?:scheduled|listed|waitlisted|booked|(?:is|was|are|were) due) (?:for|to)(?! (?:\w+ ){0,3}(?:follow|review))|"
    r"(?:evaluated|assessed|worked up) for|would have|"
    r"(?:a )?(?:good |possible |potential )?candidate for|eligible for|(?:waiting|wait)(?: list)? for|await(?:s|ed|ing)|"
    r"(?:we|she|he|they|patient) (?:will|would)|(?:is|are|was|were) to (?:receive|undergo|start|begin|be)|"
    r"(?:may|might|will|would|could) (?:\w+ )?(?:need|require|benefit from|receive|undergo|respond to|try)|request(?:ed|ing) (?!that)|"
    r"before the planned|not yet (?:been )?(?:given|started|tried))"
    r"|(?P<given>received|receives|gave|took|takes|underwent|undergoes|began|accepted|agreed to|consented to|opted for|chose|tolerated|"
    r"responded|continued|"
    r"(?:was|were|been|being|and|then|later|finally|but|is)\s(?:\w+ly\s|then\s|also\s|later\s|again\s)?"
    r"(?:given|treated|tried|started|commenced|put|placed|maintained|kept|managed|switched|administered|prescribed|on|taking|receiving)|"
    r"we\s(?:\w+ly\s)?(?:gave|started|added|used|performed|treated|administered)|treated (?:with|by)))\b",
    re.IGNORECASE,
)
# Where what governed before governs no more.
_GOVERNS_NO_MORE = re.compile(
    r"[;:.]\s|\b(?:but|because|since|after|following|until|so|which|who|although|though|despite|while|whereas|when)\b|"
    r",\s(?:and\s)?(?:she|he|the|her|his|we|they|then|a|an|so)\b",
    re.IGNORECASE,
)
_OF_GROUP: dict[str, Status | None] = {"declined": "declined", "planned": "planned", "absent": None}
_REACH = 110
_WAS_TAKEN_UP = re.compile(
    rf"(?:\b(?:and|but|then|finally|eventually|later|subsequently|which)\b|[,;])[^.;]{{0,60}}?\b(?:{_GIVE}|accepted|agreed|consented|"
    r"(?:underwent|received|took|had) (?:it|this|them|the (?:treatment|procedure|operation|drug|surgery)))\b",
    re.IGNORECASE,
)
_WAS_REFUSED = re.compile(
    r"(?:\b(?:which|but|and|however|though|although|that)\b|[,;])[^.;]{0,50}\b(?:declined|refused|rejected|unwilling|turned (?:it )?down|"
    r"did not (?:want|consent|agree|wish|accept)|opted (?:against|not|out))\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|neither|nor|n't|without|before|until|if)\b", re.IGNORECASE)
_NEITHER = re.compile(r"\b(?:neither|none of|nor)\s[^.;]{0,60}$", re.IGNORECASE)
_JUDGED_GOOD = re.compile(r"(?:[^.;,]{0,50}\s)?(?:successful|effective|a success|curative)\b", re.IGNORECASE)
_UNTIL_IT = re.compile(r"\b(?:before|until|unless|if|whether)\s(?:\w+\s){0,3}$", re.IGNORECASE)
_BUT_NOT_STARTED = re.compile(r"\s(?:could|can|might|would)\sbe\s", re.IGNORECASE)
# The sentence after it: "She accepted, and it was given."
_NEXT_GIVEN = re.compile(
    rf"\b(?:it|this|they|these|the (?:drug|treatment|therapy|procedure|operation|surgery|medication))\s(?:was|were|"
    rf"had been)\s{_ADVERBS}{_GIVE}"
    r"\b|\b(?:she|he|they|the patient|(?:her|his) (?:family|parents)|the parents)\s(?:then |later |finally )?"
    r"(?:accepted|agreed|consented)\b(?! (?:to (?:publi|the publi)|for publi))",
    re.IGNORECASE,
)
_NEXT_REFUSED = re.compile(
    r"^\W*(?:however, |but |unfortunately,? )?(?:she|he|they|the patient|(?:her|his|the) (?:family|parents|mother|father|"
    r"relatives))\s(?:\w+ly )?"
    r"(?:refused|declined|rejected|did not (?:want|consent|agree|accept|wish))\b",
    re.IGNORECASE,
)


def status_of(sentence: Sentence, mention: Mention) -> Status | None:
    """Given, planned or declined; None where it was only weighed, impossible or advised in general."""
    text, end = sentence.text, _end_of_list(sentence, mention)
    ruled, rest = _by_its_predicate(text, mention, end)
    if ruled == "given":
        return "given"
    if rest < 0:
        ruled, rest = _by_what_governs(text, mention), end
    return ruled if ruled == "given" else _corrected(sentence, ruled, rest)


@dataclass(slots=True)
class Plans:
    """What the last sentence planned or offered, for the next one to say what came of it."""

    made: list[Event] = field(default_factory=list)

    def make(self, event: Event) -> Event:
        if self.made and self.made[-1].number != event.number:
            self.made.clear()
        self.made.append(event)
        return event

    def come_to(self, sentence: Sentence) -> Iterator[Event]:
        """The planned therapies that this sentence, next to their own, says were given or refused."""
        made = [event for event in self.made if event.status == "planned" and event.number == sentence.number - 1]
        status = _came_to(sentence.text) if made else None
        for event in made if status else ():
            proof, number = joined(event.source, sentence), sentence.number
            yield replace(event, status=status or event.status, proof=proof, role=sentence.role, number=number)


def _came_to(text: str) -> Status | None:
    if _NEXT_REFUSED.search(text):
        return "declined"
    given = _NEXT_GIVEN.search(text)
    return "given" if given and not _NOT.search(given.group()) else None


def _end_of_list(sentence: Sentence, mention: Mention) -> int:
    """Where the list of therapies ends that this one stands in: one predicate holds for all."""
    end, items = mention.end, 1 + sentence.text[: mention.start].endswith(", ")
    for other in sentence.of_kind("therapy"):
        joined_by = sentence.text[end : other.start] if other.start >= end else "."
        # "refractory to A, and B was weighed": a comma before "and" goes on with a list of three only.
        if _LISTED.fullmatch(joined_by) and (items > 1 or not re.match(r",\s(?:and|or)\b", joined_by)):
            end, items = other.end, items + 1
    return end


def _by_its_predicate(text: str, mention: Mention, end: int) -> tuple[Status | None, int]:
    """What the words right after a therapy (or its list) say, and where they end; -1 where they say nothing."""
    for place in dict.fromkeys((mention.end, end)):
        goes_on = _NAME_GOES_ON.match(text, place)
        place = goes_on.end() if goes_on else place
        for status, pattern in _AFTER:
            if found := pattern.match(text, place):
                if status in ("given", "planned") and _UNTIL_IT.search(text[: mention.start]) and _BUT_NOT_STARTED.match(found.group()):
                    return None, found.end()
                if status == "given" and _NEITHER.search(text[: mention.start]):
                    return None, found.end()
                return status, found.end()
    return None, -1


def _by_what_governs(text: str, mention: Mention) -> Status | None:
    """What the nearest governing verb before a therapy says; given where none does."""
    governing = next(iter([*_BEFORE.finditer(text, max(0, mention.start - _REACH), mention.start)][::-1]), None)
    if governing is None or governing.lastgroup in ("given", "keeps"):
        return "given"
    if _GOVERNS_NO_MORE.search(text, governing.end(), mention.start):
        return "given"
    return _OF_GROUP[str(governing.lastgroup)]


def _corrected(sentence: Sentence, ruled: Status | None, start: int) -> Status | None:
    """What came of it by the rest of the sentence, up to the next therapy."""
    later = [other.start for other in sentence.of_kind("therapy") if other.start >= start]
    rest = sentence.text[start : min(later, default=len(sentence.text))]
    taken = _WAS_TAKEN_UP.search(rest)
    if ruled is None and _JUDGED_GOOD.match(rest):
        return "given"
    # "declined it and was given colchicine": what was given is what comes next.
    if taken and not _NOT.search(taken.group()) and not (later and len(rest) - taken.end() < 12):
        return "given"
    return "declined" if _WAS_REFUSED.search(rest) else ruled
