"""``casebook eval`` and ``casebook bench``: thin doors to evals, which is loaded when it is asked for."""

from pathlib import Path

import click


@click.group("eval")
def eval_group() -> None:
    """Measure how right the answers are."""


@eval_group.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("eval-runs"), help="Where the run is written.")
def run(folder: Path, out: Path) -> None:
    """Run the questions of an evaluation set: a FOLDER with reports/ and questions.jsonl."""
    from evals.runner import run_folder

    from corpus.settings import load_settings

    run_folder(folder, out, load_settings())


@click.command()
def bench() -> None:
    """Measure speed and memory on the bundled library."""
    from evals.bench import run_bench

    from corpus.settings import load_settings

    run_bench(load_settings())
