"""Whether the board's counts are those of the facts: every cell of the boards of many questions over the bundled library.

``python -m evals.board_cells FACTS [--errors]`` over the library of ``CASEBOOK_HOME``, which must hold the reports of FACTS. The gold board
of a question is counted from the facts alone: patients whose disease or antibodies name what is asked, and therapies of theirs aimed at the
target. A cell is a therapy and an outcome; the cells of a board are those of every therapy that either board names. ``all`` counts zeros
that are rightly zero too, ``counted`` only cells that are not zero on one of the boards.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.board import BUCKETS, Bucket, board, bucket
from assistant.evidence import EvidenceFinder
from assistant.question import understand
from corpus.case import Outcome
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.case_extraction import gold_rows
from evals.intervals import mean_estimate
from evals.report import shown

_TARGET = "calcinosis"
# Of whom; asked with the target, and once without anyone.
ASKED = (
    "", "systemic sclerosis", "limited cutaneous systemic sclerosis", "diffuse cutaneous systemic sclerosis", "dermatomyositis",
    "juvenile dermatomyositis", "systemic lupus erythematosus", "mixed connective tissue disease", "overlap syndrome", "anti-Mi2",
    "anti-NXP2", "anti-MDA5", "anticentromere", "anti-Scl70", "anti-PM/Scl",
)  # fmt: skip

Cells = Mapping[tuple[str, Bucket], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of one question's board: what the facts count and what the board shows."""

    question: str
    therapy: str
    bucket: Bucket
    gold: int
    shown: int


def gold_board(records: Sequence[Mapping[str, Any]], asked: str, vocabulary: Vocabulary) -> Cells:
    """Patients by therapy and outcome, from the facts; a patient whom a review sums up from the literature is none."""
    wanted = vocabulary.entity(asked)
    who: defaultdict[tuple[str, Bucket], set[str]] = defaultdict(set)
    for record in records:
        for row in gold_rows(dict(record), vocabulary):
            patient = record["patients"][row.patient - 1]
            named = _named(f"{patient.get('disease')}; {'; '.join(patient.get('antibodies') or ())}", vocabulary)
            if row.entity is None or row.literature or not _aimed(row.targets, vocabulary) or (wanted and wanted.name not in named):
                continue
            outcome: Outcome = row.outcome  # type: ignore[assignment]
            who[row.entity.name, bucket(outcome)].add(f"{record['id']}/{row.patient}")
    return {cell: len(patients) for cell, patients in who.items()}


def _aimed(targets: frozenset[str], vocabulary: Vocabulary) -> bool:
    return any(_TARGET in {target, *(entity.groups if (entity := vocabulary.entity(target)) else ())} for target in targets)


def _named(text: str, vocabulary: Vocabulary) -> set[str]:
    return {name for mention in vocabulary.find(text) for name in (mention.entity.name, *mention.entity.groups)}


def shown_board(finder: EvidenceFinder, question: str, vocabulary: Vocabulary) -> Cells:
    found = board(finder.outlines(understand(question, vocabulary)))
    return {(line.therapy, name): count for line in found.lines for name, count in line.counts.cells.items() if count}


def cells(question: str, gold: Cells, found: Cells) -> Iterator[Cell]:
    """Every cell of every therapy on either board."""
    for therapy in sorted({name for name, _ in (*gold, *found)}):
        for name in BUCKETS:
            yield Cell(question, therapy, name, gold.get((therapy, name), 0), found.get((therapy, name), 0))


def measure(facts: Path) -> list[Cell]:
    records = [json.loads(line) for line in facts.read_text(encoding="utf-8").splitlines()]
    settings, vocabulary, found = load_settings(), Vocabulary.load(), list[Cell]()
    with Corpus.open(settings) as corpus:
        finder = EvidenceFinder(corpus, vocabulary)
        for asked in ASKED:
            question = f"Which therapies were tried for {_TARGET}{f' in {asked}' if asked else ''}?"
            found += cells(question, gold_board(records, asked, vocabulary), shown_board(finder, question, vocabulary))
    return found


def main(facts: Path, *, errors: bool) -> None:
    found = measure(facts)
    counted = [one for one in found if one.gold or one.shown]
    for name, some in (("all", found), ("counted", counted)):
        print(f"{name}: {shown(mean_estimate([float(one.gold == one.shown) for one in some]))}, n {len(some)}")
    if errors:
        for one in counted:
            if one.gold != one.shown:
                print(f"{one.question} | {one.therapy} | {one.bucket}: facts {one.gold}, board {one.shown}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), errors="--errors" in sys.argv[2:])
