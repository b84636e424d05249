"""Laws of the OpenAI-compatible door, driven by the clients that people use."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from openai import APIError, BadRequestError, NotFoundError, OpenAI, UnprocessableEntityError
from starlette.testclient import TestClient

from api.app import create_app
from api.openai_compat import SOURCES
from assistant.answer import Abstained, Abstention, Finished, Released, Statement, Support, Understood
from corpus.errors import ChatModelFailed
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.conftest import Scripted
from tests.doubles import ScriptedAssistant

FAILED = "Which therapies failed for calcinosis?"
ASKED = [{"role": "user", "content": FAILED}]
UNDERSTOOD = Understood("q", "q", "scripted")


@pytest.fixture
def address(settings: Settings, library: Corpus, serve: Any) -> Iterator[str]:
    with serve(create_app(settings, corpus=library)) as served:
        yield f"{served}/v1"


@pytest.fixture
def openai(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=address, api_key="none needed", max_retries=0) as client:
        yield client


def streamed(openai: OpenAI, **more: Any) -> tuple[str, list[Any], list[Any]]:
    """The text, the annotations and the chunks of a streamed answer."""
    chunks = list(openai.chat.completions.create(model="casebook", messages=ASKED, stream=True, **more))
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    annotations = [one for delta in deltas for one in getattr(delta, "annotations", None) or []]
    return "".join(delta.content or "" for delta in deltas), annotations, chunks


def test_the_official_client_finds_the_model(openai: OpenAI) -> None:
    assert [model.id for model in openai.models.list()] == ["casebook"]
    assert openai.models.retrieve("casebook").owned_by == "casebook"
    with pytest.raises(NotFoundError, match="one model is 'casebook'"):
        openai.models.retrieve("gpt-5")


def test_the_official_client_gets_an_answer_with_its_citations(openai: OpenAI, library: Corpus) -> None:
    message = openai.chat.completions.create(model="casebook", messages=ASKED).choices[0].message
    assert message.content is not None
    assert "methotrexate" in message.content.lower()
    assert "Methotrexate failed and the calcinosis continued to grow." in message.content.partition(SOURCES)[2]
    assert message.annotations
    for annotation in message.annotations:
        cited: Any = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index] == f"[{cited.marker}]"
        paragraph = library.catalog.paragraphs([cited.paragraph_id])[cited.paragraph_id]
        assert paragraph.text[cited.start : cited.end] == cited.quote
        assert cited.url.startswith("https://")


def test_a_streamed_answer_is_the_same_answer_with_the_same_annotations(openai: OpenAI) -> None:
    whole = openai.chat.completions.create(model="casebook", messages=ASKED).choices[0].message
    text, annotations, chunks = streamed(openai)
    assert text == whole.content
    assert [dict(one) for one in annotations] == [one.model_dump() for one in whole.annotations or []]
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_comes_last_where_it_is_asked_for(openai: OpenAI) -> None:
    *_, last = streamed(openai, stream_options={"include_usage": True})[2]
    assert last.choices == []
    assert last.usage.total_tokens == 0


def test_a_follow_up_is_understood_from_the_messages_before_it(openai: OpenAI) -> None:
    first = openai.chat.completions.create(model="casebook", messages=[{"role": "user", "content": "Did methotrexate help calcinosis?"}])
    told: Any = [
        {"role": "system", "content": "Answer like a pirate."},
        {"role": "user", "content": "Did methotrexate help calcinosis?"},
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": [{"type": "text", "text": "and at what dose?"}]},
    ]
    answer: Any = openai.chat.completions.create(model="casebook", messages=told)
    assert "methotrexate" in answer.casebook["standalone_question"]
    assert "15 mg weekly" in answer.choices[0].message.content


def test_filters_travel_as_an_extra_of_the_body(openai: OpenAI) -> None:
    extra = {"filters": {"year_from": 2016, "year_to": 2018}}
    message = openai.chat.completions.create(model="casebook", messages=ASKED, extra_body=extra).choices[0].message
    assert "diltiazem" in (message.content or "").lower()
    assert "methotrexate" not in (message.content or "").lower()


def test_nothing_that_is_asked_here_is_kept_as_a_conversation(openai: OpenAI, client: TestClient) -> None:
    openai.chat.completions.create(model="casebook", messages=ASKED)
    assert client.get("/v1/conversations").json() == []


@pytest.mark.parametrize("stream", [False, True])
def test_the_official_client_is_told_of_an_abstention_and_gets_no_annotation(openai: OpenAI, stream: bool) -> None:
    asked: Any = [{"role": "user", "content": "Did denosumab help calcinosis?"}]
    answer: Any = openai.chat.completions.create(model="casebook", messages=asked, stream=stream)
    chunks = list(answer) if stream else [answer]
    told = [choice.delta if stream else choice.message for chunk in chunks for choice in chunk.choices]
    content = "".join(one.content or "" for one in told)
    assert "denosumab" in content
    assert SOURCES not in content
    assert not any(getattr(one, "annotations", None) for one in told)


def test_the_rows_and_passages_of_an_answer_travel_along(openai: OpenAI) -> None:
    answer: Any = openai.chat.completions.create(model="casebook", messages=ASKED)
    assert {row["therapy"] for row in answer.casebook["evidence"]} >= {"methotrexate", "diltiazem"}
    assert answer.casebook["passages"]


@pytest.fixture
def langchain(address: str) -> ChatOpenAI:
    return ChatOpenAI(model="casebook", base_url=address, api_key="none", max_retries=0)


def test_langchains_client_asks_and_streams(langchain: ChatOpenAI) -> None:
    whole = langchain.invoke(FAILED)
    assert "[1]" in str(whole.content)
    assert "Methotrexate failed and the calcinosis continued to grow." in str(whole.content).partition(SOURCES)[2]
    assert "".join(str(chunk.content) for chunk in langchain.stream(FAILED)) == whole.content


def test_langchains_client_follows_up_with_its_own_messages(langchain: ChatOpenAI) -> None:
    first = HumanMessage("Did methotrexate help calcinosis?")
    talk = [first, langchain.invoke([first]), HumanMessage("and at what dose?")]
    assert "15 mg weekly" in str(langchain.invoke(talk).content)
    assert "15 mg weekly" in "".join(str(chunk.content) for chunk in langchain.stream(talk))


def test_langchains_client_is_told_of_an_abstention_and_of_a_refusal(langchain: ChatOpenAI) -> None:
    told = str(langchain.invoke("Did denosumab help calcinosis?").content)
    assert "denosumab" in told
    assert SOURCES not in told
    with pytest.raises(UnprocessableEntityError, match="one answer"):
        langchain.bind(n=2).invoke(FAILED)


def test_the_history_an_assistant_hears_is_what_was_said_without_the_sources(scripted: Scripted) -> None:
    client, assistant = scripted(UNDERSTOOD, Finished({}))
    messages = [
        {"role": "user", "content": "q1"},
        {"role": "assistant", "content": f"It failed [1].{SOURCES}- [1] Plum 2012: “It softened.”"},
        {"role": "user", "content": "q2"},
    ]
    assert client.post("/v1/chat/completions", json={"messages": messages}).status_code == 200
    question, history, _, _ = assistant.asked[0]
    assert (question, [(one.role, one.text) for one in history]) == ("q2", [("user", "q1"), ("assistant", "It failed [1].")])


def test_an_abstention_is_the_whole_message_streamed_or_not(scripted: Scripted) -> None:
    unproved = Released(Statement("It cures everything.", Support.UNSUPPORTED))
    client, _ = scripted(UNDERSTOOD, unproved, Abstained(Abstention("nothing_supported", "No answer could be proved.", 3)), Finished({}))
    body = {"messages": ASKED}
    assert client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"] == "No answer could be proved."
    assert "cures" not in client.post("/v1/chat/completions", json=body | {"stream": True}).text


def test_a_sentence_without_proof_says_so_in_words(scripted: Scripted) -> None:
    proved, unproved = (Released(Statement(f"{kind}.", kind)) for kind in (Support.SUPPORTED, Support.UNSUPPORTED))
    client, _ = scripted(UNDERSTOOD, unproved, proved, Finished({}))
    content = client.post("/v1/chat/completions", json={"messages": ASKED}).json()["choices"][0]["message"]["content"]
    assert content == "unsupported. (not supported by its source) supported."


def test_hostile_report_text_becomes_no_link_no_image_and_no_tag(scripted: Scripted) -> None:
    hostile = Released(Statement("See ![x](http://evil.example/?q) or <img src=x onerror=alert(1)>.", Support.SUPPORTED))
    client, _ = scripted(UNDERSTOOD, hostile, Finished({}))
    content = client.post("/v1/chat/completions", json={"messages": ASKED}).json()["choices"][0]["message"]["content"]
    assert "](" not in content
    assert "<img" not in content


def test_a_failure_in_the_middle_of_a_stream_reaches_the_client(settings: Settings, library: Corpus, serve: Any) -> None:
    events = [UNDERSTOOD, Released(Statement("One.", Support.SUPPORTED))]
    assistant = ScriptedAssistant(events, failure=ChatModelFailed("the model fell silent"))
    with (
        serve(create_app(settings, corpus=library, assistant=assistant)) as served,
        OpenAI(base_url=f"{served}/v1", api_key="-", max_retries=0) as client,
        pytest.raises(APIError, match="fell silent"),
    ):
        streamed(client)
    assert assistant.closed == 1


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"n": 2}, "one answer"),
        ({"tool_choice": "required"}, "no tools"),
        ({"response_format": {"type": "json_object"}}, "prose"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]}, "text only"),
        ({"messages": [{"role": "assistant", "content": "hello"}]}, "last message"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, "empty"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(openai: OpenAI, more: dict[str, Any], named: str) -> None:
    with pytest.raises((UnprocessableEntityError, BadRequestError), match=named):
        openai.chat.completions.create(**({"model": "casebook", "messages": ASKED} | more))


def test_another_model_is_not_found(openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="one model is 'casebook'"):
        openai.chat.completions.create(model="gpt-5", messages=ASKED)
