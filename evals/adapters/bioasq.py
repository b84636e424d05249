"""BioASQ task B (Krithara et al. 2023): biomedical questions with the snippets that experts marked.

The abstracts themselves are not part of the release, so the snippets of all questions are pooled: each distinct snippet of a document is
one report, and a question's own snippets are its judgements.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import UsageError
from evals.adapters.reading import json_files
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "BioASQ 7B-9B, CC BY 2.5."

# (document, snippet) -> id of its report.
Pool = Mapping[tuple[str, str], str]


def write(source: Path, folder: Path) -> None:
    questions = [question for path, content in json_files(source) for question in _listed(path, content)]
    pool = pooled(questions)
    lines = (json.dumps({"_id": name, "title": "", "text": text}) + "\n" for (_, text), name in pool.items())
    (folder / "reports" / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    about = {"name": "bioasq", "retrieval_only": True, "credit": CREDIT}
    write_set(folder, list(_questions(questions, pool)), about)


def pooled(questions: Sequence[Mapping[str, Any]]) -> Pool:
    """Every distinct snippet once, numbered within its document in order of first appearance."""
    pool: dict[tuple[str, str], str] = {}
    numbers: Counter[str] = Counter()
    for snippet in (snippet for question in questions for snippet in question["snippets"]):
        document, text = _key(snippet)
        if text and (document, text) not in pool:
            numbers[document] += 1
            pool[document, text] = f"{document}.{numbers[document]}"
    return pool


def _questions(questions: Sequence[Mapping[str, Any]], pool: Pool) -> Iterator[GoldQuestion]:
    for question in {one["id"]: one for one in questions}.values():
        found = dict.fromkeys(pool[key] for snippet in question["snippets"] if (key := _key(snippet)) in pool)
        if found:
            yield GoldQuestion(question["id"], question["body"], (), True, question["type"], "dev", (tuple(map(Pointer, found)),))


def _listed(path: Path, content: Any) -> list[Mapping[str, Any]]:
    try:
        return list(content["questions"])
    except (KeyError, TypeError) as error:
        raise UsageError(f"{path}: is not in BioASQ's form (no `questions`)") from error


def _key(snippet: Mapping[str, str]) -> tuple[str, str]:
    """The document's number and the snippet's words; the same words come back with other spaces."""
    return snippet["document"].rstrip("/").rpartition("/")[2], " ".join(snippet["text"].split())
