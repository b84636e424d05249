"""Laws of the library's reports over HTTP, as far as no file is involved."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from corpus.store import Corpus
from tests.library import REPORT_IDS


def report_path(report_id: str) -> str:
    return f"/v1/reports/{quote(report_id, safe='')}"


def test_the_reports_are_listed_with_their_number(client: TestClient) -> None:
    listed = client.get("/v1/reports").json()
    assert listed["total"] == 3
    assert [report["id"] for report in listed["reports"]] == sorted(REPORT_IDS)
    assert [report["paragraphs"] for report in listed["reports"]] == [3, 2, 2]
    assert listed["reports"][1]["reference"]["digest"] is True


def test_pages_of_the_list_join_without_gap_or_overlap(client: TestClient) -> None:
    pages = [client.get("/v1/reports", params={"limit": 2, "offset": offset}).json() for offset in (0, 2, 4)]
    assert [page["total"] for page in pages] == [3, 3, 3]
    assert [report["id"] for page in pages for report in page["reports"]] == sorted(REPORT_IDS)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "limit=many"])
def test_a_page_out_of_bounds_is_refused(client: TestClient, query: str) -> None:
    response = client.get(f"/v1/reports?{query}")
    assert response.status_code == 422
    assert query.partition("=")[0] in response.json()["error"]["message"]


def test_a_report_is_read_by_its_percent_encoded_id(client: TestClient) -> None:
    report = client.get(report_path(REPORT_IDS[0])).json()
    assert set(report) == {"id", "reference", "paragraphs", "case"}
    assert report["id"] == REPORT_IDS[0]
    assert [paragraph["id"] for paragraph in report["paragraphs"]] == [f"{REPORT_IDS[0]}#p{number}" for number in (1, 2, 3)]
    assert set(report["paragraphs"][0]) == {"id", "section", "page", "kind", "text", "boxes"}


def test_a_report_shows_its_case_with_proofs_that_hold(client: TestClient) -> None:
    report = client.get(report_path(REPORT_IDS[0])).json()
    texts = {paragraph["id"]: paragraph["text"] for paragraph in report["paragraphs"]}
    (patient,), rows = report["case"]["patients"], report["case"]["therapies"]
    assert [fact["value"] for fact in patient["antibodies_positive"]] == ["anti-Mi2"]
    assert {(row["therapy"], row["target"], row["outcome"]) for row in rows} == {
        ("methotrexate", "calcinosis", "failed"),
        ("prednisone", "muscle", "improved"),
    }
    facts = [patient["age"], patient["sex"], *patient["diagnoses"], *patient["antibodies_positive"], *rows]
    assert all(texts[fact["paragraph_id"]][fact["start"] : fact["end"]] == fact["quote"] for fact in facts)


@pytest.mark.parametrize("report_id", ["doi:10.9999/nobody", "../../catalog.sqlite3", "x" * 5000, "é😀"])
def test_an_unknown_report_is_not_found(client: TestClient, report_id: str) -> None:
    for response in (client.get(report_path(report_id)), client.delete(report_path(report_id))):
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "NotFound"


def test_a_deleted_report_leaves_no_trace(client: TestClient, library: Corpus) -> None:
    assert client.delete(report_path(REPORT_IDS[2])).status_code == 204
    assert client.get(report_path(REPORT_IDS[2])).status_code == 404
    assert client.get("/v1/reports").json()["total"] == 2
    assert library.check() == []
    found = client.post("/v1/search", json={"query": "diltiazem fingertip"}).json()["passages"]
    assert REPORT_IDS[2] not in {passage["report_id"] for passage in found}
