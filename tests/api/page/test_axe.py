"""axe-core over every state of the page, in both colours and on a phone: nothing serious or critical (WCAG 2.2 AA)."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.page.driving import FAILED_QUESTION, VIGNETTE, ask

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def _welcomed(page: Page) -> None:
    expect(page.locator("#welcome")).to_be_visible()


def _answered(page: Page) -> None:
    ask(page, "Which therapies were given for calcinosis?")
    page.locator(".count-button").first.click()


def _opened(page: Page) -> None:
    ask(page, FAILED_QUESTION)
    page.locator(".marker").first.click()
    expect(page.locator("mark.active")).to_be_visible()


def _abstained(page: Page) -> None:
    ask(page, "Did denosumab help calcinosis?")
    expect(page.locator(".abstention")).to_be_visible()


def _library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".report-list li")).to_have_count(3)


def _similar(page: Page) -> None:
    page.get_by_role("link", name="Similar").click()
    page.get_by_label("Describe a patient").fill(VIGNETTE)
    page.get_by_role("button", name="Find similar patients").click()
    expect(page.locator(".similar-card").first).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("state", [_welcomed, _answered, _opened, _abstained, _library, _similar])
def test_axe_finds_nothing_serious(page: Page, address: str, state: Callable[[Page], None], width: int, colours: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address)
    state(page)
    found = Axe().run(page, options=RULES).response["violations"]
    serious = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious
