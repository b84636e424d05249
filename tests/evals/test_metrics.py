"""Scores of single answers, each computed by hand; what is undefined is None."""

import numpy as np
import pytest

from assistant.answer import Abstention, Answer, Citation, Statement, Support
from corpus.report import Paragraph, Reference
from evals.datasets import GoldQuestion
from evals.golds import Resolved
from evals.metrics import CITING, folded, numbers_stand, refusal_estimates, says, score_answer, token_f1

PARAGRAPHS = {
    "r#p1": Paragraph("r#p1", "She was 34 years old."),
    "r#p2": Paragraph("r#p2", "The creatine kinase was 119 U/L."),
    "r#p3": Paragraph("r#p3", "Diltiazem failed."),
}


def _citation(name: str, quote: str | None = None, start: int = 0) -> Citation:
    said = PARAGRAPHS[name].text if quote is None else quote
    return Citation(1, name.partition("#")[0], name, said, start, start + len(said), (), None, Reference("title"))


def _answer(*statements: Statement) -> Answer:
    return Answer("?", "?", "test", statements)


def _said(text: str, *citations: Citation) -> Statement:
    return Statement(text, Support.SUPPORTED, citations)


def _refused() -> Answer:
    return Answer("?", "?", "test", abstention=Abstention("not_answered", "Nothing here says 119 U/L.", 1))


def _gold(*groups: set[str], facts: tuple[tuple[str, ...], ...] = (), forbidden: tuple[str, ...] = (), answerable: bool = True) -> Resolved:
    question = GoldQuestion("q", "?", (), answerable, "any", "dev", facts=facts, forbidden=forbidden)
    return Resolved(question, tuple(frozenset(group) for group in groups))


def test_gold_hit_is_the_share_of_groups_that_are_cited() -> None:
    answer = _answer(_said("It was 119 U/L.", _citation("r#p2")))
    assert score_answer(answer, _gold({"r#p2", "r#p9"}, {"r#p3"}), PARAGRAPHS, "paragraph")["gold_hit"] == 1 / 2


def test_citation_precision_counts_each_paragraph_once_and_statement_precision_each_sentence() -> None:
    # Cited: p1 twice, p2, p3; gold: p2. One of three paragraphs; one of two cited sentences.
    answer = _answer(_said("A.", _citation("r#p1"), _citation("r#p2")), _said("B.", _citation("r#p1"), _citation("r#p3")), _said("C."))
    scores = score_answer(answer, _gold({"r#p2"}), PARAGRAPHS, "paragraph")
    assert scores["citation_precision"] == pytest.approx(1 / 3)
    assert scores["statement_precision"] == pytest.approx(1 / 2)


def test_at_report_level_any_paragraph_of_the_report_is_right() -> None:
    scores = score_answer(_answer(_said("A.", _citation("r#p1"))), _gold({"r"}), PARAGRAPHS, "report")
    assert (scores["gold_hit"], scores["citation_precision"]) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        _citation("r#p2", "The creatine kinase was 118 U/L."),
        _citation("r#p2", "creatine kinase", start=3),
        _citation("r#p2", ""),
        Citation(1, "r", "r#p9", "She", 0, 3, (), None, Reference("title")),
    ],
    ids=["another number", "another place", "nothing quoted", "no such paragraph"],
)
def test_a_quote_that_does_not_stand_there_is_not_exact(wrong: Citation) -> None:
    answer = _answer(_said("A.", _citation("r#p1"), _citation("r#p2", "creatine kinase", start=4), wrong))
    assert score_answer(answer, _gold({"r#p1"}), PARAGRAPHS, "paragraph")["quote_exactness"] == pytest.approx(2 / 3)


def test_an_abstention_cites_and_says_nothing() -> None:
    gold = _gold({"r#p2"}, facts=(("119",),), forbidden=("119",))
    scores = score_answer(_refused(), gold, PARAGRAPHS, "paragraph")
    assert (scores["gold_hit"], scores["facts_found"], scores["forbidden_said"]) == (0, 0, 0)
    assert (scores["decision_right"], scores["wrong_refusal"], scores["false_answer"]) == (0, 1, None)
    assert scores["citation_precision"] is scores["statement_precision"] is scores["quote_exactness"] is None


def test_what_an_unanswerable_question_cannot_define_is_none() -> None:
    scores = score_answer(_answer(_said("A.", _citation("r#p1"))), _gold(answerable=False), PARAGRAPHS, "paragraph")
    undefined = ("gold_hit", "citation_precision", "statement_precision", "facts_found", "forbidden_said", "wrong_refusal")
    assert [scores[name] for name in undefined] == [None] * 6
    assert (scores["decision_right"], scores["false_answer"], scores["quote_exactness"]) == (0, 1, 1)


def test_a_fact_is_found_in_any_of_its_spellings_and_a_forbidden_thing_is_caught() -> None:
    answer = _answer(_said("The CK was 119 U/L after intravenous immunoglobulins."))
    gold = _gold({"r#p2"}, facts=(("119 IU/L", "119 U/L"), ("IVIG", "immunoglobulin"), ("rituximab",)), forbidden=("118", "119 U/L"))
    scores = score_answer(answer, gold, PARAGRAPHS, "paragraph")
    assert (scores["facts_found"], scores["forbidden_said"]) == (pytest.approx(2 / 3), 1)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("it was 119 U/L.", "119"),
        ("it was 119 U/L.", "119 u/l"),
        ("up to 1,190 cells", "1190"),
        ("in 95% of them", "95"),
        ("in 95 % of them", "95%"),
        ("in 95 per cent", "95 %"),
        ("anti-Mi-2 antibodies", "anti-Mi2"),
        ("1 g/kg per day", "1 g/kg"),
        ("a tumour softened", "tumor soften"),
        ("it did not improve", "not improve"),
        ("10–15 mg", "10-15 mg"),
    ],
)
def test_print_and_inflection_do_not_hide_a_fact(text: str, spelling: str) -> None:
    assert says(text, spelling)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("it was 1190 U/L", "119"),
        ("it was 2119 U/L", "119"),
        ("it was 119.5 U/L", "119"),
        ("it was 0.119 U/L", "119"),
        ("11 g/kg", "1 g/kg"),
        ("0.1 g/kg", "1 g/kg"),
        ("95 years", "95%"),
        ("in this environment", "iron"),
        ("it improved", "not improved"),
        ("no benefit", "benefit none"),
        ("anything", "?"),
    ],
)
def test_a_number_inside_another_is_not_said(text: str, spelling: str) -> None:
    assert not says(text, spelling)


def test_folding_keeps_stop_words_and_whole_numbers() -> None:
    assert folded("Not 1,190 of 95%") == ["not", "1190", "of", "95", "percent"]


def test_refusals_are_scored_as_a_classifier() -> None:
    # 4 answerable, 1 refused; 2 unanswerable, 1 refused.
    answers = [(True, False)] * 3 + [(True, True), (False, True), (False, False)]
    found = refusal_estimates(answers)
    assert (found["precision"].value, found["precision"].n) == (1 / 2, 2)
    assert (found["recall"].value, found["recall"].n) == (1 / 2, 2)
    assert (found["balanced_accuracy"].value, found["balanced_accuracy"].n) == ((1 / 2 + 3 / 4) / 2, 6)


def test_refusing_everything_or_nothing_is_worth_one_half() -> None:
    for refused in (True, False):
        assert refusal_estimates([(True, refused)] * 9 + [(False, refused)])["balanced_accuracy"].value == 0.5


def test_refusal_scores_are_none_where_a_side_is_empty() -> None:
    found = refusal_estimates([(True, False), (True, False)])
    assert [found[name].value for name in ("precision", "recall", "balanced_accuracy")] == [None] * 3
    assert np.isnan(refusal_estimates([])["recall"].value or np.nan)


def test_token_f1_is_that_of_the_paper() -> None:
    # Said 4 words, wanted 2, in common 2: precision 2/4, recall 2/2, F1 2 * 0.5 * 1 / 1.5.
    assert token_f1("It was 119 units", "119 units") == pytest.approx(2 / 3)
    # A word counts as often as it stands in both: in common one "119".
    assert token_f1("119 119", "119 units") == pytest.approx(1 / 2)
    assert token_f1("nothing", "119") == 0


def test_token_f1_takes_the_nearest_spelling_of_the_only_fact() -> None:
    answer = _answer(_said("119 U/L"))
    assert score_answer(answer, _gold({"r#p2"}, facts=(("1190 g", "119 U/L"),)), PARAGRAPHS, "paragraph")["token_f1"] == 1
    two = _gold({"r#p2"}, facts=(("119",), ("U/L",)))
    assert score_answer(answer, two, PARAGRAPHS, "paragraph")["token_f1"] is None
    assert score_answer(_refused(), _gold({"r#p2"}, facts=(("119",),)), PARAGRAPHS, "paragraph")["token_f1"] == 0


def test_a_number_that_its_citation_does_not_hold_is_not_proved() -> None:
    right = _said("It was 119 U/L.", _citation("r#p2"))
    wrong = _said("It was 118 U/L.", _citation("r#p2"))
    without = _said("Diltiazem failed.", _citation("r#p3"))
    assert score_answer(_answer(right, wrong, without), _gold(), PARAGRAPHS, "paragraph")["numbers_proved"] == 1 / 2
    assert score_answer(_answer(without), _gold(), PARAGRAPHS, "paragraph")["numbers_proved"] is None


def test_a_number_is_proved_with_its_unit_or_without_one_but_not_with_another() -> None:
    there = {"r#p1": Paragraph("r#p1", "A woman of 54 received 12 mg.")}

    def said(text: str) -> Statement:
        return _said(text, Citation(1, "r", "r#p1", "A woman", 0, 7, (), None, Reference("title", ("Ada Pear",), year=1999)))

    assert numbers_stand(said("A 54-year-old woman (Pear 1999) received 12 mg."), there)
    assert not numbers_stand(said("She received 12 g."), there)
    assert not numbers_stand(said("Published in 1999."), there)


def test_what_prints_no_citations_is_not_scored_on_them() -> None:
    scores = score_answer(_answer(_said("It was 119 U/L.")), _gold({"r#p2"}, facts=(("119",),)), PARAGRAPHS, "paragraph", cites=False)
    assert [scores[name] for name in CITING] == [None] * len(CITING)
    assert (scores["facts_found"], scores["decision_right"]) == (1, 1)
