"""A stand-in for Slack: answers the calls a bot makes, remembers them, and sends signed requests like Slack's servers."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.patience import PATIENCE_S

SECRET = "a secret that both sides know"
US = "U0BOT"


@dataclass
class StandIn:
    """``calls`` are (method, arguments) in order; what is posted can be read back as a thread."""

    address: str = ""
    socket_url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    limited: int = 0
    changed: Condition = field(default_factory=Condition)

    @property
    def respond_url(self) -> str:
        return f"{self.address}respond"

    def answer(self, method: str, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.changed:
            if method == "chat.postMessage" and self.limited:
                self.limited -= 1
                return 429, {"ok": False, "error": "ratelimited"}
            self.calls.append((method, sent))
            self.changed.notify_all()
            if method == "auth.test":
                return 200, {"ok": True, "user_id": US, "bot_id": "B0", "team_id": "T0", "url": "https://x.slack.com/", "user": "casebook"}
            if method == "apps.connections.open":
                return 200, {"ok": True, "url": self.socket_url}
            if method == "chat.postMessage":
                told = {"user": US, "bot_id": "B0", "ts": f"{time.time():.6f}", **sent}
                self.messages.append(told)
                return 200, {"ok": True, "ts": told["ts"], "channel": sent["channel"]}
            if method in ("conversations.replies", "conversations.history"):
                return 200, {"ok": True, "messages": self.messages if method.endswith("replies") else self.messages[::-1]}
            return 200, {"ok": True}

    def of(self, method: str) -> list[dict[str, Any]]:
        return [sent for name, sent in self.calls if name == method]

    def wait_for(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        """The calls of a method, once there are that many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.of(method)) >= count, timeout=PATIENCE_S), self.calls
            return self.of(method)

    def settled(self) -> None:
        """Waits until the bot took its working sign away: it is the last thing it does."""
        self.wait_for("reactions.remove", len(self.of("reactions.add")) or 1)


@contextmanager
def standing_in() -> Iterator[StandIn]:
    slack = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            sent = json.loads(body or "{}") if self.headers.get("content-type", "").startswith("application/json") else _form(body)
            status, told = slack.answer(self.path.removeprefix("/api/").removeprefix("/"), sent)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            if status == 429:
                self.send_header("retry-after", "1")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    slack.address = f"http://127.0.0.1:{server.server_address[1]}/api/"
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _form(body: str) -> dict[str, Any]:
    sent = {name: values[0] for name, values in parse_qs(body).items()}
    return {name: json.loads(value) if name == "blocks" else value for name, value in sent.items()}


@dataclass
class Sender:
    """Sends what Slack's servers would send to a bot's address."""

    url: str
    secret: str = SECRET

    def post(self, body: str, kind: str, *, at: float | None = None, signature: str | None = None, **headers: str) -> httpx.Response:
        stamp = str(int(at or time.time()))
        signed = signature or SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body) or ""
        told = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": signed, **headers}
        return httpx.post(self.url, content=body, headers=told, timeout=PATIENCE_S)

    def event(self, event: dict[str, Any], event_id: str | None = None, **how: Any) -> httpx.Response:
        return self.post(json.dumps(envelope(event, event_id)), "application/json", **how)

    def command(self, text: str, respond_url: str, **more: str) -> httpx.Response:
        told = {
            "command": "/casebook",
            "text": text,
            "channel_id": "C1",
            "user_id": "U1",
            "team_id": "T0",
            "response_url": respond_url,
            "trigger_id": str(time.time_ns()),
            **more,
        }
        return self.post(urlencode(told), "application/x-www-form-urlencoded")

    def press(self, action: str, value: str, respond_url: str) -> httpx.Response:
        told = {
            "type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T0"}, "channel": {"id": "C1"}, "response_url": respond_url,
            "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": str(time.time())}],
        }  # fmt: skip
        return self.post(urlencode({"payload": json.dumps(told)}), "application/x-www-form-urlencoded")


def envelope(event: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
    name = event_id or f"Ev{time.time_ns()}"
    return {"type": "event_callback", "team_id": "T0", "api_app_id": "A0", "event_id": name, "event": event}


def mention(text: str, ts: str = "100.1", **more: Any) -> dict[str, Any]:
    return {"type": "app_mention", "channel": "C1", "user": "U1", "ts": ts, "text": f"<@{US}> {text}", **more}


def direct(text: str, ts: str = "200.1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": ts, "text": text, **more}
