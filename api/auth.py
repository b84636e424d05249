"""Who may do what: every request passes here before its route sees it.

Without any key Casebook answers this machine alone. From the first key on every request needs one: as ``Authorization: Bearer KEY``,
as ``X-API-Key: KEY``, or as the password that a browser asks for.
"""

import base64
import binascii
import ipaddress
import math
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.callers import Caller, address_of, remember
from api.failures import failure
from api.keys import Key, Keys
from api.keys import Scope as KeyScope
from api.limits import RateLimit
from api.observability import Metrics, request_id_of
from api.services import Services

# Probes of a load balancer carry no key; Slack signs its requests (api/slack.py checks that).
_OPEN = ("/health", "/ready", "/slack/events")
_ADMIN = ("/metrics", "/v1/feedback")
# A whole page is some thirty small files; they are not what has to be rationed.
_FREE = "/page/"
# Keys cannot be guessed; this keeps those who try from filling the log and the processor.
_WRONG_KEYS_PER_MINUTE = 10


@dataclass(frozen=True, slots=True)
class Access:
    """What the one who starts the server allows. ``hosts`` are names under which it may be asked beyond addresses and plain names."""

    insecure: bool = False
    hosts: tuple[str, ...] = ()
    per_minute: int = 120


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    kind: str
    message: str
    reason: str
    headers: tuple[tuple[str, str], ...] = ()


class Guard:
    """Lets a request through, notes who makes it, or refuses it with the reason and what to do."""

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics) -> None:
        self._app = app
        self._access = access
        self._metrics = metrics
        self._asking = RateLimit(access.per_minute)
        self._guessing = RateLimit(_WRONG_KEYS_PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        self._metrics.refused.labels(refusal.reason).inc()
        await failure(refusal.status, refusal.kind, refusal.message, dict(refusal.headers))(scope, receive, send)

    async def _refusal(self, scope: Scope) -> _Refusal | None:
        traceparent = Headers(scope=scope).get("traceparent")
        caller = Caller(address=address_of(scope), request_id=request_id_of(scope), traceparent=traceparent)
        remember(scope, caller)
        services = getattr(scope["app"].state, "services", None)
        if scope["path"] in _OPEN or not isinstance(services, Services):
            return None
        keys = Keys(services.corpus.catalog)
        if not await run_in_threadpool(keys.needed):
            return self._without_key(scope, caller)
        sent = sent_key(Headers(scope=scope))
        key = await run_in_threadpool(keys.recognised, sent) if sent else None
        if key is None:
            return self._unknown(scope, caller, sent)
        remember(scope, replace(caller, key=key.name, owner=key.id, sees_all="admin" in key.scopes))
        if needed_scope(scope["method"], scope["path"]) not in key.scopes:
            return _forbidden(scope, key)
        return self._rationed(scope, f"key {key.id}")

    def _without_key(self, scope: Scope, caller: Caller) -> _Refusal | None:
        if _is_remote(caller.address):
            return self._rationed(scope, f"address {caller.address}") if self._access.insecure else _NO_KEYS
        # A proxy on this machine may hide who asks; what cannot be hidden is that the connection came in from outside.
        return _NO_KEYS if not self._access.insecure and _is_remote(_own_address(scope)) else None

    def _unknown(self, scope: Scope, caller: Caller, sent: str | None) -> _Refusal:
        wait = self._guessing.wait_s(caller.address or "") if sent else 0.0
        if wait:
            return _too_often(wait, "wrong keys")
        way = "Basic" if scope["path"] == "/" or scope["path"].startswith(_FREE) else "Bearer"
        challenge = (("www-authenticate", f'{way} realm="Casebook", charset="UTF-8"'),)
        if sent:
            return _Refusal(
                401, "Unauthorized", "this key is unknown or was revoked; ask whoever runs Casebook for another", "wrong key", challenge
            )
        return _Refusal(401, "Unauthorized", "this Casebook needs a key: send it as 'Authorization: Bearer KEY'", "no key", challenge)

    def _rationed(self, scope: Scope, name: str) -> _Refusal | None:
        if scope["path"].startswith(_FREE):
            return None
        wait = self._asking.wait_s(name)
        return _too_often(wait, "requests") if wait else None


_NO_KEYS = _Refusal(
    403,
    "Forbidden",
    "this Casebook has no keys yet and answers its own machine only; `casebook keys add NAME` makes one",
    "not this machine",
)


def needed_scope(method: str, path: str) -> KeyScope:
    """What a key must be allowed for a request."""
    if path == "/metrics" or (path in _ADMIN and method in ("GET", "HEAD")):
        return "admin"
    changes_library = (path == "/v1/reports" or path.startswith("/v1/reports/")) and method not in ("GET", "HEAD", "OPTIONS")
    return "write" if changes_library else "read"


def sent_key(headers: Headers) -> str | None:
    """The key of a request, however it is sent."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip() or None
    if kind.lower() == "basic":
        return _password(value)
    return headers.get("x-api-key") or None


def _password(value: str) -> str | None:
    """The password of basic authentication; whatever is given as user name does not matter."""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _forbidden(scope: Scope, key: Key) -> _Refusal:
    needed = needed_scope(scope["method"], scope["path"])
    return _Refusal(403, "Forbidden", f"the key {key.name!r} may not do this: it needs the scope {needed!r}", "scope")


def _too_often(wait: float, what: str) -> _Refusal:
    seconds = max(1, math.ceil(wait))
    message = f"too many {what} within a minute; try again in {seconds} s"
    return _Refusal(429, "TooManyRequests", message, f"too many {what}", (("retry-after", str(seconds)),))


def _own_address(scope: Scope) -> str | None:
    server = scope.get("server")
    return str(server[0]) if server else None


def _is_remote(address: str | None) -> bool:
    """Whether an address is one that other machines can have or reach; what is no address (a socket file, a test) is not."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    return not (getattr(found, "ipv4_mapped", None) or found).is_loopback
