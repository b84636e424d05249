"""Laws of how a dose may be printed, in all fields of medicine: amounts, rates, weights, schedules, lists, and what is no dose."""

import pytest

from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import case, report


def _dose(vocabulary: Vocabulary, therapy: str, *told: str) -> str | None:
    rows = [row for row in case(vocabulary, *told, title="A case", heading="Case presentation").therapies if row.therapy == therapy]
    assert rows, f"no row of {therapy}"
    return rows[0].dose.value if rows[0].dose else None


@pytest.mark.parametrize(
    ("told", "therapy", "dose"),
    [
        ("Sodium benzoate 250 mg/kg/day and arginine were infused continuously.", "sodium benzoate", "250 mg/kg/day"),
        ("Carglumic acid was started at a loading dose of 100 mg/kg.", "carglumic acid", "100 mg/kg"),
        ("Oral L-carnitine (100 mg/kg/day in three divided doses) was added.", "L-carnitine", "100 mg/kg/day in three divided doses"),
        ("Hydrocortisone was replaced at 10 mg/m²/day in 3 divided doses.", "hydrocortisone", "10 mg/m²/day in 3 divided doses"),
        ("Hydrocortisone was given in a dose of 100 mg/m2 per day.", "hydrocortisone", "100 mg/m2 per day"),
        ("Agalsidase beta (1.0 mg/kg body weight every 2 weeks) was started.", "agalsidase", "1.0 mg/kg body weight every 2 weeks"),
        ("Prednisone 1 mg per kg body weight per day was begun.", "prednisone", "1 mg per kg body weight per day"),
        ("Imiglucerase at 60 U/kg every two weeks was begun.", "imiglucerase", "60 U/kg every two weeks"),
        ("Laronidase (100 U/kg/week) was infused.", "laronidase", "100 U/kg/week"),
        ("She was treated with IVIG 2 g/kg over 2 days.", "intravenous immunoglobulin", "2 g/kg over 2 days"),
        ("Amikacin (15mg/kg/24h) was given.", "amikacin", "15mg/kg/24h"),
        ("Cefotaxime (200 mg/kg per 24 h in 4 doses) was given.", "cefotaxime", "200 mg/kg per 24 h in 4 doses"),
        ("Ampicillin (200 mg/kg/day divided every 6 hours) was given.", "ampicillin", "200 mg/kg/day divided every 6 hours"),
        ("Mycophenolate 600 mg/m2/dose every 12 hours was started.", "mycophenolate", "600 mg/m2/dose every 12 hours"),
        ("Adrenaline was infused at 0.1-0.5 µg/kg/min.", "adrenaline", "0.1-0.5 µg/kg/min"),
        ("Recombinant factor VIIa at 90 μg/kg every 2–3 h was used.", "recombinant factor VIIa", "90 μg/kg every 2–3 h"),
        ("Sodium bicarbonate (2–4 mEq/kg/day) was prescribed.", "sodium bicarbonate", "2–4 mEq/kg/day"),
        ("Iron supplementation (6 mg/kg/day of elemental iron) was added.", "oral iron", "6 mg/kg/day"),
        ("A low-protein diet (0.8 g/kg/day) was started.", "low-protein diet", "0.8 g/kg/day"),
        ("Uncooked cornstarch at 2 g/kg every 4 hours was given overnight.", "cornstarch", "2 g/kg every 4 hours"),
        ("Packed red cells (15 ml/kg) were transfused.", "blood transfusion", "15 ml/kg"),
    ],
)
def test_a_dose_by_weight_or_surface_is_read_with_its_rate(vocabulary: Vocabulary, told: str, therapy: str, dose: str) -> None:
    assert _dose(vocabulary, therapy, told) == dose


@pytest.mark.parametrize(
    ("rate"),
    [
        "q8h", "q 12 h", "b.i.d.", "TDS", "OD", "qhs", "every other day", "on alternate days", "8-hourly", "eight hourly", "thrice weekly",
        "every eight hours", "at bedtime", "in the morning", "per day", "four times a day", "every second day", "fortnightly", "1-0-1",
        "once every two weeks", "three times per week", "every 28 days", "nightly", "as needed", "in two divided doses", "as a single dose",
        "weekly × 4", "on days 1 and 8", "with every meal", "q3w",
    ],
)  # fmt: skip
def test_a_rate_belongs_to_the_dose_however_it_is_written(vocabulary: Vocabulary, rate: str) -> None:
    assert _dose(vocabulary, "baclofen", f"Baclofen 10 mg {rate} was tried.") == f"10 mg {rate}"


@pytest.mark.parametrize(
    "dose",
    [
        "0·5 mg/kg per day", "10 mg·kg−1·day−1", "10 mg kg-1 d-1", "5–10 mg/kg/day", "5\u202fmg/kg/day", "1mg/kg/day", "2×25 mg/day",
        "40 mg, PO, once daily", "40 mg every morning", "500 mg po qd", "750 mg t.d.s",
    ],
)  # fmt: skip
def test_typography_changes_no_dose(vocabulary: Vocabulary, dose: str) -> None:
    assert _dose(vocabulary, "prednisone", f"Prednisone {dose} was begun.") == dose


@pytest.mark.parametrize(
    "told",
    [
        "Prednisone was added to her treatment at a dose of {}.", "Prednisone was added to the regimen ({}).",
        "Prednisone, orally at {}, was begun.",
        "Prednisone therapy (starting dose {}) was begun.", "Prednisone was given for ten days at {}.",
        "Her prednisone dosage, {}, was halved.",
        "Prednisone for ten days, {}, was given.", "Prednisone (PO {}) was begun.", "Prednisone (Pred; Somefirm) {} was begun.",
    ],
)  # fmt: skip
def test_a_dose_is_found_wherever_its_sentence_puts_it(vocabulary: Vocabulary, told: str) -> None:
    assert _dose(vocabulary, "prednisone", told.format("40 mg daily")) == "40 mg daily"


@pytest.mark.parametrize(
    "amount",
    [
        "0.25 mg", "250 micrograms", "50,000 IU", "5 000 units", "24 million units", "2 MIU", "40 mmol", "20 mEq", "2 puffs", "one drop",
        "two tablets", "3 vials", "3.7 GBq", "30 mCi", "20 ppm", "15 mL", "500 mcg", "160/800 mg", "1.5 to 2 g", "half a tablet",
    ],
)  # fmt: skip
def test_an_amount_is_read_in_any_unit_that_things_are_given_in(vocabulary: Vocabulary, amount: str) -> None:
    assert _dose(vocabulary, "baclofen", f"She was given baclofen, {amount} twice daily.") == f"{amount} twice daily"


@pytest.mark.parametrize(
    ("told", "therapy", "dose"),
    [
        ("A 1 g bolus of methylprednisolone was given.", "methylprednisolone", "1 g"),
        ("A bolus of 1 g methylprednisolone was given.", "methylprednisolone", "1 g"),
        ("Three 500-mg pulses of methylprednisolone were given.", "methylprednisolone", "500 mg"),
        ("She was given a daily dose of 5 mg of folic acid.", "folic acid", "5 mg"),
        ("A dose of 150 mg/day of pregabalin was prescribed.", "pregabalin", "150 mg/day"),
        ("He was loaded with 18 mg/kg of intravenous phenytoin.", "phenytoin", "18 mg/kg"),
        ("A 20 ml/kg bolus of normal saline was given.", "saline", "20 ml/kg"),
        ("Two units of packed red blood cells were transfused.", "blood transfusion", "Two units"),
        ("Two additional units of platelets were given.", "platelet transfusion", "Two additional units"),
        ("He took two tablets of paracetamol.", "paracetamol", "two tablets"),
        ("An injection of 2.4 million units of benzathine penicillin was given.", "benzathine penicillin", "2.4 million units"),
        ("He was treated with 100 mg of hydrocortisone every 6 hours.", "hydrocortisone", "100 mg every 6 hours"),
        ("She continues to take 5 mg of prednisone per day.", "prednisone", "5 mg per day"),
    ],
)
def test_a_dose_before_its_drug_is_read_with_the_rate_behind_it(vocabulary: Vocabulary, told: str, therapy: str, dose: str) -> None:
    assert _dose(vocabulary, therapy, told) == dose


def test_a_later_day_is_no_rate_of_a_dose_before_its_drug(vocabulary: Vocabulary) -> None:
    assert _dose(vocabulary, "hydrocortisone", "He was given 100 mg of hydrocortisone a day later.") == "100 mg"
    assert _dose(vocabulary, "hydrocortisone", "He was given 100 mg of hydrocortisone once the diagnosis was made.") == "100 mg"


@pytest.mark.parametrize(
    ("told", "therapy", "dose"),
    [
        ("The dose of levetiracetam was increased to 1500 mg twice daily.", "levetiracetam", "1500 mg twice daily"),
        ("Levetiracetam, taken for years without any seizure, was raised to 1500 mg per day.", "levetiracetam", "1500 mg per day"),
        ("Imatinib, started one year earlier at another hospital, was doubled to 800 mg a day.", "imatinib", "800 mg a day"),
        ("Gabapentin was increased gradually over several weeks to a maximum of 2400 mg daily.", "gabapentin", "2400 mg daily"),
        ("Vigabatrin was increased stepwise to 150 mg/kg/day.", "vigabatrin", "150 mg/kg/day"),
        ("Penicillamine was introduced slowly up to 1 g/day.", "penicillamine", "1 g/day"),
        ("The boy has been on nitisinone since birth at 2 mg/kg/day.", "nitisinone", "2 mg/kg/day"),
        ("She was started on ketoconazole, initially 400 mg and later 800 mg daily.", "ketoconazole", "400 mg"),
        ("Tocilizumab was administered at a fixed dose of 162 mg every week.", "tocilizumab", "162 mg every week"),
        ("Intravenous dextrose at a glucose infusion rate of 8 mg/kg/min was given.", "dextrose", "8 mg/kg/min"),
        ("Thiamine was administered intravenously; the dose was 200 mg twice a day.", "thiamine", "200 mg twice a day"),
        ("Hydroxocobalamin 1000 µg was injected weekly.", "hydroxocobalamin", "1000 µg weekly"),
        ("He was started on sapropterin (Kuvan, Biotown), 20 mg/kg/day.", "sapropterin", "20 mg/kg/day"),
        ("He was treated with octreotide long-acting release 20 mg every 28 days.", "octreotide", "20 mg every 28 days"),
    ],
)  # fmt: skip
def test_a_dose_is_read_where_other_words_stand_between_it_and_its_drug(vocabulary: Vocabulary, told: str, therapy: str, dose: str) -> None:
    assert _dose(vocabulary, therapy, told) == dose


@pytest.mark.parametrize(
    ("told", "dose"),
    [
        ("Prednisolone was tapered from 60 to 10 mg over six weeks.", "60 to 10 mg"),
        ("Prednisolone was tapered from 60 mg to 10 mg daily.", "60 mg"),
        ("Prednisolone was increased from 5 mg to 40 mg daily.", "40 mg daily"),
        ("Prednisolone, 40 mg initially, then 20 mg every morning, was given.", "40 mg"),
        ("Prednisolone (60 mg/d for 5 days, then 40 mg/d) was given.", "60 mg/d"),
        ("Prednisolone was started at 1 mg/kg, that is 50 mg daily.", "1 mg/kg"),
    ],
)
def test_of_a_schedule_the_dose_is_where_a_taper_begins_and_where_a_rise_ends(vocabulary: Vocabulary, told: str, dose: str) -> None:
    assert _dose(vocabulary, "prednisolone", told) == dose


@pytest.mark.parametrize(
    ("told", "doses"),
    [
        ("Valproate and phenytoin were started at 20 mg/kg and 5 mg/kg, respectively.", ["20 mg/kg", "5 mg/kg"]),
        ("Valproate and phenytoin were taken in doses of 600 and 200 mg daily, respectively.", ["600 mg daily", "200 mg daily"]),
        ("Valproate and phenytoin (200 mg each) were taken.", ["200 mg", "200 mg"]),
        ("Valproate (600 mg/d) and phenytoin (200 mg/d) were taken.", ["600 mg/d", "200 mg/d"]),
        ("Valproate and phenytoin 200 mg were taken.", [None, "200 mg"]),
        ("She took 600 mg of valproate and 200 mg of phenytoin.", ["600 mg", "200 mg"]),
    ],
)
def test_each_drug_of_an_enumeration_has_the_dose_that_is_meant_for_it(vocabulary: Vocabulary, told: str, doses: list[str | None]) -> None:
    assert [_dose(vocabulary, drug, told) for drug in ("valproate", "phenytoin")] == doses


@pytest.mark.parametrize(
    ("told", "therapy", "dose"),
    [
        ("He received carboplatin (AUC = 5) and etoposide.", "carboplatin", "AUC = 5"),
        ("Cisplatin 75 mg/m2 on day 1 was given.", "cisplatin", "75 mg/m2 on day 1"),
        ("Vincristine 1.5 mg/m2 (max 2 mg) was given weekly.", "vincristine", "1.5 mg/m2"),
        ("Radiotherapy was delivered to a total of 50 Gy in 25 fractions.", "radiotherapy", "50 Gy in 25 fractions"),
        ("She underwent radiotherapy of the chest wall (40 Gy in 15 fractions).", "radiotherapy", "40 Gy in 15 fractions"),
        ("Stereotactic radiosurgery at 18 Gy was delivered to the lesion.", "stereotactic radiosurgery", "18 Gy"),
        ("Pembrolizumab at a dose of 200 mg every 3 weeks was commenced.", "pembrolizumab", "200 mg every 3 weeks"),
    ],
)
def test_doses_of_cancer_therapy_are_read(vocabulary: Vocabulary, told: str, therapy: str, dose: str) -> None:
    assert _dose(vocabulary, therapy, told) == dose


@pytest.mark.parametrize(
    ("told", "therapy"),
    [
        ("Tacrolimus was given with trough levels of 8 ng/ml.", "tacrolimus"),
        ("He was treated with phenytoin; the level was 25 mg/L.", "phenytoin"),
        ("On metformin her glucose was 180 mg/dL.", "metformin"),
        ("He was treated with allopurinol because of a uric acid of 12 mg/dL.", "allopurinol"),
        ("Albumin was infused because it had fallen to 18 g/L.", "albumin"),
        ("Ammonia fell to 60 µmol/L on sodium benzoate.", "sodium benzoate"),
        ("Haemoglobin rose to 10 g/dL after blood transfusion.", "blood transfusion"),
        ("After furosemide he passed 800 ml of urine.", "furosemide"),
        ("Furosemide was given and the urine output was 50 mL/h.", "furosemide"),
        ("She was treated with prednisone and lost 10 kg.", "prednisone"),
        ("Surgery was performed with a blood loss of 500 ml.", "surgery"),
    ],
)
def test_what_was_measured_is_no_dose(vocabulary: Vocabulary, told: str, therapy: str) -> None:
    assert _dose(vocabulary, therapy, told) is None


@pytest.mark.parametrize(
    ("told", "therapy"),
    [
        ("A stimulation test with 250 µg of tetracosactide was abnormal, and hydrocortisone was started.", "hydrocortisone"),
        ("A 75 g glucose tolerance test was done before metformin was started.", "metformin"),
        ("After an injection of 10 mCi of FDG a PET scan was done, and prednisone was started.", "prednisone"),
        ("Gadolinium 0.1 mmol/kg was injected, and aciclovir was started.", "aciclovir"),
        ("Prednisone was given, and 500 ml of bile was drained.", "prednisone"),
    ],
)
def test_the_amount_of_a_diagnostic_agent_is_no_drugs_dose(vocabulary: Vocabulary, told: str, therapy: str) -> None:
    assert _dose(vocabulary, therapy, told) is None


@pytest.mark.parametrize(
    ("next_sentence", "dose"),
    [
        ("The dose was 200 mg twice a day.", "200 mg twice a day"),
        ("It was started at 100 mg daily and later raised.", "100 mg daily"),
        ("The level was 100 ng/ml.", None),
        ("The weight was 12 kg, and 100 mg daily of zinc was added.", None),
    ],
)
def test_a_dose_told_in_the_next_sentence_is_the_one_drugs_of_the_sentence_before(
    vocabulary: Vocabulary, next_sentence: str, dose: str | None
) -> None:
    assert _dose(vocabulary, "miglustat", f"She was started on miglustat in May. {next_sentence}") == dose


def test_the_fullest_printing_of_the_first_dose_is_kept(vocabulary: Vocabulary) -> None:
    assert (
        _dose(vocabulary, "miglustat", "She was started on miglustat 100 mg.", "She took miglustat 100 mg thrice daily.")
        == "100 mg thrice daily"
    )
    assert _dose(vocabulary, "miglustat", "She was started on miglustat 100 mg.", "She took miglustat 200 mg thrice daily.") == "100 mg"


def test_a_dose_told_of_both_patients_at_once_is_each_ones(vocabulary: Vocabulary) -> None:
    told = report(
        ("Case 1", "A 30-year-old woman was started on miglustat. Her gait improved."),
        ("Case 2", "A 25-year-old man was started on miglustat. His gait did not improve."),
        ("Discussion", "In the present cases, both patients were given miglustat 200 mg thrice daily."),
        title="Two cases",
    )
    found = read_case(told, vocabulary)
    doses = {row.patient_id: row.dose and row.dose.value for row in found.therapies if row.therapy == "miglustat"}
    assert doses == {"r#patient1": "200 mg thrice daily", "r#patient2": "200 mg thrice daily"}


def test_how_long_it_was_given_is_no_part_of_a_dose_that_has_a_rate(vocabulary: Vocabulary) -> None:
    (row,) = case(vocabulary, "She took aciclovir 800 mg five times daily for 7 days.", title="A case").therapies
    assert row.dose is not None
    assert row.duration is not None
    assert (row.dose.value, row.duration.value) == ("800 mg five times daily", "7 days")


def test_the_words_that_prove_a_dose_stand_in_its_paragraph(vocabulary: Vocabulary) -> None:
    told = "He was treated with 100 mg of hydrocortisone every 6 hours."
    (row,) = case(vocabulary, told, title="A case").therapies
    assert row.dose is not None
    assert row.dose.proof.quote == "100 mg of hydrocortisone every 6 hours"
    assert told[row.dose.proof.start : row.dose.proof.end] == row.dose.proof.quote


@pytest.mark.parametrize(
    ("told", "duration"),
    [
        (
            "Thalidomide was introduced at 50 mg/day for four weeks and then raised to 75 mg/day. It was continued for 18 months.",
            "18 months",
        ),
        ("Thalidomide was introduced at 50 mg/day for four weeks, then increased to 75 mg/day.", None),
        ("Thalidomide 50 mg/day was begun. The drug was given for 6 weeks.", "6 weeks"),
        ("Thalidomide and colchicine were begun. It was continued for 18 months.", None),
        ("Thalidomide 50 mg/day was given for four weeks. The rash was gone for 6 months.", "four weeks"),
    ],
)
def test_how_long_a_therapy_went_on_is_not_how_long_its_first_step_was(vocabulary: Vocabulary, told: str, duration: str | None) -> None:
    rows = case(vocabulary, told, title="A case", heading="Case presentation").therapies
    (row,) = [one for one in rows if one.therapy == "thalidomide"]
    assert (row.duration.value if row.duration else None) == duration
