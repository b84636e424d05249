"""An answer as Markdown: what the reports say is escaped, so that it cannot become markup."""

import re
from collections.abc import Iterable, Iterator, Sequence

from api.exports.exported import Exported
from api.prose import DOUBTS, PURPOSE, Source, sources
from api.schemas import EvidenceOut, StatementOut

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_COLUMNS = ("Therapy", "Dose", "Target", "Outcome", "Status", "Patient", "Report")


def as_markdown(exported: Exported) -> str:
    return "\n\n".join(part for part in _parts(exported) if part) + "\n"


def _parts(exported: Exported) -> Iterator[str]:
    answer = exported.answer
    yield f"# {escaped(exported.question)}"
    if answer.standalone_question.strip() != exported.question.strip():
        yield f"Searched as: *{escaped(answer.standalone_question)}*"
    yield escaped(answer.abstention.message) if answer.abstention else " ".join(_sentence(one) for one in answer.statements)
    if cited := sources(answer.statements):
        yield "## Sources"
        yield "\n\n".join(_source(source) for source in cited)
    if answer.evidence:
        yield "## Therapies"
        yield _table(answer.evidence, {name: one.label for name, one in exported.references.items()})
    yield f"---\n\n{escaped(exported.provenance)} {PURPOSE}"


def escaped(text: str) -> str:
    """Text on one line that renders as itself."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _sentence(statement: StatementOut) -> str:
    markers = "".join(f"\\[{number}\\]" for number in dict.fromkeys(citation.marker for citation in statement.citations))
    doubt = f" *({DOUBTS[statement.support]})*" if statement.support in DOUBTS else ""
    return f"{escaped(statement.text)}{f' {markers}' if markers else ''}{doubt}"


def _source(source: Source) -> str:
    reference = source.reference
    told = [", ".join(reference.authors), reference.title, reference.journal, str(reference.year or ""), source.place.partition(", ")[2]]
    head = f"\\[{source.marker}\\] {escaped('. '.join(part for part in told if part))}" + (" (digest)" if reference.digest else "")
    link = f" <{reference.link}>" if reference.link and re.fullmatch(r"https?://[^\s<>]+", reference.link) else ""
    return "\n".join([head + link, *(f"> {escaped(quote)}" for quote in source.quotes)])


def _table(rows: Iterable[EvidenceOut], labels: dict[str, str]) -> str:
    lines = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
    for row in rows:
        cells = (
            row.therapy,
            row.dose,
            row.target,
            row.outcome.replace("_", " "),
            row.status,
            row.patient,
            labels.get(row.report_id, row.report_id),
        )
        lines.append(_line([escaped(cell or "-") for cell in cells]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
