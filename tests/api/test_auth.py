"""Laws of who may do what."""

import base64
import json
from typing import Any

import anyio
import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from api.app import create_app
from api.auth import Access, needed_scope
from api.keys import SCOPES, Keys
from api.protection import BodyLimit, KnownHost
from corpus.settings import Settings
from corpus.store import Corpus

ASK = {"question": "Which therapies failed for calcinosis?"}


@pytest.fixture
def key(library: Corpus) -> str:
    return Keys(library.catalog).add("reader")[1]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def basic(key: str, user: str = "anyone") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


def test_without_any_key_this_machine_needs_none(client: TestClient) -> None:
    assert client.post("/v1/search", json={"query": "calcinosis"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/page/app.js", "/v1/reports", "/v1/conversations", "/v1/models", "/openapi.json", "/metrics", "/mcp"]
)
def test_from_the_first_key_on_every_request_needs_one(client: TestClient, key: str, path: str) -> None:
    assert key
    refused = client.get(path)
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "Unauthorized"
    assert refused.headers["www-authenticate"].startswith("Basic" if path in ("/", "/page/app.js") else "Bearer")
    assert refused.headers["content-security-policy"]


def test_probes_need_no_key(client: TestClient, key: str) -> None:
    assert key
    assert (client.get("/health").status_code, client.get("/ready").status_code) == (200, 200)


def test_a_key_is_taken_in_each_of_its_ways(client: TestClient, key: str) -> None:
    for headers in (bearer(key), basic(key), basic(key, ""), {"x-api-key": key}):
        assert client.get("/v1/reports", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer wrong", "Basic !!!", "Basic d3Jvbmc=", "Basic /w==", "Digest x", "Bearer \xff"]
)
def test_what_is_no_key_is_refused(client: TestClient, key: str, value: str) -> None:
    assert key
    response = client.get("/v1/reports", headers={"authorization": value.encode("latin-1")})
    assert response.status_code == 401


def test_a_key_opens_what_its_scopes_say_and_nothing_else(client: TestClient, library: Corpus) -> None:
    sent = {scope: Keys(library.catalog).add(scope, (scope,))[1] for scope in SCOPES}
    upload = {"files": {"files": ("x.exe", b"x")}}
    tries: dict[str, Any] = {
        "read": lambda headers: client.post("/v1/chat", json=ASK, headers=headers),
        "write": lambda headers: client.post("/v1/reports", headers=headers, **upload),
        "admin": lambda headers: client.get("/metrics", headers=headers),
    }
    for wanted, attempt in tries.items():
        for scope in SCOPES:
            response = attempt(bearer(sent[scope]))
            assert response.status_code == (200 if scope == wanted else 403), (scope, wanted)
            if scope != wanted:
                assert repr(wanted) in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/reports", "read"),
        ("GET", "/v1/reports/doi:1/2", "read"),
        ("POST", "/v1/reports", "write"),
        ("DELETE", "/v1/reports/doi:1/2", "write"),
        ("POST", "/v1/feedback", "read"),
        ("GET", "/v1/feedback", "admin"),
        ("HEAD", "/metrics", "admin"),
        ("POST", "/v1/chat", "read"),
    ],
)
def test_each_request_needs_its_scope(method: str, path: str, scope: str) -> None:
    assert needed_scope(method, path) == scope


def test_a_revoked_key_is_refused_at_once(client: TestClient, library: Corpus, key: str) -> None:
    assert client.get("/v1/reports", headers=bearer(key)).status_code == 200
    Keys(library.catalog).revoke(Keys(library.catalog).all()[0].id)
    assert client.get("/v1/reports", headers=bearer(key)).status_code == 401


def test_a_key_that_asks_too_often_is_told_when_to_come_back(settings: Settings, library: Corpus, key: str) -> None:
    client = TestClient(create_app(settings, corpus=library, access=Access(per_minute=3)))
    other = Keys(library.catalog).add("other")[1]
    statuses = [client.get("/v1/models", headers=bearer(key)).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.get("/v1/models", headers=bearer(key))
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["error"]["type"] == "TooManyRequests"
    assert client.get("/v1/models", headers=bearer(other)).status_code == 200
    assert client.get("/page/app.js", headers=bearer(key)).status_code == 200


def test_guessing_keys_is_slowed_and_a_right_key_still_passes(client: TestClient, key: str) -> None:
    statuses = [client.get("/v1/models", headers=bearer(f"casebook_00000000_{number}")).status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert client.get("/v1/models", headers=bearer(key)).status_code == 200


def reached(settings: Settings, library: Corpus, *, own: str, other: str, access: Access | None = None) -> int:
    """The status for a request that comes from ``other`` to our address ``own``."""
    app = create_app(settings, corpus=library, access=access)

    async def ask() -> int:
        transport = httpx.ASGITransport(app, client=(other, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{f'[{own}]' if ':' in own else own}:8000") as client:
            return (await client.get("/v1/models")).status_code

    return anyio.run(ask)


@pytest.mark.parametrize(
    ("own", "other", "status"),
    [
        ("127.0.0.1", "127.0.0.1", 200),
        ("::1", "::1", 200),
        ("192.168.1.5", "192.168.1.9", 403),
        ("10.0.0.5", "127.0.0.1", 403),
        ("127.0.0.1", "203.0.113.9", 403),
    ],
)
def test_a_library_without_keys_answers_its_own_machine_only(
    settings: Settings, library: Corpus, own: str, other: str, status: int
) -> None:
    assert reached(settings, library, own=own, other=other) == status
    assert reached(settings, library, own=own, other=other, access=Access(insecure=True)) == 200


def test_the_insecure_are_rationed_by_address(settings: Settings, library: Corpus) -> None:
    app = create_app(settings, corpus=library, access=Access(insecure=True, per_minute=2))

    async def ask(address: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 5000)), base_url="http://10.0.0.5") as client:
            return (await client.get("/v1/models")).status_code

    assert [anyio.run(ask, "203.0.113.9") for _ in range(3)] == [200, 200, 429]
    assert anyio.run(ask, "203.0.113.10") == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "a@localhost.evil.example", "x.y", "a/b"]
)
def test_a_name_that_somebody_else_may_own_is_refused(client: TestClient, host: str) -> None:
    refused = client.get("/v1/reports", headers={"host": host})
    assert refused.status_code == 421
    assert "--allow-host" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "casebook", "casebook.localhost", "10.1.2.3"]
)
def test_addresses_and_plain_names_are_ours(client: TestClient, host: str) -> None:
    assert client.get("/v1/models", headers={"host": host}).status_code == 200


def test_a_name_can_be_allowed(settings: Settings, library: Corpus) -> None:
    client = TestClient(create_app(settings, corpus=library, access=Access(hosts=("Casebook.example.org",))))
    assert client.get("/v1/models", headers={"host": "casebook.example.org:443"}).status_code == 200
    assert client.get("/v1/models", headers={"host": "evil.example.org"}).status_code == 421


def test_no_other_site_is_allowed_to_read(client: TestClient) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for response in (client.options("/v1/chat", headers=asked), client.get("/v1/reports", headers={"origin": "https://evil.example"})):
        assert not [name for name in response.headers if name.startswith("access-control-")]
    assert client.options("/v1/chat", headers=asked).status_code >= 400


def test_a_body_that_dawdles_is_given_up(settings: Settings) -> None:
    told: list[Message] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()

    async def dawdling() -> Message:
        await anyio.sleep(5)
        raise AssertionError("nobody waits this long")

    async def note(message: Message) -> None:
        told.append(message)

    async def ask() -> None:
        scope = {"type": "http", "method": "POST", "path": "/v1/chat", "headers": []}
        await BodyLimit(app, settings.max_file_mb, json_seconds=0.05)(scope, dawdling, note)

    with pytest.raises(Exception, match=r"did not arrive within 0\.05 s") as refused:
        anyio.run(ask)
    assert getattr(refused.value, "status_code", None) == 408


def test_the_log_names_the_key_and_never_shows_it(client: TestClient, settings: Settings, key: str) -> None:
    client.post("/v1/chat", json=ASK, headers=bearer(key))
    text = (settings.home / "audit.jsonl").read_text()
    assert json.loads(text.splitlines()[-1])["key"] == "reader"
    assert key not in text
    assert key.rpartition("_")[2] not in text


def test_only_requests_are_looked_at() -> None:
    passed: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        passed.append(scope["type"])

    anyio.run(KnownHost(app), {"type": "lifespan"}, None, None)
    assert passed == ["lifespan"]
