"""Traces for OpenTelemetry: how long a question took, and which step of it. Never a word of the question.

Off unless its own variable ``OTEL_EXPORTER_OTLP_ENDPOINT`` says where to send them; the package is the extra ``otel``.
"""

import os
import time
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from api.callers import Caller
from corpus.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

_WHERE = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Traces:
    """Begins traces; without a provider it does nothing."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("casebook", version("casebook")) if provider else None

    @classmethod
    def from_environment(cls) -> "Traces":
        """Raises UsageError where traces are asked for and the extra is not installed."""
        if not any(os.environ.get(name) for name in _WHERE):
            return cls()
        if find_spec("opentelemetry.exporter.otlp.proto.grpc") is None:
            raise UsageError("traces are sent with OpenTelemetry's packages, which are not installed: pip install 'casebook[otel]'")
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider = TracerProvider(resource=Resource.create({"service.name": "casebook", "service.version": version("casebook")}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    def begin(self, name: str, caller: Caller) -> "Trace":
        """A trace of its own, or part of the one that the caller's ``traceparent`` names."""
        if self._tracer is None:
            return Trace(None, None)
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        before = TraceContextTextMapPropagator().extract({"traceparent": caller.traceparent or ""})
        span = self._tracer.start_span(name, before)
        told = {"casebook.door": caller.door, "casebook.request_id": caller.request_id}
        span.set_attributes({key: value for key, value in told.items() if value})
        return Trace(self._tracer, span)

    def close(self) -> None:
        """Send what is still waiting."""
        if self._provider:
            self._provider.shutdown()


class Trace:
    """One question's span, with a child for each step when it ends."""

    def __init__(self, tracer: "Tracer | None", span: "Span | None") -> None:
        self._tracer = tracer
        self._span = span
        self._started = time.time_ns()

    def end(self, timings_ms: Mapping[str, float], **told: str | int) -> None:
        """``told`` becomes attributes; an ``outcome`` that failed marks the span."""
        if self._span is None or self._tracer is None:
            return
        self._span.set_attributes({f"casebook.{key}": value for key, value in told.items()})
        self._add_steps(self._tracer, self._span, timings_ms)
        if str(told.get("outcome", "")).startswith("failed"):
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR, str(told["outcome"]))
        self._span.end()

    def _add_steps(self, tracer: "Tracer", span: "Span", timings_ms: Mapping[str, float]) -> None:
        """Reading and verifying take turns, a sentence at a time: each is one span, as long as its turns together."""
        from opentelemetry.trace import set_span_in_context

        at = self._started
        for step, spent in timings_ms.items():
            child = tracer.start_span(step, set_span_in_context(span), start_time=at)
            at += int(spent * 1_000_000)
            child.end(end_time=at)
