"""The bot as Slack's library runs it: events in, acknowledged at once, each handled once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.failures import failure
from api.services import Services
from api.slack import Place, SlackDoor, Tokens, said, thread_history
from corpus.errors import UsageError

if TYPE_CHECKING:
    from slack_bolt import App

# Answers that are being written at once; the others wait, their reaction already showing.
_WORKERS = 4
_SLACK = "https://slack.com/api/"


def build_slack(services: Services, tokens: Tokens, *, address: str = _SLACK) -> "App":
    """The bot over an open library; ``address`` is that of Slack's interface."""
    from slack_bolt import App
    from slack_sdk import WebClient
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    client = WebClient(tokens.bot, base_url=address)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    app = App(
        client=client,
        signing_secret=tokens.signing_secret or "socket mode signs nothing",
        request_verification_enabled=tokens.signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(_WORKERS, thread_name_prefix="slack"),
    )
    _listen(app, SlackDoor(services))
    return app


def _listen(app: "App", door: SlackDoor) -> None:
    @app.middleware
    def once(body: dict[str, Any], req: Any, next: Callable[[], None]) -> Any:
        """A delivery that was handled is acknowledged again and done no second time."""
        from slack_bolt import BoltResponse

        name = body.get("event_id") or "".join(req.headers.get("x-slack-signature", []))
        return next() if not name or door.is_new(str(name)) else BoltResponse(status=200, body="")

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: Any, context: Any) -> None:
        place = Place(event["channel"], event["user"], event["ts"], event.get("thread_ts") or event["ts"])
        _talk(door, client, place, event, context.get("bot_user_id"))

    @app.event("message")
    def written(event: dict[str, Any], client: Any, context: Any) -> None:
        # Channels are answered when we are mentioned; edits, joins and other bots are not questions.
        if event.get("channel_type") == "im" and not event.get("subtype") and not event.get("bot_id"):
            place = Place(event["channel"], event["user"], event["ts"], event.get("thread_ts"))
            _talk(door, client, place, event, context.get("bot_user_id"))

    @app.command("/casebook")
    def commanded(ack: Any, command: dict[str, Any], respond: Any) -> None:
        ack()
        door.command(respond, command["channel_id"], command["user_id"], command.get("text", ""))

    for name in ("evidence", "failures", "sources", "helpful", "not_helpful", "share"):
        app.action(f"casebook_{name}")(_pressing(door, name))


def _talk(door: SlackDoor, client: Any, place: Place, event: dict[str, Any], us: str | None) -> None:
    door.talk(client, place, said(event.get("text", "")), thread_history(client, place, us))


def _pressing(door: SlackDoor, name: str) -> Callable[..., None]:
    def pressed(ack: Any, action: dict[str, Any], body: dict[str, Any], respond: Any) -> None:
        ack()
        door.press(respond, name, str(action.get("value")), body["user"]["id"])

    return pressed


class SlackOverHttp:
    """``POST /slack/events``: signed requests of Slack's servers; closed where the server was started without ``--slack``."""

    def __init__(self) -> None:
        self._app: App | None = None

    def open(self, services: Services, tokens: Tokens, *, address: str = _SLACK) -> None:
        self._app = build_slack(services, tokens, address=address)

    async def handle(self, request: Request) -> Response:
        if self._app is None:
            return failure(503, "NotReady", "no Slack here: start the server with `casebook serve --slack`")
        from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

        try:
            asked = to_bolt_request(request, await request.body())
        except UnicodeDecodeError:
            return failure(400, "BadRequest", "this is no request of Slack: its body is not UTF-8")
        return to_starlette_response(await run_in_threadpool(self._app.dispatch, asked))


def run_socket_mode(services: Services, tokens: Tokens, *, address: str = _SLACK, until: Callable[[], object] | None = None) -> None:
    """Talk to Slack through a socket that we open, until interrupted (or ``until`` returns): no port of ours is reachable."""
    if tokens.app is None:
        raise UsageError("set SLACK_APP_TOKEN; docs/slack.md shows where Slack has it")
    from threading import Event

    from slack_bolt.adapter.socket_mode import SocketModeHandler

    app = build_slack(services, Tokens(tokens.bot, None, tokens.app), address=address)
    with closing(SocketModeHandler(app, tokens.app, web_client=app.client)) as handler:
        handler.connect()  # type: ignore[no-untyped-call]
        (until or Event().wait)()
