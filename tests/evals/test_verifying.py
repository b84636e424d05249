"""The verifier beside experts' verdicts."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import UsageError
from corpus.settings import Settings
from evals.adapters import claims_source
from evals.adapters.expertqa import claims
from evals.run_folder import read_run_folder
from evals.runner import run_folder
from evals.verifying import auc

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
