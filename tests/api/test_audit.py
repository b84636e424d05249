"""Laws of the audit log."""

import json
import stat
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.audit import AuditLog
from api.callers import Caller
from assistant.answer import Finished, Understood
from corpus.errors import ChatModelFailed, LibraryError
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.conftest import Scripted

FAILED = "Which therapies failed for calcinosis?"


def lines(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (settings.home / "audit.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_question_leaves_who_what_which_sources_and_which_model(client: TestClient, settings: Settings) -> None:
    answer = client.post("/v1/chat", json={"question": FAILED}, headers={"x-request-id": "mine-1"})
    (line,) = lines(settings)
    cited = {citation["paragraph_id"] for statement in answer.json()["statements"] for citation in statement["citations"]}
    assert (line["event"], line["door"], line["address"], line["request_id"]) == ("question", "http", "testclient", "mine-1")
    assert (line["question"], line["model"], line["outcome"]) == (FAILED, "extractive", "answered")
    assert set(line["paragraphs"]) == cited
    assert line["at"].endswith("+00:00")


def test_every_ending_is_told(client: TestClient, scripted: Scripted, settings: Settings) -> None:
    client.post("/v1/chat", json={"question": "Did denosumab help calcinosis?"})
    client.post("/v1/chat", json={"question": ""})
    failing, _ = scripted(Understood("q", "q", "scripted"), failure=ChatModelFailed("gone"))
    failing.post("/v1/chat/stream", json={"question": "q"})
    assert [line["outcome"] for line in lines(settings)] == ["abstained: not_in_library", "failed: UsageError", "failed: ChatModelFailed"]


def test_searches_boards_uploads_and_removals_are_told(client: TestClient, settings: Settings, library: Corpus) -> None:
    assert library
    client.post("/v1/search", json={"query": "diltiazem"})
    client.post("/v1/evidence", json={"question": "calcinosis"})
    client.post("/v1/reports", files={"files": ("note.md", b"")})
    client.delete("/v1/reports/pmid:999999")
    told = lines(settings)
    assert [line["event"] for line in told] == ["search", "evidence", "upload", "remove"]
    assert told[0]["reports"]
    assert (told[2]["file"], told[2]["outcome"]) == ("note.md", "failed")
    assert told[3]["reports"] == ["pmid:999999"]


def test_what_tells_who_a_patient_is_is_asked_kept_and_logged_without_it(client: TestClient, settings: Settings) -> None:
    question = "Mrs Ada Plumtree, born 12/03/1961, MRN 00123456: which therapies failed for calcinosis?"
    answer = client.post("/v1/chat", json={"question": question}).json()
    kept = json.dumps(client.get(f"/v1/conversations/{answer['conversation_id']}").json()) + json.dumps(lines(settings))
    for secret in ("Plumtree", "12/03/1961", "00123456"):
        assert secret not in kept
        assert secret not in json.dumps(answer)
    (told,) = answer["warnings"]
    assert "name, date, record number" in told
    assert lines(settings)[-1]["warned"] is True
    assert answer["abstained"] is False


def test_the_chat_model_never_sees_it_either(scripted: Scripted) -> None:
    client, assistant = scripted(Understood("q", "q", "scripted"), Finished({}))
    history = [{"role": "user", "text": "Mrs Ada Plumtree has calcinosis"}, {"role": "assistant", "text": "Mrs Ada Plumtree"}]
    answer = client.post("/v1/chat", json={"question": "which drug helps her?", "history": history}).json()
    _, heard, _, _ = assistant.asked[0]
    assert [one.text for one in heard] == ["A patient has calcinosis", "A patient"]
    assert answer["warnings"]


def test_an_ordinary_question_is_not_warned_of(client: TestClient) -> None:
    assert client.post("/v1/chat", json={"question": FAILED}).json()["warnings"] == []


def test_lines_are_only_added_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    AuditLog(path).write("question", Caller(), question="one\ntwo")
    AuditLog(path).write("question", Caller(), question="three \ud800")
    assert [json.loads(line)["question"][:7] for line in path.read_text().splitlines()] == ["one\ntwo", "three ?"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_lines_of_many_writers_never_mix(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    threads = [Thread(target=lambda: [log.write("question", Caller(), question="x" * 3000) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert len(found) == 400


def test_a_disk_that_refuses_the_log_fails_the_question_in_words(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="audit log"):
        AuditLog(tmp_path).write("question", Caller())
