"""Questions with a paragraph: they point somewhere, are as many of either kind, and touch no report that proves a test answer."""

import json
from collections import Counter
from pathlib import Path

from corpus.catalog import Catalog
from corpus.report import report_of
from corpus.settings import Settings
from evals.datasets import read_set
from evals.golds import resolve
from evals.library import open_library
from evals.training.telling import KINDS, WRITTEN, of_articles, of_written

LINES = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
OWN = Path("evals/data/bundled")


def test_as_many_near_misses_are_written_of_a_paragraph_as_questions_that_it_answers_and_none_is_both() -> None:
    assert len(LINES) > 1500
    for line in LINES:
        assert line["set"] in KINDS
        assert len(line["told"]) == len(line["untold"])
        assert not {one.casefold() for one in line["told"]} & {one.casefold() for one in line["untold"]}


def test_the_first_words_of_a_question_do_not_tell_whether_it_is_answered() -> None:
    told, untold = (Counter(" ".join(one.lower().split()[:2]) for line in LINES for one in line[key]) for key in ("told", "untold"))
    for opening, times in (told + untold).items():
        if times >= 100:
            assert 0.3 < told[opening] / times < 0.7, opening


def test_every_question_over_a_digest_stands_with_its_paragraph_below_title_and_heading() -> None:
    found = list(of_written(Path(), ("digests",)))
    assert len(found) == sum(2 * len(line["told"]) for line in LINES if line["set"] == "digests")
    assert all(one.text.count("\n") >= 1 and one.question for one in found)
    by_text = Counter((one.text, one.told) for one in found)
    assert all(by_text[text, True] == by_text[text, False] for text, _ in by_text)


def test_nothing_is_written_over_a_report_that_proves_an_answer_of_the_own_test_part(settings: Settings) -> None:
    chosen = read_set(OWN)
    with open_library(chosen, settings.model_copy(update={"scorer": "off"})) as library:
        catalog: Catalog = library.corpus.catalog
        held = {report_of(unit) for one in resolve(chosen, catalog).questions if one.question.part == "test" for unit in one.units}
        titles = {one.title for one in catalog.references(held).values()}
    assert titles
    assert not [one.question for one in of_written(Path(), ("digests",)) if one.text.partition("\n")[0] in titles]


def test_an_article_of_questions_gives_each_with_its_own_paragraph_and_is_held_back_whole(tmp_path: Path) -> None:
    asked = [{"question": "Who came?", "is_impossible": False}, {"question": "Who left?", "is_impossible": True}]
    articles = [{"title": name, "paragraphs": [{"context": "The Normans came.", "qas": asked}]} for name in ("Normans", "Oil_crisis")]
    (tmp_path / "part.json").write_text(json.dumps({"data": articles}), encoding="utf-8")
    found = list(of_articles(tmp_path))
    assert [(one.split, one.told) for one in found] == [("held", True), ("held", False), ("train", True), ("train", False)]
    assert found[2].text == "Oil crisis\nThe Normans came."
