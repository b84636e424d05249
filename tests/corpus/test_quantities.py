import pytest

from corpus.quantities import quantities, unproved


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("0.5 mg/kg", "given at 500 microgram/kg"),
        ("0.5 mg/kg/day", "500 µg/kg per day"),
        ("1 g", "1000 mg"),
        ("30 mg/day", "prednisone 30 mg daily"),
        ("six months", "for the past 6 months"),
        ("1 year", "after 12 months"),
        ("2 weeks", "14 days"),
        ("1447 U/L", "initial 1,447 U/L"),
        ("119", "to 119 U/L"),
        (".4 g", "0.4 g"),
    ],
)
def test_the_same_amount_is_proved_however_it_is_printed(claim: str, source: str) -> None:
    assert unproved(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("10 mg/week", "10 mg/day"),
        ("10 mg", "10 g"),
        ("0.5 mg/kg", "5 mg/kg"),
        ("0.4 g/day", "4 g/day"),
        ("119 U/L", "1190 U/L"),
        ("2 g", "2 g/kg"),
        ("6 months", "6 weeks"),
        ("30", "no figure here"),
        ("1 g every 5 days", "1 g/15 days"),
    ],
)
def test_another_amount_or_unit_is_not_proved(claim: str, source: str) -> None:
    assert unproved(claim, source) != []


def test_a_number_inside_a_name_is_no_quantity() -> None:
    assert quantities("anti-Mi2, IL-6 and CD20") == []


@pytest.mark.parametrize(
    ("claim", "source", "proved"),
    [
        ("15 mg once a week", "15 mg weekly", True),
        ("15 mg once a day", "15 mg weekly", False),
        ("30.6 months", "30.6 against 6 months", True),
        ("30.6 days", "30.6 against 6 months", False),
        ("3 sessions", "three sessions", True),
        ("16 of 74", "Sixteen of the 74", True),
        ("24 weeks", "By week 24", True),
        ("24 days", "By week 24", False),
        ("2 days a month", "on 2 consecutive days each month", True),
        ("3750 Gy", "3750 cGy", False),
        ("3750 cGy", "37.5 Gy", True),
        ("20 hours", "20 min", False),
    ],
)
def test_figures_are_compared_however_their_unit_is_said(claim: str, source: str, proved: bool) -> None:
    assert (unproved(claim, source) == []) is proved
