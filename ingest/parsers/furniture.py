"""What stands on a page without being part of the report: buttons, licences, contact lines, keyword lists, cited works."""

import re

from ingest.parsers.decoding import one_of

_WHAT = (
    r"(?:pdf|xml|epub|html|ris|bibtex|powerpoint|citations?|articles?|full text|text|slides?|larger? image|in (?:a )?new (?:tab|window))"
)
_VERB = r"(?:download|view|save|open|get|read|print|e-?mail|share|cite|export|buy|purchase|rent|access)"
_PART = r"(?:figures?|tables?|videos?|info|references)"
_FILLER = r"(?:the|this|full|as|a|an|original|version|online|free|and|&)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DATED = (
    r"(?:article history|received|accepted|revised|submitted|first published|published(?: online)?|epub|editors?|academic editor"
    r"|edited by|reviewed by|handling editor|specialty section)"
)
# Labels of statements about the paper; each is furniture when its statement follows on the same line.
_STATEMENT = (
    r"(?:contributors?|contributorship|funding|(?:competing|conflicts? of|declaration of (?:competing|conflicting)) interests?"
    r"(?: (?:declaration|statement)s?)?"
    r"|(?:patient |informed )?consent(?: for publication)?|provenance and peer review|ethics approval|disclosures?"
    r"|data (?:availability(?: statement)?|accessibility)|acknowledge?ments?|authors?['’]? contributions?|author note"
    r"|abbreviations?|key ?words?"
    r"|mesh(?: terms)?|running (?:head|title)|short title|word count)"
)
_STATED = (
    r"(?:\s*[:.—–]|\s+(?:none|nil|no|yes|obtained|written|not (?:declared|required|applicable|commissioned)|the authors?"
    r"|this work|all authors?|statement|(?-i:[A-Z]{2,4}))\b)"
)
# Whole lines, or beginnings of lines, that publishers' sites and typesetters add. Matched from the start, any case.
_LINE = re.compile(
    one_of(
        rf"""
        {_VERB}(?: {_FILLER})*(?: ?{_WHAT})+(?:\W*pdf)?\W*$
        (?:abstract|article info(?:rmation)?|full article|{_PART}|{_WHAT})(?:[ &/|,]*(?:and )?(?:{_WHAT}|{_PART}))+\W*$
        article text$
        pdf$
        (?:main )?menu\W*$
        (?:search|home|log ?in|sign (?:in|up)|register|subscribe|my account|share|tweet|print|e-?mail|copy link)\W*$
        advertisement\W*$
        (?:next|previous)(?: article)?\W*$
        (?:back to (?:the )?top|skip to (?:main )?content|show (?:more|less)|view all|jump to|on this page)\W*$
        (?:(?:table of )?contents|loading)\W*$
        statistics from altmetric
        altmetric
        (?:request|get) permissions?
        (?:reprints|rights) and permissions
        if you wish to re-?use any or all of this article
        (?:please )?click here (?:to|for)
        this (?:pdf|article|document|work) (?:file )?(?:has been|was|is) (?:automatically )?(?:created|generated|downloaded)
        this (?:pdf|article|document|work) is (?:distributed|licensed)
        this is an open[- ]access article
        open access\W*(?:this|$)
        see end of article
        downloaded (?:from|by|on)\b
        protected by copyright
        for personal use only
        all rights reserved
        copyright\b
        ©
        \(c\) ?(?:19|20)\d\d
        no commercial re-?use
        published by\b
        (?:re-?use|permissions?)(?: of this)? (?:permitted|requests?)
        .{{0,40}}\bmay re-?use this article
        for permission to re-?use
        (?:please |how to |to )?cite (?:this )?(?:article|paper|case)\b
        to cite(?: this article)?:
        citation:
        become a (?:fellow|member|subscriber)
        for information on institutional
        submit (?:as many|your) (?:cases?|manuscripts?|articles?|next)
        enjoy (?:fast|unlimited)
        access all the published
        re-?use any of the published
        visit .{{0,60}}(?:www\.|\.com|\.org)
        for more (?:articles|information) (?:like|about|visit)
        \W*correspond(?:ence|ing author)\b(?: to|:| address|\W*$)
        (?:address )?(?:for )?correspondence\b
        e-?mail(?: address)?:
        (?:tel(?:ephone)?|fax)(?: ?/ ?fax)?[.:]
        twitter @
        orcid\b
        https?://orcid
        author (?:details|affiliations|notes)\b
        {_DATED}\b\s?(?::|\d|date|{_MONTH}).{{0,120}}$
        {_STATEMENT}{_STATED}
        (?-i:KEY ?WORDS)\b
        case reports provide a valuable (?:learning )?resource
        they should not be used in isolation
        page \d+(?: of \d+)?\W*$
        \d{{1,4}}\W*$
        (?:www\.|https?://)\S+$
        doi:?\s*\S+$
        is[sb]n\b
        pmc?id\W*\w+\W*$
        article (?:number|id)\W*\w+$
        """
    ),
    re.IGNORECASE,
)
_CITED = re.compile(
    one_of(
        r"""
        (?:19|20)\d\d[a-z]?\s?;\s?(?:\*\*)?\d
        \b\d{1,4}\s?(?:\(\w{1,6}\))?\s?:\s?e?\d{1,6}\s?[-–]\s?e?\d{1,6}
        \bet al\.?,?\s.{5,200}?(?:19|20)\d\d
        \((?:19|20)\d\d\)\.?\s.{10,}\d+
        """
    )
)
_CITED_START = re.compile(r"^(?:\[?\d{1,3}[\].)]?\s+)?[*_]*[A-ZÀ-Þ][\w'’À-ÿ-]+(?: [A-ZÀ-Þ][\w'’À-ÿ-]+)?,? (?:[A-Z]{1,3}\b|[A-Z]\.)")
_QUANTITY = re.compile(r"\d\s?(?:mg|g|%|mm|years)")


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the site or the typesetting, not to the report."""
    bare = line.strip().lstrip("•▶►*-–· ").strip()
    return not bare or bool(_LINE.match(bare))


def is_cited_work(line: str) -> bool:
    """Whether a line reads like one entry of a list of references."""
    return len(line) < 600 and bool(_CITED_START.match(line.strip()) and _CITED.search(line))


def is_keyword_list(items: tuple[str, ...]) -> bool:
    """Short items without a stop or a quantity: subject terms, not findings."""
    return all(len(item) <= 60 and len(item.split()) <= 7 and item[-1:] not in ".;!?" and not _QUANTITY.search(item) for item in items)
