"""Not knowing and failing, as the page tells them."""

from playwright.sync_api import Page, Route, expect

from tests.api.page.driving import FAILED_QUESTION, answer_of, ask, in_view


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
    assert in_view(cited)


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


def test_without_a_network_what_is_on_screen_stays_and_asking_goes_on_when_it_is_back(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    first, second = page.locator(".turn").nth(0), page.locator(".turn").nth(1)
    shown = first.locator(".answer").inner_text()
    page.context.set_offline(True)
    ask(page, "Did diltiazem help calcinosis?")
    expect(second.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(page.locator("#banner")).to_be_visible()
    expect(first.locator(".answer")).to_have_text(shown, use_inner_text=True)
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    second.get_by_role("button", name="Try again").click()
    expect(second.locator(".marker").first).to_be_visible()
