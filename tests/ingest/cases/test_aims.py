"""Laws of what a therapy was for where that is no disease, of harms that bear a drug's name, and of results of several together."""

import pytest

from corpus.vocabulary import Vocabulary
from tests.ingest.cases.writing import Row, case, own


def _own(vocabulary: Vocabulary, told: str, title: str = "A case") -> list[Row]:
    return own(case(vocabulary, told, title=title, heading="Case presentation"))


def _targets(vocabulary: Vocabulary, told: str) -> dict[str, str | None]:
    return {therapy: target for therapy, target, _ in _own(vocabulary, told)}


@pytest.mark.parametrize(
    ("told", "targets"),
    [
        (
            "She had had headaches. Anaesthesia was induced with propofol 2 mg/kg, fentanyl 2 µg/kg and rocuronium 0.6 mg/kg.",
            {"propofol": "anaesthesia", "fentanyl": "anaesthesia", "rocuronium": "neuromuscular blockade"},
        ),
        (
            "After the operation under general anaesthesia, neostigmine 2 mg and glycopyrrolate 0.4 mg were given to reverse the block.",
            {"neostigmine": "reversal of neuromuscular blockade", "glycopyrrolate": "reversal of neuromuscular blockade"},
        ),
        ("She was intubated and sedated with midazolam 0.1 mg/kg/h.", {"midazolam": "sedation"}),
        ("Premedication was with midazolam 0.5 mg/kg.", {"midazolam": "premedication"}),
    ],
)
def test_an_anaesthetic_is_for_the_anaesthesia(vocabulary: Vocabulary, told: str, targets: dict[str, str]) -> None:
    found = _targets(vocabulary, told)
    assert {name: found[name] for name in targets} == targets


@pytest.mark.parametrize(
    ("told", "targets"),
    [
        (
            "He had a lymphoma. The conditioning regimen consisted of melphalan (140 mg/m2 on day -2) and fludarabine (30 mg/m2 daily).",
            {"melphalan": "conditioning", "fludarabine": "conditioning"},
        ),
        (
            "GVHD prophylaxis was composed of tacrolimus, mycophenolate (15 mg/kg on days 1, 2), and thymoglobulin (1 mg/kg on day 3).",
            dict.fromkeys(("tacrolimus", "mycophenolate", "antithymocyte globulin"), "graft-versus-host disease"),
        ),
        (
            "Aciclovir, cefotaxime and fluconazole were used for antiviral, antibacterial, and antifungal therapy, respectively.",
            {"aciclovir": "antiviral therapy", "cefotaxime": "antibacterial therapy", "fluconazole": "antifungal therapy"},
        ),
        ("Riboflavin and coenzyme Q10 were given for supporting energy production.", dict.fromkeys(("coenzyme Q10",), "energy production")),
        ("She took estradiol 1 mg daily, to replace failing ovarian hormones.", {"estradiol": "failing ovarian hormones"}),
        ("For bowel preparation, lactulose was given.", {"lactulose": "bowel preparation"}),
        (
            "For sugar control, insulin 9 units was injected, and albumin was infused to treat ascites.",
            {"insulin": "sugar control", "albumin": "ascites"},
        ),
        ("Co-trimoxazole was given as prophylaxis.", {"trimethoprim-sulfamethoxazole": "infection"}),
        (
            "He was managed as heart failure with enalapril and warfarin for atrial fibrillation.",
            {"enalapril": "heart failure", "warfarin": "atrial fibrillation"},
        ),
        (
            "His thirst was diagnosed as dehydration, and was treated with intravenous fluids.",
            {"intravenous fluids": "dehydration"},
        ),
    ],
)
def test_the_aim_is_what_the_sentence_says_in_so_many_words(vocabulary: Vocabulary, told: str, targets: dict[str, str]) -> None:
    found = _targets(vocabulary, told)
    assert {name: found[name] for name in targets} == targets


def test_what_was_wanted_by_giving_it_did_not_happen_yet(vocabulary: Vocabulary) -> None:
    assert {outcome for _, _, outcome in _own(vocabulary, "Thiamine was given for raising intake and improving energy.")} == {
        "not_reported"
    }


@pytest.mark.parametrize(
    "told",
    [
        "During anaesthesia atracurium was given and there was no response to train-of-four stimulation.",
        "At the end of anaesthesia neostigmine was given. The patient responded to verbal commands.",
    ],
)
def test_an_answer_to_a_stimulus_is_no_outcome(vocabulary: Vocabulary, told: str) -> None:
    assert {outcome for _, _, outcome in _own(vocabulary, told)} == {"not_reported"}


def test_a_harm_named_after_a_given_drug_is_that_drugs(vocabulary: Vocabulary) -> None:
    told = "Propofol was given at 5 mg/kg/h to control the seizures. On day 4 lactate was 90 mg/dL."
    assert _own(vocabulary, told, "Propofol infusion syndrome in a boy") == [("propofol", "epilepsy", "adverse_effect")]
    assert _own(vocabulary, told) == [("propofol", "epilepsy", "not_reported")]


def test_what_two_given_together_brought_is_told_of_both(vocabulary: Vocabulary) -> None:
    told = "He began hydrocortisone 10 mg and fludrocortisone 0.1 mg daily. Within weeks the vomiting disappeared."
    assert {(therapy, outcome) for therapy, _, outcome in _own(vocabulary, told)} == {
        ("hydrocortisone", "resolved"),
        ("fludrocortisone", "resolved"),
    }


def test_a_vitamin_that_is_the_only_treatment_is_credited_with_what_came_next(vocabulary: Vocabulary) -> None:
    told = "She was treated with biotin 10 mg/day. Her seizures stopped."
    assert _own(vocabulary, told) == [("biotin", "epilepsy", "improved")]


def test_resultant_normalization_is_a_resolution(vocabulary: Vocabulary) -> None:
    told = "She had hypernatraemia. Desmopressin brought a prompt normalization."
    assert {outcome for _, _, outcome in _own(vocabulary, told)} == {"resolved"}


def test_the_disease_a_transplant_brings_is_not_what_it_was_done_for(vocabulary: Vocabulary) -> None:
    told = "He received a stem cell transplantation. Acute graft-versus-host disease was treated with prednisolone and resolved."
    found = _own(vocabulary, told)
    assert ("stem cell transplantation", "graft-versus-host disease", "not_reported") not in found
    assert ("prednisolone", "graft-versus-host disease", "resolved") in found


def test_the_late_result_of_a_transplantation_is_its_own(vocabulary: Vocabulary) -> None:
    told = "After conditioning with busulfan he underwent bone marrow transplantation. He is alive and well 4 years later."
    assert ("stem cell transplantation", None, "improved") in _own(vocabulary, told)


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ("Filgrastim was started for neutropenia, and the neutrophil count rose.", ("filgrastim", "neutropenia", "improved")),
        ("Barbiturates were begun. Phenytoin 300 mg precipitated a porphyric attack.", ("phenytoin", None, "adverse_effect")),
    ],
)
def test_cells_that_rise_are_good_and_an_attack_that_a_drug_set_off_is_its_harm(vocabulary: Vocabulary, told: str, row: Row) -> None:
    assert row in _own(vocabulary, told)
