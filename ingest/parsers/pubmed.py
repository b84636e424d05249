"""PubMed records: title, abstract and reference of a report whose full text is elsewhere."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import ParseError
from corpus.report import Reference
from ingest.parsers.jats_text import running_text
from ingest.parsers.outline import Block, paragraphs
from ingest.parsers.parsed import ParsedReport
from ingest.reference import find_year, normalise_doi, normalise_pmcid

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_record(uri: str, record: "_Element") -> ParsedReport:
    """The report of one ``PubmedArticle``; one without an abstract holds nothing to cite and is a ParseError."""
    pmid = _text(record, "MedlineCitation/PMID")
    found = paragraphs(_blocks(record))
    if not found:
        raise ParseError(uri, f"the PubMed record {pmid} has no abstract; get the full text")
    kinds = [running_text(kind).lower() for kind in record.iterfind(".//PublicationType")]
    reference = Reference(
        title=(_text(record, ".//ArticleTitle") or f"PubMed {pmid}").rstrip("."),
        authors=tuple(_authors(record)),
        journal=_text(record, ".//Journal/Title"),
        year=find_year(_text(record, ".//JournalIssue/PubDate/Year") or _text(record, ".//JournalIssue/PubDate/MedlineDate")),
        doi=normalise_doi(_identifier(record, "doi") or ""),
        pmid=pmid,
        pmcid=normalise_pmcid(_identifier(record, "pmc")),
        publication_type="case report" if "case reports" in kinds else next(iter(kinds), None),
        notice="retracted" if "retracted publication" in kinds else None,
    )
    return ParsedReport(reference, found)


def _blocks(record: "_Element") -> Iterator[Block]:
    for part in record.iterfind(".//Article/Abstract/AbstractText"):
        yield Block("heading", "Abstract", level=1)
        if label := part.get("Label"):
            yield Block("heading", label.capitalize(), level=2)
        yield Block("text", running_text(part))


def _authors(record: "_Element") -> Iterator[str]:
    for author in record.iterfind(".//AuthorList/Author"):
        names = [_text(author, part) for part in ("ForeName", "LastName", "Suffix")]
        yield " ".join(name for name in names if name) or _text(author, "CollectiveName") or ""


def _identifier(record: "_Element", kind: str) -> str | None:
    return next((running_text(part) for part in record.iterfind("PubmedData/ArticleIdList/ArticleId") if part.get("IdType") == kind), None)


def _text(element: "_Element", path: str) -> str | None:
    found = element.find(path)
    return (running_text(found) or None) if found is not None else None
