import pytest

from corpus.direction import direction


@pytest.mark.parametrize(
    "text",
    [
        "This regimen failed to reduce the deposits.",
        "The plaques continued to enlarge despite therapy.",
        "Progression could not be halted.",
        "She did not respond to rituximab.",
        "There was no improvement.",
        "The disease was refractory to steroids.",
    ],
)
def test_a_failure_is_worse_and_nothing_else(text: str) -> None:
    assert direction(text) == {"worse"}


@pytest.mark.parametrize(
    "text",
    [
        "The nodules resolved.",
        "It was effective in preventing any recurrence.",
        "No recurrence was seen.",
        "She responded well.",
        "The ulcer healed.",
    ],
)
def test_a_success_is_better_and_nothing_else(text: str) -> None:
    assert direction(text) == {"better"}


def test_a_sentence_may_tell_both() -> None:
    assert direction("Strength improved; however, the calcinosis worsened.") == {"better", "worse"}


def test_a_sentence_without_an_outcome_tells_neither() -> None:
    assert direction("Rituximab 1 g was given.") == frozenset()
