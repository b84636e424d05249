"""Which way an outcome went, by the words that tell it: for better, for worse, or both in one sentence."""

import re
from functools import lru_cache
from typing import Literal

from corpus.text import normalise

Direction = Literal["better", "worse"]

_NOT = r"(?:not|n't|no|never|without|lack of|little|minimal|failed to|unable to|could not|cannot|hardly|neither|nor)"
_BETTER = (
    r"(?:improv\w*|respon(?:d\w*|se|ses|sive)|resol(?:v\w*|ution)|regress\w*|soften\w*|effective\w*|efficac\w*|success\w*|help\w*|benefi\w*"
    r"|control(?:led|s)?|clear(?:ed|ing|ance)|heal(?:ed|ing|s)?|remission|remit\w*|disappear\w*|shr[aiu]nk\w*|decreas\w*|reduc\w*|diminish\w*"
    r"|lessen\w*|eased?|easing|smaller|stopped|well[- ]controlled|good (?:response|result|effect)|better"
    r"|recover\w*|normali[sz]\w*|subsid\w*|abat\w*|halt\w*|stabili[sz]\w*|cured?|relie[fv]\w*|ameliorat\w*|prevent\w*|went away|free of)"
)
_WORSE = (
    r"(?:fail\w*|refractory|resistan\w*|ineffective\w*|unsuccessful\w*|unresponsive|progress(?:ed|ion|ing|ive|ively)|worsen\w*|deteriorat\w*"
    r"|recur\w*|relaps\w*|persist\w*|enlarg\w*|spread\w*|extend\w*|grew|grow\w*|increas\w*"
    r"|poor response|did no better|no better|without (?:any )?effect|no effect|of no (?:use|help|benefit)"
    r"|futile|disappointing|unchanged|flar\w*|inadequate)"
)
_NEGATED_BETTER = re.compile(rf"\b{_NOT}\b[^.;,]{{0,40}}?\b{_BETTER}|\b{_BETTER}\s+(?:was|were)\s+(?:not|absent|lacking)")
_NEGATED_WORSE = re.compile(
    rf"\b{_NOT}\b[^.;,]{{0,40}}?\b{_WORSE}|\b(?:prevent|halt|stop|avoid)\w*[^.;,]{{0,40}}?\b{_WORSE}|\bwithout\b[^.;,]{{0,30}}?\b{_WORSE}"
)
_BETTER_WORD, _WORSE_WORD = re.compile(rf"\b{_BETTER}\b"), re.compile(rf"\b{_WORSE}\b|\bdespite\b")


@lru_cache(maxsize=4096)
def direction(text: str) -> frozenset[Direction]:
    """The directions that a text tells; empty where it tells no outcome. "Failed to improve" is worse, "no recurrence" is better."""
    rest, found = normalise(text), set[Direction]()
    for pattern, meaning in ((_NEGATED_BETTER, "worse"), (_NEGATED_WORSE, "better"), (_WORSE_WORD, "worse"), (_BETTER_WORD, "better")):
        rest, hits = pattern.subn(" ", rest)
        if hits:
            found.add(meaning)  # type: ignore[arg-type]
    return frozenset(found)
