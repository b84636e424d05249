from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from ingest.europepmc import FetchResult


def test_fetch_tells_each_article_and_fails_when_one_could_not_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    results = [
        FetchResult("PMC1", "Calcinosis one", "fetched", tmp_path / "PMC1.xml", "CC BY"),
        FetchResult("PMC2", "Calcinosis two", "failed", reason="the server said 500 four times"),
    ]
    monkeypatch.setattr("ingest.europepmc.fetch_europepmc", lambda *_args, **_kwargs: iter(results))
    outcome = CliRunner().invoke(main, ["fetch", "europepmc", "calcinosis", "--out", str(tmp_path)])
    assert outcome.exit_code == 1
    assert "PMC1" in outcome.output
    assert "the server said 500 four times" in outcome.output


def test_fetch_without_a_folder_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["fetch", "europepmc", "calcinosis"]).exit_code == 2
