"""By their first two letters, the words that may turn out as one of some others once spellings and endings are folded."""

from collections.abc import Iterable

# What folding makes of a second letter: "haem" is "hem", "ise" is "ize", "dying" is "die", "ties" may be "ty".
_SECOND = {"e": "eao", "z": "zs", "i": "iy", "y": "yi"}
# At the front of a word these lose a letter ("oedema" is "edema"; "oaem" is "oem", and that "em").
_SHORTENED = frozenset({"ae", "oe", "oa"})


class Beginnings:
    """A sieve in front of dearer steps: it lets every word through that may fold to one of ``folded``, and few others."""

    def __init__(self, folded: Iterable[str]) -> None:
        words = [word for word in folded if word]
        self._pairs = _SHORTENED.union(*({word[0] + second for second in _SECOND.get(word[1], word[1])} for word in words if word[1:]))
        # What is folded to a single letter may have been any word that begins with it.
        self._single = frozenset(word for word in words if not word[1:])

    def may(self, words: Iterable[str]) -> list[str]:
        """Those of some words, in whatever case, that may fold to one that is looked for; what is not ASCII is for the caller to see to."""
        pairs, single = self._pairs, self._single
        return [word for word in words if (front := word[:2].lower()) in pairs or front[0] in single or not word[1:]]
