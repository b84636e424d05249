"""Laws of the MCP door, driven by the official client: in a process of its own, and over HTTP."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from api import mcp as module
from api.app import create_app
from api.mcp import build_mcp
from api.services import Services, build_services
from corpus.errors import UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.test_cli import PROCESS
from tests.library import REPORT_IDS

ROOT = Path(__file__).parents[2]
FAILED = "Which therapies failed for calcinosis?"
TOOLS = {"ask", "search", "get_report", "evidence", "similar"}

Journey = Callable[[Client], Any]


@pytest.fixture
def services(settings: Settings, library: Corpus) -> Services:
    return build_services(settings, library)


def visited(server: Any, journey: Journey) -> Any:
    """What a journey of the official client comes back with."""

    async def visit() -> Any:
        async with Client(server) as client:
            return await journey(client)

    return anyio.run(visit)


def called(server: Any, tool: str, **arguments: Any) -> Any:
    return visited(server, lambda client: client.call_tool(tool, arguments))


def test_the_tools_are_listed_with_what_they_take_and_give(services: Services) -> None:
    async def journey(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = visited(build_mcp(services), journey)
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations.read_only_hint
        assert "context" not in tool.input_schema["properties"]


def test_an_answer_comes_as_prose_with_sources_and_as_checked_statements(services: Services, library: Corpus) -> None:
    result = called(build_mcp(services), "ask", question=FAILED)
    assert not result.is_error
    text = result.content[0].text
    assert "methotrexate" in text.lower()
    assert "Sources\n[1]" in text
    cited = [citation for statement in result.structured_content["statements"] for citation in statement["citations"]]
    assert cited
    for one in cited:
        paragraph = library.catalog.paragraphs([one["paragraph_id"]])[one["paragraph_id"]]
        assert paragraph.text[one["start"] : one["end"]] == one["quote"]


def test_a_follow_up_is_understood_from_its_history(services: Services) -> None:
    history = [{"role": "user", "text": "Did methotrexate help calcinosis?"}, {"role": "assistant", "text": "It failed [1]."}]
    result = called(build_mcp(services), "ask", question="and at what dose?", history=history)
    assert "methotrexate" in result.structured_content["standalone_question"]
    assert "15 mg weekly" in result.content[0].text


def test_an_abstention_names_what_is_missing_and_what_is_nearest(services: Services) -> None:
    result = called(build_mcp(services), "ask", question="Did denosumab help calcinosis?")
    assert result.structured_content["abstained"] is True
    assert result.structured_content["missing"] == ["denosumab"]
    assert "they do not answer the question" in result.content[0].text


def test_search_report_and_evidence_fit_together(services: Services) -> None:
    async def journey(client: Client) -> Any:
        found = await client.call_tool("search", {"query": "diltiazem calcinosis", "k": 1})
        report_id = found.structured_content["passages"][0]["report_id"]
        report = await client.call_tool("get_report", {"report_id": report_id})
        board = await client.call_tool("evidence", {"question": "calcinosis"})
        return report_id, report, board

    report_id, report, board = visited(build_mcp(services), journey)
    assert report_id == REPORT_IDS[2]
    assert f"[{report_id}#p1]" in report.content[0].text
    assert report.structured_content["case"]["therapies"][0]["therapy"] == "diltiazem"
    assert board.structured_content["board"]["total"]["patients"] == 3
    assert "- diltiazem: 1 patient; failed 1" in board.content[0].text


def test_similar_names_patients_with_what_they_share_and_what_was_tried(services: Services) -> None:
    async def journey(client: Client) -> Any:
        return await client.call_tool(
            "similar", {"vignette": "A 36-year-old woman with anti-Mi2 dermatomyositis and calcinosis.", "limit": 1}
        )

    found = visited(build_mcp(services), journey)
    (one,) = found.structured_content["patients"]
    assert one["report_id"] == REPORT_IDS[0]
    assert f"anti-Mi2 ({REPORT_IDS[0]}#p1)" in found.content[0].text
    assert "methotrexate failed" in found.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments", "named"),
    [
        ("ask", {"question": " "}, "empty"),
        ("ask", {"question": "x" * 5000}, "limit is 4,000"),
        ("ask", {"question": FAILED, "year_from": 2015, "year_to": 2014}, "later than year_to"),
        ("get_report", {"report_id": "doi:10.1/none"}, "no report"),
        ("search", {"query": "calcinosis", "k": 0}, "k"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(services: Services, tool: str, arguments: dict[str, Any], named: str) -> None:
    result = called(build_mcp(services), tool, **arguments)
    assert result.is_error
    assert named in result.content[0].text


def test_the_audit_log_knows_the_door(services: Services) -> None:
    called(build_mcp(services), "ask", question=FAILED)
    line = json.loads(services.audit.path.read_text().splitlines()[-1])
    assert (line["event"], line["door"], line["question"]) == ("question", "mcp", FAILED)


def test_the_same_tools_answer_over_http(settings: Settings, library: Corpus, serve: Any) -> None:
    with serve(create_app(settings, corpus=library)) as address:
        result = called(f"{address}/mcp", "ask", question=FAILED)
    assert "methotrexate" in result.content[0].text.lower()
    line = json.loads((settings.home / "audit.jsonl").read_text().splitlines()[-1])
    assert (line["door"], line["address"]) == ("mcp", "127.0.0.1")


def test_a_process_of_its_own_answers_on_standard_input(home: Path, settings: Settings, embedder: Any) -> None:
    from tests.library import entries

    with Corpus.open(settings, embedder) as corpus:
        corpus.put(entries())
    environment = os.environ | {"CASEBOOK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = StdioServerParameters(command=sys.executable, args=["-c", PROCESS, "mcp"], env=environment, cwd=ROOT)

    async def journey(client: Client) -> Any:
        return await client.call_tool("ask", {"question": FAILED})

    assert "methotrexate" in visited(process, journey).content[0].text.lower()


def test_without_the_extra_the_door_says_what_to_install(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"casebook\[mcp\]"):
        build_mcp(services)
