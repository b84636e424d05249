"""Laws of what a laboratory measures under the name of a drug, and of doses that a list or a pump tells."""

import pytest

from corpus.vocabulary import Vocabulary
from tests.ingest.cases.writing import case


def _doses(vocabulary: Vocabulary, *told: str) -> dict[str, str | None]:
    rows = case(vocabulary, *told, title="A case", heading="Case presentation").therapies
    return {row.therapy: row.dose.value if row.dose else None for row in rows}


@pytest.mark.parametrize(
    "told",
    [
        "Treatment was begun after sequencing found an adenosine-to-inosine change.",
        "On treatment her progesterone level stayed below the range.",
        "She was started on a diet; decreased testosterone and low estradiol were found.",
        "Follicle-stimulating hormone 9.1 mIU/mL (normal 1-8) was found after the operation.",
        "After fasting an elevated adrenocorticotropic hormone (ACTH) level was found.",
        "Given the high urinary 5-aminolevulinic acid, a test for porphyria was performed.",
        "Aminolevulinic acid in urine was measured after the attack.",
        "With the diet she took too few proteins to supply the essential amino acids.",
        "The primers used were 5'-CAT GGC ATT CTT-3' and 5'-AAG CAT TTG GCC-3'.",
        "Thiamine deficiency was treated as the cause.",
    ],
)
def test_what_a_body_makes_and_a_laboratory_measures_is_no_therapy(vocabulary: Vocabulary, told: str) -> None:
    names = {"adenosine", "progesterone", "testosterone", "estradiol", "follicle stimulating hormone", "corticotropin"}
    names |= {"aminolevulinic acid", "amino acid formula", "antituberculous drug", "thiamine"}
    assert not names & set(_doses(vocabulary, told))


@pytest.mark.parametrize(
    ("told", "therapy"),
    [
        ("She received testosterone 50 mg every four weeks.", "testosterone"),
        ("Because of low estradiol she was started on estradiol patches.", "estradiol"),
        ("Adenosine 6 mg was given and the rhythm converted.", "adenosine"),
        ("Thiamine 100 mg was given for the deficiency.", "thiamine"),
        ("Essential amino acids (0.3 g/kg/day) were added to the diet.", "amino acid formula"),
    ],
)
def test_the_same_thing_given_is_a_therapy(vocabulary: Vocabulary, told: str, therapy: str) -> None:
    assert therapy in _doses(vocabulary, told)


@pytest.mark.parametrize(
    ("told", "doses"),
    [
        ("He took 150 mg of phenytoin and 20 mg of enalapril per day.", {"phenytoin": "150 mg per day", "enalapril": "20 mg per day"}),
        ("He took phenytoin 150 mg and enalapril 20 mg daily.", {"phenytoin": "150 mg daily", "enalapril": "20 mg daily"}),
        (
            "She was given 5 mg folic acid, 0.2 g riboflavin and biotin 10 mg daily.",
            {"folic acid": "5 mg daily", "riboflavin": "0.2 g daily", "biotin": "10 mg daily"},
        ),
        ("She took prednisolone 20 mg and methotrexate 15 mg weekly.", {"prednisolone": "20 mg", "methotrexate": "15 mg weekly"}),
    ],
)
def test_the_rate_of_a_day_at_the_end_of_a_list_is_each_items(vocabulary: Vocabulary, told: str, doses: dict[str, str]) -> None:
    assert _doses(vocabulary, told) == doses


@pytest.mark.parametrize(
    ("told", "therapy", "dose"),
    [
        ("Busulfan (1 mg/kg on days -7, -6, -5) was given.", "busulfan", "1 mg/kg on days -7, -6, -5"),
        ("Methotrexate (10 mg/m 2 on day 1, 8 mg/m 2 on days 3 and 6) was given.", "methotrexate", "10 mg/m 2 on day 1"),
        ("Thymoglobulin (2 mg/kg on days 5, 7, 9) was added.", "antithymocyte globulin", "2 mg/kg on days 5, 7, 9"),
        ("He was given 6 units of short-acting insulin.", "insulin", "6 units"),
        ("Insulin 24 units in the morning and 12 units in the evening was taken.", "insulin", "24 units in the morning"),
        ("Cefazolin 25 mg/kg q 6 hr was given.", "cefazolin", "25 mg/kg q 6 hr"),
        ("Then 0.9% normal saline was infused at 80 ml per hour.", "saline", "80 ml per hour"),
        ("Then 0.9% saline was given.", "saline", None),
        ("We injected 1% propofol at an effect-site concentration of 3.5 µg/ml.", "propofol", "3.5 µg/ml"),
        ("Tacrolimus was given with a target concentration of 8 ng/ml.", "tacrolimus", None),
        ("A stem cell transplantation was performed. The graft held 4.1 x 10^6 CD34+ cells/kg.", "stem cell transplantation",
         "4.1 x 10^6 CD34+ cells/kg"),
    ],
)  # fmt: skip
def test_schedules_pumps_units_and_cells_are_doses(vocabulary: Vocabulary, told: str, therapy: str, dose: str | None) -> None:
    assert _doses(vocabulary, told)[therapy] == dose


def test_two_infusions_at_target_concentrations_respectively_have_each_its_own(vocabulary: Vocabulary) -> None:
    told = (
        "We injected 2% propofol (Anyname, Any Company, Norway) and remifentanil (Othername, Any Company, Norway) at target "
        "concentrations of 3 µg/ml and 4 ng/ml, respectively."
    )
    assert _doses(vocabulary, told) == {"propofol": "3 µg/ml", "remifentanil": "4 ng/ml"}


def test_the_transplantation_after_a_conditioning_is_one_of_cells(vocabulary: Vocabulary) -> None:
    assert "stem cell transplantation" in _doses(
        vocabulary, "After the conditioning regimen she received transplantation from her brother."
    )
    assert "stem cell transplantation" not in _doses(vocabulary, "She received a transplantation from her brother.")


def test_a_machine_beside_a_stopped_drug_was_not_stopped(vocabulary: Vocabulary) -> None:
    found = _doses(vocabulary, "He was treated by cessation of colistin and haemofiltration.")
    assert set(found) == {"haemodialysis"}
