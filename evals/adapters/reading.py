"""Reading the files of public sets; what cannot be read is said by path."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import UsageError

# Abstracts and articles stand in single fields.
_FIELD_LIMIT = 10_000_000


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by its head line."""
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error


def json_files(folder: Path) -> Iterator[tuple[Path, Any]]:
    """Every JSON file of a folder in order of name. Raises UsageError where there is none."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"{folder}: holds no JSON file")
    for path in paths:
        try:
            yield path, json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{path}: cannot be read ({error})") from error
