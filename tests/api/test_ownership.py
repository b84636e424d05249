"""Laws of whose a conversation is: a key sees what was asked with it, one with the scope admin sees all."""

from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.keys import Keys
from corpus.store import Corpus

ASK = {"question": "Which therapies failed for calcinosis?"}


def bearer(library: Corpus, name: str, *scopes: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {Keys(library.catalog).add(name, scopes or ('read',))[1]}"}


@pytest.fixture
def before(client: TestClient) -> str:
    """A conversation from before there was any key."""
    return str(client.post("/v1/chat", json=ASK).json()["conversation_id"])


@pytest.fixture
def ada(library: Corpus, before: str) -> dict[str, str]:
    assert before
    return bearer(library, "ada")


@pytest.fixture
def hers(client: TestClient, ada: dict[str, str]) -> str:
    return str(client.post("/v1/chat", json=ASK, headers=ada).json()["conversation_id"])


def listed(client: TestClient, headers: dict[str, str]) -> set[str]:
    return {one["id"] for one in client.get("/v1/conversations", headers=headers).json()}


def attempts(client: TestClient, conversation: str, headers: dict[str, str]) -> list[httpx.Response]:
    """Everything that can be done with a conversation; deleting it comes last."""
    told = {"conversation_id": conversation}
    return [
        client.get(f"/v1/conversations/{conversation}", headers=headers),
        client.post("/v1/chat", json=ASK | told, headers=headers),
        client.post("/v1/chat/stream", json=ASK | told, headers=headers),
        client.post("/v1/export", json=told | {"format": "markdown"}, headers=headers),
        client.post("/v1/feedback", json=told | {"helpful": True}, headers=headers),
        client.patch(f"/v1/conversations/{conversation}", json={"title": "mine now"}, headers=headers),
        client.delete(f"/v1/conversations/{conversation}", headers=headers),
    ]


def test_another_key_does_not_even_learn_that_it_exists(client: TestClient, library: Corpus, hers: str, ada: dict[str, str]) -> None:
    ben = bearer(library, "ben")
    assert listed(client, ben) == set()
    refused, unknown = attempts(client, hers, ben), attempts(client, "nowhere", ben)
    assert [one.status_code for one in refused] == [404] * 7
    assert [one.text.replace(hers, "nowhere") for one in refused] == [one.text for one in unknown]
    assert client.get(f"/v1/conversations/{hers}", headers=ada).json()["title"] == ASK["question"]


def test_whose_it_is_may_do_everything_with_it(client: TestClient, hers: str, ada: dict[str, str]) -> None:
    assert listed(client, ada) == {hers}
    assert [one.status_code for one in attempts(client, hers, ada)] == [200, 200, 200, 200, 201, 200, 204]
    assert listed(client, ada) == set()


def test_one_who_keeps_order_sees_and_deletes_all(client: TestClient, library: Corpus, hers: str, before: str, ada: dict[str, str]) -> None:
    chief = bearer(library, "chief", "read", "admin")
    assert listed(client, chief) == {hers, before}
    assert client.delete(f"/v1/conversations/{hers}", headers=chief).status_code == 204
    assert listed(client, ada) == set()
    own = client.post("/v1/chat", json=ASK, headers=chief).json()["conversation_id"]
    assert client.get(f"/v1/conversations/{own}", headers=ada).status_code == 404


def test_what_was_asked_before_there_were_keys_is_nobodys(client: TestClient, before: str, ada: dict[str, str]) -> None:
    assert listed(client, ada) == set()
    assert client.get(f"/v1/conversations/{before}", headers=ada).status_code == 404


def test_a_new_key_of_the_same_name_is_another_one(client: TestClient, library: Corpus, hers: str) -> None:
    keys = Keys(library.catalog)
    keys.revoke(next(key.id for key in keys.all() if key.name == "ada"))
    assert hers not in listed(client, bearer(library, "ada"))


def test_without_keys_this_machine_sees_all(client: TestClient, before: str) -> None:
    assert {one["id"] for one in client.get("/v1/conversations").json()} == {before}
