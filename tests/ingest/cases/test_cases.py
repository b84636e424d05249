"""Laws of reading a case: each family of outcome words, negation, plans, other people's patients, and proof."""

from pathlib import Path

import pytest

from corpus.report import Paragraph, Report, paragraph_id
from corpus.vocabulary import Vocabulary
from evals.case_full_text import read_graph
from ingest.cases import read_case
from ingest.parsers import parse
from tests.ingest.cases.writing import case, own, report, row_of

CHECKOUT = Path(__file__).parents[3]
DIGESTS = sorted((CHECKOUT / "corpus" / "reports").glob("*.md"))
REAL_REPORTS = CHECKOUT.parent / "shared" / "reports"
FULL_TEXTS = CHECKOUT.parent / "shared" / "data" / "f1000-case-reports"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Colchicine failed to shrink the calcinosis.", "failed"),
        ("Colchicine did not reduce the calcinosis.", "failed"),
        ("The calcinosis was refractory to colchicine.", "failed"),
        ("Colchicine was of no benefit for the calcinosis.", "failed"),
        ("Colchicine was given, but the calcinosis could not be halted.", "failed"),
        ("The calcinosis continued to grow despite colchicine.", "failed"),
        ("The calcinosis kept progressing on colchicine.", "failed"),
        ("The calcinosis recurred on colchicine.", "failed"),
        ("Colchicine proved ineffective for calcinosis.", "failed"),
        ("The calcinosis showed no response to colchicine.", "failed"),
        ("On colchicine the calcinosis did not improve.", "failed"),
        ("The calcinosis remained unchanged under colchicine.", "failed"),
        ("The calcinosis persisted in spite of colchicine.", "failed"),
        ("The calcinosis worsened on colchicine.", "worsened"),
        ("The calcinosis softened on colchicine.", "improved"),
        ("The calcinosis regressed with colchicine.", "improved"),
        ("The calcinosis responded well to colchicine.", "improved"),
        ("Colchicine brought the calcinosis under good control.", "improved"),
        ("Colchicine was effective in preventing recurrence of calcinosis.", "improved"),
        ("Colchicine reduced the size of the calcinosis.", "improved"),
        ("With colchicine there was no progression of the calcinosis.", "improved"),
        ("The calcinosis resolved with colchicine.", "resolved"),
        ("The calcinosis disappeared completely after colchicine.", "resolved"),
        ("There was a partial response of the calcinosis to colchicine.", "partial"),
        ("The calcinosis improved slightly on colchicine.", "partial"),
    ],
)
def test_each_way_to_tell_an_outcome_is_read(vocabulary: Vocabulary, sentence: str, outcome: str) -> None:
    assert own(case(vocabulary, f"A woman of 41 was seen. {sentence}")) == [("colchicine", "calcinosis", outcome)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The effect of colchicine on the calcinosis is not reported.",
        "It is not known whether the calcinosis regressed on colchicine.",
        "Colchicine was given for calcinosis to prevent progression.",
        "Colchicine might improve the calcinosis, and it was given.",
    ],
)
def test_an_outcome_that_is_wished_or_untold_is_not_reported(vocabulary: Vocabulary, sentence: str) -> None:
    found = case(vocabulary, f"She received colchicine. {sentence}")
    assert {row.outcome for row in found.therapies} == {"not_reported"}


def test_one_drug_with_two_targets_is_two_rows(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Methotrexate controlled her muscle weakness; however, the calcinosis continued to extend.")
    assert own(found) == [("methotrexate", "muscle", "improved"), ("methotrexate", "calcinosis", "failed")]


def test_two_drugs_in_one_sentence_keep_their_own_outcomes(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Rituximab improved the calcinosis, whereas diltiazem had no effect on it.")
    assert own(found) == [("rituximab", "calcinosis", "improved"), ("diltiazem", "calcinosis", "failed")]


def test_a_list_of_drugs_shares_its_outcome(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "In this case prednisone, colchicine and rituximab all failed to stop the calcinosis.", heading="Abstract")
    assert own(found) == [(drug, "calcinosis", "failed") for drug in ("prednisone", "colchicine", "rituximab")]


def test_this_regimen_means_every_drug_just_started(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She was started on rituximab 1 g and diltiazem 60 mg/day. This regimen did not reduce the calcinosis.")
    assert own(found) == [("rituximab", "calcinosis", "failed"), ("diltiazem", "calcinosis", "failed")]
    proof = row_of(found, "rituximab").proof
    assert "rituximab" in proof.quote
    assert "did not reduce" in proof.quote


def test_despite_therapy_means_all_that_was_given_so_far(vocabulary: Vocabulary) -> None:
    found = case(
        vocabulary,
        "She was started on prednisone. Her rash cleared with prednisone. Azathioprine was added.",
        "The calcinosis went on growing despite therapy. Later colchicine was begun.",
    )
    assert ("prednisone", "calcinosis", "failed") in own(found)
    assert ("azathioprine", "calcinosis", "failed") in own(found)
    assert ("colchicine", "calcinosis", "failed") not in own(found)


def test_a_drug_given_for_something_else_takes_no_part_in_a_general_response(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "She was started on prednisone. Alendronate was given for osteoporosis. Her muscle strength improved.")
    assert ("prednisone", "muscle", "improved") in own(found)
    assert ("alendronate", "muscle", "improved") not in own(found)


def test_a_class_and_its_only_member_are_one_row_under_the_members_name(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(
            ("Abstract", "In this patient bisphosphonates failed to halt calcinosis."),
            ("Treatment", "Alendronic acid 70 mg/week was started against calcinosis."),
            ("Outcome", "The calcinosis progressed despite alendronic acid."),
        ),
        vocabulary,
    )
    assert own(found) == [("alendronate", "calcinosis", "failed")]
    assert row_of(found, "alendronate").therapy_class == "bisphosphonate"


def test_abstract_outcome_and_discussion_are_merged_into_one_row_proved_by_the_outcome(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(
            ("Abstract", "The patient's calcinosis did not respond to colchicine."),
            ("Treatment", "Colchicine 1 mg/day was given for 6 months."),
            ("Outcome and follow-up", "The calcinosis continued to grow on colchicine."),
            ("Discussion", "In our patient colchicine was ineffective for calcinosis."),
        ),
        vocabulary,
    )
    row = row_of(found, "colchicine")
    assert row.outcome == "failed"
    assert row.proof.paragraph_id == "r#p3"
    assert row.dose is not None
    assert (row.dose.value, row.dose.proof.paragraph_id) == ("1 mg/day", "r#p2")


@pytest.mark.parametrize(
    "plan",
    [
        "Tofacitinib will be started next.",
        "Tofacitinib is planned for her calcinosis.",
        "We plan to give tofacitinib.",
        "Tofacitinib is being considered as the next step.",
    ],
)
def test_a_plan_is_planned_and_has_no_outcome(vocabulary: Vocabulary, plan: str) -> None:
    row = row_of(case(vocabulary, f"The patient was seen again. {plan}"), "tofacitinib")
    assert (row.status, row.outcome) == ("planned", "not_reported")


def test_a_declined_therapy_was_not_given(vocabulary: Vocabulary) -> None:
    assert (
        row_of(case(vocabulary, "Surgical excision was offered, but rituximab was declined by the patient."), "rituximab").status
        == "declined"
    )


@pytest.mark.parametrize(
    "denial",
    [
        "She was never treated with warfarin.",
        "Warfarin was not used.",
        "There was no warfarin exposure.",
        "She was managed without warfarin.",
    ],
)
def test_what_was_not_given_is_no_row(vocabulary: Vocabulary, denial: str) -> None:
    assert case(vocabulary, denial).therapies == ()


@pytest.mark.parametrize(
    "statement",
    [
        "Doe et al found that infliximab resolved calcinosis.",
        "Infliximab has been reported to improve calcinosis.",
        "Some reports suggest that infliximab was effective for calcinosis.",
        "In a trial of 20 patients infliximab improved calcinosis.",
        "A case report of a similar patient described resolution of calcinosis with infliximab.",
    ],
)
def test_other_peoples_patients_are_the_literatures(vocabulary: Vocabulary, statement: str) -> None:
    found = case(vocabulary, statement, heading="Discussion")
    assert own(found) == []
    assert all(row.subject == "literature" and row.patient_id is None for row in found.therapies)
    assert found.therapies


@pytest.mark.parametrize(
    "statement",
    [
        "Standard treatments include diltiazem, colchicine and surgery.",
        "Diltiazem should be considered as first-line treatment.",
        "Surgery can be helpful for calcinosis.",
    ],
)
def test_what_is_said_in_general_is_nobodys_row(vocabulary: Vocabulary, statement: str) -> None:
    assert case(vocabulary, statement, heading="Background").therapies == ()


def test_the_discussions_words_about_our_patient_are_own(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "In our patient, diltiazem was unsuccessful for calcinosis.", heading="Discussion")) == [
        ("diltiazem", "calcinosis", "failed")
    ]


def test_a_recurrence_after_stopping_is_no_failure_of_the_drug(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "The calcinosis regressed on colchicine. It recurred after colchicine was stopped.")
    assert own(found) == [("colchicine", "calcinosis", "improved")]


def test_a_drug_stopped_for_its_side_effects_is_an_adverse_effect(vocabulary: Vocabulary) -> None:
    (row,) = case(vocabulary, "Colchicine was stopped because of severe nausea.").therapies
    assert row.outcome == "adverse_effect"
    assert row.reason_stopped is not None
    assert row.reason_stopped.proof.quote == "stopped because of severe nausea"


def test_an_excised_deposit_that_did_not_come_back_is_resolved(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "After surgical excision the calcinosis had not recurred at 2 years.")) == [
        ("surgical excision", "calcinosis", "resolved")
    ]


def test_a_drug_known_by_its_stem_alone_makes_a_row(vocabulary: Vocabulary) -> None:
    assert own(case(vocabulary, "The calcinosis regressed on quxolizumab.")) == [("quxolizumab", "calcinosis", "improved")]


def test_an_abbreviation_the_report_defined_is_understood_further_on(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "Sodium thiosulfate (STS) was started.", "The calcinosis softened with STS.")
    assert own(found) == [("sodium thiosulfate", "calcinosis", "improved")]


def test_two_routes_that_share_a_drugs_name_are_two_rows(vocabulary: Vocabulary) -> None:
    found = case(vocabulary, "In this patient topical and intravenous sodium thiosulfate did not help the calcinosis.")
    assert [row[0] for row in own(found)] == ["topical sodium thiosulfate", "intravenous sodium thiosulfate"]


def test_reference_lists_and_learning_points_are_not_read(vocabulary: Vocabulary) -> None:
    assert (
        read_case(
            report(("References", "Rituximab cured calcinosis."), ("Learning points", "The patient improved on rituximab.")), vocabulary
        ).therapies
        == ()
    )


def test_an_empty_story_is_an_empty_case(vocabulary: Vocabulary) -> None:
    assert read_case(report(("Case", "The sky was clear.")), vocabulary).therapies == ()


def _every_proof_is_exact(read: Report, vocabulary: Vocabulary) -> int:
    texts = {paragraph.id: paragraph.text for paragraph in read.paragraphs}
    found = read_case(read, vocabulary)
    facts = [
        fact
        for patient in found.patients
        for fact in (
            patient.age,
            patient.sex,
            *patient.diagnoses,
            *patient.antibodies_positive,
            *patient.antibodies_negative,
            *patient.findings,
        )
        if fact
    ]
    proofs = [proof for row in found.therapies for proof in row.proofs] + [fact.proof for fact in facts]
    assert all(texts[proof.paragraph_id][proof.start : proof.end] == proof.quote and proof.quote for proof in proofs)
    return len(proofs)


def _read(path: Path) -> Report:
    parsed = parse(str(path), path.name, path.read_bytes())[1][0]
    paragraphs = tuple(
        Paragraph(paragraph_id(path.stem, number), one.text, one.section, one.page, one.kind)
        for number, one in enumerate(parsed.paragraphs, start=1)
    )
    return Report(path.stem, parsed.reference, paragraphs)


def test_every_proof_over_the_bundled_library_is_an_exact_quote(vocabulary: Vocabulary) -> None:
    assert DIGESTS
    assert sum(_every_proof_is_exact(_read(path), vocabulary) for path in DIGESTS) > 5 * len(DIGESTS)


def test_every_proof_over_the_real_reports_is_an_exact_quote(vocabulary: Vocabulary) -> None:
    reports = [_read(path) for path in sorted(REAL_REPORTS.glob("*.txt"))]
    reports.extend(read_graph(path) for path in sorted(FULL_TEXTS.glob("*.json")))
    if not reports:
        pytest.skip(f"no real reports in {REAL_REPORTS} or {FULL_TEXTS}: they are not redistributed with the project")
    assert sum(_every_proof_is_exact(read, vocabulary) for read in reports) > 5 * len(reports)


def _real(stem: str) -> Report:
    paths = sorted(REAL_REPORTS.glob(f"{stem}_*.txt"))
    if not paths:
        pytest.skip(f"no real report {stem}_*.txt in {REAL_REPORTS}: it is not redistributed with the project")
    return _read(paths[0])


def test_the_refractory_real_report_gives_its_failures_its_controlled_muscle_and_its_plan(vocabulary: Vocabulary) -> None:
    read = _real("000")
    rows = read_case(read, vocabulary).therapies
    failed = {row.therapy for row in rows if row.subject == "own" and row.target == "calcinosis" and row.outcome == "failed"}
    assert failed == {
        "prednisone", "methotrexate", "intravenous immunoglobulin", "alendronate", "rituximab", "intravenous sodium thiosulfate",
        "topical sodium thiosulfate", "diltiazem",
    }  # fmt: skip
    helped = {
        row.therapy
        for row in rows
        if row.subject == "own" and row.target in ("muscle", "skin", "lung") and row.outcome in ("improved", "resolved")
    }
    assert helped == {"prednisone", "methotrexate", "intravenous immunoglobulin"}
    assert [row.therapy for row in rows if row.status == "planned"] == ["tofacitinib"]
    assert {row.target for row in rows if row.subject == "own"} == {"calcinosis", "muscle", "skin", "lung"}
    assert _every_proof_is_exact(read, vocabulary)


def test_the_responsive_real_report_credits_immunoglobulin_and_keeps_the_trial_apart(vocabulary: Vocabulary) -> None:
    rows = read_case(_real("004"), vocabulary).therapies
    assert {(row.therapy, row.target, row.outcome) for row in rows if row.subject == "own"} == {
        ("azathioprine", "muscle", "failed"), ("methotrexate", "muscle", "failed"), ("mycophenolate", "muscle", "improved"),
        ("prednisone", "muscle", "improved"), ("mycophenolate", "calcinosis", "failed"), ("prednisone", "calcinosis", "failed"),
        ("intravenous immunoglobulin", "calcinosis", "improved"), ("methylprednisolone", "calcinosis", "improved"),
    }  # fmt: skip
    (given,) = [row for row in rows if row.therapy == "intravenous immunoglobulin" and row.subject == "own"]
    assert given.dose is not None
    assert given.duration is not None
    assert (given.dose.value, given.duration.value) == ("60 g (1 g/kg per day) for 2 days", "6 months")


@pytest.mark.parametrize("stem", ["000", "004"])
def test_a_real_reports_patient_is_told_by_the_case_and_the_disease_comes_first(vocabulary: Vocabulary, stem: str) -> None:
    read = _real(stem)
    (patient,) = read_case(read, vocabulary).patients
    assert patient.diagnoses[0].value == "dermatomyositis"
    sections = {paragraph.id: " ".join(paragraph.section).lower() for paragraph in read.paragraphs}
    told = [fact.proof.paragraph_id for fact in (patient.age, patient.sex) if fact]
    assert len(told) == 2
    assert all("abstract" not in sections[place] and "summary" not in sections[place] for place in told)
