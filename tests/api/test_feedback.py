"""Laws of feedback."""

import pytest
from starlette.testclient import TestClient

FAILED = "Which therapies failed for calcinosis?"


def asked(client: TestClient) -> str:
    return str(client.post("/v1/chat", json={"question": FAILED}).json()["conversation_id"])


def test_feedback_on_the_last_turn_is_kept_with_its_question(client: TestClient) -> None:
    conversation = asked(client)
    given = client.post("/v1/feedback", json={"helpful": False, "comment": "dose is missing", "conversation_id": conversation})
    assert given.status_code == 201
    assert client.get("/v1/feedback").json()["feedback"] == [given.json()]
    told = given.json()
    assert (told["turn"], told["question"], told["helpful"], told["comment"]) == (1, FAILED, False, "dose is missing")


def test_feedback_on_an_answer_that_was_not_kept_names_its_question(client: TestClient) -> None:
    given = client.post("/v1/feedback", json={"helpful": True, "question": FAILED}).json()
    assert (given["question"], given["conversation_id"], given["turn"]) == (FAILED, None, None)


def test_feedback_goes_with_its_conversation(client: TestClient) -> None:
    conversation = asked(client)
    client.post("/v1/feedback", json={"helpful": True, "conversation_id": conversation})
    client.delete(f"/v1/conversations/{conversation}")
    assert client.get("/v1/feedback").json() == {"feedback": []}


def test_a_comment_that_tells_who_a_patient_is_is_kept_without_it(client: TestClient) -> None:
    body = {"helpful": True, "question": "Mrs Ada Orchard, calcinosis?", "comment": "born 12/03/1961"}
    given = client.post("/v1/feedback", json=body).json()
    assert (given["question"], given["comment"]) == ("Mrs [name], calcinosis?", "born [date]")


@pytest.mark.parametrize(
    "body",
    [
        {"helpful": True},
        {"question": "q"},
        {"helpful": "very", "question": "q"},
        {"helpful": True, "question": ""},
        {"helpful": True, "question": "q", "conversation_id": "c"},
        {"helpful": True, "question": "q", "turn": 1},
        {"helpful": True, "conversation_id": "c", "turn": 0},
        {"helpful": True, "question": "q", "comment": "x" * 4001},
        {"helpful": True, "question": "q", "stars": 5},
    ],
)
def test_feedback_on_nothing_or_of_another_shape_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/v1/feedback", json=body).status_code == 422


def test_feedback_on_a_turn_that_is_not_there_is_not_found(client: TestClient) -> None:
    conversation = asked(client)
    assert client.post("/v1/feedback", json={"helpful": True, "conversation_id": "nobody"}).status_code == 404
    assert client.post("/v1/feedback", json={"helpful": True, "conversation_id": conversation, "turn": 2}).status_code == 404
