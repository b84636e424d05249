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


def test_the_age_at_which_a_disease_began_is_not_the_patients_age(vocabulary: Vocabulary) -> None:
    for text, age in (
        ("A girl was diagnosed with dermatomyositis at the age of 4. Her age in the report is 14.", "14"),
        ("Her illness had begun when she was 11. She was 17 years old on admission.", "17"),
        ("She was 4 years old at diagnosis. Now aged 12, she could walk.", "12"),
        ("Lupus was diagnosed in a 45-year-old woman.", "45"),
    ):
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


def test_the_disease_comes_before_what_it_causes(vocabulary: Vocabulary) -> None:
    (patient,) = case(vocabulary, "A woman of 40 had calcinosis, weakness and systemic sclerosis.", heading="Case").patients
    assert [fact.value for fact in patient.diagnoses] == ["systemic sclerosis", "calcinosis"]


def test_a_disease_that_was_looked_for_and_not_found_is_no_diagnosis(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary,
        "A woman of 40 had calcinosis but no connective tissue disease. Lupus was excluded. Sarcoidosis was not found. "
        "The deposit was of another origin than that of dermatomyositis.",
        heading="Case",
        title="Idiopathic calcinosis",
    ).patients
    assert [fact.value for fact in patient.diagnoses] == ["calcinosis"]


def test_a_class_of_disease_is_left_out_where_its_member_is_named(vocabulary: Vocabulary) -> None:
    (patient,) = case(vocabulary, "A man of 50 with inflammatory myopathy had dermatomyositis.", heading="Case").patients
    assert [fact.value for fact in patient.diagnoses] == ["dermatomyositis"]


def test_who_the_patient_was_is_proved_by_the_case_rather_than_the_abstract(vocabulary: Vocabulary) -> None:
    read = report(
        ("Abstract", "A 34-year-old man with systemic sclerosis is described."),
        ("Case presentation", "A 34-year-old man presented. He had systemic sclerosis."),
    )
    (patient,) = read_case(read, vocabulary).patients
    assert patient.age is not None
    assert patient.sex is not None
    assert {fact.proof.paragraph_id for fact in (patient.age, patient.sex, *patient.diagnoses)} == {"r#p2"}


def test_a_group_is_counted_in_words_and_in_thousands(vocabulary: Vocabulary) -> None:
    for text, label in (
        ("Three children received colchicine.", "3 children"),
        ("Of 1305 patients, 300 had calcinosis.", "1305 patients"),
        ("A cohort of 2,418 patients was studied.", "2418 patients"),
    ):
        (patient,) = case(vocabulary, text, heading="Patients", title="Calcinosis: a case series").patients
        assert patient.label == label


def test_cases_of_other_authors_do_not_make_a_group(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary, "Only 20 cases have been reported. A 34-year-old man was seen.", heading="Introduction", title="Calcinosis of the heel"
    ).patients
    assert patient.label == "patient"


def test_the_disease_of_the_title_is_taken_from_the_opening_where_nothing_else_names_it(vocabulary: Vocabulary) -> None:
    (patient,) = case(
        vocabulary,
        "Minocycline for systemic sclerosis was assessed in a retrospective cohort of 78 patients.",
        heading="Scope",
        title="Minocycline in systemic sclerosis",
    ).patients
    assert [fact.value for fact in patient.diagnoses] == ["systemic sclerosis"]


def test_the_older_and_the_younger_of_two_siblings_are_two_patients(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "Two siblings were studied. The older sister was started on miglustat 200 mg daily. She improved.",
        "The younger brother was started on miglustat 100 mg daily. He died.",
        title="A case",
        heading="Case presentation",
    )
    doses = {row.patient_id: row.dose and row.dose.value for row in found.therapies}
    assert doses == {"r#patient1": "200 mg daily", "r#patient2": "100 mg daily"}


def test_an_older_sister_alone_is_no_second_patient(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "He was given zinc 50 mg daily. The older sister was healthy.", title="A case", heading="Case presentation")
    assert {row.patient_id for row in found.therapies} == {"r#patient1"}
