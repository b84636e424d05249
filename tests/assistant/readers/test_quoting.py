"""Sentences quoted as they stand, chosen by what is asked."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.answer import Statement, Support
from assistant.chain import Assistant
from assistant.readers.quoting import told_elsewhere
from assistant.readers.reading import Candidate
from corpus.text import sentences
from tests.assistant.inventing import entry, report, woman

Over = Callable[..., Assistant]

_MEDLAR = (
    "A 41-year-old beekeeper had dermatomyositis for nine years.",
    "On admission the creatine kinase was 1,447 U/L. The chest radiograph was normal.",
    "After treatment the creatine kinase fell to 119 U/L within 3 months.",
    "Biopsy of the thigh showed perifascicular atrophy. The biopsy wound healed slowly.",
)


@pytest.fixture
def medlar(over: Over) -> Assistant:
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee and a cough.")) for number in range(5)]
    return over(entry(report("medlar", *_MEDLAR, heading="Case")), *others)


def quoted(assistant: Assistant, question: str) -> tuple[Statement, ...]:
    answer = assistant.answer(question)
    assert not answer.abstained, answer.text
    return answer.statements


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How old was the beekeeper?", "41-year-old"),
        ("What was the creatine kinase on admission?", "1,447 U/L"),
        ("What was the creatine kinase after treatment?", "119 U/L"),
        ("What did the thigh biopsy show?", "perifascicular atrophy"),
        ("Was the chest radiograph normal?", "radiograph was normal"),
    ],
)
def test_the_sentence_that_answers_is_among_those_quoted(medlar: Assistant, question: str, expected: str) -> None:
    assert any(expected in statement.text for statement in quoted(medlar, question))


@pytest.mark.parametrize(
    "question", ["What was the creatine kinase after treatment?", "What did the thigh biopsy show?", "How old was the beekeeper?"]
)
def test_a_quoted_sentence_is_whole_verbatim_and_cited(medlar: Assistant, question: str) -> None:
    for statement in quoted(medlar, question):
        assert statement.support is Support.SUPPORTED
        (citation,) = statement.citations
        assert citation.quote == statement.text
        assert any(statement.text in text for text in _MEDLAR)


def test_no_sentence_is_quoted_twice(medlar: Assistant) -> None:
    texts = [statement.text for statement in quoted(medlar, "creatine kinase thigh biopsy beekeeper radiograph")]
    assert len(texts) == len(set(texts))


def test_a_few_sentences_answer_and_not_the_whole_report(medlar: Assistant) -> None:
    assert 1 <= len(quoted(medlar, "creatine kinase thigh biopsy beekeeper radiograph")) <= 3


def test_what_shares_no_word_with_the_question_is_not_quoted(medlar: Assistant) -> None:
    assert all("sailor" not in statement.text for statement in quoted(medlar, "What did the thigh biopsy show?"))


def test_quotes_keep_the_order_in_which_they_stand(over: Over) -> None:
    lines = "The knee biopsy showed calcium. Nothing else was seen. The knee biopsy showed iron."
    texts = [statement.text for statement in quoted(over(entry(report("sloe", lines))), "What did the knee biopsy show?")]
    assert texts == sorted(texts, key=lines.index)
    assert len(texts) >= 2


def test_decimals_and_abbreviations_do_not_cut_a_quote(over: Over) -> None:
    line = "The ferritin, measured by Dr. Plum et al. at approx. 0.5 mg/L, was normal (Fig. 2)."
    statements = quoted(over(entry(report("sloe", f"{line} The knee hurt."))), "What was the ferritin?")
    assert [statement.text for statement in statements] == [line]


def test_the_paragraph_of_another_patient_s_figure_is_not_mixed_in(over: Over) -> None:
    one = entry(report("apple", "The beekeeper had a ferritin of 300 ng/mL."))
    other = entry(report("pear", "The sailor had a ferritin of 900 ng/mL."))
    statements = quoted(over(one, other), "What was the ferritin of the sailor?")
    assert "900" in statements[0].text or all("300" not in statement.text for statement in statements)
    assert any("900" in statement.text for statement in statements)


def test_no_sentence_is_quoted_that_names_what_the_question_leaves_out(over: Over) -> None:
    told = report(
        "one",
        "Rituximab cleared the ulcers on the gardener's knee. The ulcers eased further after the third course.",
        "Colchicine was given for the ulcers on the gardener's knee later.",
    )
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen foot and a cough.")) for number in range(5)]
    answer = over(entry(told), *others).answer("besides rituximab, what was given for the ulcers on the gardener's knee?")
    assert not any("rituximab" in one.text.casefold() or "third course" in one.text for one in answer.statements)
    assert any("Colchicine" in one.text for one in answer.statements), answer.text


def test_who_it_was_is_answered_with_the_sentence_that_tells_the_patient(over: Over) -> None:
    told = report("quince", "A 54-year-old woman kept bees.", "Her infusions were withdrawn over a suspected flare.", "She was well later.")
    answer = over(entry(told, patients=(woman(told, age="54"),))).answer("Who had infusions withdrawn over a suspected flare?")
    assert {one.text for one in answer.statements} >= {
        "A 54-year-old woman kept bees.",
        "Her infusions were withdrawn over a suspected flare.",
    }


def test_of_two_patients_the_one_asked_about_is_quoted(over: Over) -> None:
    told = report("pair", "The first patient had a ferritin of 300 ng/mL.", "The second patient, too, had a ferritin: 900 ng/mL.")
    for number, figure in (("first", "300"), ("second", "900")):
        (statement,) = quoted(over(entry(told)), f"What was the ferritin of the {number} patient?")
        assert figure in statement.text


def test_what_a_cited_paragraph_adds_of_the_asked_for_kind_is_said_too(over: Over) -> None:
    told = report("map", "The films of the beekeeper showed severe calcium like gypsum. It lay around the hips.", "He liked long walks.")
    texts = [one.text for one in quoted(over(entry(told)), "Where did films show calcium in the beekeeper?")]
    assert "It lay around the hips." in texts


def test_a_condition_that_a_question_sets_apart_may_be_named_by_the_answer(over: Over) -> None:
    told = report("rare", "Besides calcinosis the beekeeper had another rare finding: lipodystrophy.", "He slept well.")
    assert "lipodystrophy" in quoted(over(entry(told)), "What else besides calcinosis was rare in the beekeeper?")[0].text


def test_one_patients_question_is_never_answered_from_a_report_of_another_sex_or_age(over: Over) -> None:
    rowan = report("rowan", "A 39-year-old woman with steatohepatitis took azathioprine at a dose of 200 mg daily.")
    hazel = report("hazel", "The girl with steatohepatitis was 9 years old. Steatohepatitis precluded azathioprine in the girl.")
    assistant = over(entry(rowan, [woman(rowan, age="39")]), entry(hazel))
    assert "200 mg" in assistant.answer("Which azathioprine dose was given to the woman with steatohepatitis?").text
    assert "200 mg" not in assistant.answer("Which azathioprine dose was given to the girl with steatohepatitis?").text


def test_what_lacks_the_thing_asked_for_is_not_quoted(over: Over) -> None:
    assistant = over(entry(report("sloe", "The patient with a swollen knee was given an antibiotic. The knee healed within 3 weeks.")))
    assert assistant.answer("Which antibiotic was given to the patient with a swollen knee?").abstained
    assert not assistant.answer("How long did the swollen knee take to heal?").abstained


def test_an_answer_about_a_therapy_stands_where_it_is_named(over: Over) -> None:
    assistant = over(entry(report("sloe", "The gardener had a swollen knee for months.", "Colchicine was given to the gardener.")))
    assert assistant.answer("For how many months was colchicine given to the gardener with the swollen knee?").abstained


def test_a_question_in_plain_words_is_answered_by_the_latin_ones(over: Over) -> None:
    told = "A 41-year-old beekeeper had renal failure and gluteal nodules. Pruritus began in spring."
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee and a cough.")) for number in range(5)]
    asked = over(entry(report("damson", told, heading="Case")), *others)
    said = quoted(asked, "When did the itching of the beekeeper with kidney failure begin?")
    assert any("Pruritus began" in one.text for one in said)


def test_two_places_to_look_come_before_two_sentences_of_one(over: Over) -> None:
    told = (
        "The beekeeper took colchicine in the morning. The beekeeper took colchicine at noon. The beekeeper took colchicine at night.",
        "The beekeeper took colchicine with honey.",
    )
    others = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee and a cough.")) for number in range(5)]
    asked = over(entry(report("sloe", *told, heading="Case")), *others)
    cited = {one.paragraph_id for statement in quoted(asked, "How did the beekeeper take colchicine?") for one in statement.citations}
    assert len(cited) == 2


def test_a_report_that_names_none_of_the_antibodies_asked_about_answers_nothing(over: Over) -> None:
    told = "A 41-year-old beekeeper with anti-Mi2 antibodies had a belt-like plaque over the sacrum."
    others = [entry(report(f"other{number}", "A sailor with anti-NXP2 antibodies had a swollen knee and a cough.")) for number in range(5)]
    asked = over(entry(report("greengage", told, heading="Case")), *others)
    assert quoted(asked, "Where was the plaque of the anti-Mi2 beekeeper?")
    assert all("plaque" not in one.text for one in asked.answer("Where was the belt-like plaque of the anti-NXP2 beekeeper?").statements)


def test_a_sentence_of_another_paragraph_that_is_held_to_tell_is_quoted_a_little_sooner() -> None:
    first, second = report("sloe", "The ferritin was 300 ng/mL.", "The ferritin was high.").paragraphs
    best = Candidate(first, sentences(first.text)[0], 1.0, 0, told=2.0)
    beside = replace(best, score=0.87, place=1)
    elsewhere = Candidate(second, sentences(second.text)[0], 0.87, 2, told=0.5)
    stranger = replace(elsewhere, paragraph=report("plum", "The ferritin was high.").paragraphs[0])
    assert told_elsewhere([best, beside, elsewhere], [best], one_patient=True) == [elsewhere]
    assert told_elsewhere([best, elsewhere], [best, elsewhere], one_patient=True) == []
    assert told_elsewhere([best, stranger], [best], one_patient=False) == [stranger]
    assert told_elsewhere([best, beside, elsewhere], [best, beside, replace(beside, place=3)], one_patient=True) == [elsewhere]
    for left in (stranger, replace(elsewhere, told=-0.5), replace(elsewhere, told=None), replace(elsewhere, score=0.8)):
        assert told_elsewhere([best, left], [best], one_patient=True) == []


_OTHERS = [entry(report(f"other{number}", f"A sailor number {number} had a swollen knee and a cough.")) for number in range(5)]


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Does minocycline help calcinosis in dermatomyositis?", False),
        ("Does minocycline help calcinosis in lupus?", False),
        ("Does minocycline help calcinosis in systemic sclerosis?", True),
        ("Does minocycline help calcinosis in scleroderma?", True),
        ("Does minocycline help calcinosis?", True),
    ],
)
def test_a_report_on_another_disease_than_the_one_asked_about_answers_nothing(over: Over, question: str, answered: bool) -> None:
    told = "Patients with limited cutaneous systemic sclerosis had calcinosis. Under minocycline the calcinosis hurt less and was smaller."
    lupus = "A woman with lupus and another with dermatomyositis had calcinosis of the knee."
    asked = over(entry(report("sloe", told)), entry(report("damson", lupus)), *_OTHERS)
    assert any("minocycline" in one.text for one in asked.answer(question).statements) is answered


@pytest.mark.parametrize(("who", "answered"), [("children", False), ("boys", False), ("women", True), ("adults", True)])
def test_a_patient_who_is_none_of_the_people_asked_about_answers_nothing(over: Over, who: str, answered: bool) -> None:
    of = report("sloe", "A 49-year-old woman had a plaque. The plaque over the sacrum went away in the sun.")
    asked = over(entry(of, [woman(of, age="49")]), *_OTHERS)
    assert any("plaque" in one.text for one in asked.answer(f"Does a plaque over the sacrum go away in {who}?").statements) is answered


def test_side_effects_are_answered_by_harms_and_not_by_what_went_well(over: Over) -> None:
    safe = report("sloe", "Patients took colchicine. Two had diarrhoea on colchicine. The plaques on the sacrum improved on colchicine.")
    well = report("damson", "A woman took minocycline. Her plaques improved on minocycline.")
    asked = over(entry(safe), entry(well), *_OTHERS)
    said = asked.answer("What are the side effects of colchicine?")
    assert [one.text for one in said.statements] == ["Two had diarrhoea on colchicine."]
    assert asked.answer("What are the side effects of minocycline?").abstained
