"""Rows told in prose: whose patient, which dose, which outcome, each word of it provable."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.answer import Answer, Statement, Support
from assistant.chain import Assistant
from assistant.readers.rows import MAX_SENTENCES
from corpus.case import Outcome, Patient
from corpus.catalog import Entry
from tests.assistant.inventing import entry, fact, report, row, woman

Over = Callable[..., Assistant]

_TOLD: dict[Outcome, str] = {
    "failed": "Colchicine failed against the calcinosis.",
    "worsened": "The calcinosis worsened on colchicine.",
    "improved": "The calcinosis improved on colchicine.",
    "partial": "The calcinosis improved partly on colchicine.",
    "resolved": "The calcinosis resolved on colchicine.",
}
_BETTER = ("improved", "partial", "resolved")


def about(answer: Answer, therapy: str) -> list[Statement]:
    return [statement for statement in answer.statements if therapy in statement.text.lower()]


def quotes(statement: Statement) -> set[str]:
    return {citation.quote for citation in statement.citations}


def colchicine(outcome: Outcome, name: str = "quince", intro: str = "A 34-year-old woman had dermatomyositis.", age: str = "34") -> Entry:
    of = report(name, f"{intro} She took colchicine 1 mg/day for 6 months. {_TOLD[outcome]}")
    rows = [row(of, "colchicine", outcome, _TOLD[outcome], dose="1 mg/day", duration="6 months")]
    return entry(of, [woman(of, age=age)], rows)


@pytest.mark.parametrize("outcome", _TOLD)
def test_every_outcome_is_told_in_its_own_direction_and_proved(over: Over, outcome: Outcome) -> None:
    answer = over(colchicine(outcome)).answer("Did colchicine help calcinosis?")
    (told,) = about(answer, "colchicine")
    assert told.support in (Support.SUPPORTED, Support.PARTIAL)
    assert _TOLD[outcome] in quotes(told)
    better = any(word in told.text for word in ("improved", "resolved"))
    worse = any(word in told.text for word in ("failed", "worsened"))
    assert (better, worse) == (outcome in _BETTER, outcome not in _BETTER)


def test_the_patient_and_the_report_are_named(over: Over) -> None:
    (told,) = about(over(colchicine("failed")).answer("Which therapies failed for calcinosis?"), "colchicine")
    assert "34-year-old woman" in told.text
    assert "Quince 2020" in told.text


@pytest.mark.parametrize(
    ("age", "told"),
    [
        ("7", "a 7-year-old girl"),
        ("8", "an 8-year-old girl"),
        ("11", "an 11-year-old girl"),
        ("18", "an 18-year-old woman"),
        ("80", "an 80-year-old woman"),
    ],
)
def test_an_age_is_told_with_its_article_and_noun(over: Over, age: str, told: str) -> None:
    intro = f"The woman was {age}-year-old and had dermatomyositis."
    answer = over(colchicine("failed", intro=intro, age=age)).answer("Which therapies failed for calcinosis?")
    assert told in answer.text.lower()


def test_a_decade_is_told_as_one(over: Over) -> None:
    of = report("quince", "A woman in her 50s took colchicine. Colchicine failed against the calcinosis.")
    who = replace(woman(of), age=fact(of, "50s", "in her 50s"))
    answer = over(entry(of, [who], [row(of, "colchicine", "failed", _TOLD["failed"])])).answer("Which therapies failed for calcinosis?")
    assert "woman in her 50s" in answer.text


def test_a_dose_that_is_asked_for_is_told_and_proved(over: Over) -> None:
    (told,) = about(over(colchicine("failed")).answer("What dose of colchicine was given?"), "colchicine")
    assert "1 mg/day" in told.text
    assert any("1 mg/day" in quote for quote in quotes(told))
    assert told.support is Support.SUPPORTED


def test_a_duration_that_is_asked_for_is_told_and_proved(over: Over) -> None:
    (told,) = about(over(colchicine("failed")).answer("For how long was colchicine given?"), "colchicine")
    assert "6 months" in told.text
    assert any("6 months" in quote for quote in quotes(told))


def test_a_dose_that_is_not_reported_is_not_made_up(over: Over) -> None:
    of = report("sloe", "A woman took colchicine. Colchicine failed against the calcinosis.")
    answer = over(entry(of, [woman(of)], [row(of, "colchicine", "failed", _TOLD["failed"])])).answer("What dose of colchicine was given?")
    assert not any(digit in statement.text.replace("2020", "") for statement in answer.statements for digit in "0123456789")


def many(number: int) -> Entry:
    drugs = ("colchicine", "warfarin", "diltiazem", "rituximab", "infliximab", "abatacept", "tofacitinib", "minocycline", "probenecid")
    drugs += ("aluminium hydroxide", "azathioprine", "ciclosporin", "etanercept", "baricitinib")
    texts = [f"{drug.capitalize()} failed against the calcinosis of this woman." for drug in drugs[:number]]
    of = report("haw", *texts)
    return entry(of, [woman(of)], [row(of, drug, "failed", text) for drug, text in zip(drugs, texts, strict=False)])


def test_a_patient_is_introduced_once(over: Over) -> None:
    told = over(many(3)).answer("Which therapies failed for calcinosis?").statements
    assert len(told) == 3
    assert "Haw 2020" in told[0].text
    assert all("the same patient" in statement.text and "Haw 2020" not in statement.text for statement in told[1:])


def test_a_long_answer_is_cut_and_the_evidence_is_whole(over: Over) -> None:
    answer = over(many(14)).answer("Which therapies failed for calcinosis?")
    assert len(answer.statements) == MAX_SENTENCES
    assert len(answer.evidence) == 14


def test_drugs_that_failed_in_one_paragraph_are_told_in_one_sentence(over: Over) -> None:
    text = "In this woman neither colchicine nor warfarin improved the calcinosis."
    of = report("sloe", text)
    rows = [row(of, "colchicine", "failed", text), row(of, "warfarin", "failed", text)]
    (told,) = over(entry(of, [woman(of)], rows)).answer("Which therapies failed for calcinosis?").statements
    assert "colchicine and warfarin" in told.text
    assert told.support is Support.SUPPORTED


def test_what_was_asked_for_is_told_first(over: Over) -> None:
    worked = colchicine("resolved", "apple")
    failed = colchicine("failed", "zizyphus")
    built = over(worked, failed)
    assert "failed" in about(built.answer("Did colchicine fail or help calcinosis? Which failed?"), "colchicine")[0].text
    assert [
        statement.text for statement in built.answer("Which therapies failed for calcinosis?").statements if "Apple" in statement.text
    ] == []


def test_one_patient_s_dose_is_not_told_of_another(over: Over) -> None:
    of = report(
        "plum",
        "A 30-year-old woman took colchicine 1 mg/day. Colchicine 1 mg/day failed against her calcinosis.",
        "A 50-year-old woman took colchicine 2 mg/day. Colchicine 2 mg/day resolved her calcinosis.",
    )
    rows = [
        row(of, "colchicine", "failed", "Colchicine 1 mg/day failed against her calcinosis.", dose="1 mg/day"),
        row(of, "colchicine", "resolved", "Colchicine 2 mg/day resolved her calcinosis.", dose="2 mg/day", patient=2),
    ]
    patients: list[Patient] = [woman(of, 1, "30"), woman(of, 2, "50")]
    told = over(entry(of, patients, rows)).answer("At what dose did colchicine help or fail?").statements
    assert {("30" in one.text, "1 mg/day" in one.text, "failed" in one.text) for one in told} == {(True, True, True), (False, False, False)}


@pytest.mark.parametrize(("status", "word"), [("planned", "planned"), ("declined", "declined")])
def test_what_was_not_given_is_told_as_such(over: Over, status: str, word: str) -> None:
    text = f"In this woman rituximab was {word} for calcinosis."
    of = report("sloe", text)
    built = over(entry(of, [woman(of)], [row(of, "rituximab", "not_reported", text, status=status)]))  # type: ignore[arg-type]
    (told,) = about(built.answer("Did rituximab help calcinosis?"), "rituximab")
    assert word in told.text
    assert not any(said in told.text for said in ("failed", "improved", "resolved"))
    assert told.support in (Support.SUPPORTED, Support.PARTIAL)


def test_an_outcome_that_is_not_reported_is_not_told_as_one(over: Over) -> None:
    text = "This woman took rituximab 1 g for calcinosis."
    of = report("sloe", text)
    built = over(entry(of, [woman(of)], [row(of, "rituximab", "not_reported", text, dose="1 g")]))
    for statement in about(built.answer("Did rituximab help calcinosis?"), "rituximab"):
        assert not any(said in statement.text for said in ("failed", "improved", "resolved", "worsened"))


def test_a_mean_is_told_as_one(over: Over) -> None:
    text = "Women with dermatomyositis took colchicine at a mean dose of 1.5 mg/day. The calcinosis improved on colchicine."
    of = report("quince", text)
    rows = [row(of, "colchicine", "improved", "The calcinosis improved on colchicine.", dose="1.5 mg/day", patient=None)]
    assert "colchicine 1.5 mg/day on average" in over(entry(of, [], rows)).answer("What helped calcinosis?").text


def test_a_drug_given_with_others_is_told_with_them(over: Over) -> None:
    told = "On colchicine and prednisone the calcinosis improved."
    of = report("quince", f"A 34-year-old woman had dermatomyositis. {told}")
    rows = [row(of, "colchicine", "improved", told)]
    answer = over(entry(of, [woman(of, age="34")], rows)).answer("Did colchicine help calcinosis?")
    assert "improved with colchicine, given together with prednisone" in answer.text


def test_she_may_be_a_girl(over: Over) -> None:
    told = "On colchicine the calcinosis improved."
    of = report("quince", f"She had dermatomyositis. {told}")
    patient = replace(woman(report("quince", "A woman.")), sex=fact(of, "female", "She"))
    answer = over(entry(of, [patient], [row(of, "colchicine", "improved", told)])).answer("What helped calcinosis?")
    assert "a female patient" in answer.text


def test_a_proof_that_says_the_other_direction_is_not_quoted_instead(over: Over) -> None:
    told = "The calcinosis grew on colchicine."
    of = report("quince", f"A 34-year-old woman had dermatomyositis. {told}")
    answer = over(entry(of, [woman(of, age="34")], [row(of, "colchicine", "improved", told)])).answer("What helped calcinosis?")
    assert "colchicine" not in " ".join(statement.text for statement in answer.statements)


def test_what_came_of_a_therapy_is_not_answered_by_a_row_that_tells_no_outcome(over: Over) -> None:
    here = report("sloe", "A 34-year-old woman had calcinosis. She took colchicine 1 mg/day.")
    rows = [row(here, "colchicine", "not_reported", "She took colchicine 1 mg/day.", dose="1 mg/day")]
    asked = over(entry(here, [woman(here, age="34")], rows), colchicine("improved"))
    told = about(asked.answer("Did colchicine help calcinosis?"), "colchicine")
    assert len(told) == 1
    assert "improved" in told[0].text
    assert "Sloe" in asked.answer("Was colchicine given?").text


def test_a_dose_that_was_changed_is_told_in_the_words_of_its_report(over: Over) -> None:
    steps = "Colchicine was introduced at 1 mg/day for four weeks and then raised to 2 mg/day"
    of = report("sloe", f"A 34-year-old woman had calcinosis. {steps}. It was continued for 18 months.")
    rows = [row(of, "colchicine", "not_reported", f"{steps}.", dose="1 mg/day", duration="18 months")]
    asked = over(entry(of, [woman(of, age="34")], rows))
    assert steps in asked.answer("What was the dose of colchicine?").text
    assert "18 months" in asked.answer("How long was colchicine given?").text


def test_an_adverse_effect_is_told_in_the_words_of_its_report(over: Over) -> None:
    harm = "Colchicine was stopped because of severe diarrhoea"
    of = report("sloe", f"A 34-year-old woman had calcinosis. {harm}.")
    asked = over(entry(of, [woman(of, age="34")], [row(of, "colchicine", "adverse_effect", f"{harm}.")]))
    assert harm in asked.answer("Did colchicine help?").text


def test_of_several_patients_of_the_age_told_each_is_answered(over: Over) -> None:
    older = colchicine("resolved", "damson", intro="A 35-year-old woman had dermatomyositis.", age="35")
    asked = over(colchicine("improved", "quince"), colchicine("failed", "medlar"), older)
    text = asked.answer("Which therapies were tried in the 34-year-old woman?").text
    assert "Quince" in text
    assert "Medlar" in text
    assert "Damson" not in text
