import pytest

from corpus.errors import ParseError
from ingest.parsers import parse

PAGE = """<!doctype html><html><head><title>Stones under the skin | Test Letters</title>
<meta name="citation_title" content="Stones under the skin"><meta name="citation_author" content="Doe, Jane">
<meta name="citation_author" content="Wei Li"><meta name="citation_journal_title" content="Test Letters">
<meta name="citation_publication_date" content="2015/05/01"><meta name="citation_doi" content="10.1000/TL.7">
<link rel="canonical" href="https://example.org/tl7"><a rel="license" href="https://creativecommons.org/licenses/by/4.0/"></a></head>
<body><nav><ul><li><a href="/">Home</a></li></ul></nav><div class="cookie-banner"><p>We use cookies on this site.</p></div>
<main><article><h1>Stones under the skin</h1><div class="author-list"><p>Jane Doe, Wei Li</p></div><a href="/x.pdf">Download PDF</a>
<section><h2>Case</h2>
<p>She took 10 mg<sup><a href="#ref-1">1</a>,<a href="#ref-2">2</a></sup> for a year; see <a href="#fig1">figure 1</a>.
Her BMI was 30 kg/m<sup>2</sup>. It failed [<a href="#CR3">3</a>].</p>
<h3>Drugs</h3><ul><li>Warfarin.</li><li>Diltiazem.</li></ul>
<figure id="fig1"><img src="x.png"><figcaption><b>Figure 1.</b> CT of the thigh.</figcaption></figure>
<table><caption>Table 1. Drugs tried</caption><thead><tr><th>Drug</th><th>Dose</th></tr></thead>
<tbody><tr><td>Warfarin</td><td>1 mg</td></tr></tbody></table>
<div>She was seen again.<br><br>The stones were gone.</div></section>
<section class="ref-list"><h2>References</h2><ol><li>Roe J. An older paper. 2001;5:1-2.</li></ol></section></article></main>
<aside class="related"><p>Read this next.</p></aside><footer><p>Copyright 2015</p></footer></body></html>"""


def test_meta_tags_are_the_reference() -> None:
    form, (report,) = parse("a.html", "a.html", PAGE.encode())
    reference = report.reference
    assert form == "html"
    assert (reference.title, reference.authors, reference.journal, reference.year, reference.doi) == (
        "Stones under the skin", ("Jane Doe", "Wei Li"), "Test Letters", 2015, "10.1000/tl.7",
    )  # fmt: skip
    assert (reference.url, reference.licence) == ("https://example.org/tl7", "CC BY 4.0")


def test_the_article_is_read_without_the_page_round_it() -> None:
    _, (report,) = parse("a.html", "a.html", PAGE.encode())
    assert [(" > ".join(paragraph.section), paragraph.kind, paragraph.text) for paragraph in report.paragraphs] == [
        ("Case", "text", "She took 10 mg for a year; see figure 1. Her BMI was 30 kg/m². It failed."),
        ("Case > Drugs", "list", "Warfarin."),
        ("Case > Drugs", "list", "Diltiazem."),
        ("Case > Drugs > Figure 1", "caption", "CT of the thigh."),
        ("Case > Drugs > Table 1", "caption", "Drugs tried"),
        ("Case > Drugs > Table 1", "table", "Drug: Warfarin; Dose: 1 mg"),
        ("Case > Drugs", "text", "She was seen again."),
        ("Case > Drugs", "text", "The stones were gone."),
    ]


def test_a_page_without_article_elements_still_gives_its_paragraphs() -> None:
    sentence = "The stones of both thighs went on growing although three drugs had been tried one after the other. "
    body = f"<div><div><p>{sentence * 4}</p><p>{sentence * 3}</p></div></div>"
    page = f"<html><head><title>Stones | Blog</title></head><body>{body}</body></html>"
    _, (report,) = parse("a.html", "a.html", page.encode())
    assert report.reference.title == "Stones"
    assert len(report.paragraphs) == 2


def test_a_page_that_declares_its_encoding_is_read_in_it() -> None:
    page = '<html><head><meta charset="windows-1252"></head><body><article><p>A naïve señora.</p></article></body></html>'
    _, (report,) = parse("a.html", "a.html", page.encode("cp1252"))
    assert report.paragraphs[0].text == "A naïve señora."


def test_a_page_without_text_says_what_to_do() -> None:
    with pytest.raises(ParseError, match="save it as PDF"):
        parse("a.html", "a.html", b"<html><body><div id='app'></div><script>render()</script></body></html>")
