from hypothesis import given
from hypothesis import strategies as st

from evals.parsing.sequences import common_words


def test_words_out_of_order_do_not_count() -> None:
    assert common_words("a b c d".split(), "a b c d".split()) == 4
    assert common_words("a b c d".split(), "b a d c".split()) == 2
    assert common_words("a b c d".split(), "x a y b".split()) == 2
    assert common_words([], ["a"]) == common_words(["a"], []) == 0


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_it_is_the_longest_common_subsequence(gold: list[str], found: list[str]) -> None:
    lengths = [[0] * (len(found) + 1) for _ in range(len(gold) + 1)]
    for row, one in enumerate(gold):
        for column, other in enumerate(found):
            above, left = lengths[row][column + 1], lengths[row + 1][column]
            lengths[row + 1][column + 1] = lengths[row][column] + 1 if one == other else max(above, left)
    assert common_words(gold, found) == lengths[-1][-1]
