"""Retrieval scores against values computed by hand, and the TREC files."""

from math import log2
from pathlib import Path

import pytest

from corpus.report import Paragraph, Passage, Reference
from evals.datasets import GoldQuestion
from evals.golds import Resolved
from evals.ranking import Ranking, groups_met, ranking, read_run, score_rankings, write_qrels, write_run


def _gold(name: str, *groups: set[str]) -> Resolved:
    question = GoldQuestion(name, "?", (), bool(groups), "any", "dev")
    return Resolved(question, tuple(frozenset(group) for group in groups))


def _passage(report: str, *numbers: int) -> Passage:
    paragraphs = tuple(Paragraph(f"{report}#p{number}", "text") for number in numbers)
    return Passage(f"{report}#c{numbers[0]}", report, Reference("title"), paragraphs, "text", 1.0)


def test_retrieval_scores_are_those_computed_by_hand() -> None:
    # Relevant: d1 and d2; found: d3, d1. d1 stands second.
    scores = score_rankings([Ranking("q", ("d3", "d1"))], [_gold("q", {"d1"}, {"d2"})])["q"]
    gain, ideal = 1 / log2(3), 1 / log2(2) + 1 / log2(3)
    assert scores["nDCG@10"] == pytest.approx(gain / ideal)  # 0.6309 / 1.6309
    assert scores["R@10"] == pytest.approx(1 / 2)
    assert scores["RR"] == pytest.approx(1 / 2)
    assert scores["AP"] == pytest.approx((1 / 2) / 2)  # precision 1/2 at d1, nothing for d2, over 2 relevant
    assert scores["groups@10"] == pytest.approx(1 / 2)


def test_a_group_is_met_by_any_of_its_alternatives() -> None:
    assert groups_met([frozenset({"a", "b"}), frozenset({"c"})], ["b"]) == 1 / 2
    assert groups_met([frozenset({"a", "b"}), frozenset({"c"})], ["b", "a", "c"]) == 1


def test_only_the_first_ten_count_for_groups() -> None:
    found = (*(f"d{number}" for number in range(10)), "gold")
    scores = score_rankings([Ranking("q", found)], [_gold("q", {"gold"})])["q"]
    assert (scores["groups@10"], scores["R@10"], scores["RR"]) == (0, 0, pytest.approx(1 / 11))


def test_a_question_that_found_nothing_scores_zero_and_is_not_left_out() -> None:
    scores = score_rankings([Ranking("q", ()), Ranking("r", ("d1",))], [_gold("q", {"d1"}), _gold("r", {"d1"})])
    assert scores["q"] == {"nDCG@10": 0, "R@10": 0, "RR": 0, "AP": 0, "groups@10": 0}
    assert scores["r"]["nDCG@10"] == 1


def test_a_question_without_gold_has_no_retrieval_score() -> None:
    assert score_rankings([Ranking("q", ("d1",))], [_gold("q")]) == {}


def test_a_paragraph_stands_where_its_first_passage_stands() -> None:
    passages = [_passage("a", 3), _passage("b", 1, 2), _passage("a", 3, 4)]
    assert ranking("q", passages, "paragraph").units == ("a#p3", "b#p1", "b#p2", "a#p4")


def test_at_report_level_a_report_counts_once() -> None:
    assert ranking("q", [_passage("a", 3), _passage("b", 1), _passage("a", 4)], "report").units == ("a", "b")


def test_a_run_file_has_trec_fields_and_keeps_ids_with_spaces(tmp_path: Path) -> None:
    write_run(tmp_path / "run.trec", [Ranking("q1", ("file:my report.md#p1", "b#p2"))], "tag")
    lines = (tmp_path / "run.trec").read_text().splitlines()
    assert lines == ["q1 Q0 file:my%20report.md#p1 1 2 tag", "q1 Q0 b#p2 2 1 tag"]
    assert read_run(tmp_path / "run.trec") == {"q1": ("file:my report.md#p1", "b#p2")}


def test_qrels_hold_every_alternative(tmp_path: Path) -> None:
    write_qrels(tmp_path / "qrels.trec", [_gold("q", {"b", "a"}, {"c"})])
    assert (tmp_path / "qrels.trec").read_text() == "q 0 a 1\nq 0 b 1\nq 0 c 1\n"
