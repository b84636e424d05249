"""Names that are spelled a letter wrong in a question: "calsinosis", "colchcine"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from assistant.answer import Exchange
from corpus.lexical import LexicalIndex
from corpus.text import tokens
from corpus.vocabulary import Vocabulary
from corpus.word_forms import fold, without_a_letter

# Shorter names lie closer to each other (see corpus/vocabulary.py).
_SHORTEST = 8
_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(rf"\b[^\W\d_]{{{_SHORTEST - 1},}}\b")
# Words that end so are everyday English more often than a name that is spelled wrong ("ulcerating", "convulsed").
_PLAIN = re.compile(r"(?:ing|ed|es|er|or|al|ive|ly|ble|ate|ant|ent|y|ure|ress)$")
# Letters as wide as Chinese ones, from keyboards that are set so.
_FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}


class Spelling:
    """Corrects words that stand in no report and on no list, and are one letter away from one listed name only."""

    def __init__(self, lexical: LexicalIndex, vocabulary: Vocabulary) -> None:
        self._lexical = lexical
        self._vocabulary = vocabulary

    def corrected(self, text: str) -> str:
        return _LONG_WORD.sub(lambda word: self._meant(word[0]), text.translate(_FULL_WIDTH))

    def corrected_talk(self, history: Sequence[Exchange]) -> list[Exchange]:
        return [replace(one, text=self.corrected(one.text)) if one.role == "user" else one for one in history]

    def _meant(self, word: str) -> str:
        folded = fold(word)
        known = folded in self._words or folded.removesuffix("s") in self._words or _PLAIN.search(folded)
        if known or any(self._lexical.knows(token) for token in tokens(word)):
            return word
        near = {name for variant in without_a_letter(folded) for name in self._nearly.get(variant, ()) if name[0] == folded[0]}
        return near.pop() if len(near) == 1 else word

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every word of every listed name."""
        names = (name for entity in self._vocabulary.entities for name in (entity.name, *entity.synonyms))
        return frozenset(fold(word) for name in names for word in _WORD.findall(name))

    @cached_property
    def _nearly(self) -> dict[str, set[str]]:
        """The long names of one word, by themselves and without any one letter."""
        found: dict[str, set[str]] = {}
        for name in {fold(entity.name) for entity in self._vocabulary.entities if entity.name.isalpha()}:
            for variant in without_a_letter(name) if len(name) >= _SHORTEST else ():
                found.setdefault(variant, set()).add(name)
        return found
