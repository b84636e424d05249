"""Laws of what was given: a therapy that was refused, put off, weighed, offered or advised in general was not."""

import pytest

from corpus.vocabulary import Vocabulary
from tests.ingest.cases.writing import case

NOT_GIVEN = [
    "She declined rituximab.",
    "She refused to take rituximab.",
    "Rituximab was refused by her family.",
    "She was offered rituximab, which she declined.",
    "The patient was not keen on rituximab.",
    "Her parents did not consent to rituximab.",
    "She was reluctant to start rituximab.",
    "She opted against rituximab.",
    "She preferred not to receive rituximab.",
    "Because of the pregnancy rituximab was deferred.",
    "Rituximab was deferred until after delivery.",
    "The decision was made to defer rituximab.",
    "Rituximab was postponed because of an infection.",
    "Rituximab was withheld because of hepatitis B.",
    "We withheld rituximab in view of her infection.",
    "It was decided to hold off rituximab.",
    "Rituximab was contraindicated because of active hepatitis.",
    "Active hepatitis was a contraindication to rituximab.",
    "She had a contraindication for rituximab.",
    "Rituximab was considered but not given.",
    "Rituximab was considered.",
    "We considered rituximab in case of a relapse.",
    "Rituximab was discussed with the patient as an alternative.",
    "Rituximab was offered as an option.",
    "The options of rituximab and cyclophosphamide were discussed.",
    "Rituximab was proposed for the next flare.",
    "Rituximab was suggested by the rheumatologist.",
    "Rituximab was recommended, but her insurance did not cover it.",
    "Rituximab is recommended for refractory disease.",
    "Rituximab is the treatment of choice.",
    "Rituximab was not given.",
    "Rituximab was never started.",
    "Rituximab could not be given because of its cost.",
    "She could not afford rituximab.",
    "Rituximab was not available.",
    "She was not a candidate for rituximab.",
    "She was deemed unfit for rituximab.",
    "She was ineligible for rituximab.",
    "She died before rituximab could be started.",
    "Rituximab would be tried if the disease flared.",
    "If she relapses, rituximab may be given.",
    "Rituximab remains an option for her.",
    "She is scheduled to receive rituximab next month.",
    "She is awaiting rituximab.",
    "Rituximab is planned.",
    "The family requested that rituximab not be given.",
    "Rituximab was reserved for a relapse.",
    "Rituximab was ruled out because of her age.",
    "It was decided against rituximab.",
    "Instead of rituximab, she was only watched.",
    "Rituximab and cyclophosphamide were both declined.",
    "She refused cyclophosphamide, rituximab and surgery.",
    "Neither cyclophosphamide nor rituximab was given.",
    "Rituximab was felt to be too risky.",
    "We decided not to use rituximab.",
    "Rituximab was cancelled on the day itself.",
    "The patient's insurance denied coverage for rituximab.",
    "Her physicians advised against rituximab.",
    "There was no indication for rituximab.",
    "Consent for rituximab was refused.",
    "She left the hospital before receiving rituximab.",
    "Rituximab was recommended; she declined.",
]

GIVEN = [
    "Rituximab was given after she had first refused it.",
    "She first refused but later accepted rituximab, which was given in March.",
    "She refused surgery and was treated with rituximab.",
    "She declined amputation; rituximab was started.",
    "She was offered rituximab and agreed, and two infusions were given.",
    "Rituximab was offered and accepted.",
    "Rituximab was initially deferred and finally given in May.",
    "After surgery had been refused, rituximab was started.",
    "Since surgery was contraindicated, she received rituximab.",
    "As surgery was not possible, rituximab was given.",
    "Rituximab was considered and then started.",
    "Rituximab was considered successful.",
    "Rituximab was considered to have failed.",
    "After discussing the options, we gave rituximab.",
    "Rituximab was planned and given on day 3.",
    "As planned, rituximab was given on day 3.",
    "She underwent the planned course of rituximab.",
    "Rituximab was given at the recommended dose.",
    "She received the recommended dose of rituximab.",
    "Rituximab was recommended and started a week later.",
    "The disease was refractory to rituximab, and amputation was considered.",
    "She was treated with rituximab while awaiting a transplant.",
    "Under rituximab her strength declined.",
    "Rituximab was continued, and cyclophosphamide was withheld.",
    "Rituximab was given but she refused a second course.",
    "She received rituximab because she had declined cyclophosphamide.",
    "After two courses of rituximab she declined further treatment.",
    "Despite rituximab the lesions grew, so surgery was offered.",
    "She consented to rituximab and tolerated it well.",
    "Although she was reluctant, she took rituximab for a year.",
    "With no contraindication found, rituximab was started.",
    "Rituximab, which she had refused a year before, was started.",
    "On the recommendation of the rheumatologist she took rituximab.",
    "Rituximab was started as suggested by the guidelines.",
    "She had been given rituximab before surgery could be offered.",
    "Treatment options were discussed, and rituximab was chosen and given.",
    "She was on rituximab, which was not stopped.",
    "She was considered a candidate for rituximab and received two infusions of rituximab.",
    "Rituximab was administered at 375 mg/m2 weekly, with a plan to repeat it in six months.",
    "She opted for rituximab and received it in May.",
    "Rituximab was chosen because cyclophosphamide was contraindicated.",
    "Although surgery was recommended, she preferred rituximab and had two courses.",
    "She was switched to rituximab because methotrexate was refused.",
    "Following rituximab the lesions regressed; transplantation was postponed.",
    "Rituximab was started before the planned splenectomy.",
    "The first dose of rituximab was delayed but given a month later.",
    "She continued rituximab and is scheduled for review in June.",
    "She took rituximab and refused to stop rituximab.",
]


def _statuses(vocabulary: Vocabulary, told: str) -> list[str]:
    found = case(vocabulary, f"A 40-year-old woman had calcinosis. {told}", heading="Case presentation")
    return [row.status for row in found.therapies if row.therapy == "rituximab" and row.subject == "own"]


@pytest.mark.parametrize("told", NOT_GIVEN)
def test_what_was_refused_put_off_weighed_or_only_offered_was_not_given(vocabulary: Vocabulary, told: str) -> None:
    assert "given" not in _statuses(vocabulary, told)


@pytest.mark.parametrize("told", GIVEN)
def test_what_was_given_in_the_end_or_beside_what_was_refused_was_given(vocabulary: Vocabulary, told: str) -> None:
    assert _statuses(vocabulary, told) == ["given"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("She declined rituximab.", "declined"),
        ("Rituximab was refused.", "declined"),
        ("She was offered rituximab, which she declined.", "declined"),
        ("Rituximab was deferred until after delivery.", "planned"),
        ("Rituximab was postponed.", "planned"),
        ("Rituximab was offered.", "planned"),
        ("Rituximab was recommended to her.", "planned"),
        ("She was scheduled to receive rituximab.", "planned"),
        ("She is awaiting rituximab.", "planned"),
    ],
)
def test_what_a_person_refused_is_declined_and_what_was_put_off_or_offered_is_planned(
    vocabulary: Vocabulary, told: str, status: str
) -> None:
    assert _statuses(vocabulary, told) == [status]


@pytest.mark.parametrize(
    "told",
    [
        "Rituximab was offered. She accepted, and it was given in May.",
        "Rituximab was planned. It was given in May.",
        "Rituximab was recommended. The drug was started a week later.",
    ],
)
def test_what_the_next_sentence_says_was_given_after_all_was_given(vocabulary: Vocabulary, told: str) -> None:
    assert _statuses(vocabulary, told) == ["given"]


@pytest.mark.parametrize(
    "told",
    [
        "Rituximab was offered. She refused it.",
        "Rituximab was proposed. Her family declined.",
        "We advised rituximab. She did not want it.",
    ],
)
def test_what_the_next_sentence_says_was_refused_was_declined(vocabulary: Vocabulary, told: str) -> None:
    assert _statuses(vocabulary, told) == ["declined"]
