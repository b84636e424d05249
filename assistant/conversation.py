"""Follow-ups made complete: what the conversation is about is carried into the question, without a model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Exchange
from assistant.evidence import is_of_many_parts
from assistant.question import YES_OR_NO, Aspect, asking, aspects, understand
from assistant.shorthand import written_out
from corpus.text import tokens
from corpus.vocabulary import Entity, Kind, Vocabulary

_OPENING = re.compile(r"^(?:and|but|so|also|ok(?:ay)?|then|now|what about|how about|and what about)\b[\s,:]*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^(?:and |but |so |then )?(?:what|how) about\b|^(?:and|or) (?:in|for|with) (?!how\b|what\b)\w+", re.IGNORECASE)
_FOR = re.compile(r"^(?:and |or |but |so |then )?(?:(?:what|how) about )?(?:for|against)\b", re.IGNORECASE)
# "And in the patient with CREST, did rituximab work?" asks all of its own question of somebody else.
_ASKS_OF_ANOTHER = re.compile(
    r"^(?:and |but |so |then )?(?:in|for|with) [^,?]+, ?(?:which|what|who|how|why|when|where|did|does|do|is|are|was|were|can|has|have)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|this|these|those|they|them|their|he|she|his|her|him|hers|the same|former|latter|the (?:patient|drug|report))\b"
    r"|\b(?:did|does|was|is|of|with|for|about|after|before|like|to|on) that\b|\bthat (?:drug|dose|therapy|treatment|patient|report|case)\b",
    re.IGNORECASE,
)
_ASKS_ALONE = re.compile(
    r"^(?:which|what|who|how|why|when|where|did|does|do|is|are|was|were|can|could|will|would|should|has|have|best|any|tell|list|compare|show)\b",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"^(?:and |but |so |then )?(?:which|what)\b", re.IGNORECASE)
# "Any infections?" asks of the patients that were spoken of.
_ANY = re.compile(r"^(?:and |but |so )?any [\w-]+(?: [\w-]+)?\W*$", re.IGNORECASE)
# "What else failed?" is about everything but what was told.
_OTHERS = re.compile(r"\b(?:else|others?|another|besides|apart from)\b", re.IGNORECASE)
_OUTCOMES = frozenset({Aspect.FAILED, Aspect.WORKED, Aspect.OUTCOME, Aspect.ADVERSE, Aspect.PLANNED, Aspect.VALUE})
# What ``_joined`` puts behind a question.
_CARRIED = re.compile(r" ?\([^()]*\)(?=\W*$)")
# A question with this many words of its own is complete unless it points back.
_SELF_CONTAINED_TOKENS = 4
# More names than this make the carried question about everything and so about nothing.
_MAX_CARRIED = 10
# How far back the talk is followed, and how much of the last answer says what it was about.
_TURNS, ANSWER_CHARS = 6, 300
# Where the last question names no therapy, an answer that names at most this many is about those.
_MAX_THERAPIES_FROM_ANSWER = 2


@dataclass(frozen=True, slots=True)
class Talk:
    """What the search of a follow-up takes from its conversation: its own words, earlier questions (the last first), the last answer."""

    asked: str
    before: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question as it reads without the conversation; where it is a follow-up, ``about`` is what the talk was about."""

    text: str
    about: str | None = None
    talk: Talk | None = None


def standalone(question: str, history: Sequence[Exchange], vocabulary: Vocabulary) -> Standalone:
    """Complete a follow-up from what was said. One that is complete by itself is a new topic: only its shorthand is written out."""
    question = written_out(question)
    asked, before = "", [written_out(one.text) for one in history if one.role == "user"][-_TURNS:]
    for text in before:
        asked = _completed(text, asked, (), vocabulary)
    answers = [item.text for item in history if item.role == "assistant"]
    text = _completed(question, asked, answers[-1:], vocabulary)
    if text == question:
        return Standalone(question)
    answer = answers[-1] if answers else ""
    return Standalone(text, f"{asked} {answer[:ANSWER_CHARS]}".strip(), Talk(question, tuple(reversed(before)), answer))


def _completed(question: str, last: str, answers: Sequence[str], vocabulary: Vocabulary) -> str:
    """The question with what it leaves out, taken from the last complete question and its answer."""
    own = _entities(question, vocabulary)
    if not last or _complete(question, own):
        return question
    if _WHAT_ABOUT.search(question) and own:
        return _retold(last, own, bool(_FOR.match(question)), vocabulary)
    kinds = {entity.kind for entity in own}
    # "Which drugs had failed before?" is about other drugs than the talk was.
    others = _OTHERS.search(question) or (_ASKS_WHICH.match(question.strip()) and Aspect.THERAPIES in aspects(question))
    replaced = set[Kind]() if _ANY.match(question.strip()) else kinds
    carried = _carried(last, answers, replaced | ({"therapy"} if others else set()), vocabulary)
    before = understand(last, vocabulary)
    parts = [*(entity.name for entity in carried if entity not in own), *_carried_outcome(question, last), *before.detail_words]
    bare = _OPENING.sub("", question.strip())
    return _joined(bare, parts[:_MAX_CARRIED]) if parts else f"{bare} ({last.rstrip(' ?.')})"


def _complete(question: str, own: Sequence[Entity]) -> bool:
    if _ASKS_OF_ANOTHER.search(question) and any(entity.kind == "therapy" for entity in own):
        return True
    if _OPENING.match(question) or _POINTING.search(question):
        return False
    if _ANY.match(question.strip()) and all(entity.kind == "condition" for entity in own):
        return False
    # "My patient has calcinosis of the hands. Would surgery help?" tells whom it is about itself.
    return bool(_ASKS_ALONE.match(asking(question).strip())) and (bool(own) or len(set(tokens(question))) >= _SELF_CONTAINED_TOKENS)


def _entities(text: str, vocabulary: Vocabulary) -> list[Entity]:
    return list({mention.entity.name: mention.entity for mention in vocabulary.find(text)}.values())


def _carried(last: str, answers: Sequence[str], own_kinds: set[Kind], vocabulary: Vocabulary) -> list[Entity]:
    """What the talk is about: the things the last question named, and the therapies of its answer where few are told.

    Kinds that the new question names itself are not carried: the new one replaces them.
    """
    found = [entity for entity in _entities(last, vocabulary) if entity.kind not in own_kinds]
    if "therapy" in own_kinds or any(entity.kind == "therapy" for entity in found):
        return found
    told = [entity for answer in answers for entity in _entities(answer, vocabulary) if entity.kind == "therapy"]
    return [*told, *found] if len(told) <= _MAX_THERAPIES_FROM_ANSWER else found


def _retold(last: str, own: Sequence[Entity], aimed: bool, vocabulary: Vocabulary) -> str:
    """``What about rituximab?`` asks the last question again of something else.

    A therapy or antibody takes the place of the one named before, a disease that of a disease ("and in lupus?"), and another condition that
    something is to be good for (``aimed``) that of another ("and for dysphagia?"); else a condition narrows what was asked.
    """
    replaced = {entity.kind for entity in own} - {"condition"}
    conditions = [entity for entity in own if entity.kind == "condition"]
    diseases = {is_of_many_parts(entity) for entity in conditions if aimed or is_of_many_parts(entity)}
    for mention in reversed(vocabulary.find(last)):
        if mention.entity.kind in replaced or (mention.entity.kind == "condition" and is_of_many_parts(mention.entity) in diseases):
            last = f"{last[: mention.start].rstrip()} {last[mention.end :].lstrip()}"
    # What was carried before stands in brackets; a name taken out of them leaves its comma behind.
    last = re.sub(r" ?\(\s*\)", "", re.sub(r"\(\s*,\s*", "(", re.sub(r",\s*(?=[,)])", "", last)))
    return _joined(last.strip(), [entity.name for entity in own])


def _carried_outcome(question: str, last: str) -> list[str]:
    """Whether the talk was about what helped or what failed, where the follow-up does not say ("and for how long?")."""
    if YES_OR_NO.match(last):
        return []
    before, now = aspects(last), aspects(question)
    outcome = before & {Aspect.FAILED, Aspect.WORKED}
    return ["which failed" if Aspect.FAILED in before else "which helped"] if len(outcome) == 1 and not now & _OUTCOMES else []


def without_carried(question: str) -> str:
    """The question as it was asked, without what a follow-up was completed with."""
    return _CARRIED.sub("", question)


def _joined(question: str, names: Sequence[str]) -> str:
    """The question with what it is about in brackets: ``for how long? (rituximab, calcinosis)``."""
    return f"{question.rstrip(' ?.')} ({', '.join(names)})?"
