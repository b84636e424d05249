"""PubMedQA (Jin et al. 2019): questions that are titles of papers, over the sections of their abstracts.

An abstract is a report without its title (that is the question) and each section a paragraph; any of its sections is a gold.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import UsageError
from evals.adapters.reading import json_files
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "PubMedQA, MIT."


def write(source: Path, folder: Path) -> None:
    papers = {name: paper for path, content in json_files(source) for name, paper in _papers(path, content)}
    lines = (json.dumps(_report(name, paper), ensure_ascii=False) + "\n" for name, paper in papers.items())
    (folder / "reports" / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    write_set(folder, list(_questions(papers)), {"name": "pubmedqa", "retrieval_only": True, "credit": CREDIT})


def _papers(path: Path, content: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        for name, paper in content.items():
            yield str(name), {"question": paper["QUESTION"], "sections": list(paper["CONTEXTS"])}
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is not in PubMedQA's form ({error})") from error


def _report(name: str, paper: Mapping[str, Any]) -> Mapping[str, str]:
    return {"_id": name, "title": "", "text": "\n\n".join(" ".join(one.split()) for one in paper["sections"])}


def _questions(papers: Mapping[str, Mapping[str, Any]]) -> Iterator[GoldQuestion]:
    for name, paper in papers.items():
        yield GoldQuestion(name, paper["question"], (), True, "title", "dev", ((Pointer(name),),))
