"""``casebook eval`` and ``casebook bench``: thin doors to evals, which is loaded when it is asked for."""

from pathlib import Path

import click


@click.group("eval")
def eval_group() -> None:
    """Measure how right the answers are."""


@eval_group.command()
@click.argument("folder")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder below which the run is written.")
@click.option("--part", help="Only this part of the set, e.g. dev.")
def run(folder: str, out: Path | None, part: str | None) -> None:
    """Run the questions of an evaluation set: a FOLDER with reports/ and questions.jsonl, or NAME:PATH of a public set."""
    from corpus.settings import load_settings
    from evals.runner import run_folder

    click.echo(run_folder(folder, out, load_settings(), part).text)


@click.command()
def bench() -> None:
    """Measure speed and memory on the bundled library."""
    from evals.bench import run_bench

    from corpus.settings import load_settings

    run_bench(load_settings())
