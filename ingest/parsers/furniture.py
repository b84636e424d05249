"""What stands on a page without being part of the report: buttons, licences, contact lines, keyword lists, cited works."""

import re

# Whole lines, or the beginnings of lines, that publishers' sites and typesetters add. Matched from the start, any case.
_LINE = re.compile(
    r"""(?:download|view|save|open|get|read|print|email|share|cite|export|buy|purchase|rent|access)(?: (?:the|this|full|as|a|article|text|pdf|version|citation|online|download))*(?: ?(?:pdf|xml|epub|citation|ris|bibtex|powerpoint|article|text|full text|large|larger image|in new tab))+(?:\W*pdf)?\W*$
    |(?:full (?:text|size|article)|article text|article info(?:rmation)?|abstract|pdf|html|xml|figures?|tables?|videos?|info)(?: ?(?:pdf|html|xml|full text|&|and|/|\|)\s*)+\W*(?:pdf|html|figures?|tables?|text|download)?\W*$
    |article text$|pdf$|(?:menu|search|home|log ?in|sign in|sign up|register|subscribe|my account|next(?: article)?|previous(?: article)?|back to top|skip to (?:main )?content|share|tweet|print|email|copy link|advertisement|loading.{0,3}|show (?:more|less)|view all|jump to|on this page|table of contents|contents)\W*$
    |statistics from altmetric|altmetric|request permissions?|get permissions?|if you wish to re-?use any or all of this article|reprints and permissions|rights and permissions|click here to|please click
    |this (?:pdf|article|document) (?:file )?(?:has been|was|is) (?:automatically )?(?:created|generated|downloaded|published online first|distributed|licensed)|this is an open[- ]access article|open access\W*(?:this|$)|see end of article
    |downloaded (?:from|by|on)|protected by copyright|for personal use only|all rights reserved|copyright\b|©|\(c\) ?(?:19|20)\d\d|no commercial re-?use|see rights and permissions|published by
    |(?:re-?use|permissions?)(?: of this)? (?:permitted|requests?)|.{0,40}may re-?use this article|for permission to reuse|please cite (?:this )?(?:article|paper|case)|(?:how to )?cite (?:this )?(?:article|paper)(?: as)?\b|to cite(?: this article)?:|citation:
    |become a (?:fellow|member|subscriber)|for information on institutional|submit (?:as many|your)|enjoy (?:fast|unlimited)|access all the published|visit .{0,60}\b(?:www|\.com|\.org)|for more (?:articles|information) (?:like|about|visit)|re-use any of the published
    |(?:\*\s?)?correspond(?:ence|ing author)(?: to)?\b|(?:address )?(?:for )?correspondence\b|e-?mail(?: address)?:|tel(?:ephone)?(?: ?/ ?fax)?[.:]|fax[.:]|twitter\b|orcid\b|https?://orcid|author (?:details|affiliations|notes)\b
    |(?:article )?(?:received|accepted|revised|submitted|first published|published(?: online)?|epub|editor|academic editor|edited by|reviewed by|handling editor|specialty section|review(?:ed)? by)\b\s?(?::|\d|online|date|:?\s?(?:january|february|march|april|may|june|july|august|september|october|november|december)).{0,120}$
    |(?:contributors?|contributorship|funding|competing interests?|conflicts? of interests?|declaration of (?:competing|conflicting) interests?|patient consent(?: for publication)?|consent|provenance and peer review|ethics approval|disclosures?|data availability(?: statement)?|acknowledge?ments?|author contributions?|author note|abbreviations?|key ?words?|mesh(?: terms)?|running (?:head|title)|short title|word count)(?:\s*[:.—–]|\s+(?:none|obtained|not (?:declared|required|applicable|commissioned)|the authors?|this work|all authors?|[A-Z]{2,4}\b|nil|no\b|written|yes|statement))
    |case reports provide a valuable (?:learning )?resource|they should not be used in isolation|(?:competing interests|patient consent|provenance)\s
    |page \d+(?: of \d+)?\W*$|\d{1,4}\W*$|(?:www\.|https?://)\S+$|doi:?\s*\S+$|issn\b|isbn\b|(?:pmid|pmcid)\W*\w+\W*$|article (?:number|id)\W*\w+$|volume \d+.{0,60}$""",
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
_CASE_SENSITIVE = re.compile(r"(?:Contributors|Funding|Twitter|Correspondence) ")

_CITED = re.compile(
    r"""(?:19|20)\d\d[a-z]?\s?;\s?(?:\*\*)?\d|(?:19|20)\d\d;\s?10\.|\b\d{1,4}\s?(?:\(\w{1,6}\))?\s?:\s?e?\d{1,6}\s?[-–]\s?e?\d{1,6}|\bet al\.?,?\s.{5,200}?(?:19|20)\d\d|\((?:19|20)\d\d\)\.?\s.{10,}\d+""",
    re.VERBOSE,
)
_CITED_START = re.compile(r"^(?:\[?\d{1,3}[\].)]?\s+)?[*_]*[A-ZÀ-Þ][\w'’À-ÿ-]+(?: [A-ZÀ-Þ][\w'’À-ÿ-]+)?,? (?:[A-Z]{1,3}\b|[A-Z]\.)")


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the site or the typesetting, not to the report."""
    bare = line.strip().lstrip("•▶►*-–· ").strip()
    return not bare or bool(_LINE.match(bare) or _CASE_SENSITIVE.match(bare))


def is_cited_work(line: str) -> bool:
    """Whether a line reads like one entry of a list of references."""
    return len(line) < 600 and bool(_CITED_START.match(line.strip()) and _CITED.search(line))


def is_keyword_list(items: tuple[str, ...]) -> bool:
    """Short items without a verb's end or a stop: subject terms, not findings."""
    return all(len(item) <= 60 and len(item.split()) <= 7 and item[-1:] not in ".;!?" and not re.search(r"\d\s?(?:mg|g|%|mm|years)", item) for item in items)
