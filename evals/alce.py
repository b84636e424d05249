"""Citation recall and precision as ALCE defines them (Gao, Yen, Yu and Chen 2023, section on citation quality).

- Recall: a statement counts 1 where it has a citation and all its cited texts together entail it, else 0; mean over statements.
- Precision: a citation counts 1 where its statement counts 1 and it is not irrelevant; mean over citations. It is irrelevant where it
  does not entail the statement alone and the statement's other citations entail it without it.

ALCE asks an entailment model (TRUE); here any function may judge, and a run says which one did.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# (texts, claim) -> whether the texts together entail the claim.
Entails = Callable[[Sequence[str], str], bool]


@dataclass(frozen=True, slots=True)
class Cited:
    """One statement with the texts it cites."""

    text: str
    passages: tuple[str, ...]


def citation_recall(statements: Sequence[Cited], entails: Entails) -> float | None:
    return _mean([_entailed(one, entails) for one in statements])


def citation_precision(statements: Sequence[Cited], entails: Entails) -> float | None:
    """None where nothing is cited."""
    return _mean([counts for one in statements for counts in _relevant(one, entails)])


def _entailed(one: Cited, entails: Entails) -> bool:
    return bool(one.passages) and entails(one.passages, one.text)


def _relevant(one: Cited, entails: Entails) -> list[bool]:
    if not _entailed(one, entails):
        return [False] * len(one.passages)
    if len(one.passages) == 1:
        return [True]
    others = [(*one.passages[:place], *one.passages[place + 1 :]) for place in range(len(one.passages))]
    return [entails([text], one.text) or not entails(rest, one.text) for text, rest in zip(one.passages, others, strict=True)]


def _mean(counts: Sequence[bool]) -> float | None:
    return sum(counts) / len(counts) if counts else None
