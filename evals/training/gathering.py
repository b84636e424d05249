"""Questions with what our own search finds for them: the passages that hold a gold paragraph, and those that stand high without one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.chain import build_assistant
from assistant.scoring import scored_text
from corpus.report import Passage, report_of
from corpus.settings import Settings
from corpus.store import Corpus
from evals.adapters import evaluation_set
from evals.golds import Resolved, resolve
from evals.library import open_library
from evals.parsing.intertext import read_article
from evals.progress import Progress
from evals.training.examples import Asked, Split, split_of

SQUAD_HELD = frozenset({"Normans", "Steam_engine", "European_Union_law", "Harvard_University"})

# How far down hard negatives are looked for, and how many are kept: an epoch sees each question once with a few of them.
_DEPTH, _KEPT = 30, 24


def gather(source: str, settings: Settings, split: Callable[[Resolved], Split]) -> Iterator[Asked]:
    """Every single-turn question of an evaluation set (``evals.adapters``); the set's own library is searched without a scorer."""
    plain = settings.model_copy(update={"chat_model": None, "scorer": "off"})
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, plain) as library:
        assistant = build_assistant(library.corpus, plain, library.vocabulary)
        questions = [one for one in resolve(chosen, library.corpus.catalog).questions if not one.question.history]
        progress = Progress(f"gather {chosen.name}", len(questions))
        for one in questions:
            passages = assistant.search(one.question.text, k=_DEPTH)
            answers = [scored_text(passage) for passage in passages if _holds(passage, one)] or _golds(one, library.corpus)
            others = [scored_text(passage) for passage in passages if not _holds(passage, one)][:_KEPT]
            progress.step()
            if others and (answers or not one.question.answerable):
                yield Asked(chosen.name, split(one), one.question.text, tuple(answers), tuple(others))


def _holds(passage: Passage, one: Resolved) -> bool:
    return bool(one.units & {passage.report_id, *passage.paragraph_ids})


def _golds(one: Resolved, corpus: Corpus) -> list[str]:
    """The gold passages themselves, where the search found none of them."""
    reports = {report_of(unit) or unit for unit in one.units}
    chunks = corpus.catalog.chunks_of(reports)
    return [chunk.index_text for chunk in chunks if one.units & {chunk.report_id, *chunk.paragraph_ids}]


# -- what is held back ----------------------------------------------------------------------------------


def bioasq_split(folder: Path) -> Callable[[Resolved], Split]:
    """The last year is held back."""
    held = {one["id"] for path in folder.glob("9B*.json") for one in json.loads(path.read_text(encoding="utf-8"))["questions"]}
    return lambda one: "held" if one.question.id in held else "train"


def squad_split(folder: Path) -> Callable[[Resolved], Split]:
    """Whole articles are held back, the answerable and the unanswerable questions of each."""
    articles = [article for path in folder.glob("*.json") for article in json.loads(path.read_text(encoding="utf-8"))["data"]]
    held = {asked["id"] for one in articles if one["title"] in SQUAD_HELD for part in one["paragraphs"] for asked in part["qas"]}
    return lambda one: "held" if one.question.id in held else "train"


def trial_split(percent: int) -> Callable[[Resolved], Split]:
    """A share of the articles, by their id in the library."""
    return lambda one: split_of(report_of(min(one.units)), percent)


def source_of(question_id: str) -> str:
    """What one of our own questions was written over: what stands before the number in its id."""
    return question_id.rpartition("~")[0]


def source_split(percent: int) -> Callable[[Resolved], Split]:
    """A share of the reports that our own questions were written over."""
    return lambda one: split_of(source_of(one.question.id), percent)


def part_split(one: Resolved) -> Split:
    """Questions over the reports that prove answers of the own set's test part are held back."""
    return "held" if one.question.part == "test" else "train"


def f1000_split(folder: Path, percent: int) -> Callable[[str], Split]:
    """The same share of the same reports as ``source_split``, by their id in the library."""
    names = {report_id: name for name, report_id in f1000_ids(folder).items()}
    return lambda report_id: split_of(names[report_id.casefold()], percent)


def f1000_ids(folder: Path) -> dict[str, str]:
    """Name of a graph -> the id of its report in the library."""
    return {path.stem: f"doi:{read_article(path).doi.casefold()}" for path in folder.glob("*.json")}
