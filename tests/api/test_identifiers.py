"""Laws of what is taken for a patient's identifier, and of what is not."""

import subprocess
import sys

import pytest

from api.identifiers import anonymous, identifiers, warning, without_identifiers
from tests.patience import PATIENCE_S


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("What helps Mrs. Ada Orchard with calcinosis?", "What helps Mrs. [name] with calcinosis?"),
        ("Patient Ben Quince has calcinosis", "Patient [name] has calcinosis"),
        ("a man named Jan van der Berg", "a man named [name]"),
        ("Name: Müller, calcinosis", "Name: [name], calcinosis"),
        ("woman born 12/03/1961 with calcinosis", "woman born [date] with calcinosis"),
        ("DOB 1961-03-12", "DOB [date]"),
        ("born on 3rd March 1961", "born on [date]"),
        ("born March 3, 1961", "born [date]"),
        ("MRN 00123456 calcinosis", "MRN [record number] calcinosis"),
        ("medical record number: AB-123456", "medical record number: [record number]"),
        ("her hospital no. is 1234567", "her hospital no. is [record number]"),
        ("NHS number 943 476 5919", "NHS number [record number]"),
        ("SSN 078-05-1120", "SSN [record number]"),
        ("write to ada.orchard@example.org", "write to [e-mail address]"),
        ("call +49 170 1234567 about her", "call [telephone number] about her"),
    ],
)
def test_what_tells_who_a_patient_is_is_taken_out(text: str, left: str) -> None:
    assert without_identifiers(text) == left
    assert warning(text)


@pytest.mark.parametrize(
    "text",
    [
        "Which therapies failed for anti-Mi2 calcinosis?",
        "What did Shahani 2012 report about IVIG 1 g/kg per day for 2 days?",
        "rituximab 1 g/15 days every 6 months in a 34-year-old woman",
        "Is PMID 12345678 or PMC1234567 or doi:10.1136/bcr-2012-007891 about calcinosis?",
        "Which patient with Raynaud had diltiazem 180 mg/day in 2017?",
        "Which Therapies Failed In A Patient With Juvenile Dermatomyositis?",
        "papers from 2012-2017, CK 12000 U/l, platelets 150 000",
        "patients with MS, Crohn disease or Hashimoto thyroiditis",
        "anti-TIF1γ, HMG-CoA 3-hydroxy-3-methylglutaryl, IL-6 and 1/2/3 doses",
        "the record of case reports since 1999",
    ],
)
def test_what_a_literature_question_needs_is_left_alone(text: str) -> None:
    assert identifiers(text) == []
    assert warning(text) is None


def test_the_warning_names_the_kinds_and_repeats_nothing() -> None:
    told = warning("Mrs Ada Orchard, born 12/03/1961")
    assert told
    assert "name, date" in told
    assert "Orchard" not in told


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Mrs Ada Plumtree, born 12/03/1961, MRN 00123456: which therapies failed?", "a patient: which therapies failed?"),
        ("What helps Mrs. Ada Orchard with calcinosis?", "What helps a patient with calcinosis?"),
        ("Patient Ben Quince, DOB: 1961-03-12, has calcinosis. What helps?", "a patient, has calcinosis. What helps?"),
        ("a man named Jan van der Berg with calcinosis", "a man with calcinosis"),
        ("MRN 00123456 what helps?", "what helps?"),
        ("what helped\n- calcinosis  of elbows?", "what helped\n- calcinosis  of elbows?"),
    ],
)
def test_what_is_asked_instead_is_about_a_patient(text: str, asked: str) -> None:
    assert anonymous(text) == asked


HOSTILE = tuple(
    before + unit * times + after
    for before, unit, times, after in (
        *(("", one, 28_000, "") for one in ("AAA", "Mr ", "1 ", "a@", "+1 ", "Ab ", "1-")),
        *(("", one, 160_000, "") for one in ("a.", "a-")),
        ("mrn " * 20_000, "1-", 4000, ""),
        *(("MRN 00123456", one, 80_000, "x") for one in (" ", " ,")),
    )
)


def test_texts_made_to_be_slow_are_read_in_time() -> None:
    # All together take a second. What reads a run once for each of its characters needs half an hour for one of them.
    code = "import sys; from api.identifiers import anonymous; [anonymous(text) for text in sys.stdin.read().split('\\n')]"
    subprocess.run([sys.executable, "-c", code], input="\n".join(HOSTILE), text=True, timeout=PATIENCE_S, check=True)
