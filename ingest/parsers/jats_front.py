"""The reference in a JATS article's front matter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.report import Reference
from ingest.parsers.jats_text import running_text, tag
from ingest.reference import find_year, licence_name, normalise_doi, normalise_pmcid

if TYPE_CHECKING:
    from lxml.etree import _Element

# The year a journal prints on the issue comes before the year a first version went online.
_DATES = ("collection", "ppub", "epub-ppub", "pub", "epub")
_LINK = "{http://www.w3.org/1999/xlink}href"
_NOTICES = {
    "retraction": "retraction notice",
    "retraction-forward": "retracted",
    "retracted-article": "retraction notice",
    "partial-retraction": "partial retraction",
    "correction": "correction notice",
    "correction-forward": "corrected",
    "corrected-article": "correction notice",
    "expression-of-concern": "expression of concern",
    "addendum": "addendum",
}


def read_front(article: "_Element", title: str) -> Reference:
    """The article's reference; ``title`` is used where it has none."""
    meta = article.find("{*}front/{*}article-meta")
    meta = meta if meta is not None else article.find("{*}front-stub")
    if meta is None:
        return Reference(title)
    return Reference(
        title=_title(meta) or title,
        authors=tuple(_authors(meta)),
        journal=_first_text(article, "{*}front/{*}journal-meta//{*}journal-title", "{*}front/{*}journal-meta/{*}journal-id"),
        year=_year(meta),
        doi=normalise_doi(_identifier(meta, "doi") or ""),
        pmid=_identifier(meta, "pmid"),
        pmcid=normalise_pmcid(_identifier(meta, "pmcid", "pmc", "pmcaid", "accession")),
        licence=_licence(meta),
        publication_type=_publication_type(article, meta),
        notice=_notice(article, meta),
    )


def _title(meta: "_Element") -> str:
    title = _first_text(meta, "{*}title-group/{*}article-title") or ""
    subtitle = _first_text(meta, "{*}title-group/{*}subtitle")
    return f"{title.rstrip(':. ')}: {subtitle}" if subtitle else title


def _authors(meta: "_Element") -> Iterator[str]:
    for contributor in meta.iterfind("{*}contrib-group/{*}contrib"):
        if contributor.get("contrib-type", "author") == "author" and (name := _name(contributor)):
            yield name


def _name(contributor: "_Element") -> str | None:
    for name in contributor.iter():
        if tag(name) in {"name", "string-name"}:
            parts = [_first_text(name, "{*}" + part) for part in ("given-names", "surname", "suffix")]
            return " ".join(part for part in parts if part) or running_text(name)
    return _first_text(contributor, "{*}collab", "{*}anonymous")


def _year(meta: "_Element") -> int | None:
    years: dict[str, int | None] = {}
    for date in meta.iterfind("{*}pub-date"):
        kind = date.get("pub-type") or date.get("date-type") or ""
        years.setdefault(kind, find_year(_first_text(date, "{*}year")))
    return next((years[kind] for kind in (*_DATES, *years) if years.get(kind)), None)


def _identifier(meta: "_Element", *kinds: str) -> str | None:
    for kind in kinds:
        for identifier in meta.iterfind("{*}article-id"):
            if identifier.get("pub-id-type") == kind and (text := running_text(identifier)):
                return text
    return None


def _licence(meta: "_Element") -> str | None:
    for licence in meta.iterfind("{*}permissions/{*}license"):
        addresses = [value for element in licence.iter() if (value := element.get(_LINK))]
        addresses += [running_text(part) for part in licence.iter() if tag(part) in {"license_ref", "license-p", "p"}]
        return next((name for address in addresses if (name := licence_name(address))), licence.get("license-type"))
    return licence_name(_first_text(meta, "{*}permissions/{*}copyright-statement", "{*}copyright-statement"))


def _publication_type(article: "_Element", meta: "_Element") -> str | None:
    """The article's type; a subject that says ``Case Report`` is more exact than ``research-article``."""
    subjects = [running_text(subject).lower() for subject in meta.iter() if tag(subject) == "subject"]
    if any(subject.startswith("case report") for subject in subjects):
        return "case report"
    kind = article.get("article-type", "").replace("-", " ").strip()
    return kind if kind and kind != "other" else None


def _notice(article: "_Element", meta: "_Element") -> str | None:
    kinds = [article.get("article-type", "")]
    kinds += [related.get("related-article-type", "") for related in meta.iterfind("{*}related-article")]
    notices = [_NOTICES[kind] for kind in kinds if kind in _NOTICES]
    title = _title(meta).upper()
    if title.startswith(("RETRACTED", "[RETRACTED")):
        return "retracted"
    return "retracted" if "retracted" in notices else next(iter(notices), None)


def _first_text(element: "_Element", *paths: str) -> str | None:
    return next((text for path in paths for found in element.iterfind(path) if (text := running_text(found))), None)
