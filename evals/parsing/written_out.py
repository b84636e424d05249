"""An article written out as a publisher would: as JATS, and as a web page with everything that stands round an article there."""

import re
from collections.abc import Callable, Iterator
from html import escape

from evals.parsing.intertext import Article, Node, pieces

_NAVIGATION = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/browse'>Browse all articles</a></li></ul></nav>"
_BANNER = "<div class='cookie-banner'><p>We use cookies so that this site works well for every one of its many readers.</p></div>"
_SHARE = "<div class='share'><a href='#'>Share</a> <a href='#'>Tweet</a></div><p>Download PDF</p>"
_FOOTER = "<footer><p>All rights reserved by a publisher that we made up for this page.</p></footer>"


def as_jats(article: Article, marked: bool = True) -> str:
    """Nested sections, citations as raised cross-references (or left in the text as the graph has them), floats as the graph has them."""
    names = "".join(
        '<contrib contrib-type="author"><name>'
        f"<surname>{escape(family)}</surname><given-names>{escape(given)}</given-names></name></contrib>"
        for given, family in article.authors
    )
    front = (
        f'<article-id pub-id-type="doi">{escape(article.doi)}</article-id>'
        f"<title-group><article-title>{escape(article.title)}</article-title></title-group><contrib-group>{names}</contrib-group>"
    )

    def text(node: Node) -> str:
        return _cited(node, '<sup><xref ref-type="bibr" rid="r">{}</xref></sup>') if marked else escape(node.text)

    abstract = "".join(_jats_parts([node for node in article.nodes if node.section[:1] == ("Abstract",)], text))
    body = "".join(_jats_parts([node for node in article.nodes if node.section[:1] != ("Abstract",) and node.kind != "abstract"], text))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<article article-type="case-report" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<front><article-meta>{front}<abstract>{abstract}</abstract></article-meta></front><body>{body}</body></article>"
    )


def _jats_parts(nodes: list[Node], text: Callable[[Node], str]) -> Iterator[str]:
    depth, label = 0, ""
    for node in nodes:
        if node.kind == "title":
            yield "</sec>" * (depth - len(node.section)) + f"<sec><title>{escape(node.text)}</title>"
            depth = len(node.section) + 1
        elif node.kind == "p":
            yield f"<p>{text(node)}</p>"
        elif node.kind == "list":
            items = "".join(f"<list-item><p>{escape(item)}</p></list-item>" for item in _items(node))
            yield f"<list>{items}</list>"
        elif node.kind in {"fig", "table-wrap"}:
            yield re.sub(r"(<(?:fig|table-wrap)\b[^>]*>)", rf"\1<label>{escape(label)}</label>", node.text, count=1)
        label = node.text if node.kind == "label" else ""
    yield "</sec>" * depth


def as_html(article: Article, marked: bool = True) -> str:
    """A page with meta tags, navigation, buttons and a list of references; citations are links to that list."""
    metas = [("citation_title", article.title), ("citation_doi", article.doi)]
    metas += [("citation_author", f"{given} {family}") for given, family in article.authors]
    head = "".join(f'<meta name="{name}" content="{escape(content)}">' for name, content in metas)
    numbers = sorted({number for node in article.nodes for number in node.works}, key=lambda number: int(number or 0))
    works = "".join(f"<li id='ref-{number}'>Doe J. A work that is cited. J Test 2004;5:{number}-{number}9.</li>" for number in numbers)

    def text(node: Node) -> str:
        return _cited(node, "<sup><a href='#ref-1'>{}</a></sup>") if marked else escape(node.text)

    body = "".join(_html_parts(article.nodes, text))
    return (
        f"<!doctype html><html><head><title>{escape(article.title)} | A publisher</title>{head}</head><body>{_BANNER}{_NAVIGATION}"
        f"<main><article><h1>{escape(article.title)}</h1>{_SHARE}{body}<section><h2>References</h2><ol>{works}</ol></section></article></main>"
        f"{_FOOTER}</body></html>"
    )


def _html_parts(nodes: tuple[Node, ...], text: Callable[[Node], str]) -> Iterator[str]:
    label = ""
    for node in nodes:
        if node.kind in {"title", "abstract"}:
            level = len(node.section) + 2
            yield f"<h{level}>{escape(node.text)}</h{level}>"
        elif node.kind == "p":
            yield f"<p>{text(node)}</p>"
        elif node.kind == "list":
            yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in _items(node))}</ul>"
        elif node.kind in {"fig", "table-wrap"}:
            table = "".join(re.findall(r"<table\b.*?</table>", node.text, re.DOTALL)).replace("<break/>", "<br>")
            caption = escape(re.sub(r"<[^>]+>", "", "".join(re.findall(r"<caption>.*?</caption>", node.text, re.DOTALL))))
            yield f"<figure><figcaption>{escape(label)} {caption}</figcaption>{table}</figure>"
        label = node.text if node.kind == "label" else ""


def _items(node: Node) -> list[str]:
    return [item.strip().removeprefix("- ") for item in node.text.splitlines() if item.strip()]


def _cited(node: Node, mark: str) -> str:
    return "".join(mark.format(escape(text)) if cites else escape(text) for text, cites in pieces(node))
