"""A run from end to end on a tiny set."""

import json
from pathlib import Path

import pytest

from corpus.errors import UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.library import Library
from evals.run_folder import read_run_folder
from evals.runner import RunResult, run_folder
from evals.systems import systems
from tests.doubles import HashingEmbedder
from tests.evals.conftest import QUESTIONS, write_questions


def test_a_run_writes_everything_that_is_needed_to_believe_it(run: RunResult) -> None:
    written = {path.name for path in run.folder.iterdir()}
    assert written == {
        "settings.json", "versions.json", "qrels.trec", "run.hybrid.trec", "run.bm25.trec", "run.dense.trec", "run.raw.trec",
        "run.plain_bm25.trec", "run.fusion.trec",
        "questions.jsonl", "answers.jsonl", "scores.jsonl", "summary.json", "summary.md", "report.html", "report.md",
    }  # fmt: skip
    answers = [json.loads(line) for line in (run.folder / "answers.jsonl").read_text().splitlines()]
    assert [answer["id"] for answer in answers] == ["t1", "t2", "t3", "t4", "t5", "t6"]
    assert answers[0]["statements"][0]["citations"]
    stored = read_run_folder(run.folder)
    assert stored.figures == {name: found.value for name, found in run.summary.metrics.items()}
    assert stored.data == run.summary.data


def test_every_system_is_scored_on_the_answerable_questions_only(run: RunResult) -> None:
    for system in ("hybrid", "fusion", "bm25", "dense", "plain_bm25"):
        assert run.summary.metrics[f"{system}.nDCG@10"].n == 4
    assert run.summary.metrics["answer.decision_right"].n == 6
    assert (run.summary.questions, run.summary.answerable) == (6, 4)


def test_the_assistant_does_well_on_a_library_of_three_reports(run: RunResult) -> None:
    figures = {name: found.value for name, found in run.summary.metrics.items()}
    assert figures["hybrid.R@10"] == 1
    assert figures["answer.quote_exactness"] == 1
    assert (figures["answer.gold_hit"] or 0) >= 0.75
    assert (figures["refusal.balanced_accuracy"] or 0) >= 0.75


def test_a_bm25_run_is_found_by_bm25_alone(run: RunResult) -> None:
    tags = {line.split()[-1] for line in (run.folder / "run.bm25.trec").read_text().splitlines()}
    assert tags == {"casebook-bm25"}
    assert (run.folder / "run.bm25.trec").read_text() != (run.folder / "run.dense.trec").read_text().replace("dense", "bm25")


def test_plain_bm25_sees_the_words_of_a_question_only(library: Corpus, evaluation_settings: Settings, vocabulary: Vocabulary) -> None:
    searches = systems(Library(library, vocabulary, ()), evaluation_settings)
    # The year would be read as a filter that none of the three reports passes, and IVIG has a long name in them.
    assert searches["bm25"]("reports published in 2003 on methotrexate", 5, ()) == []
    assert searches["plain_bm25"]("reports published in 2003 on methotrexate", 5, ())
    assert searches["bm25"]("IVIG", 5, ())
    assert searches["plain_bm25"]("IVIG", 5, ()) == []


def test_the_table_shows_each_system_and_kind_with_n(run: RunResult) -> None:
    assert run.text.startswith("# ")
    for shown in ("| hybrid |", "| bm25 |", "| dense |", "n=4", "| unanswerable | 2 |", "95 %"):
        assert shown in run.text


def test_one_part_leaves_the_other_unread(
    shared_set: Path, evaluation_settings: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    run = run_folder(shared_set, tmp_path / "runs", evaluation_settings, "test", embedder=embedder)
    assert run.summary.questions == 2
    assert set(read_run_folder(run.folder).scores) == {"t2", "t5"}


def test_two_runs_of_the_same_second_do_not_share_a_folder(
    run: RunResult, shared_set: Path, evaluation_settings: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    again = run_folder(shared_set, tmp_path / "runs", evaluation_settings, embedder=embedder)
    assert again.folder != run.folder
    assert again.summary.metrics == run.summary.metrics


def test_no_secret_reaches_the_run_folder(
    shared_set: Path, evaluation_settings: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    secret = evaluation_settings.model_validate({**evaluation_settings.model_dump(), "chat_api_key": "sk-hidden"})
    run = run_folder(shared_set, tmp_path / "runs", secret, embedder=embedder)
    assert not [path for path in run.folder.iterdir() if "sk-hidden" in path.read_text()]


def test_a_set_of_unanswerable_questions_has_no_retrieval_score(
    report_files: Path, evaluation_settings: Settings, embedder: HashingEmbedder
) -> None:
    write_questions(report_files.parent, *(one for one in QUESTIONS if not one["answerable"]))
    run = run_folder(report_files.parent, None, evaluation_settings, embedder=embedder)
    assert not [name for name in run.summary.metrics if "nDCG" in name]
    assert run.summary.metrics["refusal.recall"].value == 1
    assert run.summary.metrics["refusal.balanced_accuracy"].value is None
    assert run.folder.is_relative_to(evaluation_settings.home)


def test_an_unresolvable_gold_stops_the_run_with_its_question(
    report_files: Path, evaluation_settings: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    wrong = {**QUESTIONS[0], "gold": [[{"report_id": "doi:10.9999/orchard.1", "snippet": "words that no report holds"}]]}
    write_questions(report_files.parent, wrong)
    with pytest.raises(UsageError, match=r"t1: no paragraph of doi:10\.9999/orchard\.1 holds"):
        run_folder(report_files.parent, tmp_path / "runs", evaluation_settings, embedder=embedder)
    assert not (tmp_path / "runs").exists()
