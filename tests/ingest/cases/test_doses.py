"""Laws of dose, route and duration: as printed, beside their own therapy."""

import pytest

from corpus.vocabulary import Vocabulary
from tests.ingest.cases.writing import case, row_of


@pytest.mark.parametrize(
    ("printed", "dose"),
    [
        ("colchicine 30 mg/day", "30 mg/day"),
        ("colchicine at 1 g/15 days every 6 months", "1 g/15 days every 6 months"),
        ("colchicine 60 g (1 g/kg per day) for 2 days", "60 g (1 g/kg per day) for 2 days"),
        ("colchicine 25 g for 3 days every week", "25 g for 3 days every week"),
        ("colchicine 1 g twice a day", "1 g twice a day"),
        ("colchicine 0.5-2.0 ng/kg/min", "0.5-2.0 ng/kg/min"),
        ("colchicine 2.5 mg once weekly", "2.5 mg once weekly"),
        ("colchicine at a dose of 50–200 mg daily", "50–200 mg daily"),
        ("70 mg of colchicine", "70 mg"),
        ("colchicine (10 mg/kg every 8 weeks)", "10 mg/kg every 8 weeks"),
        ("colchicine 1 g intravenous twice daily", "1 g intravenous twice daily"),
        ("colchicine 500 mg PO TID", "500 mg PO TID"),
        ("colchicine (100 mg/m 2 ) every 21 days", "100 mg/m 2 every 21 days"),
        ("colchicine 2 megaunits thrice daily", "2 megaunits thrice daily"),
        ("colchicine 30 ml 6 hourly", "30 ml 6 hourly"),
        ("colchicine (30 mg daily) for 2 weeks", "30 mg daily"),
        ("colchicine® 75 mg thrice daily", "75 mg thrice daily"),
        ("2 g of intravenous colchicine", "2 g"),
    ],
)
def test_a_dose_is_kept_as_printed(vocabulary: Vocabulary, printed: str, dose: str) -> None:
    row = row_of(case(vocabulary, f"The patient was started on {printed}, which was tolerated."), "colchicine")
    assert row.dose is not None
    assert row.dose.value == dose


def test_each_drug_of_a_list_has_its_own_dose(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She received prednisone 30 mg/day, methotrexate 15 mg/week and six cycles of rituximab 1 g.")
    assert [(row.therapy, row.dose and row.dose.value) for row in found.therapies] == [
        ("prednisone", "30 mg/day"), ("methotrexate", "15 mg/week"), ("rituximab", "1 g"),
    ]  # fmt: skip
    assert [row.duration.value for row in found.therapies if row.duration] == ["six cycles"]
    assert row_of(found, "rituximab").duration is not None


def test_a_laboratory_value_is_no_dose(vocabulary: Vocabulary) -> None:
    assert row_of(case(vocabulary, "She was given colchicine; creatine kinase was 1447 U/L."), "colchicine").dose is None


@pytest.mark.parametrize(
    ("printed", "route"),
    [
        ("intravenous colchicine", "intravenous"),
        ("oral colchicine", "oral"),
        ("colchicine by mouth", "oral"),
        ("topical colchicine", "topical"),
        ("colchicine intralesionally", "intralesional"),
    ],
)
def test_a_route_is_read_beside_its_drug(vocabulary: Vocabulary, printed: str, route: str) -> None:
    row = row_of(case(vocabulary, f"She was treated with {printed}."), "colchicine")
    assert row.route is not None
    assert row.route.value == route


def test_a_duration_is_not_part_of_the_dose(vocabulary: Vocabulary) -> None:
    row = row_of(case(vocabulary, "She took colchicine 1 mg daily, continued for the past 6 months."), "colchicine")
    assert row.dose is not None
    assert row.duration is not None
    assert (row.dose.value, row.duration.value) == ("1 mg daily", "6 months")


def test_an_amount_before_the_next_drug_is_the_next_drugs(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She received 4 units of plasma exchange fluid, colchicine and 800 mg buccal misoprostol.")
    assert row_of(found, "colchicine").dose is None
    dose = row_of(found, "misoprostol").dose
    assert dose is not None
    assert dose.value == "800 mg"


def test_a_share_of_patients_is_no_dose(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "The calcinosis improved on colchicine in 25% of them. She was given colchicine.")
    assert row_of(found, "colchicine").dose is None


def test_a_strength_in_per_cent_is_a_creams_dose(vocabulary: Vocabulary) -> None:
    row = row_of(case(vocabulary, "She was given topical sodium thiosulfate 25% cream."), "topical sodium thiosulfate")
    assert row.dose is not None
    assert row.dose.value.startswith("25%")


def test_a_duration_never_repeats_what_the_dose_says(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "She was given colchicine 60 g (1 g/kg per day) for 2 days.",
        "Colchicine was continued for 2 consecutive days every month, for the past 6 months.",
    )
    row = row_of(found, "colchicine")
    assert row.dose is not None
    assert row.duration is not None
    assert (row.dose.value, row.duration.value) == ("60 g (1 g/kg per day) for 2 days", "6 months")
