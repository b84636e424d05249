"""Whose story a sentence tells: the report's own patients', somebody else's, or nobody's in particular."""

import re
from functools import lru_cache

from corpus.case import Subject
from ingest.cases.narrative import Role, Sentence

_OTHERS = re.compile(
    r"\bet al\b|\bguidelines?\b|\bnew data\b|\bdata (?:support|suggest|show)\w*\b|\b(?:has|have) (?:also |"
    r"previously |recently |been )*(?:been )?(?:reported|described|"
    r"shown|documented|published|demonstrated|suggested|reviewed|advocated|proposed)\b"
    r"|\b(?:some|several|few|many|other|previous|earlier|recent|various|most|existing|published|prior|"
    r"multiple) (?:\w+ )?(?:reports?|studies|authors|series|case series|cases|publications|trials|groups|"
    r"investigators)\b"
    r"|\bin the (?:published |current |medical |available )?literature\b|\bliterature (?:review|search|"
    r"reports?|surveyed|describes?)\b|\bsystematic (?:literature )?review|\bmeta-analys|\bcase reports?\b|"
    r"\bthe literature\b"
    r"|\b(?:studies|reports|authors|trials|case series) (?:have|has|had|show|showed|suggest|suggested|"
    r"found|indicate|describe|report|reported)\b|\bcase report of\b|\bsimilar (?:case|patient)s?\b"
    r"|\b(?:earlier|previous|other|first) (?:case )?reports?\b|\bone of the (?:\w+ ){0,2}(?:reports|cases)\b|"
    r"\b(?:reported|described|published|observed|"
    r"found) (?:by|in) (?:[A-Z]|\d|a |an |the |two|three|several|some)|\bas reported\b"
    r"|\band (?:colleagues|coworkers|co-workers)\b|\(\w+,? (?:19|20)\d\d\)|\bplacebo\b",
    re.I,
)
# A sentence without any of these cannot meet the pattern, and most have none: looking for them first saves nine tenths of its time.
_HINTS = (
    "et al", "guideline", "data", "report", "describ", "shown", "document", "publi", "demonstrat", "suggest", "review", "advocat", "propos",
    "studies", "authors", "series", "cases", "trials", "groups", "investigators", "literature", "meta-analys", "similar", "observed",
    "found", "colleagues", "workers", "placebo", "(",
)  # fmt: skip
_CITATION_ENDS = frozenset("0123456789]")
# Apart from the rest, and looked for only where the noun stands: the search backwards from it costs more than all others together.
_STUDY_NOUN = re.compile(r"\b(?:trial|study|survey|cohort)\b", re.I)
_STUDY = re.compile(
    r"\b(?:a|the|one|double-blind|placebo-controlled|controlled|randomi[sz]ed|open-label|clinical|pilot|"
    r"retrospective|prospective|recent|large|small) (?:\S+ ){0,3}(?:trial|study|survey|cohort)\b",
    re.I,
)
_OWN = re.compile(
    r"\b(?:in|of) (?:(?:the|our|these) (?:present|current)|both our|our two|these two) cases\b|"
    r"\bour (?:own )?(?:\w+ )?(?:patients?|cases?|experience|child|girl|boy|treatment|clinic|hospital|department|series|cohort)\b"
    r"|\b(?:in )?this (?:\w+ )?(?:patient|case|child|woman|man|girl|boy|infant|lady|gentleman)\b|"
    r"\bthe (?:present|current|index|reported|above) (?:patient|case)\b"
    r"|\bwe (?:\w+ )?(?:report|present|describe|treated|started|gave|used|decided|performed|initiated|"
    r"administered|added|chose|observed|tried|prescribed|switched|excised)\b"
    r"|\b(?:the|these) authors? (?:reports?|describes?|presents?|treated|gave)\b|\bboth (?:of )?(?:our|these) (?:patients|cases)\b",
    re.I,
)
_TEACHES = re.compile(
    (
        r"\b(?:this|our|the (?:present|above)) (?:\w+ )?(?:case|report|patient|experience) (?:illustrates?|"
        r"(?:also )?highlights?|suggests?|underlines?|emphasi[sz]es|reminds|demonstrates|underscores)\b"
        r"|\bprovides? (?:\w+ )?evidence\b|\bcould (?:potentially )?be (?:a|an) (?:\w+ )?(?:option|alternative)\b"
    ),
    re.I,
)
_PERSON = re.compile(
    (
        r"\b(?:(?:the )?(?:response|result|benefit|outcome|recovery|calcinosis|improvement)(?: (?:after|to|of|"
        r"from|with|on) (?:\w+ ){1,3}?)? ?(?:was|had|is best)|"
        r"the (?:\w+ )?(?:patients?|case|child|children|girl|boy|woman|man|infant|series)|she|he|her|his|him|"
        r"\d+[- ]year[- ]old|a (?:\w+ )?(?:woman|man|girl|boy|child|patient))\b"
    ),
    re.I,
)
# What holds of anybody: recommendations, definitions, options.
_GENERAL = re.compile(
    r"\b(?:should|can|could|may|might|must|would) (?:also |still |not |only )*(?:be|help|have|improve|"
    r"lead|reduce|cause|prevent|include|require|offer|provide|work|benefit|represent|play)\b"
    r"|\b(?:is|are) (?:\w+ )?(?:considered|recommended|indicated|needed|required|used|advised|regarded|"
    r"thought|available|warranted|reserved|known)\b"
    r"|\b(?:treatments?|options|therapies|management|agents|drugs) (?:for [\w ]+ )?(?:include|includes|"
    r"comprise|consists?|are|remains?|is)\b"
    r"|\bnone of these (?:treatment )?(?:options|treatments)\b|\btreatment of choice\b|\bfirst-line\b|"
    r"\bgold standard\b|\bto date\b|\bmechanisms?\b|\boften\b|\busually\b|\bgenerally\b|\btypically\b",
    re.I,
)


# A number or a name and year where a sentence ends: somebody else's work is behind it.
_NUMBERED = re.compile(
    r"(?<!\bday)(?<!week)(?<!month)(?<!year)(?<!\bcase)(?<!patient)(?<!grade)(?<!type)(?<!stage)(?<!\bof)(?<!\bat)(?<!\bto)"
    r"[A-Za-z)%]\.?\s?(?:\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|\d{1,3}(?:\s?[,–-]\s?\d{1,3})*)\s?\.?$"
)
_NAMED = re.compile(r"\(\s?[A-Z]\w+[^()]{0,40}(?:19|20)\d\d[a-z]?\s?\)")
# "we believe", "will add", "could be": what the authors think, not what happened.
_OPINION = re.compile(
    r"\bwe (?:\w+ )?(?:believe|suggest|recommend|propose|speculate|hypothesi[sz]e|emphasi[sz]e|conclude|think|advise)\b", re.I
)
_PAST_OF_A_PERSON = re.compile(
    r"\b(?:she|he|(?:the|our) patients?|(?:her|his) \w+(?: \w+)?) (?:\w+ly )?(?:was|were|had|received|underwent|took|responded|improved|"
    r"developed|recovered|remained|did|became|showed|started|continued|achieved|died|experienced|\w+ed)\b",
    re.I,
)


# "The patients had ..." in a discussion are mostly those of a study.
_SEVERAL = re.compile(r"\b(?:the|these|those) (?:\w+ )?patients\b", re.I)
_PRESENT = re.compile(r"\b(?:is|are|has been|have been|remains?)\b", re.I)
_PAST = re.compile(
    (
        r"\b(?:was|were|had|did|received|underwent|took|responded|improved|developed|resolved|failed|remained|"
        r"became|got|gave|led|healed|helped)\b"
    ),
    re.I,
)


# "in keeping with previous reports" mixes both.
_LIKENED = re.compile(r"\b(?:in keeping|consistent|in line|in agreement|in accordance|similar|compared|in contrast) (?:with|to)\b", re.I)


def subject_of(sentence: Sentence) -> Subject | None:
    """``own``, ``literature``, or None for what is said in general and counts for nobody."""
    return _subject(sentence.text, sentence.role)


# "Her son uses salbutamol": what a relative had is nobody's row; what a relative saw or decided is still about the patient.
_OF_KIN = re.compile(
    r"^(?:\w+, )?(?:(?:her|his|their|(?:the|my|our|this) patient['’]s|one of (?:her|his)) (?:\w+ )?"
    r"(?:son|daughter|brother|sister|sibling|mother|father|parent|uncle|aunt|cousin|grandmother|grandfather|wife|husband|twin|niece|nephew)s?\b)"
    r"(?! (?:had )?(?:reported|noticed|noted|said|told|brought|gave|refused|declined|consented|agreed|observed|stated|described|denied|"
    r"requested|wanted|called|found|administered|consulted|also (?:reported|noticed|noted)))",
    re.I,
)
_ELSEWHERE = re.compile(
    r"^in (?:a|an|one|another|the) (?:\w+ )?(?:control|published|reported|previous|earlier|historical) "
    r"(?:patient|series|cohort|case|trial|study)\b",
    re.I,
)


@lru_cache(maxsize=8192)
def _subject(text: str, role: Role) -> Subject | None:
    if _OF_KIN.search(text):
        return None
    if _ELSEWHERE.search(text):
        return "literature"
    own = bool(_OWN.search(text))
    others = _names_others(text) or (_STUDY_NOUN.search(text) is not None and _STUDY.search(text) is not None)
    if role in ("case", "outcome"):
        return "literature" if others and not own and _tells_of_others(text) else "own"
    if _TEACHES.search(text) or (_OPINION.search(text) and not _PAST_OF_A_PERSON.search(text)):
        return None
    if others and _LIKENED.search(text):
        return None
    if own and not (others and re.search(r"\b(?:earlier|previous) case report\b", text, re.I)):
        return "own"
    if others or _is_cited(text):
        return "literature"
    return _outside_the_case(text, role)


def _names_others(text: str) -> bool:
    low = text.lower()
    return any(hint in low for hint in _HINTS) and _OTHERS.search(text) is not None


def _is_cited(text: str) -> bool:
    ends_so = text.rstrip(" .")[-1:] in _CITATION_ENDS
    return (ends_so and _NUMBERED.search(text, max(0, len(text) - 40)) is not None) or ("(" in text and _NAMED.search(text) is not None)


def is_plainly_own(sentence: Sentence) -> bool:
    """A sentence that speaks of this report's patient in so many words."""
    return bool(_OWN.search(sentence.text))


# A source in brackets, or rules that were followed, leave a sentence the patient's own.
_ONLY_CITED = re.compile(
    r"\([^()]*(?:\bet al\b|(?:19|20)\d\d)[^()]*\)|\b(?:per|according to|following|by) (?:\S+ ){0,4}guidelines?\b", re.I
)


def _tells_of_others(text: str) -> bool:
    """In the case itself only a named source counts; "a recent study" there is mostly an examination."""
    text = _ONLY_CITED.sub(" ", text)
    return bool(
        re.search(
            (
                r"\bet al\b|\bliterature\b|\bguidelines?\b|\brecommend(?:s|ed|ation)?\b|\bnew data\b|\b(?:has|"
                r"have) been (?:reported|described)\b|\b(?:other|previous) authors\b"
            ),
            text,
            re.I,
        )
    )


def _outside_the_case(text: str, role: Role) -> Subject | None:
    general = bool(_GENERAL.search(text))
    if role == "abstract":
        if general and not _PERSON.search(text):
            return None
        return "own" if _PERSON.search(text) or not _PRESENT.search(text) or _PAST.search(text) else None
    return (
        "own"
        if role == "discussion" and not general and _PERSON.search(text) and not _SEVERAL.search(text) and _PAST.search(text)
        else None
    )
