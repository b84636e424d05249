"""The pages of a run: whole, self-contained, and silent about the test part."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus.errors import UsageError
from evals.failures import failures, to_read
from evals.reliability import RANK, VERDICT, reliability
from evals.report_files import write_reports
from evals.run_folder import read_run_folder
from evals.runner import RunResult


class _Tags(HTMLParser):
    """Open tags at the end of a well-formed page: none."""

    void = frozenset({"meta", "br", "line", "circle", "rect", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag


def test_the_page_loads_nothing_and_runs_nothing(run: RunResult) -> None:
    page = (run.folder / "report.html").read_text()
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
    assert set(re.findall(r"https?://[^\s\"<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in page
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []


def test_the_page_shows_each_figure_with_its_interval_and_n(run: RunResult) -> None:
    page = (run.folder / "report.html").read_text()
    for shown in ("hybrid.nDCG@10", "plain_bm25", "answer.gold_hit", "refusal.balanced_accuracy", "n=4", "(n=6)", "unanswerable"):
        assert shown in page, shown
    for section in ("retrieval", "answers", "kinds", "distributions", "reliability", "failures", "rests"):
        assert f'id="{section}"' in page, section


def _stored(stored_run: Callable[..., Path], part: str = "dev", **scores: float | None) -> Path:
    folder = stored_run("a", {"q1": {f"answer.{name}": value for name, value in scores.items()}})
    question = {
        "id": "q1", "kind": "dose", "part": part, "question": "How <much>?", "history": [], "facts": [["119"]], "forbidden": [],
        "gold": [[{"unit": "r#p1", "text": "It was 119."}]],
    }  # fmt: skip
    citation = {"paragraph_id": "r#p2", "report_id": "r", "quote": "It was 118."}
    answer = {
        "id": "q1", "answer": "118 [1].", "abstained": False,
        "statements": [{"text": "118.", "support": "supported", "citations": [citation]}],
    }  # fmt: skip
    for name, record in (("questions", question), ("answers", answer)):
        (folder / f"{name}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ({"unreadable": 1.0}, "unreadable"),
        ({"forbidden_said": 1.0, "gold_hit": 0.0}, "forbidden"),
        ({"quote_exactness": 0.5}, "corrupted"),
        ({"numbers_proved": 0.5, "false_answer": 1.0}, "corrupted"),
        ({"false_answer": 1.0}, "false_answer"),
        ({"wrong_refusal": 1.0, "gold_hit": 0.0}, "wrong_refusal"),
        ({"gold_hit": 0.0, "facts_found": 0.0}, "not_cited"),
        ({"gold_hit": 0.5, "facts_found": 0.5}, "fact_missing"),
    ],
)
def test_a_failure_is_listed_under_the_worst_thing_about_it(scores: dict[str, float], reason: str, stored_run: Callable[..., Path]) -> None:
    found = failures(read_run_folder(_stored(stored_run, **scores)))
    assert list(found) == [reason]


def test_a_question_whose_gold_was_not_found_failed_there(stored_run: Callable[..., Path]) -> None:
    folder = _stored(stored_run, gold_hit=0.0)
    (folder / "run.hybrid.trec").write_text("q1 Q0 r#p9 1 1 x\n")
    assert list(failures(read_run_folder(folder))) == ["not_retrieved"]


def test_what_is_right_is_no_failure(stored_run: Callable[..., Path]) -> None:
    right = _stored(stored_run, gold_hit=1.0, facts_found=1.0, forbidden_said=0.0, quote_exactness=1.0, numbers_proved=None)
    assert failures(read_run_folder(right)) == {}


def test_the_test_part_is_counted_and_never_shown(stored_run: Callable[..., Path]) -> None:
    folder = _stored(stored_run, part="test", false_answer=1.0)
    (group,) = failures(read_run_folder(folder)).values()
    assert len(group) == 1
    assert to_read(group) == []
    html, markdown = write_reports(folder)
    for path in (html, markdown):
        assert "yet it was answered" in path.read_text()
        assert "much" not in path.read_text()


def test_a_failure_shows_question_answer_gold_and_what_was_cited(stored_run: Callable[..., Path]) -> None:
    html, markdown = write_reports(_stored(stored_run, gold_hit=0.0))
    page = html.read_text()
    for shown in ("How &lt;much&gt;?", "118 [1].", "It was 118.", "not gold", "It was 119.", "119"):
        assert shown in page
    assert "cited: r#p2; gold: r#p1" in markdown.read_text()


def test_marks_are_shown_with_how_often_they_are_right(run: RunResult, stored_run: Callable[..., Path]) -> None:
    found = reliability(read_run_folder(run.folder))
    assert {"supported"} <= {band.label for band in found[VERDICT]}
    assert next(band.label for band in found[RANK]) == "first"
    wrong = reliability(read_run_folder(_stored(stored_run, gold_hit=0.0)))
    assert [(band.label, band.share.value) for band in wrong[VERDICT]] == [("supported", 0.0)]


def test_one_report_may_be_written_elsewhere_and_another_suffix_is_refused(run: RunResult, tmp_path: Path) -> None:
    assert write_reports(run.folder, tmp_path / "x.html") == [tmp_path / "x.html"]
    with pytest.raises(UsageError, match=r"ends in \.html or \.md"):
        write_reports(run.folder, tmp_path / "x.pdf")
    with pytest.raises(UsageError, match="cannot be written"):
        write_reports(run.folder, tmp_path / "absent" / "x.md")
    with pytest.raises(UsageError, match="is not a finished run"):
        write_reports(tmp_path)
