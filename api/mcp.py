"""The MCP door: desktop assistants and agents ask, search and read the library as tools (``casebook mcp``, and ``/mcp`` over HTTP).

The package ``mcp`` is an extra; it is imported when the door is opened.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from api.callers import Caller, caller_of
from api.chat import answering, searched
from api.evidence import EvidenceRequest, EvidenceResponse, board_text, gathered
from api.failures import failure
from api.library import whole_report
from api.prose import PURPOSE, marked, source_lines
from api.report_schemas import ReportOut
from api.schemas import (
    ChatRequest,
    ChatResponse,
    ExchangeRequest,
    FilterRequest,
    NearestOut,
    PassagesOut,
    SearchRequest,
    StatementOut,
    Year,
)
from api.services import Services
from api.similar import SimilarRequest, SimilarResponse, alike, similar_text
from corpus.errors import CasebookError, UsageError

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context, MCPServer

_Result = TypeVar("_Result")

INSTRUCTIONS = (
    "Casebook holds clinical case reports. `ask` answers a question in sentences that each cite the paragraph proving them; keep its "
    "markers and quotes when you repeat an answer, and when it abstains say so instead of answering from memory. `evidence` counts "
    "patients by therapy and outcome over the whole library. `search` finds passages and `get_report` reads a report whole. Leave out "
    f"names, dates and record numbers of patients. {PURPOSE}"
)


class Told(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class AskResult(BaseModel):
    """The answer without the passages it was read from; ``search`` has those."""

    answer: str
    abstained: bool
    standalone_question: str
    reader: str
    statements: list[StatementOut]
    searched_reports: int | None
    missing: list[str]
    nearest: list[NearestOut]
    warnings: list[str]

    @classmethod
    def of(cls, answer: ChatResponse) -> "AskResult":
        abstention = answer.abstention
        return cls(
            **answer.model_dump(include={"answer", "abstained", "standalone_question", "reader", "warnings"}),
            statements=answer.statements,
            searched_reports=abstention.searched_reports if abstention else None,
            missing=abstention.missing if abstention else [],
            nearest=abstention.nearest if abstention else [],
        )


def require_mcp() -> None:
    """Raises UsageError where the extra is not installed."""
    if find_spec("mcp") is None:
        raise UsageError("this door needs the package mcp, which is not installed: pip install 'casebook[mcp]'")


def build_mcp(services: Services) -> "MCPServer[Any]":
    """A server with the tools over an open library. Raises UsageError where the extra is not installed."""
    require_mcp()
    from mcp.server.mcpserver import Context, MCPServer
    from mcp_types import CallToolResult, TextContent, ToolAnnotations

    server: MCPServer[Any] = MCPServer(
        "casebook", title="Casebook", instructions=INSTRUCTIONS, version=version("casebook"), log_level="WARNING"
    )
    reading = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    def result(text: str, structured: BaseModel) -> CallToolResult:
        content = TextContent(type="text", text=text)
        return CallToolResult(content=[content], structured_content=structured.model_dump(mode="json"))

    @server.tool(annotations=reading)
    def ask(
        question: Annotated[str, Field(description="A clinical question, complete or a follow-up to `history`.")],
        context: Context[Any, Any],
        history: Annotated[list[Told] | None, Field(description="What was said before, oldest first.")] = None,
        year_from: Year | None = None,
        year_to: Year | None = None,
    ) -> Annotated[CallToolResult, AskResult]:
        """Answer a clinical question from the case reports: every sentence cites its paragraph, or it says that nothing proves one."""
        told = [ExchangeRequest(role=one.role, text=one.text) for one in history or []]
        answer = _told(
            lambda: _answer(services, ChatRequest(question=question, history=told, filters=_years(year_from, year_to)), _caller(context))
        )
        return result(as_text(answer), AskResult.of(answer))

    @server.tool(annotations=reading)
    def search(
        query: str,
        context: Context[Any, Any],
        k: Annotated[int, Field(ge=1, le=50)] = 8,
        year_from: Year | None = None,
        year_to: Year | None = None,
    ) -> Annotated[CallToolResult, PassagesOut]:
        """Find the passages nearest to a query, best first."""
        found = _told(lambda: searched(services, SearchRequest(query=query, k=k, filters=_years(year_from, year_to)), _caller(context)))
        return result(_passages_text(found), found)

    @server.tool(annotations=reading)
    def get_report(
        report_id: Annotated[str, Field(description="As `ask`, `search` and `evidence` name it.")],
    ) -> Annotated[CallToolResult, ReportOut]:
        """Read one report whole: reference, paragraphs with their ids, and the patients and therapies read out of it."""
        report = _told(lambda: whole_report(services.corpus.catalog, report_id))
        return result(_report_text(report), report)

    @server.tool(annotations=reading)
    def evidence(
        question: Annotated[str, Field(description="E.g. 'which therapies failed for anti-Mi2 calcinosis?'")],
        context: Context[Any, Any],
        year_from: Year | None = None,
        year_to: Year | None = None,
    ) -> Annotated[CallToolResult, EvidenceResponse]:
        """Count patients by therapy and outcome over the whole library, with a quoted row for each."""
        asked = _told(lambda: gathered(services, EvidenceRequest(question=question, filters=_years(year_from, year_to)), _caller(context)))
        return result(board_text(asked), asked)

    @server.tool(annotations=reading)
    def similar(
        vignette: Annotated[str, Field(description="A patient in a few sentences, without anything that tells who it is.")],
        context: Context[Any, Any],
        limit: Annotated[int, Field(ge=1, le=50)] = 5,
        year_from: Year | None = None,
        year_to: Year | None = None,
    ) -> Annotated[CallToolResult, SimilarResponse]:
        """Find the library's patients most like the one described: what they share, where they differ, and what was tried on them."""
        asked = _told(
            lambda: alike(services, SimilarRequest(vignette=vignette, limit=limit, filters=_years(year_from, year_to)), _caller(context))
        )
        return result(similar_text(asked), asked)

    return server


def run_stdio(services: Services) -> None:
    """Serve one client on standard input and output until it leaves."""
    build_mcp(services).run("stdio")


class OverHttp:
    """``/mcp``: the same tools by streamable HTTP, for as long as the app runs. Its requests have passed the app's own guards."""

    def __init__(self) -> None:
        self._app: Starlette | None = None

    @asynccontextmanager
    async def running(self, services: Services) -> AsyncIterator[None]:
        """Open the door; without the extra it stays closed and says why."""
        if find_spec("mcp") is None:
            yield
            return
        from mcp.server.transport_security import TransportSecuritySettings

        server = build_mcp(services)
        checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._app = server.streamable_http_app(stateless_http=True, transport_security=checked)
        try:
            async with server.session_manager.run():
                yield
        finally:
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            missing = "the package mcp is not installed: pip install 'casebook[mcp]'" if find_spec("mcp") is None else "not open yet"
            await failure(503, "NotReady", f"no MCP here: {missing}")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _told(work: Callable[[], _Result]) -> _Result:
    """What a tool does; a failure that is fit to be shown reaches the model in its own words."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        return work()
    except CasebookError as error:
        raise ToolError(str(error)) from error
    except ValidationError as error:
        raise ToolError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def _answer(services: Services, asked: ChatRequest, caller: Caller) -> ChatResponse:
    *_, (_, answer) = answering(services, asked, caller)
    if not isinstance(answer, ChatResponse):
        raise TypeError("the steps ended without an answer")
    return answer


def _caller(context: "Context[Any, Any]") -> Caller:
    """Who calls: over HTTP what the guards found out, on standard input whoever started the process."""
    request = context.request_context.request
    return (caller_of(request.scope) if request is not None else Caller()).through("mcp")


def _years(year_from: int | None, year_to: int | None) -> FilterRequest:
    try:
        return FilterRequest(year_from=year_from, year_to=year_to)
    except ValidationError:
        raise UsageError("year_from is later than year_to; no report can match") from None


# -- what a model reads ---------------------------------------------------------------------------------


def as_text(answer: ChatResponse) -> str:
    """The answer as prose with its numbered sources; what is to be warned of comes first."""
    parts = [*answer.warnings]
    if answer.standalone_question and answer.abstention is None:
        parts.append(f"Searched as: {answer.standalone_question}")
    if answer.abstention:
        near = [f"- {one.reference.label} ({one.paragraph_id}): {one.text}" for one in answer.abstention.nearest]
        return "\n\n".join(
            [*parts, answer.answer, *(["Nearest paragraphs (they do not answer the question):\n" + "\n".join(near)] if near else [])]
        )
    prose = " ".join(marked(statement) for statement in answer.statements)
    lines = source_lines(answer.statements)
    return "\n\n".join([*parts, prose, *(["Sources\n" + "\n".join(lines)] if lines else [])])


def _passages_text(found: PassagesOut) -> str:
    return "\n\n".join(
        f"{one.reference.label}, {' > '.join(one.section)} ({', '.join(one.paragraph_ids)})\n{one.text}" for one in found.passages
    )


def _report_text(report: ReportOut) -> str:
    reference = report.reference
    head = ". ".join(part for part in (", ".join(reference.authors), reference.title, reference.journal, str(reference.year or "")) if part)
    return "\n\n".join([head + (f" {reference.link}" if reference.link else ""), *(f"[{one.id}] {one.text}" for one in report.paragraphs)])
