"""The Slack door: mentions, direct messages and ``/casebook``; by Socket Mode (``casebook slack``) or HTTP (``casebook serve --slack``).

The package ``slack-bolt`` is an extra; it is imported when the door is opened. It checks every request's signature and age.
"""

import html
import logging
import os
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, repeat
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from api.callers import Caller
from api.chat import answering
from api.feedback import FeedbackRequest, keep
from api.limits import RateLimit
from api.schemas import ChatRequest, ChatResponse, ExchangeRequest
from api.services import Services
from api.slack_blocks import SOURCES, Block, answer_blocks, board_text, buttons, escaped, sections, source_blocks, split
from api.slack_filters import USAGE, ChannelFilters, described
from corpus.errors import CasebookError, UsageError

if TYPE_CHECKING:
    from slack_sdk import WebClient

_log = logging.getLogger(__name__)

WORKING = "hourglass_flowing_sand"
CONTINUED = "(continued)"
HELP = (
    "Ask me about the case reports: `/casebook which therapies failed for anti-Mi2 calcinosis?` answers for your eyes only; mention me "
    f"in a channel or write to me directly to talk. Follow-ups in a thread are understood. To choose this channel's reports, {USAGE}. "
    "Leave out names, dates and record numbers of patients. Casebook is for reading the literature, not for treating patients."
)
_PER_MINUTE = 10
# Enough that the buttons of a day's answers work; older ones say how to get the answer again.
_KEPT_ANSWERS, _SEEN = 500, 10_000
_HISTORY = 30
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>|<(?:mailto:|tel:)?([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack gives an app: who we are (``bot``), how requests are signed (HTTP), how to open a socket (Socket Mode)."""

    bot: str
    signing_secret: str | None = None
    app: str | None = None

    @classmethod
    def from_environment(cls, *, needed: Sequence[str]) -> "Tokens":
        """From Slack's own variables. Raises UsageError naming those that are missing, and where the extra is not installed."""
        if find_spec("slack_bolt") is None:
            raise UsageError("the Slack door needs the package slack-bolt, which is not installed: pip install 'casebook[slack]'")
        if missing := [name for name in needed if not os.environ.get(name)]:
            raise UsageError(f"set {' and '.join(missing)}; docs/slack.md shows where Slack has them")
        return cls(os.environ["SLACK_BOT_TOKEN"], os.environ.get("SLACK_SIGNING_SECRET"), os.environ.get("SLACK_APP_TOKEN"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands, and who wrote it. ``thread`` is where the answer goes; None is the direct message's own line."""

    channel: str
    user: str
    ts: str
    thread: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer whose buttons may still be pressed."""

    question: str
    answer: ChatResponse
    user: str


class Recent:
    """The newest things by name; the oldest is forgotten when there are too many. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, object] = OrderedDict()
        self._lock = Lock()

    def add(self, name: str, value: object) -> bool:
        """Keep it, unless there is one of that name; whether it was kept."""
        with self._lock:
            if name in self._kept:
                return False
            self._kept[name] = value
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
            return True

    def get(self, name: str) -> object | None:
        return self._kept.get(name)


class SlackDoor:
    """What the bot does; Slack's own library brings it the events, checked and acknowledged."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._filters = ChannelFilters(services.settings.home / "slack-filters.json")
        self._limit = RateLimit(_PER_MINUTE)
        self._answers = Recent(_KEPT_ANSWERS)
        self._events = Recent(_SEEN)

    def is_new(self, event_id: str) -> bool:
        """Whether a delivery is the first of its event: Slack sends again what it believes was lost."""
        return self._events.add(event_id, True)

    # -- talk ------------------------------------------------------------------------------------------

    def talk(self, client: "WebClient", place: Place, text: str, history: Sequence[ExchangeRequest]) -> None:
        """Answer a message where it was written, with its sources in the thread below."""
        if wait := self._wait(place.user):
            client.chat_postEphemeral(channel=place.channel, user=place.user, thread_ts=place.thread, text=wait)
            return
        _react(client, "add", place)
        try:
            kept = self._answered(place.channel, place.user, text, history)
        except CasebookError as error:
            client.chat_postMessage(channel=place.channel, thread_ts=place.thread, text=escaped(f"I could not answer: {error}"))
        else:
            self._post(client, place, kept)
        finally:
            _react(client, "remove", place)

    def _post(self, client: "WebClient", place: Place, kept: Kept) -> None:
        texts = chain([escaped(kept.answer.answer)], repeat(CONTINUED))
        blocks = [*answer_blocks(kept.question, kept.answer), self._buttons(kept)]
        told = [_say(client, place, place.thread, text, part) for part, text in zip(split(blocks), texts, strict=False)]
        for part in split(source_blocks(self._services, kept.answer.statements)):
            if part:
                _say(client, place, place.thread or told[0], SOURCES, part)

    def command(self, respond: Any, channel: str, user: str, text: str) -> None:
        """Answer ``/casebook`` to the one who typed it alone."""
        text = said(text)
        word, _, rest = text.partition(" ")
        try:
            if word.lower() in ("", "help"):
                respond(text=HELP, response_type="ephemeral")
            elif word.lower() == "filter":
                chosen = self._filters.set(channel, rest) if rest.strip() else self._filters.of(channel)
                respond(text=f"This channel asks {escaped(described(chosen))}.", response_type="ephemeral")
            elif wait := self._wait(user):
                respond(text=wait, response_type="ephemeral")
            else:
                self._respond_privately(respond, self._answered(channel, user, text, []))
        except CasebookError as error:
            respond(text=escaped(f"I could not do that: {error}"), response_type="ephemeral")

    def _respond_privately(self, respond: Any, kept: Kept) -> None:
        for blocks in split([*answer_blocks(kept.question, kept.answer), self._buttons(kept)]):
            respond(text=escaped(kept.answer.answer), blocks=blocks, response_type="ephemeral", replace_original=False)

    def _buttons(self, kept: Kept) -> Block:
        answer_id = uuid4().hex
        self._answers.add(answer_id, kept)
        return buttons(answer_id, kept.answer)

    def _answered(self, channel: str, user: str, text: str, history: Sequence[ExchangeRequest]) -> Kept:
        asked = ChatRequest(question=text, history=list(history), filters=self._filters.of(channel))
        *_, (_, answer) = answering(self._services, asked, Caller("slack", key=f"slack:{user}", address=channel))
        if not isinstance(answer, ChatResponse):
            raise TypeError("the steps ended without an answer")
        return Kept(text, answer, user)

    def _wait(self, user: str) -> str | None:
        seconds = self._limit.wait_s(user)
        return (
            f"One moment please: you asked {_PER_MINUTE} questions within a minute. Try again in {int(seconds) + 1} s." if seconds else None
        )

    # -- buttons ---------------------------------------------------------------------------------------

    def press(self, respond: Any, button: str, answer_id: str, user: str) -> None:
        """Do what a button says; what it shows, only the one who pressed it sees, except for ``share``."""
        kept = self._answers.get(answer_id)
        if not isinstance(kept, Kept):
            respond(text="That answer is too old for its buttons; ask again, please.", response_type="ephemeral", replace_original=False)
            return
        if button in ("helpful", "not_helpful"):
            given = FeedbackRequest(helpful=button == "helpful", question=kept.question)
            keep(self._services, given, Caller("slack", key=f"slack:{user}"))
            respond(text="Thank you, noted.", response_type="ephemeral", replace_original=False)
            return
        visible = "in_channel" if button == "share" else "ephemeral"
        for blocks in split(self._shown(button, kept, user)):
            respond(text=escaped(kept.answer.answer), blocks=blocks, response_type=visible, replace_original=False)

    def _shown(self, button: str, kept: Kept, user: str) -> list[Block]:
        if button == "sources":
            return source_blocks(self._services, kept.answer.statements)
        if button == "share":
            asked = sections([f"<@{user}> asked: {escaped(kept.question)}"])
            return [*asked, *answer_blocks(kept.question, kept.answer), *source_blocks(self._services, kept.answer.statements)]
        return sections(board_text(kept.answer.evidence, only_failures=button == "failures"))


def said(text: str) -> str:
    """What a person typed: without mentions of us, with links and escapes as they looked."""
    text = _LINK.sub(lambda link: link[1] or link[2], _MENTION.sub(" ", text))
    return " ".join(html.unescape(text).split())


def thread_history(client: "WebClient", place: Place, us: str | None) -> list[ExchangeRequest]:
    """What was said before in the thread, or in a direct message without threads: questions to us, and our answers."""
    if place.thread is not None and place.thread != place.ts:
        found = client.conversations_replies(channel=place.channel, ts=place.thread, latest=place.ts, limit=_HISTORY)
        messages = list(found["messages"])
    elif place.thread is None:
        found = client.conversations_history(channel=place.channel, latest=place.ts, limit=_HISTORY)
        messages = list(reversed(found["messages"]))
    else:
        return []
    return [told for one in messages if one.get("ts") != place.ts and (told := _told(one, us, place))]


def _told(message: Mapping[str, Any], us: str | None, place: Place) -> ExchangeRequest | None:
    text = str(message.get("text", ""))
    if message.get("bot_id") or message.get("user") == us:
        ours = message.get("user") == us and not text.startswith((SOURCES, CONTINUED))
        return ExchangeRequest(role="assistant", text=html.unescape(text)) if ours and text else None
    to_us = place.channel.startswith("D") or (us is not None and f"<@{us}" in text)
    return ExchangeRequest(role="user", text=said(text)) if to_us and said(text) else None


def _say(client: "WebClient", place: Place, thread: str | None, text: str, blocks: list[Block]) -> str:
    """Post, without previews of the links in it; the new message's timestamp."""
    told = client.chat_postMessage(
        channel=place.channel, thread_ts=thread, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
    )
    return str(told["ts"])


def _react(client: "WebClient", what: str, place: Place) -> None:
    """A sign that we are at it; where Slack does not allow it (no permission, message gone) the answer comes without."""
    from slack_sdk.errors import SlackApiError

    try:
        getattr(client, f"reactions_{what}")(channel=place.channel, timestamp=place.ts, name=WORKING)
    except SlackApiError as error:
        _log.info("no reaction in Slack: %s", error.response.get("error"))
