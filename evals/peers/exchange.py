"""What goes to a peer and what comes back, as plain files: peers run in environments of their own and import nothing of ours.

Out: ``corpus.jsonl``, one report a line with ``report_id`` and ``text``, and ``queries.jsonl`` with ``id`` and ``query``. Back: a TREC run
whose documents are spans of these texts, ``<report id>@<start>-<end>``. Every peer cuts the texts as it does by itself; a span stands for
the paragraphs of which it holds at least half, and for those that hold at least half of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UsageError
from corpus.report import Report

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Printed:
    """A report as a peer reads it: title, headings and paragraphs, and where each paragraph stands."""

    report_id: str
    text: str
    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, report: Report) -> "Printed":
        blocks, places, position = list[str](), dict[str, tuple[int, int]](), 0
        for block, name in _blocks(report):
            if name:
                places[name] = position, position + len(block)
            blocks.append(block)
            position += len(block) + 2
        return cls(report.id, "\n\n".join(blocks), places)

    def covered(self, start: int, end: int) -> tuple[str, ...]:
        """The paragraphs that a span stands for, in reading order."""
        return tuple(name for name, place in self.places.items() if _stands_for(place, (start, end)))


def _blocks(report: Report) -> Iterator[tuple[str, str | None]]:
    """Title, each new heading, and each paragraph with its id."""
    section: tuple[str, ...] = ()
    if report.reference.title:
        yield f"# {report.reference.title}", None
    for paragraph in report.paragraphs:
        if paragraph.section and paragraph.section != section:
            yield f"## {' > '.join(paragraph.section)}", None
        section = paragraph.section
        yield paragraph.text, paragraph.id


def _stands_for(place: tuple[int, int], span: tuple[int, int]) -> bool:
    common = min(place[1], span[1]) - max(place[0], span[0])
    return common > 0 and (common >= _HALF * (place[1] - place[0]) or common >= _HALF * (span[1] - span[0]))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece that a peer found, in the shape of any retriever's passage."""

    report_id: str
    paragraph_ids: tuple[str, ...]
    text: str


def write_exchange(folder: Path, printed: Sequence[Printed], queries: Mapping[str, str], depth: int) -> None:
    """Write what a peer reads; ``depth`` is how many pieces it returns for a query."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "corpus.jsonl", ({"report_id": one.report_id, "text": one.text} for one in printed))
    _write(folder / "queries.jsonl", ({"id": name, "query": query} for name, query in queries.items()))
    (folder / "depth.txt").write_text(f"{depth}\n", encoding="utf-8")


def read_spans(path: Path, printed: Mapping[str, Printed]) -> dict[str, list[Span]]:
    """Spans by query, best first. Raises UsageError for a line that is no span of the exported texts."""
    found: dict[str, list[Span]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            query, _, document, *_ = line.split(" ")
            report_id, _, place = document.replace("%20", " ").rpartition("@")
            start, end = map(int, place.split("-"))
            whole = printed[report_id]
        except (ValueError, KeyError):
            raise UsageError(f"{path}, line {number}: names no span of the exported texts ({line[:80]!r})") from None
        found.setdefault(query, []).append(Span(report_id, whole.covered(start, end), whole.text[start:end]))
    return found


def _write(path: Path, records: Iterator[Mapping[str, str]]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
