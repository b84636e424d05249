"""Questions that we wrote over the F1000 case reports (intertext graphs, Kuznetsov et al. 2022), as clinicians type them.

The reports are written out as JATS and ingested like any other; a gold is a paragraph by its number in the graph. ``evals/data/natural``
holds the questions and no word of the reports.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpus.errors import UsageError
from evals.datasets import GoldQuestion, Pointer, write_set
from evals.parsing.intertext import Article, gold_text, read_article
from evals.parsing.written_out import as_jats

CREDIT = "F1000Research case reports, CC BY; intertext graphs, CC BY-SA 4.0."
QUESTIONS = Path(__file__).parents[1] / "data" / "natural" / "f1000.jsonl"


def write(source: Path, folder: Path) -> None:
    articles = {path.stem: read_article(path) for path in sorted(source.glob("*.json"))}
    if not articles:
        raise UsageError(f"{source}: holds no *.json graph")
    for name, article in articles.items():
        (folder / "reports" / f"{name}.xml").write_text(as_jats(article), encoding="utf-8")
    about = {"name": "natural-f1000", "retrieval_only": True, "lenient": True, "credit": CREDIT}
    write_set(folder, list(_questions(articles)), about)


def _questions(articles: Mapping[str, Article]) -> Iterator[GoldQuestion]:
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        article = articles.get(asked["id"].rpartition("~")[0])
        if article is not None:
            gold = tuple(_pointer(article, number) for number in asked.get("paragraphs", ()))
            yield GoldQuestion(asked["id"], asked["question"], (), asked["answerable"], asked["kind"], "dev", (gold,) if gold else ())


def _pointer(article: Article, number: int) -> Pointer:
    return Pointer(f"doi:{article.doi}", None, gold_text(article.paragraphs[number - 1]))
