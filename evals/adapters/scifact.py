"""SciFact (Wadden et al. 2020): claims over 5,183 abstracts; the abstracts that a claim cites are its judgements.

From the CSV release: ``corpus.csv`` (doc_id, title, abstract as a printed array of sentences), ``claims_train.csv``.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from evals.adapters.reading import rows
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "SciFact, CC BY 4.0 (claims) and ODC-By 1.0 (abstracts)."
# A sentence of a printed array: a Python string literal in either kind of quotes.
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_NUMBER = re.compile(r"\d+")


def write(source: Path, folder: Path) -> None:
    lines = (json.dumps(report, ensure_ascii=False) + "\n" for report in _reports(source / "corpus.csv"))
    (folder / "reports" / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    about = {"name": "scifact", "retrieval_only": True, "credit": CREDIT}
    write_set(folder, list(_questions(source / "claims_train.csv")), about)


def _reports(path: Path) -> Iterator[dict[str, str]]:
    for row in rows(path):
        yield {"_id": row["doc_id"], "title": row["title"], "text": " ".join(printed_array(row["abstract"])) or row["title"]}


def _questions(path: Path) -> Iterator[GoldQuestion]:
    """A claim stands on one line for each evidence sentence; it is one question."""
    claims: dict[str, tuple[str, set[str]]] = {}
    for row in rows(path):
        claims.setdefault(row["id"], (row["claim"], set()))[1].update(_NUMBER.findall(row["cited_doc_ids"]))
    for name, (claim, cited) in claims.items():
        if cited:
            yield GoldQuestion(name, claim, (), True, "claim", "dev", (tuple(Pointer(one) for one in sorted(cited)),))


def printed_array(text: str) -> list[str]:
    """The strings of an array as numpy prints it: quoted as Python does, parted by spaces and line ends instead of commas."""
    return [str(ast.literal_eval(literal)) for literal in _LITERAL.findall(text)]
