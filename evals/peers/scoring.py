"""Peers on the same questions over the same texts: exported, scored by the same code, written as run folders, set side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation import standalone
from corpus.embedding import Embedder
from corpus.errors import UsageError
from corpus.settings import Settings
from evals.adapters import evaluation_set
from evals.datasets import EvaluationSet
from evals.golds import resolve
from evals.intervals import Estimate, mean_estimate, permutation_p
from evals.library import Library, open_library
from evals.peers.exchange import Printed, read_spans, write_exchange
from evals.ranking import MEASURES, ranking, score_rankings
from evals.report import markdown, shown
from evals.report_files import write_reports
from evals.run_folder import Run, StoredRun, new_run_folder, read_run_folder, write_run_folder
from evals.runner import DEPTH
from evals.summary import summarise
from evals.systems import HYBRID

_MAIN = ("nDCG@10", "R@10", "RR", "groups@4000c")


def export(source: str, part: str | None, folder: Path, settings: Settings, *, embedder: Embedder | None = None) -> None:
    """Write the set's reports and questions for peers. A follow-up goes out as our assistant completes it: this compares retrieval."""
    chosen = evaluation_set(source, settings.home / "evals" / "sets").only(part)
    with open_library(chosen, settings, embedder) as library:
        questions = [one.question for one in resolve(chosen, library.corpus.catalog).questions if one.groups]
        queries = {one.id: standalone(one.text, one.history, library.vocabulary).text for one in questions}
        write_exchange(folder, _printed(library), queries, DEPTH[chosen.level])


def score(source: str, part: str | None, run: Path, name: str, out: Path, settings: Settings, *, embedder: Embedder | None = None) -> Path:
    """Score a peer's TREC run of spans and write it as a run folder."""
    chosen = evaluation_set(source, settings.home / "evals" / "sets").only(part)
    with open_library(chosen, settings, embedder) as library:
        found = _scored(chosen, part, library, run, name)
    target = new_run_folder(out, f"{chosen.name}-{name}", part)
    write_run_folder(target, found, settings, markdown(found.summary))
    write_reports(target)
    return target


def _printed(library: Library) -> list[Printed]:
    catalog = library.corpus.catalog
    return [Printed.of(catalog.report(name)) for name in catalog.report_ids()]


def _scored(chosen: EvaluationSet, part: str | None, library: Library, run: Path, name: str) -> Run:
    catalog, resolution = library.corpus.catalog, resolve(chosen, library.corpus.catalog)
    spans = read_spans(run, {one.report_id: one for one in _printed(library)})
    judged = [one for one in resolution.questions if one.groups]
    rankings = tuple(ranking(one.question.id, spans.get(one.question.id, ()), chosen.level) for one in judged)
    values = score_rankings(rankings, judged)
    scores = {
        one.question.id: {f"{name}.{measure}": value for measure, value in values.get(one.question.id, {}).items()}
        for one in resolution.questions
    }
    summary = summarise(chosen, part, name, resolution, scores, [], catalog.count(), len(library.failed))
    return Run(summary, resolution.questions, {name: rankings}, {}, scores)


@dataclass(frozen=True, slots=True)
class Row:
    """One system of a run with its score per question."""

    system: str
    run: StoredRun


def table(folders: Sequence[Path]) -> str:
    """Every system of these runs, by set; p is of the paired difference in nDCG@10 from our retriever."""
    runs = [read_run_folder(folder) for folder in folders]
    blocks = []
    for data in dict.fromkeys(run.data for run in runs):
        rows = [Row(system, run) for run in runs if run.data == data for system in _systems(run)]
        blocks.append(_block(rows))
    return "\n\n".join(blocks) + "\n"


def across(folders: Sequence[Path], measure: str = "nDCG@10") -> str:
    """One measure of every system by set; bold where the set's best is, a dash where a system was not run."""
    runs = [read_run_folder(folder) for folder in folders]
    if not any(name.endswith(f".{measure}") for run in runs for name in run.summary["metrics"]):
        raise UsageError(f"none of these runs has a measure called {measure!r}; nDCG@10 is one")
    sets = dict.fromkeys((str(run.summary["set"]), run.data) for run in runs)
    found = {(system, run.data): run for run in runs for system in _systems(run)}
    heads = [f"{name} (n={_n(runs, data, measure)})" for name, data in sets]
    lines = [f"| {measure} | {' | '.join(heads)} |", "| --- " * (len(heads) + 1) + "|"]
    for system in dict.fromkeys(system for system, _ in found):
        cells = [_cell(found, system, data, measure) for _, data in sets]
        lines.append(f"| {system} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _n(runs: Sequence[StoredRun], data: str, measure: str) -> int:
    metrics = [(name, found) for run in runs if run.data == data for name, found in run.summary["metrics"].items()]
    return int(max(found["n"] for name, found in metrics if name.endswith(f".{measure}")))


def _cell(found: Mapping[tuple[str, str], StoredRun], system: str, data: str, measure: str) -> str:
    values = {name: run.figures[f"{name}.{measure}"] for (name, of), run in found.items() if of == data}
    if (value := values.get(system)) is None:
        return "-"
    text = shown(Estimate(**found[system, data].summary["metrics"][f"{system}.{measure}"]))
    return f"**{text}**" if value == max(one for one in values.values() if one is not None) else text


def _systems(run: StoredRun) -> list[str]:
    found = dict.fromkeys(name.partition(".")[0] for name in run.summary["metrics"] if name.partition(".")[2] in MEASURES)
    return list(found)


def _block(rows: Sequence[Row]) -> str:
    ours = next((row for row in rows if row.system == HYBRID), None)
    if ours is None:
        raise UsageError(
            f"{rows[0].run.folder}: no run of ours over the same data is among the folders; add one made by `casebook eval run`"
        )
    about, part = ours.run.summary, ours.run.summary["part"]
    n = about["metrics"][f"{HYBRID}.nDCG@10"]["n"]
    lines = [f"| {about['set']}{f' ({part})' if part else ''}, n={n} | {' | '.join(_MAIN)} | p |", "| --- " * (len(_MAIN) + 2) + "|"]
    return "\n".join([*lines, *(_line(row, ours) for row in rows)])


def _line(row: Row, ours: Row) -> str:
    cells = [shown(mean_estimate([scores.get(f"{row.system}.{measure}") for scores in row.run.scores.values()])) for measure in _MAIN]
    p = None if row is ours else _p(row, ours)
    name = f"**{row.system}**" if row is ours else row.system
    return f"| {name} | {' | '.join(cells)} | {'-' if p is None else f'{p:.4f}'} |"


def _p(row: Row, ours: Row) -> float | None:
    pairs = [
        (scores.get(f"{HYBRID}.nDCG@10"), row.run.scores.get(name, {}).get(f"{row.system}.nDCG@10"))
        for name, scores in ours.run.scores.items()
    ]
    defined = [(one, two) for one, two in pairs if one is not None and two is not None]
    return permutation_p([one for one, _ in defined], [two for _, two in defined])
