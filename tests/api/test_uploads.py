"""Laws of reports that arrive over HTTP."""

import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api import uploads
from api.app import create_app
from api.callers import Caller
from api.services import Services, build_services
from api.uploads import Upload, ingesting, safe_name
from corpus.ledger import Ledger
from corpus.settings import Settings
from corpus.store import Corpus
from ingest.pipeline import Pipeline
from tests.api.conftest import running
from tests.api.test_chat import events_of
from tests.library import REPORT_FILES, REPORT_IDS
from tests.patience import PATIENCE_S

NOTE = """---
title: "{title}"
---

## Case presentation

A 40-year-old man had calcinosis of the knee. {sentence}
"""


def note(title: str = "A note", sentence: str = "Colchicine 1 mg/day failed.") -> bytes:
    return NOTE.format(title=title, sentence=sentence).encode()


def upload(client: TestClient, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    response = client.post("/v1/reports", files=[("files", file) for file in files])
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def delete(client: TestClient, report_id: str) -> int:
    return client.delete(f"/v1/reports/{quote(report_id, safe='')}").status_code


def test_an_uploaded_report_is_kept_read_and_asked(empty_client: TestClient, home: Path) -> None:
    (result,) = upload(empty_client, ("orchard.md", REPORT_FILES["orchard.md"].encode()))
    assert result == {"name": "orchard.md", "status": "added", "reports": [REPORT_IDS[0]], "paragraphs": 3, "reason": None}
    assert (home / "uploads" / "orchard.md").read_text() == REPORT_FILES["orchard.md"]
    answer = empty_client.post("/v1/chat", json={"question": "Which therapies failed for anti-Mi2 calcinosis?"}).json()
    assert "methotrexate" in answer["answer"].lower()


def test_the_same_file_again_is_unchanged_and_an_edited_one_replaces(empty_client: TestClient, home: Path) -> None:
    (first,) = upload(empty_client, ("note.md", note()))
    (again,) = upload(empty_client, ("note.md", note()))
    assert (first["status"], again["status"]) == ("added", "unchanged")
    (edited,) = upload(empty_client, ("note.md", note(sentence="Colchicine 2 mg/day failed.")))
    assert (edited["status"], edited["reports"]) == ("changed", first["reports"])
    report = empty_client.get(f"/v1/reports/{quote(first['reports'][0], safe='')}").json()
    assert "2 mg/day" in report["paragraphs"][0]["text"]
    assert empty_client.get("/v1/reports").json()["total"] == 1
    assert [path.name for path in (home / "uploads").iterdir()] == ["note.md"]


def test_each_file_fails_alone_with_its_reason_and_leaves_nothing(empty_client: TestClient, home: Path) -> None:
    files = [("noise.bin", bytes(range(256)) * 40), ("empty.md", b""), ("broken.pdf", b"%PDF-1.7 and no more"), ("note.md", note())]
    results = upload(empty_client, *files)
    assert [result["status"] for result in results] == ["failed", "failed", "failed", "added"]
    assert all(result["reason"] for result in results[:3])
    assert not any(str(home) in result["reason"] for result in results[:3])
    assert [path.name for path in (home / "uploads").iterdir()] == ["note.md"]
    assert empty_client.get("/v1/reports").json()["total"] == 1


def test_a_broken_edit_leaves_the_report_and_its_file_as_they_were(empty_client: TestClient, home: Path) -> None:
    upload(empty_client, ("note.md", note()))
    (broken,) = upload(empty_client, ("note.md", b"---\ntitle: [\n---\n\ntext"))
    assert broken["status"] == "failed"
    assert (home / "uploads" / "note.md").read_bytes() == note()
    assert empty_client.get("/v1/reports").json()["total"] == 1
    assert upload(empty_client, ("note.md", note()))[0]["status"] == "unchanged"


def test_two_files_of_one_name_in_one_request_are_both_kept(empty_client: TestClient) -> None:
    results = upload(empty_client, ("a/note.md", note("One")), ("b/note.md", note("Two")))
    assert [result["name"] for result in results] == ["note.md", "note (2).md"]
    assert empty_client.get("/v1/reports").json()["total"] == 2


@pytest.mark.parametrize(
    "name", ["../../evil.md", "..\\..\\evil.md", "/etc/evil.md", "C:\\evil.md", "....//evil.md", ".evil.md", "evil.md/"]
)
def test_a_file_name_is_never_a_path(empty_client: TestClient, home: Path, name: str) -> None:
    (result,) = upload(empty_client, (name, note()))
    assert result["status"] == "added"
    assert [path.parent for path in home.parent.rglob("*evil*")] in ([home / "uploads"], [])
    assert len(list((home / "uploads").iterdir())) == 1


@given(st.text(max_size=400))
def test_every_name_becomes_a_plain_visible_file_name(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 200
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in safe)
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Ärztliche Notiz.pdf", "Ärztliche Notiz.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("", "report"),
        ("...", "report"),
        ("日本.md", "日本.md"),
    ],
)
def test_a_name_keeps_its_letters_and_its_ending(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("body", [{}, {"data": {"files": "text"}}, {"files": {"other": ("a.md", b"x")}}])
def test_a_request_without_a_file_is_refused(empty_client: TestClient, body: dict[str, Any]) -> None:
    response = empty_client.post("/v1/reports", **body)
    assert response.status_code == 422
    assert "files" in response.json()["error"]["message"] or "multipart" in response.json()["error"]["message"]


def test_a_deleted_upload_takes_its_file_and_its_ledger_line_along(empty_client: TestClient, home: Path, corpus: Corpus) -> None:
    (result,) = upload(empty_client, ("note.md", note()))
    assert delete(empty_client, result["reports"][0]) == 204
    assert list((home / "uploads").iterdir()) == []
    assert Ledger(corpus.catalog).lines() == {}
    assert corpus.check() == []
    assert upload(empty_client, ("note.md", note()))[0]["status"] == "added"


def test_a_deleted_report_of_a_file_of_the_user_leaves_the_file(
    empty_client: TestClient, corpus: Corpus, settings: Any, vocabulary: Any, report_files: Path
) -> None:
    list(Pipeline(corpus, settings, vocabulary).run([report_files]))
    assert delete(empty_client, REPORT_IDS[0]) == 204
    assert (report_files / "orchard.md").exists()
    assert len(Ledger(corpus.catalog).lines()) == 2


def test_a_deleted_report_of_a_file_of_many_leaves_the_others(empty_client: TestClient, home: Path, corpus: Corpus) -> None:
    lines = b'{"_id": "one", "title": "One", "text": "Text one."}\n{"_id": "two", "title": "Two", "text": "Text two."}\n'
    (result,) = upload(empty_client, ("corpus.jsonl", lines))
    assert result["reports"] == ["one", "two"]
    assert delete(empty_client, "one") == 204
    assert (home / "uploads" / "corpus.jsonl").exists()
    (line,) = Ledger(corpus.catalog).lines().values()
    assert line.preferred == ("two",)
    assert [report["id"] for report in empty_client.get("/v1/reports").json()["reports"]] == ["two"]
    assert delete(empty_client, "two") == 204
    assert list((home / "uploads").iterdir()) == []


def test_one_ingest_runs_at_a_time_and_the_next_one_waits(empty_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, guard = 0, 0, threading.Lock()
    ingest_one: Callable[..., Any] = uploads._ingest_one

    def watched(*args: Any) -> Any:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        try:
            return ingest_one(*args)
        finally:
            with guard:
                running -= 1

    monkeypatch.setattr(uploads, "_ingest_one", watched)
    with ThreadPoolExecutor(6) as pool:
        jobs: Iterator[list[dict[str, Any]]] = pool.map(lambda n: upload(empty_client, (f"{n}.md", note(f"Note {n}"))), range(6))
        assert [results[0]["status"] for results in jobs] == ["added"] * 6
    assert most == 1
    assert empty_client.get("/v1/reports").json()["total"] == 6


# -- streams -----------------------------------------------------------------------------------------------

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def services(settings: Settings, corpus: Corpus) -> Services:
    return build_services(settings, corpus)


def streamed(client: TestClient, *files: tuple[str, bytes]) -> list[tuple[str, dict[str, Any]]]:
    response = client.post("/v1/reports", files=[("files", file) for file in files], headers=EVENTS)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return events_of(response.text)


def test_a_streamed_upload_tells_of_every_file_that_came_then_of_every_outcome_then_all(empty_client: TestClient) -> None:
    files = [("orchard.md", REPORT_FILES["orchard.md"].encode()), ("empty.md", b""), ("note.md", note())]
    events = streamed(empty_client, *files)
    assert [name for name, _ in events] == ["received"] * 3 + ["outcome"] * 3 + ["results"]
    assert [data for name, data in events if name == "received"] == [{"name": name, "bytes": len(content)} for name, content in files]
    outcomes = [data for name, data in events if name == "outcome"]
    assert [(one["name"], one["status"]) for one in outcomes] == [("orchard.md", "added"), ("empty.md", "failed"), ("note.md", "added")]
    assert events[-1][1] == {"results": outcomes}


def test_the_stream_ends_with_what_the_plain_answer_says(empty_client: TestClient) -> None:
    files = [("note.md", note()), ("empty.md", b"")]
    upload(empty_client, *files)
    assert streamed(empty_client, *files)[-1] == ("results", {"results": upload(empty_client, *files)})


def test_a_file_over_the_limit_has_its_status_before_any_stream(empty_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.library.Upload", lambda name, _size, file: Upload(name, 10**12, file))
    response = empty_client.post("/v1/reports", files=[("files", ("big.md", note()))], headers=EVENTS)
    assert (response.status_code, response.json()["error"]["type"]) == (413, "TooLarge")


def test_each_outcome_is_told_before_the_next_file_is_read(services: Services) -> None:
    steps = ingesting(services, [upload_of("one.md"), upload_of("two.md")], Caller())
    assert [next(steps)[0] for _ in range(3)] == ["received", "received", "outcome"]
    assert services.corpus.catalog.report_ids() == ["file:one.md"]
    assert not services.writing.locked()
    assert [name for name, _ in steps] == ["outcome", "results"]


def test_who_stops_listening_finds_every_file_ingested_all_the_same(services: Services) -> None:
    steps = ingesting(services, [upload_of(f"{number}.md") for number in range(3)], Caller())
    assert next(steps)[0] == "received"
    steps.close()
    assert services.corpus.catalog.report_ids() == [f"file:{number}.md" for number in range(3)]


def test_a_client_that_hangs_up_finds_every_file_ingested_all_the_same(settings: Settings, corpus: Corpus) -> None:
    """Over a real connection: the files that came with the request are still open when nobody listens any more."""
    with running(create_app(settings, corpus=corpus)) as address:
        files = [("files", (f"{number}.md", note(f"Note {number}"))) for number in range(4)]
        with httpx.stream("POST", f"{address}/v1/reports", files=files, headers=EVENTS, timeout=PATIENCE_S) as response:
            next(response.iter_lines())
        until = time.monotonic() + PATIENCE_S
        while corpus.catalog.count() < 4 and time.monotonic() < until:
            time.sleep(0.02)
    assert corpus.catalog.report_ids() == [f"file:{number}.md" for number in range(4)]


def upload_of(name: str) -> Upload:
    content = note(name)
    return Upload(name, len(content), BytesIO(content))
