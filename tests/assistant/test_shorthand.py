"""Clinicians' shorthand reads as words, and nothing else is touched."""

import pytest

from assistant.answer import Exchange
from assistant.conversation import standalone
from assistant.shorthand import written_out
from corpus.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("MTX dose in 38 y/o F w/ JDM?", "MTX dose in 38-year-old woman with JDM?"),
        ("86F with HPS", "86-year-old woman with HPS"),
        ("54M, 16 mo F and 12yo M", "54-year-old man, 16-month-old girl and 12-year-old boy"),
        ("the 16 mo girl", "the 16-month-old girl"),
        ("66yo man, huge lump", "66-year-old man, huge lump"),
        ("SLE x13 yrs, fever x 3 days", "SLE for 13 years, fever for 3 days"),
        ("pain s/p excision c/b infection d/t MRSA?", "pain after excision complicated by infection due to MRSA?"),
        ("PPH 2/2 atony", "PPH due to atony"),
        ("# of IVIG cycles needed?", "How many IVIG cycles needed?"),
        ("total # of wks and # controls", "total number of weeks and how many controls"),
        ("JDM n=54: % w/ calcinosis?", "JDM n=54: what percentage with calcinosis?"),
        ("% of graded SSc pts", "What percentage of graded SSc patients"),
        ("ACA-neg CREST, L thumb, NPC-assoc DM", "ACA-negative CREST, left thumb, NPC-associated DM"),
        ("w/calcinosis w/o pain", "with calcinosis without pain"),
        ("which pts. failed? pt's hx", "which patients failed? patient's history"),
        ("kidney tx recipient on tx", "kidney transplant recipient on treatment"),
        ("↑CK and ↓Na, 1° sarcoma", "raised CK and lowered Na, primary sarcoma"),
        ("6 mos later; calcinosis lit review", "6 months later; calcinosis literature review"),
        ("Where did STS work? CsA dose?", "Where did sodium thiosulfate work? ciclosporin dose?"),
        ("Can you tell me which drugs failed?", "Which drugs failed?"),
        ("I wonder in which patients it helped.", "In which patients it helped."),
        ("Dx and Tx of calcinosis", "Diagnosis and treatment of calcinosis"),
    ],
)
def test_shorthand_is_written_out_as_reports_print_it(typed: str, read: str) -> None:
    assert written_out(typed).lower() == read.lower()
    assert written_out(written_out(typed)) == written_out(typed), "written out once is written out"


@pytest.mark.parametrize(
    "text",
    [
        "Which therapies failed for anti-Mi2 calcinosis?",
        "8F catheter or 12F drain, 5M NaCl, 20M cells, temp 101F",
        "PT level, HD, US, RA and DX, before d/c, 30 fx",
        "x 3, 3 x 5 mg, 0.5 mg/kg, 5% solution, Ki-67 30 %, 2/2 patients",
        "3-mo and 3mo follow-up",
        "L4/L5 level, grade 2 M",
        "a dye lit by light",
        "STS of the thigh",
        "I wonder whether it helped",
        "IgG 5 mg/dl W/m2",
    ],
)
def test_what_may_mean_something_else_is_left_as_it_stands(text: str) -> None:
    assert written_out(text) == text


def test_a_question_and_its_talk_are_both_read_in_words(vocabulary: Vocabulary) -> None:
    alone = standalone("MTX dose in the pt w/ JDM?", (), vocabulary)
    assert (alone.text, alone.about) == ("MTX dose in the patient with JDM?", None)
    followed = standalone("and at what dose?", [Exchange("user", "Did MTX help the pts w/ JDM?")], vocabulary)
    assert followed.talk is not None
    assert followed.talk.before == ("Did MTX help the patients with JDM?",)
