"""``python -m evals.refusing gather|fit``: the weights of ``assistant.wording.NEAR_MISS``, and what they are worth.

Gathering asks every question of the development sets and keeps how its wording parts from the sentence that would be quoted; fitting is
arithmetic over what was gathered. Answers are given or refused by the whole assistant: the figures are of these signs alone.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.chain import build_assistant
from assistant.evidence import EvidenceFinder
from assistant.question import understand
from assistant.readers.quoting import Quoter
from assistant.scoring import load_scorer, load_second
from assistant.wording import NEAR_MISS, NearMiss, Wording
from corpus.settings import Settings, load_settings
from evals.adapters import evaluation_set
from evals.golds import Resolved, resolve
from evals.intervals import RESAMPLES, SEED
from evals.library import open_library
from evals.progress import Progress, tell
from evals.training.examples import Split
from evals.training.gathering import part_split, squad_split

OWN, NATURAL = (Path(__file__).parent / "data" / name for name in ("bundled", "natural/bundled"))
# The share of answerable questions of our own sets that the signs may refuse.
MAY_REFUSE = 0.015
# Ridge of the regression (0.3 and 2.0 move SQuAD by less than 0.01); steps of Newton's method, which settles in fewer than ten.
_RIDGE, _STEPS = 1.0, 25

Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One question whose best sentence was found: how close its wording is, and where it parts."""

    source: str
    split: Split
    answerable: bool
    closeness: float
    wording: Wording


@dataclass(frozen=True, slots=True)
class Balance:
    """Balanced accuracy with its 95 % bootstrap interval, and the share of answerable questions refused."""

    questions: int
    balanced: float
    low: float
    high: float
    wrong: float


def gather(source: str, settings: Settings, split: Callable[[Resolved], Split], every: int = 1) -> Iterator[Weighed]:
    """Every ``every``-th single-turn question of a set that reaches a sentence."""
    plain = settings.model_copy(update={"chat_model": None})
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, plain) as library:
        assistant, evidence = build_assistant(library.corpus, plain, library.vocabulary), EvidenceFinder(library.corpus, library.vocabulary)
        quoter = Quoter(library.corpus, library.vocabulary, load_scorer(plain), load_second(plain))
        questions = [one for one in resolve(chosen, library.corpus.catalog).questions if not one.question.history][::every]
        progress = Progress(f"weigh {chosen.name}", len(questions))
        for one in questions:
            asked = understand(one.question.text, library.vocabulary)
            best = quoter.best(asked, assistant.search(one.question.text), evidence.rows(asked))
            progress.step()
            if best is not None:
                yield Weighed(chosen.name, split(one), one.question.answerable, best.closeness, best.wording)


def fit(weighed: Sequence[Weighed], own: frozenset[str], may_refuse: float = MAY_REFUSE) -> NearMiss:
    """Weights over the training split; what an own set does not answer is no near miss, so only its answered questions count.

    The threshold is the lowest that refuses no more than ``may_refuse`` of the own sets' answered questions.
    """
    used = [one for one in weighed if one.split == "train" and (one.answerable or one.source not in own)]
    weights = _regression(np.array([_signs(one) for one in used]), np.array([not one.answerable for one in used], dtype=float))
    found = NearMiss(round(float(weights[0]), 2), Wording(*(round(max(0.0, float(one)), 2) for one in weights[1:])), 1.0)
    chances = sorted((found.chance(one.wording, one.closeness) for one in used if one.answerable and one.source in own), reverse=True)
    allowed = chances[min(len(chances) - 1, int(may_refuse * len(chances)))] if chances else 0.5
    return NearMiss(found.constant, found.of, round(allowed + 0.005, 2))


def balance(near_miss: NearMiss, weighed: Sequence[Weighed]) -> Balance:
    """How the signs alone divide questions."""
    answerable = np.array([one.answerable for one in weighed], dtype=bool)
    refused = np.array([near_miss.found(one.wording, one.closeness) for one in weighed], dtype=bool)
    draws = np.random.default_rng(SEED).integers(0, len(weighed), (RESAMPLES, len(weighed)))
    low, high = np.nanpercentile([_balanced(answerable[one], refused[one]) for one in draws], [2.5, 97.5])
    return Balance(len(weighed), _balanced(answerable, refused), float(low), float(high), _share(refused, answerable))


def _balanced(answerable: Flags, refused: Flags) -> float:
    return (_share(refused, ~answerable) + _share(~refused, answerable)) / 2


def _share(flags: Flags, among: Flags) -> float:
    return float(flags[among].mean()) if among.any() else float("nan")


def _signs(one: Weighed) -> list[float]:
    return [1.0, *(one.closeness * float(getattr(one.wording, sign.name)) for sign in fields(Wording))]


def _regression(signs: Values, near_miss: Values) -> Values:
    """Logistic regression by Newton's method; the constant is not held down."""
    ridge = _RIDGE * np.eye(signs.shape[1])
    ridge[0, 0] = 0.0
    weights = np.zeros(signs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (near_miss - chance) - ridge @ weights
        bend = (signs * (chance * (1 - chance))[:, None]).T @ signs + ridge
        weights = weights + np.linalg.solve(bend, slope)
    return weights


# -- files ----------------------------------------------------------------------------------------------


def write(path: Path, weighed: Sequence[Weighed]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in weighed), encoding="utf-8")


def read(folder: Path) -> list[Weighed]:
    lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Weighed(**{**line, "wording": Wording(**line["wording"])}) for line in lines]


def _gather(arguments: argparse.Namespace) -> None:
    settings, squad = load_settings(home=arguments.work), arguments.data / "squad2"
    sources = (
        ("own", str(OWN), part_split, 1),
        ("natural", str(NATURAL), part_split, 1),
        ("squad2", f"squad2:{squad}", squad_split(squad), arguments.every),
    )
    for name, source, split, every in sources:
        path = arguments.work / "refusing" / f"{name}.jsonl"
        if not path.exists():
            write(path, list(gather(source, settings, split, every)))


def _fit(arguments: argparse.Namespace) -> None:
    weighed = read(arguments.work / "refusing")
    found = fit(weighed, frozenset(one.source for one in weighed) - {"squad2"})
    tell(f"in use: {NEAR_MISS}")
    tell(f"fitted: {found}")
    for source in sorted({one.source for one in weighed}):
        for split in ("train", "held"):
            if some := [one for one in weighed if (one.source, one.split) == (source, split)]:
                for name, one in (("in use", NEAR_MISS), ("fitted", found)):
                    tell(f"{source} {split}, {name}: {balance(one, some)}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.refusing", description="Fit and measure the signs of a near miss.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--work", type=Path, default=Path("runs/refusing"), help="folder for libraries and what is gathered")
    parser.add_argument("--every", type=int, default=1, help="ask every N-th question of SQuAD")
    steps = parser.add_subparsers(required=True)
    steps.add_parser("gather", help="ask the development sets, keep what parts question and sentence").set_defaults(step=_gather)
    steps.add_parser("fit", help="fit over what was gathered and tell what it is worth").set_defaults(step=_fit)
    chosen = parser.parse_args(arguments)
    chosen.step(chosen)


if __name__ == "__main__":
    main()
