"""Laws of the Slack door, end to end against a stand-in of Slack."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve as serve_socket

from api import slack as module
from api.app import create_app
from api.schemas import ChatResponse
from api.services import Services, build_services
from api.slack import HELP, WORKING, Recent, Tokens, said
from api.slack_app import run_socket_mode
from api.slack_blocks import MESSAGE_BLOCKS, SECTION_CHARS, SOURCES, answer_blocks, board_text, escaped, split
from assistant.answer import Abstained, Abstention, Finished, Understood
from corpus.errors import ChatModelFailed, UsageError
from corpus.settings import Settings
from corpus.store import Corpus
from tests.api.slack_standin import SECRET, Sender, StandIn, direct, envelope, mention, standing_in
from tests.doubles import ScriptedAssistant
from tests.patience import PATIENCE_S

FAILED = "Which therapies failed for calcinosis?"
TOKENS = Tokens("xoxb-1", SECRET, "xapp-1")


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with standing_in() as standing:
        yield standing


@pytest.fixture
def services(settings: Settings, library: Corpus) -> Services:
    return build_services(settings, library)


@pytest.fixture
def sender(services: Services, slack: StandIn, serve: Any) -> Iterator[Sender]:
    app = create_app(services=services)
    app.state.slack.open(services, TOKENS, address=slack.address)
    with serve(app) as address:
        yield Sender(f"{address}/slack/events")


def shown(message: dict[str, Any]) -> str:
    """All that stands in the blocks of a message."""
    return json.dumps(message["blocks"], ensure_ascii=False)


def button(message: dict[str, Any], name: str) -> str:
    (actions,) = [block for block in message["blocks"] if block["type"] == "actions"]
    return str(next(one["value"] for one in actions["elements"] if one["action_id"] == f"casebook_{name}"))


def test_a_mention_is_acknowledged_while_its_answer_is_still_being_written(
    settings: Settings, library: Corpus, slack: StandIn, serve: Any
) -> None:
    acknowledged = Event()

    def events() -> Iterator[Any]:
        yield Understood(FAILED, FAILED, "scripted")
        assert acknowledged.wait(PATIENCE_S), "Slack waits three seconds, and this answer waits for Slack"
        yield Abstained(Abstention("not_answered", "Nothing answers this.", 3))
        yield Finished({})

    services = build_services(settings, library, ScriptedAssistant(events()))  # type: ignore[arg-type]
    app = create_app(services=services)
    app.state.slack.open(services, TOKENS, address=slack.address)
    with serve(app) as address:
        assert Sender(f"{address}/slack/events").event(mention(FAILED)).status_code == 200
        assert slack.of("chat.postMessage") == []
        acknowledged.set()
        assert "Nothing answers this." in shown(slack.wait_for("chat.postMessage")[0])
        slack.settled()


def test_a_mention_is_answered_in_its_thread_with_every_cited_paragraph(sender: Sender, slack: StandIn) -> None:
    assert sender.event(mention(FAILED)).status_code == 200
    answer, sources = slack.wait_for("chat.postMessage", 2)
    slack.settled()
    assert (answer["channel"], answer["thread_ts"]) == ("C1", "100.1")
    assert "methotrexate" in shown(answer).lower()
    assert "[1]" in shown(answer)
    assert (sources["thread_ts"], sources["text"]) == ("100.1", SOURCES)
    assert "*Methotrexate failed and the calcinosis continued to grow.*" in shown(sources)
    added, removed = slack.of("reactions.add"), slack.of("reactions.remove")
    assert (added[0]["name"], added[0]["timestamp"], len(removed)) == (WORKING, "100.1", 1)


def test_a_follow_up_in_a_thread_is_understood_from_it(sender: Sender, slack: StandIn) -> None:
    slack.messages.append({"user": "U1", "ts": "100.1", "text": "<@U0BOT> Did methotrexate help calcinosis?"})
    sender.event(mention("Did methotrexate help calcinosis?"))
    slack.wait_for("chat.postMessage", 2)
    slack.settled()
    sender.event(mention("and at what dose?", ts="100.9", thread_ts="100.1"))
    follow_up = slack.wait_for("chat.postMessage", 3)[2]
    assert "15 mg weekly" in shown(follow_up)
    assert "Searched as" in shown(follow_up)


def test_an_abstention_shows_what_is_nearest_and_offers_no_source(sender: Sender, slack: StandIn) -> None:
    sender.event(mention("Did denosumab help calcinosis?"))
    (answer,) = slack.wait_for("chat.postMessage")
    slack.settled()
    assert "denosumab" in shown(answer)
    assert "Orchard 2021" in shown(answer) or "Plum 2012" in shown(answer) or "Pear" in shown(answer)
    assert "casebook_sources" not in shown(answer)
    assert len(slack.of("chat.postMessage")) == 1


def test_a_direct_message_is_answered_and_followed_without_a_thread(sender: Sender, slack: StandIn) -> None:
    slack.messages.append({"user": "U1", "ts": "200.1", "text": "Did methotrexate help calcinosis?"})
    sender.event(direct("Did methotrexate help calcinosis?"))
    first, sources = slack.wait_for("chat.postMessage", 2)
    slack.settled()
    assert "thread_ts" not in first
    assert sources["thread_ts"] == slack.messages[1]["ts"]
    sender.event(direct("and at what dose?", ts="9999999999.1"))
    assert "15 mg weekly" in shown(slack.wait_for("chat.postMessage", 3)[2])


def test_a_command_is_answered_for_the_eyes_of_one(sender: Sender, slack: StandIn) -> None:
    assert sender.command(FAILED, slack.respond_url).text == ""
    (told,) = slack.wait_for("respond")
    assert told["response_type"] == "ephemeral"
    assert "methotrexate" in shown(told).lower()
    assert slack.of("chat.postMessage") == []


def test_buttons_show_board_failures_sources_and_share_what_was_private(sender: Sender, slack: StandIn) -> None:
    sender.command("What happened with methotrexate or immunoglobulin for calcinosis?", slack.respond_url)
    (told,) = slack.wait_for("respond")
    value = button(told, "evidence")
    for number, name in enumerate(("evidence", "failures", "sources", "share"), start=2):
        assert sender.press(f"casebook_{name}", value, slack.respond_url).status_code == 200
        slack.wait_for("respond", number)
    _, board, failures, sources, shared = slack.of("respond")
    assert "intravenous immunogl" in shown(board)
    assert "methotrexate" in shown(failures)
    assert "immunogl" not in shown(failures)
    assert "*" in shown(sources)
    assert [one["response_type"] for one in (board, failures, sources, shared)] == ["ephemeral"] * 3 + ["in_channel"]
    assert "<@U1> asked" in shown(shared)


def test_helpful_and_not_are_kept(sender: Sender, slack: StandIn, services: Services) -> None:
    sender.command(FAILED, slack.respond_url)
    (told,) = slack.wait_for("respond")
    sender.press("casebook_not_helpful", button(told, "not_helpful"), slack.respond_url)
    assert slack.wait_for("respond", 2)[1]["text"] == "Thank you, noted."
    with TestClient(create_app(services=services)) as client:
        (kept,) = client.get("/v1/feedback").json()["feedback"]
    assert (kept["helpful"], kept["question"], kept["given_by"]) == (False, FAILED, "slack:U1")


def test_a_button_of_a_forgotten_answer_says_so(sender: Sender, slack: StandIn) -> None:
    sender.press("casebook_evidence", "long ago", slack.respond_url)
    assert "too old" in slack.wait_for("respond")[0]["text"]


def test_an_event_that_is_sent_again_is_handled_once(sender: Sender, slack: StandIn) -> None:
    for attempt in range(3):
        assert sender.event(mention(FAILED), "Ev1", **{"x-slack-retry-num": str(attempt)}).status_code == 200
    slack.wait_for("chat.postMessage", 2)
    slack.settled()
    sender.command("help", slack.respond_url)
    slack.wait_for("respond")
    assert len(slack.of("chat.postMessage")) == 2
    assert len(slack.of("reactions.add")) == 1


def test_a_request_that_slack_did_not_sign_is_refused(sender: Sender, slack: StandIn) -> None:
    refused = [
        sender.event(mention(FAILED), signature="v0=" + "0" * 64),
        sender.event(mention(FAILED), signature="nonsense"),
        Sender(sender.url, "another secret").event(mention(FAILED)),
        sender.event(mention(FAILED), at=time.time() - 600),
        httpx.post(sender.url, timeout=PATIENCE_S, json=envelope(mention(FAILED))),
        httpx.post(sender.url, timeout=PATIENCE_S, content=b"\xff\xfe"),
    ]
    assert [response.status_code for response in refused] == [401, 401, 401, 401, 401, 400]
    assert slack.calls == []


def test_a_signed_request_that_is_replayed_is_not_done_again(sender: Sender, slack: StandIn) -> None:
    now = time.time()
    body = "command=%2Fcasebook&text=help&channel_id=C1&user_id=U1&team_id=T0&response_url=" + slack.respond_url
    for _ in range(2):
        assert sender.post(body, "application/x-www-form-urlencoded", at=now).status_code == 200
    sender.command("filter", slack.respond_url)
    slack.wait_for("respond", 2)
    assert [told["text"] for told in slack.of("respond")] == [HELP, "This channel asks all reports."]


def test_slacks_address_check_is_answered(sender: Sender) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "say this"})
    assert "say this" in sender.post(body, "application/json").text


def test_what_nobody_asked_us_is_left_alone(sender: Sender, slack: StandIn) -> None:
    for event in (
        direct("hi", subtype="message_changed"),
        direct("hi", bot_id="B9"),
        {"type": "message", "channel_type": "channel", "channel": "C1", "user": "U1", "ts": "1.1", "text": "rituximab?"},
    ):
        assert sender.event(event).status_code == 200
    sender.command("help", slack.respond_url)
    slack.wait_for("respond")
    assert slack.of("chat.postMessage") == []


def test_a_channel_asks_the_reports_it_chose(sender: Sender, slack: StandIn) -> None:
    for number, text in enumerate(("filter 2016-2018", FAILED, "filter what", "filter off", FAILED), start=1):
        sender.command(text, slack.respond_url)
        slack.wait_for("respond", number)
    chosen, narrow, wrong, off, wide = slack.of("respond")
    assert chosen["text"] == "This channel asks reports of 2016-2018."
    assert "diltiazem" in shown(narrow).lower()
    assert "methotrexate" not in shown(narrow).lower()
    assert "/casebook filter 2010-2020" in wrong["text"]
    assert off["text"] == "This channel asks all reports."
    assert "methotrexate" in shown(wide).lower()


def test_a_channels_filter_holds_for_mentions_there_nowhere_else_and_after_a_restart(
    sender: Sender, slack: StandIn, services: Services, serve: Any
) -> None:
    sender.command("filter 2016-2018", slack.respond_url)
    slack.wait_for("respond")
    restarted = create_app(services=services)
    restarted.state.slack.open(services, TOKENS, address=slack.address)
    with serve(restarted) as address:
        again = Sender(f"{address}/slack/events")
        again.event(mention(FAILED))
        slack.wait_for("chat.postMessage", 2)
        slack.settled()
        again.event(mention(FAILED, ts="300.1", channel="C2"))
        slack.wait_for("chat.postMessage", 4)
        slack.settled()
    here, _, there, _ = slack.of("chat.postMessage")
    assert ("methotrexate" in shown(here).lower(), "diltiazem" in shown(here).lower()) == (False, True)
    assert there["channel"] == "C2"
    assert "methotrexate" in shown(there).lower()


def test_what_is_shared_is_the_private_answer_with_every_paragraph_and_the_private_one_stays(sender: Sender, slack: StandIn) -> None:
    sender.command(FAILED, slack.respond_url)
    (private,) = slack.wait_for("respond")
    sender.press("casebook_share", button(private, "share"), slack.respond_url)
    shared = slack.wait_for("respond", 2)[1]
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    assert f"<@U1> asked: {FAILED}" in shown(shared)
    assert "*Methotrexate failed and the calcinosis continued to grow.*" in shown(shared)
    assert private["blocks"][0] in shared["blocks"]
    assert "casebook_share" not in shown(shared)


def test_one_who_asks_too_much_is_told_kindly(sender: Sender, slack: StandIn) -> None:
    for number in range(11):
        sender.command("Did denosumab help?", slack.respond_url)
        slack.wait_for("respond", number + 1)
    assert "One moment please" in slack.of("respond")[10]["text"]


def test_slack_asking_us_to_slow_down_loses_no_answer(sender: Sender, slack: StandIn) -> None:
    slack.limited = 1
    sender.event(mention(FAILED))
    assert "methotrexate" in shown(slack.wait_for("chat.postMessage")[0]).lower()


def test_a_failure_is_told_in_words_and_the_sign_is_taken_away(settings: Settings, library: Corpus, slack: StandIn, serve: Any) -> None:
    services = build_services(settings, library, ScriptedAssistant(failure=ChatModelFailed("the model <fell> silent")))
    app = create_app(services=services)
    app.state.slack.open(services, TOKENS, address=slack.address)
    with serve(app) as address:
        Sender(f"{address}/slack/events").event(mention(FAILED))
        (told,) = slack.wait_for("chat.postMessage")
        slack.settled()
    assert told["text"] == "I could not answer: the model &lt;fell&gt; silent"


def test_the_audit_log_knows_who_asked_in_slack(sender: Sender, slack: StandIn, settings: Settings) -> None:
    sender.command(FAILED, slack.respond_url)
    slack.wait_for("respond")
    line = json.loads((settings.home / "audit.jsonl").read_text().splitlines()[-1])
    assert (line["door"], line["key"], line["address"]) == ("slack", "slack:U1", "C1")


def test_socket_mode_answers_without_a_port_of_ours(services: Services, slack: StandIn) -> None:
    acknowledged: list[dict[str, Any]] = []
    done = Event()

    def talk(socket: Any) -> None:
        socket.send(json.dumps({"type": "hello", "num_connections": 1}))
        socket.send(json.dumps({"type": "events_api", "envelope_id": "E1", "payload": envelope(mention(FAILED))}))
        acknowledged.append(json.loads(socket.recv(timeout=PATIENCE_S)))
        slack.wait_for("chat.postMessage", 2)
        done.set()
        # The bot hangs up first: its library stumbles where both ends do so at the same moment.
        with suppress(ConnectionClosed):
            while True:
                socket.recv(timeout=PATIENCE_S)

    with serve_socket(talk, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        slack.socket_url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        run_socket_mode(services, TOKENS, address=slack.address, until=lambda: done.wait(PATIENCE_S))
        server.shutdown()
        thread.join()
    assert acknowledged[0]["envelope_id"] == "E1"
    assert "methotrexate" in shown(slack.of("chat.postMessage")[0]).lower()


def test_the_door_stays_closed_where_it_was_not_opened(client: TestClient) -> None:
    refused = client.post("/slack/events", content="{}")
    assert refused.status_code == 503
    assert "--slack" in refused.json()["error"]["message"]


def test_missing_tokens_and_a_missing_extra_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="SLACK_BOT_TOKEN and SLACK_APP_TOKEN"):
        Tokens.from_environment(needed=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"casebook\[slack\]"):
        Tokens.from_environment(needed=())


# -- blocks ----------------------------------------------------------------------------------------------


def response(client: TestClient, **changes: Any) -> ChatResponse:
    answer = client.post("/v1/chat", json={"question": FAILED}).json()
    return ChatResponse.model_validate(answer | changes)


def test_an_answer_of_any_length_stays_within_slacks_limits(client: TestClient) -> None:
    answer = response(client)
    long = [
        answer.statements[0].model_copy(update={"text": text}) for text in ("& " * 4000, "x" * 9000, "<!channel> " * 500) for _ in range(30)
    ]
    blocks = answer_blocks(FAILED, answer.model_copy(update={"statements": long}))
    for message in split(blocks):
        assert len(message) <= MESSAGE_BLOCKS
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert max(map(len, texts)) <= SECTION_CHARS
    assert "<!channel>" not in "".join(texts)
    whole = "".join(texts)
    assert whole.count("&amp;") == 30 * 4000
    assert whole.count("&") == 30 * 4000 + 30 * 500 * 2


def test_a_long_board_is_cut_into_sections_and_says_how_many_are_left(client: TestClient) -> None:
    rows = response(client).evidence[:1] * 70
    pieces = board_text(rows)
    assert all(len(piece) <= SECTION_CHARS and piece.startswith("```\n") and piece.endswith("\n```") for piece in pieces)
    assert "... and 10 more" in pieces[-1]
    assert board_text([]) == ["No therapy rows belong to this answer."]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U0BOT> did  it\nwork?", "did it work?"),
        ("CK &gt; 1000 &amp; rash", "CK > 1000 & rash"),
        ("see <https://doi.org/10.1/x|the report>", "see the report"),
        ("<https://doi.org/10.1/x>", "https://doi.org/10.1/x"),
        ("<@U1|ada> hello", "hello"),
        ("", ""),
    ],
)
def test_what_is_typed_in_slack_is_read_as_it_looked(typed: str, meant: str) -> None:
    assert said(typed) == meant


def test_text_of_a_report_calls_nobody() -> None:
    assert escaped("<!channel> <@U1> a & b") == "&lt;!channel&gt; &lt;@U1&gt; a &amp; b"


def test_only_the_newest_are_remembered() -> None:
    recent = Recent(2)
    assert [recent.add(name, name) for name in "aabc"] == [True, False, True, True]
    assert [recent.get(name) for name in "abc"] == [None, "b", "c"]
