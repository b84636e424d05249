"""Servers asked by their address: a Casebook's own app in this process, and local stand-ins that speak as others do."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.services import build_services
from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.remote import Server, is_refusal
from evals.runner import RunResult, run_folder
from ingest.pipeline import Pipeline
from tests.doubles import HashingEmbedder
from tests.evals.conftest import QUESTIONS

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def casebook(shared_set: Path, tmp_path: Path, vocabulary: Vocabulary) -> Iterator[TestClient]:
    """A Casebook that holds the set's reports, behind its real HTTP."""
    settings = load_settings(home=tmp_path / "served")
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        list(Pipeline(corpus, settings, vocabulary).run([shared_set / "reports"]))
        with TestClient(create_app(services=build_services(settings, corpus))) as client:
            yield client


def _asked(shared_set: Path, settings: Settings, out: Path, server: Server) -> RunResult:
    return run_folder(shared_set, out, settings, server=server, embedder=HashingEmbedder())


def test_a_served_casebook_scores_as_the_one_in_this_process(
    casebook: TestClient, run: RunResult, shared_set: Path, evaluation_settings: Settings, tmp_path: Path
) -> None:
    served = _asked(shared_set, evaluation_settings, tmp_path, Server("http://testserver", client=casebook))
    assert served.summary.system == "casebook at http://testserver"
    for name, found in served.summary.metrics.items():
        assert found == run.summary.metrics[name], name
    assert "hybrid.nDCG@10" in served.summary.metrics
    assert casebook.get("/v1/conversations").json() == []


def test_a_casebook_without_the_sets_reports_is_refused(
    casebook: TestClient, shared_set: Path, evaluation_settings: Settings, tmp_path: Path
) -> None:
    casebook.delete("/v1/reports/pmid:999999")
    with pytest.raises(UsageError, match=r"lacks 1 reports of the set, e\.g\. pmid:999999"):
        _asked(shared_set, evaluation_settings, tmp_path, Server("http://testserver", client=casebook))


# -- OpenAI-compatible -----------------------------------------------------------------------------------


def _endpoint(handler: Handler) -> Server:
    return Server("http://stand-in/v1", "some-model", client=httpx.Client(transport=httpx.MockTransport(handler)))


def _said(text: str) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"role": "assistant", "content": text}}]})


def test_another_system_is_scored_on_facts_and_refusals_only(shared_set: Path, evaluation_settings: Settings, tmp_path: Path) -> None:
    seen = list[dict[str, Any]]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        question = seen[-1]["messages"][-1]["content"]
        if "glioblastoma" in question:
            return _said("I don't know; the reports do not mention it.")
        return _said("Methotrexate failed. 1 g/kg brought no benefit.")

    found = _asked(shared_set, evaluation_settings, tmp_path, _endpoint(answer)).summary.metrics
    assert found["answer.gold_hit"].value is found["answer.quote_exactness"].value is found["answer.citation_recall_alce"].value is None
    assert not [name for name in found if "nDCG" in name]
    # t1, t2, t3 say what they must; t4 is refused and t5 is not.
    assert found["refusal.recall"].value == 1 / 2
    assert (found["answer.facts_found"].value or 0) >= 3 / 4
    assert seen[0]["model"] == "some-model"
    assert [one["role"] for one in seen[2]["messages"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="out of memory"),
        _said(" "),
        httpx.Response(200, json={"choices": [{}]}),
        httpx.Response(200, text="<html>"),
    ],
    ids=["an error", "nothing said", "another shape", "not JSON"],
)
def test_what_is_no_answer_is_its_own_outcome(
    answer: httpx.Response, shared_set: Path, evaluation_settings: Settings, tmp_path: Path
) -> None:
    result = _asked(shared_set, evaluation_settings, tmp_path, _endpoint(lambda _: answer))
    assert (result.summary.metrics["answer.unreadable"].value, result.summary.metrics["answer.unreadable"].n) == (1, len(QUESTIONS))
    assert set(result.summary.metrics) == {"answer.unreadable"}
    assert "What came back was no answer." in (result.folder / "report.html").read_text()


def test_a_server_that_is_not_there_ends_the_run(shared_set: Path, evaluation_settings: Settings, tmp_path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(LibraryError, match="cannot be reached"):
        _asked(shared_set, evaluation_settings, tmp_path, _endpoint(refuse))
    with pytest.raises(UsageError, match="refused with 401"):
        _asked(shared_set, evaluation_settings, tmp_path, _endpoint(lambda _: httpx.Response(401)))
    with pytest.raises(UsageError, match="is no address"):
        _asked(shared_set, evaluation_settings, tmp_path, Server("localhost:8000"))


@pytest.mark.parametrize(
    "text",
    [
        "I don’t know.",
        "I cannot answer this from the reports.",
        "The context does not mention denosumab.",
        "Denosumab is not mentioned in any report.",
        "There is no information about it.",
        "Nothing in this library answers this. Searched 3 reports.",
        "No report in this library names glioblastoma.",
    ],
)
def test_a_refusal_is_known_by_its_words(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text", ["Methotrexate failed.", "Diltiazem brought no benefit.", "It did not respond to rituximab [1].", "No, it did not help."]
)
def test_an_answer_that_tells_of_failure_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)
