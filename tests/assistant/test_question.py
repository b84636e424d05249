"""What is asked: the things named, what is wanted, and which years are meant."""

import pytest

from assistant.question import Aspect, check_question, understand
from corpus.errors import TooLarge, UsageError
from corpus.report import Filter
from corpus.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Which therapies failed for calcinosis?", {Aspect.FAILED, Aspect.THERAPIES}, {Aspect.WORKED, Aspect.DOSE}),
        ("What did not help?", {Aspect.FAILED}, {Aspect.WORKED}),
        ("Was rituximab ineffective?", {Aspect.FAILED}, {Aspect.DOSE}),
        ("therapies not effective for muscle in JDM", {Aspect.FAILED}, {Aspect.WORKED}),
        ("which drug is never really useful here?", {Aspect.FAILED}, {Aspect.WORKED}),
        ("What helped calcinosis, and at what dose?", {Aspect.WORKED, Aspect.DOSE}, {Aspect.FAILED}),
        ("Which treatments worked and which failed?", {Aspect.WORKED, Aspect.FAILED}, set()),
        ("How long was immunoglobulin given?", {Aspect.DURATION}, {Aspect.DOSE}),
        ("How much prednisone was given?", {Aspect.DOSE}, {Aspect.DURATION}),
        ("Which side effects did it have?", {Aspect.ADVERSE}, {Aspect.FAILED}),
        ("What was planned next?", {Aspect.PLANNED}, {Aspect.FAILED}),
        ("What was her creatine kinase after treatment?", {Aspect.VALUE, Aspect.AFTER}, {Aspect.FAILED, Aspect.WORKED}),
        ("What was the outcome of surgery?", {Aspect.OUTCOME}, {Aspect.FAILED}),
        ("alendronate: where did calcinosis respond and where did it not?", {Aspect.WORKED, Aspect.FAILED}, set()),
        ("What dose did the responder take?", {Aspect.WORKED}, {Aspect.FAILED}),
        ("Which reports saw better strength?", {Aspect.WORKED, Aspect.LIST}, {Aspect.FAILED}),
        ("Is diltiazem any good?", {Aspect.OUTCOME}, {Aspect.FAILED}),
        ("After which excisions did nothing recur?", {Aspect.LIST}, set()),
        ("Was the same seen in both?", {Aspect.LIST}, set()),
        ("Were both hands swollen?", set(), {Aspect.LIST}),
    ],
)
def test_what_is_wanted_is_read_from_the_words(vocabulary: Vocabulary, text: str, wanted: set[Aspect], unwanted: set[Aspect]) -> None:
    found = understand(text, vocabulary).aspects
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("text", ["anti-Mi2", "Mi-2 antibodies", "anti-Mi-2β", "Anti Mi2"])
def test_a_named_thing_is_found_however_it_is_written(vocabulary: Vocabulary, text: str) -> None:
    asked = understand(f"Did IVIG help calcinosis with {text}?", vocabulary)
    assert [entity.name for entity in asked.antibodies] == ["anti-Mi2"]
    assert [entity.name for entity in asked.therapies] == ["intravenous immunoglobulin"]
    assert [entity.name for entity in asked.conditions] == ["calcinosis"]


def test_a_thing_named_twice_is_asked_for_once(vocabulary: Vocabulary) -> None:
    assert len(understand("Did rituximab, that is rituximab, help?", vocabulary).therapies) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which therapies failed in reports since 2015?", Filter(year_from=2015)),
        ("Which therapies failed in papers published before 2015?", Filter(year_to=2014)),
        ("Which therapies failed in reports published in 2015?", Filter(year_from=2015, year_to=2015)),
        ("Which therapies failed in reports between 2010 and 2015?", Filter(year_from=2010, year_to=2015)),
        ("Which therapies failed?", Filter()),
        ("What happened after rituximab in 2015?", Filter()),
        ("Did 2000 mg of mycophenolate help?", Filter()),
        ("What was the creatine kinase of 2015 U/L due to?", Filter()),
    ],
)
def test_years_in_a_question_are_a_filter(vocabulary: Vocabulary, text: str, expected: Filter) -> None:
    assert understand(text, vocabulary).filters == expected


def test_a_filter_that_is_given_wins_over_years_in_the_text(vocabulary: Vocabulary) -> None:
    assert understand("What failed since 2015?", vocabulary, Filter(year_from=1990)).filters == Filter(year_from=1990)


def test_other_filters_are_kept_beside_the_years_of_the_text(vocabulary: Vocabulary) -> None:
    asked = understand("What failed in reports since 2015?", vocabulary, Filter(journals=("Invented Reports",)))
    assert asked.filters == Filter(year_from=2015, journals=("Invented Reports",))


@pytest.mark.parametrize(
    "text", ["Which therapies failed?", "Did rituximab help?", "What dose of rituximab was given?", "What was planned?"]
)
def test_a_question_about_therapy_is_known_as_one(vocabulary: Vocabulary, text: str) -> None:
    assert understand(text, vocabulary).about_therapy


@pytest.mark.parametrize("text", ["What was her creatine kinase?", "How old was the patient?", "Where was the calcinosis?"])
def test_a_question_about_something_else_is_none(vocabulary: Vocabulary, text: str) -> None:
    assert not understand(text, vocabulary).about_therapy


def test_the_question_is_trimmed() -> None:
    assert check_question("  Did\n\tit  help\x00? ", 100) == "Did it help ?"


@pytest.mark.parametrize("text", ["", " ", "\x00\x00", "???", "—"])
def test_a_question_without_words_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        check_question(text, 100)


def test_the_limit_counts_characters_and_names_its_setting() -> None:
    assert check_question("a" * 100, 100)
    with pytest.raises(TooLarge, match="CASEBOOK_MAX_QUESTION_CHARS"):
        check_question("a" * 101, 100)


def test_with_and_without_leaves_nothing_out(vocabulary: Vocabulary) -> None:
    assert understand("How did children with and without calcinosis differ?", vocabulary).excluded == ()
    assert [one.name for one in understand("What helped patients without calcinosis?", vocabulary).excluded] == ["calcinosis"]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("which dose was given to the girl with steatohepatitis?", "girl"),
        ("What did the 39-year-old woman take?", "woman"),
        ("Did the woman or the boy improve?", ""),
        ("Which women improved?", ""),
    ],
)
def test_the_one_person_that_a_question_describes_is_known_by_its_word(vocabulary: Vocabulary, text: str, person: str) -> None:
    assert understand(text, vocabulary).person == person


@pytest.mark.parametrize(
    "text",
    [
        "What treatment options exist for calcinosis in dermatomyositis?",
        "What therapies are available for calcinosis?",
        "What can be done for calcinosis in children?",
        "What could I try for calcinosis in lupus?",
    ],
)
def test_what_there_is_to_try_is_asked_of_all_reports(vocabulary: Vocabulary, text: str) -> None:
    question = understand(text, vocabulary)
    assert Aspect.THERAPIES in question.aspects
    assert not question.specific


def test_what_is_wanted_is_read_from_the_question_and_not_from_the_story_before_it(vocabulary: Vocabulary) -> None:
    told = understand("A woman whose nodules failed colchicine has numb feet. Was the thumb cold?", vocabulary)
    assert Aspect.FAILED not in told.aspects
    assert told.yes_or_no
    assert {one.name for one in told.therapies} == {"colchicine"}
