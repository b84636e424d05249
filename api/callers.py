"""Who asks: through which door, with which key, from where. Goes with a question into the audit log and the server's log."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.types import Scope

Door = Literal["http", "openai", "mcp", "slack"]

_SCOPE_KEY = "casebook.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """``key`` is the name of the key that was shown, None where none is needed; ``address`` is that of the other end.

    ``owner`` is the key's id: what is kept for its holder. Whoever ``sees_all`` is shown everybody's. ``traceparent`` is the trace that the
    request belongs to, as its header says.
    """

    door: Door = "http"
    key: str | None = None
    address: str | None = None
    request_id: str | None = None
    owner: str | None = None
    sees_all: bool = True
    traceparent: str | None = None

    def through(self, door: Door) -> "Caller":
        return replace(self, door=door)


def remember(scope: Scope, caller: Caller) -> None:
    """Note on a request who makes it."""
    scope[_SCOPE_KEY] = caller


def caller_of(scope: Scope) -> Caller:
    """Who makes a request; only its address where nothing was noted."""
    known = scope.get(_SCOPE_KEY)
    return known if isinstance(known, Caller) else Caller(address=address_of(scope))


def address_of(scope: Scope) -> str | None:
    client = scope.get("client")
    return str(client[0]) if client else None


async def _calling(request: Request) -> Caller:
    return caller_of(request.scope)


Calling = Annotated[Caller, Depends(_calling)]
