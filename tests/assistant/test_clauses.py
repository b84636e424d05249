"""A sentence taken apart: who did what to which target, clause by clause."""

import pytest

from assistant.clauses import ClauseReader
from corpus.case import Proof
from corpus.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def reader(vocabulary: Vocabulary) -> ClauseReader:
    return ClauseReader(vocabulary)


def told(reader: ClauseReader, text: str) -> list[tuple[list[str], list[str], list[str]]]:
    """(drugs, targets, directions) of every clause."""
    clauses = reader.clauses(text)
    return [([names[0] for names in one.therapies], sorted(one.targets), sorted(one.ways)) for one in clauses]


def test_a_new_outcome_begins_a_new_clause(reader: ClauseReader) -> None:
    assert told(reader, "Her strength improved, but the calcinosis continued to grow.") == [
        ([], ["muscle"], ["better"]),
        ([], ["calcinosis"], ["worse"]),
    ]


def test_drugs_that_share_an_outcome_share_a_clause(reader: ClauseReader) -> None:
    assert told(reader, "Methotrexate and prednisone failed against the calcinosis.") == [
        (["methotrexate", "prednisone"], ["calcinosis"], ["worse"])
    ]


def test_what_tells_no_outcome_goes_on_with_the_one_before(reader: ClauseReader) -> None:
    assert told(reader, "Nodules were not reduced by colchicine; with diltiazem it was the same.") == [
        (["colchicine"], ["calcinosis"], ["worse"]),
        (["diltiazem"], [], ["worse"]),
    ]


def test_a_quote_without_a_drug_is_about_those_named_before_it(reader: ClauseReader) -> None:
    text = "Rituximab was given. The calcinosis did not respond. Tofacitinib was planned."
    quote = "The calcinosis did not respond."
    (clause,) = reader.quoted(text, Proof("p", text.index(quote), text.index(quote) + len(quote), quote))
    assert [names[0] for names in clause.therapies] == ["rituximab"]


def test_two_drugs_of_one_class_are_not_each_other(reader: ClauseReader) -> None:
    rituximab, infliximab, biologics = reader.clauses("Rituximab failed. Infliximab failed. Biologics failed.")
    assert not rituximab.may_be(infliximab)
    assert rituximab.may_be(biologics)
    assert rituximab.may_be(reader.clauses("The treatment failed.")[0])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("methotrexate 15 mg weekly and prednisone 40 mg/day", {"15 mg": {"methotrexate"}, "40 mg": {"prednisone"}}),
        ("prednisone 40 mg/day and 15 mg of methotrexate", {"40 mg": {"prednisone"}, "15 mg": {"prednisone", "methotrexate"}}),
        ("40 mg of prednisone was given", {"40 mg": {"prednisone"}}),
        ("methotrexate and prednisone, 15 mg and 40 mg respectively", {"15 mg": {"methotrexate", "prednisone"}}),
    ],
)
def test_a_figure_belongs_to_the_drug_beside_it(reader: ClauseReader, sentence: str, expected: dict[str, set[str]]) -> None:
    for figure, drugs in expected.items():
        owners = [names[0] for piece, owners in reader.owned(sentence) if figure in piece for names in owners]
        assert set(owners) == drugs


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Anti-Mi2 was positive.", [True]),
        ("Anti-Mi2 and anti-MDA5 antibodies were negative.", [False, False]),
        ("She was negative for anti-Mi2 and positive for anti-MDA5.", [False, True]),
        ("She had anti-Mi2-positive disease without anti-MDA5 antibodies.", [True, False]),
        ("Anti-Mi2 antibodies were measured.", [None]),
    ],
)
def test_an_antibody_is_there_or_not_as_it_is_said(reader: ClauseReader, sentence: str, expected: list[bool | None]) -> None:
    assert [positive for _, positive in reader.antibodies(sentence)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Methotrexate was stopped and the calcinosis recurred.", {"worse"}),
        ("The dose was increased to 75 mg and the rash cleared.", {"better"}),
        ("Prednisone was reduced.", set()),
        ("Prednisone reduced the rash.", {"better"}),
        ("None of the three children relapsed.", {"better"}),
        ("Neither rituximab nor diltiazem made the deposits smaller.", {"worse"}),
        ("No medical treatment gave a clear clinical or radiological benefit.", {"worse"}),
        ("Respiratory failure improved.", {"better"}),
        ("No more than three patients improved.", {"better"}),
    ],
)
def test_what_is_done_with_a_drug_is_no_outcome_and_nobody_turns_one_round(reader: ClauseReader, text: str, expected: set[str]) -> None:
    assert reader.ways(text) == expected


def test_a_quote_without_a_target_goes_on_with_the_last_one(reader: ClauseReader) -> None:
    text = "Her strength returned. The calcinosis was treated with diltiazem. It failed."
    (clause,) = reader.quoted(text, Proof("p", text.index("It"), len(text), "It failed."))
    assert (clause.targets, clause.last_target) == (frozenset(), {"calcinosis"})
