"""Laws of traces: one for each question, a span for each step, and never what was asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from api import tracing
from api.app import create_app
from api.services import build_services
from api.tracing import Traces
from assistant.answer import Understood
from corpus.errors import ChatModelFailed, UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import ScriptedAssistant

FAILED = "Which therapies failed for calcinosis?"


@pytest.fixture
def exported() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(exported: InMemorySpanExporter) -> Iterator[Traces]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exported))
    made = Traces(provider)
    yield made
    made.close()


@pytest.fixture
def traced(settings: Settings, library: Corpus, traces: Traces) -> Iterator[TestClient]:
    with TestClient(create_app(services=build_services(settings, library, traces=traces))) as client:
        yield client


def named(exported: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exported.get_finished_spans()}


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/stream"])
def test_a_question_is_a_span_with_its_steps_within(traced: TestClient, exported: InMemorySpanExporter, path: str) -> None:
    answer = traced.post(path, json={"question": FAILED})
    spans = named(exported)
    ask = spans.pop("ask")
    assert set(spans) == {"retrieve", "read", "verify"}
    assert {span.parent.span_id for span in spans.values() if span.parent} == {ask.context.span_id}
    assert ask.attributes == {
        "casebook.door": "http",
        "casebook.request_id": answer.headers["x-request-id"],
        "casebook.outcome": "answered",
        "casebook.reader": "extractive",
    }
    assert all(ask.start_time <= span.start_time <= span.end_time <= ask.end_time for span in spans.values())  # type: ignore[operator]


def test_the_steps_are_as_long_as_the_answer_says(traced: TestClient, exported: InMemorySpanExporter) -> None:
    timings = traced.post("/v1/chat", json={"question": FAILED}).json()["timings_ms"]
    spans = named(exported)
    for step in ("retrieve", "read", "verify"):
        assert (spans[step].end_time - spans[step].start_time) / 1e6 == pytest.approx(timings[step], abs=0.001)  # type: ignore[operator]


def test_a_trace_goes_on_where_the_caller_began_it(traced: TestClient, exported: InMemorySpanExporter) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    traced.post("/v1/chat", json={"question": FAILED}, headers={"traceparent": f"00-{trace}-{parent}-01"})
    ask = named(exported)["ask"]
    assert (f"{ask.context.trace_id:032x}", f"{ask.parent.span_id:016x}") == (trace, parent)  # type: ignore[union-attr]


@pytest.mark.parametrize("sent", ["nonsense", "00-0-0-00", "x" * 5000])
def test_a_traceparent_that_is_none_begins_a_trace_of_its_own(traced: TestClient, exported: InMemorySpanExporter, sent: str) -> None:
    traced.post("/v1/chat", json={"question": FAILED}, headers={"traceparent": sent})
    assert named(exported)["ask"].parent is None


def test_no_word_of_a_question_or_an_answer_is_in_a_trace(traced: TestClient, exported: InMemorySpanExporter) -> None:
    traced.post("/v1/chat", json={"question": "Did methotrexate help the calcinosis of Mrs Ada Plumtree?"})
    told = "".join(span.to_json() for span in exported.get_finished_spans()).lower()
    for word in ("methotrexate", "calcinosis", "plumtree"):
        assert word not in told


def test_an_abstention_and_a_failure_say_so(
    settings: Settings, library: Corpus, traces: Traces, traced: TestClient, exported: InMemorySpanExporter
) -> None:
    traced.post("/v1/chat", json={"question": "Did denosumab help calcinosis?"})
    assert str(named(exported)["ask"].attributes["casebook.outcome"]).startswith("abstained")  # type: ignore[index]
    exported.clear()
    failing = ScriptedAssistant([Understood("q", "q", "scripted")], failure=ChatModelFailed("silent"))
    services = build_services(settings, library, failing, traces=traces)
    TestClient(create_app(services=services)).post("/v1/chat", json={"question": FAILED})
    ask = named(exported)["ask"]
    assert (ask.status.status_code.name, ask.status.description) == ("ERROR", "failed: ChatModelFailed")


def test_traces_are_off_unless_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert Traces.from_environment()._tracer is None


def test_traces_that_are_asked_for_are_sent_there_and_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    traces = Traces.from_environment()
    assert traces._tracer is not None
    traces.close()

    def absent(_name: str) -> Any:
        return None

    monkeypatch.setattr(tracing, "find_spec", absent)
    with pytest.raises(UsageError, match=r"casebook\[otel\]"):
        Traces.from_environment()
