"""Answers, sources and lists as they are printed on a terminal."""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.answer import Abstained, Abstention, Answer, Citation, Event, EvidenceRow, Exchange, Released, Support, Understood, fold
from corpus.errors import CasebookError
from corpus.report import Reference

if TYPE_CHECKING:
    # An ingest that finds nothing changed should not wait for what only answers and servers need.
    from api.report_schemas import ReportList
    from api.services import Answering

# Narrower columns would break doses and quotes over many lines where output goes to a file or a pipe.
_PIPE_WIDTH = 120
_NEAREST_CHARS = 200
_DOUBTS = {Support.PARTIAL: "partly supported", Support.UNSUPPORTED: "not supported"}


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is: no markup, no guessing at what could be coloured."""
    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = _PIPE_WIDTH
    return made


def plain(text: str) -> str:
    """Text of a report without what could steer a terminal (escape sequences, control characters, turned directions)."""
    return "".join(char if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf"} else " " for char in text)


def print_answer(answer: Answer) -> None:
    """The answer or abstention, its sources by number, and the therapy rows."""
    out = console()
    if answer.abstention:
        _print_abstention(out, answer.abstention)
        return
    for statement in answer.statements:
        _print_statement(out, statement.marked, statement.support)
    _print_sources(out, [citation for statement in answer.statements for citation in statement.citations])
    _print_evidence(out, answer.evidence)


def converse(assistant: "Answering") -> None:
    """Questions from standard input until /quit or the end of it; a failed answer does not end the conversation."""
    out, history = console(), list[Exchange]()
    if sys.stdin.isatty():
        out.print("Ask about the reports of your library. /quit ends.")
    while (question := _next_question()) is not None:
        if not question.strip():
            continue
        try:
            answer = fold(_printed(out, assistant.stream(question, history=history)))
        except CasebookError as error:
            console(stderr=True).print(f"casebook: {error}")
            continue
        _print_sources(out, [citation for statement in answer.statements for citation in statement.citations])
        _print_evidence(out, answer.evidence)
        history += [Exchange("user", question), Exchange("assistant", answer.text)]


def print_reports(found: "ReportList") -> None:
    """One line a report: id, label, title."""
    out = console()
    for report in found.reports:
        reference = report.reference
        kind = " (digest)" if reference.digest else ""
        out.print(Text(plain(f"{report.id}  {reference.label}{kind}: {reference.title}")), soft_wrap=True)
    out.print(f"{found.total} report{'' if found.total == 1 else 's'}")


def _next_question() -> str | None:
    try:
        question = input("\n> " if sys.stdin.isatty() else "")
    except EOFError:
        return None
    return None if question.strip() in ("/quit", "/exit") else question


def _printed(out: Console, events: Iterable[Event]) -> Iterable[Event]:
    """The same events; statements are printed as they come."""
    for event in events:
        match event:
            case Understood() if event.standalone_question.strip() != event.question.strip():
                out.print(Text(plain(f"Searched as: {event.standalone_question}"), style="dim"))
            case Released():
                _print_statement(out, event.statement.marked, event.statement.support)
            case Abstained():
                _print_abstention(out, event.abstention)
        yield event


def _print_statement(out: Console, marked: str, support: Support) -> None:
    doubt = _DOUBTS.get(support)
    out.print(Text(plain(marked)) if doubt is None else Text(plain(f"{marked} ({doubt})"), style="yellow"))


def _print_abstention(out: Console, abstention: Abstention) -> None:
    out.print(Text(plain(abstention.message)))
    if abstention.nearest:
        out.print("\nNearest:")
    for near in abstention.nearest:
        text = near.paragraph.text
        shown = text if len(text) <= _NEAREST_CHARS else text[:_NEAREST_CHARS].rsplit(" ", 1)[0] + " ..."
        out.print(Text(plain(f"  {_source(near.reference, near.paragraph.section)}: {shown}")))


def _print_sources(out: Console, citations: Sequence[Citation]) -> None:
    """One entry a marker, its quotes below it in the order in which they are cited."""
    by_marker: dict[int, list[Citation]] = {}
    for citation in citations:
        by_marker.setdefault(citation.marker, []).append(citation)
    if by_marker:
        out.print("\nSources")
    for marker, cited in sorted(by_marker.items()):
        out.print(Text(plain(f"[{marker}] {_source(cited[0].reference, cited[0].section)}")))
        for quote in dict.fromkeys(citation.quote for citation in cited):
            out.print(Text(plain(f'    "{quote}"'), style="italic"))


def _source(reference: Reference, section: Sequence[str]) -> str:
    parts = [reference.label + (" (digest)" if reference.digest else ""), " > ".join(section)]
    return ", ".join(part for part in parts if part)


def _print_evidence(out: Console, rows: Sequence[EvidenceRow]) -> None:
    if not rows:
        return
    table = Table(
        "Therapy", "Dose", "Target", "Outcome", "Patient", "Report", title="Therapies", title_justify="left", box=None, pad_edge=False
    )
    for found in rows:
        row = found.row
        outcome = row.outcome.replace("_", " ") + ("" if row.status == "given" else f" ({row.status})")
        cells = (row.therapy, row.dose.value if row.dose else "-", row.target or "-", outcome, found.patient, found.reference.label)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    out.print()
    out.print(table)
