"""Laws of who a report is about."""

from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import case, report


def test_age_sex_diagnosis_and_findings_are_read_with_their_words(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary, "A 34-year-old man with systemic sclerosis had dysphagia but no rash.", heading="Case presentation"
    ).patients
    assert patient.age is not None
    assert patient.sex is not None
    assert (patient.age.value, patient.age.proof.quote, patient.sex.value) == ("34", "34-year-old", "male")
    assert [fact.value for fact in patient.diagnoses] == ["systemic sclerosis"]
    assert [fact.value for fact in patient.findings] == ["dysphagia"]


def test_an_age_told_as_a_decade_or_after_aged_is_an_age(vocabulary: Vocabulary) -> None:
    for text, age in (("A woman in her 60s came.", "60s"), ("The girl, aged 12, came.", "12"), ("A woman of 47 came.", "47")):
        (patient,) = case(vocabulary, text, heading="Case").patients
        assert patient.age is not None
        assert patient.age.value == age


def test_antibodies_found_and_not_found_are_told_apart(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary,
        "Antinuclear antibodies were positive. Anti-NXP2 was detected; anti-Jo-1, Ku and PL-7 were negative.",
        heading="Investigations",
    ).patients
    assert [fact.value for fact in patient.antibodies_positive] == ["ANA", "anti-NXP2"]
    assert [fact.value for fact in patient.antibodies_negative] == ["anti-Jo1", "anti-Ku", "anti-PL7"]


def test_positive_for_and_negative_for_speak_of_what_follows(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary, "She was positive for anti-Mi2 but negative for anti-SSA and anti-RNP.", heading="Investigations"
    ).patients
    assert [fact.value for fact in patient.antibodies_positive] == ["anti-Mi2"]
    assert [fact.value for fact in patient.antibodies_negative] == ["anti-Ro/SSA", "anti-U1-RNP"]


def test_all_others_were_negative_is_kept(vocabulary: Vocabulary) -> None:
    (patient,) = case(vocabulary, "Serum was positive for anti-MDA5; all others were negative.", heading="Investigations").patients
    assert [fact.value for fact in patient.antibodies_negative] == ["all others"]


def test_an_untold_antibody_is_neither(vocabulary: Vocabulary) -> None:
    (patient,) = case(vocabulary, "Her anti-Mi2 status is not reported.", heading="Investigations").patients
    assert patient.antibodies_positive == patient.antibodies_negative == ()


def test_patients_with_labels_keep_their_rows_apart(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(
            ("Case 1", "A 9-year-old girl was treated with colchicine. The calcinosis resolved on colchicine."),
            ("Case 2", "A 12-year-old boy was treated with diltiazem. The calcinosis progressed despite diltiazem."),
            title="Two children with calcinosis",
        ),
        vocabulary,
    )
    assert [patient.id for patient in found.patients] == ["r#patient1", "r#patient2"]
    assert [patient.sex.value for patient in found.patients if patient.sex] == ["female", "male"]
    assert {(row.patient_id, row.therapy, row.outcome) for row in found.therapies} == {
        ("r#patient1", "colchicine", "resolved"),
        ("r#patient2", "diltiazem", "failed"),
    }


def test_a_series_told_together_is_one_group(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary,
        "Fourteen patients with calcinosis received colchicine.",
        heading="Patients",
        title="Colchicine for calcinosis: a series",
    ).patients
    assert (patient.label, patient.age, patient.sex) == ("14 patients", None, None)
