"""Words that say the same: "kidney" and "renal", "came back" and "recurrence", "ESR" and what it stands for."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from corpus.text import tokens

_FILE = Path(__file__).with_suffix(".yaml")

Said = tuple[str, ...]
"""The tokens of one way to say something, in order."""


def said_otherwise(text: str) -> dict[str, frozenset[str]]:
    """For each token of a text the other tokens by which it may be printed; tokens without any are left out."""
    sought, longest = _ways()
    asked, found = tokens(text), dict[str, frozenset[str]]()
    for start in range(len(asked)):
        for end in range(start + 1, min(start + longest, len(asked)) + 1):
            said = tuple(asked[start:end])
            for token in said if said in sought else ():
                found[token] = found.get(token, frozenset()) | sought[said] - {token}
    return {token: others for token, others in found.items() if others}


@lru_cache(maxsize=1)
def _ways() -> tuple[Mapping[Said, frozenset[str]], int]:
    """Each way to say something with the tokens that say the same, and how long the longest is."""
    found: dict[Said, frozenset[str]] = {}
    for said, printed in _entries():
        found[said] = found.get(said, frozenset()) | printed
    return found, max(map(len, found))


def _entries() -> Iterator[tuple[Said, frozenset[str]]]:
    lists = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for line in lists["same"]:
        group = frozenset(tokens(line))
        yield from (((token,), group) for token in group)
    for said, printed in lists["said"].items():
        yield tuple(tokens(said)), frozenset(tokens(printed))
