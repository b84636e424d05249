"""Laws of what a therapy is given against, where the same breath does not say it."""

import pytest

from corpus.vocabulary import Vocabulary
from ingest.cases.indication_lists import AGAINST
from ingest.cases.targets import target_of
from tests.ingest.cases.writing import case, own

TITLE = "A case report"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("He had hypertension and asthma. He took bisoprolol.", ("bisoprolol", "hypertension", "not_reported")),
        ("He took atorvastatin. He also had hyperlipidaemia.", ("atorvastatin", "hyperlipidaemia", "not_reported")),
        ("He had a fracture of the femur. Traction was applied.", ("traction", "fracture", "not_reported")),
    ],
)
def test_a_therapy_is_given_against_what_its_class_is_for_among_all_that_the_story_names(
    vocabulary: Vocabulary, text: str, row: tuple[str, str, str]
) -> None:
    assert own(case(vocabulary, text, title=TITLE)) == [row]


def test_what_was_not_found_is_not_treated(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "There was no evidence of asthma. He was given salbutamol.", title=TITLE)) == [
        ("salbutamol", None, "not_reported")
    ]


def test_the_title_says_what_is_treated_where_the_story_does_not(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "He was given ceftriaxone.", title="Leptospirosis in a farmer")) == [
        ("ceftriaxone", "infection", "not_reported")
    ]


def test_a_drug_of_the_course_is_for_what_was_diagnosed_but_one_taken_at_home_is_not(vocabulary: Vocabulary) -> None:
    text = "His regular medication was prednisone. Sarcoidosis was diagnosed. Infliximab was started."
    assert own(case(vocabulary, text, title=TITLE)) == [("prednisone", None, "not_reported"), ("infliximab", "sarcoidosis", "not_reported")]


def test_every_therapy_and_condition_of_the_lists_is_one_the_vocabulary_knows(vocabulary: Vocabulary) -> None:
    known = {entity.name: entity for entity in vocabulary.entities}
    groups = {group for entity in known.values() for group in entity.groups}
    assert [name for name in AGAINST if name not in known and name not in groups] == []
    unknown = {name for conditions in AGAINST.values() for name in conditions if name not in known and name not in groups}
    assert unknown == set()
    assert all(
        target_of(known[name]) or known[name].kind == "condition" for conditions in AGAINST.values() for name in conditions if name in known
    )


@pytest.mark.parametrize(
    ("told", "therapy", "target"),
    [
        ("Phenylketonuria was diagnosed at birth. She was given a low-phenylalanine diet.", "low-phenylalanine diet", "phenylketonuria"),
        ("The diagnosis was biotinidase deficiency. He was given biotin 10 mg daily.", "biotin", "biotinidase deficiency"),
        ("Hyperammonaemia was found. He was given sodium benzoate 250 mg/kg/day.", "sodium benzoate", "hyperammonaemia"),
        ("Treatment for gout consisted of allopurinol 300 mg daily.", "allopurinol", "gout"),
        ("Deep vein thrombosis prophylaxis consisted of compression stockings and heparin.", "heparin", "deep vein thrombosis"),
    ],
)
def test_a_diet_or_cofactor_is_against_the_metabolic_disease_that_is_told(
    vocabulary: Vocabulary, told: str, therapy: str, target: str
) -> None:
    rows = case(vocabulary, told, title="A case", heading="Case presentation").therapies
    assert [row.target for row in rows if row.therapy == therapy] == [target]


def test_a_diet_may_have_changed_what_it_is_not_usually_given_for(vocabulary: Vocabulary) -> None:
    told = "Phenylketonuria was diagnosed late. On the low-phenylalanine diet the eczema resolved."
    (row,) = case(vocabulary, told, title="A case", heading="Case presentation").therapies
    assert (row.therapy, row.outcome) == ("low-phenylalanine diet", "resolved")
