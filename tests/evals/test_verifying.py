"""The verifier beside experts' verdicts."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answer import Support
from corpus.errors import UsageError
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from evals.adapters import claims_source
from evals.adapters.expertqa import claims
from evals.run_folder import read_run_folder
from evals.runner import run_folder
from evals.verifying import Judged, Twins, auc, bundled_paragraphs, caught, judge_twins, rejected, twins, twins_table

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "expertqa"


def _claim(text: str, support: str | None, *evidence: str) -> dict[str, Any]:
    return {"claim_string": text, "support": support, "evidence": list(evidence)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (folder := tmp_path / "expertqa").mkdir()
    judged = [
        _claim("Pears are green [1].", "Complete", "[1] http://example.org/a\n\nPears are green."),
        _claim("Plums are red [2].", "Incomplete", "[2] http://example.org/b\n\nPears are green."),
        _claim("Only an address.", "Complete", "[1] http://example.org/a"),
        _claim("Nothing.", "Missing"),
        _claim("The expert could not say.", "N/A", "[1] http://example.org/a\n\nPears."),
    ]
    (folder / "part.jsonl").write_text(json.dumps({"answers": {"some_system": {"claims": judged}}}) + "\n")
    return folder


def test_claims_with_evidence_and_a_verdict_are_read(source: Path) -> None:
    found = claims(source)
    assert [(one.text, one.evidence, one.verdict) for one in found] == [
        ("Pears are green.", ("Pears are green.",), "Complete"),
        ("Plums are red.", ("Pears are green.",), "Incomplete"),
    ]
    assert len({one.id for one in found}) == 2


def test_area_under_the_curve_counts_pairs_and_halves_ties() -> None:
    # Supported 1, 0.5; not 0.5, 0: pairs (1, 0.5) and (1, 0) and (0.5, 0) right, (0.5, 0.5) half: 3.5 of 4.
    assert auc(np.array([1, 0.5, 0.5, 0]), np.array([True, True, False, False])) == 3.5 / 4
    assert auc(np.array([0.0, 0.0]), np.array([True, False])) == 0.5
    assert auc(np.array([0.0, 1.0]), np.array([True, True])) is None


def test_a_run_of_claims_is_a_run_folder_like_any_other(source: Path, settings: Settings, tmp_path: Path) -> None:
    run = run_folder(f"expertqa:{source}", tmp_path / "runs", settings)
    assert run.summary.metrics["verifier.auc"].value == 1
    assert run.summary.metrics["verifier.precision"].value == 1
    stored = read_run_folder(run.folder)
    assert sorted(scores["verifier.supported"] or 0 for scores in stored.scores.values()) == [0, 1]
    assert "| Complete | 1 | 1.000 | 1.000 |" in run.text


def test_other_files_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no"):
        claims(tmp_path)
    (tmp_path / "a.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="line 1: is not in ExpertQA's form"):
        claims(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        claims_source("expertqa:/nowhere/at/all")
    assert claims_source("scifact:/nowhere") is None


def test_the_real_claims_are_read_whole() -> None:
    if not DATA.is_dir():
        pytest.skip(f"the development data are not beside the checkout: {DATA}")
    # 1,021 claims have evidence, 969 of them a verdict, 741 of these more than an address.
    assert len(claims(DATA)) == 741


# -- sentences and their false twins -------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged_twins(vocabulary: Vocabulary) -> list[Judged]:
    return judge_twins(twins(), vocabulary)


def test_two_hundred_sentences_have_a_false_twin_each(judged_twins: list[Judged]) -> None:
    pairs, paragraphs = [one.twins for one in judged_twins], {name for name, _ in bundled_paragraphs()}
    assert len({pair.id for pair in pairs}) == len({(pair.true, pair.cited) for pair in pairs}) == 200
    assert all((pair.true, pair.cited) != (pair.false, pair.cited_by_false) for pair in pairs)
    assert {name for pair in pairs for name in (*pair.cited, *pair.cited_by_false)} <= paragraphs
    kinds = Counter(pair.kind for pair in pairs)
    assert sorted(kinds) == ["antibody", "direction", "drug", "negation", "number", "paragraph", "patient", "unit"]
    assert min(kinds.values()) >= 24


@pytest.mark.parametrize("half", ["odd", "even"])
def test_of_a_hundred_false_twins_ninety_five_are_caught(judged_twins: list[Judged], half: str) -> None:
    group = [one for one in judged_twins if one.twins.half == half]
    assert len(group) == 100
    assert caught(group) >= 0.95


def test_at_most_one_true_sentence_in_twenty_is_rejected(judged_twins: list[Judged]) -> None:
    assert rejected(judged_twins) <= 0.05


def test_the_table_counts_what_was_judged() -> None:
    pair = Twins("c001", "unit", "True.", ("a#p1",), "False.", ("a#p1",))
    found = [Judged(pair, Support.SUPPORTED, Support.UNSUPPORTED), Judged(pair, Support.UNCITED, Support.SUPPORTED)]
    found.append(Judged(pair, Support.PARTIAL, Support.PARTIAL))
    assert caught(found) == pytest.approx(2 / 3)
    assert rejected(found) == pytest.approx(1 / 3)
    assert "| all | 3 | 0.667 | 1 | 1 | 0.333 | 1 |" in twins_table(found)
