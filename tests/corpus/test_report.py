import pytest

from corpus.report import Filter, Paragraph, Reference, Report, paragraph_id, report_of


@pytest.mark.parametrize(
    ("authors", "label"),
    [(("Lokesh Shahani",), "Shahani 2012"), (("Shahani, Lokesh",), "Shahani 2012"), ((), "“Thalidomide in a girl with …” 2012")],
)
def test_a_label_is_the_first_author_and_the_year(authors: tuple[str, ...], label: str) -> None:
    assert Reference("Thalidomide in a girl with calcinosis", authors, year=2012).label == label


def test_a_reference_without_author_and_year_is_labelled_by_its_title() -> None:
    assert Reference("A title").label == "“A title”"


def test_the_link_prefers_the_doi() -> None:
    assert Reference("t", doi="10.1/x", pmid="1", url="https://example.org").link == "https://doi.org/10.1/x"
    assert Reference("t", url="https://example.org").link == "https://example.org"
    assert Reference("t").link is None


def test_paragraphs_stand_at_their_starts_in_the_text_of_the_report() -> None:
    report = Report("r", Reference("t"), tuple(Paragraph(paragraph_id("r", n), text) for n, text in enumerate(("one", "two", "three"), 1)))
    for paragraph, start in zip(report.paragraphs, report.starts, strict=True):
        assert report.text[start : start + len(paragraph.text)] == paragraph.text


def test_a_paragraph_id_names_its_report() -> None:
    assert report_of(paragraph_id("doi:10.1/a#p2b", 7)) == "doi:10.1/a#p2b"


def test_only_an_empty_filter_is_false() -> None:
    assert not Filter()
    assert Filter(year_from=1990)
