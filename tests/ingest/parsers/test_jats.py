from pathlib import Path

import pytest

from corpus.errors import ParseError
from ingest.parsers import ParsedReport, parse

SHARED = Path(__file__).parents[3].parent / "shared" / "data"

ARTICLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.0 20120330//EN" "JATS-archivearticle1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="case-report"><front>
<journal-meta><journal-title-group><journal-title>Test Letters</journal-title></journal-title-group>
</journal-meta>
<article-meta><article-id pub-id-type="pmid">123456</article-id><article-id pub-id-type="pmc">987654</article-id>
<article-id pub-id-type="doi">10.1000/TL.7</article-id>
<title-group><article-title>Stones under the <italic>skin</italic><xref ref-type="fn" rid="f1">*</xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane A</given-names></name>
<xref ref-type="aff" rid="a1">1</xref></contrib>
<contrib contrib-type="editor"><name><surname>Boss</surname><given-names>Ed</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><year>2014</year></pub-date><pub-date pub-type="ppub"><year>2015</year></pub-date>
<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>Open access.</license-p></license></permissions>
<related-article related-article-type="retraction-forward"/>
<abstract><sec><title>Background</title><p>Stones are rare.</p></sec></abstract>
<abstract abstract-type="graphical"><p>A picture.</p></abstract><kwd-group><kwd>skin</kwd></kwd-group></article-meta></front>
<body><sec><title>Case</title>
<p>She took 10 mg<sup><xref ref-type="bibr" rid="b1">1</xref>,<xref
ref-type="bibr" rid="b2">2</xref></sup> for a year
[<xref ref-type="bibr" rid="b3">3</xref>–<xref ref-type="bibr" rid="b5">5</xref>].
Her BMI was 30 kg/m<sup>2</sup> (<xref ref-type="fig" rid="g1">Fig. 1</xref>) (<xref ref-type="bibr" rid="b4">Roe 2004</xref>).</p>
<sec><title>Drugs</title><p>These were tried:
<list><list-item><p>Warfarin.</p></list-item><list-item><p>Diltiazem.</p></list-item></list>and both failed.</p>
<boxed-text><title>Key points</title><p>Count them.</p></boxed-text></sec>
<fig id="g1"><label>Figure 1.</label><caption><title>The thigh</title><p>Before treatment.</p></caption><graphic/></fig>
<table-wrap><label>Table 1</label><caption><p>Drugs tried</p></caption>
<table><thead><tr><th rowspan="2">Drug</th><th colspan="2">Course</th></tr>
<tr><th>Dose</th><th>Weeks</th></tr></thead><tbody><tr><td>Warfarin</td><td>1 mg</td><td>8</td></tr></tbody></table></table-wrap></sec>
<sec><title>Competing interests</title><p>None.</p></sec></body>
<back><ack><p>Thanks.</p></ack><ref-list><title>References</title><ref><mixed-citation>Roe 2004</mixed-citation></ref></ref-list></back>
<sub-article><body><p>A reviewer wrote this.</p></body></sub-article></article>"""


def test_front_matter_is_the_reference() -> None:
    form, (report,) = parse("a.xml", "a.xml", ARTICLE.encode())
    reference = report.reference
    assert form == "jats"
    assert (reference.title, reference.authors) == ("Stones under the skin", ("Jane A Doe",))
    assert (reference.journal, reference.year) == ("Test Letters", 2015)
    assert (reference.doi, reference.pmid, reference.pmcid) == ("10.1000/tl.7", "123456", "PMC987654")
    assert (reference.licence, reference.publication_type, reference.notice) == ("CC BY 4.0", "case report", "retracted")


def test_the_body_is_read_in_order_with_sections_and_without_reference_marks() -> None:
    _, (report,) = parse("a.xml", "a.xml", ARTICLE.encode())
    assert [(" > ".join(paragraph.section), paragraph.kind, paragraph.text) for paragraph in report.paragraphs] == [
        ("Abstract > Background", "text", "Stones are rare."),
        ("Case", "text", "She took 10 mg for a year. Her BMI was 30 kg/m² (Fig. 1)."),
        ("Case > Drugs", "text", "These were tried:"),
        ("Case > Drugs", "list", "Warfarin."),
        ("Case > Drugs", "list", "Diltiazem."),
        ("Case > Drugs", "text", "and both failed."),
        ("Case > Drugs > Key points", "text", "Count them."),
        ("Case > Figure 1", "caption", "The thigh. Before treatment."),
        ("Case > Table 1", "caption", "Drugs tried."),
        ("Case > Table 1", "table", "Drug: Warfarin; Course Dose: 1 mg; Course Weeks: 8"),
    ]


def test_articles_are_found_in_a_set_and_in_a_harvesting_answer() -> None:
    bare = ARTICLE[ARTICLE.index("<article ") :]
    _, two = parse("a.xml", "a.xml", f"<pmc-articleset>{bare}{bare}</pmc-articleset>".encode())
    _, one = parse("a.xml", "a.xml", f'<OAI-PMH xmlns="urn:oai"><record><metadata>{bare}</metadata></record></OAI-PMH>'.encode())
    assert [report.reference.doi for report in two + one] == ["10.1000/tl.7"] * 3


def test_entities_declared_in_the_file_are_refused() -> None:
    bomb = '<!DOCTYPE article [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><article><front/><body><p>&b;</p></body></article>'
    with pytest.raises(ParseError, match="entities"):
        parse("a.xml", "a.xml", bomb.encode())


def test_a_file_from_outside_is_not_pulled_in(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    attack = f'<!DOCTYPE article [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]><article><front/><body><p>&x;</p></body></article>'
    with pytest.raises(ParseError):
        parse("a.xml", "a.xml", attack.encode())


def test_broken_xml_is_a_parse_error_and_not_half_a_report() -> None:
    with pytest.raises(ParseError, match="not well-formed"):
        parse("a.xml", "a.xml", ARTICLE[: len(ARTICLE) // 2].encode())


def test_a_pubmed_record_gives_its_abstract() -> None:
    record = """<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99</PMID><Article>
    <Journal><JournalIssue><PubDate><Year>2018</Year></PubDate></JournalIssue><Title>Test Letters</Title></Journal>
    <ArticleTitle>Stones.</ArticleTitle>
    <Abstract><AbstractText Label="RESULTS">Nothing helped.</AbstractText></Abstract>
    <AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName></Author></AuthorList>
    <PublicationTypeList><PublicationType>Case Reports</PublicationType></PublicationTypeList></Article></MedlineCitation>
    </PubmedArticle></PubmedArticleSet>"""
    _, (report,) = parse("a.xml", "a.xml", record.encode())
    assert (report.reference.pmid, report.reference.year, report.reference.publication_type) == ("99", 2018, "case report")
    assert [(paragraph.section, paragraph.text) for paragraph in report.paragraphs] == [(("Abstract", "Results"), "Nothing helped.")]


def _parsed(body: str, meta: str = "", kind: str = "case-report") -> ParsedReport:
    front = f"<front><article-meta><title-group><article-title>Stones</article-title></title-group>{meta}</article-meta></front>"
    _, (report,) = parse("a.xml", "a.xml", f'<article article-type="{kind}">{front}<body>{body}</body></article>'.encode())
    return report


def test_several_cases_of_one_article_are_sections_of_their_own() -> None:
    cases = "".join(f"<sec><title>Case {number}</title><p>Patient {number} had stones.</p></sec>" for number in (1, 2))
    report = _parsed(f"<sec><title>Case reports</title>{cases}</sec>")
    assert [(paragraph.section, paragraph.text) for paragraph in report.paragraphs] == [
        (("Case reports", "Case 1"), "Patient 1 had stones."),
        (("Case reports", "Case 2"), "Patient 2 had stones."),
    ]


def test_consent_is_part_of_the_article_and_statements_about_the_paper_are_not() -> None:
    sections = ("Case", "Consent", "Ethics approval", "Data availability", "Competing interests", "Authors' contributions", "Funding")
    report = _parsed("".join(f"<sec><title>{name}</title><p>A sentence that stands below {name}.</p></sec>" for name in sections))
    assert [paragraph.section for paragraph in report.paragraphs] == [(name,) for name in sections[:4]]


def test_figures_stay_where_the_markup_tells_the_citations() -> None:
    report = _parsed(
        "<p>It fell (F[1,11] = 11.8, \u0394X<sup>2</sup> = 29.8, median 5 [3,8] days)"
        ' as before <sup><xref ref-type="bibr" rid="b1">4</xref></sup>.</p>'
    )
    assert report.paragraphs[0].text == "It fell (F[1,11] = 11.8, \u0394X\u00b2 = 29.8, median 5 [3,8] days) as before."


def test_bare_figures_are_citations_where_the_markup_tells_none() -> None:
    assert _parsed("<p>The stones were hard.<sup>1,2</sup> They stayed [3].</p>").paragraphs[0].text == "The stones were hard. They stayed."


def test_notes_below_a_table_are_kept_however_they_are_marked() -> None:
    foot = "<table-wrap-foot><attrib>Doses per day.</attrib><fn><p>After meals.</p></fn></table-wrap-foot>"
    table = f"<table><tr><td>Warfarin</td><td>1 mg</td></tr></table>{foot}"
    report = _parsed(f"<sec><title>Case</title><table-wrap><label>Table 1</label>{table}</table-wrap></sec>")
    assert [(paragraph.kind, paragraph.text) for paragraph in report.paragraphs] == [
        ("table", "Warfarin; 1 mg"),
        ("caption", "Doses per day. After meals."),
    ]


@pytest.mark.parametrize(
    ("kind", "related", "notice"),
    [
        ("case-report", "retraction-forward", "retracted"),
        ("case-report", "retracted-article", "retraction notice"),
        ("retraction", "", "retraction notice"),
        ("case-report", "correction-forward", "corrected"),
        ("correction", "corrected-article", "correction notice"),
        ("expression-of-concern", "", "expression of concern"),
        ("case-report", "companion", None),
    ],
)
def test_a_notice_of_retraction_or_correction_is_told(kind: str, related: str, notice: str | None) -> None:
    assert _parsed("<p>A text.</p>", f'<related-article related-article-type="{related}"/>', kind).reference.notice == notice


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        (
            '<license><ali:license_ref xmlns:ali="x">http://creativecommons.org/licenses/by-nc/3.0/</ali:license_ref></license>',
            "CC BY-NC 3.0",
        ),
        ("<license><license-p>Creative Commons Attribution-ShareAlike 4.0</license-p></license>", "CC BY-SA 4.0"),
        ('<license license-type="open-access"><license-p>Free to read.</license-p></license>', "open-access"),
        ("<copyright-statement>All rights reserved</copyright-statement>", None),
    ],
)
def test_the_licence_is_told_by_its_short_name(licence: str, name: str | None) -> None:
    assert _parsed("<p>A text.</p>", f"<permissions>{licence}</permissions>").reference.licence == name


def test_every_real_dialect_gives_title_doi_year_and_sections() -> None:
    files = sorted((SHARED / "jats").glob("*.*ml"))
    if not files:
        pytest.skip("the JATS samples are not here (../shared/data/jats)")
    for path in files:
        _, reports = parse(str(path), path.name, path.read_bytes())
        for report in reports:
            reference = report.reference
            assert all((reference.title, reference.doi, reference.year, reference.authors, reference.journal)), path.name
            assert any(paragraph.section for paragraph in report.paragraphs), path.name
            assert not any("\ue000" in paragraph.text or "[]" in paragraph.text for paragraph in report.paragraphs), path.name
