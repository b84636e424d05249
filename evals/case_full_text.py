"""How many therapy rows are read right in full-text case reports, against rows annotated by us before any rule was tuned on them.

``python -m evals.case_full_text REPORTS_DIR [--split tune|kept|final|more|fresh] [--annotation FILE] [--errors]``. The reports (intertext
graphs, or plain files that ingest reads) are not part of the project; ``data/f1000_rows.jsonl`` holds facts only, and another file of the
same shape is counted whole unless a split is named. Where the text bears two readings, a row lists both; an optional row is neither missed
nor wrong. How rows are annotated: docs/evaluation.md, "Annotated full texts". The intervals are Wilson's, as if rows were independent:
rows of one report are not, so the true ones are wider.
"""

import argparse
import glob
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.case import TherapyOutcome
from corpus.report import Paragraph, Reference, Report, paragraph_id
from corpus.vocabulary import Entity, Vocabulary
from evals.case_extraction import direction, patient_number, ratio_line, target_names
from evals.intervals import wilson
from ingest.cases import read_case
from ingest.parsers import parse

ANNOTATION = Path(__file__).with_name("data") / "f1000_rows.jsonl"
SPLITS = ("tune", "kept", "final", "more", "fresh")


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated row; ``entity`` is None where the vocabulary does not know the therapy (it can then only be missed)."""

    patient: int
    therapy: str
    entity: Entity | None
    targets: frozenset[str]
    outcomes: frozenset[str]
    doses: frozenset[str]
    status: str
    optional: bool

    def same_therapy(self, row: TherapyOutcome, vocabulary: Vocabulary) -> bool:
        read = vocabulary.entity(row.therapy)
        return self.entity is not None and read is not None and vocabulary.related(self.entity, read)

    def is_met(self, row: TherapyOutcome, vocabulary: Vocabulary, *, loosely: bool = False) -> bool:
        """Patient, therapy, target, outcome and status agree; loosely: the outcome's direction is enough."""
        outcomes = {direction(one) for one in self.outcomes} if loosely else self.outcomes
        told = direction(row.outcome) if loosely else row.outcome
        on_target = not self.targets or bool(self.targets & target_names(row.target, vocabulary))
        return (
            self.patient == patient_number(row)
            and self.status == row.status
            and told in outcomes
            and on_target
            and self.same_therapy(row, vocabulary)
        )


@dataclass(slots=True)
class Count:
    """What was counted over the reports of one split."""

    reports: int = 0
    wanted: int = 0
    wanted_right: int = 0
    wanted_loosely: int = 0
    found: int = 0
    rows: int = 0
    rows_right: int = 0
    rows_loosely: int = 0
    doses: int = 0
    doses_right: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)


def annotated(split: str | None, vocabulary: Vocabulary, annotation: Path = ANNOTATION) -> dict[str, list[Annotated]]:
    """The annotated rows of a split (of all where none is named), by the file they are about."""
    found: dict[str, list[Annotated]] = {}
    for record in map(json.loads, filter(str.strip, annotation.read_text(encoding="utf-8").splitlines())):
        if split is None or record.get("split") == split:
            found.setdefault(record["file"], []).append(_row(record, vocabulary))
    return found


def _row(record: dict[str, Any], vocabulary: Vocabulary) -> Annotated:
    targets = frozenset[str]().union(*(target_names(target, vocabulary) for target in record["targets"]))
    return Annotated(
        record["patient"],
        record["therapy"],
        vocabulary.entity(record["therapy"]),
        targets,
        frozenset(record["outcomes"]),
        frozenset(map(bare_dose, record["doses"])),
        record["status"],
        record.get("optional", False),
    )


def read_graph(path: Path) -> Report:
    """A report of an intertext graph: its titles are sections, its paragraphs paragraphs; figures and references are left out."""
    graph = json.loads(path.read_text(encoding="utf-8"))
    paragraphs: list[Paragraph] = []
    section: tuple[str, ...] = ()
    title = path.stem
    for node in graph["nodes"]:
        text, depth = " ".join(node["content"].split()), str(node["meta"].get("section", "1")).count(".")
        if node["ntype"] == "article-title":
            title = text
        elif node["ntype"] in ("title", "abstract"):
            section = (*section[:depth], text)
        elif node["ntype"] in ("p", "list") and text:
            paragraphs.append(Paragraph(paragraph_id(path.stem, len(paragraphs) + 1), text, section))
    return Report(path.stem, Reference(title), tuple(paragraphs))


def read_report(folder: Path, name: str) -> Report:
    """The report of this name: its graph, else the plain file that ingest reads, under its own name or with an ending of its format."""
    if (graph := folder / f"{name}.json").is_file():
        return read_graph(graph)
    plain = next((path for path in (folder / name, *sorted(folder.glob(f"{glob.escape(name)}.*"))) if path.is_file()), None)
    if plain is None:
        raise FileNotFoundError(f"{folder}: no report {name!r}; give the folder that holds {name}.json or {name}.txt")
    parsed = parse(str(plain), plain.name, plain.read_bytes())[1][0]
    paragraphs = (
        Paragraph(paragraph_id(name, number), one.text, one.section, one.page, one.kind)
        for number, one in enumerate(parsed.paragraphs, start=1)
    )
    return Report(name, parsed.reference, tuple(paragraphs))


def bare_dose(text: str) -> str:
    """A dose as it is compared: spaces, commas and brackets say nothing."""
    return re.sub(r"[\s,()]", "", text).lower()


def count(folder: Path, split: str | None, vocabulary: Vocabulary, annotation: Path = ANNOTATION) -> Count:
    """Read the reports of a split and count their rows; the literature's rows are no patient's and are left out."""
    total = Count()
    for name, wanted in annotated(split, vocabulary, annotation).items():
        rows = [row for row in read_case(read_report(folder, name), vocabulary).therapies if row.subject == "own"]
        _add(total, name, wanted, rows, vocabulary)
    return total


def _add(total: Count, name: str, wanted: Sequence[Annotated], rows: Sequence[TherapyOutcome], vocabulary: Vocabulary) -> None:
    due = [one for one in wanted if not one.optional]
    optional = [row for row in rows if any(one.optional and one.same_therapy(row, vocabulary) for one in wanted)]
    judged = [row for row in rows if row not in optional or any(one.same_therapy(row, vocabulary) for one in due)]
    total.reports += 1
    total.wanted += len(due)
    total.rows += len(judged)
    total.wanted_right += sum(any(one.is_met(row, vocabulary) for row in rows) for one in due)
    total.wanted_loosely += sum(any(one.is_met(row, vocabulary, loosely=True) for row in rows) for one in due)
    total.rows_right += sum(any(one.is_met(row, vocabulary) for one in wanted) for row in judged)
    total.rows_loosely += sum(any(one.is_met(row, vocabulary, loosely=True) for one in wanted) for row in judged)
    total.found += sum(any(one.same_therapy(row, vocabulary) and one.patient == patient_number(row) for row in rows) for one in due)
    _add_doses(total, name, due, rows, vocabulary)
    total.errors.extend((kind, f"{name}: {text}") for kind, text in _errors(due, wanted, judged, vocabulary))


def _add_doses(total: Count, name: str, due: Sequence[Annotated], rows: Sequence[TherapyOutcome], vocabulary: Vocabulary) -> None:
    """Doses of the therapies that were found; a therapy that was not found is counted as missed above, not here again."""
    for one in due:
        same = [row for row in rows if one.same_therapy(row, vocabulary) and one.patient == patient_number(row)]
        if one.doses and same:
            read = {row.dose.value for row in same if row.dose}
            right = bool(one.doses & set(map(bare_dose, read)))
            total.doses += 1
            total.doses_right += right
            if not right:
                total.errors.append(("dose", f"{name}: {one.therapy} {sorted(one.doses)}, got {sorted(read)}"))


def _errors(
    due: Sequence[Annotated], wanted: Sequence[Annotated], rows: Sequence[TherapyOutcome], vocabulary: Vocabulary
) -> Iterator[tuple[str, str]]:
    for one in due:
        if not any(one.is_met(row, vocabulary) for row in rows):
            got = [(patient_number(row), row.target, row.outcome, row.status) for row in rows if one.same_therapy(row, vocabulary)]
            text = f"{one.patient} {one.therapy} | {'/'.join(sorted(one.targets))} | {'/'.join(sorted(one.outcomes))}, got {got}"
            yield "missed: row" if got else "missed: therapy", text
    for row in rows:
        if not any(one.is_met(row, vocabulary) for one in wanted):
            known = any(one.same_therapy(row, vocabulary) for one in wanted)
            text = f"{patient_number(row)} {row.therapy} | {row.target} | {row.outcome} | {row.status} | {row.proof.quote[:200]}"
            yield "wrong: row" if known else "wrong: therapy", text


def share_line(name: str, right: int, n: int) -> str:
    """A share with its n and its 95 % interval in one line."""
    interval = wilson(right, n)
    return f"{name} undefined" if interval is None else f"{name} {right / n:.3f} (n {n}, 95 % {interval[0]:.2f} to {interval[1]:.2f})"


def summary(total: Count) -> str:
    """The figures as lines of text, n beside each."""
    lines = [f"reports {total.reports}, rows annotated {total.wanted}, rows read {total.rows}"]
    lines.append(ratio_line("row", total.wanted_right, total.wanted, total.rows_right, total.rows))
    lines.append(ratio_line("row, direction only", total.wanted_loosely, total.wanted, total.rows_loosely, total.rows))
    lines.append(share_line("row recall", total.wanted_right, total.wanted))
    lines.append(share_line("row precision", total.rows_right, total.rows))
    lines.append(share_line("therapy recall", total.found, total.wanted))
    lines.append(share_line("doses exact", total.doses_right, total.doses))
    lines.extend(f"{number:4} {kind}" for kind, number in Counter(kind for kind, _ in total.errors).most_common())
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, help="the folder of the reports: intertext graphs, or plain files that ingest reads")
    parser.add_argument("--split", help=f"one of {', '.join(SPLITS)} (default: tune); of another annotation its own, or all rows")
    parser.add_argument("--annotation", type=Path, default=ANNOTATION, help="another file of annotated rows")
    parser.add_argument("--errors", action="store_true", help="list every error")
    arguments = parser.parse_args()
    split = arguments.split or (SPLITS[0] if arguments.annotation == ANNOTATION else None)
    total = count(arguments.reports, split, Vocabulary.load(), arguments.annotation)
    if not total.reports:
        parser.error(f"{arguments.annotation}: no row of {split or 'any split'}; name a split that the file has")
    print(summary(total))
    if arguments.errors:
        print("\n".join(f"{kind}: {text}" for kind, text in sorted(total.errors)))


if __name__ == "__main__":
    main()
