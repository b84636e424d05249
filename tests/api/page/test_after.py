"""A finished answer on the page: saved as a file of each kind and opened with what opens such files, judged, warned of."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import rispy
from docx import Document
from markdown_it import MarkdownIt
from playwright.sync_api import Page, expect
from pybtex.database import parse_string

from api.exports.packet import problems
from corpus.store import Corpus
from tests.api.page.driving import FAILED_QUESTION, answer_of, ask
from tests.patience import PATIENCE_S

Answer = dict[str, Any]


@pytest.fixture
def answered(page: Page, address: str) -> Page:
    page.goto(address)
    ask(page, FAILED_QUESTION)
    expect(page.locator("#status")).to_contain_text("Answer complete")
    return page


def in_word(content: bytes, answer: Answer, _library: Corpus) -> None:
    document = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert document.paragraphs[0].text == FAILED_QUESTION
    assert all(statement["text"] in text for statement in answer["statements"])
    assert [row.cells[0].text for row in document.tables[0].rows[1:]] == [row["therapy"] for row in answer["evidence"]]


def in_markdown(content: bytes, answer: Answer, _library: Corpus) -> None:
    html = MarkdownIt("commonmark").enable("table").render(content.decode())
    assert f"<h1>{FAILED_QUESTION}</h1>" in html
    assert all(statement["text"] in html for statement in answer["statements"])


def in_a_spreadsheet(content: bytes, answer: Answer, _library: Corpus) -> None:
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(line["therapy"], line["quote"]) for line in lines] == [(row["therapy"], row["quote"]) for row in answer["evidence"]]


def in_a_reference_manager(content: bytes, answer: Answer, _library: Corpus) -> None:
    records = {record["doi"]: record for record in rispy.loads(content.decode()) if "doi" in record}
    assert {record["type_of_reference"] for record in records.values()} == {"JOUR"}
    for reference in cited(answer):
        record = records[reference["doi"]]
        assert (record["title"], int(record["year"])) == (reference["title"], reference["year"])
        assert len(record["authors"]) == len(reference["authors"])


def in_latex(content: bytes, answer: Answer, _library: Corpus) -> None:
    entries = {entry.fields["doi"]: entry for entry in parse_string(content.decode(), "bibtex").entries.values() if "doi" in entry.fields}
    for reference in cited(answer):
        entry = entries[reference["doi"]]
        assert entry.fields["title"].strip("{}") == reference["title"]
        assert [str(person).split(",")[0] for person in entry.persons["author"]] == [name.split()[-1] for name in reference["authors"]]


def by_its_own_proof(content: bytes, answer: Answer, library: Corpus) -> None:
    packet = json.loads(content)
    assert packet["answer"]["answer"] == answer["answer"]
    assert list(problems(packet)) == []
    assert list(problems(packet, library)) == []
    forged = json.loads(content.replace(b"continued to grow", b"stopped growing"))
    assert list(problems(forged))


def cited(answer: Answer) -> list[dict[str, Any]]:
    found = [citation["reference"] for statement in answer["statements"] for citation in statement["citations"]]
    assert found
    return [reference for reference in found if reference["doi"]]


@pytest.mark.parametrize(
    ("label", "extension", "opens"),
    [
        ("Word document", "docx", in_word),
        ("Markdown", "md", in_markdown),
        ("Therapies (CSV)", "csv", in_a_spreadsheet),
        ("References (RIS)", "ris", in_a_reference_manager),
        ("References (BibTeX)", "bib", in_latex),
        ("Evidence packet (JSON)", "json", by_its_own_proof),
    ],
)
def test_an_answer_is_saved_by_keyboard_as_a_file_that_its_programs_open(
    page: Page, address: str, library: Corpus, label: str, extension: str, opens: Callable[[bytes, Answer, Corpus], None]
) -> None:
    page.goto(address)
    answer = answer_of(page, FAILED_QUESTION)
    page.locator(".saving summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=label).focus()
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.suggested_filename.endswith(f".{extension}")
    opens(Path(saving.value.path()).read_bytes(), answer, library)
    expect(page.locator(".saving")).not_to_have_attribute("open", "")
    expect(page.locator(".saving summary")).to_be_focused()


def test_an_answer_is_judged_with_a_comment(answered: Page, address: str) -> None:
    answered.get_by_role("button", name="Not helpful").click()
    answered.get_by_label("What was wrong or missing?").fill("the dose is missing")
    answered.keyboard.press("Enter")
    expect(answered.locator(".judging")).to_have_text("Thank you, noted.")
    (kept,) = httpx.get(f"{address}/v1/feedback", timeout=PATIENCE_S).json()["feedback"]
    assert (kept["helpful"], kept["comment"], kept["question"]) == (False, "the dose is missing", FAILED_QUESTION)


def test_a_question_that_tells_who_a_patient_is_is_warned_of_and_kept_without_it(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "Mrs Ada Plumtree, born 12/03/1961: which therapies failed for calcinosis?")
    expect(page.locator(".warned")).to_contain_text("name, date")
    expect(page.locator(".warned")).to_have_count(1)
    (conversation,) = httpx.get(f"{address}/v1/conversations", timeout=PATIENCE_S).json()
    assert "Plumtree" not in json.dumps(conversation)
