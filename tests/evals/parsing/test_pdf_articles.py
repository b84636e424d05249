from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UsageError
from evals.parsing import pdf_articles
from evals.parsing.pdf_articles import is_broken, score_printed, title_mark
from ingest.parsers import ParsedParagraph


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("She came in May.", False),
        ("“It hurts,” she said (twice).", False),
        ("p53 was found in all of them.", False),
        ("10 mg was given; it helped.", False),
        ("and then she came.", True),
        ("She came in", True),
        ("She came in May,", True),
    ],
)
def test_a_paragraph_is_broken_where_a_sentence_is(text: str, broken: bool) -> None:
    assert is_broken(ParsedParagraph(text)) is broken


def test_a_title_is_told_by_its_letters() -> None:
    assert title_mark("Stones under  the skin – a case") == title_mark("Stones Under the Skin: a Case")
    assert title_mark("Stones under the skin") != title_mark("Stones over the skin")


def _draw(path: Path, heading: str) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("Times-Bold", 18)
    canvas.drawString(60, 780, "Stones under the skin of a young woman")
    canvas.setFont("Times-Bold", 12)
    canvas.drawString(60, 740, heading)
    canvas.setFont("Times-Roman", 10)
    lines = [
        "The patient was a woman of thirty who had stones under the skin of both",
        "thighs, and she had been given several drugs for them",
    ]
    for number, line in enumerate([*lines, "over many years. None of these had softened the stones at all.", "doi: 10.1000/tl.7"]):
        canvas.drawString(60, 720 - 12 * number - (40 if number == 3 else 0), line)
    canvas.save()
    path.write_bytes(buffer.getvalue())


def test_title_doi_paragraphs_and_headings_are_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gold = ("10.1000/tl.7", title_mark("Stones under the skin of a young woman"), "Case presentation")
    monkeypatch.setattr(
        pdf_articles, "GOLD", {"right.pdf": gold, "wrong.pdf": ("10.1000/other", "another title", "Case presentation|Outcome")}
    )
    for name in ("right.pdf", "wrong.pdf"):
        _draw(tmp_path / name, "Case presentation")
    right, wrong = score_printed(tmp_path)
    assert (right.title_right, right.doi_right, right.paragraphs, right.broken, right.headings_missed) == (True, True, 1, (), ())
    assert (wrong.title_right, wrong.doi_right, wrong.headings_missed) == (False, False, ("Outcome",))


def test_a_folder_without_the_articles_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of the articles"):
        list(score_printed(tmp_path))
