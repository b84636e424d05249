"""Prove that every digest in a folder says no more than the record it was written from.

    python -m evals.digests FACTS.jsonl [corpus/reports]

A digest is a Markdown file `<record id>.md`: the reference as YAML front matter, then prose in our own words.
Four laws: the front matter is the record's reference, every figure of the prose stands in the record, the prose is
80 to 360 words long, and no run of ten words is copied from the record's prose. One line per failure, then a summary;
exit 1 on any failure. It proves figures and wording, not meaning: who failed on what still wants a human eye.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import yaml

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Record: TypeAlias = "dict[str, Json]"

DEFAULT_FOLDER = Path("corpus/reports")
MIN_WORDS, MAX_WORDS = 80, 360
COPIED_RUN = 10  # shorter runs are often a drug list or a name, and nobody can word those differently

REFERENCE_KEYS = ("id", "title", "authors", "journal", "year", "doi", "pmid", "pmcid", "url", "publication_type")
PROSE_KEYS = frozenset({"outcome_detail", "key_findings", "follow_up", "onset", "form"})
# Identifiers are full of digits that are no facts, and `line` only orders the therapies: neither may excuse a figure.
NO_FACT_KEYS = frozenset({"id", "doi", "pmid", "pmcid", "url", "licence", "line"})

FRONT_MATTER = re.compile(r"\A---\n(?P<reference>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
FIGURE = re.compile(r"\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?!\d)(?:[.·]\d+)?|\d+(?:[.·]\d+)?")  # 1,290 or 7.8
THOUSANDS = re.compile(r"[,\u00a0\u2009\u202f]")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest file: the reference of its front matter and the prose below it, headings included."""

    name: str
    reference: Mapping[str, Json]
    body: str


class DigestError(ValueError):
    """A digest that cannot be read at all; the message says why."""


def read_records(facts: Path) -> dict[str, Record]:
    """The records of a JSONL file by their id."""
    lines = facts.read_text(encoding="utf-8").splitlines()
    records: list[Record] = [json.loads(line) for line in lines if line.strip()]
    return {str(record["id"]): record for record in records}


def read_digest(path: Path) -> Digest:
    """Split a file into reference and body; DigestError says what is wrong with the front matter."""
    parts = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if parts is None:
        raise DigestError("no front matter between two lines of ---")
    try:
        reference: Json = yaml.safe_load(parts["reference"])
    except yaml.YAMLError as error:
        raise DigestError(f"front matter is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(reference, dict):
        raise DigestError("front matter is not a mapping")
    return Digest(path.stem, reference, parts["body"])


def leaves(value: Json, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every string and number below a JSON value as text, leaving out what stands under a skipped key."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in skip:
                yield from leaves(item, skip)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, skip)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def prose_of(value: Json) -> Iterator[str]:
    """The free-text fields of a record, at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item) if key in PROSE_KEYS else prose_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from prose_of(item)


def figures(text: str) -> set[Decimal]:
    """The numbers of a text by value: 1,290 is 1290 and 0.50 is 0.5, and the 2 of anti-NXP2 counts too."""
    return {Decimal(THOUSANDS.sub("", token).replace("·", ".")) for token in FIGURE.findall(text)}


def words(text: str) -> list[str]:
    """The words of a text in small letters, hyphenated ones in their parts."""
    return [word.lower() for word in WORD.findall(text)]


def runs(text: str, length: int = COPIED_RUN) -> Iterator[tuple[str, ...]]:
    """Every run of so many consecutive words."""
    tokens = words(text)
    return (tuple(tokens[start : start + length]) for start in range(len(tokens) - length + 1))


def plain(value: Json) -> Json:
    """A reference value made comparable: numbers as text (YAML reads a bare PMID as one), nothing as None."""
    if isinstance(value, list):
        return [plain(item) for item in value] or None
    return None if value is None or value == "" else str(value)


def reference_failures(digest: Digest, record: Record) -> Iterator[str]:
    """The front matter holds the record's reference, the mark of a digest, and nothing else."""
    for key in REFERENCE_KEYS:
        expected, found = record.get(key), digest.reference.get(key)
        if plain(found) != plain(expected):
            yield f"{key} is {found!r}, the record says {expected!r}"
    if digest.reference.get("digest") is not True:
        yield "front matter lacks digest: true"
    for key in digest.reference.keys() - {*REFERENCE_KEYS, "digest"}:
        yield f"front matter has an unknown key {key!r}"


def figure_failures(digest: Digest, record: Record) -> Iterator[str]:
    """No number in the digest that is not in the record."""
    known: set[Decimal] = set().union(*map(figures, leaves(record, NO_FACT_KEYS)))
    for figure in sorted(figures(digest.body) - known):
        yield f"figure {figure} does not stand in the record"


def length_failures(digest: Digest) -> Iterator[str]:
    """The paragraphs, without their headings, have a length a reader expects."""
    count = len(HEADING.sub("", digest.body).split())
    if not MIN_WORDS <= count <= MAX_WORDS:
        yield f"{count} words, expected {MIN_WORDS} to {MAX_WORDS}"


def copy_failures(digest: Digest, record: Record) -> Iterator[str]:
    """Our own words: no run of the body equals a run of the record's prose. A longer copy fails once per run."""
    recorded = {run for text in prose_of(record) for run in runs(text)}
    for run in runs(digest.body):
        if run in recorded:
            yield f"copied from the record: {' '.join(run)!r}"


def failures_of(path: Path, records: Mapping[str, Record]) -> Iterator[str]:
    """All that is wrong with one file."""
    try:
        digest = read_digest(path)
    except (DigestError, UnicodeDecodeError) as error:
        yield str(error)
        return
    record = records.get(digest.name)
    if record is None:
        yield "no record has this id"
        return
    yield from reference_failures(digest, record)
    yield from figure_failures(digest, record)
    yield from length_failures(digest)
    yield from copy_failures(digest, record)


def check(paths: Iterable[Path], records: Mapping[str, Record]) -> list[str]:
    """One line per failure, each beginning with the file it concerns."""
    return [f"{path.name}: {failure}" for path in paths for failure in failures_of(path, records)]


def main(argv: Sequence[str]) -> int:
    """0 when every digest is proved, 1 when one is not, 2 when there is nothing to check."""
    if len(argv) not in (1, 2):
        print("usage: python -m evals.digests FACTS.jsonl [corpus/reports]", file=sys.stderr)
        return 2
    folder = Path(argv[1]) if len(argv) == 2 else DEFAULT_FOLDER
    records, paths = read_records(Path(argv[0])), sorted(folder.glob("*.md"))
    if not paths:
        print(f"{folder}: no digests", file=sys.stderr)
        return 2
    failures = check(paths, records)
    missing = len(records.keys() - {path.stem for path in paths})
    print(*failures, f"{len(paths)} digests, {len(failures)} failures, {missing} records without a digest", sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
