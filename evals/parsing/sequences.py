"""How much of one sequence of words another one keeps, in order."""

from collections.abc import Sequence


def common_words(gold: Sequence[str], found: Sequence[str]) -> int:
    """The length of the longest common subsequence (Hyyrö 2004: one bit per word of ``gold``, one step per word of ``found``)."""
    places: dict[str, int] = {}
    for position, word in enumerate(gold):
        places[word] = places.get(word, 0) | 1 << position
    everything = (1 << len(gold)) - 1
    open_places = everything
    for word in found:
        met = open_places & places.get(word, 0)
        open_places = ((open_places + met) | (open_places - met)) & everything
    return len(gold) - open_places.bit_count()
