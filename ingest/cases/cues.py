"""The words that tell what happened: each cue's outcome, where its subject stands, and what turns it round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.case import Outcome

Side = Literal["before", "after", "either"]
Family = Literal["good", "bad", "gone", "fail", "partial", "harm", "untold"]

# The order matters where two begin at the same character. "good" and "gone" are turned by a negation to "failed", "bad" to "improved";
# "gone" is "resolved"; "fail", "partial", "harm" and "untold" mean what they say. Side: where the thing that changed mostly stands.
# A pattern ending in "!" counts only where the clause names what changed (a dose can be reduced too).
_CUES: tuple[tuple[Family, Side, tuple[str, ...]], ...] = (
    (
        "untold",
        "either",
        (
            (
                r"\b(?:is|are|was|were|has been|have been|be) (?:\w+ )?not (?:been )?(?:\w+ )?(?:reported|stated|"
                r"recorded|given|described|known|mentioned|named|documented|available|specified|told|detailed|clear|"
                r"separately)\b"
            ),
            (
                r"\bnot (?:\w+ )?(?:reported|stated|recorded|described|known|mentioned|documented|specified|told|say|"
                r"given for|given in|given here)\b"
            ),
            r"\bwithout (?:a |any )?(?:\w+ )?(?:stated|reported|recorded|known) (?:results?|effects?|outcomes?|response)\b",
            r"\bis not given\b",
            r"\bwhether\b",
            r"\b(?:remains?|is|was|are) (?:therefore )?(?:unknown|unclear|uncertain)\b",
            (
                r"\bno (?:\w+ )?(?:effects?|results?|information|outcomes?|claim|response)\b[^.;]{0,90}\b(?:recorded|"
                r"reported|stated|claimed|inferred|described|given|available|documented|mentioned|is told)\b"
            ),
            (
                r"\b(?:cannot|could not|can not) be (?:\w+ )?(?:told|judged|inferred|assessed|said|claimed|quoted|"
                r"determined|evaluated|separated|attributed|counted|stated|drawn)\b"
            ),
            r"\b(?:should|must) not be (?:\w+ )?(?:read|taken|carried|counted|seen|used|understood)\b",
            r"\bneither\b[^.;]{0,70}\b(?:reported|stated|recorded|given|named|described|mentioned)\b",
            r"\bdoes not (?:say|state|describe|report|tell|mention|record|give|show|name|establish|explain)\b",
            r"\b(?:no|without) (?:\w+ )?(?:mention|record|statement|details?|account|figures?) of\b",
        ),
    ),
    (
        "fail",
        "after",
        (
            (
                r"\bfail(?:ed|s|ing|ure)? (?:to|in) (?:\w+ly )?(?:halt|stop|prevent|reduce|decrease|improve|control|"
                r"respond|heal|resolve|regress|shrink|produce|achieve|show|help|relieve|arrest|slow|clear|work|bring|"
                r"change|alter|affect|yield|induce|provide|soften|diminish|limit|influence|treat|ameliorate|alleviate|"
                r"obtain|avert|suppress|contain)\w*"
            ),
            r"\bto no avail\b",
            (
                r"\b(?:no|little|without|lack of|minimal|not (?:of )?(?:any |much )?|"
                r"never any) (?:\w+ ){0,2}(?:benefit|response|improvement|effects?|success|efficacy|change|relief|"
                r"result|influence|reduction|regression|help|remission|gain)\b"
            ),
            (
                r"\b(?:poor|inadequate|insufficient|suboptimal|sub-optimal|unsatisfactory|disappointing|"
                r"incomplete clinical) (?:\w+ )?(?:responses?|results?|effects?|control|efficacy|answers?)\b"
            ),
            (
                r"\b(?:unsuccessful(?:ly)?|ineffective|ineffectual|inefficacious|unsatisfactory|inadequate|"
                r"insufficient(?:ly)?|disappointing|futile)\b"
            ),
            (
                r"\b(?:refractory|resistant|unresponsive|recalcitrant|non-?responsive)(?= to\b)|\b(?:proved|"
                r"remained) (?:\w+ )?(?:refractory|resistant|recalcitrant|unresponsive|intractable)\b|\bresist(?:ed|"
                r"s)\b"
            ),
            (
                r"\b(?:did|was|were|had|has|have|does|do|could) (?:not|never|n't) (?:been )?(?:\w+ )?(?:enough|"
                r"sufficient|helpful|effective|able)\b"
            ),
            r"\b(?:did|does|do|had|could) (?:not|never|nothing) (?:\w+ )?(?:help|helped|work|worked|better|suffice|to help|for)\b",
            r"\bdid no better\b",
            (
                r"\b(?:(?:did|does|do|could|would) not|(?:did|does|could)n['’]t) (?:\w+ly )?(?:clear|heal|resolve|control|shrink|soften|"
                r"disappear|recover|stabili[sz]e|settle|subside|abate|normali[sz]e|bring)\b"
            ),
            r"\bunchanged\b",
            r"\b(?:without being|not|cannot|could not) (?:be )?halted\b",
            r"\bnon-?response\b",
            r"\b(?:previous|prior|earlier|repeated|multiple|treatment|therapeutic|therapy|of|the) failures?\b",
            r"\bfailures? (?:of|with|on)\b",
            (
                r"\b(?:stopped|discontinued|withdrawn|abandoned|ceased) (?:\w+ ){0,3}?(?:because of|due to|owing to|for|after|given) (?:\w+ ){0,3}?"
                r"(?:inefficacy|ineffectiveness|lack of (?:\w+ )?(?:efficacy|effect|response|benefit|improvement)|non-?response|progression|failure)\b"
            ),
            r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:none|no|nil|poor|absent|failure|ineffective)\b",
            r"\bfail(?:ed|s|ing)\b",
            r"\bamong the failures?\b",
        ),
    ),
    (
        "fail",
        "before",
        (
            (
                r"\b(?:continu(?:ed|es|ing)|kept(?: on)?|went on|carried on|goes on|going on) (?:to |"
                r"on )?(?:\w+ly )?(?:increas|grow|progress|extend|develop|enlarg|spread|worsen|form|deteriorat|"
                r"accumulat|appear|recur|expand|flar|advanc|occur|suffer|deposit|have|relaps)\w*"
            ),
            (
                r"\b(?:persist(?:ed|s|ing|ent(?:ly)?|ence)?|ongoing|remain(?:ed|s|ing)? (?:\w+ )?(?:active|unchanged|"
                r"unaltered|hard|severe|the same|refractory|symptomatic|uncontrolled|present|resistant|problematic|"
                r"weak|as before)|stayed the same|uncontrolled|poorly controlled)\b"
            ),
            (
                r"\b(?:progress(?:ed|ion|ing|es)?|worsen(?:ed|ing)?|increas(?:ed|ing)|spread|enlarg(?:ed|ing)|"
                r"develop(?:ed|ing)?|appear(?:ed|ing)?|recurr?(?:ed|ing|ence|ent(?:ly)?)?|continu(?:ed|ing)|grew|"
                r"growing|extended|flared|relaps(?:ed|ing|e)) (?:\w+ ){0,5}(?:despite|in spite of|notwithstanding|"
                r"regardless of)\b"
            ),
            r"\b(?:despite|in spite of|notwithstanding|regardless of)\b",
        ),
    ),
    (
        "harm",
        "either",
        (
            (
                r"\b(?:stopped|discontinued|withdrawn|interrupted|suspended|ceased|halted|abandoned|stop|"
                r"withdrew) (?:\w+ ){0,4}?(?:because of|due to|owing to|for|on account of|secondary to|after|"
                r"following) (?:\w+[ -]){0,4}?(?:intoleran\w+|side[- ]effects?|adverse|toxicity|hepatotoxic\w+|nausea|"
                r"allerg\w+|infections?|acne|headaches?|oedema|edema|leu[ck]openia|neutropenia|rash|elevated|raised|"
                r"hypotension|vomiting|diarrh\w+|reactions?|flare|transaminas\w+|pain|anaphyla\w+|gastrointestinal|"
                r"suspected|suspicion)\w*"
            ),
            (
                r"\b(?:not tolerated|intoleran(?:ce|t) (?:to|of)|could not tolerate|poorly tolerated|did not tolerate|"
                r"was intolerant|unable to tolerate|adverse (?:effect|reaction|event) (?:of|to|from)|"
                r"as an adverse (?:effect|event|reaction)|suspected of having caused|allergic reaction to)\b"
            ),
            (
                r"\b(?:caused|induced|provoked|was complicated by|were complicated by|had to be (?:stopped|discontinued|withdrawn) (?:because of|due to|for))"
                r" (?:\w+[ -]){0,3}?(?:side[- ]effects?|adverse (?:effects?|events?|reactions?)|toxicity|hepatotoxicity|nephrotoxicity|nausea|vomiting|"
                r"diarrh\w+|hypotension|rash|leu[ck]openia|neutropenia|pancytopenia|anaphyla\w+|headaches?|infections?)\b"
            ),
            (
                r"\b(?:side[- ]effects?|adverse (?:effects?|events?|reactions?)|toxicity|hepatotoxicity|nephrotoxicity|intolerance) "
                r"(?:of|to|from|due to|attributed to|with|on|under)\b"
            ),
        ),
    ),
    (
        "partial",
        "either",
        (
            (
                r"\b(?:partial(?:ly)?|partly|somewhat|slightly|incomplete(?:ly)?|modest(?:ly)?|mixed|only slight(?:ly)?|transient(?:ly)?|"
                r"temporar(?:y|ily)|short-lived|moderate(?:ly)?|slight(?:ly)?|mild(?:ly)?|limited|minor|some|brief|"
                r"variable|initial(?! (?:favou?rable|good|excellent|marked|dramatic|substantial))) (?:\w+ ){0,2}?(?:responses?|improve\w*|benefits?|effects?|relief|regress\w*|"
                r"reduc\w*|resol\w*|success\w*|decreas\w*|control\w*|better|soften\w*|remission|recover\w*|help|"
                r"efficacy|diminish\w*)\b"
            ),
            (
                r"\b(?:improv\w+|respon\w+|regress\w+|reduc\w+|decreas\w+|effective|benefit\w*|resolv\w+|relie\w+|"
                r"helped|softened) (?:only |but only |somewhat |just |very )?(?:partial(?:ly)?|slight(?:ly)?|"
                r"incomplete(?:ly)?|temporar(?:y|ily)|transient(?:ly)?|modest(?:ly)?|mild(?:ly)?|in part|moderately|"
                r"somewhat|a little)\b"
            ),
            r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:partial|mild|modest|moderate|some|minimal|slight|transient)\b",
            r"\b(?:was|were|as|called|best called|remained) partial\b|\brespon\w+ [^.;,]{0,40}\bin part of\b",
            (
                r"\b(?:response|benefit|effect|result|outcome|relief|success) (?:\w+ ){0,7}?(?:was|were|is|remained|"
                r"proved) (?:\w+ )?(?:partial|incomplete|modest|mixed|limited|short-lived|temporary|transient|slight|"
                r"variable)\b"
            ),
        ),
    ),
    (
        "bad",
        "before",
        (
            (
                r"\b(?:recurr?(?:ed|s|ence|ences|ing|ent|ently)?|relaps(?:e|ed|es|ing)|came back|come back|"
                r"reappear(?:ed|ance)?|regrew|regrowth|return of|flared?(?: up)?)\b"
            ),
            r"\b(?:new (?:\w+ )?(?:lesions?|deposits?|calcifications?|nodules?|calcinosis|ulcers?))\b",
        ),
    ),
    (
        "bad",
        "either",
        (
            (
                r"\b(?:worsen(?:ed|s|ing)?|deteriorat(?:ed|ion|ing|es)|aggravat(?:ed|ion)|exacerbat(?:ed|ion)|"
                r"(?:became|become|got|grew) worse)\b"
            ),
            r"\b(?:progress(?:ed|ion|ing|es)|increas(?:ed|ing|es)(?! (?:\w+ )?risk)|enlarg(?:ed|ement|ing)|grew(?! from\b| out\b)|growth(?! pattern)|spread(?:ing)?|extended)\b!",
        ),
    ),
    (
        "gone",
        "before",
        (
            (
                r"\b(?:complete(?:ly)?|total(?:ly)?|entire(?:ly)?|full(?:y)?|near-complete|"
                r"almost complete(?:ly)?) (?:\w+ ){0,2}?(?:resol\w+|respon\w+|regress\w+|disappear\w*|clear\w*|"
                r"heal\w*|remission|recover\w*|remov\w*|dissol\w+|vanish\w*|response|remitted|cured?|gone|closed|"
                r"closure)\b"
            ),
            (
                r"\b(?:resolv|disappear|vanish|clear(?:ed|ance|ing)|regress|heal|recover|remit|"
                r"dissolv)\w* (?:\w+ )?(?:complete(?:ly)?|total(?:ly)?|entire(?:ly)?|full(?:y)?|altogether)\b"
            ),
            r"\b(?:was|were|had|is|are) (?:\w+ly )?(?:gone|cured)\b",
            r"\b(?:cured?|into remission|(?:complete|full|sustained|clinical) remission|achieved remission|in remission)\b",
        ),
    ),
    (
        "gone",
        "either",
        (
            (
                r"\b(?:resolv(?:ed|es|ing)|resolution|disappear(?:ed|ance|s)|vanish(?:ed)?|cleared(?: up)?|clearance|"
                r"went away|abolish(?:ed|es)|eradicated)\b"
            ),
            r"\b(?:the (?:rash|lesions?|deposits?|ulcers?|pain|eruption|nodules?) went)\b",
            r"\bheal(?:ed|s)\b!",
        ),
    ),
    (
        "good",
        "before",
        (
            (
                r"\b(?:regress(?:ed|ion|es|ing)|soften(?:ed|ing|s)?|subsid(?:ed|es|ing)|shr(?:a|u)nk(?:en)?|shrinkage|"
                r"(?:became|become|grew|were|was|are|got|left) (?:\w+ )?(?:smaller|softer|fewer|less|better|"
                r"milder|flatter)|(?:became|become|got|back to) (?:\w+ )?normal|settled|abated|stabili[sz](?:ed|ation|ing)|remained stable|stable(?=[.,;)]|$| (?:at|for|on|with|after|over|during|throughout|since|and|but|until|disease)\b))\b"
            ),
            r"\b(?:fell|dropped|declined|came down|went down|went from|dropped from|normali[sz](?:ed|ation|ing)(?! ratio))\b!",
            r"\b(?:return(?:ed|ing)?|recover(?:ed|ing|y(?! room| area| unit)|s)|regain(?:ed|s|ing)?|restored?)\b!",
            (
                r"\b(?:eased|lessened|abated|less(?:er)? (?:frequent|common|painful|severe)|better|diminish(?:ed|es)?|"
                r"decreas(?:ed|es|ing)|under (?:good |better )?control|in (?:good )?control)\b!"
            ),
            r"\b(?:pain-free|free of pain|painless|symptom-free|asymptomatic|free of symptoms)\b",
        ),
    ),
    (
        "good",
        "after",
        (
            r"\b(?:improv(?:ed|es|ing|e|ements?)|amelior\w+)\b",
            r"\brespond(?:ed|s|ing)?\b",
            r"\bresponsive\b",
            r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:good|yes|effective|excellent|positive|favou?rable|improvement|marked)\b",
            (
                r"\b(?:good|excellent|great|significant|marked|dramatic|considerable|satisfactory|favou?rable|"
                r"clinical|rapid|remarkable|substantial|positive|impressive|successful|promising|encouraging|prompt|"
                r"clear|sustained|visible|major|very good|achieved|gratifying) (?:\w+ ){0,2}?(?:responses?|results?|"
                r"effects?|outcomes?|regression|reduction|relief|control|recovery|success|benefit)\b"
            ),
            (
                r"\b(?:effective(?:ly|ness)?|efficacious|efficacy|success(?:ful|fully)?|(?<!risks and )(?<!risk and )benefi(?:t|ts(?! and risks)|ted|tted|cial)|"
                r"helped|helpful|relie(?:f|ved|ves|ving)|alleviat(?:ed|es|ing|ion)|useful|worked|gains?)\b"
            ),
            (
                r"\b(?:(?<!glycaemic )(?<!glycemic )(?<!pressure )(?<!infection )(?<!source )(?<!healthy )control(?:led|ling)?(?! (?:ultraso|MRI|CT|scan|group|finger|x-ray|imaging|visit|patient|subject|examination))|suppressed|"
                r"stopped|stops|halt(?:ed|s|ing)?|arrested|prevent(?:ed|s|"
                r"ing)?|slowed|dealt with|stop)\b!"
            ),
            (
                r"\b(?:reduc(?:ed|es|ing|e|tions?)|decreas(?:ed|es|ing|e)|eases?|easing|diminish(?:ing)?|dissolv(?:ed|"
                r"ing)|dissolution|shrinking|less)\b!"
            ),
            r"\b(?:mean|median|average) (?:fall|drop|decline|decrease|reduction)\b(?=[^;]{0,60}\b(?:score|size|number|pain|volume|VAS)\b)",
            r"\b(?:made|make) [^.;,]{0,40}(?:smaller|softer|better|fewer)\b",
            r"\bkept [^.;,]{0,50}\b(?:controlled|at bay|stable|in check|quiet)\b",
        ),
    ),
)

_NEGATION = re.compile(
    (
        r"\b(?:not|no|none|neither|nor|never|\w+n['’]t|without|cannot|unable to|fail(?:ed|s|ing|ure)? to|little|"
        r"hardly|lack of|absence of|free of|prevent(?:ed|ing|s|ion)?|avoid(?:ed|ing)?|halt(?:ed|ing)?|"
        r"stopp(?:ed|ing)|arrest(?:ed|ing)?)\b"
    ),
    re.I,
)
_NO_NEGATION = re.compile(
    (
        r"\b(?:not only|no longer|no doubt|not known|without (?:\w+ )?(?:recurrence|relapse|complications?|"
        r"side effects?|problems?|\w+ therapy))\b"
    ),
    re.I,
)
# "prednisone was reduced to 10 mg", "doses were increased", "steroids could be tapered": no outcome.
_DOSING = re.compile(
    (
        r"\b(?:doses?|dosage|dosing|tapered?|mg|frequency of (?:dosing|infusions))\b[^.;,]{0,40}$|"
        r"^[^.;,]{0,25}\b(?:doses?|dosage|to \d|by \d+ ?mg)\b"
    ),
    re.I,
)
# "recurred after stopping": tells about the stopping, not about the therapy.
_AFTER_STOPPING = re.compile(
    (
        r"(?:after|following|on|upon|when|since|once|with|during) (?:the |its |their |his |"
        r"her )?(?:\w+ )?(?:stopp\w+|withdraw\w+|discontinu\w+|cessation|taper\w*|reduc\w+|"
        r"(?:\w+ ){1,4}(?:was|were|had been) (?:\w+ )?(?:stopped|withdrawn|discontinued|tapered|reduced))"
    ),
    re.I,
)
# "might be useful", "would improve": nobody's outcome.
_HYPOTHETICAL = re.compile(r"\b(?:may|might|should|would|could|can|must)\s(?:\w+\s){0,2}$", re.I)
_NEARLY = re.compile(
    (
        r"\b(?:almost|nearly|near|partial(?:ly)?|not|in (?:\d+ ?%|(?:\d+|one|two|three|some|half) (?:of|"
        r"children|patients|cases|areas|fingers)))(?!\w)"
    ),
    re.I,
)
# "in two of the four fingers": what helped no more than half helped in part.
_SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_IN_SOME = re.compile(
    r"^[^.;,]{0,40}\b(?:in|by) (?:\d+|one|two|three|four|five|some|half|several|a few)\b(?! (?:months?|weeks?|days?|years?))", re.I
)


_SHARE = re.compile(rf"^[^.;,]{{0,60}}?\b(?P<some>\d+|{'|'.join(_SMALL)}) of (?:the )?(?P<all>\d+|{'|'.join(_SMALL)})\b", re.I)


@dataclass(frozen=True, slots=True)
class Cue:
    """One outcome word where it stands; outcome None says that the outcome is not told."""

    outcome: Outcome | None
    family: Family
    side: Side
    start: int
    end: int
    about_absence: bool = False


def _pattern(cue: str) -> str:
    return cue.removesuffix("!")


_EVERY = tuple(cue for _, _, cues in _CUES for cue in cues)
_KNOWN: tuple[tuple[Family, Side, bool], ...] = tuple((family, side, cue.endswith("!")) for family, side, cues in _CUES for cue in cues)
# Alternatives are tried at the beginnings of words only: without that they take a third of the extractor's time.
_ALL = re.compile(r"\b(?=\w)(?:" + "|".join(f"(?P<c{n}>{_pattern(cue)})" for n, cue in enumerate(_EVERY)) + ")", re.I)


def cues_in(clause: str, offset: int, names_a_target: bool) -> Iterator[Cue]:
    """The cues of one clause, in order; ``offset`` is where the clause begins in its sentence."""
    for match in _ALL.finditer(clause):
        family, side, needs_target = _KNOWN[int(str(match.lastgroup)[1:])]
        before, after = clause[: match.start()], clause[match.end() :]
        if needs_target and (not names_a_target or _DOSING.search(before) or _DOSING.match(after)):
            continue
        if family in ("good", "bad") and re.search(r"\b(?:an?|the) $", before) and match.group().endswith(("ed", "ing")):
            continue
        if (family == "bad" and _AFTER_STOPPING.search(clause)) or (family in ("good", "gone", "bad") and _HYPOTHETICAL.search(before)):
            continue
        turned = _is_turned(family, before)
        outcome = _outcome(family, turned, match.group(), before, after)
        yield Cue(outcome, family, side, offset + match.start(), offset + match.end(), family == "bad" and turned)


def _is_a_minority(after: str) -> bool:
    share = _SHARE.match(after)
    if not share:
        return False
    some, every = (_SMALL.get(number.lower()) or int(number) for number in share.group("some", "all"))
    return 0 < some <= every / 2


def _is_turned(family: Family, before: str) -> bool:
    """Whether a negation stands before the cue, near enough and with no comma between."""
    near = re.split(r"[,;:]", before)[-1][-60:]
    if _NO_NEGATION.search(near) and family != "bad":
        return False
    if family in ("good", "gone"):
        return any(
            negation.group().lower()[:4] not in ("prev", "avoi", "halt", "stop", "arre", "free") for negation in _NEGATION.finditer(near)
        )
    return family == "bad" and bool(_NEGATION.search(near))


def _outcome(family: Family, turned: bool, cue: str, before: str, after: str) -> Outcome | None:
    if family == "untold":
        return None
    if family in ("good", "gone") and turned:
        return "failed"
    if family == "bad":
        return (
            "improved"
            if turned
            else "worsened"
            if cue.lower().startswith(("wors", "deter", "aggra", "exac", "became", "got"))
            else "failed"
        )
    if family in ("gone", "good") and _is_a_minority(after):
        return "partial"
    if family == "gone":
        return "resolved" if not _NEARLY.search(before[-30:]) and not _IN_SOME.match(after) else "improved"
    return {"good": "improved", "fail": "failed", "partial": "partial", "harm": "adverse_effect"}[family]  # type: ignore[return-value]
