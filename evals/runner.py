"""One evaluation run: ingest the set's reports, search and ask every question, score, write the run folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from assistant.answer import Answer
from corpus.embedding import Embedder
from corpus.settings import Settings
from evals.adapters import claims_source, evaluation_set
from evals.alce import Cited, citation_precision, citation_recall
from evals.asking import Asked, ask
from evals.datasets import EvaluationSet, GoldQuestion, Level
from evals.golds import Resolved, resolve
from evals.judging import VerifierJudge
from evals.library import Library, open_library
from evals.metrics import Scores, citations_of, score_answer
from evals.progress import Progress, tell
from evals.ranking import Ranking, ranking, score_rankings
from evals.remote import Server, served
from evals.report import markdown
from evals.report_files import write_reports
from evals.run_folder import Run, new_run_folder, write_run_folder
from evals.summary import Summary, summarise
from evals.systems import HYBRID, Search, System, in_process
from evals.verifying import verify_folder

# Follow-ups searched by their last message alone, and as a person rewrote them, to know what rewriting gains and could gain.
RAW, HUMAN = "raw", "human"
# Judged at report level, several passages of one report count once, so more of them are needed to rank the first ten reports.
DEPTH: Mapping[Level, int] = MappingProxyType({"paragraph": 20, "report": 100})
_GAINED = "nDCG@10"

Rankings = Mapping[str, tuple[Ranking, ...]]


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where the run was written, its figures, and the same figures as a table to print."""

    folder: Path
    summary: Summary
    text: str


def run_folder(
    folder: Path | str,
    out: Path | None,
    settings: Settings,
    part: str | None = None,
    *,
    server: Server | None = None,
    embedder: Embedder | None = None,
) -> RunResult:
    """Run an evaluation set: a folder, or ``name:path`` for a public set that an adapter reads; asked of a ``server`` where one is named.

    The run is written to a new folder below ``out`` (below ``settings.home`` where None). Raises UsageError where the set is not true.
    """
    if (claims := claims_source(str(folder))) is not None:
        return _verified(claims, out, settings)
    chosen = evaluation_set(str(folder), settings.home / "evals" / "sets").only(part)
    with open_library(chosen, settings, embedder) as library:
        system = served(server, library) if server else in_process(library, settings)
        run = measure(chosen, library, system, part)
    text = markdown(run.summary)
    target = new_run_folder(out or settings.home / "evals" / "runs", chosen.name, part)
    write_run_folder(target, run, settings, text)
    write_reports(target)
    tell(f"written to {target}")
    return RunResult(target, run.summary, text)


def _verified(source: Path, out: Path | None, settings: Settings) -> RunResult:
    """Sets of judged claims ask the verifier, not the assistant."""
    target, summary = verify_folder(source, out, settings)
    write_reports(target)
    tell(f"written to {target}")
    return RunResult(target, summary, (target / "summary.md").read_text(encoding="utf-8"))


def measure(chosen: EvaluationSet, library: Library, system: System, part: str | None) -> Run:
    """Search, ask and score everything; nothing is written."""
    catalog, resolution = library.corpus.catalog, resolve(chosen, library.corpus.catalog)
    asked = [] if chosen.retrieval_only else ask(resolution.questions, system.answers)
    rankings = _searched(resolution.questions, system, chosen.level)
    scores = _scores(resolution.questions, asked, rankings, library, chosen.level, cites=system.cites)
    summary = summarise(chosen, part, system.name, resolution, scores, asked, catalog.count(), len(library.failed))
    answers = {one.gold.question.id: one.answer for one in asked if one.answer}
    named = {unit for one in resolution.questions for unit in one.units}
    proofs = {name: one.text for name, one in catalog.paragraphs(named).items()} if chosen.level == "paragraph" else {}
    return Run(summary, resolution.questions, rankings, answers, scores, proofs)


def _searched(questions: Sequence[Resolved], system: System, level: Level) -> Rankings:
    """Rankings by retriever for every question with gold, searched as the system searches it in its conversation."""
    judged = [one.question for one in questions if one.groups]
    if not judged or not system.searches:
        return {}
    rankings = {name: _rankings(name, search, judged, level) for name, search in system.searches.items()}
    if followed := [replace(one, history=()) for one in judged if one.history]:
        rankings[RAW] = _rankings(RAW, system.searches[HYBRID], followed, level)
    if rewritten := [replace(one, text=one.standalone, history=()) for one in judged if one.history and one.standalone]:
        rankings[HUMAN] = _rankings(HUMAN, system.searches[HYBRID], rewritten, level)
    return rankings


def _rankings(name: str, search: Search, questions: Sequence[GoldQuestion], level: Level) -> tuple[Ranking, ...]:
    progress, found = Progress(f"search {name}", len(questions)), list[Ranking]()
    for one in questions:
        found.append(ranking(one.id, search(one.text, DEPTH[level], one.history), level))
        progress.step()
    return tuple(found)


def _scores(
    questions: Sequence[Resolved], asked: Sequence[Asked], rankings: Rankings, library: Library, level: Level, *, cites: bool
) -> dict[str, Scores]:
    """Every score by question id, named ``system.measure``, ``answer.measure`` and ``rewriting.measure``."""
    scores: dict[str, dict[str, float | None]] = {one.question.id: {} for one in questions}
    for system, found in rankings.items():
        searched = {one.question_id for one in found}
        for name, values in score_rankings(found, [one for one in questions if one.question.id in searched]).items():
            scores[name] |= {f"{system}.{measure}": value for measure, value in values.items()}
    judge = VerifierJudge(library.vocabulary)
    for one in asked:
        answered = _answered(one, library, level, judge, cites=cites)
        scores[one.gold.question.id] |= {f"answer.{measure}": worth for measure, worth in answered.items()}
    for known in scores.values():
        known |= _rewriting(known)
    return dict(scores)


def _answered(one: Asked, library: Library, level: Level, judge: VerifierJudge, *, cites: bool) -> dict[str, float | None]:
    """What could not be read as an answer is worth nothing known: ``unreadable``, and no other score."""
    if one.answer is None:
        return {"unreadable": 1.0}
    cited = library.corpus.catalog.paragraphs(citation.paragraph_id for citation in citations_of(one.answer))
    scores = score_answer(one.answer, one.gold, cited, level, cites=cites)
    statements = _cited(one.answer, {name: paragraph.text for name, paragraph in cited.items()}) if cites else []
    judged = {
        "citation_recall_alce": citation_recall(statements, judge.entails),
        "citation_precision_alce": citation_precision(statements, judge.entails),
    }
    return {**scores, **judged, "unreadable": 0.0}


def _cited(answer: Answer, texts: Mapping[str, str]) -> list[Cited]:
    """Statements with the paragraphs they cite, each once; an abstention has none."""
    shown = () if answer.abstained else answer.statements
    return [
        Cited(one.text, tuple(texts[name] for name in dict.fromkeys(it.paragraph_id for it in one.citations) if name in texts))
        for one in shown
    ]


def _rewriting(values: Scores) -> dict[str, float | None]:
    """A follow-up's ranking by its own words, as the system completed it, as a person did, and what completing gains."""
    raw, rewritten = values.get(f"{RAW}.{_GAINED}"), values.get(f"{HYBRID}.{_GAINED}")
    if raw is None or rewritten is None:
        return {}
    found = {"rewriting.raw": raw, "rewriting.rewritten": rewritten, "rewriting.gain": rewritten - raw}
    human = values.get(f"{HUMAN}.{_GAINED}")
    return dict(found) if human is None else {**found, "rewriting.human": human}
