"""Laws of what is taken for a patient's identifier, and of what is not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.identifiers import anonymous, identifiers, warning, without_identifiers
from tests.patience import PATIENCE_S

DATA = Path(__file__).parents[2] / "evals" / "data"
QUESTIONS = [path for folder in ("bundled", "natural") for path in sorted((DATA / folder).rglob("*.jsonl"))]


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
        ("call her on 555-1234 about it", "call her on [telephone number] about it"),
        ("tel 0151 2345678, Tel.: 030/123456", "tel [telephone number], Tel.: [telephone number]"),
        ("phone: 555 123 4567", "phone: [telephone number]"),
        ("(555) 123-4567, 06 12 34 56 78, 07700 900123", "[telephone number], [telephone number], [telephone number]"),
        ("MRN: A12-3456, Pat.-Nr. 1234567", "MRN: [record number], Pat.-Nr. [record number]"),
        ("Fallnummer 99887766", "Fallnummer [record number]"),
        ("geb. 3. Mai 1950", "geb. [date]"),
        ("geb. am 3.5.50", "geb. am [date]"),
        ("née le 1er août 1950", "née le [date]"),
        ("nacida el 3 de mayo de 1950", "nacida el [date]"),
        ("DOB 03/1961, b. 12.03.1961, born in March 1961", "DOB [date], b. [date], born in [date]"),
    ],
)
def test_what_tells_who_a_patient_is_is_taken_out(text: str, left: str) -> None:
    assert without_identifiers(text) == left
    assert warning(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Does Mrs Anna Schmidt need surgery?", "Does Mrs [name] need surgery?"),
        ("My patient, Mrs Anna Schmidt, has it", "My patient, Mrs [name], has it"),
        ("Mr J. R. O'Brien-McDonald and Ms D'Angelo", "Mr [name] and Ms [name]"),
        ("Mrs S. improved. What helps Mr K.?", "Mrs [name] improved. What helps Mr [name]?"),
        ("for Mrs S. What helps?", "for Mrs [name]. What helps?"),
        ("What Helps Mrs Schmidt With Calcinosis?", "What Helps Mrs [name] With Calcinosis?"),
        ("Mrs Schmidt's MRI", "Mrs [name]'s MRI"),
        ("Herr Dr. BECKER hat Kalzinose", "Herr Dr. [name] hat Kalzinose"),
        ("Hat Frau von der Leyen-Groß Kalzinose?", "Hat Frau [name] Kalzinose?"),
        ("Frau Schmidt Kalzinose", "Frau [name] Kalzinose"),
        ("Que faire chez M. Dupont ?", "Que faire chez M. [name] ?"),
        ("M. Jean-Luc Petit a une calcinose", "M. [name] a une calcinose"),
        ("Mme Dupont, née Martin", "Mme [name], née [name]"),
        ("La Sra. María García de la Cruz tiene", "La Sra. [name] tiene"),
        ("pt Gesine Kowalski w/ SLE", "pt [name] w/ SLE"),
        ("Patient: Gesine Kowalski, 49", "Patient: [name], 49"),
        ("My patient Kowalski has", "My patient [name] has"),
        ("Patientin Gesine Kowalski, 49 J.", "Patientin [name], 49 J."),
        ("a 49-year-old called Kowalski", "a 49-year-old called [name]"),
        ("Her name is Kowalski", "Her name is [name]"),
        ("Kowalski, Gesine, geb. 12.03.1961", "[name], geb. [date]"),
        ("Does Gesine Kowalski (MRN 1234567) need it?", "Does [name] (MRN [record number]) need it?"),
        ("diltiazem for John Smith's lupus?", "diltiazem for [name]'s lupus?"),
        ("Can Anna K. Schmidt have it?", "Can [name] have it?"),
    ],
)
def test_a_name_goes_whole_by_its_title_its_patient_its_number_or_a_given_name(text: str, left: str) -> None:
    assert without_identifiers(text) == left
    assert warning(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sjogren's, Sjögren's syndrome, Raynaud's phenomenon, Hashimoto's thyroiditis",
        "Gottron papules, Henoch-Schonlein purpura, Stevens Johnson syndrome, Wegener",
        "My patient Raynaud got worse, patient Stevens Johnson syndrome",
        "Charcot Marie Tooth disease, Ann Arbor staging, Rose Bengal, May Thurner, Pierre Robin sequence",
        "M. Crohn, bei M. Bechterew, Morbus Wegener, M. tuberculosis",
        "a drug called Diltiazem, a so-called Shawl sign, brand name: Enbrel",
        "Linan-Barroso 2022, the Shahani case, Goel and Shanks, Conde et al.",
        "What did Anna Kruszewska report? And Maria Lopez et al., John Smith 2019, the study by Jane Doe?",
        "Dr. Anna Schmidt and Maria Lopez, Prof. Peter Jones, John Smith and Jane Doe",
        "Robert Koch Institute, Louis Pasteur Hospital, St. Thomas Hospital",
        "a 49-year-old woman, 49 J., the 2016 ESWT trial, reports since 2015, OR 1.68, 30 mg/day",
        "published on 12 March 2016, guideline of 12.03.2016, NHS 2015-2019",
        "Which Patient Responded To Ruxolitinib? Patient Reported Outcomes After Surgery",
        "Premature Children Born In 2010, MR Angiography, Sr 89, T cell 150000, CD4+ 1200 (800-1500)",
        "ISSN 0123-4567, NCT01234567, ORCID 0000-0002-1825-0097",
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


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: str(path.relative_to(DATA)))
def test_no_question_of_the_evaluation_sets_loses_a_word(path: Path) -> None:
    assert [line for line in path.read_text(encoding="utf-8").splitlines() for text in _told(json.loads(line)) if identifiers(text)] == []


def _told(value: object) -> list[str]:
    """Every text of a line, however deep."""
    if isinstance(value, str):
        return [value]
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in held for text in _told(one)]


def test_the_warning_names_the_kinds_and_repeats_nothing() -> None:
    told = warning("Mrs Ada Orchard, born 12/03/1961")
    assert told
    assert "name, date" in told
    assert "Orchard" not in told


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Mrs Ada Plumtree, born 12/03/1961, MRN 00123456: which therapies failed?", "A patient: which therapies failed?"),
        ("What helps Mrs. Ada Orchard with calcinosis?", "What helps a patient with calcinosis?"),
        ("Patient Ben Quince, DOB: 1961-03-12, has calcinosis. What helps?", "A patient has calcinosis. What helps?"),
        ("a man named Jan van der Berg with calcinosis", "a man with calcinosis"),
        ("MRN 00123456 what helps?", "what helps?"),
        ("My patient, Mrs Anna Schmidt, has calcinosis. Would surgery help?", "My patient has calcinosis. Would surgery help?"),
        ("My patient, Mrs Anna Schmidt, born 12.03.1961, has calcinosis.", "My patient has calcinosis."),
        ("Maria Lopez, MRN 12345678, tel 0151 2345678, a.b@c.de: which treatment?", "A patient: which treatment?"),
        ("Herr Hans Becker (geb. 3. Mai 1950), Kalzinose", "Ein Patient, Kalzinose"),
        ("Bei Herrn Becker (49 J., Pat.-Nr. 1234567) Kalzinose", "Bei einem Patienten (49 J.) Kalzinose"),
        ("La Sra. García, nacida el 3 de mayo de 1950, tiene calcinosis", "Una paciente tiene calcinosis"),
        ("Que faire chez M. Dupont?", "Que faire chez un patient?"),
        ("diltiazem for John Smith's lupus calcinosis?", "diltiazem for a patient's lupus calcinosis?"),
        ("Does surgery help Maria Lopez' hands?", "Does surgery help a patient's hands?"),
        ("A woman, Anna Schmidt, with calcinosis", "A woman with calcinosis"),
        ("The patient (Anna Schmidt) has calcinosis", "The patient has calcinosis"),
        ("Mrs Anna Schmidt, calcinosis for 3 years", "A patient, calcinosis for 3 years"),
        ("In patient Ben Quince, what helps?", "In a patient, what helps?"),
        ("Her name is Kowalski. What helps?", "What helps?"),
        ("Admitted on 12/03/2020 with calcinosis", "Admitted with calcinosis"),
        ("what helped\n- calcinosis  of elbows?", "what helped\n- calcinosis  of elbows?"),
    ],
)
def test_what_is_asked_instead_is_about_a_patient(text: str, asked: str) -> None:
    assert anonymous(text) == asked


HOSTILE = tuple(
    before + unit * times + after
    for before, unit, times, after in (
        *(("", one, 28_000, "") for one in ("AAA", "Mr ", "1 ", "a@", "+1 ", "Ab ", "1-", "Ab-", "Anna ", "Mr A.", "Mrs Ab, ")),
        *(("", one, 160_000, "") for one in ("a.", "a-")),
        ("mrn " * 20_000, "1-", 4000, ""),
        *(("MRN 00123456", one, 80_000, "x") for one in (" ", " ,")),
    )
)


def test_texts_made_to_be_slow_are_read_in_time() -> None:
    # All together take some seconds. What reads a run once for each of its characters needs half an hour for one of them.
    code = "import sys; from api.identifiers import anonymous; [anonymous(text) for text in sys.stdin.read().split('\\n')]"
    subprocess.run([sys.executable, "-c", code], input="\n".join(HOSTILE), text=True, timeout=PATIENCE_S, check=True)
