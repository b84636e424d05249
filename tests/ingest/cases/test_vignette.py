"""Laws of a patient described in a few words, with the shorthand of a ward round."""

import pytest

from corpus.case import Patient
from corpus.vocabulary import Vocabulary
from ingest.cases.vignette import described_patient, read_vignette


def _described(vocabulary: Vocabulary, text: str) -> Patient:
    return described_patient(read_vignette(text, vocabulary))


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("52F with systemic sclerosis.", "52", "female"),
        ("A 34M presents with weakness.", "34", "male"),
        ("F, 63, limited SSc.", "63", "female"),
        ("45 y/o M with dermatomyositis.", "45", "male"),
        ("45 y/o woman with dermatomyositis.", "45", "female"),
        ("60yo male with gout.", "60", "male"),
        ("Patient is a 71 y.o. female with morphea.", "71", "female"),
        ("2.5-year-old boy with juvenile dermatomyositis.", "2.5", "male"),
        ("A 3 1/2-year-old girl with juvenile dermatomyositis.", "3 1/2", "female"),
        ("8 mo old girl with epilepsy.", "8 months", "female"),
    ],
)
def test_age_and_sex_are_read_from_shorthand(vocabulary: Vocabulary, text: str, age: str, sex: str) -> None:
    who = _described(vocabulary, text)
    assert (who.age and who.age.value, who.sex and who.sex.value) == (age, sex)


@pytest.mark.parametrize("text", ["She had calcinosis and an 18F catheter.", "PET with 18F-FDG showed calcinosis.", "Scan after 18F-FDG."])
def test_a_catheter_or_an_isotope_is_no_age(vocabulary: Vocabulary, text: str) -> None:
    assert _described(vocabulary, text).age is None


@pytest.mark.parametrize(
    ("text", "positive", "negative"),
    [
        ("40F, tested negative for anti-Mi2, anti-Jo1 and anti-MDA5.", [], ["anti-Mi2", "anti-Jo1", "anti-MDA5"]),
        ("40F, tested positive for anti-NXP2 and negative for anti-Mi2 and anti-SAE.", ["anti-NXP2"], ["anti-Mi2", "anti-SAE"]),
        ("40F, ANA+, anti-Ro/SSA neg, anti-Sm pos.", ["ANA", "anti-Sm"], ["anti-Ro/SSA"]),
        ("40F, anti-Mi2 +ve, anti-Jo1 -ve.", ["anti-Mi2"], ["anti-Jo1"]),
    ],
)
def test_antibodies_are_read_from_lists_and_shorthand(vocabulary: Vocabulary, text: str, positive: list[str], negative: list[str]) -> None:
    who = _described(vocabulary, text)
    assert [fact.value for fact in who.antibodies_positive] == positive
    assert [fact.value for fact in who.antibodies_negative] == negative


@pytest.mark.parametrize(
    "text", ["She tested negative for sarcoidosis, tuberculosis and lupus.", "40F, negative for lupus and tuberculosis."]
)
def test_a_disease_that_was_tested_for_and_not_found_is_none(vocabulary: Vocabulary, text: str) -> None:
    who = _described(vocabulary, text)
    assert (who.diagnoses, who.findings) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "A 60-year-old woman whose mother had lupus; she has gout.",
        "A 56-year-old woman whose husband has lupus has gout.",
        "My patient's wife has lupus. He has gout.",
        "His wife, who has lupus, brought him in. He has gout.",
        "The patient, the daughter of a woman with lupus, had gout.",
        "She has gout. Her aunt and her cousin have lupus.",
        "A man with gout and a sister with lupus.",
    ],
)
def test_what_a_relative_has_is_not_the_patients(vocabulary: Vocabulary, text: str) -> None:
    assert [fact.value for fact in _described(vocabulary, text).diagnoses] == ["gout"]


@pytest.mark.parametrize(
    "text", ["A mother of two with gout.", "His wife noticed that he had gout.", "A wife and mother, 40, she has gout."]
)
def test_a_patient_with_a_family_has_their_own_disease(vocabulary: Vocabulary, text: str) -> None:
    assert [fact.value for fact in _described(vocabulary, text).diagnoses] == ["gout"]


def test_a_note_of_two_lines_is_one_patient(vocabulary: Vocabulary) -> None:
    who = _described(vocabulary, "52F, hx of morphea.\n\nOn exam: calcinosis of both elbows.")
    assert [fact.value for fact in who.diagnoses] == ["morphea", "calcinosis"] or [fact.value for fact in who.diagnoses] == [
        "calcinosis",
        "morphea",
    ]
