"""``casebook fetch``: reports from public archives, saved as files that ``casebook ingest`` reads."""

import sys
from pathlib import Path

import click


@click.group("fetch")
def fetch_group() -> None:
    """Fetch open-access reports from a public archive."""


@fetch_group.command()
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many articles at most.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to save them in.")
@click.option("--any-licence", is_flag=True, help="Also those whose licence does not allow reuse (CC0, CC BY and CC BY-SA do).")
def europepmc(query: str, limit: int, out: Path, any_licence: bool) -> None:
    """Fetch articles that answer QUERY from Europe PMC as full-text XML; a second run goes on where the first one stopped."""
    from ingest.europepmc import fetch_europepmc

    failed = 0
    for result in fetch_europepmc(query, limit, out, any_licence=any_licence):
        failed += result.status == "failed"
        click.echo(f"{result.status:8} {result.pmcid}  {result.title[:80]}{f'  ({result.reason})' if result.reason else ''}")
    click.echo(f"saved in {out}; read them with: casebook ingest {out}")
    if failed:
        click.echo(f"{failed} could not be fetched; run the same command again", err=True)
        sys.exit(1)
