"""Retrieval scores against values computed by hand, and the TREC files."""

from dataclasses import dataclass, replace
from math import log2
from pathlib import Path

import pytest

from corpus.report import Paragraph, Passage, Reference
from evals.datasets import GoldQuestion
from evals.golds import Resolved
from evals.ranking import GROUPS, GROUPS_IN_TEXT, Ranking, groups_met, ranking, read_run, score_rankings, write_qrels, write_run


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


def test_paragraphs_that_a_retriever_scores_stand_by_their_score_whatever_their_passage() -> None:
    first = replace(_passage("a", 1, 2, 3), score=1.0, fits=(0.4, 1.0, 0.5))
    second = replace(_passage("b", 1), score=0.6, text="four")
    found = ranking("q", [first, second], "paragraph")
    assert found.units == ("a#p2", "b#p1", "a#p3", "a#p1")
    assert found.read == (4, 8, 4, 4)  # what is read are passages, whole and in their order
    assert ranking("q", [first, second], "report").units == ("a", "b")


def test_no_score_brings_a_paragraph_before_a_passage_that_was_returned_first() -> None:
    worst, best = replace(_passage("a", 1), score=0.1), replace(_passage("b", 1, 2), score=1.0, fits=(0.5, 1.0))
    assert ranking("q", [worst, best], "paragraph").units == ("a#p1", "b#p1", "b#p2")


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


# -- worked examples ---------------------------------------------------------------------------------------


def test_trec_eval_gives_these_figures_for_the_example_of_its_python_interface() -> None:
    # The example printed in pytrec_eval's own documentation (Van Gysel and de Rijke 2018), which runs trec_eval's code:
    # q1 ranks d3 d1 d2 with d2 relevant, q2 ranks d1 d3 d2 with d2 and d3 relevant; map 1/3 and 0.5833, ndcg 0.5 and 0.6934.
    rankings = [Ranking("q1", ("d3", "d1", "d2")), Ranking("q2", ("d1", "d3", "d2"))]
    found = score_rankings(rankings, [_gold("q1", {"d2"}), _gold("q2", {"d2", "d3"})])
    assert found["q1"]["AP"] == pytest.approx(1 / 3)
    assert found["q2"]["AP"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found["q1"]["nDCG@10"] == pytest.approx(0.5)
    assert found["q2"]["nDCG@10"] == pytest.approx(0.6934264036172708)
    assert (found["q1"]["RR"], found["q2"]["RR"]) == (pytest.approx(1 / 3), pytest.approx(1 / 2))


@pytest.mark.parametrize(("relevant", "printed"), [((1, 3, 4, 5, 6, 10), 0.78), ((2, 5, 6, 7, 9, 10), 0.52)])
def test_average_precision_of_the_textbook_rankings(relevant: tuple[int, ...], printed: float) -> None:
    # Croft, Metzler and Strohman 2009, chapter 8: two rankings of ten documents, all six relevant ones found.
    # First: (1/1 + 2/3 + 3/4 + 4/5 + 5/6 + 6/10) / 6; second: (1/2 + 2/5 + 3/6 + 4/7 + 5/9 + 6/10) / 6.
    units = tuple(f"{'r' if rank in relevant else 'n'}{rank}" for rank in range(1, 11))
    found = score_rankings([Ranking("q", units)], [_gold("q", {f"r{rank}" for rank in relevant})])["q"]
    assert found["AP"] == pytest.approx(sum(hits / rank for hits, rank in enumerate(relevant, start=1)) / 6)
    assert found["AP"] == pytest.approx(printed, abs=0.0051)  # printed with two places
    assert found["R@10"] == 1


def test_a_relevant_unit_that_is_not_found_lowers_average_precision_and_recall() -> None:
    # Found at ranks 1 and 4 of three relevant: (1/1 + 2/4 + 0) / 3, recall 2/3.
    found = score_rankings([Ranking("q", ("a", "x", "y", "b"))], [_gold("q", {"a", "b", "c"})])
    assert found["q"]["AP"] == pytest.approx((1 + 2 / 4) / 3)
    assert found["q"]["R@10"] == pytest.approx(2 / 3)


def test_the_same_amount_of_text_is_read_of_every_system() -> None:
    # 1,500 characters each: the second passage ends at 3,000, the third at 4,500, past the 4,000 that are read.
    passages = [_Piece(f"r#p{number}", "x" * 1500) for number in (1, 2, 3)]
    found = ranking("q", passages, "paragraph")
    assert found.read == (1500, 3000, 4500)
    scores = score_rankings([found], [_gold("q", {"r#p2"}, {"r#p3"})])["q"]
    assert (scores[GROUPS], scores[GROUPS_IN_TEXT]) == (1, 1 / 2)


@dataclass(frozen=True)
class _Piece:
    paragraph: str
    text: str
    report_id: str = "r"

    @property
    def paragraph_ids(self) -> tuple[str, ...]:
        return (self.paragraph,)
