"""What the models learn from: a question with passages that answer it or do not, a statement with a passage that proves it or not, a
question with a paragraph that tells what is asked or does not."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

Split = Literal["train", "held"]
# The share of reports (or articles) that is held back, by the digest of their names.
_HELD_OF = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: passages that answer it, and passages that our own search puts high although they do not.

    ``answers`` is empty where nothing in the library answers.
    """

    source: str
    split: Split
    question: str
    answers: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement and a passage; ``verdict`` 0: the passage proves it, 1: it does not tell, 2: it says otherwise."""

    source: str
    split: Split
    statement: str
    passage: str
    verdict: int


@dataclass(frozen=True, slots=True)
class Told:
    """One question and a paragraph below its title and heading; ``told``: whether it tells what is asked."""

    source: str
    split: Split
    question: str
    text: str
    told: bool


SUPPORTED, UNTOLD, CONTRADICTED = 0, 1, 2


def split_of(name: str, held_percent: int, salt: str = "casebook") -> Split:
    """Whether all that comes from a report is held back; the same name always falls the same way."""
    place = int(sha256(f"{salt}\0{name}".encode()).hexdigest()[:8], 16) % _HELD_OF
    return "held" if place < held_percent else "train"


def write_examples(path: Path, examples: Iterable[Asked | Stated | Told]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in examples]
    path.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def read_asked(paths: Sequence[Path]) -> Iterator[Asked]:
    for line in _lines(paths):
        yield Asked(line["source"], line["split"], line["question"], tuple(line["answers"]), tuple(line["others"]))


def read_stated(paths: Sequence[Path]) -> Iterator[Stated]:
    for line in _lines(paths):
        yield Stated(**line)


def read_told(paths: Sequence[Path]) -> Iterator[Told]:
    for line in _lines(paths):
        yield Told(**line)


def _lines(paths: Sequence[Path]) -> Iterator[dict]:  # type: ignore[type-arg]
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
