"""The gate: floors hold, rise and never fall."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import UsageError
from evals.datasets import read_set
from evals.gate import PINNED, gate, pin, read_floors

Stored = Callable[..., Path]


def _run(stored_run: Stored, name: str, figures: dict[str, float | None], **summary: object) -> Path:
    metrics = {metric: {"value": value} for metric, value in figures.items()}
    return stored_run(name, {}, summary={"metrics": metrics, **summary})


def test_a_run_passes_its_own_floors(stored_run: Stored, tmp_path: Path) -> None:
    run = _run(stored_run, "a", {"answer.gold_hit": 0.123456789, "answer.forbidden_said": 0.1})
    pin(run, tmp_path / "floors.json")
    assert gate(run, tmp_path / "floors.json") == ()


def test_a_figure_below_its_floor_is_a_breach(stored_run: Stored, tmp_path: Path) -> None:
    pin(_run(stored_run, "a", {"answer.gold_hit": 0.8, "hybrid.nDCG@10": 0.7}), tmp_path / "floors.json")
    (breach,) = gate(_run(stored_run, "b", {"answer.gold_hit": 0.79, "hybrid.nDCG@10": 0.9}), tmp_path / "floors.json")
    assert str(breach) == "answer.gold_hit: 0.7900 is below its floor 0.8000"


def test_where_less_is_better_the_floor_is_a_ceiling(stored_run: Stored, tmp_path: Path) -> None:
    pin(_run(stored_run, "a", {"answer.forbidden_said": 0.1}), tmp_path / "floors.json")
    assert gate(_run(stored_run, "b", {"answer.forbidden_said": 0.05}), tmp_path / "floors.json") == ()
    (breach,) = gate(_run(stored_run, "c", {"answer.forbidden_said": 0.2}), tmp_path / "floors.json")
    assert "above its ceiling" in breach.reason


def test_a_metric_that_became_undefined_is_a_breach(stored_run: Stored, tmp_path: Path) -> None:
    pin(_run(stored_run, "a", {"answer.gold_hit": 0.8, "hybrid.R@10": 0.8}), tmp_path / "floors.json")
    found = gate(_run(stored_run, "b", {"answer.gold_hit": None}), tmp_path / "floors.json")
    assert {breach.metric for breach in found} == {"answer.gold_hit", "hybrid.R@10"}


def test_other_data_do_not_pass(stored_run: Stored, tmp_path: Path) -> None:
    pin(_run(stored_run, "a", {"answer.gold_hit": 0.8}), tmp_path / "floors.json")
    for name, other in (("b", {"data": "other"}), ("c", {"part": "test"})):
        run = _run(stored_run, name, {"answer.gold_hit": 1.0}, **other)
        (breach,) = gate(run, tmp_path / "floors.json")
        assert breach.metric == "data"
        with pytest.raises(UsageError, match="pinned on other data"):
            pin(run, tmp_path / "floors.json")


def test_pinning_again_raises_floors_and_never_lowers_or_drops_one(stored_run: Stored, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    pin(_run(stored_run, "a", {"answer.gold_hit": 0.8, "hybrid.R@10": 0.5, "answer.forbidden_said": 0.1}), floors)
    pin(_run(stored_run, "b", {"answer.gold_hit": 0.7, "hybrid.R@10": 0.6, "answer.forbidden_said": 0.2}), floors)
    assert read_floors(floors).floors == {"answer.gold_hit": 0.8, "hybrid.R@10": 0.6, "answer.forbidden_said": 0.1}
    pin(_run(stored_run, "c", {}), floors)
    assert len(read_floors(floors).floors) == 3


def test_the_gate_itself_writes_nothing(stored_run: Stored, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    pin(_run(stored_run, "a", {"answer.gold_hit": 0.8}), floors)
    before = floors.read_bytes()
    gate(_run(stored_run, "b", {"answer.gold_hit": 0.1}), floors)
    assert floors.read_bytes() == before


def test_floors_that_cannot_be_read_are_refused(stored_run: Stored, tmp_path: Path) -> None:
    run = _run(stored_run, "a", {"answer.gold_hit": 0.8})
    with pytest.raises(UsageError, match="cannot be read"):
        gate(run, tmp_path / "absent.json")
    (tmp_path / "floors.json").write_text(json.dumps({"set": "s", "data": "d", "floors": {"m": "high"}}))
    with pytest.raises(UsageError, match=r"floors\.m"):
        gate(run, tmp_path / "floors.json")


def test_a_tolerance_holds_for_figures_that_arithmetic_moves_and_never_for_proofs(stored_run: Stored, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    pin(_run(stored_run, "a", {"answer.facts_found": 0.8, "answer.quote_exactness": 1.0, "answer.numbers_proved": 1.0}), floors)
    floors.write_text(json.dumps(json.loads(floors.read_text()) | {"tolerance": 0.02}))
    within = _run(stored_run, "b", {"answer.facts_found": 0.781, "answer.quote_exactness": 0.999, "answer.numbers_proved": 0.999})
    assert {breach.metric for breach in gate(within, floors)} == {"answer.quote_exactness", "answer.numbers_proved"}
    below = _run(stored_run, "c", {"answer.facts_found": 0.779, "answer.quote_exactness": 1.0, "answer.numbers_proved": 1.0})
    assert {breach.metric for breach in gate(below, floors)} == {"answer.facts_found"}
    pin(below, floors)
    assert read_floors(floors).tolerance == 0.02


def test_the_pinned_floors_of_the_own_set_are_of_its_questions_today() -> None:
    own = Path(__file__).parents[2] / "evals" / "data" / "bundled"
    pinned = read_floors(own / "floors.json")
    assert pinned.data == read_set(own).digest, "the own set changed: pin its floors anew in a new file"
    assert set(pinned.floors) == set(PINNED)
    assert pinned.part == "dev"
