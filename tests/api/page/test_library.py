"""The library on the page: uploads, search, and reports that mean harm."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.api.page.driving import ask

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


def upload(page: Page, name: str, content: bytes) -> Locator:
    page.locator("#files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": content}])
    line = page.locator(".upload").filter(has_text=name)
    expect(line.locator(".upload-status")).not_to_have_text(re.compile("Waiting|Sending|Received|Reading"))
    return line


def test_an_uploaded_file_is_in_the_library_and_a_bad_one_names_its_reason(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    expect(upload(page, "lighthouse.md", UPLOADED.encode())).to_contain_text("Added")
    expect(page.locator("#report-count")).to_have_text("4")
    page.get_by_label("Search the library").fill("lighthouse rowan 2019")
    expect(page.locator(".report-list li")).to_have_count(1)
    page.get_by_role("button", name="Quiet nodules in a lighthouse keeper", exact=True).click()
    expect(page.get_by_role("complementary")).to_contain_text("Colchicine 1 mg/day settled the inflammation")
    bad = upload(page, "picture.bmp", b"BM\x00\x00\xff\xfe\x00\x8a" * 40)
    expect(bad).to_contain_text("Failed")
    assert len(bad.locator("small").inner_text()) > 10, "the reason is missing"
    page.get_by_role("button", name="Remove “Quiet nodules").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#report-count")).to_have_text("3")


def test_an_uploaded_report_is_asked_at_once_and_its_proof_opens(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    expect(upload(page, "lighthouse.md", UPLOADED.encode())).to_contain_text("Added")
    page.get_by_role("link", name="Ask", exact=True).click()
    turn = ask(page, "Did colchicine help the nodules of the lighthouse keeper?")
    expect(turn.locator(".answer")).to_contain_text("Colchicine")
    expect(turn.locator(".sources")).to_contain_text("Rowan 2019")
    turn.locator(".marker").first.click()
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_have_text("Quiet nodules in a lighthouse keeper")
    expect(page.locator("mark.active")).to_have_text("Colchicine 1 mg/day settled the inflammation around the nodules.")


def test_several_files_go_together_and_each_is_told_of_as_it_is_done(page: Page, address: str) -> None:
    page.goto(f"{address}/#/library")
    page.evaluate(
        """() => {
            window.seen = [];
            const status = (line) => line.className.replace('upload ', '');
            const look = () => window.seen.push([...document.querySelectorAll('.upload')].map(status).join(' '));
            new MutationObserver(look).observe(document.querySelector('.uploads'), {subtree: true, childList: true});
        }"""
    )
    texts = {f"{number}.md": UPLOADED.replace("lighthouse", f"lighthouse {number}").encode() for number in range(3)}
    texts["empty.md"] = b""
    with page.expect_request("**/v1/reports") as sent:
        page.locator("#files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": text} for name, text in texts.items()])
    assert sent.value.headers["accept"] == "text/event-stream"
    lines = page.locator(".upload")
    expect(lines).to_contain_text(["Added", "Added", "Added", "Failed"])
    expect(page.locator("#report-count")).to_have_text("6")
    seen = page.evaluate("window.seen")
    assert "added reading received received" in seen, seen
    assert seen[-1] == "added added added failed"


def test_a_file_over_the_limit_fails_alone(page: Page, address: str) -> None:
    page.route("**/v1/reports", refuse_what_is_too_large)
    page.goto(f"{address}/#/library")
    files = [("small.md", UPLOADED), ("large.md", "x" * 100_000)]
    page.locator("#files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files])
    expect(page.locator(".upload")).to_contain_text(["Added", "larger than 1 MB"])


def refuse_what_is_too_large(route: Route) -> None:
    if route.request.method == "POST" and len(route.request.post_data_buffer or b"") > 50_000:
        route.fulfill(status=413, json={"error": {"type": "TooLarge", "message": "large.md is larger than 1 MB"}})
    else:
        route.continue_()


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
    upload(page, "hostile.md", HOSTILE.encode())
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
