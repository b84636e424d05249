"""Open-access full texts from Europe PMC: searched, fetched politely, saved as JATS files with a manifest, ready to be ingested.

The public REST API: ``search`` gives records page by page (a cursor names the next page), ``<PMCID>/fullTextXML`` gives one article.
An interrupted fetch goes on where it stopped: what the manifest vouches for is not fetched again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.errors import ParseError, UsageError
from ingest.europepmc_api import EuropePmc, FetchFailed, Record
from ingest.manifest import Manifest, ManifestLine
from ingest.parsers.jats import parse
from ingest.reference import licence_name

BASE_URL = "https://www.ebi.ac.uk/europepmc/webservices/rest"
# Licences that let anybody keep, quote and adapt the text, by the beginning of their name; a version may follow.
REUSABLE = ("CC0", "CC BY", "CC BY-SA")
# The service asks for no more than ten requests a second; an evening's fetch has no hurry.
PAUSE_S = 0.4

Status = Literal["fetched", "kept", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of one article: fetched now, kept from an earlier run, skipped for its licence, or failed."""

    pmcid: str
    title: str
    status: Status
    path: Path | None = None
    licence: str | None = None
    reason: str | None = None


def fetch_europepmc(
    query: str,
    limit: int,
    out: Path,
    *,
    base_url: str = BASE_URL,
    any_licence: bool = False,
    pause: float = PAUSE_S,
    page_size: int = 100,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[FetchResult]:
    """Up to ``limit`` open-access articles that answer ``query``, saved in ``out``; one result for every record looked at.

    Raises FetchFailed when the search itself cannot be had after several tries; an article that cannot be had is a result.
    """
    if not query.strip() or limit < 1:
        raise UsageError("say what to search for, and how many articles to fetch (1 or more)")
    out.mkdir(parents=True, exist_ok=True)
    manifest = Manifest.open(out)
    held = 0
    with EuropePmc(base_url, pause=pause, sleep=sleep) as service:
        for record in service.search(query, page_size):
            result = _fetched(service, record, manifest, query, any_licence)
            held += result.status in {"fetched", "kept"}
            yield result
            if held >= limit:
                return


def _fetched(service: EuropePmc, record: Record, manifest: Manifest, query: str, any_licence: bool) -> FetchResult:
    licence = licence_name(record.licence)
    if kept := manifest.held(record.pmcid):
        return FetchResult(record.pmcid, record.title, "kept", manifest.folder / kept.file, kept.licence)
    if record.licence and not (any_licence or is_reusable(licence)):
        return FetchResult(record.pmcid, record.title, "skipped", licence=licence or record.licence, reason=_not_reusable(record.licence))
    try:
        data = service.full_text(record.pmcid, _check_whole)
    except FetchFailed as error:
        return FetchResult(record.pmcid, record.title, "failed", licence=licence, reason=error.reason)
    licence = licence or parse(record.pmcid, f"{record.pmcid}.xml", data)[0].reference.licence
    if not (any_licence or is_reusable(licence)):
        return FetchResult(record.pmcid, record.title, "skipped", licence=licence, reason=_not_reusable(licence))
    line = ManifestLine(
        pmcid=record.pmcid,
        file=f"{record.pmcid}.xml",
        sha256=sha256(data).hexdigest(),
        bytes=len(data),
        title=record.title,
        licence=licence,
        doi=record.doi,
        pmid=record.pmid,
        url=service.full_text_url(record.pmcid),
        query=query,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return FetchResult(record.pmcid, record.title, "fetched", manifest.save(line, data), licence)


def is_reusable(licence: str | None) -> bool:
    """Whether a licence, by its short name, lets its text be kept and quoted freely."""
    return bool(licence) and any(licence == name or str(licence).startswith(f"{name} ") for name in REUSABLE)


def _not_reusable(licence: str | None) -> str:
    return f"its licence ({licence or 'none stated'}) does not allow free reuse; ask for any licence to fetch it all the same"


def _check_whole(name: str, data: bytes) -> None:
    """Raises ParseError for what is cut short or no article, so that it is asked for again."""
    if not parse(name, f"{name}.xml", data)[0].paragraphs:
        raise ParseError(name, "holds no text")
