"""Laws of the therapy board over HTTP."""

import csv
import io
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.evidence import BUCKETS, COLUMNS, board, bucket
from assistant.answer import EvidenceRow
from corpus.case import Outcome, TherapyOutcome
from corpus.store import Corpus
from tests.library import entries

ALL = "calcinosis"


def rows(*told: tuple[str, str | None, Outcome]) -> list[EvidenceRow]:
    """Rows of (therapy, patient id, outcome), all of one report."""
    entry = entries()[0]
    row = entry.case.therapies[0]
    made = (replace(row, therapy=therapy, patient_id=who, outcome=outcome) for therapy, who, outcome in told)
    return [EvidenceRow(entry.report.id, "somebody", one, entry.report.reference) for one in made]


def planned(row: TherapyOutcome) -> TherapyOutcome:
    return replace(row, status="planned")


def test_the_board_counts_patients_by_therapy_and_outcome(client: TestClient) -> None:
    answer = client.post("/v1/evidence", json={"question": ALL}).json()
    lines = {line["therapy"]: line for line in answer["board"]["therapies"]}
    assert {name: (line["patients"], line["failed"], line["worked"]) for name, line in lines.items()} == {
        "methotrexate": (1, 1, 0),
        "diltiazem": (1, 1, 0),
        "intravenous immunoglobulin": (1, 0, 1),
    }
    total = answer["board"]["total"]
    assert (total["patients"], total["failed"], total["worked"]) == (3, 2, 1)
    assert answer["searched_reports"] == 3
    assert {row["report_id"] for row in answer["rows"]} == set(answer["references"])


def test_a_patient_is_counted_once_however_often_a_report_tells_of_it() -> None:
    counted = board(rows(("x", "p1", "failed"), ("x", "p1", "worsened"), ("x", "p2", "failed"), ("x", "p1", "improved")))
    (line,) = counted.therapies
    assert (line.patients, line.failed, line.worked) == (2, 2, 1)
    assert counted.total.patients == 2


def test_patients_that_are_not_told_apart_are_not_counted_up() -> None:
    assert board(rows(("x", None, "failed"), ("x", None, "failed"))).total.patients == 1


def test_what_was_only_planned_is_in_the_rows_and_not_in_the_counts() -> None:
    (given,) = rows(("x", "p1", "failed"))
    counted = board([given, replace(given, row=planned(given.row))])
    assert counted.total.failed == 1
    assert board([replace(given, row=planned(given.row))]).therapies == []


def test_every_outcome_has_its_bucket() -> None:
    from typing import get_args

    assert {bucket(outcome) for outcome in get_args(Outcome)} == set(BUCKETS)


def test_a_question_in_its_words_chooses_the_rows(client: TestClient) -> None:
    failed = client.post("/v1/evidence", json={"question": "which therapies failed for anti-Mi2 calcinosis?"}).json()
    assert [row["therapy"] for row in failed["rows"]] == ["methotrexate"]
    late = client.post("/v1/evidence", json={"question": ALL, "filters": {"year_from": 2017, "year_to": 2017}}).json()
    assert [row["therapy"] for row in late["rows"]] == ["diltiazem"]
    assert late["searched_reports"] == 1


@pytest.mark.parametrize(("path", "headers"), [("/v1/evidence?format=csv", {}), ("/v1/evidence", {"accept": "text/csv"})])
def test_the_rows_come_as_csv_where_that_is_asked_for(client: TestClient, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, json={"question": ALL}, headers=headers)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert tuple(lines[0]) == COLUMNS
    assert {line["therapy"] for line in lines} == {"methotrexate", "diltiazem", "intravenous immunoglobulin"}
    assert all(line["quote"] and line["title"] for line in lines)


def test_no_cell_of_a_report_becomes_a_formula(client: TestClient, library: Corpus) -> None:
    entry = entries()[0]
    library.put([replace(entry, report=replace(entry.report, reference=replace(entry.report.reference, title='=HYPERLINK("http://x")')))])
    response = client.post("/v1/evidence?format=csv", json={"question": ALL})
    titles = [line["title"] for line in csv.DictReader(io.StringIO(response.text))]
    assert '\'=HYPERLINK("http://x")' in titles


def test_an_empty_library_has_an_empty_board(empty_client: TestClient) -> None:
    answer = empty_client.post("/v1/evidence", json={"question": ALL}).json()
    assert (answer["rows"], answer["board"]["therapies"], answer["board"]["total"]["patients"]) == ([], [], 0)


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"question": " "}, 422), ({"question": "x" * 5000}, 413), ({"question": "x", "z": 1}, 422)]
)
def test_a_wrong_request_is_refused(client: TestClient, body: dict[str, object], status: int) -> None:
    assert client.post("/v1/evidence", json=body).status_code == status
    assert client.post("/v1/evidence?format=xml", json={"question": ALL}).status_code == 422
