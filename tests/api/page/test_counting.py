"""The board's counts, and similar patients: every number and every feature opens what stands behind it."""

import pytest
from playwright.sync_api import Page, expect

from tests.api.page.driving import VIGNETTE, ask, in_view
from tests.library import REPORT_IDS

BOARD_QUESTION = "Which therapies were given for calcinosis?"


def test_a_count_shows_the_rows_behind_it_and_again_shows_all(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, BOARD_QUESTION)
    rows = turn.locator(".board > table tbody tr")
    total = rows.count()
    number = turn.get_by_role("button", name="diltiazem, failed: 1 patient, show the rows")
    number.click()
    expect(number).to_have_attribute("aria-pressed", "true")
    shown = turn.locator(".board > table tbody tr:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("diltiazem")
    turn.get_by_role("button", name="Show all rows").click()
    expect(shown).to_have_count(total)
    expect(number).to_have_attribute("aria-pressed", "false")


def test_from_a_count_to_its_proof_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, BOARD_QUESTION)
    turn.get_by_role("button", name="diltiazem, failed").focus()
    page.keyboard.press("Enter")
    turn.locator(".board > table tbody tr:visible .row-button").focus()
    page.keyboard.press("Enter")
    mark = page.locator("mark.active")
    expect(mark).to_contain_text("no benefit")
    assert in_view(mark)


def test_the_counts_say_what_the_server_counts(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, BOARD_QUESTION)
    board = page.evaluate(
        """async question => (await (await fetch('v1/evidence', {
            method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({question}),
        })).json()).board""",
        BOARD_QUESTION,
    )
    for line in board["therapies"]:
        label = f"{line['therapy']}: {line['patients']} patient{'' if line['patients'] == 1 else 's'}, show the rows"
        expect(turn.get_by_role("button", name=label, exact=True)).to_have_text(str(line["patients"]))
    assert len(board["therapies"]) == turn.locator(".counts tbody tr").count()


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_three_numbers_stand_beside_the_therapy(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    table = ask(page, BOARD_QUESTION).locator(".counts-scroll")
    expect(table.locator("thead th")).to_have_text(["Therapy", "Patients", "Failed", "Worked"])
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_pasted_vignette_finds_patients_and_a_feature_opens_its_sentence(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Similar").click()
    page.get_by_label("Describe a patient").fill(VIGNETTE)
    page.get_by_role("button", name="Find similar patients").click()
    first = page.locator(".similar-card").first
    expect(first).to_contain_text("anti-Mi2")
    expect(page.locator(".understood")).to_contain_text("aged 36")
    first.get_by_role("button", name="antibody: anti-Mi2").click()
    expect(page.locator("mark.active")).to_have_text("anti-Mi2")
    page.keyboard.press("Escape")
    first.locator(".board .row-button", has_text="methotrexate").first.click()
    expect(page.locator(f'[data-paragraph^="{REPORT_IDS[0]}"] mark.active')).to_be_visible()


def test_a_vignette_that_tells_who_it_is_is_warned_of(page: Page, address: str) -> None:
    page.goto(f"{address}#/similar")
    page.get_by_label("Describe a patient").fill(f"Mrs. Agatha Crabapple. {VIGNETTE}")
    page.get_by_role("button", name="Find similar patients").click()
    expect(page.get_by_role("alert")).to_contain_text("name")
    expect(page.locator(".similar-card").first).to_be_visible()


def test_similar_patients_fit_a_narrow_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{address}#/similar")
    page.get_by_label("Describe a patient").fill(VIGNETTE)
    page.get_by_role("button", name="Find similar patients").click()
    expect(page.locator(".similar-card").first).to_be_visible()
    assert page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.library')].every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_the_page_itself_never_scrolls_only_its_parts_do(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(address)
    turn = ask(page, BOARD_QUESTION)
    turn.locator(".marker").first.click()
    expect(page.locator("mark.active")).to_be_visible()
    assert page.evaluate("[document.documentElement.scrollHeight - innerHeight, scrollY]") == [0, 0]
