"""Invented reports as files: one in every form, so that forms can compete for it, and files of several reports."""

from io import BytesIO
from xml.sax.saxutils import escape

TITLE = "Quiet calcinosis in a retired beekeeper"
DOI = "10.9999/hive.7"
REPORT_ID = f"doi:{DOI}"
_SENTENCES = (
    "A 67-year-old woman with limited systemic sclerosis had calcinosis of the left forearm for three years.",
    "Diltiazem 180 mg/day was given for six months and the calcinosis did not change.",
)


def written(form: str, words: str, digest: bool = False) -> bytes:
    """The report in one form; ``words`` make its text tell which file it came from."""
    paragraphs = [*_SENTENCES, f"This version of the report was written down by hand, and it is {words} that says so here."]
    return {"jats": _jats, "html": _html, "docx": _docx, "markdown": _markdown, "pdf": _pdf, "text": _text}[form](paragraphs, digest)


def _jats(paragraphs: list[str], _digest: bool) -> bytes:
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f'<article article-type="case-report"><front><article-meta><article-id pub-id-type="doi">{DOI}</article-id>'
        f"<title-group><article-title>{TITLE}</article-title></title-group></article-meta></front>"
        f"<body><sec><title>Case presentation</title>{body}</sec></body></article>"
    ).encode()


def _html(paragraphs: list[str], _digest: bool) -> bytes:
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f'<!DOCTYPE html><html><head><title>{TITLE}</title><meta name="citation_title" content="{TITLE}">'
        f'<meta name="citation_doi" content="{DOI}"></head>'
        f"<body><article><h1>{TITLE}</h1><h2>Case presentation</h2>{body}</article></body></html>"
    ).encode()


def _docx(paragraphs: list[str], _digest: bool) -> bytes:
    from docx import Document

    document, out = Document(), BytesIO()
    document.add_heading(TITLE, 0)
    document.add_paragraph(f"doi: {DOI}")
    document.add_heading("Case presentation", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def _markdown(paragraphs: list[str], digest: bool) -> bytes:
    note = "digest: true\n" if digest else ""
    return (f'---\ntitle: "{TITLE}"\ndoi: {DOI}\n{note}---\n\n## Case presentation\n\n' + "\n\n".join(paragraphs) + "\n").encode()


def _pdf(paragraphs: list[str], _digest: bool) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    out, styles = BytesIO(), getSampleStyleSheet()
    story = [Paragraph(TITLE, styles["Title"]), Paragraph(f"doi: {DOI}", styles["Normal"]), Spacer(1, 20)]
    story += [Paragraph("Case presentation", styles["Heading2"])]
    for text in paragraphs:
        story += [Paragraph(text, styles["Normal"]), Spacer(1, 12)]
    SimpleDocTemplate(out).build(story)
    return out.getvalue()


def _text(paragraphs: list[str], _digest: bool) -> bytes:
    return "\n\n".join([TITLE, f"doi: {DOI}", "Case presentation", *paragraphs]).encode()


CORPUS_LINES = (
    '{"_id": "a", "title": "Anemone", "text": "Calcinosis of the knee softened with colchicine."}',
    '{"_id": "b", "title": "Bluebell", "text": "Calcinosis of the hip stayed as it was."}',
    '{"_id": "c", "title": "Clover", "text": "Calcinosis of the hand was cut out."}',
)


def set_of_articles(*dois: str) -> bytes:
    """One JATS file of several articles."""
    articles = "".join(
        f'<article><front><article-meta><article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>Work {number}'
        f"</article-title></title-group></article-meta></front><body><p>The calcinosis of patient {number} grew.</p></body></article>"
        for number, doi in enumerate(dois)
    )
    return f"<pmc-articleset>{articles}</pmc-articleset>".encode()
