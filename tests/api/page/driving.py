"""What a reader does on the page, and what is seen there."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from assistant.answer import Citation, Statement, Support
from corpus.store import Corpus
from tests.library import REPORT_IDS

FAILED_QUESTION = "Which therapies failed for anti-Mi2 calcinosis?"
VIGNETTE = "A 36-year-old woman with anti-Mi2 dermatomyositis and calcinosis of the elbows; methotrexate failed."


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


def in_view(mark: Locator) -> bool:
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
