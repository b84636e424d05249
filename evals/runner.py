"""One evaluation run: ingest the set's reports, search and ask every question, score, write the run folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from assistant.chain import build_assistant
from corpus.embedding import Embedder
from corpus.settings import Settings
from evals.adapters import evaluation_set
from evals.asking import Asked, ask
from evals.datasets import EvaluationSet, Level
from evals.golds import Resolved, resolve
from evals.library import Library, open_library
from evals.metrics import Scores, citations_of, score_answer
from evals.progress import Progress, tell
from evals.ranking import Ranking, ranking, score_rankings
from evals.report import markdown
from evals.run_folder import Run, new_run_folder, write_run_folder
from evals.summary import Summary, summarise
from evals.systems import HYBRID, Search, systems

# Follow-ups searched by their last message alone, to know what rewriting gains.
RAW = "raw"
# Judged at report level, several passages of one report count once, so more of them are needed to rank the first ten reports.
DEPTH: Mapping[Level, int] = MappingProxyType({"paragraph": 20, "report": 100})

Rankings = Mapping[str, tuple[Ranking, ...]]


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where the run was written, its figures, and the same figures as a table to print."""

    folder: Path
    summary: Summary
    text: str


def run_folder(
    folder: Path | str, out: Path | None, settings: Settings, part: str | None = None, *, embedder: Embedder | None = None
) -> RunResult:
    """Run an evaluation set: a folder, or ``name:path`` for a public set that an adapter reads.

    The run is written to a new folder below ``out`` (below ``settings.home`` where None). Raises UsageError where the set is not true.
    """
    chosen = evaluation_set(str(folder), settings.home / "evals" / "sets").only(part)
    with open_library(chosen, settings, embedder) as library:
        run = measure(chosen, library, settings, part)
    text = markdown(run.summary)
    target = new_run_folder(out or settings.home / "evals" / "runs", chosen.name, part)
    write_run_folder(target, run, settings, text)
    tell(f"written to {target}")
    return RunResult(target, run.summary, text)


def measure(chosen: EvaluationSet, library: Library, settings: Settings, part: str | None) -> Run:
    """Search, ask and score everything; nothing is written."""
    catalog, resolution = library.corpus.catalog, resolve(chosen, library.corpus.catalog)
    asked = [] if chosen.retrieval_only else ask(resolution.questions, build_assistant(library.corpus, settings, library.vocabulary))
    rankings = _searched(resolution.questions, asked, library, settings, chosen.level)
    scores = _scores(resolution.questions, asked, rankings, library, chosen.level)
    summary = summarise(chosen, part, resolution, scores, asked, catalog.count(), len(library.failed))
    return Run(summary, resolution.questions, rankings, {one.gold.question.id: one.answer for one in asked}, scores)


def _searched(questions: Sequence[Resolved], asked: Sequence[Asked], library: Library, settings: Settings, level: Level) -> Rankings:
    """Rankings by system for every question with gold, searched in the words in which the assistant understood it."""
    standalone = {one.gold.question.id: one.answer.standalone_question for one in asked}
    judged = [one.question for one in questions if one.groups]
    queries = {one.id: standalone.get(one.id, one.text) for one in judged}
    searches = systems(library, settings)
    rankings = {name: _rankings(name, search, queries, level) for name, search in searches.items()}
    if followed := {one.id: one.text for one in judged if one.history and asked}:
        rankings[RAW] = _rankings(RAW, searches[HYBRID], followed, level)
    return rankings


def _rankings(name: str, search: Search, queries: Mapping[str, str], level: Level) -> tuple[Ranking, ...]:
    progress, found = Progress(f"search {name}", len(queries)), list[Ranking]()
    for question_id, query in queries.items():
        found.append(ranking(question_id, search(query, DEPTH[level]), level))
        progress.step()
    return tuple(found)


def _scores(questions: Sequence[Resolved], asked: Sequence[Asked], rankings: Rankings, library: Library, level: Level) -> dict[str, Scores]:
    """Every score by question id, named ``system.measure``, ``answer.measure`` and ``rewriting.gain``."""
    scores: dict[str, dict[str, float | None]] = {one.question.id: {} for one in questions}
    for system, found in rankings.items():
        searched = {one.question_id for one in found}
        for name, values in score_rankings(found, [one for one in questions if one.question.id in searched]).items():
            scores[name] |= {f"{system}.{measure}": value for measure, value in values.items()}
    for one in asked:
        cited = library.corpus.catalog.paragraphs(citation.paragraph_id for citation in citations_of(one.answer))
        answered = score_answer(one.answer, one.gold, cited, level)
        scores[one.gold.question.id] |= {f"answer.{measure}": worth for measure, worth in answered.items()}
    for known in scores.values():
        known |= _gain(known)
    return dict(scores)


def _gain(values: Scores) -> dict[str, float | None]:
    """What the standalone question gains in nDCG@10 over the follow-up's own words."""
    rewritten, raw = values.get(f"{HYBRID}.nDCG@10"), values.get(f"{RAW}.nDCG@10")
    return {} if rewritten is None or raw is None else {"rewriting.gain": rewritten - raw}
