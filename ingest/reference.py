"""Who wrote it, where and when: identifiers, and the reference as a page of text prints it. What is not printed stays None."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.report import Reference, ReportId
from corpus.text import normalise
from ingest.names import authors_in, is_affiliation
from ingest.parsers.decoding import tidy
from ingest.parsers.furniture import is_furniture
from ingest.parsers.headings import heading_kind
from ingest.parsers.parsed import ParsedReport

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>|{}\\^`]+", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:?\s*)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID\W{0,3}(\d{4,9})\b", re.IGNORECASE)
_PMCID = re.compile(r"\bPMC(?:ID\W{0,3}(?:PMC)?)?(\d{4,9})\b", re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_LABELLED = re.compile(r"^(title|authors?|journal|year|date|published(?: in)?|doi|pmid|pmcid|url)\s*[:=]\s*(\S.*)$", re.IGNORECASE)
_CITE = re.compile(r"\b(?:cite (?:this|as)|to cite|how to cite|citation)\b", re.IGNORECASE)
# "Shahani L. BMJ Case Reports 2012;...", "J Case Rep (2014) 8:123", "Cureus 13(5): e15234, 2021"; the author part is skipped.
_CITING_AUTHOR = r"(?:[A-ZÀ-Þ][\w'’-]+ et al\.?,? |[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?,? [A-Z]{1,3}(?:,? et al|, [^.]{3,80})?\.?:? )?"
_JOURNAL_NAME = r"(?P<journal>[A-Z][A-Za-zÀ-ÿ&.,:'’() -]{2,80}?)[.,]?\s+"
_JOURNAL_YEAR = rf"(?:\(?(?P<year>{_YEAR})\)?|\d{{1,3}}[:(, ]+.{{0,20}}?\(?(?P<year2>{_YEAR})\)?)"
_JOURNAL_LINE = re.compile(rf"^{_CITING_AUTHOR}{_JOURNAL_NAME}{_JOURNAL_YEAR}(?=\s*[;:,.(]|\s+\d|\s*$|\s+(?:doi|Vol|[A-Z][a-z]{{2}}\b))")
_NO_JOURNAL = re.compile(
    r"[A-ZÀ-Þ][\w'’-]+ (?-i:[A-Z]{1,3})$"
    r"|(?:copyright|received|accepted|published|revised|submitted|epub|available|downloaded|first|version|in press"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_DATED = re.compile(rf"(?:©|\(c\)|copyright|publi(?:shed|cation date)|epub|accepted)[^.]{{0,60}}?\b({_YEAR})\b", re.IGNORECASE)
_PLAIN_TYPE = re.compile(
    r"(?:(?:open access|peer[- ]reviewed)\W+)?"
    r"(case (?:reports?|series|study)|original (?:article|research|paper)|research(?: article)?"
    r"|(?:short|brief|concise) (?:report|communication)"
    r"|(?:mini[- ]?|systematic )?review(?: article)?|letters?(?: to the editor)?|clinical (?:case|image|report|vignette)s?"
    r"|correspondence|editorial|case report and (?:literature )?review|images? in [a-z ]{4,30})s?",
    re.IGNORECASE,
)
# The kinds of case that BMJ Case Reports prints above its titles.
_CASE_KIND = re.compile(
    r"(?:novel (?:treatment|diagnostic procedure) \(|rare disease$|unusual (?:presentation of more common|association of diseases)"
    r"|reminder of important clinical|findings that shed new light|learning from errors$|unexpected outcome \("
    r"|new disease$|myth exploded$|global health$|lesson of the (?:week|month))",
    re.IGNORECASE,
)
_CLAUSES = (("Non-?Commercial", "NC"), ("Share-?Alike", "SA"), ("No-?Deriv", "ND"))
_COMMONS = re.compile(
    r"(?:Creative Commons|CC)[ -](?:Attribution|BY)((?:[ -](?:Non-?Commercial|Share-?Alike|No-?Deriv\w*|NC|SA|ND)\b)*)", re.IGNORECASE
)
_MIN_TITLE_CHARS = 12
_MAX_TITLE_CHARS = 350


@dataclass(slots=True)
class _Found:
    """The parts of a reference while the lines of a page are read."""

    title: str | None = None
    authors: list[str] = field(default_factory=list)
    journal: str | None = None
    year: int | None = None
    publication_type: str | None = None


def report_id(parsed: ParsedReport, fallback: str) -> ReportId:
    """A binding id, else the DOI, PMCID or PMID, else the name in the source, else ``fallback`` (where the file lies)."""
    reference = parsed.reference
    if parsed.id:
        return parsed.id
    if reference.doi and (doi := normalise_doi(reference.doi)):
        return f"doi:{doi}"
    if reference.pmcid:
        return f"pmcid:{reference.pmcid}"
    return f"pmid:{reference.pmid}" if reference.pmid else parsed.name or fallback


def normalise_doi(text: str) -> str | None:
    """The bare lower-case DOI of ``https://doi.org/10.1136/BCR-1``, ``doi: 10.1136/bcr-1`` ...; None where there is none."""
    bare = _DOI_PREFIX.sub("", unicodedata.normalize("NFKC", text).strip())
    found = _DOI.search(bare.replace("%2F", "/").replace("%2f", "/"))
    return _without_tail(found.group()).lower() if found else None


def find_doi(lines: Iterable[str]) -> str | None:
    """The first DOI printed in the lines."""
    return next((doi for line in lines if (doi := normalise_doi(line))), None)


def find_pmid(lines: Iterable[str]) -> str | None:
    return next((found.group(1) for line in lines if (found := _PMID.search(line))), None)


def find_pmcid(lines: Iterable[str]) -> str | None:
    return next((f"PMC{found.group(1)}" for line in lines if (found := _PMCID.search(line))), None)


def normalise_pmcid(text: str | None) -> str | None:
    """``PMC123`` from ``123``, ``pmc123``, ``PMC123.1``."""
    found = re.fullmatch(r"(?:PMC)?(\d+)(?:\.\d+)?", (text or "").strip(), re.IGNORECASE)
    return f"PMC{found.group(1)}" if found else None


def find_year(text: object) -> int | None:
    found = re.search(rf"\b{_YEAR}\b", str(text)) if text is not None else None
    return int(found.group()) if found else None


def title_from(name: str) -> str:
    """A title of last resort: the file's name, its separators opened."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name.rsplit("/", 1)[-1])
    return " ".join(re.split(r"[\s_]+|(?<=\w)-(?=[A-Za-z])", stem)).strip() or name


def read_reference(header: Sequence[Sequence[str]], others: Sequence[str], name: str) -> Reference:
    """The reference printed in a page's ``header`` (stanzas of lines) and in its ``others``: cite-as lines, running heads, copyright."""
    lines = [tidy(line) for stanza in header for line in stanza]
    around = [*lines, *map(tidy, others)]
    found = _labelled(lines) or _read_header(header, around)
    _read_citation(found, around)
    return Reference(
        title=found.title or title_from(name),
        authors=tuple(found.authors),
        journal=found.journal,
        year=found.year or _dated_year(around),
        doi=find_doi(around),
        pmid=find_pmid(around),
        pmcid=find_pmcid(around),
        publication_type=found.publication_type,
    )


def is_title_candidate(line: str) -> bool:
    """Whether a line of a header could be the title: not a button, an address, a kind of article or a journal line."""
    if not _MIN_TITLE_CHARS <= len(line) <= _MAX_TITLE_CHARS or is_furniture(line) or is_affiliation(line):
        return False
    return not (article_type(line) or _CASE_KIND.match(line) or _JOURNAL_LINE.match(line) or heading_kind(line) or normalise_doi(line))


def article_type(line: str) -> str | None:
    """``case report`` from a line that says nothing else."""
    found = _PLAIN_TYPE.fullmatch(line.strip(" .:[]"))
    return found.group(1).lower() if found else None


def _labelled(lines: Sequence[str]) -> _Found | None:
    """``Title: ...`` / ``Authors: ...`` lines, as people write them above their own notes."""
    labels = {found.group(1).lower(): found.group(2).strip() for line in lines if (found := _LABELLED.match(line))}
    if "title" not in labels:
        return None
    names = labels.get("authors") or labels.get("author") or ""
    return _Found(
        title=labels["title"],
        authors=authors_in(names) or [name.strip() for name in names.split(",") if name.strip()],
        journal=labels.get("journal") or labels.get("published in"),
        year=find_year(labels.get("year") or labels.get("date") or labels.get("published")),
    )


def _read_header(header: Sequence[Sequence[str]], around: Sequence[str]) -> _Found:
    found = _Found()
    title = _title_line(header, around)
    for stanza in header:
        for number, raw in enumerate(stanza):
            line = tidy(raw)
            found.publication_type = found.publication_type or article_type(line)
            if title is None or (found.title is None and line != title):
                continue
            if found.title is None:
                found.title = _whole_title(stanza, number)
            elif not _is_more_title(found.title, line):
                _read_after_title(found, line)
    return found


def _title_line(header: Sequence[Sequence[str]], around: Sequence[str]) -> str | None:
    """The first line that a cite-as line repeats, else the first that reads like a title."""
    candidates = [line for stanza in header for raw in stanza if is_title_candidate(line := tidy(raw)) and not re.match(r"\s*\d+\.\s", raw)]
    for line in candidates:
        if any(len(other) > len(line) + 10 and normalise(line) in normalise(other) for other in around):
            return line
    return next((line for line in candidates if len(line.split()) >= 3), candidates[0] if candidates else None)


def _whole_title(stanza: Sequence[str], number: int) -> str:
    """A title that was set on several lines of one stanza."""
    title = tidy(stanza[number])
    for raw in stanza[number + 1 :]:
        line = tidy(raw)
        wrapped = re.search(r"(?:[a-z,:–-]|\b(?:of|and|with|in|the|a))$", title) and (line[:1].islower() or len(title) > 45)
        other = len(line) >= _MIN_TITLE_CHARS and not is_title_candidate(line)
        if not wrapped or other or authors_in(line):
            break
        title = f"{title} {line}"
    return title.rstrip("*†‡. ") if not title.endswith("...") else title


def _is_more_title(title: str, line: str) -> bool:
    return len(line) > 3 and line in title


def _read_after_title(found: _Found, line: str) -> None:
    """Names are authors until the first address; after that the lines are addresses and dates."""
    if not is_affiliation(line) and not is_furniture(line) and not found.journal:
        found.authors += [name for name in authors_in(line) if name not in found.authors]


def _read_citation(found: _Found, lines: Sequence[str]) -> None:
    """Journal and year from a cite-as line, a journal line or a running head."""
    for line in lines:
        bare = line.replace("*", "")
        rest = _after_title(bare, found.title) if found.title else None
        match = _JOURNAL_LINE.match(rest if rest is not None else _CITE.sub("", bare).lstrip(" :"))
        if not match or _NO_JOURNAL.match(match.group("journal")) or is_affiliation(match.group("journal")):
            continue
        found.journal = found.journal or match.group("journal").strip(" .,(")
        found.year = found.year or int(match.group("year") or match.group("year2"))
        return


def _after_title(line: str, title: str) -> str | None:
    position = line.lower().find(title.lower())
    return line[position + len(title) :].lstrip(" .,?!*") if position > 0 else None


def _dated_year(lines: Sequence[str]) -> int | None:
    return next((int(found.group(1)) for line in lines if (found := _DATED.search(line))), None)


def _without_tail(doi: str) -> str:
    """Without what follows a DOI in print: stops, commas, an unopened bracket."""
    bare = re.sub(r"[.,;:'\"’”*\]]+$", "", doi)
    while bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = re.sub(r"[.,;:'\"’”*\])]$", "", bare)
    return re.sub(r"[.,;:]+$", "", bare)


def licence_name(text: str | None) -> str | None:
    """``CC BY-NC 4.0`` from a Creative Commons address or its full name; None for any other text."""
    address = re.search(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/?(\d\.\d)?", text or "", re.IGNORECASE)
    named = _COMMONS.search(text or "")
    if address:
        kind = "CC0" if address.group(1).lower() in {"zero", "mark"} else f"CC {address.group(1).upper()}"
        return " ".join(part for part in (kind, address.group(2)) if part)
    if named:
        clauses = [code for name, code in _CLAUSES if re.search(rf"{name}|\b{code}\b", named.group(1), re.IGNORECASE)]
        version = re.match(r"\D{0,30}?(\d\.\d)", (text or "")[named.end() :])
        return "-".join(("CC BY", *clauses)) + (f" {version.group(1)}" if version else "")
    return None
