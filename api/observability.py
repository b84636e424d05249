"""What the server tells of itself: numbers for Prometheus, and one line of JSON a request with an id that the client gets too."""

import json
import logging
import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import caller_of

# From a look-up in an index to an answer that a chat model writes at length.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# A client may send an id of its own, to find its request in our log; anything that could break a log line is not one.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_request_id: ContextVar[str | None] = ContextVar("casebook_request_id", default=None)
_log = logging.getLogger("casebook.requests")


class Metrics:
    """Counters of one app; each has a registry of its own, so that two apps in a process do not add up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "casebook_requests", "Requests by route, method and status.", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "casebook_request_seconds", "Seconds to the end of a response.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.open = Gauge("casebook_requests_open", "Requests that are being answered.", registry=self.registry)
        self.questions = Counter("casebook_questions", "Questions by door and outcome.", ["door", "outcome"], registry=self.registry)
        self.steps = Counter("casebook_answer_seconds", "Seconds spent on answers by step.", ["step"], registry=self.registry)
        self.refused = Counter("casebook_refused", "Requests refused before their route, by reason.", ["reason"], registry=self.registry)
        self.reports = Gauge("casebook_reports", "Reports in the library.", registry=self.registry)

    def asked(self, door: str, outcome: str, timings_ms: Mapping[str, float]) -> None:
        self.questions.labels(door, outcome).inc()
        for step, spent in timings_ms.items():
            self.steps.labels(step).inc(spent / 1000)

    def text(self) -> str:
        """In the text format of Prometheus."""
        return generate_latest(self.registry).decode()


class RequestLog:
    """Gives every request an id, counts and times it, and writes a line about it. Never what was asked: that is the audit log's."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(_chosen_id(scope), time.perf_counter())
        scope["casebook.request_id"] = watched.request_id
        token = _request_id.set(watched.request_id)
        try:
            with self._metrics.open.track_inprogress():
                await self._app(scope, receive, watched.sending(send))
        finally:
            _request_id.reset(token)
            self._note(scope, watched)

    def _note(self, scope: Scope, watched: "_Watched") -> None:
        spent = time.perf_counter() - watched.started
        route, status = _route(scope), watched.status
        self._metrics.requests.labels(route, scope["method"], str(status)).inc()
        self._metrics.seconds.labels(route).observe(spent)
        caller = caller_of(scope)
        told = {"method": scope["method"], "route": route, "status": status, "ms": round(spent * 1000, 1)}
        _log.info("request", extra={"told": told | {"key": caller.key, "address": caller.address}})


@dataclass(slots=True)
class _Watched:
    request_id: str
    started: float
    # What a client that left before any answer gets, in the words of nginx's log.
    status: int = 499

    def sending(self, send: Send) -> Send:
        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = self.request_id
            await send(message)

        return send_with_id


def request_id_of(scope: Scope) -> str | None:
    found = scope.get("casebook.request_id")
    return str(found) if found else None


def _chosen_id(scope: Scope) -> str:
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else uuid4().hex


def _route(scope: Scope) -> str:
    """The route's pattern: ids in it would make a line of numbers for every report."""
    return str(getattr(scope.get("route"), "path", None) or ("/page" if scope["path"].startswith("/page/") else "other"))


class JsonLines(logging.Formatter):
    """A log record as one line of JSON, with the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request_id.get():
            line["request_id"] = request_id
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: str) -> None:
    """Send every log record to standard error as JSON lines; a line a request from level ``info`` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
