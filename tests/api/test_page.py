"""The page in a real Chromium, over the real app and the small library; scripted answers where the moment of each sentence matters."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright

from api.app import create_app
from assistant.answer import Citation, Finished, Found, Released, Statement, Support, Understood
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import ScriptedAssistant
from tests.library import REPORT_IDS

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "api" / "page"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)
FAILED_QUESTION = "Which therapies failed for anti-Mi2 calcinosis?"
# What the browser itself writes when a request is refused or cut off on purpose.
EXPECTED_COMPLAINT = "Failed to load resource"


# -- the browser and the page ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = subprocess.run([PROJECT / "scripts" / "browser.sh"], capture_output=True, text=True, timeout=900, check=False)
    path = found.stdout.strip()
    if not path:
        reason = f"no browser to drive the page with: {found.stderr.strip()[-300:]}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS.split())
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when a script fails or the content policy refuses something."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    assert [complaint for complaint in complaints if EXPECTED_COMPLAINT not in complaint] == []


@pytest.fixture
def address(settings: Settings, library: Corpus, serve: Callable[[FastAPI], Any]) -> Iterator[str]:
    """A server with the real assistant over the small library."""
    with serve(create_app(settings, corpus=library)) as served:
        yield served


@pytest.fixture
def scripted_address(settings: Settings, library: Corpus, serve: Callable[[FastAPI], Any]) -> Iterator[Callable[..., str]]:
    """Makes a server whose assistant plays the given events."""
    closing: list[Any] = []

    def make(events: Any) -> str:
        closing.append(serve(create_app(settings, corpus=library, assistant=ScriptedAssistant(events))))
        return str(closing[-1].__enter__())

    yield make
    for served in closing:
        served.__exit__(None, None, None)


def ask(page: Page, question: str) -> Locator:
    """Ask and wait until the answer is complete; the turn."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".asked")).to_have_text(question)
    expect(page.locator(".turn[aria-busy]")).to_have_count(0)
    return turn


def answer_of(page: Page, question: str) -> Any:
    """Ask, and the JSON of the answer as the server keeps it."""
    ask(page, question)
    return page.evaluate(
        """async () => {
            const id = location.hash.split('/')[2];
            const {turns} = await (await fetch(`v1/conversations/${id}`)).json();
            return turns.at(-1).answer;
        }"""
    )


def scripted_statement(corpus: Corpus, text: str, quote: str, support: Support = Support.SUPPORTED) -> Statement:
    report = corpus.catalog.report(REPORT_IDS[0])
    home = next(one for one in report.paragraphs if quote in one.text)
    start = home.text.index(quote)
    place = (home.id, quote, start, start + len(quote), home.section, None)
    return Statement(text, support, (Citation(1, report.id, *place, report.reference),))


def in_view(page: Page, mark: Locator) -> bool:
    """Whether the whole of it stands inside the visible part of the source pane."""
    return bool(
        mark.evaluate(
            """mark => {
                const box = mark.getBoundingClientRect();
                const pane = document.querySelector('.source-scroll').getBoundingClientRect();
                return box.height > 0 && box.top >= pane.top && box.bottom <= Math.min(pane.bottom, innerHeight);
            }"""
        )
    )


# -- asking ------------------------------------------------------------------------------------------------


def test_sentences_are_shown_one_by_one_as_they_are_released(page: Page, library: Corpus, scripted_address: Callable[..., str]) -> None:
    second_may_come = Signal()

    def events() -> Iterator[Any]:
        yield Understood("What failed?", "What failed?", "scripted")
        yield Found(())
        yield Released(scripted_statement(library, "Methotrexate failed.", "Methotrexate failed"))
        second_may_come.wait(10)
        yield Released(scripted_statement(library, "Strength improved.", "muscle strength improved"))
        yield Finished({"read": 1.0})

    page.goto(scripted_address(events()))
    page.get_by_label("Your question").fill("What failed?")
    page.keyboard.press("Enter")
    sentences = page.locator(".sentence")
    expect(sentences).to_have_count(1)
    expect(page.locator(".answer")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    second_may_come.set()
    expect(sentences).to_have_count(2)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("Answer complete: 2 sentences from 1 report")


def test_an_answer_can_be_stopped_and_asked_again(page: Page, library: Corpus, scripted_address: Callable[..., str]) -> None:
    never = Signal()

    def events() -> Iterator[Any]:
        yield Understood("What failed?", "What failed?", "scripted")
        yield Released(scripted_statement(library, "Methotrexate failed.", "Methotrexate failed"))
        never.wait(15)

    page.goto(scripted_address(events()))
    page.get_by_label("Your question").fill("What failed?")
    page.keyboard.press("Enter")
    expect(page.locator(".sentence")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    never.set()
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert page.evaluate("location.hash") == "#/", "a conversation that was never answered is not kept"


def test_a_sentence_that_is_not_fully_supported_says_so_in_words(
    page: Page, library: Corpus, scripted_address: Callable[..., str]
) -> None:
    quote = "Methotrexate failed"
    verdicts = [Support.SUPPORTED, Support.PARTIAL, Support.UNSUPPORTED, Support.UNCITED, Support.UNKNOWN_MARKER]
    statements = [scripted_statement(library, f"Sentence {number}.", quote, verdict) for number, verdict in enumerate(verdicts)]
    page.goto(scripted_address([Understood("q?", "q?", "scripted"), *map(Released, statements), Finished({})]))
    turn = ask(page, "q?")
    told = [re.sub(r"\s+", " ", sentence.inner_text()).strip() for sentence in turn.locator(".sentence").all()]
    assert "support" not in told[0]
    assert told[1].endswith("only partly supported")
    assert told[2].endswith("not supported by its source")
    assert told[3].endswith("no source given")
    assert told[4].endswith("cites an unknown source")


def test_a_follow_up_stays_in_its_conversation_and_tells_what_was_searched(page: Page, address: str) -> None:
    page.goto(address)
    first = answer_of(page, "Was methotrexate given for anti-Mi2 calcinosis?")
    second = answer_of(page, "and at what dose?")
    assert second["conversation_id"] == first["conversation_id"]
    expect(page.locator(".conversations li a")).to_have_count(1)
    assert second["standalone_question"] != "and at what dose?"
    expect(page.locator(".turn").last.locator(".searched-as")).to_have_text(f"Searched as: {second['standalone_question']}")
    expect(page.locator(".turn").first.locator(".searched-as")).to_be_hidden()


def test_a_conversation_is_opened_renamed_and_deleted(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    shown = page.locator(".answer").inner_text()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("link", name=FAILED_QUESTION).click()
    expect(page.locator(".answer")).to_have_text(shown, use_inner_text=True)
    page.reload()
    expect(page.locator(".answer")).to_have_text(shown, use_inner_text=True)
    page.locator(".conversations li").hover()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New title").fill("Failures")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Failures")).to_be_visible()
    page.locator(".conversations li").hover()
    page.get_by_role("button", name="Delete “Failures”").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".conversations li a")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(0)


def test_years_narrow_the_question_and_impossible_ones_are_refused_in_words(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Any year").click()
    page.get_by_label("from", exact=True).fill("2022")
    page.get_by_label("to", exact=True).fill("2010")
    page.get_by_label("Your question").fill(FAILED_QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("The first year is after the last one.")
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_label("from", exact=True).fill("2009")
    with page.expect_request("**/v1/chat/stream") as sent:
        ask(page, FAILED_QUESTION)
    assert sent.value.post_data_json["filters"] == {"year_from": 2009, "year_to": 2010}


# -- proof -------------------------------------------------------------------------------------------------


def test_a_marker_opens_the_source_at_the_quote_that_proves_the_sentence(page: Page, address: str) -> None:
    page.goto(address)
    answer = answer_of(page, FAILED_QUESTION)
    citation = answer["statements"][0]["citations"][0]
    marker = page.locator(".marker").first
    marker.hover()
    expect(page.locator("#quote-card")).to_contain_text(citation["quote"])
    marker.click()
    pane = page.get_by_role("complementary")
    expect(pane.get_by_role("heading", level=2)).to_have_text(citation["reference"]["title"])
    expect(pane).to_contain_text(citation["reference"]["authors"][0])
    expect(pane).to_contain_text(f"{citation['reference']['journal']}, {citation['reference']['year']}")
    expect(pane.get_by_role("link", name="Read the original")).to_have_attribute("href", citation["reference"]["link"])
    mark = pane.locator("mark.active")
    expect(mark).to_have_text(citation["quote"])
    assert in_view(page, mark)
    expect(pane.locator(".paragraph.cited")).to_have_attribute("data-paragraph", citation["paragraph_id"])
    expect(pane.locator(".location")).to_contain_text(citation["section"][0])


def test_every_marker_of_an_answer_shows_its_own_quote(page: Page, address: str) -> None:
    page.goto(address)
    answer = answer_of(page, "What helped calcinosis, and at what dose?")
    wanted = [
        citations[0]["quote"]
        for statement in answer["statements"]
        for marker in dict.fromkeys(one["marker"] for one in statement["citations"])
        if (citations := [one for one in statement["citations"] if one["marker"] == marker])
    ]
    assert wanted
    for marker, quote in zip(page.locator(".marker").all(), wanted, strict=True):
        marker.click()
        expect(page.locator("mark.active")).to_have_text(quote)


def test_a_row_of_the_therapy_board_opens_its_proof(page: Page, address: str) -> None:
    page.goto(address)
    answer = answer_of(page, FAILED_QUESTION)
    row = answer["evidence"][0]
    line = page.get_by_role("row").filter(has_text=row["therapy"]).first
    expect(line).to_contain_text("Failed")
    expect(line).to_contain_text(row["dose"])
    expect(line).to_contain_text("Orchard 2021")
    line.click()
    expect(page.locator("mark.active")).to_have_text(row["quote"])


def test_a_digest_is_called_a_digest(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    page.get_by_role("button", name="Softening of calcium deposits", exact=False).first.click()
    expect(page.get_by_role("complementary")).to_contain_text("A digest in our words, not the original.")
    page.get_by_role("button", name="Fingertip calcinosis", exact=False).first.click()
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_contain_text("Fingertip")
    expect(page.get_by_role("complementary")).not_to_contain_text("digest")


def test_quotes_are_cut_by_code_points_as_python_counts_them(page: Page, address: str) -> None:
    text = "Titre 1:640 𝛽₂ 🧪🧪 anti‑MDA5 é was positive 👩‍⚕️; 𝒯hen negative."
    page.goto(address)
    spans = [(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    cut = page.evaluate(
        "async ([text, spans]) => { const {slice} = await import('/page/quotes.js'); return spans.map(([a, b]) => slice(text, a, b)); }",
        [text, spans],
    )
    assert cut == [text[start:end] for start, end in spans]


def test_overlapping_quotes_leave_the_text_whole_and_the_active_one_uncut(page: Page, address: str) -> None:
    page.goto(address)
    runs = page.evaluate(
        """async () => {
            const {runs} = await import('/page/quotes.js');
            const active = {start: 3, end: 8};
            const all = [{start: 0, end: 5}, active, {start: 9, end: 11}, {start: 4, end: 6}];
            return runs('0123456789🧪x', all, active).map(run => [run.text, run.proof === active, run.proof !== null]);
        }"""
    )
    assert runs == [["012", False, False], ["34567", True, True], ["8", False, False], ["9🧪", False, True], ["x", False, False]]


def test_events_are_read_alike_wherever_the_network_cuts_them(page: Page, address: str) -> None:
    stream = ': ping\r\n\r\nevent: statement\r\ndata: {"text":\r\ndata: "β 🧪"}\r\n\r\nevent:answer\ndata:{"a":1}\n\n'
    page.goto(address)
    heard = page.evaluate(
        """async stream => {
            const {readEvents} = await import('/page/events.js');
            const bytes = new TextEncoder().encode(stream);
            const results = new Set();
            for (let cut = 0; cut <= bytes.length; cut++) {
                const body = new ReadableStream({start(controller) {
                    if (cut) controller.enqueue(bytes.slice(0, cut));
                    if (cut < bytes.length) controller.enqueue(bytes.slice(cut));
                    controller.close();
                }});
                const events = [];
                for await (const event of readEvents(body)) events.push(event);
                results.add(JSON.stringify(events));
            }
            return [...results];
        }""",
        stream,
    )
    assert [json.loads(result) for result in heard] == [
        [{"name": "statement", "data": {"text": "β 🧪"}}, {"name": "answer", "data": {"a": 1}}]
    ]


# -- not knowing, failing ----------------------------------------------------------------------------------


def test_an_abstention_tells_what_was_searched_what_is_missing_and_what_is_nearest(page: Page, address: str) -> None:
    page.goto(address)
    answer = answer_of(page, "Did denosumab help calcinosis?")
    assert answer["abstained"]
    card = page.locator(".abstention")
    expect(card).to_contain_text("3 reports")
    expect(card).to_contain_text("denosumab")
    expect(page.locator(".marker")).to_have_count(0)
    nearest = answer["abstention"]["nearest"][0]
    card.get_by_role("button").first.click()
    cited = page.locator(".paragraph.cited")
    expect(cited).to_have_attribute("data-paragraph", nearest["paragraph_id"])
    assert in_view(page, cited)


def test_a_failure_is_told_in_the_servers_own_words_and_the_question_can_be_asked_again(page: Page, address: str) -> None:
    page.goto(address)
    refusal = {"error": {"type": "LibraryDamaged", "message": "the BM25 index is broken; run `casebook check --repair`"}}
    page.route("**/v1/chat/stream", lambda route: route.fulfill(status=500, json=refusal), times=1)
    turn = ask(page, FAILED_QUESTION)
    expect(turn.get_by_role("alert")).to_contain_text("run `casebook check --repair`")
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator(".marker").first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="broken")).to_have_count(0)


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(page: Page, address: str) -> None:
    page.goto(address)
    half = 'event: statement\ndata: {"text": "Half.", "support": "supported", "citations": []}\n\n'
    page.route("**/v1/chat/stream", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=half))
    turn = ask(page, FAILED_QUESTION)
    expect(turn.locator(".sentence")).to_have_text("Half. ")
    expect(turn.get_by_role("alert")).to_contain_text("The answer broke off")


def test_a_server_that_is_gone_is_told_and_noticed_when_it_is_back(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#report-count")).to_have_text("3")

    def gone(route: Route) -> None:
        route.abort("connectionrefused")

    page.route("**/v1/**", gone)
    page.route("**/ready", gone)
    turn = ask(page, FAILED_QUESTION)
    expect(turn.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(page.locator("#banner")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("#banner")).to_be_hidden()
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator(".marker").first).to_be_visible()


# -- library -----------------------------------------------------------------------------------------------

UPLOADED = """---
title: "Quiet nodules in a lighthouse keeper"
authors: ["Fay Rowan"]
year: 2019
---

## Outcome

Colchicine 1 mg/day settled the inflammation around the nodules.
"""
HOSTILE = """---
title: '<img src=x onerror="window.ran = 1"> & <b>bold</b>'
authors: ["<script>window.ran = 2</script>"]
journal: "<svg onload='window.ran = 3'>"
year: 2020
url: "javascript:window.ran=4"
---

## <iframe srcdoc="<script>parent.ran = 5</script>">

Zoledronate was given. <img src=x onerror="window.ran = 6"> The calcinosis failed to regress on zoledronate 5 mg.
"""


def upload(page: Page, name: str, text: str) -> Locator:
    page.locator("#files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": text.encode()}])
    line = page.locator(".upload").filter(has_text=name)
    expect(line.locator(".upload-status")).not_to_have_text(re.compile("Waiting|Reading"))
    return line


def test_an_uploaded_file_is_in_the_library_and_a_bad_one_names_its_reason(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    expect(upload(page, "lighthouse.md", UPLOADED)).to_contain_text("Added")
    expect(page.locator("#report-count")).to_have_text("4")
    page.get_by_label("Search the library").fill("lighthouse rowan 2019")
    expect(page.locator(".report-list li")).to_have_count(1)
    page.get_by_role("button", name="Quiet nodules in a lighthouse keeper", exact=True).click()
    expect(page.get_by_role("complementary")).to_contain_text("Colchicine 1 mg/day settled the inflammation")
    bad = upload(page, "picture.bmp", "BM")
    expect(bad).to_contain_text("Failed")
    assert len(bad.locator("small").inner_text()) > 10, "the reason is missing"
    page.get_by_role("button", name="Remove “Quiet nodules").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#report-count")).to_have_text("3")


def test_a_dropped_file_is_taken_wherever_on_the_page_it_falls(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], 'dropped.md', {type: 'text/markdown'}));
            const options = {dataTransfer: data, bubbles: true, cancelable: true};
            for (const name of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(name, options));
        }""",
        UPLOADED,
    )
    expect(page.locator(".upload").filter(has_text="dropped.md")).to_contain_text("Added")
    expect(page.locator("#report-count")).to_have_text("4")


def test_the_text_of_the_library_can_be_searched(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    page.get_by_label("Search the library").fill("surgical excision pain")
    page.get_by_role("button", name="Search the text").click()
    page.locator(".found .paragraph-card").filter(has_text="Surgical excision").click()
    expect(page.locator(".paragraph.cited")).to_contain_text("Surgical excision relieved her pain.")


def test_markup_in_a_report_is_shown_and_never_run(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    upload(page, "hostile.md", HOSTILE)
    expect(page.locator("#report-count")).to_have_text("4")
    page.get_by_label("Search the library").fill("onerror")
    title = page.locator(".report-list .report-title")
    expect(title).to_contain_text("<img src=x onerror=")
    title.click()
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_contain_text("<b>bold</b>")
    assert page.locator("main img, aside img, aside b, aside iframe, aside script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    page.goto(f"{address}/#/")
    ask(page, "Did zoledronate help calcinosis?")
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None


# -- for every reader --------------------------------------------------------------------------------------


def test_the_page_follows_the_systems_colours_and_the_readers_choice_wins(page: Page, address: str) -> None:
    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="dark")
    page.goto(address)
    dark = background()
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert background() != dark
    page.get_by_role("button", name="Switch to dark colours").click()
    assert background() == dark
    page.reload()
    assert background() == dark


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_no_screen_scrolls_sideways(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)

    def fits() -> bool:
        return bool(page.evaluate("[document.documentElement, ...document.querySelectorAll('.scroll, .source-scroll, .library')]"
                                  ".every(one => one.scrollWidth <= one.clientWidth)"))  # fmt: skip

    assert fits()
    ask(page, FAILED_QUESTION)
    assert fits()
    page.locator(".marker").first.click()
    expect(page.locator("mark.active")).to_be_visible()
    assert fits()
    assert in_view(page, page.locator("mark.active"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".report-list li")).to_have_count(3)
    assert fits()


def test_on_a_phone_the_source_is_a_sheet_that_holds_the_page_behind_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    ask(page, FAILED_QUESTION)
    page.locator(".marker").first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    assert sheet.bounding_box()["width"] == 390  # type: ignore[index]
    assert page.evaluate("document.getElementById('main').inert")
    page.get_by_role("button", name="Close the source").click()
    expect(sheet).to_be_hidden()
    assert not page.evaluate("document.getElementById('main').inert")


def test_the_keyboard_alone_asks_opens_a_proof_and_comes_back(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    question = page.get_by_label("Your question")
    expect(question).to_be_focused()
    page.keyboard.type("Which therapies failed")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("for anti-Mi2 calcinosis?")
    expect(question).to_have_value("Which therapies failed\nfor anti-Mi2 calcinosis?")
    page.keyboard.press("Enter")
    marker = page.locator(".marker").first
    expect(marker).to_be_visible()
    expect(page.locator(".turn[aria-busy]")).to_have_count(0)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if marker.evaluate("marker => marker === document.activeElement"):
            break
    expect(marker).to_be_focused()
    expect(page.locator("#quote-card")).to_be_visible()
    assert marker.evaluate("marker => getComputedStyle(marker).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("mark.active")).to_be_visible()
    assert page.evaluate("document.getElementById('source').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(marker).to_be_focused()


def test_everything_that_can_be_pressed_has_a_name(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    page.locator(".marker").first.click()
    expect(page.locator("mark.active")).to_be_visible()
    for node in page.locator("button:visible, a:visible, input:visible, textarea:visible").all():
        name = node.evaluate("n => (n.ariaLabel || n.innerText || n.labels?.[0]?.innerText || '').trim()")
        assert name, node.evaluate("n => n.outerHTML")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))


def test_the_printed_page_holds_the_answer_and_its_sources_without_controls(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    page.emulate_media(media="print")
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator(".sources")).to_be_visible()
    for hidden in (".composer", ".side", ".top"):
        expect(page.locator(hidden)).to_be_hidden()


# -- the files ---------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it: 1 (the same) to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


READ_ON = {
    "ink": ["paper", "surface", "sunken", "accent-soft", "mark-soft", "bad-soft"],
    "soft": ["paper", "surface", "sunken", "accent-soft"],
    "accent": ["paper", "surface", "accent-soft"],
    "on-accent": ["accent"],
    "on-mark": ["mark"],
    "good": ["good-soft"],
    "half": ["half-soft"],
    "bad": ["bad-soft", "surface", "paper"],
    "harm": ["harm-soft"],
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_contrasts_with_every_surface_it_stands_on(theme: str) -> None:
    blocks = (FOLDER / "colours.css").read_text().split(':root[data-theme="dark"]')
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[theme == "dark"]))
    weak = {
        (text, surface): round(contrast(colours[text], colours[surface]), 2)
        for text, surfaces in READ_ON.items()
        for surface in surfaces
        if contrast(colours[text], colours[surface]) < 4.5
    }
    assert weak == {}
    for surface in ("paper", "surface"):
        assert contrast(colours["control-line"], colours[surface]) >= 3, "edges of controls (WCAG 1.4.11)"


def test_nothing_in_the_page_parses_markup_or_comes_from_elsewhere() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser", text), path.name
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", text)) - {"http://www.w3.org/2000/svg"}
        assert addresses == set(), path.name
    index = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", index)
    for name in re.findall(r'(?:href|src)="page/([\w.]+)', index):
        assert (FOLDER / name).is_file(), name
