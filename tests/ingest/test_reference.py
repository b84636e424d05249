import pytest

from corpus.report import Reference
from ingest.names import authors_in
from ingest.parsers.parsed import ParsedReport
from ingest.reference import find_doi, find_pmcid, find_pmid, licence_name, normalise_doi, read_reference, report_id


@pytest.mark.parametrize(
    "printed",
    [
        "10.1000/CASE-12",
        "doi:10.1000/case-12",
        "DOI: 10.1000/case-12.",
        "https://doi.org/10.1000/case-12",
        "http://dx.doi.org/10.1000%2Fcase-12",
        "(10.1000/case-12)",
    ],
)
def test_a_doi_is_one_however_it_is_printed(printed: str) -> None:
    assert normalise_doi(printed) == "10.1000/case-12"


def test_a_bracket_that_belongs_to_a_doi_stays() -> None:
    assert normalise_doi("10.1016/S0140-6736(05)12345-6") == "10.1016/s0140-6736(05)12345-6"


def test_what_is_no_doi_is_none() -> None:
    assert normalise_doi("11.5 mg/day") is None
    assert find_doi(["no identifier", "here either"]) is None


def test_pubmed_numbers_are_found_with_their_labels_only() -> None:
    assert find_pmid(["PMID: 12345678"]) == "12345678"
    assert find_pmcid(["see PMCID: PMC1234567 for more"]) == "PMC1234567"
    assert find_pmid(["12345678"]) is None


@pytest.mark.parametrize(
    ("explicit", "reference", "expected"),
    [
        ("A/1", Reference("t", doi="10.1/x"), "A/1"),
        (None, Reference("t", doi="10.1000/X", pmcid="PMC1"), "doi:10.1000/x"),
        (None, Reference("t", pmcid="PMC1", pmid="2"), "pmcid:PMC1"),
        (None, Reference("t", pmid="2"), "pmid:2"),
        (None, Reference("t"), "file:a/b.txt"),
    ],
)
def test_the_id_is_the_explicit_one_else_the_strongest_identifier_else_the_path(
    explicit: str | None, reference: Reference, expected: str
) -> None:
    assert report_id(ParsedReport(reference, (), explicit), "file:a/b.txt") == expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ana Maria Ruiz1,2, Jon Smith3* and Wei Li, MD, PhD", ["Ana Maria Ruiz", "Jon Smith", "Wei Li"]),
        ("  2. Jose García-Morillo3", ["Jose García-Morillo"]),
        ("J. K. van der Berg¹ · L. Østergård²", ["J. K. van der Berg", "L. Østergård"]),
        ("Department of Medicine, University of Somewhere", []),
        ("A woman with weak thighs", []),
    ],
)
def test_a_line_of_authors_is_told_from_an_address_and_loses_its_marks(line: str, names: list[str]) -> None:
    assert authors_in(line) == names


def test_journal_and_year_are_read_from_the_cite_as_line() -> None:
    title = "Plaques of the flank in a young man"
    others = ["Please cite this article as follows", f"Doe J. {title}. Journal of Test Cases 2015;10.1000/tc-1, Published"]
    reference = read_reference([(title,), ("Jane Doe",)], others, "x.txt")
    assert (reference.title, reference.authors, reference.journal, reference.year, reference.doi) == (
        title, ("Jane Doe",), "Journal of Test Cases", 2015, "10.1000/tc-1",
    )  # fmt: skip


def test_nothing_is_invented_where_nothing_is_printed() -> None:
    reference = read_reference([("Plaques of the flank in a young man",)], [], "x.txt")
    assert (reference.authors, reference.journal, reference.year, reference.doi, reference.pmid) == ((), None, None, None, None)


def test_labelled_lines_are_taken_at_their_word() -> None:
    header = [("Title: Stones under the skin", "Authors: Jane Doe, Wei Li", "Journal: Test Letters", "Year: 2011", "DOI: 10.1000/tl.7")]
    reference = read_reference(header, [], "x.txt")
    assert (reference.title, reference.authors, reference.journal, reference.year, reference.doi) == (
        "Stones under the skin", ("Jane Doe", "Wei Li"), "Test Letters", 2011, "10.1000/tl.7",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://creativecommons.org/licenses/by-nc/4.0/", "CC BY-NC 4.0"),
        ("under the Creative Commons Attribution License", "CC BY"),
        ("CC BY-NC-ND 4.0", "CC BY-NC-ND 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("All rights reserved", None),
    ],
)
def test_a_licence_is_named_by_its_code(text: str, name: str | None) -> None:
    assert licence_name(text) == name


def test_a_printed_identifier_comes_before_the_name_in_a_source_and_that_before_its_place() -> None:
    assert report_id(ParsedReport(Reference("t", doi="10.1000/A"), (), name="short"), "file:x") == "doi:10.1000/a"
    assert report_id(ParsedReport(Reference("t"), (), name="short"), "file:x") == "short"
