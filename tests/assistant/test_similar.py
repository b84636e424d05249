"""Similar patients: what is shared is proved, what is denied counts against, what is silent is said to be."""

import pytest

from assistant.retrieval import HybridRetriever
from assistant.similar import SimilarFinder, SimilarPatient, years
from corpus.case import Fact, Patient, Proof
from corpus.report import Filter
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.library import REPORT_IDS

_NOWHERE = Proof("vignette#p1", 0, 1, "x")


def fact(value: str) -> Fact:
    return Fact(value, _NOWHERE)


def described(**told: object) -> Patient:
    return Patient("vignette#patient1", "patient", **told)  # type: ignore[arg-type]


@pytest.fixture
def finder(library: Corpus, settings: Settings, vocabulary: Vocabulary) -> SimilarFinder:
    return SimilarFinder(library, vocabulary, HybridRetriever(library, settings, vocabulary))


GARDENER = described(
    sex=fact("female"), age=fact("36"), diagnoses=(fact("dermatomyositis"), fact("calcinosis")), antibodies_positive=(fact("anti-Mi2"),)
)
TEXT = "A 36-year-old woman with anti-Mi2 dermatomyositis and calcinosis of the elbows."


def by_report(found: list[SimilarPatient]) -> dict[str, SimilarPatient]:
    return {one.report_id: one for one in found}


def test_the_patient_who_shares_most_comes_first_and_scores_fall(finder: SimilarFinder) -> None:
    found = finder.find(GARDENER, TEXT, 10)
    assert found[0].report_id == REPORT_IDS[0]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 for one in found)


def test_every_feature_shown_opens_a_paragraph_that_holds_its_quote(finder: SimilarFinder, library: Corpus) -> None:
    told = [it.told.proof for one in finder.find(GARDENER, TEXT, 10) for it in (*one.shared, *one.differing)]
    paragraphs = library.catalog.paragraphs(proof.paragraph_id for proof in told)
    assert told
    assert all(paragraphs[proof.paragraph_id].text[proof.start : proof.end] == proof.quote for proof in told)


def test_every_described_feature_is_shared_or_differs_or_is_not_reported(finder: SimilarFinder) -> None:
    asked = {"female", "36", "dermatomyositis", "calcinosis", "anti-Mi2"}
    for one in finder.find(GARDENER, TEXT, 10):
        told = [it.asked for it in (*one.shared, *one.differing)]
        assert sorted([*told, *one.not_reported]) == sorted(asked)


def test_another_sex_differs_and_an_untold_antibody_is_not_reported(finder: SimilarFinder) -> None:
    man = by_report(finder.find(GARDENER, TEXT, 10))[REPORT_IDS[1]]
    assert ("female", "male") in [(one.asked, one.told.value) for one in man.differing]
    assert "anti-Mi2" in man.not_reported


def test_what_was_tried_on_the_patient_comes_along(finder: SimilarFinder) -> None:
    first = finder.find(GARDENER, TEXT, 1)[0]
    assert {(row.row.therapy, row.row.outcome) for row in first.rows} >= {("methotrexate", "failed")}


def test_a_disease_and_its_kind_are_shared(finder: SimilarFinder) -> None:
    found = by_report(finder.find(described(diagnoses=(fact("inflammatory myopathy"),)), "Muscle disease.", 10))
    assert [(one.asked, one.told.value) for one in found[REPORT_IDS[1]].shared] == [("inflammatory myopathy", "dermatomyositis")]


def test_filters_and_limit_are_kept(finder: SimilarFinder) -> None:
    assert {one.report_id for one in finder.find(GARDENER, TEXT, 10, Filter(year_to=2013))} == {REPORT_IDS[1]}
    assert len(finder.find(GARDENER, TEXT, 1)) == 1


def test_a_description_without_a_single_known_feature_goes_by_its_words(finder: SimilarFinder) -> None:
    found = finder.find(described(), "Fingertips in limited disease.", 3)
    assert found[0].report_id == REPORT_IDS[2]
    assert found[0].shared == ()


@pytest.mark.parametrize(("age", "expected"), [("54", 54), ("50s", 55), ("8 months", 8 / 12), ("52 weeks", 1), ("elderly", None)])
def test_ages_are_compared_in_years(age: str, expected: float | None) -> None:
    assert years(age) == pytest.approx(expected)


def test_an_antibody_that_the_described_patient_lacks_counts_against_those_who_have_it(finder: SimilarFinder) -> None:
    lacking = described(diagnoses=(fact("dermatomyositis"),), antibodies_negative=(fact("anti-Mi2"),))
    first = by_report(finder.find(lacking, "Dermatomyositis without anti-Mi2.", 10))[REPORT_IDS[0]]
    assert ("antibody_negative", "anti-Mi2") in [(one.kind, one.told.value) for one in first.differing]


@pytest.mark.parametrize(("age", "same"), [("36", True), ("43", True), ("44", False), ("60", False)])
def test_ten_years_and_more_are_another_age(finder: SimilarFinder, age: str, same: bool) -> None:
    found = by_report(finder.find(described(age=fact(age), diagnoses=(fact("dermatomyositis"),)), "Dermatomyositis.", 10))[REPORT_IDS[0]]
    assert ("age" in [one.kind for one in found.shared]) is same
    assert ("age" in [one.kind for one in found.differing]) is not same


def test_who_shares_nothing_is_not_similar(finder: SimilarFinder) -> None:
    assert finder.find(described(diagnoses=(fact("psoriasis"),)), "Psoriasis.", 10) == []
