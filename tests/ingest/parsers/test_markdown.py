import pytest

from corpus.errors import ParseError
from ingest.parsers.markdown import parse

REPORT = """---
id: doe-2015
title: "Stones: a report"
authors: ["Jane Doe", "Li, Wei"]
journal: Test Letters
year: 2015
doi: https://doi.org/10.1000/TL.7
pmcid: 1234
publication_type: case report
digest: true
---

## Case

She took **10 mg** of [a drug](https://example.org).
It *failed*.

### Treatment

- First drug.
- Second drug.

| Drug | Dose |
|---|---|
| IVIG | 1 g/kg |
"""


def test_front_matter_is_the_reference_and_headings_nest() -> None:
    (report,) = parse("a.md", "a.md", REPORT.encode())
    reference = report.reference
    assert report.name == "doe-2015"
    assert (reference.title, reference.authors, reference.year) == ("Stones: a report", ("Jane Doe", "Wei Li"), 2015)
    assert (reference.doi, reference.pmcid, reference.digest) == ("10.1000/tl.7", "PMC1234", True)
    assert [(paragraph.section, paragraph.kind, paragraph.text) for paragraph in report.paragraphs] == [
        (("Case",), "text", "She took 10 mg of a drug. It failed."),
        (("Case", "Treatment"), "list", "First drug."),
        (("Case", "Treatment"), "list", "Second drug."),
        (("Case", "Treatment"), "table", "Drug: IVIG; Dose: 1 g/kg"),
    ]


def test_without_front_matter_the_only_top_heading_is_the_title() -> None:
    (report,) = parse("a.md", "a.md", b"# Stones under the skin\n\n## Case\n\nShe was weak.")
    assert report.reference.title == "Stones under the skin"
    assert report.paragraphs[0].section == ("Case",)


def test_without_any_heading_the_file_names_the_report() -> None:
    (report,) = parse("a.md", "stones_under-skin.md", b"She was weak.")
    assert report.reference.title == "stones under skin"


def test_windows_line_ends_change_nothing() -> None:
    assert parse("a.md", "a.md", REPORT.encode()) == parse("a.md", "a.md", REPORT.replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: a: b", "line 2"),
        ("title: x\nauthors: [a", "line 4"),
        ("- a\n- b", "key: value"),
        ("title: x\ncolour: red", "colour"),
        ("title: x\nyear: soon", "not a year"),
        ("title: x\ndoi: nonsense", "not a DOI"),
        ("title: x\ndigest: perhaps", "neither true nor false"),
    ],
)
def test_bad_front_matter_is_refused_with_its_place(front: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse("a.md", "a.md", f"---\n{front}\n---\n\nText.".encode())


def test_front_matter_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ParseError, match="never closed"):
        parse("a.md", "a.md", b"---\ntitle: x\n\nText.")


def test_front_matter_alone_is_no_report() -> None:
    with pytest.raises(ParseError, match="no paragraph"):
        parse("a.md", "a.md", b"---\ntitle: x\n---\n")
