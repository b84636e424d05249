"""What kind of thing is asked for, and whether a sentence holds it."""

import pytest

from assistant.answer_types import wanted_types
from corpus.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("question", "name", "holds", "lacks"),
    [
        ("Where were the deposits?", "site", "They lay in the left thigh.", "Diltiazem was given by mouth."),
        ("Where were the deposits?", "site", "The tongue was spared.", "Oral diltiazem did nothing for the female patients."),
        ("Why could it not be given?", "reason", "Hepatitis precluded it.", "It was given for two weeks."),
        ("What form did the calcinosis take?", "form", "It lay in sheets.", "It was painful."),
        ("What is planned?", "plan", "Surgery was planned.", "Surgery was done."),
        ("Did he survive?", "survival", "He died on day 61.", "He was 40 years old."),
        ("For how many months was it given?", "time", "It was given for 8 months.", "Each infusion took 30 minutes."),
        ("How many years did it last?", "time", "It lasted 2 years.", "It lasted 3 days."),
    ],
)
def test_a_sentence_holds_the_kind_of_thing_that_is_asked_for(
    vocabulary: Vocabulary, question: str, name: str, holds: str, lacks: str
) -> None:
    (wanted,) = [one for one in wanted_types(question) if one.name == name]
    assert wanted.fit(holds, (), vocabulary) > wanted.fit(lacks, (), vocabulary) == 0


def test_a_place_is_asked_for_by_the_word_that_opens_a_question_and_not_by_one_that_joins_clauses() -> None:
    assert any(one.name == "site" for one in wanted_types("calcinosis on films: where?"))
    assert not any(one.name == "site" for one in wanted_types("list reports where it helped"))
