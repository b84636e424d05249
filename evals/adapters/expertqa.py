"""ExpertQA (Malaviya et al. 2024): claims of answers with the evidence they cite, each judged by an expert of the field."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UsageError

CREDIT = "ExpertQA, MIT."
# Whether the evidence supports the claim; claims that the expert could not judge are left out.
_VERDICTS = frozenset({"Complete", "Partial", "Incomplete"})
_MARKERS = re.compile(r"\s*\[\d+\]")
# What stands in front of a piece of evidence: its marker and address.
_ADDRESS = re.compile(r"^\[\d+\]\s+\S+\s*")


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """One claim without its markers, the texts cited for it, and the expert's word."""

    id: str
    text: str
    evidence: tuple[str, ...]
    verdict: str


def claims(source: Path) -> list[JudgedClaim]:
    """Every claim with evidence and a verdict, of all files. Raises UsageError where there is none."""
    found = [claim for path in sorted(source.glob("*.jsonl")) for claim in _of_file(path)]
    if not found:
        raise UsageError(f"{source}: holds no *.jsonl file with judged claims")
    return found


def _of_file(path: Path) -> Iterator[JudgedClaim]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            answers = json.loads(line)["answers"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}, line {number}: is not in ExpertQA's form ({error})") from error
        for system, answer in answers.items():
            yield from _of_answer(f"{path.stem}-{number}-{system}", answer)


def _of_answer(name: str, answer: Mapping[str, Any]) -> Iterator[JudgedClaim]:
    for place, claim in enumerate(answer["claims"], start=1):
        evidence = tuple(text for one in claim.get("evidence") or () if (text := _ADDRESS.sub("", str(one)).strip()))
        if evidence and claim.get("support") in _VERDICTS:
            yield JudgedClaim(f"{name}-{place}", _MARKERS.sub("", claim["claim_string"]), evidence, claim["support"])
