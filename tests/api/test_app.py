"""Laws of the app as a whole: its start, its health, its page."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from corpus import store
from corpus.errors import LibraryLocked
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import HashingEmbedder
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "load_embedder", lambda _settings: HashingEmbedder())


def test_the_app_opens_its_library_at_the_start_and_closes_it_at_the_end(settings: Settings) -> None:
    app = create_app(settings)
    for _ in range(2):  # a second start proves that the first end gave the lock back
        with TestClient(app) as client:
            assert client.get("/ready").status_code == 200
    with Corpus.open(settings):
        pass


def test_health_answers_before_the_library_is_open_and_the_rest_says_not_yet(settings: Settings) -> None:
    client = TestClient(create_app(settings))
    assert client.get("/health").json() == {"status": "ok", "version": version("casebook")}
    for response in (client.get("/ready"), client.post("/v1/chat", json={"question": "q"})):
        assert response.status_code == 503
        assert response.json()["error"]["type"] == "NotReady"


def test_ready_names_what_answers(client: TestClient) -> None:
    assert client.get("/ready").json() == {"status": "ready", "reports": 3, "reader": "extractive", "embedder": "hashing"}


def test_a_library_in_use_ends_the_start_in_words(settings: Settings, corpus: Corpus) -> None:
    assert corpus
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--port", "0"]
    environment = os.environ | {"CASEBOOK_HOME": str(settings.home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode != 0
    assert f"the library {settings.home} is in use by process {os.getpid()}" in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(LibraryLocked), TestClient(create_app(settings)):
        pass


def test_settings_come_from_the_environment_where_none_are_given(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("CASEBOOK_HOME", str(settings.home))
    with TestClient(create_app()) as client:
        assert client.get("/ready").json()["reports"] == 0
    assert (settings.home / "catalog.sqlite3").exists()


def test_the_page_is_served_with_its_files(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    script = client.get("/page/style.css")
    assert script.headers["content-type"].startswith("text/css")
    assert script.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/page/../app.py", "/page/%2e%2e/app.py", "/page/..%2fapp.py", "/page//etc/passwd", "/page/nothing.js", "/nothing"]
)
def test_nothing_outside_the_page_is_served(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["type"] == "NotFound"


def test_a_wrong_method_is_told_in_the_one_shape(client: TestClient) -> None:
    response = client.get("/v1/chat")
    assert response.status_code == 405
    assert response.json()["error"]["type"] == "MethodNotAllowed"


def test_the_interface_describes_itself(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/chat", "/v1/chat/stream", "/v1/search", "/v1/conversations", "/v1/reports", "/health", "/ready"} <= paths.keys()
    assert {"/v1/chat/completions", "/v1/models", "/v1/evidence", "/v1/feedback", "/v1/export", "/metrics"} <= paths.keys()
    for path, methods in paths.items():
        for told in methods.values():
            assert {"401", "403", "422", "429"} <= told["responses"].keys(), path
