"""A server that speaks the part of Europe PMC's REST API that is used, and fails as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

# What happens at one request instead of the right answer: a status with headers, or an action on the handler.
Fault = tuple[int, dict[str, str]] | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakeEuropePmc:
    """Records and articles to serve, faults by path in the order they come, and what was asked."""

    records: list[dict[str, Any]] = field(default_factory=list)
    articles: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    hit_counts: list[int] = field(default_factory=list)
    url: str = ""

    def add(self, number: int, licence: str | None = "cc by", text: str = "She took warfarin for a year.", **more: object) -> None:
        """One article with its record."""
        pmcid = f"PMC{number}"
        record = {"id": str(number), "source": "MED", "pmcid": pmcid, "title": f"Stones {number}.", "doi": f"10.1000/{number}"}
        self.records.append({**record, "isOpenAccess": "Y", **({"license": licence} if licence else {}), **more})
        self.articles[pmcid] = article(number, text)

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """A page of results; the cursor is the place of its first record."""
        size, cursor = int(query["pageSize"][0]), query["cursorMark"][0]
        start = 0 if cursor == "*" else int(cursor)
        rows = self.records[start : start + size]
        hits = self.hit_counts.pop(0) if self.hit_counts else len(self.records)
        following = str(start + len(rows)) if rows else cursor
        return {"version": "6.9", "hitCount": hits, "nextCursorMark": following, "resultList": {"result": rows}}

    def count(self, part: str) -> int:
        return sum(part in path for path in self.asked)


def article(number: int, text: str, licence: str = "https://creativecommons.org/licenses/by/4.0/") -> bytes:
    """A small JATS file."""
    return f"""<?xml version="1.0"?><article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
    <article-id pub-id-type="pmc">{number}</article-id><title-group><article-title>Stones {number}</article-title></title-group>
    <permissions><license xlink:href="{licence}"/></permissions></article-meta></front>
    <body><sec><title>Case</title><p>{text}</p></sec></body></article>""".encode()


def break_off(handler: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<article><front>")


def half(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """A whole answer that holds half of the file."""
    return lambda handler: _send(handler, 200, data[: len(data) // 2])


def instead(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: _send(handler, 200, data)


def _send(handler: BaseHTTPRequestHandler, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def serving(fake: FakeEuropePmc) -> Iterator[FakeEuropePmc]:
    """The fake on a port of this machine for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlparse(self.path)
            name = address.path.strip("/")
            fake.asked.append(self.path)
            fake.agents.add(self.headers.get("User-Agent", ""))
            if faults := fake.faults.get(name):
                fault = faults.pop(0)
                if isinstance(fault, tuple):
                    _send(self, fault[0], b"", fault[1])
                else:
                    fault(self)
            elif name == "search":
                _send(self, 200, json.dumps(fake.page(parse_qs(address.query))).encode())
            elif (data := fake.articles.get(name.removesuffix("/fullTextXML"))) is not None:
                _send(self, 200, data)
            else:
                _send(self, 404, b"")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
