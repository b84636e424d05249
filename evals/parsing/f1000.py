"""The F1000 case reports written out as JATS and as a web page, and read back: are the paragraphs and their sections the same?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UsageError
from evals.parsing.intertext import Article, gold_text, read_article
from evals.parsing.written_out import as_html, as_jats
from ingest.parsers import ParsedReport, parse

WRITERS = {"jats": as_jats, "html": as_html}


@dataclass(frozen=True, slots=True)
class WrittenScore:
    """One article in one form: gold paragraphs, those read back exactly, those among them in the right section, and paragraphs too many."""

    name: str
    form: str
    paragraphs: int
    exact: int
    placed: int
    extra: int
    missed: tuple[str, ...]
    reference_right: bool


def score_written(folder: Path, marked: bool = True) -> Iterator[WrittenScore]:
    """Scores for every article and form. ``marked``: citations are written as links, else they stay in the text of gold and page alike."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"{folder}: holds no intertext graphs (*.json)")
    for article in map(read_article, paths):
        for form, write in WRITERS.items():
            suffix = "xml" if form == "jats" else "html"
            name = f"{article.name}.{suffix}"
            read_as, (report,) = parse(name, name, write(article, marked).encode())
            if read_as != form:
                raise UsageError(f"{name}: was taken for {read_as}")
            yield _score(article, form, report, marked)


def _score(article: Article, form: str, report: ParsedReport, marked: bool) -> WrittenScore:
    gold = [(gold_text(node) if marked else " ".join(node.text.split()), _path(node.section)) for node in article.paragraphs]
    read = [(paragraph.text, _path(paragraph.section)) for paragraph in report.paragraphs if paragraph.kind in {"text", "list"}]
    texts, places = [text for text, _ in read], set(read)
    missed = tuple(text for text, _ in gold if text not in texts)
    exact = [one for one in gold if one[0] in texts]
    known = {text for text, _ in gold} | {item for node in article.nodes if node.kind == "list" for item in re.split(r"\s*-\s+", node.text)}
    extra = sum(text not in known for text in texts)
    right = (report.reference.title, report.reference.doi) == (article.title, article.doi.lower())
    return WrittenScore(article.name, form, len(gold), len(exact), sum(one in places for one in exact), extra, missed, right)


def _path(section: tuple[str, ...]) -> tuple[str, ...]:
    """The path as it is shown: a heading's colon at its end is print."""
    return tuple(heading.rstrip(":. ").casefold() for heading in section)
