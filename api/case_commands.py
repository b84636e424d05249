"""``casebook evidence`` and ``casebook similar``: the therapy board and the patients most like one, in a terminal or a file."""

from pathlib import Path
from typing import IO

import click


@click.command()
@click.argument("question")
@click.option("--csv", "as_csv", is_flag=True, help="Every row with its quote and source, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Rows and board as JSON, in the shape of POST /v1/evidence.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of the terminal.")
def evidence(question: str, as_csv: bool, as_json: bool, out: Path | None) -> None:
    """Count patients by therapy and outcome over the whole library, e.g. "which therapies failed for calcinosis?"."""
    if as_csv and as_json:
        raise click.UsageError("choose --csv or --json, not both")
    from api.callers import Caller
    from api.evidence import COLUMNS, EvidenceRequest, board_text, cells, gathered
    from api.services import open_services
    from api.tables import csv_text
    from corpus.settings import load_settings

    with open_services(load_settings()) as services:
        found = gathered(services, EvidenceRequest(question=question), Caller())
    if as_csv:
        text = csv_text(COLUMNS, cells(found.rows, found.references))
    else:
        text = f"{found.model_dump_json(indent=2)}\n" if as_json else f"{board_text(found)}\n"
    _written(text, out)


@click.command()
@click.argument("vignette", type=click.File(encoding="utf-8"), default="-")
@click.option("--json", "as_json", is_flag=True, help="As JSON, in the shape of POST /v1/similar.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="How many patients.")
def similar(vignette: IO[str], as_json: bool, limit: int) -> None:
    """Find the library's patients most like the one described in VIGNETTE, a text file (default: standard input)."""
    from api.callers import Caller
    from api.services import open_services
    from api.similar import SimilarRequest, alike, similar_text
    from corpus.settings import load_settings

    try:
        asked = SimilarRequest(vignette=vignette.read(), limit=limit)
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{vignette.name} is not text in UTF-8 ({error.reason}); save it as UTF-8") from error
    with open_services(load_settings()) as services:
        found = alike(services, asked, Caller())
    click.echo(found.model_dump_json(indent=2) if as_json else similar_text(found))


def _written(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from corpus.errors import UsageError

    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})") from error
    click.echo(f"written to {out}", err=True)
