"""The REST API of Europe PMC: pages of records, full texts, and patience with a service that is busy."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from corpus.errors import ParseError, UnreadableSource

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

# Tries for one address; with the waits below, about a minute of a service being away.
_TRIES = 6
_FIRST_WAIT_S = 1.0
# A service that asks for longer is left alone, and the user is told when to come back.
_LONGEST_WAIT_S = 120.0
_TIMEOUT_S = 60.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_AGENT = "casebook (fetches open-access case reports for a local library)"


class FetchFailed(UnreadableSource):
    """An address of the service could not be read, also after waiting."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the search tells about one article with open-access full text."""

    pmcid: str
    title: str
    licence: str | None = None
    doi: str | None = None
    pmid: str | None = None


@dataclass(slots=True)
class _Passing(Exception):
    """A failure that may be gone at the next try; ``wait`` is how long the service asks for."""

    reason: str
    wait: float | None = None


class EuropePmc:
    """One connection to the service; a context manager."""

    def __init__(self, base_url: str, *, pause: float, sleep: Callable[[float], None] = time.sleep) -> None:
        import httpx

        self._base = base_url.rstrip("/")
        self._pause = pause
        self._sleep = sleep
        self._last = -pause
        self._client = httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True, headers={"User-Agent": _AGENT})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def search(self, query: str, page_size: int) -> Iterator[Record]:
        """Every open-access article that answers the query, once, in the service's order.

        The number of pages is not believed: it may change between two pages. The end is a cursor that stays or a page without records.
        """
        cursor, seen = "*", set[str]()
        while True:
            page = self._page(query, cursor, page_size)
            rows = page["resultList"]["result"]
            for record in map(_record, rows):
                if record and record.pmcid not in seen:
                    seen.add(record.pmcid)
                    yield record
            following = page.get("nextCursorMark")
            if not rows or not following or following == cursor:
                return
            cursor = following

    def full_text(self, pmcid: str, check: Callable[[str, bytes], None]) -> bytes:
        """The article's JATS file. ``check`` raises ParseError for what is not whole; it is then asked for again."""

        def read(response: "httpx.Response") -> bytes:
            try:
                check(pmcid, response.content)
            except ParseError as error:
                raise _Passing(f"answered with a file that cannot be read: {error.reason}") from error
            return response.content

        return self._asked(self.full_text_url(pmcid), {}, read)

    def full_text_url(self, pmcid: str) -> str:
        return f"{self._base}/{pmcid}/fullTextXML"

    def _page(self, query: str, cursor: str, page_size: int) -> dict[str, Any]:
        parameters = {
            "query": f"({query}) AND OPEN_ACCESS:Y",
            "resultType": "core",
            "format": "json",
            "pageSize": str(page_size),
            "cursorMark": cursor,
        }

        def read(response: "httpx.Response") -> dict[str, Any]:
            try:
                page = response.json()
                if isinstance(page["resultList"]["result"], list):
                    return dict(page)
            except (ValueError, KeyError, TypeError) as error:
                raise _Passing(f"answered with something that is no page of results ({type(error).__name__})") from error
            raise _Passing("answered with something that is no page of results")

        return self._asked(f"{self._base}/search", parameters, read)

    def _asked(self, url: str, parameters: dict[str, str], read: Callable[["httpx.Response"], T]) -> T:
        """What ``read`` makes of the answer; asked again, later and later, while the failure is one that passes."""
        wait, reason = _FIRST_WAIT_S, ""
        for attempt in range(1, _TRIES + 1):
            try:
                return read(self._answer(url, parameters))
            except _Passing as error:
                reason = error.reason
                if error.wait is not None and error.wait > _LONGEST_WAIT_S:
                    raise FetchFailed(url, f"{reason} and asks for {error.wait:.0f} s of rest; run it again later") from error
                if attempt < _TRIES:
                    self._sleep(max(wait, error.wait or 0.0))
                wait *= 2
        raise FetchFailed(url, f"{reason}, {_TRIES} times; run it again later, it goes on where it stopped")

    def _answer(self, url: str, parameters: dict[str, str]) -> "httpx.Response":
        import httpx

        self._keep_pace()
        try:
            response = self._client.get(url, params=parameters)
        except httpx.TimeoutException as error:
            raise _Passing(f"gave no answer within {_TIMEOUT_S:.0f} s") from error
        except httpx.TransportError as error:
            raise _Passing(f"could not be reached or broke off ({type(error).__name__})") from error
        if response.status_code in _PASSING:
            raise _Passing(f"answered {response.status_code}", _retry_after(response.headers.get("Retry-After")))
        if response.status_code == 404:
            raise FetchFailed(url, "has no full text here (404)")
        if not response.is_success:
            raise FetchFailed(url, f"answered {response.status_code}; check the query and the address")
        return response

    def _keep_pace(self) -> None:
        rest = self._last + self._pause - time.monotonic()
        if rest > 0:
            self._sleep(rest)
        self._last = time.monotonic()


def _record(row: dict[str, Any]) -> Record | None:
    """A record with a full text to fetch; None for one without."""
    pmcid = str(row.get("pmcid") or "")
    if not pmcid.startswith("PMC") or not pmcid[3:].isdigit() or row.get("isOpenAccess") == "N":
        return None
    return Record(pmcid, str(row.get("title") or pmcid).rstrip("."), row.get("license") or None, row.get("doi"), row.get("pmid"))


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from seconds or from a date."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
