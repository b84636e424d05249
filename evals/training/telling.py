"""Questions with a paragraph that tells what is asked, or only looks as if it did: written by us, and of two public forms."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.scoring import scored
from corpus.report import Paragraph, Report, report_of
from corpus.settings import Settings
from corpus.text import tokens
from evals.adapters import evaluation_set
from evals.datasets import bundled_reports
from evals.golds import Resolved, resolve
from evals.library import Library, open_library
from evals.parsing.intertext import read_article
from evals.parsing.written_out import as_jats
from evals.training.examples import Split, Told, split_of
from evals.training.gathering import SQUAD_HELD
from ingest.parsers import ParsedReport, parse

WRITTEN = Path(__file__).parents[1] / "data" / "told.jsonl"
KINDS = ("digests", "f1000", "trials")
# Share of the files of WRITTEN that is held back. What was written is over reports that hold no answer of any set's test part.
_HELD = 5
# Paragraphs nearest in words: so many of a question that its report does not answer, and of one that another paragraph answers.
_OF_NONE, _BESIDE_GOLD = 2, 1


def of_written(data: Path, kinds: Sequence[str] = KINDS) -> Iterator[Told]:
    """Five or three questions that a paragraph answers, and as many near misses of them, over digests, case reports and trials."""
    read: dict[tuple[str, str], ParsedReport] = {}
    for line in map(json.loads, WRITTEN.read_text(encoding="utf-8").splitlines()):
        if line["set"] not in kinds:
            continue
        name = line["set"], line["file"]
        if name not in read:
            read[name] = parse(line["file"], line["file"], _bytes(*name, data))[1][0]
        report, split = read[name], split_of(line["file"], _HELD)
        paragraph = report.paragraphs[line["paragraph"] - 1]
        text = scored(report.reference.title, paragraph.section, paragraph.text)
        for told, key in ((True, "told"), (False, "untold")):
            yield from (Told(line["set"], split, question, text, told) for question in line[key])


def _bytes(kind: str, file: str, data: Path) -> bytes:
    if kind == "digests":
        return (bundled_reports() / file).read_bytes()
    if kind == "trials":
        return (data / "evidence-inference" / "articles" / file).read_bytes()
    return as_jats(read_article(data / "f1000-case-reports" / file)).encode()


def of_articles(folder: Path) -> Iterator[Told]:
    """SQuAD 2.0 as it stands: each question with its own paragraph."""
    for path in sorted(folder.glob("*.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            split: Split = "held" if article["title"] in SQUAD_HELD else "train"
            for part in article["paragraphs"]:
                text = scored(article["title"].replace("_", " "), (), part["context"])
                yield from (Told("squad2", split, one["question"], text, not one["is_impossible"]) for one in part["qas"])


def of_questions(source: str, settings: Settings, split: Callable[[Resolved], Split], report_of_id: Callable[[str], str]) -> Iterator[Told]:
    """Natural questions with their gold paragraphs, and with the paragraphs of the same report that are nearest in words and no gold.

    ``report_of_id`` finds the report that a question without an answer was written over, by the question's id.
    """
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, settings) as library:
        held = set(library.corpus.catalog.report_ids())
        for one in resolve(chosen, library.corpus.catalog).questions:
            names = sorted({report_of(unit) for unit in one.units}) or [report_of_id(one.question.id)]
            for report in library.corpus.reports(held.intersection(names)).values():
                golds = [paragraph for paragraph in report.paragraphs if paragraph.id in one.units]
                others = _nearest(one.question.text, [other for other in report.paragraphs if other not in golds], library)
                texts = [(paragraph, True) for paragraph in golds]
                texts += [(paragraph, False) for paragraph in others[: _BESIDE_GOLD if golds else _OF_NONE]]
                yield from (Told(chosen.name, split(one), one.question.text, _text(report, part), told) for part, told in texts)


def _nearest(question: str, paragraphs: Sequence[Paragraph], library: Library) -> list[Paragraph]:
    asked = frozenset(tokens(question))

    def shared(one: Paragraph) -> float:
        return sum(library.corpus.lexical.rarity(token) for token in sorted(asked.intersection(tokens(_text(None, one)))))

    return sorted(paragraphs, key=lambda one: -shared(one))


def _text(report: Report | None, paragraph: Paragraph) -> str:
    return scored(report.reference.title if report else "", paragraph.section, paragraph.text)
