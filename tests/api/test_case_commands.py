"""`casebook evidence` and `casebook similar` over the small library on disk."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from corpus.settings import Settings
from corpus.store import Corpus
from tests.library import REPORT_IDS

Casebook = Callable[..., Result]

VIGNETTE = "A 36-year-old woman with anti-Mi2 dermatomyositis and calcinosis of the elbows."


@pytest.fixture
def casebook(settings: Settings, library: Corpus, monkeypatch: pytest.MonkeyPatch) -> Casebook:
    """Runs a command over the small library, which is closed for it."""
    library.close()
    monkeypatch.setenv("CASEBOOK_HOME", str(settings.home))

    def run(*arguments: str, told: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=told)

    return run


def test_the_board_is_printed_with_its_rows(casebook: Casebook) -> None:
    done = casebook("evidence", "calcinosis")
    assert done.exit_code == 0
    assert "- diltiazem: 1 patient; failed 1" in done.stdout
    assert f"({REPORT_IDS[2]}#p" in done.stdout


def test_the_board_leaves_as_csv_with_a_quote_in_every_row(casebook: Casebook, tmp_path: Path) -> None:
    assert casebook("evidence", "calcinosis", "--csv", "--out", str(tmp_path / "rows.csv")).exit_code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text(encoding="utf-8"))))
    assert {row["therapy"] for row in rows} == {"methotrexate", "diltiazem", "intravenous immunoglobulin"}
    assert all(row["quote"] and row["paragraph_id"] for row in rows)


def test_a_similar_patient_is_found_for_a_vignette_on_standard_input(casebook: Casebook) -> None:
    done = casebook("similar", "--json", "--limit", "1", told=VIGNETTE)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["patients"][0]["report_id"] == REPORT_IDS[0]
    assert f"1. female, 34, dermatomyositis, anti-Mi2 positive (Orchard 2021; {REPORT_IDS[0]}" in casebook("similar", told=VIGNETTE).stdout


@pytest.mark.parametrize(
    ("arguments", "told"), [(("evidence", "calcinosis", "--csv", "--json"), ""), (("evidence", " "), ""), (("similar",), " ")]
)
def test_what_cannot_be_asked_is_refused_as_wrong_usage(casebook: Casebook, arguments: tuple[str, ...], told: str) -> None:
    assert casebook(*arguments, told=told).exit_code == 2
