"""Therapy rows for a question: the right patients, targets and outcomes, and nobody else's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.chain import Assistant
from assistant.evidence import forms_of, is_another, is_of_others
from assistant.question import People, understand
from corpus.case import PatientOutline
from corpus.catalog import Entry
from corpus.report import Filter
from corpus.vocabulary import Vocabulary
from tests.assistant.inventing import entry, fact, report, row, woman
from tests.library import REPORT_IDS

Over = Callable[..., Assistant]


def found(assistant: Assistant, question: str, filters: Filter | None = None) -> set[tuple[str, str | None, str, str]]:
    """(therapy, target, outcome, status) of the evidence."""
    answer = assistant.answer(question, filters=filters)
    return {(one.row.therapy, one.row.target, one.row.outcome, one.row.status) for one in answer.evidence}


def test_failures_and_successes_are_told_apart(assistant: Assistant) -> None:
    assert found(assistant, "Which therapies failed for calcinosis?") == {
        ("methotrexate", "calcinosis", "failed", "given"),
        ("diltiazem", "calcinosis", "failed", "given"),
    }
    assert found(assistant, "What helped calcinosis?") == {("intravenous immunoglobulin", "calcinosis", "improved", "given")}


def test_an_antibody_limits_the_patients(assistant: Assistant) -> None:
    assert found(assistant, "Which therapies failed for anti-Mi2 calcinosis?") == {("methotrexate", "calcinosis", "failed", "given")}


def test_a_disease_limits_the_patients_and_a_target_the_rows(assistant: Assistant) -> None:
    assert found(assistant, "Which therapies failed for calcinosis in systemic sclerosis?") == {
        ("diltiazem", "calcinosis", "failed", "given")
    }


def test_a_class_is_asked_through_its_members(assistant: Assistant) -> None:
    assert {therapy for therapy, *_ in found(assistant, "Did calcium channel blockers help calcinosis?")} == {"diltiazem"}
    assert {therapy for therapy, *_ in found(assistant, "Did corticosteroids help?")} == {"prednisone"}


@pytest.mark.parametrize("question", ["Did methotrexate help calcinosis?", "Did methotrexate fail?", "What happened with methotrexate?"])
def test_a_named_therapy_brings_its_outcome_whichever_way_it_was_asked(assistant: Assistant, question: str) -> None:
    assert ("methotrexate", "calcinosis", "failed", "given") in found(assistant, question)


def test_filters_limit_the_rows(assistant: Assistant) -> None:
    question = "Which therapies failed for calcinosis?"
    assert {therapy for therapy, *_ in found(assistant, question, Filter(year_to=2018))} == {"diltiazem"}
    assert {therapy for therapy, *_ in found(assistant, f"{question[:-1]} in reports since 2018?")} == {"methotrexate"}


def test_a_question_that_is_not_about_therapy_brings_no_rows(assistant: Assistant) -> None:
    assert found(assistant, "How old was the gardener with anti-Mi2 dermatomyositis?") == set()


def two_targets() -> Entry:
    of = report(
        "quince", "A woman took rituximab 1 g. Rituximab improved her muscle strength. The calcinosis did not respond to rituximab."
    )
    rows = (
        row(of, "rituximab", "improved", "Rituximab improved her muscle strength.", target="muscle", dose="1 g"),
        row(of, "rituximab", "failed", "The calcinosis did not respond to rituximab.", dose="1 g"),
    )
    return entry(of, [woman(of)], rows)


def test_a_drug_with_two_targets_has_two_outcomes(over: Over) -> None:
    built = over(two_targets())
    assert found(built, "Did rituximab help?") == {
        ("rituximab", "muscle", "improved", "given"),
        ("rituximab", "calcinosis", "failed", "given"),
    }
    text = built.answer("Did rituximab help?").text.lower()
    assert "muscle" in text
    assert "calcinosis" in text


def test_a_question_about_one_target_leaves_the_other_out(over: Over) -> None:
    built = over(two_targets())
    assert found(built, "Did rituximab help calcinosis?") == {("rituximab", "calcinosis", "failed", "given")}
    assert found(built, "Which therapies failed for calcinosis?") == {("rituximab", "calcinosis", "failed", "given")}
    assert found(built, "What helped calcinosis?") == set()


def planned() -> Entry:
    of = report(
        "medlar",
        "A woman took colchicine for calcinosis. Colchicine failed against the calcinosis. Tofacitinib was planned for calcinosis.",
    )
    rows = (
        row(of, "colchicine", "failed", "Colchicine failed against the calcinosis."),
        row(of, "tofacitinib", "not_reported", "Tofacitinib was planned for calcinosis.", status="planned"),
    )
    return entry(of, [woman(of)], rows)


@pytest.mark.parametrize(
    "question", ["Which therapies failed for calcinosis?", "What helped calcinosis?", "Which therapies were tried for calcinosis?"]
)
def test_what_was_only_planned_is_no_evidence_of_an_outcome(over: Over, question: str) -> None:
    assert "tofacitinib" not in {therapy for therapy, *_ in found(over(planned()), question)}


@pytest.mark.parametrize("question", ["Was tofacitinib given?", "Did tofacitinib help calcinosis?", "Which therapies were planned?"])
def test_what_was_planned_is_told_as_planned(over: Over, question: str) -> None:
    answer = over(planned()).answer(question)
    about = [statement.text for statement in answer.statements if "ofacitinib" in statement.text]
    assert about
    assert all("planned" in text for text in about)
    assert {one.row.status for one in answer.evidence if one.row.therapy == "tofacitinib"} <= {"planned"}


def test_patients_retold_from_the_literature_are_not_the_reports_own(over: Over) -> None:
    of = report(
        "orchard",
        "A woman took colchicine for calcinosis. Colchicine failed against the calcinosis. Elsewhere, warfarin resolved calcinosis.",
    )
    rows = (
        row(of, "colchicine", "failed", "Colchicine failed against the calcinosis."),
        row(of, "warfarin", "resolved", "Elsewhere, warfarin resolved calcinosis.", patient=None, subject="literature"),
    )
    built = over(entry(of, [woman(of)], rows))
    assert found(built, "What helped calcinosis?") == set()
    for question in ("Did warfarin help calcinosis?", "Which therapies were tried for calcinosis?", "Did colchicine help?"):
        assert {one.row.subject for one in built.answer(question).evidence} <= {"own"}


def test_patients_of_one_report_are_told_apart(over: Over) -> None:
    of = report(
        "plum",
        "A 30-year-old woman with anti-Mi2 antibodies took colchicine. Colchicine failed against her calcinosis. "
        "A 50-year-old woman with anti-NXP2 antibodies took warfarin. Warfarin failed against her calcinosis.",
    )
    first, second = woman(of, 1, "30", "anti-Mi2"), woman(of, 2, "50", "anti-NXP2")
    rows = (
        row(of, "colchicine", "failed", "Colchicine failed against her calcinosis."),
        row(of, "warfarin", "failed", "Warfarin failed against her calcinosis.", patient=2),
    )
    built = over(entry(of, [first, second], rows))
    assert {therapy for therapy, *_ in found(built, "Which therapies failed for anti-Mi2 calcinosis?")} == {"colchicine"}
    both = {one.row.therapy: one.patient for one in built.answer("Which therapies failed for calcinosis?").evidence}
    assert "anti-Mi2" in both["colchicine"]
    assert "50" in both["warfarin"]


def test_a_row_says_whose_it_is(assistant: Assistant) -> None:
    (one,) = assistant.answer("Which therapies failed for anti-Mi2 calcinosis?").evidence
    assert one.report_id == REPORT_IDS[0]
    assert one.reference.label == "Orchard 2021"
    assert {"female", "34", "dermatomyositis"} <= set(one.patient.replace(",", "").split())


def test_a_row_of_a_patient_not_told_apart_says_so(over: Over) -> None:
    of = report("pear", "Colchicine failed against the calcinosis.")
    built = over(entry(of, (), [row(of, "colchicine", "failed", "Colchicine failed against the calcinosis.", patient=None)]))
    (one,) = built.answer("Which therapies failed for calcinosis?").evidence
    assert "not told apart" in one.patient


def test_a_kind_of_the_target_counts_as_the_target(over: Over) -> None:
    of = report("sloe", "A woman took colchicine. Colchicine failed against tumoral calcinosis.")
    rows = [row(of, "colchicine", "failed", "Colchicine failed against tumoral calcinosis.", target="tumoral calcinosis")]
    built = over(entry(of, [woman(of)], rows))
    assert {therapy for therapy, *_ in found(built, "Which therapies failed for calcinosis?")} == {"colchicine"}


def test_every_proof_of_a_row_is_verbatim(over: Over) -> None:
    entries = [two_targets(), planned()]
    texts = {one.id: one.text for each in entries for one in each.report.paragraphs}
    for one in over(*entries).answer("Did rituximab, colchicine or tofacitinib help?").evidence:
        for proof in one.row.proofs:
            assert texts[proof.paragraph_id][proof.start : proof.end] == proof.quote


@pytest.mark.parametrize(
    "words", ["other than diltiazem", "except diltiazem", "apart from diltiazem", "besides diltiazem", "excluding diltiazem"]
)
def test_what_is_left_out_is_left_out(assistant: Assistant, words: str) -> None:
    assert {therapy for therapy, *_ in found(assistant, f"Which therapies {words} failed for calcinosis?")} == {"methotrexate"}


def test_patients_without_a_disease_are_those_of_whom_it_is_not_told(assistant: Assistant) -> None:
    question = "Which therapies failed for calcinosis in patients without dermatomyositis?"
    assert {therapy for therapy, *_ in found(assistant, question)} == {"diltiazem"}


def of_all_ages() -> Entry:
    of = report(
        "rowan",
        "A 62-year-old woman took colchicine. Colchicine softened her calcinosis. A 20 months old girl, a young woman, took warfarin. "
        "Warfarin softened her calcinosis. A woman of unknown age took diltiazem. Diltiazem softened her calcinosis.",
    )
    people = (woman(of, 1, "62"), woman(of, 2, "20 months"), woman(of, 3))
    rows = [
        row(of, drug, "improved", f"{drug.title()} softened her calcinosis.", patient=number)
        for number, drug in enumerate(("colchicine", "warfarin", "diltiazem"), start=1)
    ]
    return entry(of, people, rows)


@pytest.mark.parametrize(
    ("who", "drugs"),
    [
        ("women over 60", {"colchicine"}),
        ("children under 5", {"warfarin"}),
        ("children", {"warfarin"}),
        ("patients over 18", {"colchicine"}),
        ("women", {"colchicine", "diltiazem"}),
        ("girls", {"warfarin"}),
        ("females", {"colchicine", "warfarin", "diltiazem"}),
        ("men", set()),
    ],
)
def test_who_is_asked_about_limits_the_patients_by_sex_and_age(over: Over, who: str, drugs: set[str]) -> None:
    assert {therapy for therapy, *_ in found(over(of_all_ages()), f"What helped calcinosis in {who}?")} == drugs


def test_whom_a_question_asks_about_can_be_shown(vocabulary: Vocabulary) -> None:
    assert understand("What helped calcinosis in women over 60?", vocabulary).whom == "women over 60"
    assert understand("What helped calcinosis in children under 5?", vocabulary).whom == "children under 5"
    assert understand("What helped calcinosis?", vocabulary).whom == ""


def with_parts() -> Entry:
    of = report(
        "aspen",
        "A woman with interstitial lung disease and osteoporosis took rituximab. Her lungs improved on rituximab. "
        "Her skin cleared on rituximab. "
        "A second woman took colchicine. Her lungs improved on colchicine.",
    )
    ill = woman(of)
    ill = replace(ill, findings=(fact(of, "interstitial lung disease"), fact(of, "osteoporosis")))
    rows = [
        row(of, "rituximab", "improved", "Her lungs improved on rituximab.", target="lung"),
        row(of, "rituximab", "resolved", "Her skin cleared on rituximab.", target="skin"),
        row(of, "colchicine", "improved", "Her lungs improved on colchicine.", target="lung", patient=2),
    ]
    return entry(of, [ill, woman(of, 2)], rows)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which therapies worked for lung disease?", {("rituximab", "lung"), ("colchicine", "lung")}),
        ("Which therapies worked for the lungs?", {("rituximab", "lung"), ("colchicine", "lung")}),
        ("Which therapies worked for interstitial lung disease?", {("rituximab", "lung")}),
        ("Which therapies worked for skin?", {("rituximab", "skin")}),
        ("Which therapies worked for skin and lung disease?", {("rituximab", "skin"), ("rituximab", "lung"), ("colchicine", "lung")}),
        ("Which therapies worked for skin in patients with interstitial lung disease?", {("rituximab", "skin")}),
        ("Which therapies worked for osteoporosis?", set()),
        ("Which therapies failed for muscle?", set()),
        ("Which therapies worked in patients with osteoporosis?", {("rituximab", "skin"), ("rituximab", "lung")}),
    ],
)
def test_what_worked_for_a_condition_is_what_was_aimed_at_it_not_all_that_its_patients_had(
    over: Over, question: str, rows: set[tuple[str, str]]
) -> None:
    assert {(therapy, target) for therapy, target, *_ in found(over(with_parts()), question)} == rows


@pytest.mark.parametrize(
    ("person", "age", "sex", "another"),
    [
        ("girl", "39", "female", True),
        ("girl", "9", "female", False),
        ("girl", "9", "male", True),
        ("woman", "9", "female", True),
        ("woman", "17", "female", False),
        ("child", "62", None, True),
        ("boy", None, None, False),
        ("patient", "62", "male", False),
    ],
)
def test_a_patient_told_to_be_of_another_age_or_sex_is_not_the_one_described(
    person: str, age: str | None, sex: str | None, another: bool
) -> None:
    assert is_another(person, aged(age, sex)) is another


@pytest.mark.parametrize(
    ("people", "age", "sex", "others"),
    [
        ({People.CHILDREN}, "49", "female", True),
        ({People.CHILDREN}, "9", "female", False),
        ({People.ADULTS}, "14", "female", True),
        ({People.ADULTS}, "18", None, False),
        ({People.MALE}, "49", "female", True),
        ({People.FEMALE, People.GROWN}, None, "male", True),
        ({People.FEMALE, People.MALE}, "49", "female", False),
        ({People.CHILDREN}, None, None, False),
    ],
)
def test_a_patient_told_to_be_none_of_the_people_asked_about_is_of_others(
    people: set[People], age: str | None, sex: str | None, others: bool
) -> None:
    assert is_of_others(frozenset(people), aged(age, sex)) is others


def test_patients_told_together_may_hold_any_of_the_people_asked_about() -> None:
    assert not is_of_others(frozenset({People.FEMALE}), replace(aged("12", "male"), label="17 boys"))


def aged(age: str | None, sex: str | None) -> PatientOutline:
    return PatientOutline("patient 1", age, sex)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("lupus", {"lupus"}),
        ("systemic lupus erythematosus", {"systemic lupus erythematosus", "lupus"}),
        ("CREST syndrome", {"limited cutaneous systemic sclerosis", "systemic sclerosis"}),
        ("juvenile dermatomyositis", {"dermatomyositis", "juvenile dermatomyositis", "clinically amyopathic dermatomyositis"}),
        ("polymyositis", {"polymyositis"}),
    ],
)
def test_a_disease_is_told_by_the_names_of_its_forms_and_of_no_other(vocabulary: Vocabulary, asked: str, names: set[str]) -> None:
    disease = vocabulary.entity(asked)
    assert disease
    assert forms_of(disease) == names


def test_plain_lupus_is_the_systemic_one(over: Over) -> None:
    of = report("sloe", "A woman with lupus had calcinosis. The calcinosis improved on diltiazem.")
    patient = replace(woman(of), diagnoses=(fact(of, "lupus"),))
    other = entry(report("damson", "A sailor had systemic lupus erythematosus."))
    asked = over(entry(of, [patient], [row(of, "diltiazem", "improved", "The calcinosis improved on diltiazem.")]), other)
    assert found(asked, "Did diltiazem work in SLE?")
