"""ALCE's definitions, by hand. The judge is a table of which texts entail which claim."""

from collections.abc import Sequence

from evals.alce import Cited, citation_precision, citation_recall

# What each text holds; a claim is entailed where the texts hold all of its parts.
HOLDS = {"a": {"x"}, "b": {"y"}, "both": {"x", "y"}, "none": set[str]()}


def _entails(texts: Sequence[str], claim: str) -> bool:
    return set(claim) <= set().union(*(HOLDS[text] for text in texts))


def test_recall_asks_whether_all_cited_texts_together_entail_each_statement() -> None:
    # "xy" from a and b together: 1. "y" from a: 0. "x" uncited: 0. "x" from both: 1.
    statements = [Cited("xy", ("a", "b")), Cited("y", ("a",)), Cited("x", ()), Cited("x", ("both",))]
    assert citation_recall(statements, _entails) == 2 / 4


def test_a_citation_is_irrelevant_where_it_proves_nothing_alone_and_the_others_do_without_it() -> None:
    # [both] entails "xy"; [none] entails nothing and [both] stands without it: irrelevant, 1 of 2.
    assert citation_precision([Cited("xy", ("both", "none"))], _entails) == 1 / 2


def test_citations_that_are_needed_together_both_count() -> None:
    # Neither a nor b entails "xy" alone, and neither can be taken away.
    assert citation_precision([Cited("xy", ("a", "b"))], _entails) == 1


def test_a_second_proof_of_the_same_is_not_irrelevant() -> None:
    # Each entails "x" alone.
    assert citation_precision([Cited("x", ("a", "both"))], _entails) == 1


def test_a_needless_partial_support_is_irrelevant() -> None:
    # a holds part of "xy" only, and both proves it without a: the paper's case of a citation to be left out.
    assert citation_precision([Cited("xy", ("both", "a"))], _entails) == 1 / 2


def test_citations_of_a_statement_that_is_not_entailed_count_nothing() -> None:
    # Statement 1: 0 of 2 although a is about it. Statement 2: 1 of 1. Mean over three citations.
    assert citation_precision([Cited("xy", ("a", "none")), Cited("x", ("a",))], _entails) == 1 / 3


def test_precision_is_undefined_without_a_citation_and_recall_without_a_statement() -> None:
    assert citation_precision([Cited("x", ())], _entails) is None
    assert citation_recall([Cited("x", ())], _entails) == 0
    assert citation_recall([], _entails) is None
