"""Laws of what happened, in all of medicine: harms that were none, values that fell or rose, results told later, and what they were for."""

import pytest

from corpus.vocabulary import Vocabulary
from ingest.cases import read_case
from tests.ingest.cases.writing import Row, case, own, report

TITLE = "A case report"


def _own(vocabulary: Vocabulary, text: str) -> list[Row]:
    return own(case(vocabulary, text, heading="Case presentation", title=TITLE))


@pytest.mark.parametrize(
    "told",
    [
        "No hyperglycaemia or other adverse effects of prednisone occurred.",
        "No hyperglycaemia, hypertension or other adverse effects of prednisone were seen.",
        "Adverse effects of prednisone were not observed.",
        "He had no side effects from prednisone.",
        "Prednisone was never stopped because of side effects.",
    ],
)
def test_a_harm_that_was_looked_for_and_not_found_is_none(vocabulary: Vocabulary, told: str) -> None:
    assert _own(vocabulary, f"A man had asthma and took prednisone 10 mg. {told}") == [("prednisone", "asthma", "not_reported")]


@pytest.mark.parametrize(
    "told",
    [
        "Carbamazepine had to be withdrawn because of hyponatraemia.",
        "Carbamazepine did not help and caused nausea.",
        "Carbamazepine was stopped owing to leucopenia.",
        "Adverse effects of carbamazepine were not tolerated.",
    ],
)
def test_a_harm_that_happened_is_one(vocabulary: Vocabulary, told: str) -> None:
    assert "adverse_effect" in [outcome for _, _, outcome in _own(vocabulary, f"A woman had trigeminal neuralgia. {told}")]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("A man had seizures. He took levetiracetam. Levetiracetam did not stop the seizures.", ("levetiracetam", "epilepsy", "failed")),
        ("A man had seizures. Levetiracetam was started, which stopped the seizures.", ("levetiracetam", "epilepsy", "improved")),
        ("A man had seizures. Levetiracetam terminated the seizures.", ("levetiracetam", "epilepsy", "resolved")),
        ("A man had seizures. Since levetiracetam was started he has been seizure-free.", ("levetiracetam", "epilepsy", "resolved")),
        ("A man had gout. Allopurinol was started. He has had no further attacks.", ("allopurinol", "gout", "improved")),
        ("A man had hypercalcaemia. Zoledronic acid was given and lowered the calcium.", ("zoledronic acid", "hypercalcaemia", "improved")),
        ("A man had hypertension. Amlodipine lowered the blood pressure.", ("amlodipine", "hypertension", "improved")),
        ("A man had hypotension. Noradrenaline raised the blood pressure.", ("noradrenaline", "hypotension", "improved")),
        ("A man had anaemia. He received intravenous iron, and his haemoglobin rose.", ("intravenous iron", "anaemia", "improved")),
        ("A man had atrial fibrillation. Amiodarone converted him to sinus rhythm.", ("amiodarone", "atrial fibrillation", "resolved")),
        ("A man had hyponatraemia. Hypertonic saline corrected the hyponatraemia.", ("hypertonic saline", "hyponatraemia", "resolved")),
        ("A man had chest pain. The chest pain was relieved by nitroglycerin.", ("nitroglycerin", "chest pain", "improved")),
        ("A man had asthma. Oxygen caused the dyspnoea to improve.", ("oxygen therapy", "asthma", "improved")),
        (
            "A woman had hyperthyroidism. Carbimazole was begun but she developed a rash and it was stopped.",
            ("methimazole", None, "adverse_effect"),
        ),
        (
            "A man had oesophageal cancer and had chemoradiotherapy. There was no evidence of disease.",
            ("chemoradiation", "oesophageal cancer", "resolved"),
        ),
        (
            "A woman had giant cell arteritis. Prednisolone was started. The headache resolved.",
            ("prednisolone", "giant cell arteritis", "resolved"),
        ),
        ("A man had lymphoma. He received rituximab. CT showed a partial response.", ("rituximab", "lymphoma", "partial")),
    ],
)
def test_each_way_to_tell_a_result_outside_dermatology_is_read(vocabulary: Vocabulary, text: str, row: Row) -> None:
    assert row in _own(vocabulary, text)


@pytest.mark.parametrize(
    "told",
    [
        "At the 6-month follow-up there was no recurrence.",
        "The patient was free of disease at the last contact, one year after surgery.",
        "On follow-up the tumour had not recurred.",
    ],
)
def test_a_result_told_much_later_is_the_operations_where_nothing_else_was_done(vocabulary: Vocabulary, told: str) -> None:
    between = "Histology was done. The margins were clear. The drain was taken out. She went home on day 5. A letter was sent."
    text = f"A woman had a renal cell carcinoma. Nephrectomy was performed. {between} {told}"
    assert _own(vocabulary, text) == [("nephrectomy", "renal cell carcinoma", "resolved")]


def test_a_result_told_much_later_is_no_operations_where_a_drug_was_given_since(vocabulary: Vocabulary) -> None:
    between = "Histology was done. Then sunitinib was started. A letter was sent. Another was sent. A third was sent."
    found = _own(
        vocabulary, f"A woman had a renal cell carcinoma. Nephrectomy was performed. {between} At one year she was free of disease."
    )
    assert ("nephrectomy", "renal cell carcinoma", "not_reported") in found


def test_what_was_changed_for_its_failure_failed_and_what_it_was_changed_to_worked(vocabulary: Vocabulary) -> None:
    text = "A man had cellulitis. Flucloxacillin was changed to vancomycin because the cellulitis spread. The cellulitis then resolved."
    assert _own(vocabulary, text) == [("flucloxacillin", "cellulitis", "failed"), ("vancomycin", "cellulitis", "resolved")]


def test_a_flare_in_the_name_of_what_is_treated_is_no_failure(vocabulary: Vocabulary) -> None:
    assert _own(vocabulary, "A man had asthma. Prednisone was given for the asthma flare.") == [("prednisone", "asthma", "not_reported")]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("A man had pneumonia. He was given ceftriaxone.", ("ceftriaxone", "pneumonia", "not_reported")),
        ("A man had appendicitis. Appendectomy was performed. He recovered.", ("appendectomy", "appendicitis", "improved")),
        ("A woman had psoriasis. Adalimumab was started. She did not respond.", ("adalimumab", "psoriasis", "failed")),
        ("A woman had Crohn disease. Infliximab induced remission.", ("infliximab", "Crohn disease", "resolved")),
    ],
)
def test_the_one_disease_of_an_organ_that_a_story_names_is_the_target(vocabulary: Vocabulary, text: str, row: Row) -> None:
    assert _own(vocabulary, text) == [row]


def test_in_a_disease_of_many_organs_the_organ_stays_the_target(vocabulary: Vocabulary) -> None:
    found = _own(vocabulary, "A woman had dermatomyositis with interstitial lung disease. The lung disease improved on cyclophosphamide.")
    assert found == [("cyclophosphamide", "lung", "improved")]


def test_two_drugs_for_two_aims_respectively_are_each_for_its_own(vocabulary: Vocabulary) -> None:
    found = _own(vocabulary, "He was started on valproate and nimodipine for seizures and vasospasm, respectively.")
    assert found == [("valproate", "epilepsy", "not_reported"), ("nimodipine", "vasospasm", "not_reported")]


def test_prophylaxis_is_for_what_it_is_to_keep_away(vocabulary: Vocabulary) -> None:
    found = _own(vocabulary, "A man had a head injury. Levetiracetam was given as seizure prophylaxis.")
    assert ("levetiracetam", "epilepsy", "not_reported") in found


def test_a_drug_given_beside_the_treatment_is_not_credited_with_a_recovery(vocabulary: Vocabulary) -> None:
    found = _own(vocabulary, "A man had pneumonia. Ceftriaxone and omeprazole were given. The pneumonia resolved.")
    assert found == [("ceftriaxone", "pneumonia", "resolved"), ("omeprazole", None, "not_reported")]


def test_what_a_support_was_given_against_is_its_own_success(vocabulary: Vocabulary) -> None:
    found = read_case(
        report(
            ("Case", "He had a pulmonary embolism and received alteplase. Hypotension developed, which was treated with noradrenaline."),
            ("Case", "His blood pressure returned to normal."),
            title=TITLE,
        ),
        vocabulary,
    )
    assert ("noradrenaline", "hypotension", "improved") in own(found)
    assert "improved" not in [outcome for therapy, _, outcome in own(found) if therapy == "alteplase"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "A man had pneumonia. He was treated with amoxicillin. His condition deteriorated and he was intubated. "
            "Antibiotics were changed to meropenem. He improved.",
            {("amoxicillin", "worsened"), ("mechanical ventilation", "not_reported"), ("meropenem", "improved")},
        ),
        (
            "A girl had nephrotic syndrome. She took prednisolone and went into remission. "
            "She relapsed, and cyclophosphamide was offered, but her parents refused.",
            {("prednisolone", "partial")},
        ),
        (
            "A woman had breast cancer. She progressed on letrozole. Capecitabine was stopped because of mucositis.",
            {("letrozole", "failed"), ("capecitabine", "adverse_effect")},
        ),
        (
            "A woman had lupus nephritis. She received mycophenolate. Proteinuria fell from 4 g to 0.5 g/day.",
            {("mycophenolate", "improved")},
        ),
        (
            "A man had atrial fibrillation. Electrical cardioversion failed. Catheter ablation was done and he has stayed in sinus rhythm.",
            {("cardioversion", "failed"), ("catheter ablation", "resolved")},
        ),
        (
            "A woman had an ectopic pregnancy. Methotrexate was given but failed, and salpingectomy was performed. She recovered well.",
            {("methotrexate", "failed"), ("salpingectomy", "improved")},
        ),
        (
            "A man had a hip replacement. He developed a deep vein thrombosis, for which he received enoxaparin. The thrombosis resolved.",
            {("hip replacement", "not_reported"), ("enoxaparin", "resolved")},
        ),
        (
            "A man had epilepsy. Valproate was increased to 1000 mg daily. The seizures were reduced to 2 a month.",
            {("valproate", "improved")},
        ),
    ],
)
def test_what_was_done_about_a_failure_has_no_part_in_it(vocabulary: Vocabulary, text: str, rows: set[tuple[str, str]]) -> None:
    assert {(therapy, outcome) for therapy, _, outcome in _own(vocabulary, text)} == rows


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("The response was partial: half of the lesions became smaller on colchicine.", "partial"),
        ("The effect was modest, and the calcinosis improved on colchicine.", "partial"),
        ("The calcinosis improved on colchicine.", "improved"),
    ],
)
def test_a_response_called_partial_at_the_outset_is_partial_in_all_that_follows(vocabulary: Vocabulary, told: str, outcome: str) -> None:
    rows = own(case(vocabulary, f"A woman had calcinosis and took colchicine. {told}", heading="Treatment", title=TITLE))
    assert [row[2] for row in rows if row[0] == "colchicine"] == [outcome]
