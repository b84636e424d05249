"""Laws of ages: as reports print them, and as questions ask for them."""

import pytest

from assistant.ages import Ages, ages_asked, without_ages, years


@pytest.mark.parametrize(
    ("printed", "told"), [("54", 54), ("2.5", 2.5), ("6 months", 0.5), ("26 weeks", 0.5), ("50s", 55), ("early 60s", 65), ("infant", None)]
)
def test_an_age_is_read_in_years(printed: str, told: float | None) -> None:
    assert years(printed) == told


@pytest.mark.parametrize(
    ("question", "inside", "outside"),
    [
        ("what worked in women over 60?", "61", "60"),
        ("what worked in women over the age of 60?", "61", "59"),
        ("what worked in patients older than 60 years?", "70", "60"),
        ("what worked in patients aged 60 or over?", "60", "59"),
        ("what worked in patients at least 60 years old?", "60", "59"),
        ("what worked in children under 5?", "4", "5"),
        ("what worked in children under five years, I mean under the age of 5?", "20 months", "5"),
        ("what worked in patients younger than 18?", "17", "18"),
        ("what worked in patients aged 20 to 40?", "40", "41"),
        ("what worked in patients between 20 and 40 years?", "20", "19"),
        ("what worked in women in their 50s?", "50s", "60"),
        ("what worked in elderly patients?", "65", "64"),
    ],
)
def test_the_ages_that_are_asked_about_hold_those_inside_and_nobody_else(question: str, inside: str, outside: str) -> None:
    asked = ages_asked(question.lower())
    assert asked is not None
    assert asked.holds(inside)
    assert not asked.holds(outside)
    assert not asked.holds(None)


@pytest.mark.parametrize(
    "question",
    [
        "was rituximab over 60 mg given to women?",
        "did women need more than 3 cycles?",
        "which patients improved in under 6 months?",
        "did it work in more than 20 patients?",
        "how many women had over 30% improvement?",
        "what worked in women?",
    ],
)
def test_a_dose_a_time_or_a_count_is_no_age(question: str) -> None:
    assert ages_asked(question) is None
    assert without_ages(question) == question


def test_the_ages_are_shown_in_words_and_leave_the_question() -> None:
    assert Ages(above=60).words == "over 60"
    assert Ages(first=20, last=40).words == "aged 20 to 40"
    assert without_ages("what worked in women over 60 with plaques?").split() == "what worked in women with plaques?".split()
