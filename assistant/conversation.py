"""Follow-ups made complete: what the conversation is about is carried into the question, without a model."""

import re
from collections.abc import Sequence

from assistant.answer import Exchange
from assistant.question import Aspect, aspects
from corpus.text import tokens
from corpus.vocabulary import Entity, Kind, Vocabulary

_OPENING = re.compile(r"^(?:and|but|so|also|ok(?:ay)?|then|now|what about|how about|and what about)\b[\s,:]*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^(?:and |but |so |then )?(?:what|how) about\b|^(?:and|or) (?:in|for|with) (?!how\b|what\b)\w+", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:it|its|this|these|those|they|them|their|he|she|his|her|him|hers|the same|former|latter|the (?:patient|drug|report))\b"
    r"|\b(?:did|does|was|is|of|with|for|about|after|before|like|to|on) that\b|\bthat (?:drug|dose|therapy|treatment|patient|report|case)\b",
    re.IGNORECASE,
)
_ASKS_ALONE = re.compile(
    r"^(?:which|what|who|how|why|when|where|did|does|do|is|are|was|were|can|has|have|best|any|tell|list|compare|show)\b", re.IGNORECASE
)
_OUTCOMES = frozenset({Aspect.FAILED, Aspect.WORKED, Aspect.OUTCOME, Aspect.ADVERSE, Aspect.PLANNED, Aspect.VALUE})
# A question with this many words of its own is complete unless it points back.
_SELF_CONTAINED_TOKENS = 4
# More names than this make the carried question about everything and so about nothing.
_MAX_CARRIED = 5
# Where the last question names no therapy, an answer that names at most this many is about those.
_MAX_THERAPIES_FROM_ANSWER = 2


def standalone(question: str, history: Sequence[Exchange], vocabulary: Vocabulary) -> str:
    """The question as it reads without the conversation. One that is complete by itself is returned unchanged (a new topic)."""
    if not any(item.role == "user" for item in history):
        return question
    own = _entities(question, vocabulary)
    if _complete(question, own):
        return question
    carried = _focus(history, vocabulary, {entity.kind for entity in own}, wants_therapy=not _WHAT_ABOUT.search(question))
    names = [entity.name for entity in carried if entity not in own]
    if _WHAT_ABOUT.search(question) and own:
        return _retold(history, own, vocabulary)
    if not names:
        return _with_last_question(question, history)
    return _joined(_OPENING.sub("", question.strip()), [*names[:_MAX_CARRIED], *_carried_outcome(question, history)])


def _complete(question: str, own: Sequence[Entity]) -> bool:
    if _OPENING.match(question) or _POINTING.search(question):
        return False
    return bool(_ASKS_ALONE.match(question.strip())) and (bool(own) or len(set(tokens(question))) >= _SELF_CONTAINED_TOKENS)


def _entities(text: str, vocabulary: Vocabulary) -> list[Entity]:
    return list({mention.entity.name: mention.entity for mention in vocabulary.find(text)}.values())


def _focus(history: Sequence[Exchange], vocabulary: Vocabulary, own_kinds: set[Kind], *, wants_therapy: bool) -> list[Entity]:
    """What the talk is about: things named by the latest user turns, and the therapies of the last answer where few are told.

    Kinds that the new question names itself are not carried: the new one replaces them.
    """
    found: dict[str, Entity] = {}
    for kind in ("therapy", "antibody", "condition"):
        if kind in own_kinds:
            continue
        for text in reversed([item.text for item in history if item.role == "user"]):
            named = [entity for entity in _entities(text, vocabulary) if entity.kind == kind]
            if named:
                found |= {entity.name: entity for entity in named}
                break
    if wants_therapy and "therapy" not in own_kinds and not any(entity.kind == "therapy" for entity in found.values()):
        found = _answered_therapies(history, vocabulary) | found
    return list(found.values())


def _answered_therapies(history: Sequence[Exchange], vocabulary: Vocabulary) -> dict[str, Entity]:
    answers = [item.text for item in history if item.role == "assistant"]
    named = [entity for entity in _entities(answers[-1], vocabulary) if entity.kind == "therapy"] if answers else []
    return {entity.name: entity for entity in named} if len(named) <= _MAX_THERAPIES_FROM_ANSWER else {}


def _retold(history: Sequence[Exchange], own: Sequence[Entity], vocabulary: Vocabulary) -> str:
    """``What about rituximab?`` asks the last question again of something else.

    A therapy or antibody takes the place of the one named before; a condition narrows what was asked ("... in lupus").
    """
    last = next(item.text for item in reversed(history) if item.role == "user")
    replaced = {entity.kind for entity in own} - {"condition"}
    for mention in reversed(vocabulary.find(last)):
        if mention.entity.kind in replaced:
            last = f"{last[: mention.start].rstrip()} {last[mention.end :].lstrip()}"
    return _joined(last.strip(), [entity.name for entity in own])


def _carried_outcome(question: str, history: Sequence[Exchange]) -> list[str]:
    """Whether the talk was about what helped or what failed, where the follow-up does not say ("and for how long?")."""
    last = next(item.text for item in reversed(history) if item.role == "user")
    before, now = aspects(last), aspects(question)
    outcome = before & {Aspect.FAILED, Aspect.WORKED}
    return ["which failed" if Aspect.FAILED in before else "which helped"] if len(outcome) == 1 and not now & _OUTCOMES else []


def _with_last_question(question: str, history: Sequence[Exchange]) -> str:
    last = next(item.text for item in reversed(history) if item.role == "user")
    return f"{_OPENING.sub('', question.strip())} ({last.rstrip(' ?.')})"


def _joined(question: str, names: Sequence[str]) -> str:
    """The question with what it is about in brackets: ``for how long? (rituximab, calcinosis)``."""
    return f"{question.rstrip(' ?.')} ({', '.join(names)})?"
