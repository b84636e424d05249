"""For every reader: colours, narrow screens, the keyboard, names, paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.api.page.driving import FAILED_QUESTION, ask, in_view


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
    assert in_view(page.locator("mark.active"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".report-list li")).to_have_count(3)
    assert fits()


@pytest.mark.parametrize("last_word", ["IVIG", "colchicine", "methylprednisolone", "ethanehydroxydiphosphonate"])
@pytest.mark.parametrize("markers", [3, 4, 8])
def test_on_a_phone_no_marker_stands_alone_before_the_full_stop(page: Page, address: str, last_word: str, markers: int) -> None:
    page.set_viewport_size({"width": 360, "height": 844})
    page.goto(address)
    on_last_line, fits = page.evaluate(
        """async ([word, count]) => {
            const {sentence} = await import('/page/citations.js');
            const citations = [...Array(count).keys()].map(at => (
                {marker: at + 10, report_id: 'r', reference: {label: 'A 2020', authors: ['A']}, section: [],
                 quote: 'q', start: 0, end: 1, paragraph_id: `r#p${at}`}));
            const line = document.createElement('p');
            const answer = document.createElement('div');
            answer.className = 'answer';
            answer.append(line);
            document.getElementById('thread').replaceChildren(answer);
            line.append(sentence({text: `The calcinosis was treated with ${word}.`, citations, support: 'supported'}, () => citations));
            const tops = [...line.querySelectorAll('.marker')].map(one => Math.round(one.getBoundingClientRect().top));
            return [tops.filter(top => top === tops.at(-1)).length, line.scrollWidth <= line.clientWidth];
        }""",
        [last_word, markers],
    )
    assert on_last_line > 1
    assert fits


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


def test_a_talk_on_a_phone_is_asked_followed_left_and_found_again(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    ask(page, "Was methotrexate given for anti-Mi2 calcinosis?")
    ask(page, "and at what dose?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.get_by_role("button", name="New conversation")).to_be_hidden()
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("link", name="Was methotrexate given").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.get_by_role("button", name="New conversation")).to_be_hidden()


def test_the_keyboard_alone_renames_and_deletes_a_conversation(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    page.get_by_role("link", name=FAILED_QUESTION).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Rename")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Failures")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Failures").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Delete “Failures”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Failures")).to_be_visible()
    page.get_by_role("button", name="Delete “Failures”").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".conversations li a")).to_have_count(0)


def test_the_keyboard_alone_asks_opens_a_proof_and_comes_back(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.body.tabIndex = -1, document.body.focus()")
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
