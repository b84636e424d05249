"""Chat models by setting alone: a local OpenAI-compatible and a local Ollama server, written here, are all that is reached."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.answer import Released, Support
from assistant.chain import build_assistant
from corpus.chat_models import load_chat_model
from corpus.errors import ChatModelFailed, ModelUnavailable
from corpus.report import Filter
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.library import REPORT_IDS

PEAR = Filter(report_ids=(REPORT_IDS[2],))
QUESTION = "Did diltiazem help the fingertip calcinosis?"
WORDS = "Diltiazem 180 mg/day brought no benefit for the calcinosis"


@dataclass
class StandIn:
    """A chat server that says what it is told to, and keeps what it was asked."""

    reply: Callable[[str], str]
    status: int = 200
    breaks_off: bool = False
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    url: str = ""


def proving(prompt: str) -> str:
    """An honest answer: it cites the paragraph that holds the words, under the number it was shown with."""
    number = prompt.split("Diltiazem 180")[0].rsplit('number="', 1)[1].split('"')[0]
    return f"{WORDS} [{number}]. The calcinosis resolved with denosumab 60 mg [{number}]."


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand_in.asked.append((self.path, body, {name.lower(): value for name, value in self.headers.items()}))
            if self.path not in ("/v1/chat/completions", "/api/chat") or stand_in.status != 200:
                self._send(stand_in.status if stand_in.status != 200 else 404, b'{"error": {"message": "the stand-in refuses"}}')
                return
            text = stand_in.reply(str(body["messages"][-1]["content"]))
            pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
            write = _openai if self.path.startswith("/v1") else _ollama
            lines = write(pieces[: len(pieces) // 2] if stand_in.breaks_off else pieces, whole=not stand_in.breaks_off)
            self._send(200, b"".join(lines), cut=stand_in.breaks_off)

        def _send(self, status: int, body: bytes, *, cut: bool = False) -> None:
            self.send_response(status)
            kind = "text/event-stream" if self.path.startswith("/v1") and status == 200 else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) + (1000 if cut else 0)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    return Handler


def _openai(pieces: list[str], *, whole: bool) -> Iterator[bytes]:
    head = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "stand-in"}
    for piece in pieces:
        choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
        yield f"data: {json.dumps(head | {'choices': [choice]})}\n\n".encode()
    if whole:
        yield f"data: {json.dumps(head | {'choices': [{'index': 0, 'delta': {}, 'finish_reason': 'stop'}]})}\n\n".encode()
        yield b"data: [DONE]\n\n"


def _ollama(pieces: list[str], *, whole: bool) -> Iterator[bytes]:
    head = {"model": "stand-in", "created_at": "2026-01-01T00:00:00Z"}
    for piece in pieces:
        yield json.dumps(head | {"message": {"role": "assistant", "content": piece}, "done": False}).encode() + b"\n"
    if whole:
        yield json.dumps(head | {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}).encode() + b"\n"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server = StandIn(proving)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(server)) as listening:
        server.url = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        listening.shutdown()
        thread.join()


@pytest.fixture(params=["openai", "ollama"])
def chosen(request: pytest.FixtureRequest, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings that a user would make, and no others."""
    monkeypatch.setenv("CASEBOOK_CHAT_MODEL", f"{request.param}:stand-in")
    monkeypatch.setenv("CASEBOOK_CHAT_BASE_URL", f"{stand_in.url}/v1" if request.param == "openai" else stand_in.url)
    return str(request.param)


def test_a_whole_answer_comes_back_cited_and_verified(chosen: str, stand_in: StandIn, library: Corpus, vocabulary: Vocabulary) -> None:
    answer = build_assistant(library, load_settings(), vocabulary).answer(QUESTION, filters=PEAR)
    assert answer.reader == f"{chosen}:stand-in"
    assert [(statement.text, statement.support) for statement in answer.statements] == [
        (f"{WORDS}.", Support.SUPPORTED),
        ("The calcinosis resolved with denosumab 60 mg.", Support.UNSUPPORTED),
    ]
    assert answer.statements[0].citations[0].quote == f"{WORDS}."
    ((_, body, _),) = stand_in.asked
    assert body["model"] == "stand-in"
    assert body["stream"] is True
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body.get("temperature", body.get("options", {}).get("temperature")) == 0


def test_a_connection_that_breaks_off_fails_after_what_was_proved(
    chosen: str,  # noqa: ARG001
    stand_in: StandIn,
    library: Corpus,
    vocabulary: Vocabulary,
) -> None:
    stand_in.breaks_off = True
    stand_in.reply = lambda prompt: proving(prompt) + " And more was said." * 20
    stream = build_assistant(library, load_settings(), vocabulary).stream(QUESTION, filters=PEAR)
    released = (event.statement for event in stream if isinstance(event, Released))
    assert next(released).support is Support.SUPPORTED
    with pytest.raises(ChatModelFailed, match="stand-in failed while answering"):
        list(released)


def test_a_server_that_refuses_is_named(chosen: str, stand_in: StandIn, library: Corpus, vocabulary: Vocabulary) -> None:
    stand_in.status = 401
    built = build_assistant(library, load_settings(), vocabulary)
    with pytest.raises(ChatModelFailed, match=f"{chosen}:stand-in failed while answering"):
        built.answer(QUESTION, filters=PEAR)


def test_a_server_that_is_not_there_is_named(library: Corpus, vocabulary: Vocabulary) -> None:
    for model, path in (("openai:stand-in", "/v1"), ("ollama:stand-in", "")):
        settings = load_settings(chat_model=model, chat_base_url=f"http://127.0.0.1:9{path}", chat_timeout_s=2)
        with pytest.raises(ChatModelFailed, match=model):
            build_assistant(library, settings, vocabulary).answer(QUESTION, filters=PEAR)


def test_the_key_of_the_settings_is_sent_and_never_shown(
    chosen: str,  # noqa: ARG001
    stand_in: StandIn,
    library: Corpus,
    vocabulary: Vocabulary,
) -> None:
    settings = load_settings(chat_api_key="sk-invented-secret")
    stand_in.status = 401
    with pytest.raises(ChatModelFailed) as failure:
        build_assistant(library, settings, vocabulary).answer(QUESTION, filters=PEAR)
    assert stand_in.asked[0][2]["authorization"] == "Bearer sk-invented-secret"
    assert "sk-invented-secret" not in f"{failure.value} {settings!r}"


def test_the_key_of_the_providers_own_variable_is_used(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(chat_model="openai:stand-in", chat_base_url=f"{stand_in.url}/v1")
    stand_in.reply = lambda _prompt: "NO ANSWER"
    list(load_chat_model(settings).stream("Hello"))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-outside")
    list(load_chat_model(settings).stream("Hello"))
    assert [headers["authorization"] for _, _, headers in stand_in.asked] == ["Bearer not-needed", "Bearer sk-from-outside"]


def test_a_model_that_takes_no_temperature_is_not_asked_for_one(stand_in: StandIn) -> None:
    stand_in.reply = lambda _prompt: "NO ANSWER"
    list(load_chat_model(load_settings(chat_model="openai:o3", chat_base_url=f"{stand_in.url}/v1")).stream("Hello"))
    assert "temperature" not in stand_in.asked[0][1]


def test_a_missing_provider_package_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="langchain-mistralai"):
        load_chat_model(load_settings(chat_model="mistralai:some-model"))


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="nosuch:thing"):
        load_chat_model(load_settings(chat_model="nosuch:thing"))


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        load_chat_model(load_settings(chat_model="openai:some-model"))
