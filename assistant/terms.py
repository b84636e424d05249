"""How much each word of a question weighs in this library, its synonyms included."""

from collections.abc import Set

from assistant.question import Question
from corpus.lexical import LexicalIndex
from corpus.text import tokens
from corpus.vocabulary import Vocabulary

# A question word in the section heading says what the paragraph is about, but does not stand in the sentence.
_HEADING_WEIGHT = 0.5


class TermWeights:
    """The question's content words weighted by rarity; any name of a named thing counts for its words."""

    def __init__(self, question: Question, lexical: LexicalIndex, vocabulary: Vocabulary) -> None:
        self._weights = {token: lexical.rarity(token) for token in question.content}
        self._synonyms = _synonyms(question, vocabulary)
        self._total = sum(self._weights.values())

    def __bool__(self) -> bool:
        return bool(self._weights)

    def share(self, there: Set[str], heading: Set[str] = frozenset()) -> float:
        """The weighted share (0..1) of the question's words among some tokens; 0 for a question without content words."""
        if not self._total:
            return 0.0
        return sum(weight * self._presence(token, there, heading) for token, weight in self._weights.items()) / self._total

    def _presence(self, token: str, there: Set[str], heading: Set[str]) -> float:
        names = {token} | self._synonyms.get(token, frozenset())
        return 1.0 if names & there else _HEADING_WEIGHT if names & heading else 0.0


def _synonyms(question: Question, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """For each word of a named thing, the words of its other names."""
    found: dict[str, frozenset[str]] = {}
    for mention in vocabulary.find(question.text):
        forms = frozenset(token for form in vocabulary.expand(mention.entity) for token in tokens(form))
        found |= dict.fromkeys(tokens(question.text[mention.start : mention.end]), forms)
    return found
