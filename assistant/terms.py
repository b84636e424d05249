"""How much each word of a question weighs in this library, its synonyms included."""

from collections.abc import Mapping, Set

from assistant.question import Question
from corpus.lexical import LexicalIndex
from corpus.text import tokens
from corpus.vocabulary import Vocabulary

# Laboratory shorthand that clinicians type and reports spell out.
_SHORTHAND: Mapping[str, str] = {
    "esr": "erythrocyte sedimentation rate", "crp": "c-reactive protein", "ck": "creatine kinase", "cpk": "creatine kinase",
    "hb": "haemoglobin", "ldh": "lactate dehydrogenase", "wbc": "white cell count leucocytes", "bx": "biopsy", "bxs": "biopsies",
    "abs": "antibodies", "ab": "antibody", "xr": "radiograph", "xray": "radiograph", "echo": "echocardiogram", "mtx": "methotrexate",
    "mmf": "mycophenolate", "hcq": "hydroxychloroquine", "pt": "patient", "pts": "patients", "tx": "treatment", "rx": "treatment",
    "dx": "diagnosis", "hx": "history", "fu": "follow-up", "pmh": "history", "sx": "symptoms", "yo": "year-old", "meds": "medicines",
    "lcssc": "limited cutaneous systemic sclerosis", "dcssc": "diffuse cutaneous systemic sclerosis", "or": "odds ratio",
}  # fmt: skip


# Marks the name of a thing among the words of a text, so that a name never counts as present by one of its words.
_NAME = "\x1f"


class TermWeights:
    """The question's content words weighted by rarity; the words of a named thing count where the thing is named, however it is printed."""

    def __init__(self, question: Question, lexical: LexicalIndex, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._weights = {token: lexical.rarity(token) for token in question.content}
        self._names = _names(question.text, vocabulary)
        self._total = sum(self._weights.values())

    def __bool__(self) -> bool:
        return bool(self._weights)

    def words(self, text: str) -> set[str]:
        """The tokens of a text, and the names of the things it mentions; what ``share`` and ``credit`` are asked about."""
        named = {f"{_NAME}{name}" for mention in self._vocabulary.find(text) for name in (mention.entity.name, *mention.entity.groups)}
        return set(tokens(text)) | named

    def share(self, there: Set[str]) -> float:
        """The weighted share (0..1) of the question's words among some words; 0 for a question without content words."""
        return self.credit({1.0: there})

    def credit(self, places: Mapping[float, Set[str]]) -> float:
        """As ``share``, over several places of different worth: a word counts with the best place it stands in."""
        if not self._total:
            return 0.0
        return sum(weight * self._worth(token, places) for token, weight in self._weights.items()) / self._total

    def heaviest_missing(self, there: Set[str]) -> float:
        """The share of the weightiest word that is not there; 0 where all are."""
        missing = [weight for token, weight in self._weights.items() if not self._worth(token, {1.0: there})]
        return max(missing, default=0.0) / self._total if self._total else 0.0

    def _worth(self, token: str, places: Mapping[float, Set[str]]) -> float:
        names = {token} | self._names.get(token, frozenset())
        return max((worth for worth, there in places.items() if names & there), default=0.0)


def _names(text: str, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """For each word of a named thing, the thing; for shorthand, the words it stands for."""
    found = {short: frozenset(tokens(long)) for short, long in _SHORTHAND.items() if short in text.lower().split()}
    for mention in vocabulary.find(text):
        for token in tokens(text[mention.start : mention.end]):
            found[token] = found.get(token, frozenset()) | {f"{_NAME}{mention.entity.name}"}
    return found
