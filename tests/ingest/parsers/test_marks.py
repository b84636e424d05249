import pytest

from ingest.parsers.marks import without_reference_marks


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("no cure is known.1 2 We report", "no cure is known. We report"),
        ("in seronegative DM.5–7", "in seronegative DM."),
        ("met the criteria.3 Biopsy", "met the criteria. Biopsy"),
        ("treated for myositis.¹", "treated for myositis."),
        ("stable dermatomyositis² and others¹,² too", "stable dermatomyositis and others too"),
        ("healthy participants²¹.", "healthy participants."),
        ("weakness,3 dyspnoea and fever", "weakness, dyspnoea and fever"),
        ("as shown before [1, 2].", "as shown before."),
        ("at 0.5 mg.12 The next", "at 0.5 mg. The next"),
        ("positive anti-Mi2.4 We saw", "positive anti-Mi2. We saw"),
        ("Jones et al.7 found", "Jones et al. found"),
        ("known for ‘belt sign’.6 It", "known for ‘belt sign’. It"),
        ("after 24 min²³ the", "after 24 min the"),
    ],
)
def test_reference_marks_are_taken_out(printed: str, read: str) -> None:
    assert without_reference_marks(printed) == read


@pytest.mark.parametrize(
    "text",
    [
        "1.5 mg of IL-6 blocker, CD20, 10 mg, 40 mg/m2, 30 kg/m², 10³ cells and 4×10⁹/L",
        "¹⁸F-FDG PET, Ca²⁺, χ² and R² = 0.3",
        "a median of 5 [3–8] and 45 years [32-58]",
        "a titre of 1:320. 5 days later",
        "The score was 2.5 The",
        "Ward No.5 Then",
        "11 000 cells; pH 7.35; p<0.05; at 12:30 we met",
        "an area of 5 cm² and 3 mm³",
        "given methotrexate,15 mg weekly",
        "HbA1c of 7.5",
        "119 U/L. In 2012 she returned.",
    ],
)
def test_numbers_that_are_no_marks_survive(text: str) -> None:
    assert without_reference_marks(text) == text
