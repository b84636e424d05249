"""Laws of answers as files; each is read back by something that did not write it."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from api.exports.bibliography import as_bibtex
from api.exports.exported import Exported
from api.exports.packet import problems
from api.schemas import ChatResponse, ReferenceOut
from corpus.store import Corpus
from tests.library import entries

FAILED = "Which therapies failed for calcinosis?"
FORMATS = ("markdown", "docx", "csv", "ris", "bibtex", "json")
HOSTILE = "<img src=x onerror=alert(1)> ![](http://e.example) *b* | _i_ [x](javascript:x) @a{b} % $ \\ & \x0b"


def answered(client: TestClient, question: str = FAILED) -> dict[str, Any]:
    return dict(client.post("/v1/chat", json={"question": question}).json())


def export(client: TestClient, kind: str, **what: Any) -> Any:
    response = client.post("/v1/export", json={"format": kind, **what})
    assert response.status_code == 200, response.text
    return response


@pytest.fixture
def answer(client: TestClient) -> dict[str, Any]:
    return answered(client)


@pytest.fixture
def hostile(client: TestClient, library: Corpus) -> dict[str, Any]:
    """An answer about a report whose title and author would be code in some format."""
    entry = entries()[0]
    reference = replace(entry.report.reference, title=HOSTILE, authors=("Eve\nER  - \nTY  - JOUR", "Mallory}, note={x"))
    library.put([replace(entry, report=replace(entry.report, reference=reference))])
    return answered(client)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_stored_turn_and_the_answer_sent_along_export_alike(client: TestClient, answer: dict[str, Any], kind: str) -> None:
    stored = export(client, kind, conversation_id=answer["conversation_id"])
    sent = export(client, kind, question=FAILED, answer=answer)
    assert stored.headers["content-type"] == sent.headers["content-type"]
    assert re.fullmatch(r'attachment; filename="which-therapies-failed-for-calcinosis\.\w+"', stored.headers["content-disposition"])
    if kind not in ("docx", "json"):  # those two say when they were made, to the second
        assert re.sub(r"\d\d:\d\d UTC", "", stored.text) == re.sub(r"\d\d:\d\d UTC", "", sent.text)


def test_markdown_shows_the_answer_its_sources_and_its_rows(client: TestClient, answer: dict[str, Any]) -> None:
    html = MarkdownIt("commonmark").enable("table").render(export(client, "markdown", answer=answer, question=FAILED).text)
    assert f"<h1>{FAILED}</h1>" in html
    for statement in answer["statements"]:
        assert statement["text"] in html
        for citation in statement["citations"]:
            assert f"[{citation['marker']}]" in html
            assert citation["quote"] in html
    assert html.count("<tr>") == 1 + len(answer["evidence"])
    assert "not for treating patients" in html


def test_markdown_of_a_hostile_report_is_only_text(client: TestClient, hostile: dict[str, Any]) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(export(client, "markdown", answer=hostile).text)
    assert "<img" not in html
    assert "<strong" not in html
    assert 'href="javascript' not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_word_opens_and_holds_answer_sources_and_rows(client: TestClient, answer: dict[str, Any]) -> None:
    document = Document(io.BytesIO(export(client, "docx", answer=answer, question=FAILED).content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert document.paragraphs[0].text == FAILED
    for statement in answer["statements"]:
        assert statement["text"] in text
        assert all(citation["quote"] in text for citation in statement["citations"])
    (table,) = document.tables
    assert [row.cells[0].text for row in table.rows][1:] == [row["therapy"] for row in answer["evidence"]]


def test_csv_has_a_line_a_row(client: TestClient, answer: dict[str, Any]) -> None:
    text = export(client, "csv", answer=answer).text.removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["therapy"], line["outcome"], line["quote"]) for line in lines] == [
        (row["therapy"], row["outcome"], row["quote"]) for row in answer["evidence"]
    ]
    assert all(line["title"] for line in lines)


def ris_records(text: str) -> list[list[tuple[str, str]]]:
    """Read as the format says: six characters of tag and separator, then the value, to the end of the line."""
    records: list[list[tuple[str, str]]] = []
    for line in text.split("\r\n")[:-1]:
        tag, value = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups()  # type: ignore[union-attr]
        if tag == "TY":
            records.append([])
        records[-1].append((tag, value))
    assert all(record[-1] == ("ER", "") for record in records)
    return records


def test_ris_has_a_record_a_report(client: TestClient, answer: dict[str, Any]) -> None:
    records = [dict(record) for record in ris_records(export(client, "ris", answer=answer).text)]
    cited = {citation["reference"]["title"] for statement in answer["statements"] for citation in statement["citations"]}
    assert {record["TI"] for record in records} == cited
    orchard = next(record for record in records if record.get("DO") == "10.9999/orchard.1")
    assert (orchard["AU"], orchard["PY"], orchard["JO"]) == ("Quince, Ben", "2021", "Invented Reports")


def bibtex_entries(text: str) -> dict[str, dict[str, str]]:
    """Read by counting braces, as BibTeX does."""
    found: dict[str, dict[str, str]] = {}
    for block in re.split(r"(?m)^@article\{", text)[1:]:
        key, _, rest = block.partition(",\n")
        fields: dict[str, str] = {}
        while match := re.match(r"\s*,?\s*(\w+) = \{", rest):
            rest, depth, end = rest[match.end() :], 1, 0
            while depth:
                escaped = end and rest[end - 1] == "\\"
                depth += 0 if escaped else {"{": 1, "}": -1}.get(rest[end], 0)
                end += 1
            fields[match[1]], rest = rest[: end - 1], rest[end:]
        assert rest.strip() == "}"
        found[key] = fields
    return found


def test_bibtex_has_an_entry_a_report(client: TestClient, answer: dict[str, Any]) -> None:
    entries = bibtex_entries(export(client, "bibtex", answer=answer).text)
    assert set(entries) == {"orchard2021", "pear2017"}
    assert entries["orchard2021"]["author"] == "Orchard, Ada and Quince, Ben"
    assert entries["orchard2021"]["doi"] == "10.9999/orchard.1"
    assert entries["orchard2021"]["title"].startswith("{Stubborn")


def test_many_references_of_one_name_have_keys_of_their_own(answer: dict[str, Any]) -> None:
    reference = ReferenceOut.model_validate(answer["statements"][0]["citations"][0]["reference"])
    exported = Exported("q", ChatResponse.model_validate(answer), {str(n): reference for n in range(60)}, datetime.now(UTC), "0")
    keys = list(bibtex_entries(as_bibtex(exported)))
    assert len(keys) == 60
    assert keys[:3] == ["orchard2021", "orchard2021b", "orchard2021c"]


def test_a_hostile_reference_stays_one_record(client: TestClient, hostile: dict[str, Any]) -> None:
    assert len(ris_records(export(client, "ris", answer=hostile).text)) == 2
    entries = bibtex_entries(export(client, "bibtex", answer=hostile).text)
    assert len(entries) == 2
    assert all("note" not in fields for fields in entries.values())
    assert Document(io.BytesIO(export(client, "docx", answer=hostile).content)).tables


def test_a_packet_proves_its_answer_by_itself(client: TestClient, answer: dict[str, Any], library: Corpus) -> None:
    packet = export(client, "json", answer=answer, question=FAILED).json()
    assert (packet["question"], packet["model"], packet["library"]["reports"]) == (FAILED, "extractive", 3)
    assert packet["passages"]
    assert list(problems(packet)) == []
    assert list(problems(packet, library)) == []


def test_a_packet_that_was_changed_says_where(client: TestClient, answer: dict[str, Any], library: Corpus) -> None:
    packet = export(client, "json", answer=answer).json()
    name = next(iter(packet["paragraphs"]))
    changed = json.loads(json.dumps(packet))
    changed["paragraphs"][name]["text"] = changed["paragraphs"][name]["text"].replace("failed", "helped").replace("no benefit", "benefit")
    assert any("not the one that was hashed" in one for one in problems(changed))
    assert any("does not hold the quote" in one for one in problems(changed))
    changed = json.loads(json.dumps(packet))
    del changed["paragraphs"][name]
    assert any("not in the packet" in one for one in problems(changed))
    assert list(problems({})) == ["this is no casebook-evidence-packet/1"]
    library.remove([name.rpartition("#p")[0]])
    assert list(problems(packet)) == []
    assert any("is not in this library" in one for one in problems(packet, library))


def test_the_version_of_the_library_changes_with_its_reports(client: TestClient, answer: dict[str, Any], library: Corpus) -> None:
    before = export(client, "json", answer=answer).json()["library"]["version"]
    assert export(client, "json", answer=answer).json()["library"]["version"] == before
    library.remove(["pmid:999999"])
    assert export(client, "json", answer=answer).json()["library"]["version"] != before


@pytest.mark.parametrize("kind", FORMATS)
def test_an_abstention_can_be_exported_too(client: TestClient, kind: str) -> None:
    nothing = answered(client, "Did denosumab help calcinosis?")
    assert nothing["abstained"]
    export(client, kind, answer=nothing)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"format": "pdf", "conversation_id": "c"}, 422),
        ({"format": "ris"}, 422),
        ({"format": "ris", "answer": {"answer": "x"}}, 422),
        ({"format": "ris", "conversation_id": "nobody"}, 404),
    ],
)
def test_what_cannot_be_exported_is_refused(client: TestClient, body: dict[str, Any], status: int) -> None:
    assert client.post("/v1/export", json=body).status_code == status


def test_a_turn_that_is_not_there_is_not_found(client: TestClient, answer: dict[str, Any]) -> None:
    body = {"format": "ris", "conversation_id": answer["conversation_id"], "turn": 2}
    assert client.post("/v1/export", json=body).status_code == 404
