"""Which antibodies were found in a patient and which were looked for and not found."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.case import Fact
from corpus.vocabulary import Mention
from ingest.cases.narrative import Sentence

_NEGATIVE = re.compile(
    (
        r"\b(?:negative|seronegative|absent|undetectable|not (?:\w+ )?(?:detected|found|present|positive|"
        r"elevated)|were normal|was normal|no|without|neither|nor|none|unremarkable|non-reactive)\b"
    ),
    re.I,
)
_POSITIVE = re.compile(
    (
        r"\b(?:positiv\w+|seropositive|detected|present|found|elevated|high|raised|strongly|reactive|revealed|"
        r"showed|titres?|titers?|1\s?:\s?\d+|carried|had|with)\b"
    ),
    re.I,
)
_CUT = re.compile(r";|\.\s|,?\s\b(?:but|while|whereas|although|however)\b|,\s(?:and\s)?(?=(?:\w+\s){0,4}(?:was|were)\b)", re.I)
_FORWARD = re.compile(
    (
        r"\b(?:(?:positive|negative|negativity|positivity|tested|searched) for|negative:|positive:|showed|"
        r"revealed|detected|no|without|neither|absence of)\W*$"
    ),
    re.I,
)
_ALL_OTHERS = re.compile(
    (
        r"\b(?P<others>(?:all|the|every|any|no) (?:of the )?(?:others?|other [\w -]{0,60}?(?:antibod(?:y|ies)|"
        r"autoantibod(?:y|ies)|serolog\w+)|remaining [\w -]{0,40}?antibodies))\b[^.;]{0,40}\b(?:negative|"
        r"absent|not detected|normal)\b"
    ),
    re.I,
)
_UNTOLD = re.compile(
    (
        r"\bnot (?:\w+ )?(?:reported|stated|recorded|given|tested|performed|available|listed|known|described|"
        r"done)\b|\bfrequen\w+|\bassociated with\b|\bassociation\b|\bhigher\b"
    ),
    re.I,
)


def antibodies_of(sentences: Sequence[Sentence]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Positive and negative ones, each told once; what is called positive anywhere is not negative."""
    positive: dict[str, Fact] = {}
    negative: dict[str, Fact] = {}
    for sentence in sentences:
        for is_positive, fact in _facts(sentence):
            (positive if is_positive else negative).setdefault(fact.value, fact)
    return tuple(positive.values()), tuple(fact for name, fact in negative.items() if name not in positive)


def _facts(sentence: Sentence) -> Iterator[tuple[bool, Fact]]:
    mentions = sentence.of_kind("antibody")
    if (not mentions and not _ALL_OTHERS.search(sentence.text)) or _UNTOLD.search(sentence.text):
        return
    edges = [0, *(cut.start() for cut in _CUT.finditer(sentence.text)), len(sentence.text)]
    for start, end in pairwise(edges):
        for mention in mentions:
            if start <= mention.start < end and (verdict := _verdict(sentence.text, start, end, mention)) is not None:
                yield verdict, Fact(mention.entity.name, sentence.proof_of(mention.start, mention.end))
    if others := _ALL_OTHERS.search(sentence.text):
        yield (
            False,
            Fact(
                f"all {re.sub(r'^(?:all|the|every|any|no) (?:of the )?', '', others.group('others'))}",
                sentence.proof_of(others.start("others"), others.end("others")),
            ),
        )


def _verdict(text: str, start: int, end: int, mention: Mention) -> bool | None:
    """Positive, negative or untold by the nearest word that says so; "positive for" and "no" speak of what follows."""
    beside = text[mention.end : mention.end + 24]
    if re.match(r"[- ]?(?:antibod(?:y|ies)[- ])?(?:positiv|seropositiv|associated|related|pos\b)|\s?\(?\+(?:ve\b)?", beside, re.I):
        return True
    if re.match(r"[- ]?(?:antibod(?:y|ies)[- ])?(?:negativ|neg\b)|\s?\(?[-−–]ve\b|\s?\([-−–]\)", beside, re.I):
        return False
    after = _first(text, mention.end, end)
    before = _last(text, start, mention.start)
    if before and (after is None or _FORWARD.search(text[start : before[1]]) or _speaks_ahead(text, before[1], mention.start)):
        return before[0]
    return after[0] if after else None


def _speaks_ahead(text: str, start: int, end: int) -> bool:
    return re.match(r"\s(?:for|antibod\w+ (?:to|against))\b", text[start:end]) is not None


def _first(text: str, start: int, end: int) -> tuple[bool, int] | None:
    found = [
        (match.start(), verdict, match.end())
        for verdict, pattern in ((False, _NEGATIVE), (True, _POSITIVE))
        if (match := pattern.search(text, start, end))
    ]
    return (min(found)[1], min(found)[2]) if found else None


def _last(text: str, start: int, end: int) -> tuple[bool, int] | None:
    found = [
        (match.end(), verdict)
        for verdict, pattern in ((False, _NEGATIVE), (True, _POSITIVE))
        for match in pattern.finditer(text, start, end)
    ]
    return (max(found)[1], max(found)[0]) if found else None
