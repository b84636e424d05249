import re
from pathlib import Path

import pytest

from corpus.errors import ParseError
from ingest.parsers import ParsedReport, parse

REPORTS = Path(__file__).parents[3].parent / "shared" / "reports"

WEB_PAGE = """Article Text

Download PDF

Hard plaques of the flank that no drug softened
  1. Ana Maria Ruiz1,
  2. Wei Li2
  1. 1Dermatology, University Hospital, Lisbon, Portugal
  1. Correspondence to Dr Ana Ruiz; ruiz{at}example.org

Abstract

We saw a man whose plaques grew on. Three drugs were tried, and none of them helped him in any way.

  • Dermatology
  • Rheumatology

Statistics from Altmetric.com

Request Permissions

Ask the rights holder before you copy any part of it; the link takes you there.

Case presentation

A man in his 40s had weak thighs.1 2 His creatine kinase was 1447 U/L and his BMI was 31.5 kg/m².

Figure 1

The plaque on the left flank.

He was given diltiazem 60 mg/day, and the plaques went on growing, as figure 1 shows.

Imaging of the flank

CT showed sheets of calcium.

Learning points

  • Look for calcium early.

  • Count what was tried.

Ethics statements

Patient consent for publication

References

Footnotes

  • Competing interests None declared.
"""

PDF_TEXT = """
Rare disease

Stones under the skin of a young woman: a therapy that worked

Jane Doe, Wei Li

Department of Medicine, School of Medicine, Springfield, USA

Correspondence to Dr Jane Doe, jane@example.org

SUMMARY

A woman of twenty had **painful** stones. They went after a year of treatment with one drug.¹

CASE PRESENTATION

She was seen for tender stones of both thighs, which had come up within three days, and for a
rash of the eyelids and the upper

chest that was worse in the sun. She took 1 g twice a day.² She had no fever.

TREATMENT

The treat-
ment was changed twice.

REFERENCES

1. **Roe J.** An older paper. *J Test* 2004;**5**:1083.
2. Poe E, Moe A. Another one. doi:10.1000/other.99

Copyright 2015 Some Publisher. All rights reserved.

Please cite this article as follows

Doe J, Li W. Stones under the skin of a young woman: a therapy that worked. *Test Case Reports* 2015;10.1000/tcr-2015-1, Published

Become a Fellow of Test Case Reports today and you can:

- ▶ Submit as many cases as you like
"""


def _parsed(text: str, name: str = "a.txt") -> ParsedReport:
    form, (report,) = parse(name, name, text.encode())
    assert form == "text"
    return report


def test_a_page_copied_from_a_site_gives_its_sections_and_nothing_of_the_site() -> None:
    report = _parsed(WEB_PAGE)
    assert [(paragraph.section, paragraph.kind) for paragraph in report.paragraphs] == [
        (("Abstract",), "text"),
        (("Case presentation",), "text"),
        (("Case presentation", "Figure 1"), "caption"),
        (("Case presentation",), "text"),
        (("Case presentation", "Imaging of the flank"), "text"),
        (("Learning points",), "list"),
        (("Learning points",), "list"),
    ]


def test_a_copied_page_gives_title_and_authors_and_invents_no_journal_year_or_doi() -> None:
    reference = _parsed(WEB_PAGE).reference
    assert reference.title == "Hard plaques of the flank that no drug softened"
    assert reference.authors == ("Ana Maria Ruiz", "Wei Li")
    assert (reference.journal, reference.year, reference.doi) == (None, None, None)


def test_reference_marks_go_and_numbers_stay() -> None:
    case = _parsed(WEB_PAGE).paragraphs[1].text
    assert case == "A man in his 40s had weak thighs. His creatine kinase was 1447 U/L and his BMI was 31.5 kg/m²."


def test_text_of_a_pdf_gives_its_own_reference_not_that_of_a_cited_work() -> None:
    reference = _parsed(PDF_TEXT).reference
    assert reference.title == "Stones under the skin of a young woman: a therapy that worked"
    assert reference.authors == ("Jane Doe", "Wei Li")
    assert (reference.journal, reference.year, reference.doi) == ("Test Case Reports", 2015, "10.1000/tcr-2015-1")


def test_a_paragraph_broken_by_a_page_is_one_paragraph() -> None:
    report = _parsed(PDF_TEXT)
    assert [paragraph.section for paragraph in report.paragraphs] == [("Summary",), ("Case presentation",), ("Treatment",)]
    assert "the upper chest that was worse in the sun. She took 1 g twice a day. She had no fever." in report.paragraphs[1].text
    assert report.paragraphs[2].text == "The treatment was changed twice."


def test_bold_and_italic_marks_are_not_text() -> None:
    assert "A woman of twenty had painful stones." in _parsed(PDF_TEXT).paragraphs[0].text


def test_running_heads_and_page_numbers_are_dropped_and_pages_counted() -> None:
    body = "Introduction\n\nThe first page has a sentence of its own here, it is a short one.\n"
    texts = [body, "Then page two goes on with another plain sentence.", "Then page three goes on with one more."]
    pages = [f"Test Journal of Skin 2015, Vol {number}\n\n{text}\n\n{number}\n" for number, text in enumerate(texts, start=1)]
    report = _parsed("\f".join(pages))
    assert [paragraph.page for paragraph in report.paragraphs] == [1, 2, 3]
    assert not any("Test Journal" in paragraph.text for paragraph in report.paragraphs)


def test_hard_wrapped_lines_are_one_paragraph_and_short_last_lines_end_it() -> None:
    text = (
        "Case report\n\n"
        "The patient was a woman of thirty who came with stones under the skin of\n"
        "both thighs, and she had been treated with several drugs over many years.\n"
        "None of them had helped.\n"
        "In the spring she was given another drug by her doctor, and by the summer\n"
        "the stones were softer than they had been.\n"
    )
    assert [paragraph.text[:8] for paragraph in _parsed(text).paragraphs] == ["The pati", "In the s"]


def test_notes_without_any_heading_are_paragraphs_under_no_section() -> None:
    report = _parsed(
        "She had stones under the skin and was given warfarin.\n\nIt did not help her at all, and it was stopped.", "my_notes.txt"
    )
    assert [paragraph.section for paragraph in report.paragraphs] == [(), ()]
    assert report.reference.title == "my notes"


def test_a_sentence_that_begins_with_a_figure_is_no_caption() -> None:
    report = _parsed(
        "Case report\n\nShe had stones in both thighs for years.\n\nFigure 1 shows the stones of the left thigh before treatment."
    )
    assert [paragraph.kind for paragraph in report.paragraphs] == ["text", "text"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_encoding_gives_the_same_text(encoding: str) -> None:
    text = "Case report\n\nA naïve café owner was given 5 µg of a drug – it failed, as the señora said to her doctor. " * 3
    _, (report,) = parse("a.txt", "a.txt", text.encode(encoding))
    assert "naïve café" in report.paragraphs[0].text


def test_a_list_of_references_alone_is_no_report() -> None:
    with pytest.raises(ParseError, match="no paragraph"):
        parse("a.txt", "a.txt", b"References\n\n1. Roe J. An older paper. J Test 2004;5:1083.\n")


def _real(prefix: str) -> ParsedReport:
    files = sorted(REPORTS.glob(f"{prefix}_*.txt"))
    if not files:
        pytest.skip("the two real reports are not here (../shared/reports)")
    _, (report,) = parse(str(files[0]), files[0].name, files[0].read_bytes())
    return report


BOILERPLATE = re.compile(
    r"Download PDF|Article Text|Request Permissions|Altmetric|RightsLink|Become a Fellow|Fellow of|casereports\.|Copyright"
    r"|Competing interests|Correspondence|Expert Opin|Provenance|consortiasales|^Figure \d$|Musculoskeletal syndromes|▶|\*\*"
)
MARK = re.compile(r"[a-z)]\.\d|[¹²³⁴⁵]|[a-z],\d")


@pytest.mark.parametrize("prefix", ["000", "004"])
def test_no_paragraph_of_a_real_report_is_boilerplate_or_holds_a_reference_mark(prefix: str) -> None:
    for paragraph in _real(prefix).paragraphs:
        assert not BOILERPLATE.search(paragraph.text)
        assert not MARK.search(paragraph.text)


def test_the_real_web_page_is_read_as_its_reader_sees_it() -> None:
    report = _real("000")
    counts: dict[str, int] = {}
    for paragraph in report.paragraphs:
        counts[paragraph.section[0]] = counts.get(paragraph.section[0], 0) + 1
    assert counts == {
        "Abstract": 1, "Background": 1, "Case presentation": 2, "Investigations": 5, "Differential diagnosis": 2, "Treatment": 1,
        "Outcome and follow-up": 1, "Discussion": 4, "Patient’s perspective": 3, "Learning points": 4,
    }  # fmt: skip
    assert [paragraph.section[-1] for paragraph in report.paragraphs if paragraph.kind == "caption"] == ["Figure 1", "Figure 2", "Figure 3"]
    assert [len(report.reference.authors), report.reference.authors[0]] == [3, "Juan Manuel Linan-Barroso"]
    assert report.reference.title.endswith("‘lumbar belt’ calcinosis")
    assert (report.reference.journal, report.reference.year, report.reference.doi) == (None, None, None)


def test_the_real_pdf_text_is_read_as_its_reader_sees_it() -> None:
    report = _real("004")
    sections = [paragraph.section for paragraph in report.paragraphs if paragraph.kind == "text"]
    assert sections == [
        ("Summary",), ("Background",), ("Case presentation",), ("Differential diagnosis",), ("Treatment",),
        ("Outcome and follow-up",), ("Discussion",),
    ]  # fmt: skip
    assert sum(paragraph.section == ("Learning points",) for paragraph in report.paragraphs) == 4
    assert "the diffuse, flat erythematous lesion" in report.paragraphs[2].text
    reference = report.reference
    assert reference.title.startswith("Refractory calcinosis in a patient")
    assert (reference.authors, reference.journal, reference.year) == (("Lokesh Shahani",), "BMJ Case Reports", 2012)
    assert reference.doi == "10.1136/bcr-2012-006629"


def test_doses_of_the_real_reports_survive_whole() -> None:
    belt = " ".join(paragraph.text for paragraph in _real("000").paragraphs)
    assert all(dose in belt for dose in ("1447 U/L to 119 U/L", "1 g/15 days every 6 months", "30 mg/day", "11 000"))
    assert "60 g (1 g/kg per day) for 2 days" in " ".join(paragraph.text for paragraph in _real("004").paragraphs)


@pytest.mark.parametrize("note", ["No complications occurred.", "IVIG monthly: calcinosis gone.", "皮膚の石灰化は改善した。"])
def test_a_short_real_note_is_read(note: str) -> None:
    assert [paragraph.text for paragraph in _parsed(note).paragraphs] == [note]
