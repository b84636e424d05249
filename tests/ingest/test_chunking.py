from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.report import Paragraph, Reference, Report, paragraph_id
from ingest.chunking import chunk

SENTENCE = "The plaques on both thighs had softened by the third visit. "


def _report(*paragraphs: tuple[str, str], kind: str = "text") -> Report:
    made = [
        Paragraph(paragraph_id("r", number), text, (section,) if section else (), kind=kind)  # type: ignore[arg-type]
        for number, (section, text) in enumerate(paragraphs, start=1)
    ]
    return Report("r", Reference("A title"), tuple(made))


def test_paragraphs_of_one_section_share_a_chunk_up_to_the_aim() -> None:
    chunks = chunk(_report(("Case", "a" * 300), ("Case", "b" * 300), ("Case", "c" * 600)), 700)
    assert [part.paragraph_ids for part in chunks] == [("r#p1", "r#p2"), ("r#p3",)]
    assert chunks[0].text == "a" * 300 + "\n\n" + "b" * 300


def test_a_chunk_never_crosses_a_section() -> None:
    assert [part.section for part in chunk(_report(("Case", "One."), ("Treatment", "Two.")), 1000)] == [("Case",), ("Treatment",)]


def test_a_long_paragraph_is_cut_between_sentences_into_its_exact_text() -> None:
    text = (SENTENCE * 60).strip()
    pieces = chunk(_report(("Case", text)), 1000)
    assert len(pieces) > 2
    assert all(piece.text in text and piece.text.startswith("The plaques") and piece.text.endswith("visit.") for piece in pieces)
    assert max(len(piece.text) for piece in pieces) <= 1500


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    text = "word " * 1000
    assert max(len(piece.text) for piece in chunk(_report(("Case", text.strip())), 500)) <= 750


def test_a_tiny_last_paragraph_joins_the_chunk_before_it() -> None:
    chunks = chunk(_report(("Case", "a" * 990), ("Case", "It failed.")), 1000)
    assert [part.paragraph_ids for part in chunks] == [("r#p1", "r#p2")]


def test_a_caption_reads_with_the_section_it_stands_in() -> None:
    paragraphs = (
        Paragraph("r#p1", "She was weak.", ("Case",)),
        Paragraph("r#p2", "CT of the thigh.", ("Case", "Figure 1"), kind="caption"),
        Paragraph("r#p3", "A biopsy was taken.", ("Case",)),
    )
    (only,) = chunk(Report("r", Reference("A title"), paragraphs), 1000)
    assert only.section == ("Case",)


def test_the_same_text_twice_gives_two_ids() -> None:
    first, second = chunk(_report(("Case", "x" * 900), ("Case", "x" * 900)), 1000)
    assert second.id == f"{first.id}-2"


def test_a_chunk_keeps_its_id_when_another_paragraph_changes() -> None:
    before = chunk(_report(("Case", "One."), ("Treatment", "Two.")), 1000)
    after = chunk(_report(("Case", "One, edited."), ("Treatment", "Two.")), 1000)
    assert before[0].id != after[0].id
    assert before[1].id == after[1].id


WORDS = st.text(alphabet="abc .,;:1é\n", min_size=1, max_size=900).map(str.strip).filter(bool)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "Case", "Treatment"]), WORDS), max_size=8), st.sampled_from([200, 350, 1000]))
def test_every_paragraph_is_covered_in_order_and_chunk_ids_differ(paragraphs: list[tuple[str, str]], target: int) -> None:
    report = _report(*paragraphs)
    chunks = chunk(report, target)
    assert "".join("".join(part.text for part in chunks).split()) == "".join("".join(p.text for p in report.paragraphs).split())
    assert len({part.id for part in chunks}) == len(chunks)
    assert list(dict.fromkeys(one for part in chunks for one in part.paragraph_ids)) == [p.id for p in report.paragraphs]
