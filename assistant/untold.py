"""Sentences that say what a report does not tell ("antibody results are not reported"): no answers, but worth knowing."""

import re

_TELL = r"(?:say|state|name|describe|mention|give|tell|report|specify|list|record|detail)"
_TOLD = r"(?:reported|recorded|given|stated|said|told|named|described|mentioned|listed|documented|specified|known|available|detailed)"
# Of the past only what cannot be a finding: "prednisone was not given" and "no recurrence was reported" tell something.
_UNTOLD = re.compile(
    rf"\b(?:is|are)(?: \w+ly| likewise| also)?(?: not|n't) (?:\w+ ){{0,2}}?{_TOLD}\b"
    rf"|\bneither\b[^.;]*?\b(?:is|are) (?:\w+ )?{_TOLD}\b|\b(?:gives?|names?|states?) neither\b|^neither (?:is|are)\b"
    r"|\bno (?:[\w-]+ ){1,5}?(?:is|are) (?:given|stated|named|listed|specified|mentioned)\b|\bmakes? no mention\b"
    rf"|\b(?:does|do)(?: not|n't) (?:\w+ )?{_TELL}\b"
    r"|\b(?:was|were) not (?:stated|specified|described|documented|available)\b"
    r"|\b(?:is|are|remains?) (?:unknown|unstated|unclear)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*[;:]\s*|,\s+(?:and|but|so|while|whereas|yet|whose|which)\s+")
# "Does the report say whether ...?"
_OF_TELLING = re.compile(
    rf"\b(?:reports?|record|papers?|stud(?:y|ies)|series|authors?|digest|abstract|article|review|data)\b.*?\b{_TELL}s?\b"
    r"|\b(?:is|are|was|were) (?:[\w-]+ ){1,4}?(?:listed|mentioned|recorded|documented|reported)\b(?! (?:case|patient|series|cohort))",
    re.IGNORECASE,
)


def told_part(sentence: str) -> str:
    """A sentence without its clauses that only say what is not told; empty where nothing is left."""
    clauses = _CLAUSE.split(sentence)
    told = [one for one in clauses if not _UNTOLD.search(one)]
    return sentence if len(told) == len(clauses) else ", ".join(told)


def says_untold(sentence: str) -> bool:
    """Whether a sentence says nothing but what is not told."""
    return not told_part(sentence)


def asks_of_telling(question: str) -> bool:
    """Whether it is asked what a report tells: then that it does not tell is the answer."""
    return bool(_OF_TELLING.search(question))
