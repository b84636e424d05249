"""A finished answer on the page: saved as a file of each kind, judged, warned of."""

import io
import json
from pathlib import Path

import httpx
import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.api.page.driving import FAILED_QUESTION, ask


@pytest.fixture
def answered(page: Page, address: str) -> Page:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    expect(page.locator("#status")).to_contain_text("Answer complete")
    return page


@pytest.mark.parametrize(
    ("label", "extension", "held"),
    [
        ("Word document", "docx", "methotrexate"),
        ("Markdown", "md", "methotrexate"),
        ("Therapies (CSV)", "csv", "methotrexate"),
        ("References (RIS)", "ris", "TY  - JOUR"),
        ("References (BibTeX)", "bib", "@article{"),
        ("Evidence packet (JSON)", "json", "casebook-evidence-packet/1"),
    ],
)
def test_an_answer_is_saved_as_each_kind_of_file_by_keyboard(answered: Page, label: str, extension: str, held: str) -> None:
    answered.locator(".saving summary").focus()
    answered.keyboard.press("Enter")
    answered.get_by_role("button", name=label).focus()
    with answered.expect_download() as saving:
        answered.keyboard.press("Enter")
    assert saving.value.suggested_filename.endswith(f".{extension}")
    content = Path(saving.value.path()).read_bytes()
    text = " ".join(one.text for one in Document(io.BytesIO(content)).paragraphs) if extension == "docx" else content.decode("utf-8-sig")
    assert held.lower() in text.lower()
    expect(answered.locator(".saving")).not_to_have_attribute("open", "")
    expect(answered.locator(".saving summary")).to_be_focused()


def test_an_answer_is_judged_with_a_comment(answered: Page, address: str) -> None:
    answered.get_by_role("button", name="Not helpful").click()
    answered.get_by_label("What was wrong or missing?").fill("the dose is missing")
    answered.keyboard.press("Enter")
    expect(answered.locator(".judging")).to_have_text("Thank you, noted.")
    (kept,) = httpx.get(f"{address}/v1/feedback").json()["feedback"]
    assert (kept["helpful"], kept["comment"], kept["question"]) == (False, "the dose is missing", FAILED_QUESTION)


def test_a_question_that_tells_who_a_patient_is_is_warned_of_and_kept_without_it(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "Mrs Ada Plumtree, born 12/03/1961: which therapies failed for calcinosis?")
    expect(page.locator(".warned")).to_contain_text("name, date")
    expect(page.locator(".warned")).to_have_count(1)
    (conversation,) = httpx.get(f"{address}/v1/conversations").json()
    assert "Plumtree" not in json.dumps(conversation)
