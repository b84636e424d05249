"""Laws of every journey through the MCP door, by the official client: in this process, over standard input, over HTTP, with a key."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from api.app import create_app
from api.keys import Keys
from api.mcp import build_mcp
from api.services import build_services
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.test_cli import PROCESS
from tests.api.test_mcp import FAILED, ROOT
from tests.doubles import HashingEmbedder
from tests.library import REPORT_IDS, entries

Journey = Callable[[Client], Awaitable[None]]
VIGNETTE = "A 36-year-old woman with anti-Mi2 dermatomyositis and calcinosis."


async def asks(client: Client) -> None:
    answer = await client.call_tool("ask", {"question": FAILED})
    cited = [citation for statement in answer.structured_content["statements"] for citation in statement["citations"]]
    report = await client.call_tool("get_report", {"report_id": cited[0]["report_id"]})
    paragraph = next(one for one in report.structured_content["paragraphs"] if one["id"] == cited[0]["paragraph_id"])
    assert paragraph["text"][cited[0]["start"] : cited[0]["end"]] == cited[0]["quote"]
    assert f"“{cited[0]['quote']}”" in answer.content[0].text


async def follows_up(client: Client) -> None:
    first = await client.call_tool("ask", {"question": "Did methotrexate help calcinosis?"})
    history = [{"role": "user", "text": "Did methotrexate help calcinosis?"}, {"role": "assistant", "text": first.content[0].text}]
    second = await client.call_tool("ask", {"question": "and at what dose?", "history": history})
    assert "15 mg weekly" in second.structured_content["answer"]


async def abstains(client: Client) -> None:
    answer = await client.call_tool("ask", {"question": "Did denosumab help calcinosis?"})
    assert not answer.is_error
    assert (answer.structured_content["abstained"], answer.structured_content["missing"]) == (True, ["denosumab"])
    assert answer.structured_content["statements"] == []


async def counts_evidence(client: Client) -> None:
    board = (await client.call_tool("evidence", {"question": "calcinosis"})).structured_content["board"]
    assert {line["therapy"] for line in board["therapies"]} >= {"methotrexate", "diltiazem"}


async def finds_similar(client: Client) -> None:
    found = await client.call_tool("similar", {"vignette": VIGNETTE, "limit": 1})
    assert [one["report_id"] for one in found.structured_content["patients"]] == [REPORT_IDS[0]]


async def searches_and_reads(client: Client) -> None:
    found = await client.call_tool("search", {"query": "diltiazem calcinosis", "k": 1})
    report = await client.call_tool("get_report", {"report_id": found.structured_content["passages"][0]["report_id"]})
    assert "Diltiazem 180 mg/day" in report.content[0].text


async def is_refused_in_words(client: Client) -> None:
    for tool, arguments, named in (
        ("ask", {"question": " "}, "empty"),
        ("get_report", {"report_id": "doi:10.1/none"}, "no report"),
        ("search", {"query": "calcinosis", "k": -1}, "k"),
    ):
        refused = await client.call_tool(tool, arguments)
        assert refused.is_error
        assert named in refused.content[0].text


JOURNEYS: tuple[Journey, ...] = (asks, follows_up, abstains, counts_evidence, finds_similar, searches_and_reads, is_refused_in_words)


async def all_journeys(server: Any) -> None:
    async with Client(server) as client:
        for journey in JOURNEYS:
            await journey(client)


@pytest.fixture
def address(settings: Settings, library: Corpus, serve: Any) -> Iterator[str]:
    with serve(create_app(settings, corpus=library)) as served:
        yield f"{served}/mcp"


def test_every_journey_in_one_process(settings: Settings, library: Corpus) -> None:
    anyio.run(all_journeys, build_mcp(build_services(settings, library)))


def test_every_journey_over_http(address: str) -> None:
    anyio.run(all_journeys, address)


def test_every_journey_over_http_with_a_key_and_none_without(address: str, library: Corpus) -> None:
    _, sent = Keys(library.catalog).add("desktop")

    async def with_key() -> None:
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {sent}"}) as http:
            await all_journeys(streamable_http_client(address, http_client=http))

    anyio.run(with_key)
    assert httpx2.post(address, json={}).status_code == 401


def test_every_journey_on_standard_input(home: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    with Corpus.open(settings, embedder) as corpus:
        corpus.put(entries())
    environment = os.environ | {"CASEBOOK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    anyio.run(all_journeys, StdioServerParameters(command=sys.executable, args=["-c", PROCESS, "mcp"], env=environment, cwd=ROOT))
