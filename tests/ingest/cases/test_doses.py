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
