"""An ingest as it is seen on a terminal: a bar while it runs, a summary at its end, and every failure with its reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
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
    TextColumn("{task.fields[rate]}"),
    DownloadColumn(),
    TimeRemainingColumn(),
)
_ORDER: tuple[Status, ...] = ("added", "changed", "unchanged", "shadowed", "removed", "vanished", "failed")


@dataclass(slots=True)
class Tally:
    """What became of the sources, in numbers: a library of any size is told of in the same memory."""

    files: Counter[Status] = field(default_factory=Counter)
    paragraphs: Counter[Status] = field(default_factory=Counter)
    failed: list[SourceResult] = field(default_factory=list)
    noted: list[SourceResult] = field(default_factory=list)

    def add(self, result: SourceResult) -> None:
        self.files[result.status] += 1
        self.paragraphs[result.status] += result.paragraphs
        if result.status == "failed":
            self.failed.append(result)
        if result.note:
            self.noted.append(result)


def ingest_paths(settings: Settings, paths: Sequence[Path], *, prune: bool, dry_run: bool) -> int:
    """Ingest and print; how many sources failed."""
    with Corpus.open(settings) as corpus:
        results = Pipeline(corpus, settings, Vocabulary.load()).run(paths, prune=prune, dry_run=dry_run)
        return print_ingest(results, paths, dry_run=dry_run)


def print_ingest(results: Iterable[SourceResult], paths: Sequence[Path], *, dry_run: bool = False) -> int:
    """The bar while they come, then the failures and the summary; how many sources failed."""
    tally = Tally()
    for result in _watched(results, paths):
        tally.add(result)
    for result in tally.failed:
        click.echo(plain(f"failed: {result.uri}: {result.reason}"), err=True)
    for result in tally.noted:
        click.echo(plain(f"note: {result.uri}: {result.note}"), err=True)
    _print_summary(console(), tally, dry_run)
    return len(tally.failed)


def _watched(results: Iterable[SourceResult], paths: Sequence[Path]) -> Iterator[SourceResult]:
    """The same results; on a terminal a bar shows how much is read, how many reports a second, and how long the rest will take."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield from results
        return
    sizes = {source.uri: source.path.stat().st_size for source in find_sources(paths) if isinstance(source, Source)}
    started, reports = monotonic(), 0
    with Progress(*_COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("reading", total=sum(sizes.values()), sources=f"0/{len(sizes)} files", rate="")
        for number, result in enumerate(results, start=1):
            reports += len(result.reports)
            rate = f"{reports / max(monotonic() - started, 1e-3):.1f} reports/s"
            progress.update(task, advance=sizes.get(result.uri, 0), sources=f"{number}/{len(sizes)} files", rate=rate)
            yield result


def _print_summary(out: Console, tally: Tally, dry_run: bool) -> None:
    """What became of the sources, by status; plain lines where nobody looks at a terminal."""
    rows = [(status, str(tally.files[status]), str(tally.paragraphs[status] or "")) for status in _ORDER if tally.files[status]]
    note = "dry run: nothing was written" if dry_run else None
    if not out.is_terminal:
        lines = [" ".join(part for part in (status, files, f"({read} paragraphs)" if read else "") if part) for status, files, read in rows]
        click.echo("\n".join([*lines, *([note] if note else [])] or ["nothing to ingest"]))
        return
    table = Table("Sources", Column("Files", justify="right"), Column("Paragraphs", justify="right"), caption=note)
    for row in rows:
        table.add_row(*row)
    out.print(table)
