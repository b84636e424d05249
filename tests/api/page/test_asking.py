"""Questions on the page: streamed, stopped, followed up, kept, narrowed by year."""

import re
from collections.abc import Callable, Iterator
from threading import Event as Signal
from typing import Any

from playwright.sync_api import Page, expect

from assistant.answer import Finished, Found, Released, Support, Understood
from corpus.store import Corpus
from tests.api.page.driving import FAILED_QUESTION, answer_of, ask, scripted_statement
from tests.patience import PATIENCE_S


def test_sentences_are_shown_one_by_one_as_they_are_released(page: Page, library: Corpus, scripted_address: Callable[..., str]) -> None:
    second_may_come = Signal()

    def events() -> Iterator[Any]:
        yield Understood("What failed?", "What failed?", "scripted")
        yield Found(())
        yield Released(scripted_statement(library, "Methotrexate failed.", "Methotrexate failed"))
        second_may_come.wait(PATIENCE_S)
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
        never.wait(PATIENCE_S)

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


def test_a_sentence_that_is_not_fully_supported_says_so_in_words(page: Page, library: Corpus, scripted_address: Callable[..., str]) -> None:
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
