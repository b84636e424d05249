"""The HTTP server: ``uvicorn --factory api.app:create_app`` and ``casebook serve`` run the same app."""

import asyncio
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import chat, conversations, evidence, export, feedback, library, openai_compat, similar
from api.auth import Access, Guard
from api.failures import RESPONSES, install
from api.mcp import OverHttp
from api.observability import Metrics, RequestLog
from api.opened import Opened
from api.protection import BodyLimit, KnownHost, SameSite, SecurityHeaders
from api.schemas import ErrorOut
from api.services import Answering, Services, build_services, open_services
from api.slack_app import SlackOverHttp
from corpus.errors import CasebookError
from corpus.settings import Settings, load_settings
from corpus.store import Corpus

PAGE = Path(__file__).parent / "page"


def create_app(
    settings: Settings | None = None,
    *,
    services: Services | None = None,
    corpus: Corpus | None = None,
    assistant: Answering | None = None,
    access: Access | None = None,
) -> FastAPI:
    """The app; its library is opened when the server starts and closed when it ends.

    Open ``services``, or an open ``corpus`` with an ``assistant`` for it, may be handed in; they stay their owner's to close.
    """
    settings = services.settings if services else settings or load_settings()
    if corpus:
        services = build_services(settings, corpus, assistant)
    failing: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut, "description": why} for status, why in RESPONSES.items()}
    app = FastAPI(title="Casebook", version=version("casebook"), docs_url=None, redoc_url=None, lifespan=_lifespan, responses=failing)
    metrics = services.metrics if services else Metrics()
    app.state.settings, app.state.services, app.state.metrics = settings, services, metrics
    for door in (chat, conversations, evidence, export, feedback, library, openai_compat, similar):
        app.include_router(door.router)
    app.include_router(_health)
    app.state.mcp = OverHttp()
    app.state.slack = SlackOverHttp()
    app.router.routes.append(Route("/mcp", app.state.mcp))
    app.router.routes.append(Route("/slack/events", app.state.slack.handle, methods=["POST"]))
    _add_page(app)
    install(app)
    app.add_middleware(BodyLimit, max_file_bytes=settings.max_file_mb * 1_000_000)
    app.add_middleware(SameSite)
    app.add_middleware(Guard, access=access or Access(), metrics=metrics)
    app.add_middleware(KnownHost, hosts=access.hosts if access else ())
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, metrics=metrics)
    app.add_middleware(PlainStartFailure)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the library where none was handed in; a library that cannot be opened ends the start."""
    if app.state.services:
        async with app.state.mcp.running(app.state.services):
            yield
        return
    # The library's lock is its thread's: the thread that opens the library is the one that closes it.
    with ThreadPoolExecutor(1) as thread, ExitStack() as stack:
        run = partial(asyncio.get_running_loop().run_in_executor, thread)
        opening = open_services(app.state.settings, metrics=app.state.metrics)
        services = await run(opening.__enter__)
        stack.callback(lambda: thread.submit(opening.__exit__, None, None, None).result())
        await run(services.warm)
        app.state.services = services
        async with app.state.mcp.running(services):
            yield
        app.state.services = None


_health = APIRouter()


@_health.get("/health")
async def health() -> dict[str, str]:
    """That the process answers; nothing is looked at."""
    return {"status": "ok", "version": version("casebook")}


@_health.get("/ready")
def ready(services: Opened) -> dict[str, str | int]:
    """That questions can be answered: the library is open and its catalogue is read."""
    count = services.corpus.catalog.count()
    return {"status": "ready", "reports": count, "reader": services.assistant.reader, "embedder": services.corpus.embedder.name}


@_health.get("/metrics", response_class=PlainTextResponse)
def metrics(services: Opened) -> PlainTextResponse:
    """Counters for Prometheus; with keys, for one with the scope ``admin``."""
    services.metrics.reports.set(services.corpus.catalog.count())
    return PlainTextResponse(services.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})

    app.mount("/page", _Page(directory=PAGE), name="page")


class _Page(StaticFiles):
    """The page's files; a browser asks each time whether they changed, so that an upgrade shows at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


class PlainStartFailure:
    """Tells the server why the library could not be opened in the error's own words, without a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_words(message: Message) -> None:
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, CasebookError):
                message["message"] = str(error)
            await send(message)

        await self._app(scope, receive, send_in_words if scope["type"] == "lifespan" else send)
