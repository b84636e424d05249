"""Words as names are compared by: one spelling, one number, and what lies a letter apart."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

# A word is a run of letters, a run of digits or one Greek letter: "Mi2", "Mi-2" and "Mi 2" are all "mi", "2".
TOKEN = re.compile(r"\d+|[αβßγδεκλτωμ]|[a-zA-ZÀ-ÖØ-Þà-öø-ɏ]+(?:['’]s\b)?")
_GREEK = {
    "α": "alpha", "β": "beta", "ß": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon",
    "κ": "kappa", "λ": "lambda", "τ": "tau", "ω": "omega", "μ": "mu",
}  # fmt: skip
# British and American spellings meet here, in the lists and in the texts alike.
_SPELLINGS = (
    ("ae", "e"), ("oe", "e"), ("sulph", "sulf"), ("tumour", "tumor"), ("isation", "ization"),
    ("ising", "izing"), ("ised", "ized"), ("leuco", "leuko"), ("logue", "log"),
)  # fmt: skip
# Shorter words are abbreviations: "SAE" is an antibody, "SE" a standard error.
_SHORTEST_RESPELLED = 5


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """One word as it is compared: lower case, no accents, no possessive, one spelling."""
    if word in _GREEK:
        return _GREEK[word]
    plain = (word if word.isascii() else _without_accents(word)).lower()
    if plain.endswith(("'s", "’s")):
        plain = plain[:-2]
    if len(plain) >= _SHORTEST_RESPELLED:
        for british, american in _SPELLINGS:
            plain = plain.replace(british, american)
    return plain


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


@lru_cache(maxsize=65536)
def singulars(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural of."""
    if len(word) < 3 or not word.endswith("s") or word.endswith("ss"):
        return (word,)
    if word.endswith("ies"):
        return (word, word[:-3] + "y", word[:-1])
    return (word, word[:-1], word[:-2]) if word.endswith("es") else (word, word[:-1])


def stretches(text: str, piece: str, goes_on: Callable[[str], bool]) -> Iterator[str]:
    """Where a piece stands in a text, with what is beside it between spaces as far to both sides as ``goes_on`` holds of it."""
    end = 0
    while (place := text.find(piece, end)) >= 0:
        start, end = text.rfind(" ", 0, place) + 1, _space(text, place + len(piece))
        while start and goes_on(text[(before := text.rfind(" ", 0, start - 1) + 1) : start]):
            start = before
        while end < len(text) and goes_on(text[end : (after := _space(text, end + 1))]):
            end = after
        yield text[start:end]


def _space(text: str, place: int) -> int:
    found = text.find(" ", place)
    return found if found >= 0 else len(text)


def without_a_letter(word: str) -> set[str]:
    """The word, and the word with any one letter left out: two words that share one of these are one letter apart."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
