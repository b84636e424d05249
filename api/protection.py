"""What stands before the routes: headers that bind the browser, limits on bodies, known host names, no writes from other sites' pages."""

import ipaddress
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from anyio import fail_after
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.failures import failure

# A question may be 100,000 characters at most and a history of some answers goes with it; 2 MB is far above both.
JSON_BODY_BYTES = 2_000_000
# What the multipart form adds to the file itself.
_FORM_BYTES = 1_000_000
# A question is sent in a moment even over a bad line; a file of 200 MB at 2 Mbit/s takes a quarter of an hour.
JSON_BODY_SECONDS, FILE_BODY_SECONDS = 20.0, 900.0
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

# Everything the page uses comes from this server; no inline script or style, no frame, no form that leaves.
HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; img-src 'self' data:"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Sets ``HEADERS`` on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class SameSite:
    """Refuses writes that a page of another site sends with this user's browser: a form post needs no permission of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _READING and _foreign(Headers(scope=scope)):
            refused = failure(
                403, "Forbidden", "this request comes from a page of another site; Casebook takes writes from its own page only"
            )
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    return bool(origin) and urlsplit(origin or "").netloc != headers.get("host")


class KnownHost:
    """Refuses requests for a host name that is not ours.

    A page of another site can have its own name resolve to this machine and then read our answers as its own (DNS rebinding). That
    takes a name in a domain of its author's; addresses and names without a dot are none.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._knows(Headers(scope=scope).get("host", "")):
            message = (
                "this Casebook is not known under that name; whoever runs it can allow the name with `casebook serve --allow-host NAME`"
            )
            await failure(421, "UnknownHost", message)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "") if _well_formed(host) else "."
        return "." not in name or name in self._hosts or name.endswith(".localhost") or _is_address(name)


def _well_formed(host: str) -> bool:
    return not any(char in host for char in "/?#@\\ ")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class BodyLimit:
    """Refuses bodies over a limit, by their announced length or as soon as more than that has arrived, and those that dawdle."""

    def __init__(self, app: ASGIApp, max_file_bytes: int, json_seconds: float = JSON_BODY_SECONDS) -> None:
        self._app = app
        self._upload_bytes = max_file_bytes + _FORM_BYTES
        self._json_seconds = json_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._app(scope, receive, send)
            return
        upload = scope["path"] == "/v1/reports"
        limit, seconds = (self._upload_bytes, FILE_BODY_SECONDS) if upload else (JSON_BODY_BYTES, self._json_seconds)
        receive = _timed(receive, seconds)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await _drain(receive, limit)
            await failure(413, "TooLarge", _too_large(limit))(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)


def _timed(receive: Receive, seconds: float) -> Receive:
    """Waits for the whole body no longer than this; what is waited for after it (that the client leaves) may take any time."""
    until, arriving = time.monotonic() + seconds, True

    async def receive_in_time() -> Message:
        nonlocal arriving
        if not arriving:
            return await receive()
        try:
            with fail_after(max(0.0, until - time.monotonic())):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, f"the request did not arrive within {seconds:g} s") from None
        arriving = message["type"] == "http.request" and message.get("more_body", False)
        return message

    return receive_in_time


def _counted(receive: Receive, limit: int) -> Receive:
    arrived = 0

    async def receive_within_limit() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return receive_within_limit


async def _drain(receive: Receive, limit: int) -> None:
    """Read what is refused, up to twice the limit: a connection closed on a client that is still sending loses the answer."""
    arrived, more = 0, True
    while more and arrived <= 2 * limit:
        message = await receive()
        arrived += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


def _too_large(limit: int) -> str:
    return f"the request is larger than {limit / 1e6:g} MB; send less at once, or raise CASEBOOK_MAX_FILE_MB for files"
