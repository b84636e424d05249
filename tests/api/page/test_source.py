"""Every marker and every row opens the words that prove it."""

import json

from playwright.sync_api import Page, expect

from tests.api.page.driving import FAILED_QUESTION, answer_of, in_view


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
    assert in_view(mark)
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
