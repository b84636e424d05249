"""Laws of the therapy board over HTTP."""

import csv
import io
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.evidence import COLUMNS
from corpus.store import Corpus
from tests.library import entries

ALL = "calcinosis"


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
