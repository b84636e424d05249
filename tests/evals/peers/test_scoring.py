"""Peers: what they read, how their spans are scored, and the table that sets them beside ours."""

import json
from pathlib import Path

import pytest

from corpus.errors import UsageError
from corpus.report import Paragraph, Reference, Report
from corpus.settings import Settings
from evals.peers.exchange import Printed, read_spans
from evals.peers.scoring import across, export, score, table
from evals.runner import RunResult
from tests.doubles import HashingEmbedder

REPORT = Report(
    "r 1",
    Reference("Pears"),
    (Paragraph("r 1#p1", "Pears are green.", ("Fruit",)), Paragraph("r 1#p2", "Plums are blue.", ("Fruit",)), Paragraph("r 1#p3", "End.")),
)


def test_a_printed_report_knows_where_its_paragraphs_stand() -> None:
    printed = Printed.of(REPORT)
    assert printed.text == "# Pears\n\n## Fruit\n\nPears are green.\n\nPlums are blue.\n\nEnd."
    assert {name: printed.text[start:end] for name, (start, end) in printed.places.items()} == {
        one.id: one.text for one in REPORT.paragraphs
    }


def test_a_span_stands_for_paragraphs_of_which_it_holds_half_or_that_hold_half_of_it() -> None:
    printed = Printed.of(REPORT)
    start, end = printed.places["r 1#p1"]
    assert printed.covered(0, end) == ("r 1#p1",)
    assert printed.covered(start + 2, start + 6) == ("r 1#p1",)
    assert printed.covered(0, start + 4) == ()
    assert printed.covered(start + 8, len(printed.text)) == ("r 1#p1", "r 1#p2", "r 1#p3")


def test_a_run_that_names_no_span_is_refused_by_line(tmp_path: Path) -> None:
    run = tmp_path / "run.trec"
    run.write_text("q Q0 r%201@0-9 1 1 x\nq Q0 other@0-9 2 1 x\n")
    with pytest.raises(UsageError, match="line 2: names no span"):
        read_spans(run, {"r 1": Printed.of(REPORT)})


def test_a_peer_is_scored_and_set_beside_ours(run: RunResult, shared_set: Path, evaluation_settings: Settings, tmp_path: Path) -> None:
    exported, embedder = tmp_path / "exported", HashingEmbedder()
    export(str(shared_set), None, exported, evaluation_settings, embedder=embedder)
    texts = {one["report_id"]: one["text"] for one in map(json.loads, (exported / "corpus.jsonl").read_text().splitlines())}
    queries = [json.loads(line) for line in (exported / "queries.jsonl").read_text().splitlines()]
    assert [one["id"] for one in queries] == [one for one in ("t1", "t2", "t3", "t6") if one in {query["id"] for query in queries}]
    # A peer that returns the whole of every report, always in the same order.
    lines = [
        f"{query['id']} Q0 {name}@0-{len(text)} {rank} {-rank} whole\n"
        for query in queries
        for rank, (name, text) in enumerate(texts.items(), start=1)
    ]
    (exported / "run.trec").write_text("".join(lines))
    folder = score(str(shared_set), None, exported / "run.trec", "whole", tmp_path / "runs", evaluation_settings, embedder=embedder)
    assert (folder / "run.whole.trec").exists()
    made = table([run.folder, folder])
    assert "| **hybrid** | " in made
    assert "| whole | " in made
    assert made.count("n=4") == 1
    wide = across([run.folder, folder], "R@10").splitlines()
    assert wide[0].count("(n=4)") == 1
    assert "| whole | **1.000 [1.000, 1.000]** |" in wide
    with pytest.raises(UsageError, match="no run of ours"):
        table([folder])
