"""By their first two letters, the words that may turn out as one of some others once spellings and endings are folded."""

import string
from collections.abc import Iterable

# What folding makes of a second letter: "haem" is "hem", "ise" is "ize", "dying" is "die", "ties" may be "ty".
_SECOND = {"e": "eao", "z": "zs", "i": "iy", "y": "yi"}
# What is folded to a single letter may have been any word that begins with it ("yes" may be the plural of "y").
_ANY = ("", *string.ascii_lowercase, *string.digits, "'")
# At the front of a word these lose a letter ("oedema" is "edema"; "oaem" is "oem", and that "em").
_SHORTENED = ("ae", "oe", "oa")


class Beginnings:
    """A sieve in front of dearer steps: it lets every word through that may fold to one of ``folded``, and few others."""

    def __init__(self, folded: Iterable[str]) -> None:
        pairs = {word[0] + second for word in folded if word for second in (_SECOND.get(word[1], word[1]) if word[1:] else _ANY)}
        self._pairs = frozenset(
            case for pair in pairs.union(_SHORTENED) for case in (pair, pair.upper(), pair.capitalize(), pair.capitalize().swapcase())
        )

    def may(self, words: Iterable[str]) -> list[str]:
        """Those of some words, in whatever case, that may fold to one that is looked for; what is not ASCII is for the caller to see to."""
        pairs = self._pairs
        return [word for word in words if word[:2] in pairs]
