"""Laws of conversations over HTTP."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.services import open_services
from assistant.answer import Exchange, Finished, Understood
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.conftest import Scripted
from tests.doubles import HashingEmbedder
from tests.library import entries

QUESTION = "Which therapies failed for calcinosis?"


def ask(client: TestClient, question: str, conversation_id: str | None = None) -> dict[str, Any]:
    response = client.post("/v1/chat", json={"question": question, "conversation_id": conversation_id})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_a_question_without_a_conversation_starts_one_titled_by_it(client: TestClient) -> None:
    answer = ask(client, QUESTION)
    (listed,) = client.get("/v1/conversations").json()
    assert set(listed) == {"id", "title", "created_at", "updated_at"}
    assert (listed["id"], listed["title"]) == (answer["conversation_id"], QUESTION)


def test_a_conversation_reads_back_as_it_was_answered(client: TestClient) -> None:
    first = ask(client, QUESTION)
    second = ask(client, "And what helped?", first["conversation_id"])
    read = client.get(f"/v1/conversations/{first['conversation_id']}").json()
    assert set(read) == {"id", "title", "turns"}
    assert read["turns"] == [{"question": QUESTION, "answer": first}, {"question": "And what helped?", "answer": second}]


def test_the_history_of_a_conversation_is_its_questions_and_answers(scripted: Scripted) -> None:
    client, assistant = scripted(Understood("q", "q", "scripted"), Finished({}))
    conversation_id = ask(client, "first")["conversation_id"]
    ask(client, "second", conversation_id)
    ask(client, "third", conversation_id)
    assert assistant.asked[2][1] == (
        Exchange("user", "first"),
        Exchange("assistant", ""),
        Exchange("user", "second"),
        Exchange("assistant", ""),
    )


def test_two_conversations_never_mix(scripted: Scripted) -> None:
    client, assistant = scripted(Understood("q", "q", "scripted"), Finished({}))
    ours, theirs = (ask(client, question)["conversation_id"] for question in ("ours", "theirs"))
    assert ours != theirs
    ask(client, "ours again", ours)
    ask(client, "theirs again", theirs)
    assert [one.text for one in assistant.asked[2][1] if one.role == "user"] == ["ours"]
    assert [one.text for one in assistant.asked[3][1] if one.role == "user"] == ["theirs"]


def test_a_streamed_answer_joins_its_conversation(client: TestClient) -> None:
    first = ask(client, QUESTION)
    client.post("/v1/chat/stream", json={"question": "And what helped?", "conversation_id": first["conversation_id"]})
    turns = client.get(f"/v1/conversations/{first['conversation_id']}").json()["turns"]
    assert [turn["question"] for turn in turns] == [QUESTION, "And what helped?"]


def test_conversations_survive_a_restart(settings: Settings, embedder: HashingEmbedder) -> None:
    with Corpus.open(settings, embedder) as corpus:
        corpus.put(entries())
    with open_services(settings, embedder=embedder) as services, TestClient(create_app(services=services)) as client:
        before = ask(client, QUESTION)
    with open_services(settings, embedder=embedder) as services, TestClient(create_app(services=services)) as client:
        read = client.get(f"/v1/conversations/{before['conversation_id']}").json()
        assert read["turns"] == [{"question": QUESTION, "answer": before}]
        after = ask(client, "What dose of diltiazem was given?", before["conversation_id"])
        assert after["conversation_id"] == before["conversation_id"]


def test_the_last_used_conversation_is_listed_first(client: TestClient) -> None:
    first, second = ask(client, QUESTION), ask(client, "What dose of diltiazem was given?")
    assert [one["id"] for one in client.get("/v1/conversations").json()] == [second["conversation_id"], first["conversation_id"]]
    ask(client, "And what helped?", first["conversation_id"])
    assert [one["id"] for one in client.get("/v1/conversations").json()] == [first["conversation_id"], second["conversation_id"]]


def test_a_conversation_is_renamed(client: TestClient) -> None:
    path = f"/v1/conversations/{ask(client, QUESTION)['conversation_id']}"
    assert client.patch(path, json={"title": "  Calcinosis  "}).json()["title"] == "Calcinosis"
    assert client.get(path).json()["title"] == "Calcinosis"


@pytest.mark.parametrize("title", ["", "   ", None, "\ud800"])
def test_a_conversation_keeps_its_name_where_the_new_one_is_none(client: TestClient, title: str | None) -> None:
    path = f"/v1/conversations/{ask(client, QUESTION)['conversation_id']}"
    body = b'{"title": null}' if title is None else f'{{"title": "{title}"}}'.encode("utf-8", "surrogatepass")
    assert client.patch(path, content=body, headers={"content-type": "application/json"}).status_code in (400, 422)
    assert client.get(path).json()["title"] == QUESTION


def test_a_deleted_conversation_is_gone(client: TestClient) -> None:
    path = f"/v1/conversations/{ask(client, QUESTION)['conversation_id']}"
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert client.get("/v1/conversations").json() == []
    assert client.get(path).status_code == 404


def test_an_unknown_conversation_is_not_found_by_any_verb(client: TestClient) -> None:
    path = "/v1/conversations/nobody"
    for response in (client.get(path), client.patch(path, json={"title": "x"}), client.delete(path)):
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "NotFound"
