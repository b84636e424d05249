"""Similar patients over HTTP."""

import json

import pytest
from starlette.testclient import TestClient

from corpus.settings import Settings
from corpus.store import Corpus
from tests.library import REPORT_IDS

VIGNETTE = "A 36-year-old woman with anti-Mi2 dermatomyositis has calcinosis of the elbows.\n\nMethotrexate failed."


def test_a_vignette_finds_the_patients_most_like_it(client: TestClient) -> None:
    answer = client.post("/v1/similar", json={"vignette": VIGNETTE}).json()
    first = answer["patients"][0]
    assert first["report_id"] == REPORT_IDS[0]
    assert {one["asked"] for one in first["shared"]} >= {"anti-Mi2", "dermatomyositis", "female", "36"}
    assert ("methotrexate", "failed") in {(row["therapy"], row["outcome"]) for row in first["tried"]}
    assert answer["searched_reports"] == 3


def test_it_says_what_it_understood(client: TestClient) -> None:
    told = client.post("/v1/similar", json={"vignette": VIGNETTE}).json()["described"]
    assert (told["age"], told["sex"], told["antibodies_positive"], told["therapies"]) == ("36", "female", ["anti-Mi2"], ["methotrexate"])
    assert "dermatomyositis" in told["diagnoses"]


def test_every_feature_of_every_patient_stands_in_its_paragraph(client: TestClient, library: Corpus) -> None:
    patients = client.post("/v1/similar", json={"vignette": VIGNETTE}).json()["patients"]
    facts = [it["told"] for one in patients for it in one["shared"] + one["differing"]]
    assert facts
    for fact in facts:
        paragraph = library.catalog.paragraphs([fact["paragraph_id"]])[fact["paragraph_id"]]
        assert paragraph.text[fact["start"] : fact["end"]] == fact["quote"]


def test_what_tells_who_the_patient_is_is_taken_out_and_said(client: TestClient, settings: Settings) -> None:
    told = f"Mrs. Agatha Crabapple, born 3 May 1981. {VIGNETTE}"
    answer = client.post("/v1/similar", json={"vignette": told}).json()
    assert "name" in answer["warnings"][0]
    line = json.loads((settings.home / "audit.jsonl").read_text().splitlines()[-1])
    assert (line["event"], "Crabapple" in json.dumps(line)) == ("similar", False)


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"vignette": " "}, 422), ({}, 422), ({"vignette": "x", "limit": 0}, 422), ({"vignette": "woman " * 10_000}, 413)],
)
def test_it_refuses_what_it_cannot_serve(client: TestClient, asked: dict[str, object], status: int) -> None:
    assert client.post("/v1/similar", json=asked).status_code == status


@pytest.mark.parametrize(
    ("vignette", "said"), [(" ", "the description is empty"), ("woman " * 10_000, "the description has 60,000 characters")]
)
def test_what_it_cannot_read_it_calls_a_description_and_no_question(client: TestClient, vignette: str, said: str) -> None:
    message = client.post("/v1/similar", json={"vignette": vignette}).json()["error"]["message"]
    assert said in message
    assert "question is" not in message


def test_an_empty_library_has_nobody_similar(empty_client: TestClient) -> None:
    answer = empty_client.post("/v1/similar", json={"vignette": VIGNETTE}).json()
    assert (answer["patients"], answer["searched_reports"]) == ([], 0)


def test_limit_and_filters_are_kept(client: TestClient) -> None:
    assert len(client.post("/v1/similar", json={"vignette": VIGNETTE, "limit": 1}).json()["patients"]) == 1
    found = client.post("/v1/similar", json={"vignette": VIGNETTE, "filters": {"year_to": 2013}}).json()["patients"]
    assert {one["report_id"] for one in found} == {REPORT_IDS[1]}
