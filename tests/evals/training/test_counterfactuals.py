"""Changed sentences are changed, and sentences told differently still say the same."""

import random
import re

import pytest

from corpus.vocabulary import Vocabulary
from evals.training.counterfactuals import changed, loosely

SENTENCES = (
    "Rituximab 1 g was given every 6 months.",
    "The calcinosis improved after diltiazem.",
    "There was no recurrence at two years of follow-up.",
    "Serum CK was elevated at 1200 U/L.",
)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return Vocabulary.load()


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("seed", range(12))
def test_a_changed_sentence_differs_from_the_one_it_was_made_of(sentence: str, seed: int, words: Vocabulary) -> None:
    made = changed(sentence, words, random.Random(seed))
    assert made is not None
    assert made != sentence


@pytest.mark.parametrize("seed", range(12))
def test_a_sentence_that_holds_nothing_to_change_gives_none(seed: int, words: Vocabulary) -> None:
    assert changed("Further reading follows.", words, random.Random(seed)) is None


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("seed", range(12))
def test_telling_a_sentence_differently_keeps_every_number_and_negation(sentence: str, seed: int, words: Vocabulary) -> None:
    told = loosely(sentence, words, random.Random(seed))
    assert re.findall(r"\d+", told) == re.findall(r"\d+", sentence)
    assert ("no " in told) == ("no " in sentence)
