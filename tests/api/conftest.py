"""Clients of an app over the small library; the assistant is the real one unless a test scripts it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from assistant.answer import Event
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import ScriptedAssistant
from tests.patience import PATIENCE_S

Scripted = Callable[..., tuple[TestClient, ScriptedAssistant]]


@pytest.fixture
def client(settings: Settings, library: Corpus) -> Iterator[TestClient]:
    """Speaks to an app over the small library."""
    with TestClient(create_app(settings, corpus=library)) as opened:
        yield opened


@pytest.fixture
def empty_client(settings: Settings, corpus: Corpus) -> Iterator[TestClient]:
    """Speaks to an app over an empty library."""
    with TestClient(create_app(settings, corpus=corpus)) as opened:
        yield opened


@pytest.fixture
def scripted(settings: Settings, library: Corpus) -> Scripted:
    """Makes a client of an app whose assistant plays a script."""

    def make(*events: Event, failure: Exception | None = None) -> tuple[TestClient, ScriptedAssistant]:
        assistant = ScriptedAssistant(events, failure)
        return TestClient(create_app(settings, corpus=library, assistant=assistant), raise_server_exceptions=False), assistant

    return make


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """A real server for an app on a free port; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=2))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=PATIENCE_S)
            assert not thread.is_alive()


@pytest.fixture
def serve() -> Callable[[FastAPI], object]:
    return running
