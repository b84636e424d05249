"""The one home of normalising, sentence splitting and tokens. Offsets always refer to the text as given."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import sentencex
import Stemmer

from corpus.beginnings import Beginnings

# Greek letters are spelled out so that "anti-Mi-2β", "anti-Mi-2 beta" and "interferon-γ" meet their spelled forms.
_GREEK = {
    "α": " alpha", "β": " beta", "γ": " gamma", "δ": " delta", "ε": " epsilon", "κ": " kappa", "λ": " lambda",
    "τ": " tau", "ω": " omega", "ß": " beta", "μ": "u", "µ": "u",
}  # fmt: skip
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"', ord("´"): "'", ord("′"): "'"}
_CHARS = _DASHES | _QUOTES | {ord(greek): name for greek, name in _GREEK.items()}

_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:'[^\W\d_]+)?\d*|[^\W_]+")
_STOP = frozenset(
    (
        "a about after again all also am an and any are as at be because been before being between both but by can could "
        "did do does doing during each few for from further had has have having he her here hers him his how i if in into is "
        "it its itself just me more most my no nor not now of off on once only or other our out over own same she should so "
        "some such than that the their them then there these they this those through to too under until up very was we were "
        "what when where which while who whom why will with would you your"
    ).split()
)
# "one" stays a word: it points ("which one?") more often than it counts.
_NUMBERS = {word: str(number) for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)}
# British spellings meet American ones; the rules run on lower-case words before stemming.
_SPELLING = (
    (re.compile(r"^haem|(?<=[a-z])haem"), "hem"),
    (re.compile(r"(?<=[a-z])ae(?=[mds])|^ae(?=t)"), "e"),
    (re.compile(r"oe(?=a$|d|s|m)"), "e"),
    (re.compile(r"leuc(?=o)"), "leuk"),
    (re.compile(r"(?<=\w\w)our(?=$|s$|ed$)"), "or"),
    (re.compile(r"is(?=e$|ed$|es$|ing$|ation$|ations$)"), "iz"),
    (re.compile(r"sulph"), "sulf"),
)
# What each of these rules needs: few words hold any of it.
_MAY_BE_RESPELLED = re.compile(r"ae|oe|leuc|our|is|sulph")

_ABBREVIATION_END = re.compile(r"(?:\b(?:approx|resp|incl|ca|cf|vs|Figs?|Refs?|Nos?|Dr|Prof|al)\.|[([]\s*\w+\.)\s*$")
_ADDED_BREAK = re.compile(
    r"(?:(?<=[a-z)\]])[.!?]\s?\[?\d{1,3}(?:\s*[,–-]\s*\d{1,3}|\s\d{1,3})*\]?|(?<=/[a-zA-Z])\.|(?<=/[a-zA-Z]{2})\.)\s+(?=[A-Z][a-z]+\b)"
)


# The same paragraphs and their sentences are looked at by many steps of one answer, and by many answers: what was worked out of so many
# texts is kept, some kilobytes each. A question looks at 300 to 600 of them.
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text with its character offsets: ``whole[start:end] == text``."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Fold what differs only in print (Unicode form, dashes, quotes, Greek letters, spaces, case); for comparing, never for showing."""
    return " ".join(_pieces(text))


def _pieces(text: str) -> list[str]:
    """What stands between spaces, folded."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_CHARS)
    return folded.lower().split()


def sentences(text: str) -> list[Span]:
    """The sentences of a paragraph in order, trimmed, with offsets. Splitting by sentencex (MIT), mended where clinical prose needs it."""
    return list(_sentences(text))


@lru_cache(maxsize=_KEPT)
def _sentences(text: str) -> tuple[Span, ...]:
    pieces: list[tuple[int, int]] = []
    for start, end in _rough_sentences(text):
        glue = pieces and (_ABBREVIATION_END.search(text[pieces[-1][0] : pieces[-1][1]]) or text[start : start + 1].islower())
        if glue:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return tuple(_trimmed(text, start, end) for start, end in pieces)


def _rough_sentences(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for boundary in sentencex.get_sentence_boundaries("en", text):
        start = text.index(boundary["text"], position)
        position = start + len(boundary["text"])
        if boundary["text"].strip():
            yield from _split_after_marks_and_units(text, start, position)


def _split_after_marks_and_units(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """``... for calcinosis.1 2 We report`` and ``... to 119 U/L. The lung`` are two sentences each.

    The splitter takes the mark for a decimal and the unit for an initial.
    """
    for mark in _ADDED_BREAK.finditer(text, start, end):
        if mark.end() < end:
            yield start, mark.end()
            start = mark.end()
    yield start, end


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(piece.strip(), start, start + len(piece.strip()))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    if _MAY_BE_RESPELLED.search(word):
        for pattern, replacement in _SPELLING:
            word = pattern.sub(replacement, word)
    return str(Stemmer.Stemmer("english").stemWord(word))


def words(text: str) -> list[str]:
    """Lower-case words and numbers as written, hyphens opened ("anti-mi2" is "anti", "mi2"); stop words kept."""
    return _WORD.findall(normalise(text))


def tokens(text: str) -> list[str]:
    """What the lexical index sees: words without stop words, spelling variants folded, stemmed (Snowball English).

    A letter-digit compound is kept whole however it is printed: ``Mi-2``, ``Mi 2`` and ``Mi2`` all give ``mi2``.
    """
    found = _join_letter_digit(normalise(text))
    return [_stem(_NUMBERS.get(word, word)) for word in _WORD.findall(found) if word not in _STOP]


class Sought:
    """Some tokens that texts are searched for: only words that begin like one of them are stemmed."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = frozenset(tokens)
        numbers = [word for word, number in _NUMBERS.items() if number in self._tokens]
        self._beginnings = Beginnings((*self._tokens, *numbers))

    def found_in(self, text: str) -> frozenset[str]:
        """Those of the tokens that a text holds."""
        pieces = set(_pieces(text))
        # Most pieces are a word and nothing else, and no token goes over a space.
        plain = set(filter(str.isalpha, pieces))
        printed = plain.union(_WORD.findall(_join_letter_digit(" ".join(pieces - plain))))
        return self._tokens.intersection([_stem(_NUMBERS.get(word, word)) for word in self._beginnings.may(printed) if word not in _STOP])


# Looked for first: one letter is found ten times faster than a pattern that may begin anywhere.
_HYPHEN_DIGIT = re.compile(r"-\d")
_LETTER_DIGIT = re.compile(r"\b([a-z]{1,4})-(\d{1,3})\b(?![.,]?\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


def _join_letter_digit(text: str) -> str:
    joined = _LETTER_DIGIT.sub(r"\1\2", text) if _HYPHEN_DIGIT.search(text) else text
    return _THOUSANDS.sub("", joined) if "," in joined else joined
