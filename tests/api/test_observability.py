"""Laws of what the server tells of itself."""

import json
import logging
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.observability import JsonLines, log_as_json

FAILED = "Which therapies failed for calcinosis?"


def numbers(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by name and labels, as Prometheus' own parser reads them."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(response.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def test_requests_and_questions_are_counted_by_what_they_came_to(client: TestClient) -> None:
    client.post("/v1/chat", json={"question": FAILED})
    client.post("/v1/chat", json={"question": "Did denosumab help calcinosis?"})
    client.post("/v1/chat", json={"question": ""})
    found = numbers(client)

    def asked(outcome: str) -> float:
        return found["casebook_questions_total", frozenset({("door", "http"), ("outcome", outcome)})]

    def requested(route: str, status: str) -> float:
        return found["casebook_requests_total", frozenset({("route", route), ("method", "POST"), ("status", status)})]

    assert (asked("answered"), asked("abstained"), asked("failed")) == (1, 1, 1)
    assert (requested("/v1/chat", "200"), requested("/v1/chat", "422")) == (2, 1)
    assert found["casebook_reports", frozenset()] == 3
    assert found["casebook_answer_seconds_total", frozenset({("step", "retrieve")})] > 0


def test_numbers_are_of_routes_and_never_of_ids(client: TestClient) -> None:
    client.get("/v1/reports/doi:10.9999/secret")
    client.get("/nothing/here")
    text = client.get("/metrics").text
    assert "secret" not in text
    assert "nothing" not in text
    assert 'route="/v1/reports/{report_id:path}"' in text


def test_what_is_refused_before_its_route_is_counted(client: TestClient, library: Any) -> None:
    from api.keys import Keys

    _, admin = Keys(library.catalog).add("prometheus", ("admin",))
    client.get("/v1/reports")
    text = client.get("/metrics", headers={"authorization": f"Bearer {admin}"}).text
    assert 'casebook_refused_total{reason="no key"} 1.0' in text


def test_every_response_carries_its_request_id_and_a_clients_own_is_kept(client: TestClient) -> None:
    assert client.get("/health", headers={"x-request-id": "ward-7.a_b"}).headers["x-request-id"] == "ward-7.a_b"
    for sent in ("", "a b", "x" * 65, 'a"b', "a\\nb"):
        given = client.get("/health", headers={"x-request-id": sent}).headers["x-request-id"]
        assert given != sent
        assert len(given) == 32


def test_a_request_leaves_one_line_without_what_was_asked(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "casebook.requests"):
        client.post("/v1/chat", json={"question": FAILED}, headers={"x-request-id": "mine"})
    (record,) = [one for one in caplog.records if one.name == "casebook.requests"]
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["route"], line["status"], line["method"]) == ("request", "/v1/chat", 200, "POST")
    assert line["ms"] > 0
    assert FAILED not in json.dumps(line)


def test_log_lines_are_json_whatever_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        log_as_json("info")
        try:
            raise ValueError("broken\nin two")
        except ValueError:
            logging.getLogger("x").exception("with a %s", 'quote " and\nline')
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["message"] == 'with a quote " and\nline'
    assert "ValueError" in told["traceback"]
    assert told["level"] == "error"
