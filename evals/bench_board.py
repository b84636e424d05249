"""What the therapy board costs over many cases: the bundled library's cases, copied under new ids until there are enough.

Only the catalogue is filled, for nothing else is asked: rows are chosen, read with their proofs and counted, as for every question about
therapies.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median, quantiles

from assistant.board import board
from assistant.evidence import EvidenceFinder
from assistant.question import Question, understand
from corpus.case import Case
from corpus.case_records import case_from_records
from corpus.catalog import Entry
from corpus.report import Report, paragraph_id
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.bench_figures import Figure
from evals.case_extraction import read_reports
from evals.progress import Progress
from ingest.cases import read_case

CASES = 10_000
_BATCH = 500
# Boards of a few patients and of nearly all.
QUESTIONS = (
    "Which therapies failed for calcinosis?", "Which therapies worked for calcinosis?", "Does rituximab help calcinosis?",
    "Which therapies failed for anti-Mi2 calcinosis?", "Which therapies helped calcinosis in systemic sclerosis?",
    "Which therapies failed for calcinosis in juvenile dermatomyositis?", "Was sodium thiosulfate effective?",
    "Which treatments were tried for calcinosis in children?", "Did warfarin help?", "Which therapies had side effects?",
)  # fmt: skip


def figures(settings: Settings, reports: Path, cases: int = CASES) -> Iterator[Figure]:
    """Milliseconds from an understood question to its counted board."""
    vocabulary = Vocabulary.load()
    with Corpus.open(settings) as corpus:
        told = [(report, read_case(report, vocabulary)) for report in read_reports(reports)]
        _fill(corpus, told, cases)
        finder, asked = EvidenceFinder(corpus, vocabulary), [understand(one, vocabulary) for one in QUESTIONS]
        counting = _times(lambda question: board(finder.outlines(question)), asked)
        reading = _times(finder.rows, asked)
        rows = max(len(finder.outlines(question)) for question in asked)
    note = f"{len(QUESTIONS)} questions, at most {rows} rows"
    yield Figure(f"board over {cases:,} cases, median", median(counting), "ms", len(counting), bar=100, note=note)
    yield Figure(f"board over {cases:,} cases, p99", _p99(counting), "ms", len(counting), bar=100)
    yield Figure("its rows with their proofs, median", median(reading), "ms", len(reading))
    yield Figure("its rows with their proofs, p99", _p99(reading), "ms", len(reading))


def _times(work: Callable[[Question], object], asked: Sequence[Question]) -> list[float]:
    """Milliseconds, each question three times; what is kept between questions was read before, as in a server."""
    work(asked[0])
    found = list[float]()
    for question in (*asked, *asked, *asked):
        started = time.perf_counter()
        work(question)
        found.append(1000 * (time.perf_counter() - started))
    return found


def _p99(times: Sequence[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[98]


def _fill(corpus: Corpus, told: Sequence[tuple[Report, Case]], cases: int) -> None:
    progress = Progress(f"bench board: {cases} cases", -(-cases // _BATCH))
    for start in range(0, cases, _BATCH):
        corpus.catalog.put([_copy(*told[number % len(told)], number) for number in range(start, min(start + _BATCH, cases))])
        progress.step()


def _copy(report: Report, case: Case, number: int) -> Entry:
    """The same report and case under another id."""
    name = f"{report.id}~{number}"
    text = json.dumps(asdict(case)).replace(json.dumps(report.id)[1:-1] + "#", json.dumps(name)[1:-1] + "#")
    facts = json.loads(text)
    paragraphs = tuple(replace(one, id=paragraph_id(name, place)) for place, one in enumerate(report.paragraphs, start=1))
    made = case_from_records(name, [{"facts": one} for one in facts["patients"]], [{"facts": one} for one in facts["therapies"]])
    return Entry(Report(name, report.reference, paragraphs), (), made, f"copy {number}", "copy")
