"""Laws of hostile input: every request of tests/api/hostile.py is refused as docs/doors.md says, and the server goes on as before."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from http.client import HTTPResponse
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.keys import Keys
from api.protection import BodyLimit
from api.services import build_services
from api.serving import _config as as_served
from api.slack import Tokens
from corpus.settings import load_settings
from corpus.store import Corpus
from tests.api.hostile import _XXE, LOCKED_DOOR, NOTE, OPEN_DOOR, Hostile, asked, form
from tests.api.slack_standin import SECRET
from tests.doubles import HashingEmbedder
from tests.library import entries
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Door:
    """A server as `casebook serve` starts it, over the small library."""

    address: tuple[str, int]
    corpus: Corpus
    home: Path

    def send(self, request: bytes) -> "Answer":
        with closing(socket.create_connection(self.address, timeout=PATIENCE_S)) as line:
            # Some are refused before all of it was sent; the answer is on its way.
            with suppress(OSError):
                line.sendall(request)
            response = HTTPResponse(line)
            response.begin()
            return Answer(response.status, str(response.headers).lower(), response.read().decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: str
    body: str


def opened(home: Path) -> Iterator[Door]:
    settings = load_settings(home=home, max_file_mb=1)
    with ExitStack() as stack:
        corpus = stack.enter_context(Corpus.open(settings, HashingEmbedder()))
        corpus.put(entries())
        services = build_services(settings, corpus)
        app = create_app(services=services)
        app.state.slack.open(services, Tokens("xoxb-1", SECRET), address="http://127.0.0.1:9/api/")
        next(one for one in app.user_middleware if one.cls is BodyLimit).kwargs["json_seconds"] = 1.0
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = uvicorn.Server(as_served(settings.model_copy(update={"log_level": "error"}), app))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Door(listening.getsockname(), corpus, home)
        server.should_exit = True
        thread.join(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    yield from opened(tmp_path_factory.mktemp("open") / "home")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    yield from opened(tmp_path_factory.mktemp("locked") / "home")


@pytest.fixture(scope="module")
def keys(locked: Door) -> dict[str, str]:
    """What the placeholders of the table stand for."""
    made = Keys(locked.corpus.catalog)
    (_, read), (gone, revoked) = made.add("reader"), made.add("gone")
    made.revoke(gone.id)
    return {"{read}": read, "{revoked}": revoked, "{id}": read.rpartition("_")[0]}


def refused(door: Door, hostile: Hostile) -> None:
    answer = door.send(hostile.request)
    assert answer.status == hostile.status, answer
    assert hostile.words in answer.body
    assert hostile.never.lower() not in answer.headers + answer.body.lower()
    assert door.send(asked("GET", "/health")).status == 200
    assert door.corpus.catalog.count() >= 3


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    names = [one.name for one in (*OPEN_DOOR, *LOCKED_DOOR)]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("hostile", OPEN_DOOR, ids=str)
def test_a_hostile_request_is_refused_as_documented(door: Door, hostile: Hostile) -> None:
    refused(door, hostile)


@pytest.mark.parametrize("hostile", LOCKED_DOOR, ids=str)
def test_who_has_no_right_key_is_refused_as_documented(locked: Door, keys: dict[str, str], hostile: Hostile) -> None:
    request = hostile.request
    for placeholder, value in keys.items():
        request = request.replace(placeholder.encode(), value.encode())
    refused(locked, replace(hostile, request=request))


def test_every_status_of_the_tables_is_documented() -> None:
    page = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    documented = {int(number) for number in re.findall(r"\b[45]\d\d\b", page)}
    assert {one.status for one in (*OPEN_DOOR, *LOCKED_DOOR)} - {200} <= documented


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.md", "..\\..\\evil.md", "/etc/cron.d/evil.md", "C:\\Windows\\evil.md", ".bashrc", "...", "evil\x01.md", "e\u202evil.md",
        "<img src=x onerror=alert(1)>.md", "a" * 3000 + ".md", "%2e%2e%2fevil.md", "aux|nul?.md",
    ],
)  # fmt: skip
def test_a_name_is_never_a_path_nor_markup(door: Door, name: str) -> None:
    before = {path for path in door.home.parent.rglob("*") if "uploads" not in path.parts}
    answer = door.send(form((name, NOTE.encode())))
    assert answer.status == 200
    for kept in (door.home / "uploads").iterdir():
        assert kept.is_file()
        assert not kept.name.startswith(".")
        assert len(kept.name.encode()) <= 200
        assert not set(kept.name) & set('/\\<>|?:*"\x01\u202e')
    assert {path for path in door.home.parent.rglob("*") if "uploads" not in path.parts and "evil" in path.name} <= before


def test_a_report_reads_no_file_of_ours_and_calls_nobody(door: Door) -> None:
    """pytest allows no connection beyond this machine, so a fetched address would fail the upload."""
    lured = NOTE.replace("year: 2019", 'year: 2019\nurl: "http://169.254.169.254/latest/meta-data"').replace("quiet", "lured")
    assert '"added"' in door.send(form(("lured.md", lured.encode()))).body
    answer = door.send(form(("xxe.xml", _XXE)))
    assert answer.status == 200
    everything = httpx.get(f"http://127.0.0.1:{door.address[1]}/v1/reports", timeout=PATIENCE_S).text
    assert "root:" not in answer.body + everything


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example"])
def test_a_reference_links_to_the_web_or_nowhere(door: Door, url: str) -> None:
    text = NOTE.replace("year: 2019", f'year: 2019\nurl: "{url}"').replace("quiet", f"note of {len(url)}")
    (result,) = httpx.post(
        f"http://127.0.0.1:{door.address[1]}/v1/reports", files={"files": (f"{len(url)}.md", text)}, timeout=PATIENCE_S
    ).json()["results"]
    report = httpx.get(f"http://127.0.0.1:{door.address[1]}/v1/reports/{result['reports'][0]}", timeout=PATIENCE_S).json()
    assert report["reference"]["link"] is None


def test_what_a_hostile_report_says_is_data_to_the_browser(door: Door) -> None:
    text = NOTE.replace("A quiet note", "<script>alert(1)</script>").replace("Colchicine", "<img src=x onerror=alert(2)> Colchicine")
    assert '"added"' in door.send(form(("markup.md", text.encode()))).body
    answer = httpx.get(f"http://127.0.0.1:{door.address[1]}/v1/reports", timeout=PATIENCE_S)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_question_with_line_breaks_adds_no_header_to_an_export(door: Door) -> None:
    address = f"http://127.0.0.1:{door.address[1]}"
    question = 'calcinosis?\r\nset-cookie: a=b\r\n"; filename=evil.exe'
    answer = httpx.post(f"{address}/v1/chat", json={"question": question, "history": []}, timeout=PATIENCE_S).json()
    exported = httpx.post(f"{address}/v1/export", json={"format": "markdown", "question": question, "answer": answer}, timeout=PATIENCE_S)
    assert exported.status_code == 200
    assert "set-cookie" not in exported.headers
    assert re.fullmatch(r'attachment; filename="[\w-]+\.md"', exported.headers["content-disposition"])


@pytest.mark.parametrize("sent", ["x" * 500, "a b", "é", "../../x", '{"a":1}'])
def test_a_request_id_that_could_break_the_log_is_replaced(door: Door, sent: str) -> None:
    answer = door.send(asked("GET", "/health", x_request_id=sent))
    assert answer.status == 200
    assert re.search(r"x-request-id: [0-9a-f]{32}\n", answer.headers)


def test_guessing_keys_is_slowed_whatever_address_is_claimed(locked: Door, keys: dict[str, str]) -> None:
    """A claimed address counts only where a proxy on this machine vouches for it; then each address has ten guesses a minute."""
    statuses = [locked.send(asked("GET", "/v1/reports", authorization=f"Bearer guess{n}")).status for n in range(12)]
    assert statuses[-1] == 429
    assert locked.send(asked("GET", "/v1/reports", authorization=f"Bearer {keys['{read}']}")).status == 200


def test_many_ranges_of_a_file_cost_no_more_than_the_file(door: Door) -> None:
    answer = door.send(asked("GET", "/page/app.js", range="bytes=" + ",".join("0-" for _ in range(5000))))
    assert answer.status in (200, 206, 400, 416)
    assert len(answer.body) < 2 * len((ROOT / "api" / "page" / "app.js").read_bytes())
