"""A report called by its authors is the one that is searched; any other name is left as it stands."""

from collections.abc import Callable

import pytest

from assistant.chain import Assistant
from assistant.named_reports import NamedReports
from corpus.report import Filter
from corpus.store import Corpus
from tests.assistant.inventing import entry, report, row, woman
from tests.library import REPORT_IDS

Over = Callable[..., Assistant]
ORCHARD, PLUM, PEAR = REPORT_IDS


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("What was given in Orchard 2021?", {ORCHARD}),
        ("what was given in orchard (2021)?", {ORCHARD}),
        ("Which therapies failed in Orchard and Quince 2021?", {ORCHARD}),
        ("Which drugs failed in Orchard et al.?", {ORCHARD}),
        ("What became of Plum's patient?", {PLUM}),
        ("What became of Plum’s patient?", {PLUM}),
        ("What did the Plum case show?", {PLUM}),
        ("What happened to the woman reported by Pear and colleagues?", {PEAR}),
        ("What did Medlar et al. do?", {PEAR}),
        ("What became of the woman reported by Pear?", {PEAR}),
        ("What was the dose in Orchard?", {ORCHARD}),
        ("What did Plum use for calcinosis?", {PLUM}),
        ("Compare Orchard 2021 and Plum 2012", {ORCHARD, PLUM}),
    ],
)
def test_a_report_called_by_its_authors_is_the_one_that_is_searched(library: Corpus, question: str, called: set[str]) -> None:
    _, filters = NamedReports(library.catalog).narrowed(question, None)
    assert filters is not None
    assert set(filters.report_ids) == called


@pytest.mark.parametrize(
    "question",
    [
        "What failed in Orchard 2019?",
        "Does plum help calcinosis?",
        "What did Sjögren 1933 describe?",
        "Which reports since 2015 tell of colchicine?",
        "Raynaud's phenomenon: what helped?",
        "What happened to the woman with Sjögren's syndrome?",
    ],
)
def test_a_name_that_no_author_of_that_year_bears_changes_nothing(library: Corpus, question: str) -> None:
    assert NamedReports(library.catalog).narrowed(question, None) == (question, None)


def test_reports_that_were_chosen_win_over_one_that_is_named(library: Corpus) -> None:
    chosen = Filter(report_ids=(PEAR,))
    assert NamedReports(library.catalog).narrowed("What failed in Orchard 2021?", chosen) == ("What failed in Orchard 2021?", chosen)


def test_years_that_were_chosen_hold_beside_a_name(library: Corpus) -> None:
    _, filters = NamedReports(library.catalog).narrowed("What failed in Orchard et al.?", Filter(year_from=2020))
    assert filters == Filter(year_from=2020, report_ids=(ORCHARD,))


def test_an_author_who_came_into_the_library_later_is_known(corpus: Corpus) -> None:
    named = NamedReports(corpus.catalog)
    assert named.narrowed("What did Sloe 2020 give?", None)[1] is None
    corpus.put([entry(report("sloe", "Colchicine was given."))])
    assert named.narrowed("What did Sloe 2020 give?", None)[1] == Filter(report_ids=("sloe",))


def test_no_other_report_answers_for_the_one_that_is_named(over: Over) -> None:
    told = "A 34-year-old woman had calcinosis. Tofacitinib was planned next and had not been started."
    here, other = report("sloe", told), report("medlar", "A woman had calcinosis. The calcinosis improved on tofacitinib.")
    asked = over(
        entry(here, [woman(here, age="34")], [row(here, "tofacitinib", "not_reported", told.split(". ")[1], status="planned")]),
        entry(other, [woman(other)], [row(other, "tofacitinib", "improved", "The calcinosis improved on tofacitinib.")]),
    )
    answer = asked.answer("When was tofacitinib started in Sloe's patient and did it work?")
    assert answer.abstained
    assert "improved" not in answer.text
    assert "planned" in answer.text
    assert answer.standalone_question == "When was tofacitinib started in Sloe's patient and did it work?"


def test_what_a_named_report_gave_is_told_from_its_rows(over: Over) -> None:
    told = "A 34-year-old woman had calcinosis. She took colchicine 1 mg/day. The calcinosis improved on colchicine."
    of = report("sloe", told)
    rows = [row(of, "colchicine", "improved", "The calcinosis improved on colchicine.", dose="1 mg/day")]
    answer = over(entry(of, [woman(of, age="34")], rows)).answer("What did Sloe 2020 use for the calcinosis?")
    assert "colchicine" in answer.text
    assert not answer.abstained


def test_an_umlaut_may_be_typed_as_two_letters(corpus: Corpus) -> None:
    corpus.put([entry(report("müller", "Colchicine was given."))])
    for typed in ("Müller", "Muller", "Mueller"):
        assert NamedReports(corpus.catalog).narrowed(f"What did {typed} use?", None)[1] == Filter(report_ids=("müller",))
