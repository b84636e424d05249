"""Laws of which therapy an outcome speaks of when its sentence does not name one."""

import pytest

from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import case, own, report


def test_what_was_started_long_before_takes_no_part_in_a_bare_improvement(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "She was started on prednisone. An MRI was done. A biopsy was done. Colchicine was added. The calcinosis improved.",
    )
    assert ("colchicine", "calcinosis", "improved") in own(found)
    assert ("prednisone", "calcinosis", "improved") not in own(found)


def test_this_resulted_in_is_about_the_last_therapy_only(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She underwent curettage. Colchicine was started. This resulted in improvement of the calcinosis.")
    assert own(found) == [("curettage", "calcinosis", "not_reported"), ("colchicine", "calcinosis", "improved")]


def test_the_procedure_is_no_drug(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She took colchicine. Curettage was performed. The procedure relieved the calcinosis.")
    assert ("curettage", "calcinosis", "improved") in own(found)
    assert ("colchicine", "calcinosis", "improved") not in own(found)


def test_a_premedication_does_not_share_the_outcome(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Rituximab was given after premedication with paracetamol. The calcinosis improved.")
    assert ("rituximab", "calcinosis", "improved") in own(found)
    assert [row[2] for row in own(found) if row[0] == "paracetamol"] in ([], ["not_reported"])


def test_being_stable_tells_of_no_therapy_that_is_not_named(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She took colchicine for calcinosis. She was stable throughout the admission.")
    assert own(found) == [("colchicine", "calcinosis", "not_reported")]


def test_an_adverse_course_despite_a_therapy_is_its_failure_not_its_harm(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "Despite colchicine the calcinosis worsened.")) == [("colchicine", "calcinosis", "failed")]


def test_despite_something_else_is_no_failure(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She took colchicine. Despite a limp she walked to school.")
    assert [row[2] for row in own(found)] == ["not_reported"]


def test_a_class_told_to_work_means_every_member_given_before(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "She was given amoxicillin 1 g daily and gentamicin 240 mg daily for the wound infection. The infection cleared with antibiotics.",
    )
    assert own(found) == [("amoxicillin", "infection", "resolved"), ("gentamicin", "infection", "resolved")]


def test_a_discussion_credits_nobody_with_what_another_paragraph_started(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(("Case", "She took colchicine for calcinosis."), ("Discussion", "Our patient had a good response and was content.")),
        vocabulary,
    )
    assert own(found) == [("colchicine", "calcinosis", "not_reported")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Colchicine was started to reduce the calcinosis.",
        "Colchicine was given for relief of the calcinosis.",
        "Colchicine was used for treating the recurrence.",
        "Colchicine was given; the risks and benefits were explained.",
    ],
)
def test_what_was_hoped_for_is_no_outcome(vocabulary: Vocabulary, sentence: str) -> None:
    assert {row.outcome for row in case(vocabulary, f"She had calcinosis. {sentence}").therapies} == {"not_reported"}


def test_what_helped_until_it_came_back_helped_in_part(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "On colchicine she was symptom-free for 8 months before the calcinosis recurred.")) == [
        ("colchicine", "calcinosis", "partial")
    ]


def test_what_helped_no_more_than_half_of_a_group_helped_in_part(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "Eight patients were treated. With colchicine the calcinosis improved in three of the eight.",
        title="Colchicine in eight patients",
    )
    assert own(found) == [("colchicine", "calcinosis", "partial")]


def test_a_fall_of_what_should_be_high_is_bad(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "On colchicine her muscle strength declined.")) == [("colchicine", "muscle", "failed")]
