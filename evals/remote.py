"""Servers by their address: a running Casebook over its own HTTP, or anything behind an OpenAI-compatible endpoint.

An address that ends in ``/v1`` is an OpenAI-compatible one, as its clients write it; any other is a Casebook.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from assistant.answer import Abstention, Answer, Citation, Exchange, Statement, Support
from corpus.errors import LibraryError, UsageError
from corpus.report import Reference
from evals.asking import Unreadable
from evals.library import Library
from evals.systems import HYBRID, System

_TIMEOUT_S = 120
_PAGE = 500
# A gold names at most so many passages deep; the server's own limit of a search is 100.
_MAX_K = 100
# How systems say that they do not answer. A refusal is looked for in the first sentences only: an answer may end with what it lacks.
_REFUSAL = re.compile(
    r"\b(?:i (?:do not|don't|cannot|can't|could not|couldn't|am unable|am not able|was unable)"
    r"|(?:cannot|can't|could not) (?:be )?answer"
    r"|(?:not|isn't|is not|no) (?:enough )?(?:information|mention|evidence|reports?|answer|data)\b"
    r"|(?:does|do) not (?:mention|contain|say|report|provide|name)"
    r"|not (?:mentioned|reported|stated|found|available|provided) in"
    r"|nothing in (?:this|the|these)|no report in|no answer could|unanswerable|insufficient)\b",
    re.IGNORECASE,
)
_REFUSAL_CHARS = 250

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Server:
    """What is asked instead of the assistant in this process. ``model`` and ``key`` are for OpenAI-compatible endpoints."""

    url: str
    model: str = "default"
    key: SecretStr | None = None
    client: httpx.Client | None = None

    @property
    def speaks_openai(self) -> bool:
        return urlsplit(self.url).path.rstrip("/").endswith("/v1")


def served(server: Server, library: Library) -> System:
    """Raises UsageError where nothing answers there, or where a Casebook there lacks reports of the set."""
    if urlsplit(server.url).scheme not in ("http", "https"):
        raise UsageError(f"{server.url}: is no address; write http://host:port for a Casebook, http://host:port/v1 for any other server")
    if server.speaks_openai:
        return System(f"{server.model} at {server.url}", OpenAICompatible(server), cites=False)
    there = RemoteCasebook(server)
    if missing := set(library.corpus.catalog.report_ids()) - set(there.report_ids()):
        raise UsageError(f"{server.url}: lacks {len(missing)} reports of the set, e.g. {min(missing)}; ingest them there first")
    return System(f"casebook at {server.url}", there, {HYBRID: there.search})


class _Door:
    """One HTTP client. A server that cannot be reached ends the run; an answer that is no answer counts as one."""

    def __init__(self, server: Server, headers: Mapping[str, str] | None = None) -> None:
        self._url = server.url.rstrip("/")
        self._client = server.client or httpx.Client(timeout=_TIMEOUT_S, headers=headers, trust_env=False)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            response = self._client.request(method, f"{self._url}{path}", json=body)
        except httpx.TimeoutException as error:
            raise Unreadable(f"no answer within {_TIMEOUT_S} seconds") from error
        except httpx.TransportError as error:
            raise LibraryError(f"{self._url}: cannot be reached ({error}); is the server running?") from error
        if response.status_code in (401, 403, 404):
            raise UsageError(f"{self._url}{path}: refused with {response.status_code}; check the address and the key")
        if response.is_error:
            raise Unreadable(f"{response.status_code} {response.text[:200]}")
        try:
            return response.json()
        except ValueError as error:
            raise Unreadable(f"is not JSON: {response.text[:100]!r}") from error


# -- Casebook ------------------------------------------------------------------------------------------


class _Reference(BaseModel):
    title: str
    authors: list[str] = []
    journal: str | None = None
    year: int | None = None
    doi: str | None = None

    def reference(self) -> Reference:
        return Reference(self.title, tuple(self.authors), self.journal, self.year, doi=self.doi)


class _Citation(BaseModel):
    marker: int
    report_id: str
    paragraph_id: str
    quote: str
    start: int
    end: int
    section: list[str] = []
    page: int | None = None
    reference: _Reference

    def citation(self) -> Citation:
        place = (self.quote, self.start, self.end, tuple(self.section), self.page)
        return Citation(self.marker, self.report_id, self.paragraph_id, *place, self.reference.reference())


class _Statement(BaseModel):
    text: str
    support: Support
    citations: list[_Citation]


class _Abstention(BaseModel):
    reason: Literal["empty_library", "not_in_library", "not_answered", "false_premise", "nothing_supported", "model_failed"]
    message: str
    searched_reports: int


class _Chat(BaseModel):
    """What is scored of ``POST /v1/chat``."""

    standalone_question: str
    reader: str
    statements: list[_Statement]
    abstention: _Abstention | None
    timings_ms: dict[str, float] = {}
    chance: float | None = None


class _Passage(BaseModel):
    report_id: str
    paragraph_ids: tuple[str, ...]
    text: str
    paragraph_scores: tuple[float, ...] = ()


class _Found(BaseModel):
    passages: list[_Passage]


class _Listed(BaseModel):
    id: str


class _Reports(BaseModel):
    total: int
    reports: list[_Listed]


def _told(history: Sequence[Exchange]) -> list[dict[str, str]]:
    return [{"role": one.role, "text": one.text} for one in history]


class RemoteCasebook:
    """A running Casebook; nothing is stored there, because the history is sent along."""

    def __init__(self, server: Server) -> None:
        self._door = _Door(server)

    def answer(self, question: str, *, history: Sequence[Exchange] = ()) -> Answer:
        found = _read(_Chat, self._door.ask("POST", "/v1/chat", {"question": question, "history": _told(history)}))
        refused = found.abstention
        return Answer(
            question,
            found.standalone_question,
            found.reader,
            tuple(Statement(one.text, one.support, tuple(it.citation() for it in one.citations)) for one in found.statements),
            Abstention(refused.reason, refused.message, refused.searched_reports) if refused else None,
            timings_ms=found.timings_ms,
            chance=found.chance,
        )

    def search(self, query: str, limit: int, history: Sequence[Exchange] = ()) -> Sequence[_Passage]:
        asked = {"query": query, "k": min(limit, _MAX_K), "history": _told(history)}
        return _read(_Found, self._door.ask("POST", "/v1/search", asked)).passages

    def report_ids(self) -> Iterator[str]:
        offset = 0
        while True:
            page = _read(_Reports, self._door.ask("GET", f"/v1/reports?limit={_PAGE}&offset={offset}"))
            yield from (one.id for one in page.reports)
            offset += len(page.reports)
            if not page.reports or offset >= page.total:
                return


# -- anything else -------------------------------------------------------------------------------------


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice]


class OpenAICompatible:
    """A system behind ``/chat/completions``: scored on what it says and whether it refuses, for its citations have no common form."""

    def __init__(self, server: Server) -> None:
        key = server.key.get_secret_value() if server.key else None
        self._door = _Door(server, {"Authorization": f"Bearer {key}"} if key else None)
        self._model = server.model

    def answer(self, question: str, *, history: Sequence[Exchange] = ()) -> Answer:
        messages = [*({"role": one.role, "content": one.text} for one in history), {"role": "user", "content": question}]
        body = {"model": self._model, "messages": messages, "temperature": 0, "stream": False}
        found = _read(_Completion, self._door.ask("POST", "/chat/completions", body))
        text = found.choices[0].message.content.strip() if found.choices else ""
        if not text:
            raise Unreadable("an empty answer")
        if is_refusal(text):
            return Answer(question, question, self._model, abstention=Abstention("not_answered", text, 0))
        return Answer(question, question, self._model, (Statement(text, Support.UNCITED),))


def is_refusal(text: str) -> bool:
    """Whether a free text says that it does not answer, within its first sentences."""
    return bool(_REFUSAL.search(text[:_REFUSAL_CHARS].replace("’", "'")))


def _read(shape: type[Shape], body: Any) -> Shape:
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise Unreadable(f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}") from error
