"""Follow-ups: what the talk is about is carried into the question, and a new topic is left alone."""

import pytest

from assistant.answer import Exchange, Understood
from assistant.chain import Assistant
from assistant.conversation import standalone
from assistant.question import Question, understand
from corpus.errors import UsageError
from corpus.vocabulary import Vocabulary

METHOTREXATE = (
    Exchange("user", "Did methotrexate help calcinosis in anti-Mi2 dermatomyositis?"),
    Exchange("assistant", "In a 34-year-old woman, methotrexate 15 mg weekly failed against calcinosis [1]."),
)
IMMUNOGLOBULIN = (
    Exchange("user", "What helped calcinosis?"),
    Exchange("assistant", "In a 52-year-old man, calcinosis improved with intravenous immunoglobulin [1]."),
)


def complete(assistant: Assistant, question: str, *history: Exchange) -> str:
    """The question as it is searched."""
    (understood,) = (event for event in assistant.stream(question, history=history) if isinstance(event, Understood))
    return understood.standalone_question


def meant(assistant: Assistant, vocabulary: Vocabulary, question: str, *history: Exchange) -> Question:
    return understand(complete(assistant, question, *history), vocabulary)


def names(question: Question) -> set[str]:
    return {entity.name for entity in question.entities}


@pytest.mark.parametrize(
    "question",
    [
        "Which therapies failed in systemic sclerosis?",
        "Did diltiazem help calcinosis in systemic sclerosis?",
        "How old was the gardener with anti-Mi2 dermatomyositis?",
        "What is the best chemotherapy for glioblastoma?",
        "My patient has calcinosis of the hands. Would surgery help?",
    ],
)
def test_a_new_topic_is_left_as_it_was_asked(assistant: Assistant, question: str) -> None:
    assert complete(assistant, question, *METHOTREXATE) == question
    assert complete(assistant, question, *IMMUNOGLOBULIN, *METHOTREXATE) == question


@pytest.mark.parametrize("question", ["and what dose?", "did it help?", "and for how long?", "what about her muscles?"])
def test_without_a_history_nothing_is_added(assistant: Assistant, question: str) -> None:
    assert complete(assistant, question) == question


@pytest.mark.parametrize("question", ["and what dose?", "at what dose?", "did it work?", "and for how long?", "was it given for long?"])
def test_a_follow_up_carries_what_the_question_was_about(assistant: Assistant, vocabulary: Vocabulary, question: str) -> None:
    assert {"methotrexate", "calcinosis", "anti-Mi2"} <= names(meant(assistant, vocabulary, question, *METHOTREXATE))


@pytest.mark.parametrize("question", ["and what dose?", "and for how long?", "how long was it given?"])
def test_a_follow_up_carries_the_therapy_that_the_answer_told(assistant: Assistant, vocabulary: Vocabulary, question: str) -> None:
    assert names(meant(assistant, vocabulary, question, *IMMUNOGLOBULIN)) == {"intravenous immunoglobulin", "calcinosis"}


@pytest.mark.parametrize("question", ["what about rituximab?", "and rituximab?", "How about rituximab?", "and what about rituximab"])
def test_what_about_another_drug_asks_the_same_of_that_drug(assistant: Assistant, vocabulary: Vocabulary, question: str) -> None:
    asked = meant(assistant, vocabulary, question, *METHOTREXATE)
    assert {"rituximab", "calcinosis", "anti-Mi2"} <= names(asked)
    assert "methotrexate" not in names(asked)


def test_what_about_another_antibody_keeps_the_drug(assistant: Assistant, vocabulary: Vocabulary) -> None:
    asked = meant(assistant, vocabulary, "what about anti-NXP2?", *METHOTREXATE)
    assert {"methotrexate", "anti-NXP2", "calcinosis"} <= names(asked)
    assert "anti-Mi2" not in names(asked)


def test_a_condition_narrows_what_was_asked(assistant: Assistant, vocabulary: Vocabulary) -> None:
    assert {"calcinosis", "systemic sclerosis"} <= names(meant(assistant, vocabulary, "and in systemic sclerosis?", *IMMUNOGLOBULIN))


@pytest.mark.parametrize("question", ["how old was she?", "what about her antibodies?", "did they try anything else for this patient?"])
def test_a_pronoun_points_back(assistant: Assistant, vocabulary: Vocabulary, question: str) -> None:
    assert "anti-Mi2" in names(meant(assistant, vocabulary, question, *METHOTREXATE))


def test_the_latest_topic_wins(assistant: Assistant, vocabulary: Vocabulary) -> None:
    talk = (
        *METHOTREXATE,
        Exchange("user", "Did diltiazem help calcinosis in systemic sclerosis?"),
        Exchange("assistant", "It failed [1]."),
    )
    asked = names(meant(assistant, vocabulary, "and what dose?", *talk))
    assert "diltiazem" in asked
    assert asked & {"methotrexate", "anti-Mi2"} == set()


def test_a_chain_of_follow_ups_keeps_its_topic(assistant: Assistant, vocabulary: Vocabulary) -> None:
    talk = (*IMMUNOGLOBULIN, Exchange("user", "and what dose?"), Exchange("assistant", "1 g/kg per day for 2 days [1]."))
    assert "calcinosis" in names(meant(assistant, vocabulary, "and in dermatomyositis?", *talk))


def test_a_follow_up_is_answered_from_the_report_it_is_about(assistant: Assistant) -> None:
    answer = assistant.answer("and at what dose?", history=IMMUNOGLOBULIN)
    assert "1 g/kg per day for 2 days" in answer.text
    assert {passage.report_id for passage in answer.passages[:1]} == {"doi:10.9999/plum.2"}


def test_a_follow_up_about_something_unknown_still_abstains(assistant: Assistant) -> None:
    answer = assistant.answer("what about denosumab?", history=METHOTREXATE)
    assert answer.abstention
    assert answer.abstention.missing == ("denosumab",)


def test_a_history_without_a_question_changes_nothing(assistant: Assistant) -> None:
    assert complete(assistant, "and what dose?", Exchange("assistant", "Ask me about methotrexate.")) == "and what dose?"


def test_an_empty_follow_up_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UsageError):
        assistant.stream("  ", history=METHOTREXATE)


def test_a_very_long_talk_makes_no_long_question(assistant: Assistant) -> None:
    talk = [Exchange("user" if turn % 2 == 0 else "assistant", "rituximab, infliximab and calcinosis " * 50) for turn in range(200)]
    assert len(complete(assistant, "and what dose?", *talk)) < 4000


def test_a_whole_question_about_somebody_else_takes_nothing_from_the_talk(vocabulary: Vocabulary) -> None:
    history = (Exchange("user", "What was the creatine kinase in the anti-Mi2 patient?"), Exchange("assistant", "It was 1,200 U/L."))
    asked = "And in the patient with CREST, did rituximab work?"
    assert standalone(asked, history, vocabulary).text == asked
    assert "rituximab" in standalone("And for lupus, what dose?", (Exchange("user", "Did rituximab help calcinosis?"),), vocabulary).text


def test_which_drugs_failed_before_asks_of_other_drugs_than_the_talk(assistant: Assistant, vocabulary: Vocabulary) -> None:
    asked = meant(assistant, vocabulary, "which drugs had failed before?", *IMMUNOGLOBULIN)
    assert "intravenous immunoglobulin" not in names(asked)
    assert "calcinosis" in names(asked)


def test_any_finding_is_asked_of_those_who_were_spoken_of(assistant: Assistant, vocabulary: Vocabulary) -> None:
    assert {"methotrexate", "infection", "calcinosis"} <= names(meant(assistant, vocabulary, "any infections?", *METHOTREXATE))


@pytest.mark.parametrize(
    ("question", "kept", "left"),
    [
        ("and in lupus?", {"methotrexate", "calcinosis", "lupus"}, "dermatomyositis"),
        ("what about systemic sclerosis?", {"methotrexate", "calcinosis", "systemic sclerosis"}, "dermatomyositis"),
        ("and for dysphagia?", {"methotrexate", "dermatomyositis", "dysphagia"}, "calcinosis"),
    ],
)
def test_another_disease_or_aim_takes_the_place_of_the_one_before(
    assistant: Assistant, vocabulary: Vocabulary, question: str, kept: set[str], left: str
) -> None:
    asked = names(meant(assistant, vocabulary, question, *METHOTREXATE))
    assert kept <= asked
    assert left not in asked


def test_a_name_that_is_replaced_leaves_no_empty_brackets(assistant: Assistant) -> None:
    talk = (Exchange("user", "Did diltiazem help in dermatomyositis?"), Exchange("assistant", "It did."))
    again = (*talk, Exchange("user", "and in lupus?"), Exchange("assistant", "It did not."))
    assert complete(assistant, "and in scleroderma?", *again) == "Did diltiazem help in (systemic sclerosis)?"
