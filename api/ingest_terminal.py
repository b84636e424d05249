"""An ingest as it is seen on a terminal: a bar while it runs, a summary at its end, and every failure with its reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Column, Table

from api.terminal import console, plain
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline, SourceResult, Status
from ingest.sources import Source, find_sources

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TextColumn("{task.fields[sources]}"),
    DownloadColumn(),
    TransferSpeedColumn(),
    TimeRemainingColumn(),
)
_ORDER: tuple[Status, ...] = ("added", "changed", "unchanged", "shadowed", "removed", "vanished", "failed")


def ingest_paths(settings: Settings, paths: Sequence[Path], *, prune: bool, dry_run: bool) -> int:
    """Ingest and print; how many sources failed."""
    with Corpus.open(settings) as corpus:
        results = Pipeline(corpus, settings, Vocabulary.load()).run(paths, prune=prune, dry_run=dry_run)
        done = list(_watched(results, paths))
    failed = [result for result in done if result.status == "failed"]
    for result in failed:
        click.echo(plain(f"failed: {result.uri}: {result.reason}"), err=True)
    _print_summary(console(), done, dry_run)
    return len(failed)


def _watched(results: Iterable[SourceResult], paths: Sequence[Path]) -> Iterator[SourceResult]:
    """The same results; on a terminal a bar shows how much is read, how fast, and how long the rest will take."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield from results
        return
    sizes = {source.uri: source.path.stat().st_size for source in find_sources(paths) if isinstance(source, Source)}
    with Progress(*_COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("reading", total=sum(sizes.values()), sources=f"0/{len(sizes)} files")
        for number, result in enumerate(results, start=1):
            progress.update(task, advance=sizes.get(result.uri, 0), sources=f"{number}/{len(sizes)} files")
            yield result


def _print_summary(out: Console, results: Sequence[SourceResult], dry_run: bool) -> None:
    """What became of the sources, by status; plain lines where nobody looks at a terminal."""
    counts = Counter(result.status for result in results)
    paragraphs = Counter[str]()
    for result in results:
        paragraphs[result.status] += result.paragraphs
    rows = [(status, str(counts[status]), str(paragraphs[status] or "")) for status in _ORDER if counts[status]]
    note = "dry run: nothing was written" if dry_run else None
    if not out.is_terminal:
        lines = [" ".join(part for part in (status, files, f"({read} paragraphs)" if read else "") if part) for status, files, read in rows]
        click.echo("\n".join([*lines, *([note] if note else [])] or ["nothing to ingest"]))
        return
    table = Table("Sources", Column("Files", justify="right"), Column("Paragraphs", justify="right"), caption=note)
    for row in rows:
        table.add_row(*row)
    out.print(table)
