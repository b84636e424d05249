"""What kind of thing is asked for, and whether a sentence holds it."""

import pytest

from assistant.answer_types import asks_harm, leaves_open, tells_harm, wanted_types
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


@pytest.mark.parametrize(
    ("question", "answers", "open_"),
    [
        ("Which drug was given for it?", "Diltiazem was given.", "It was given for two years."),
        ("Which drug was given after diltiazem?", "Then came colchicine.", "Diltiazem was given."),
        ("Which drugs had he taken before the operation?", "He had taken colchicine.", "The mass was cut out by surgical excision."),
        ("What treatment did she receive?", "No treatment was given.", "She was seen in 2004."),
        ("How was the calcinosis treated?", "It was excised, after diltiazem had failed.", "The calcinosis lay in sheets."),
        ("At what dose was it given?", "She took 20 mg daily.", "It was given for two years."),
        ("For how long was it given?", "It was given for 18 months.", "She took 20 mg."),
        ("Follow-up after the flap?", "No recurrence in 3 years.", "A flap was used."),
        ("Which antibodies did she have?", "Anti-Mi2 was found.", "Her spine was compressed."),
        ("Where was the calcinosis?", "In the left thigh.", "It was painful."),
        ("Serum phosphate of the man on dialysis?", "Phosphate was 2.1 mmol/L.", "The mass caused no pain."),
        ("What was her BMI?", "Her body mass index was 31.", "She was obese."),
        ("How high was the CK?", "Creatine kinase stood at 9831 U/L.", "She was weak."),
        ("How much does a course of it cost?", "A course costs 900 euros.", "It was given at 375 mg weekly."),
        ("Which brand was used?", "Octagam (Octapharma) was used.", "It was infused for two days."),
        ("In which hospital was he treated?", "He came to a university hospital.", "He was obese."),
        ("Which infusion reactions occurred?", "Fever and headache occurred.", "Each infusion ran over 30 minutes."),
        ("Which joints were calcified?", "The left knee was.", "It was painful."),
        ("How old was she?", "She was 41 years old.", "She took 20 mg daily."),
        ("What was the ANA titre?", "ANA was positive at 1:160.", "Her CK was 1447 U/L."),
        ("Was it a man or a woman?", "He was a sailor.", "It was painful."),
        ("When was it found?", "It was found after the second dose.", "It was painful."),
        ("Vitamin D level in her?", "Blood tests were all normal.", "She was weak."),
    ],
)
def test_what_says_nothing_of_the_kind_asked_for_leaves_a_question_open(
    vocabulary: Vocabulary, question: str, answers: str, open_: str
) -> None:
    assert not leaves_open(question, answers, vocabulary)
    assert leaves_open(question, open_, vocabulary)


@pytest.mark.parametrize(
    "question",
    [
        "Did diltiazem help?",
        "Which patients responded?",
        "What happened on high dose immunoglobulin?",
        "alendronate: where did calcinosis respond and where did it not?",
        "calcium deposits in the thigh",
        "Is weight loss described?",
    ],
)
def test_a_question_that_demands_no_certain_kind_is_left_open_by_nothing(vocabulary: Vocabulary, question: str) -> None:
    assert not leaves_open(question, "Nothing of the sort.", vocabulary)


@pytest.mark.parametrize(
    ("sentence", "heading", "harm"),
    [
        ("Two had diarrhoea on colchicine.", "Treatment", True),
        ("Injections caused no specific side effects.", "Results", True),
        ("Mild changes in laboratory values were seen.", "Safety", True),
        ("Mild changes in laboratory values were seen.", "Findings", False),
        ("The plaques improved on colchicine.", "Treatment", False),
    ],
)
def test_a_sentence_tells_of_harms_by_its_words_or_its_heading(sentence: str, heading: str, harm: bool) -> None:
    assert tells_harm(sentence, [heading]) is harm


@pytest.mark.parametrize(
    ("question", "asked"),
    [("any side effects?", True), ("AEs on tofacitinib?", True), ("Was it toxic?", False), ("What was the effect of colchicine?", False)],
)
def test_side_effects_are_asked_for_by_name(question: str, asked: bool) -> None:
    assert asks_harm(question) is asked
