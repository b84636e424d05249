"""How many therapy rows are read right: the rows of a folder of reports against a file of facts.

``python -m evals.case_extraction FACTS REPORTS_DIR [--errors]``. A fact that names several therapies ("azathioprine plus methotrexate")
is one row for each. A row is right when patient, therapy (by the vocabulary), target and outcome are; one that names the class for a
member is.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.case import FAILED, WORKED, TherapyOutcome
from corpus.report import Paragraph, Report, paragraph_id
from corpus.vocabulary import Entity, Vocabulary
from ingest.cases import read_case
from ingest.cases.targets import UNDERLYING, targets_in
from ingest.parsers import parse

# What a review sums up from other people's patients is the literature's, no patient's of the report: counted apart.
_LITERATURE = re.compile(r"^literature\b|\bstudies\b", re.I)


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One therapy of one fact; without an entity where the fact names no therapy ("all treatments reviewed")."""

    patient: int
    therapy: str
    entity: Entity | None
    targets: frozenset[str]
    outcome: str
    literature: bool = False


@dataclass(slots=True)
class Tally:
    """What was counted over all reports."""

    gold: int = 0
    rows: int = 0
    gold_right: int = 0
    rows_right: int = 0
    gold_direction: int = 0
    rows_direction: int = 0
    therapies_found: int = 0
    reports: int = 0
    reviewed: int = 0
    reviewed_right: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(kind for kind, _ in self.errors)


def gold_rows(record: dict[str, Any], vocabulary: Vocabulary) -> list[GoldRow]:
    """The therapy rows of one record of facts."""
    rows: list[GoldRow] = []
    for number, patient in enumerate(record["patients"], start=1):
        for fact in patient["therapies"]:
            name = re.sub(r"sodium thiosulfate \((topical|intravenous|intralesional)\)", r"\1 sodium thiosulfate", str(fact["name"]))
            entities = dict.fromkeys(mention.entity for mention in vocabulary.find(name) if mention.entity.kind == "therapy")
            outcome = str(fact["outcome"]).replace(" ", "_")
            literature = _LITERATURE.search(patient["label"]) is not None
            targets = target_names(fact["target"], vocabulary)
            rows.extend(GoldRow(number, fact["name"], entity, targets, outcome, literature) for entity in (*entities,) or (None,))
    return rows


def target_names(text: str | None, vocabulary: Vocabulary) -> frozenset[str]:
    """The targets a fact or a row names; empty where it names none, which any target meets."""
    if not text or text == "tolerability":
        return frozenset()
    conditions = [(mention.entity, mention.start, mention.end) for mention in vocabulary.find(text) if mention.entity.kind == "condition"]
    # What is no condition is compared as it is spelt in either English: "anaesthesia", "anesthesia".
    named = {mention.target or text for mention in targets_in(text, conditions)} or {text.lower().replace("ae", "e")}
    return frozenset(part for name in named for part in (name, *(("calcinosis", "ulcers") if name == "calcinosis ulcer" else ())))


def is_right(gold: GoldRow, row: TherapyOutcome, vocabulary: Vocabulary, *, direction_only: bool = False) -> bool:
    """A fact that sums up several targets ("muscle, skin and lung: improved") is met by any degree of the same direction on one of them."""
    loosely = direction_only or len(gold.targets) > 1
    outcome = direction(gold.outcome) == direction(row.outcome) if loosely else gold.outcome == row.outcome
    return (
        outcome
        and (gold.literature or gold.patient == patient_number(row))
        and _same_therapy(gold, row, vocabulary)
        and _same_target(gold, row, vocabulary)
    )


def _same_therapy(gold: GoldRow, row: TherapyOutcome, vocabulary: Vocabulary) -> bool:
    entity = vocabulary.entity(row.therapy)
    return gold.entity is not None and entity is not None and vocabulary.related(gold.entity, entity)


def _same_target(gold: GoldRow, row: TherapyOutcome, vocabulary: Vocabulary) -> bool:
    named = target_names(row.target, vocabulary)
    for target in gold.targets:
        wider = vocabulary.entity(target)
        if wider and named & frozenset(wider.groups):
            return True
    return not gold.targets or bool(gold.targets & named) or (not named and gold.targets == {UNDERLYING})


def direction(outcome: str) -> str:
    """``worked``, ``failed``, or the outcome itself."""
    return "worked" if outcome in WORKED else "failed" if outcome in FAILED else outcome


def patient_number(row: TherapyOutcome) -> int | None:
    """Which of its report's patients a row is about, from 1."""
    return int(row.patient_id.rpartition("#patient")[2]) if row.patient_id else None


def score(record: dict[str, Any], rows: list[TherapyOutcome], vocabulary: Vocabulary, tally: Tally) -> None:
    """Count one report's rows of its own patients; what a review says of the literature is counted apart."""
    every = gold_rows(record, vocabulary)
    reviewed, gold = [fact for fact in every if fact.literature], [fact for fact in every if not fact.literature]
    tally.reviewed += len(reviewed)
    tally.reviewed_right += sum(any(is_right(fact, row, vocabulary) for row in rows) for fact in reviewed)
    rows = [row for row in rows if row.subject == "own" and not any(is_right(fact, row, vocabulary) for fact in reviewed)]
    tally.reports += 1
    tally.gold += len(gold)
    tally.rows += len(rows)
    tally.gold_right += sum(any(is_right(fact, row, vocabulary) for row in rows) for fact in gold)
    tally.rows_right += sum(any(is_right(fact, row, vocabulary) for fact in gold) for row in rows)
    tally.gold_direction += sum(any(is_right(fact, row, vocabulary, direction_only=True) for row in rows) for fact in gold)
    tally.rows_direction += sum(any(is_right(fact, row, vocabulary, direction_only=True) for fact in gold) for row in rows)
    tally.therapies_found += sum(any(_same_therapy(fact, row, vocabulary) for row in rows) for fact in gold)
    tally.errors.extend((kind, f"{record['id']}: {text}") for kind, text in _errors(gold, rows, vocabulary))


def _errors(gold: list[GoldRow], rows: list[TherapyOutcome], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    for fact in gold:
        if any(is_right(fact, row, vocabulary) for row in rows):
            continue
        same = [row for row in rows if _same_therapy(fact, row, vocabulary)]
        kind = (
            "missed: therapy"
            if not same
            else "missed: outcome"
            if any(_same_target(fact, row, vocabulary) for row in same)
            else "missed: target"
        )
        yield (
            kind,
            f"{fact.therapy} | {', '.join(sorted(fact.targets))} | {fact.outcome}, got {[(row.target, row.outcome) for row in same]}",
        )
    for row in rows:
        if any(is_right(fact, row, vocabulary) for fact in gold):
            continue
        same_gold = [fact for fact in gold if _same_therapy(fact, row, vocabulary)]
        kind = "wrong: therapy not in the facts" if not same_gold else "wrong: target or outcome"
        yield kind, f"{row.therapy} | {row.target} | {row.outcome} | {row.proof.quote[:160]}"


def read_reports(folder: Path) -> Iterator[Report]:
    """The reports of a folder's Markdown files, as ingestion would number their paragraphs."""
    for path in sorted(folder.glob("*.md")):
        for parsed in parse(str(path), path.name, path.read_bytes())[1]:
            name = parsed.id or path.stem
            paragraphs = (
                Paragraph(paragraph_id(name, number), one.text, one.section, one.page, one.kind)
                for number, one in enumerate(parsed.paragraphs, start=1)
            )
            yield Report(name, parsed.reference, tuple(paragraphs))


def measure(facts: Path, folder: Path) -> Tally:
    """Read every report of the folder that the facts know and count."""
    vocabulary = Vocabulary.load()
    records = {record["id"]: record for record in map(json.loads, facts.read_text(encoding="utf-8").splitlines())}
    tally = Tally()
    for report in read_reports(folder):
        if record := records.get(report.id):
            score(record, list(read_case(report, vocabulary).therapies), vocabulary, tally)
    return tally


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(recall: float | None, precision: float | None) -> float | None:
    return 2 * recall * precision / (recall + precision) if recall and precision else None


def _shown(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def ratio_line(name: str, found: int, wanted: int, right: int, read: int) -> str:
    """Recall, precision and F1 in one line."""
    recall, precision = _ratio(found, wanted), _ratio(right, read)
    return f"{name}: recall {_shown(recall)} precision {_shown(precision)} F1 {_shown(_f1(recall, precision))}"


def summary(tally: Tally) -> str:
    """The figures as lines of text, n beside each."""
    lines = [f"reports {tally.reports}, rows of the facts {tally.gold}, rows read {tally.rows}"]
    for name, found, right in (
        ("row", tally.gold_right, tally.rows_right),
        ("row, direction only", tally.gold_direction, tally.rows_direction),
    ):
        lines.append(ratio_line(name, found, tally.gold, right, tally.rows))
    lines.append(f"therapy recall {_shown(_ratio(tally.therapies_found, tally.gold))}")
    lines.append(f"rows that reviews tell of the literature: {tally.reviewed_right} of {tally.reviewed}")
    lines.extend(f"{count:4} {kind}" for kind, count in tally.kinds.most_common())
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--errors", action="store_true", help="list every error")
    arguments = parser.parse_args()
    tally = measure(arguments.facts, arguments.reports)
    print(summary(tally))
    if arguments.errors:
        print("\n".join(f"{kind}: {text}" for kind, text in sorted(tally.errors)))


if __name__ == "__main__":
    main()
