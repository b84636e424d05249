"""Laws of asking over HTTP."""

import json
import threading
import time
from collections.abc import Generator
from contextvars import ContextVar
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.callers import Caller
from api.chat import answering
from api.schemas import ChatRequest
from api.services import build_services
from assistant.answer import Event, Exchange, Finished, Found, Released, Statement, Support, Understood
from corpus.errors import ChatModelFailed, IngestError, LibraryError, LibraryLocked, ModelUnavailable, NotFound, TooLarge, UsageError
from corpus.report import Filter
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.conftest import Scripted
from tests.doubles import ScriptedAssistant
from tests.library import REPORT_IDS
from tests.patience import PATIENCE_S

FAILED = "Which therapies failed for calcinosis?"
UNDERSTOOD = Understood("q", "q, complete", "scripted")
SENTENCE = Released(Statement("It failed.", Support.UNCITED))


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a server-sent event stream: name and data."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.startswith("event: ")]
    pairs = [block.split("\n", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_an_answer_has_exactly_the_parts_of_the_contract(client: TestClient) -> None:
    answer = client.post("/v1/chat", json={"question": FAILED}).json()
    assert set(answer) == {
        "answer", "abstained", "abstention", "standalone_question", "reader", "conversation_id",
        "statements", "evidence", "passages", "timings_ms", "warnings", "chance",
    }  # fmt: skip
    citation = answer["statements"][0]["citations"][0]
    assert set(citation) == {"marker", "report_id", "paragraph_id", "quote", "start", "end", "section", "page", "reference", "boxes"}
    assert set(citation["reference"]) == {
        "title", "authors", "journal", "year", "doi", "url", "digest", "label", "link", "pmid", "pmcid", "publication_type", "notice",
    }  # fmt: skip
    assert set(answer["evidence"][0]) == {
        "report_id", "patient_id", "patient", "therapy", "therapy_class", "dose", "route", "duration", "target", "outcome", "status",
        "subject", "obtained", "paragraph_id", "quote", "start", "end",
    }  # fmt: skip
    assert set(answer["passages"][0]) == {
        "report_id",
        "paragraph_ids",
        "paragraph_scores",
        "section",
        "text",
        "score",
        "found_by",
        "reference",
    }
    assert answer["timings_ms"].keys() >= {"retrieve", "read", "verify"}


def test_every_quote_of_an_answer_stands_in_its_paragraph(client: TestClient, library: Corpus) -> None:
    answer = client.post("/v1/chat", json={"question": FAILED}).json()
    cited = [citation for statement in answer["statements"] for citation in statement["citations"]] + answer["evidence"]
    assert cited
    for one in cited:
        paragraph = library.catalog.paragraphs([one["paragraph_id"]])[one["paragraph_id"]]
        assert paragraph.text[one["start"] : one["end"]] == one["quote"]


def test_an_answer_names_what_failed_and_not_what_helped(client: TestClient) -> None:
    answer = client.post("/v1/chat", json={"question": FAILED}).json()
    assert "methotrexate" in answer["answer"].lower()
    assert "diltiazem" in answer["answer"].lower()
    assert "immunoglobulin" not in {row["therapy"] for row in answer["evidence"]}
    assert "[1]" in answer["answer"]


def test_an_empty_library_abstains_and_says_so(empty_client: TestClient) -> None:
    response = empty_client.post("/v1/chat", json={"question": FAILED})
    assert response.status_code == 200
    answer = response.json()
    assert answer["abstained"] is True
    assert answer["abstention"]["reason"] == "empty_library"
    assert answer["abstention"]["searched_reports"] == 0
    assert answer["answer"] == answer["abstention"]["message"]
    assert answer["statements"] == []


def test_an_abstention_shows_what_is_nearest(client: TestClient) -> None:
    abstention = client.post("/v1/chat", json={"question": "Did denosumab help calcinosis?"}).json()["abstention"]
    assert abstention["searched_reports"] == 3
    assert abstention["missing"] == ["denosumab"]
    assert abstention["nearest"]
    assert set(abstention["nearest"][0]) == {"report_id", "paragraph_id", "section", "text", "reference"}


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(client: TestClient, question: str) -> None:
    for path in ("/v1/chat", "/v1/chat/stream"):
        response = client.post(path, json={"question": question})
        assert response.status_code == 422
        assert response.json()["error"]["type"] == "UsageError"
    assert client.get("/v1/conversations").json() == []


def test_a_question_of_one_megabyte_is_too_large(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"question": "why " * 262_144})
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "TooLarge"
    assert len(response.text) < 1000


def test_an_unknown_conversation_is_not_found(client: TestClient) -> None:
    for path in ("/v1/chat", "/v1/chat/stream"):
        response = client.post(path, json={"question": FAILED, "conversation_id": "nobody"})
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "NotFound"
        assert "nobody" in response.json()["error"]["message"]


@pytest.mark.parametrize("body", ["{", "", "not json", '{"question": }', "\x00", "[" * 50_000])
def test_malformed_json_is_refused_in_the_one_shape(client: TestClient, body: str) -> None:
    response = client.post("/v1/chat", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.status_code == 400 or body == ""
    assert set(response.json()["error"]) == {"type", "message"}


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": FAILED, "quesion": "typo"}, "quesion"),
        ({"question": FAILED, "k": 0}, "k"),
        ({"question": FAILED, "k": 51}, "k"),
        ({"question": FAILED, "filters": {"year": 2012}}, "filters.year"),
        ({"question": FAILED, "filters": {"year_from": 2013, "year_to": 2012}}, "year_from is later"),
        ({"question": FAILED, "history": [{"role": "system", "text": "obey"}]}, "history.0.role"),
        ({"question": FAILED, "history": [], "conversation_id": "c"}, "not both"),
        ({"question": "\ud800"}, "question"),
        (["question"], "JSON object"),
    ],
)
def test_a_request_that_breaks_the_contract_is_refused_and_told_where(client: TestClient, asked: object, named: str) -> None:
    for path in ("/v1/chat", "/v1/chat/stream"):
        response = client.post(path, content=json.dumps(asked), headers={"content-type": "application/json"})
        assert response.status_code == 422
        assert response.json()["error"]["type"] == "InvalidRequest"
        assert named in response.json()["error"]["message"]


def test_a_body_without_the_json_content_type_is_refused(client: TestClient) -> None:
    response = client.post("/v1/chat", content=json.dumps({"question": FAILED}), headers={"content-type": "text/plain"})
    assert response.status_code == 422
    assert "application/json" in response.json()["error"]["message"]


def test_filters_and_k_reach_the_assistant(scripted: Scripted) -> None:
    client, assistant = scripted(UNDERSTOOD, Finished({}))
    filters = {"year_from": 2010, "year_to": 2015, "journals": ["Invented Reports"], "report_ids": [REPORT_IDS[1]]}
    client.post("/v1/chat", json={"question": "q", "filters": filters, "k": 7})
    assert assistant.asked == [("q", (), Filter(2010, 2015, ("Invented Reports",), (REPORT_IDS[1],)), 7)]


def test_a_filter_keeps_other_reports_out_of_the_answer(client: TestClient) -> None:
    answer = client.post("/v1/chat", json={"question": FAILED, "filters": {"year_to": 2018}}).json()
    assert answer["passages"]
    assert {passage["report_id"] for passage in answer["passages"]} <= set(REPORT_IDS[1:])
    assert "methotrexate" not in answer["answer"].lower()


def test_explicit_history_is_used_and_nothing_is_stored(scripted: Scripted) -> None:
    client, assistant = scripted(UNDERSTOOD, Finished({}))
    history = [{"role": "user", "text": "earlier"}, {"role": "assistant", "text": "so it was [1]."}]
    answer = client.post("/v1/chat", json={"question": "q", "history": history}).json()
    assert answer["conversation_id"] is None
    assert assistant.asked[0][1] == (Exchange("user", "earlier"), Exchange("assistant", "so it was [1]."))
    assert client.get("/v1/conversations").json() == []


def test_an_empty_history_is_an_explicit_one(scripted: Scripted) -> None:
    client, _ = scripted(UNDERSTOOD, Finished({}))
    assert client.post("/v1/chat", json={"question": "q", "history": []}).json()["conversation_id"] is None
    assert client.get("/v1/conversations").json() == []


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (UsageError("no"), 422),
        (TooLarge("no"), 413),
        (NotFound("no"), 404),
        (IngestError("file", "no"), 422),
        (LibraryLocked("no"), 503),
        (LibraryError("no"), 500),
        (ModelUnavailable("no"), 503),
        (ChatModelFailed("no"), 502),
        (ZeroDivisionError("secret"), 500),
    ],
)
def test_each_error_has_its_status_and_the_one_shape(scripted: Scripted, failure: Exception, status: int) -> None:
    client, assistant = scripted(failure=failure)
    for path in ("/v1/chat", "/v1/chat/stream"):
        response = client.post(path, json={"question": "q"})
        assert response.status_code == status
        assert set(response.json()) == {"error"}
        assert set(response.json()["error"]) == {"type", "message"}
        assert "secret" not in response.text
    assert assistant.closed == 2


# -- streams -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [FAILED, "Did denosumab help calcinosis?", "What dose of immunoglobulin was given?"])
def test_the_events_of_a_stream_fold_to_the_answer_that_chat_gives(client: TestClient, question: str) -> None:
    whole = client.post("/v1/chat", json={"question": question, "history": []}).json()
    response = client.post("/v1/chat/stream", json={"question": question, "history": []})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert events[0][0] == "understood"
    assert events[-1][0] == "answer"
    assert {name for name, _ in events} <= {"understood", "passages", "evidence", "statement", "abstention", "answer"}
    answer = events[-1][1]
    for timed in (whole, answer):
        timed.pop("timings_ms")
    assert answer == whole
    assert [data for name, data in events if name == "statement"] == whole["statements"]
    assert [row for name, data in events if name == "evidence" for row in data["evidence"]] == whole["evidence"]
    assert [one for name, data in events if name == "passages" for one in data["passages"]] == whole["passages"]
    assert next((data for name, data in events if name == "abstention"), None) == whole["abstention"]
    understood = events[0][1]
    assert understood == {
        "question": question,
        "standalone_question": whole["standalone_question"],
        "reader": whole["reader"],
        "conversation_id": None,
        "warnings": [],
    }


def test_a_failure_in_the_middle_is_the_last_event(scripted: Scripted) -> None:
    client, assistant = scripted(UNDERSTOOD, SENTENCE, failure=ChatModelFailed("the model hung up; ask again"))
    response = client.post("/v1/chat/stream", json={"question": "q"})
    assert response.status_code == 200
    events = events_of(response.text)
    assert [name for name, _ in events] == ["understood", "statement", "error"]
    assert events[-1][1] == {"error": {"type": "ChatModelFailed", "message": "the model hung up; ask again"}}
    assert assistant.closed == 1


def test_a_surprise_in_the_middle_ends_the_stream_without_its_details(scripted: Scripted) -> None:
    client, _ = scripted(UNDERSTOOD, failure=ZeroDivisionError("secret"))
    response = client.post("/v1/chat/stream", json={"question": "q"})
    name, data = events_of(response.text)[-1]
    assert name == "error"
    assert data["error"]["type"] == "InternalError"
    assert "secret" not in response.text


def test_an_answer_that_failed_leaves_no_conversation(scripted: Scripted) -> None:
    client, _ = scripted(UNDERSTOOD, SENTENCE, failure=ChatModelFailed("no"))
    client.post("/v1/chat/stream", json={"question": "q"})
    client.post("/v1/chat", json={"question": "q"})
    assert client.get("/v1/conversations").json() == []


def test_text_with_line_breaks_and_separators_survives_the_stream(scripted: Scripted) -> None:
    text = "one\r\ntwo\n\nevent: forged\u2028three\x00\u0085 😀"
    client, _ = scripted(UNDERSTOOD, Released(Statement(text, Support.UNCITED)), Finished({}))
    events = events_of(client.post("/v1/chat/stream", json={"question": "q"}).text)
    assert [name for name, _ in events] == ["understood", "statement", "answer"]
    assert events[1][1]["text"] == text


class EndlessAssistant(ScriptedAssistant):
    """Never comes to an end; knows when it was let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def stream(self, question: str, **_: Any) -> Generator[Event, None, None]:
        try:
            yield Understood(question, question, "endless")
            while True:
                time.sleep(0.02)
                yield SENTENCE
        finally:
            self.let_go.set()


def test_a_client_that_leaves_frees_the_generator_and_its_conversation(settings: Settings, library: Corpus, serve: Any) -> None:
    assistant = EndlessAssistant()
    with serve(create_app(settings, corpus=library, assistant=assistant)) as address:
        with httpx.stream("POST", f"{address}/v1/chat/stream", json={"question": "q"}, timeout=PATIENCE_S) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: understood"
            assert any(line == "event: statement" for line in lines)
            assert not assistant.let_go.is_set()
        assert assistant.let_go.wait(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while httpx.get(f"{address}/v1/conversations", timeout=PATIENCE_S).json() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert httpx.get(f"{address}/v1/conversations", timeout=PATIENCE_S).json() == []


def test_many_clients_that_leave_do_not_wear_the_server_out(settings: Settings, library: Corpus, serve: Any) -> None:
    """More leavers than the thread pool has threads (40): a leak would stop the server from answering."""
    with serve(create_app(settings, corpus=library, assistant=EndlessAssistant())) as address:
        for _ in range(45):
            with httpx.stream("POST", f"{address}/v1/chat/stream", json={"question": "q"}, timeout=PATIENCE_S) as response:
                assert next(response.iter_lines()) == "event: understood"
        assert httpx.get(f"{address}/ready", timeout=PATIENCE_S).status_code == 200


VARIABLE: ContextVar[str] = ContextVar("variable", default="unset")


class ContextualAssistant(ScriptedAssistant):
    """Sets a context variable in one step and resets it in another, as tracing libraries do."""

    def stream(self, question: str, **_: Any) -> Generator[Event, None, None]:
        token = VARIABLE.set("set")
        try:
            yield Understood(question, question, VARIABLE.get())
            yield Found(())
            yield Released(Statement(VARIABLE.get(), Support.UNCITED))
            yield Finished({})
        finally:
            VARIABLE.reset(token)


def test_steps_that_hop_threads_keep_one_context(settings: Settings, library: Corpus) -> None:
    with TestClient(create_app(settings, corpus=library, assistant=ContextualAssistant())) as client:
        events = events_of(client.post("/v1/chat/stream", json={"question": "q"}).text)
    assert [name for name, _ in events] == ["understood", "passages", "statement", "answer"]
    assert events[2][1]["text"] == "set"


def test_an_answer_is_stored_before_it_is_told(settings: Settings, library: Corpus) -> None:
    services = build_services(settings, library, ScriptedAssistant([UNDERSTOOD, Finished({})]))
    steps = answering(services, ChatRequest(question="q"), Caller())
    name, understood = next(steps)
    assert name == "understood"
    name, response = next(steps)
    assert name == "answer"
    steps.close()
    kept = services.conversations(Caller())
    (conversation,) = kept.all()
    assert conversation.id == response.conversation_id == understood.conversation_id  # type: ignore[attr-defined]
    assert len(kept.turns(conversation.id)) == 1


# -- search ------------------------------------------------------------------------------------------------


def test_search_gives_passages_with_their_reference_and_section(client: TestClient) -> None:
    passages = client.post("/v1/search", json={"query": "diltiazem for fingertip calcinosis", "k": 2}).json()["passages"]
    assert len(passages) == 2
    assert passages[0]["report_id"] == REPORT_IDS[2]
    assert passages[0]["section"] == ["Summary"]
    assert passages[0]["reference"]["label"] == "Pear 2017"
    assert passages[0]["score"] >= passages[1]["score"]


def test_search_with_a_history_finds_what_that_conversation_would_be_answered_from(client: TestClient) -> None:
    told = [{"role": "user", "text": "Did diltiazem help fingertip calcinosis?"}, {"role": "assistant", "text": "It brought no benefit."}]
    asked = "and at what dose?"
    answered = client.post("/v1/chat", json={"question": asked, "history": told}).json()["passages"]
    found = client.post("/v1/search", json={"query": asked, "history": told}).json()["passages"]
    assert found == answered
    assert found != client.post("/v1/search", json={"query": asked}).json()["passages"]


def test_search_obeys_its_filters(client: TestClient) -> None:
    asked = {"query": "calcinosis", "filters": {"report_ids": [REPORT_IDS[1]]}}
    passages = client.post("/v1/search", json=asked).json()["passages"]
    assert {passage["report_id"] for passage in passages} == {REPORT_IDS[1]}


@pytest.mark.parametrize(("asked", "status"), [({"query": " "}, 422), ({"query": "x " * 10_000}, 413), ({"query": "x", "k": 0}, 422)])
def test_search_refuses_what_it_cannot_serve(client: TestClient, asked: dict[str, object], status: int) -> None:
    assert client.post("/v1/search", json=asked).status_code == status
