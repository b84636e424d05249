"""The sieve by first letters never holds back a word that folds to one that is looked for."""

import pytest

from corpus.beginnings import Beginnings
from corpus.text import tokens
from corpus.vocabulary import Vocabulary
from corpus.word_forms import TOKEN, fold, singulars

_ODD = (
    "oedema aetiology haemoglobin haematoma caecum oesophagus foetal leucocyte dying lying tying ties skies ised isation ising "
    "using yes eyes dyes type two twelve sulphate tumour colour ageing Aetiology OEDEMA HAEM x5 5"
).split()


@pytest.fixture(scope="module")
def words() -> list[str]:
    entities = Vocabulary.load().entities
    return [*_ODD, *dict.fromkeys(word for entity in entities for name in (entity.name, *entity.synonyms) for word in TOKEN.findall(name))]


def test_a_word_that_is_stemmed_to_a_wanted_token_is_let_through(words: list[str]) -> None:
    numbers = {"two", "twelve"}
    for word in set(words) - numbers:
        for token in tokens(word):
            assert not word.isascii() or word in Beginnings([token]).may([word]), (word, token)


def test_a_word_that_is_folded_to_a_wanted_one_is_let_through(words: list[str]) -> None:
    for word in words:
        for folded in singulars(fold(word)):
            assert not word.isascii() or word in Beginnings([folded]).may([word]), (word, folded)


def test_most_other_words_are_held_back(words: list[str]) -> None:
    assert len(Beginnings(["methotrexat", "calcinosi"]).may(words)) < len(words) / 10
