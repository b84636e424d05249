"""What a web page says about its article, and which part of the page the article is."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.report import Reference
from ingest.names import authors_in, family_first_turned
from ingest.parsers.decoding import tidy
from ingest.reference import find_year, licence_name, normalise_doi, normalise_pmcid

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DROPPED_TAGS = frozenset("nav footer aside script style noscript form button svg iframe select dialog template".split())
_DROPPED_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog menu menubar toolbar doc-bibliography doc-endnotes".split()
)
# Classes and ids that publishers give to what stands round an article.
_DROPPED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:ref-?list|references?|bibliography|citation-?list|altmetrics?|metrics|share|social|toolbar|tools|breadcrumbs?|related"
    r"|recommend(?:ed|ations)|sidebar|cookies?|banner|adverts?|advertisement|promo|newsletter|log-?in|menu|nav|navbar|navigation|popup|modal"
    r"|licen[cs]e|permissions|copyright|affiliations?|contrib-?group|author-?(?:notes|info|list)|authors?|footnotes|fn-group|kwd-group|keywords"
    r"|supplementary|toc|pagination|comments|skip-link|sr-only|visually-hidden|hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATE_NAMES = (
    "citation_publication_date citation_date citation_year prism.publicationdate dc.date dcterms.issued citation_online_date "
    "article:published_time"
).split()
# Dropping these would drop sentences; a class on them is a matter of style.
_NEVER_DROPPED = frozenset("html head body article main p h1 h2 h3 sup a span em i b strong".split())
_CANDIDATES = ("article", "main")
# An article element must hold this share of the page's paragraphs to be taken for the article.
_MAIN_SHARE = 0.6
_SITE_TAIL = re.compile(r"\s+[|–—·-]\s+[^|–—·]{2,60}$")


def own_tag(element: "HtmlElement") -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def page_reference(page: "HtmlElement", title: str) -> Reference:
    """The reference in the page's meta tags (Highwire, Dublin Core, PRISM, Open Graph); title and authors else from its headings."""
    meta = _meta(page)

    def first(*names: str) -> str | None:
        return next((meta[name][0] for name in names if meta.get(name)), None)

    authors = meta.get("citation_author") or _split(first("citation_authors")) or meta.get("dc.creator") or []
    licence = page.xpath("string(//*[contains(concat(' ', @rel, ' '), ' license ')]/@href)") or first("dc.rights", "dcterms.license")
    kind = first("citation_article_type", "dc.type", "prism.section")
    return Reference(
        title=first("citation_title", "dc.title", "dcterms.title") or _heading(page) or first("og:title") or _page_title(page) or title,
        authors=tuple(family_first_turned(author) for author in authors) or tuple(_byline(page)),
        journal=first("citation_journal_title", "prism.publicationname", "dc.source", "citation_journal_abbrev"),
        year=find_year(first(*_DATE_NAMES)),
        doi=normalise_doi(first("citation_doi", "prism.doi", "dc.identifier", "dc.identifier.doi", "doi") or ""),
        pmid=first("citation_pmid", "ncbi_uid"),
        pmcid=normalise_pmcid(first("citation_pmcid", "citation_pmc")),
        url=page.xpath("string(//link[@rel='canonical']/@href)") or first("og:url", "citation_fulltext_html_url"),
        licence=licence_name(licence),
        publication_type=kind.lower() if kind and kind.lower() not in {"text", "journalarticle"} else None,
    )


def drop_furniture(page: "HtmlElement") -> None:
    """Take navigation, forms, hidden parts and what stands round an article out of the page."""
    total = max(1, _weight(page))
    for element in list(page.iter()):
        if element.getparent() is not None and _is_dropped(element) and _weight(element) < 0.5 * total:
            element.drop_tree()


def article_root(page: "HtmlElement") -> "HtmlElement":
    """The smallest marked part of the page that holds most of its paragraphs; the body where nothing is marked."""
    body = page.find("body")
    body = page if body is None else body
    found = [part for part in body.iter() if own_tag(part) in _CANDIDATES or part.get("role") in {"main", "article"}]
    large = [part for part in found if _weight(part) >= _MAIN_SHARE * _weight(body)]
    return min(large, key=lambda part: len(part.text_content())) if large else body


def _is_dropped(element: "HtmlElement") -> bool:
    kind = own_tag(element)
    if not kind or kind in _NEVER_DROPPED:
        return False
    if kind in _DROPPED_TAGS or element.get("role") in _DROPPED_ROLES or "hidden" in element.attrib:
        return True
    if kind == "header" and not any(own_tag(part) == "h1" for part in element.iter()):
        return True
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(_DROPPED_CLASS.search(named)) or "display:none" in element.get("style", "").replace(" ", "")


def _weight(element: "HtmlElement") -> int:
    return sum(len(part.text_content()) for part in element.iter("p"))


def _meta(page: "HtmlElement") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        if name and (content := tidy(element.get("content") or "")):
            found.setdefault(name, []).append(content)
    return found


def _split(names: str | None) -> list[str]:
    return [name.strip() for name in re.split(r";|,(?=\s\S+\s)", names or "") if name.strip()]


def _heading(page: "HtmlElement") -> str | None:
    return next((text for heading in page.iter("h1") if len(text := tidy(heading.text_content())) > 10), None)


def _page_title(page: "HtmlElement") -> str | None:
    title = page.find(".//title")
    return _SITE_TAIL.sub("", tidy(title.text_content())) or None if title is not None else None


def _byline(page: "HtmlElement") -> Iterator[str]:
    """Names in elements that call themselves author or byline."""
    seen: set[str] = set()
    for element in page.iter():
        named = f"{element.get('class', '')} {element.get('rel', '')}" if own_tag(element) else ""
        if re.search(r"\b(?:byline|authors?)\b", named, re.IGNORECASE):
            for name in authors_in(tidy(element.text_content())):
                if name not in seen:
                    seen.add(name)
                    yield name
