"""SQuAD 2.0 (Rajpurkar, Jia and Liang 2018): half of the questions have no answer in the text, and look as if they had.

Every JSON file of the release's form is read; an article is a report, its paragraphs keep their order.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import UsageError
from corpus.report import paragraph_id
from evals.adapters.reading import json_files
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "SQuAD 2.0, CC BY-SA 4.0."


def write(source: Path, folder: Path) -> None:
    articles = [article for path, content in json_files(source) for article in _articles(path, content)]
    lines = (json.dumps(_report(article), ensure_ascii=False) + "\n" for article in articles)
    (folder / "reports" / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    write_set(folder, [one for article in articles for one in _questions(article)], {"name": "squad2", "credit": CREDIT})


def _articles(path: Path, content: Any) -> list[Mapping[str, Any]]:
    try:
        return list(content["data"])
    except (KeyError, TypeError) as error:
        raise UsageError(f"{path}: is not in SQuAD's form (no `data`)") from error


def _name(article: Mapping[str, Any]) -> str:
    return str(article["title"]).replace(" ", "_")


def _report(article: Mapping[str, Any]) -> Mapping[str, str]:
    text = "\n\n".join(" ".join(one["context"].split()) for one in article["paragraphs"])
    return {"_id": _name(article), "title": str(article["title"]).replace("_", " "), "text": text}


def _questions(article: Mapping[str, Any]) -> Iterator[GoldQuestion]:
    for number, paragraph in enumerate(article["paragraphs"], start=1):
        gold = ((Pointer(_name(article), paragraph_id(_name(article), number)),),)
        for asked in paragraph["qas"]:
            spellings = tuple(dict.fromkeys(answer["text"] for answer in asked["answers"] if any(map(str.isalnum, answer["text"]))))
            if asked["is_impossible"]:
                yield GoldQuestion(asked["id"], asked["question"], (), False, "impossible", "dev")
            else:
                yield GoldQuestion(asked["id"], asked["question"], (), True, "answerable", "dev", gold, (spellings,) if spellings else ())
