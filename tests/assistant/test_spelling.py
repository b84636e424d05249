"""A name that is spelled a letter wrong is searched as it was meant; words of the reports and of the lists are left alone."""

from collections.abc import Callable

import pytest

from assistant.answer import Exchange
from assistant.chain import Assistant
from assistant.spelling import Spelling
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.assistant.inventing import entry, report

Over = Callable[..., Assistant]


@pytest.fixture
def spelling(library: Corpus, vocabulary: Vocabulary) -> Spelling:
    return Spelling(library.lexical, vocabulary)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Does colchcine help calsinosis?", "Does colchicine help calcinosis?"),
        ("dermatomyositus", "dermatomyositis"),
        ("ｄｉｌｔｉａｚｅｍ", "diltiazem"),
    ],
)
def test_a_name_a_letter_wrong_is_read_as_it_was_meant(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Does apremilast help?",
        "Does prednisolone help more than prednisone?",
        "Was it ulcerating, injecting, complicating, at an interval?",
        "The problem of relative measures",
        "Did fosinopril help?",
    ],
)
def test_listed_names_and_everyday_words_stay_as_they_were_typed(spelling: Spelling, typed: str) -> None:
    assert spelling.corrected(typed) == typed


def test_a_word_that_a_report_prints_is_no_error(corpus: Corpus, vocabulary: Vocabulary) -> None:
    corpus.put([entry(report("sloe", "They wrote calsinosis throughout."))])
    assert Spelling(corpus.lexical, vocabulary).corrected("What is calsinosis?") == "What is calsinosis?"


def test_the_corrected_question_is_shown_and_answered(assistant: Assistant) -> None:
    answer = assistant.answer("Did methotrexte help calsinosis?")
    assert answer.standalone_question == "Did methotrexate help calcinosis?"
    assert not answer.abstained


def test_a_follow_up_on_a_misspelt_question_knows_what_was_meant(assistant: Assistant) -> None:
    talk = (Exchange("user", "Did methotrexte help calsinosis?"), Exchange("assistant", "It failed."))
    assert "methotrexate" in assistant.answer("at what dose?", history=talk).standalone_question
