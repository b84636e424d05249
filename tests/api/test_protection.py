"""Laws of what stands before the routes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.protection import HEADERS, JSON_BODY_BYTES
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("path", ["/", "/page/style.css", "/health", "/v1/reports", "/nothing"])
def test_every_response_binds_the_browser(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == dict(HEADERS)


def test_the_policy_allows_no_inline_code_and_no_frame() -> None:
    policy = HEADERS["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_body_over_the_limit_is_refused_by_its_announced_length(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"question": "x" * JSON_BODY_BYTES})
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "TooLarge"


def test_a_body_over_the_limit_is_refused_where_no_length_is_announced(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    response = client.post("/v1/chat", content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "TooLarge"


def test_a_real_server_tells_a_sender_of_too_much_why_it_stopped(settings: Settings, library: Corpus, serve: Any) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    with serve(create_app(settings, corpus=library)) as address:
        for body in (b"x" * 3_000_000, pieces()):
            refused = httpx.post(f"{address}/v1/chat", content=body, timeout=PATIENCE_S, headers={"content-type": "application/json"})
            assert refused.status_code == 413
            assert refused.json()["error"]["type"] == "TooLarge"
        assert httpx.get(f"{address}/health", timeout=PATIENCE_S).status_code == 200


def test_an_upload_over_the_limit_is_refused_before_it_is_kept(home: Any, corpus: Corpus) -> None:
    client = TestClient(create_app(load_settings(home=home, max_file_mb=1), corpus=corpus))
    for size in (1_000_001, 2_500_000):
        response = client.post("/v1/reports", files={"files": ("big.txt", b"x" * size)})
        assert response.status_code == 413
        assert response.json()["error"]["type"] == "TooLarge"
    assert not (home / "uploads").exists()


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null"])
def test_a_page_of_another_site_cannot_write(client: TestClient, origin: str) -> None:
    response = client.post("/v1/chat", json={"question": "q"}, headers={"origin": origin})
    assert response.status_code == 403
    assert response.json()["error"]["type"] == "Forbidden"
    assert client.delete("/v1/reports/x", headers={"origin": origin}).status_code == 403


def test_our_own_page_and_plain_clients_can_write(client: TestClient) -> None:
    for headers in ({"origin": "http://testserver"}, {}):
        assert client.post("/v1/search", json={"query": "calcinosis"}, headers=headers).status_code == 200
