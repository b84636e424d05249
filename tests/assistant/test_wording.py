"""A near miss changes a word of the sentence that it was made from; a question in words of its own is none."""

from dataclasses import asdict

import pytest

from assistant.wording import NEAR_MISS, Wording, compare

SENTENCE = "In 1998 the clinic in Turin treated twelve patients with large ulcers and accepted the new dressing."
PARAGRAPH = f"{SENTENCE} A second clinic in Oslo followed in 2004."


def signs(question: str, sentence: str = SENTENCE, paragraph: str = PARAGRAPH, known: frozenset[str] = frozenset()) -> set[str]:
    return {name for name, value in asdict(compare(question, sentence, paragraph, known=known)).items() if value}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many patients with large ulcers did the clinic in Turin treat in 1998?", set()),
        ("How many patients with large ulcers did the clinic in Turin not treat in 1998?", {"denied"}),
        ("How many patients with small ulcers did the clinic in Turin treat in 1998?", {"opposite"}),
        ("How many patients with large ulcers did the clinic in Oslo treat in 1998?", {"name_moved"}),
        ("How many patients with large ulcers did the clinic in Bergen treat in 1998?", {"name_new"}),
        ("How many patients with large ulcers did the clinic in Turin treat in 2004?", {"figure_moved"}),
        ("How many patients with large ulcers did the clinic in Turin treat in 1977?", {"figure_new"}),
    ],
)
def test_each_change_of_a_sentence_is_one_sign(question: str, expected: set[str]) -> None:
    assert signs(question) == expected


@pytest.mark.parametrize(("one", "other"), [("stable", "unstable"), ("regular", "irregular"), ("complete", "incomplete")])
def test_a_negating_prefix_is_an_opposite_either_way(one: str, other: str) -> None:
    assert signs(f"who was {one} there?", f"She was {other} there.") == {"opposite"}
    assert signs(f"who was {other} there?", f"She was {one} there.") == {"opposite"}


@pytest.mark.parametrize("said", ["precluded colchicine", "contraindicated colchicine", "ruled out colchicine"])
def test_what_made_a_drug_impossible_is_denied_too(said: str) -> None:
    assert signs("why was colchicine not given?", f"Hepatitis {said}.") == set()


@pytest.mark.parametrize("other", ["compared with those without?", "than in patients without?", "versus those without it?"])
def test_the_group_compared_with_denies_nothing(other: str) -> None:
    assert signs(f"how often were large ulcers treated in diabetics {other}", "Large ulcers were treated in most diabetics.") == set()


def test_what_both_deny_is_no_sign() -> None:
    assert signs("which drug did not help?", "Colchicine was not helpful.") == set()


@pytest.mark.parametrize("question", ["when was the dressing accepted?", "how many dressings were accepted?"])
def test_a_question_for_a_figure_lacks_it_where_the_sentence_tells_none(question: str) -> None:
    assert signs(question, "The dressing was accepted.") == {"lacks"}
    assert signs(question, "The three dressings were accepted in 2004.") == set()


def test_an_age_and_a_name_known_in_many_spellings_and_what_the_talk_carried_are_no_signs() -> None:
    assert signs("which dressing did the 54-year-old have?") == set()
    assert signs("what of a patient with Raynaud there?", known=frozenset({"raynaud"})) == set()
    assert signs("and the dressing (not accepted, Oslo, 2004)?") == set()


def test_a_sign_weighs_as_much_as_the_question_repeats_the_sentence() -> None:
    denied = Wording(denied=1.0)
    chances = [NEAR_MISS.chance(denied, closeness) for closeness in (0.0, 0.5, 1.0)]
    assert chances == sorted(chances)
    assert NEAR_MISS.found(denied, 1.0)
    assert not NEAR_MISS.found(denied, 0.0)
    assert not NEAR_MISS.found(Wording(), 1.0)
