"""``python -m evals.peers export|score|table``: see docs/evaluation.md."""

from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)
_PART = click.Choice(["dev", "test"])


class _Told(click.Group):
    """What cannot be done is told in words."""

    def invoke(self, ctx: click.Context) -> Any:
        from corpus.errors import CasebookError

        try:
            return super().invoke(ctx)
        except CasebookError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Told)
def main() -> None:
    """Other systems on the same questions; each runs in an environment of its own."""


@main.command()
@click.argument("evaluation_set", metavar="SET")
@click.argument("folder", type=_FOLDER)
@click.option("--part", type=_PART)
def export(evaluation_set: str, folder: Path, part: str | None) -> None:
    """Write corpus.jsonl and queries.jsonl of SET for peers to read."""
    from corpus.settings import load_settings
    from evals.peers.scoring import export as exported

    exported(evaluation_set, part, folder, load_settings())


@main.command()
@click.argument("evaluation_set", metavar="SET")
@click.argument("run", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name")
@click.option("--out", type=_FOLDER, default=Path("runs"), show_default=True)
@click.option("--part", type=_PART)
def score(evaluation_set: str, run: Path, name: str, out: Path, part: str | None) -> None:
    """Score a peer's RUN (TREC) of SET under NAME and write its run folder."""
    from corpus.settings import load_settings
    from evals.peers.scoring import score as scored

    click.echo(scored(evaluation_set, part, run, name, out, load_settings()))


@main.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--across", "measure", help="One measure of every system by set instead, e.g. nDCG@10.")
def table(runs: tuple[Path, ...], measure: str | None) -> None:
    """Set run folders side by side."""
    from evals.peers.scoring import across
    from evals.peers.scoring import table as made

    click.echo(across(runs, measure) if measure else made(runs))


if __name__ == "__main__":
    main()
