"""An answer as a Word document (DOCX)."""

import io
import re
from typing import TYPE_CHECKING

from api.exports.exported import Exported
from api.prose import DOUBTS, PURPOSE, sources

if TYPE_CHECKING:
    from docx.document import Document

_COLUMNS = ("Therapy", "Dose", "Target", "Outcome", "Patient", "Report")
# XML 1.0 can hold no control characters, surrogates or non-characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def as_word(exported: Exported) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = _text(exported.question)[:255]
    document.core_properties.author = "Casebook"
    document.add_heading(_text(exported.question), 1)
    _add_answer(document, exported)
    _add_sources(document, exported)
    _add_table(document, exported)
    document.add_paragraph(_text(f"{exported.provenance} {PURPOSE}")).runs[0].italic = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_answer(document: "Document", exported: Exported) -> None:
    answer = exported.answer
    if answer.standalone_question.strip() != exported.question.strip():
        document.add_paragraph(_text(f"Searched as: {answer.standalone_question}")).runs[0].italic = True
    if answer.abstention:
        document.add_paragraph(_text(answer.abstention.message))
        return
    paragraph = document.add_paragraph()
    for statement in answer.statements:
        paragraph.add_run(_text(statement.text))
        markers = "".join(f"[{number}]" for number in dict.fromkeys(citation.marker for citation in statement.citations))
        paragraph.add_run(markers).font.superscript = True
        if statement.support in DOUBTS:
            paragraph.add_run(f" ({DOUBTS[statement.support]})").italic = True
        paragraph.add_run(" ")


def _add_sources(document: "Document", exported: Exported) -> None:
    cited = sources(exported.answer.statements)
    if cited:
        document.add_heading("Sources", 2)
    for source in cited:
        reference = source.reference
        told = [
            ", ".join(reference.authors),
            reference.title,
            reference.journal,
            str(reference.year or ""),
            source.place.partition(", ")[2],
        ]
        link = f" {reference.link}" if reference.link else ""
        digest = " (digest)" if reference.digest else ""
        document.add_paragraph(_text(f"[{source.marker}] {'. '.join(part for part in told if part)}{digest}{link}"))
        for quote in source.quotes:
            document.add_paragraph(_text(f"“{quote}”"), style="Quote")


def _add_table(document: "Document", exported: Exported) -> None:
    rows = exported.answer.evidence
    if not rows:
        return
    document.add_heading("Therapies", 2)
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Light Grid Accent 1")
    for cell, name in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.text = name
    for row in rows:
        reference = exported.references.get(row.report_id)
        outcome = row.outcome.replace("_", " ") + ("" if row.status == "given" else f" ({row.status})")
        told = (row.therapy, row.dose, row.target, outcome, row.patient, reference.label if reference else row.report_id)
        for cell, value in zip(table.add_row().cells, told, strict=True):
            cell.text = _text(value or "-")


def _text(text: str) -> str:
    return _NOT_XML.sub(" ", text)
