import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import Sought, normalise, sentences, tokens


@given(st.text(max_size=300))
def test_every_sentence_stands_at_its_offsets(text: str) -> None:
    for span in sentences(text):
        assert text[span.start : span.end] == span.text


@given(st.text(alphabet="ab .?!1[](),/LU\n", max_size=120))
def test_sentences_lose_nothing_but_space(text: str) -> None:
    assert "".join("".join(span.text.split()) for span in sentences(text)) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Smith et al. do not recommend it. We do.", 2),
        ("It was approx. 3.5 mg/kg (Fig. 2). S. aureus grew.", 2),
        ("None was effective for calcinosis.1 2 We report a patient.", 2),
        ("Kinase fell from 900 U/L to 80 U/L. The lung cleared.", 2),
        ("The dose was 0.5 mg/kg. It helped! Did it last?", 3),
        ("IVIG (2 g/kg) was given vs. placebo.", 1),
    ],
)
def test_clinical_prose_is_split_where_a_reader_would(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oedema", "edema"),
        ("haemoglobin", "hemoglobin"),
        ("anaemia", "anemia"),
        ("leucopenia", "leukopenia"),
        ("tumours", "tumor"),
        ("sodium thiosulphate", "sodium thiosulfate"),
        ("Mi-2", "Mi2"),
        ("anti–Mi‑2β", "anti-Mi2 beta"),
        ("calcifications", "calcification"),
        ("1,447 U/L", "1447 U/L"),
    ],
)
def test_variants_of_one_word_give_the_same_tokens(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(("one", "other"), [("0.4 g", "4 g"), ("IL-6", "IL-17"), ("four", "for"), ("hypocalcaemia", "hypercalcaemia")])
def test_different_things_stay_different(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


@given(st.text(max_size=200))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


_PIECES = st.sampled_from(
    (
        "Mi-2 Mi2 anti-Mi-2β 1,000 mg/day oedema aetiology haem dying ties two (twelve) patient's 0.5% the The x μg ﬁbrosis don’t a-3, é"
    ).split()
)


@given(st.lists(st.one_of(_PIECES, st.text(alphabet="aeoisyzn-,.'2 α", max_size=6)), max_size=12))
def test_a_text_holds_those_of_some_tokens_that_are_among_its_own(pieces: list[str]) -> None:
    text, other = " ".join(pieces), ["calcinosi", "2", "eda"]
    assert Sought([*tokens(text), *other]).found_in(text) >= set(tokens(text))
    for token in {*tokens(text), *other}:
        assert Sought([token]).found_in(text) == {token} & set(tokens(text))
