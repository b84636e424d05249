"""Words that say the same."""

from corpus.plain_words import said_otherwise
from corpus.text import tokens


def _meet(one: str, other: str) -> bool:
    """Whether some word of a text may be printed as a word of another."""
    printed = frozenset(tokens(other))
    return any(others & printed for others in said_otherwise(one).values())


def test_body_and_latin_meet_in_both_directions() -> None:
    for one, other in (("kidney", "renal"), ("skin", "cutaneous"), ("buttocks", "gluteal"), ("itching", "pruritus"), ("swollen", "edema")):
        assert _meet(one, other), (one, other)
        assert _meet(other, one), (one, other)


def test_a_phrase_is_printed_as_its_word_and_not_the_word_as_its_phrase() -> None:
    assert _meet("did it come back?", "recurrence")
    assert not _meet("pain in the back", "recurrence")
    assert not _meet("recurrence", "back")


def test_laboratory_shorthand_is_printed_in_full() -> None:
    assert _meet("ESR?", "erythrocyte sedimentation rate")
    assert not _meet("ESR?", "heart rate")


def test_no_word_is_said_otherwise_by_itself() -> None:
    for word, others in said_otherwise("kidney, skin, fever and calcium that came back").items():
        assert word not in others


def test_words_that_say_only_themselves_are_left_out() -> None:
    assert said_otherwise("rituximab for anti-Mi2 calcinosis universalis") == {"calcinosi": frozenset({"calcif", "calcifi"})}


def test_opposites_and_beside_the_point_never_meet() -> None:
    for one, other in (("painful", "painless"), ("benign", "malignant"), ("hypertension", "hypotension"), ("kidney", "hepatic")):
        assert not _meet(one, other), (one, other)
