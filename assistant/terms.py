"""How much each word of a question weighs in this library, its synonyms included."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.question import Question
from corpus.lexical import LexicalIndex
from corpus.plain_words import said_otherwise
from corpus.report import Report
from corpus.text import Sought, tokens
from corpus.vocabulary import Vocabulary

# What was found for the last questions is kept: who asks one again, or goes on from it, looks at the same texts. A question looks at some
# 70, of which its 5 reports take 20 to 100 kB each.
_KEPT_QUESTIONS, _KEPT_TEXTS = 128, 256

Held = tuple[bool, ...]
"""For each content word of a question, in order, whether it stands somewhere."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word: the tokens that it may be printed as, and the things whose names it is a part of."""

    tokens: frozenset[str]
    things: frozenset[str]


class _Finder:
    """Finds words in texts. Names are looked for only where the words themselves do not stand."""

    def __init__(self, vocabulary: Vocabulary, words: tuple[_Word, ...]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._sought = Sought(token for word in words for token in word.tokens)
        self.held = lru_cache(_KEPT_TEXTS)(self._held)

    def _held(self, text: str) -> Held:
        there = self._sought.found_in(text)
        printed = [not word.tokens.isdisjoint(there) for word in self._words]
        wanted = frozenset[str]().union(*(word.things for word, found in zip(self._words, printed, strict=True) if not found))
        named = self._vocabulary.names_among(text, wanted) if wanted else wanted
        return tuple(found or not word.things.isdisjoint(named) for word, found in zip(self._words, printed, strict=True))


_finder = lru_cache(_KEPT_QUESTIONS)(_Finder)


class TermWeights:
    """The question's content words weighted by rarity; the words of a named thing count where the thing is named, however it is printed.

    A name never counts as present by one of its words.
    """

    def __init__(self, question: Question, lexical: LexicalIndex, vocabulary: Vocabulary) -> None:
        otherwise, things = said_otherwise(question.text), _things(question.text, vocabulary)
        self._weights = [lexical.rarity(token) for token in question.content]
        self._total = sum(self._weights)
        none = frozenset[str]()
        words = (_Word(frozenset({token}) | otherwise.get(token, none), things.get(token, none)) for token in question.content)
        self._finder = _finder(vocabulary, tuple(words))

    def __bool__(self) -> bool:
        return bool(self._weights)

    def held(self, text: str) -> Held:
        """Which of the question's words a text holds; what ``share`` and ``credit`` are asked about."""
        return self._finder.held(text)

    def held_by(self, report: Report) -> Held:
        """Which of them a report holds, its title included."""
        return self.held(f"{report.reference.title} {report.text}")

    def share(self, held: Held) -> float:
        """The weighted share (0..1) of the question's words that stand there; 0 for a question without content words."""
        return self.credit(held, held)

    def credit(self, held: Held, near: Held) -> float:
        """As ``share``, over two places: a word that stands only near counts half."""
        if not self._total:
            return 0.0
        worth = [1.0 if here else 0.5 if there else 0.0 for here, there in zip(held, near, strict=True)]
        return sum([weight * each for weight, each in zip(self._weights, worth, strict=True)]) / self._total

    def heaviest_missing(self, held: Held) -> float:
        """The share of the weightiest word that is not there; 0 where all are."""
        missing = [weight for weight, there in zip(self._weights, held, strict=True) if not there]
        return max(missing, default=0.0) / self._total if self._total else 0.0


def together(places: Iterable[Held]) -> Held:
    """What several places hold between them."""
    return tuple(map(any, zip(*places, strict=True)))


def _things(text: str, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """For each word of a named thing, the thing."""
    found: dict[str, frozenset[str]] = {}
    for mention in vocabulary.find(text):
        for token in tokens(text[mention.start : mention.end]):
            found[token] = found.get(token, frozenset()) | {mention.entity.name}
    return found
