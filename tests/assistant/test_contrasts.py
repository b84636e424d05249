"""The printed clause nearest to a sentence may say the opposite with the same words."""

import pytest

from assistant.contrasts import another_patient, misplaced_figure, opposed

_COURSE = (
    "Muscle weakness was absent. The plain film gave no sign of infection, and calcium and phosphate were normal. "
    "At five years the canal was free of deposits and the patient had no neurological deficit. Telangiectasia was present. "
    "The left thumb was swollen. Anti-centromere antibodies were found more often with calcinosis. "
    "Anti-RNP antibodies were found less often. "
    "Neither the dose nor the duration is reported. The films were unremarkable. Steatohepatitis precluded azathioprine."
)
_SAME = (
    "She had no muscle weakness.",
    "Her muscles were not weak.",
    "No infection was seen on the plain film.",
    "Calcium and phosphate were normal.",
    "There was no neurological deficit after five years.",
    "The patient had telangiectasia.",
    "Swelling of the left thumb was present.",
    "Anti-centromere antibodies were more common with calcinosis.",
    "Anti-RNP antibodies were less common.",
    "The dose is not reported.",
    "Azathioprine could not be used because of steatohepatitis.",
    "The moon was full.",
)
_OPPOSITE = (
    "She had muscle weakness.",
    "Muscle weakness was present.",
    "The plain film showed signs of infection.",
    "Calcium and phosphate were not normal.",
    "Calcium and phosphate were abnormal.",
    "The patient had a neurological deficit.",
    "There was no telangiectasia.",
    "Telangiectasia was absent.",
    "The right thumb was swollen.",
    "Anti-RNP antibodies were found more often.",
    "Anti-centromere antibodies were found less often with calcinosis.",
    "The dose is reported.",
)


@pytest.mark.parametrize("claim", _SAME)
def test_a_retelling_is_not_the_opposite(claim: str) -> None:
    assert not opposed(claim, [_COURSE])


@pytest.mark.parametrize("claim", _OPPOSITE)
def test_a_clause_turned_round_is_noticed(claim: str) -> None:
    assert opposed(claim, [_COURSE])


def test_every_sentence_agrees_with_itself() -> None:
    for sentence in _COURSE.split(". "):
        assert not opposed(sentence, [_COURSE])


_FIGURES = (
    "Digital ischaemia had an odds ratio of 1.8, acro-osteolysis of 2.97. By week 24 the rash had improved in 19 children, and by week 12 "
    "the steroid dose had come down by 37%. A girl was diagnosed with dermatomyositis at the age of 4. Her age in the report is 14. "
    "Lesions became smaller in 75%, and in 25% they cleared completely. In a cohort of 5218 patients 1290 had calcinosis."
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Acro-osteolysis had an odds ratio of 2.97.", "Acro-osteolysis had an odds ratio of 1.8."),
        ("By week 12 the steroid dose had come down by 37%.", "By week 24 the steroid dose had come down by 37%."),
        ("The girl was diagnosed with dermatomyositis when she was 4.", "The girl was diagnosed with dermatomyositis when she was 14."),
        ("Lesions cleared completely in 25%.", "Lesions cleared completely in 75%."),
    ],
)
def test_a_figure_belongs_to_the_clause_that_prints_it(right: str, wrong: str) -> None:
    assert not misplaced_figure(right, [_FIGURES])
    assert misplaced_figure(wrong, [_FIGURES])


def test_how_many_there_were_in_all_is_no_figure_of_some_of_them() -> None:
    assert not misplaced_figure("Calcinosis was found in 1290 of 5218 patients.", [_FIGURES])


_TWO = "The first was a woman of 30 with ulcers. She took warfarin. The second patient had no ulcers. In case 3 nothing was given."


@pytest.mark.parametrize(
    ("claim", "quote", "other"),
    [
        ("The first patient had ulcers.", "The first was a woman of 30 with ulcers.", False),
        ("The second patient, a woman, was 30.", "The first was a woman of 30 with ulcers.", True),
        ("The second patient took warfarin.", "She took warfarin.", True),
        ("The first woman took warfarin.", "She took warfarin.", False),
        ("The first child had no ulcers.", "The second patient had no ulcers.", True),
        ("Patient 3 got nothing.", "In case 3 nothing was given.", False),
        ("Patient 2 got nothing.", "In case 3 nothing was given.", True),
        ("The patient took warfarin.", "She took warfarin.", False),
        ("The first treatment was warfarin.", "She took warfarin.", False),
    ],
)
def test_one_patient_is_not_another(claim: str, quote: str, other: bool) -> None:
    assert another_patient(claim, [("Course", _TWO, [quote])]) is other


def test_a_heading_names_its_patient() -> None:
    told = ("First case", "She took warfarin.", ["She took warfarin."])
    assert another_patient("The second patient took warfarin.", [told])
    assert not another_patient("The first patient took warfarin.", [told])
