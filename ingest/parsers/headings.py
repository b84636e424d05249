"""Recognising section headings in text that does not mark them."""

import re
from typing import Literal

from ingest.parsers.decoding import one_of

HeadingKind = Literal["content", "statement", "dropped", "references"]

_ORDINAL = r"(?: (?:no\.? ?)?(?:\d+|[ivx]+|one|two|three|four|five))?"
# Sections of a case report, as journals name them.
_CONTENT = re.compile(
    one_of(
        rf"""
        (?:structured |extended )?abstract
        summary
        synopsis
        lay summary
        plain language summary
        background
        introduction
        aims?
        objectives?
        purpose
        rationale
        (?:the |our )?(?:index )?(?:case|patient)s?{_ORDINAL}(?: ?[:.–-] ?[^.]{{3,60}})?
        case (?:report|presentation|description|history|study|summary|details|vignette|synopsis)s?{_ORDINAL}(?: and [^.]{{3,50}})?
        (?:presentation|description|report) of (?:the )?(?:case|patient)s?
        case series
        clinical (?:case|presentation|history|description|findings|course|features|report|summary|vignette)s?
        patients?(?:['’]s?)? (?:information|history|presentation|characteristics|details|and methods|demographics)
        history(?: of present illness| and examination)?
        presenting (?:complaint|concern|symptom)s?
        past (?:medical )?history
        medical history
        family history
        (?:physical |clinical )?examination(?: findings)?
        physical findings
        time ?line
        investigations?(?: and .{{3,40}})?
        laboratory (?:findings|results|tests|investigations|data)
        imaging(?: findings| studies)?
        diagnostic (?:assessment|work-?up|evaluation|findings|approach)
        diagnos[ie]s
        (?:histo)?patholog(?:y|ical findings)
        histology
        radiolog(?:y|ical findings)
        differential(?: diagnos[ie]s)?
        final diagnosis
        treatments?(?: and .{{3,40}})?
        therap(?:y|ies)
        (?:therapeutic|clinical) interventions?
        interventions?
        (?:medical |surgical |clinical )?management
        hospital course
        surgical technique
        operative (?:technique|procedure)
        outcomes?(?: and follow[- ]?up)?
        follow[- ]?up(?: and outcomes?)?
        (?:clinical )?course
        progress
        prognosis
        course and .{{3,40}}
        (?:materials?|patients?|subjects?) and methods?
        methods?(?: and materials?)?
        statistical analys[ie]s
        search strategy
        results?(?: and discussion)?
        findings
        discussions?(?: and conclusions?)?
        literature review
        review of (?:the )?literature
        comment(?:s|ary)?
        interpretation
        strengths and limitations
        limitations?
        conclusions?
        concluding remarks
        global health problem list
        global health problem analysis
        learning (?:points?|objectives?)(?:[ /]take[- ]home messages?)?
        take[- ]?(?:home|away) (?:messages?|points?|lessons?)
        key (?:points?|messages?|clinical messages?|learning points?)
        clinical pearls?
        clinical significance
        teaching points?
        (?:the )?patient(?:['’]?s['’]?)? (?:perspective|experience|voice)
        what (?:is|was) (?:already )?known .{{0,60}}
        what this (?:study|paper|report|case) adds.{{0,60}}
        question
        answer
        highlights
        """
    ),
    re.IGNORECASE,
)
# Sections that are about the paper, not the patient.
_DROPPED = re.compile(
    one_of(
        r"""
        acknowledge?ments?
        footnotes?
        end ?notes?
        (?:declarations? of )?(?:competing|conflicts?(?: of)?|conflicting) interests?(?: statements?)?
        conflicts? of interests?(?: disclosures?| statements?)?
        disclosures?(?: statements?)?
        declarations?
        financial (?:support|disclosure).{0,30}
        funding(?: (?:sources?|statement|information|and .{3,30}))?
        sources? of (?:funding|support)
        grant support
        (?:author(?:s['’]?|['’]s)? )?contributions?(?: statement)?
        authors?['’]? (?:information|details|affiliations?|contributions?|note)
        contributorship.{0,20}
        contributors?
        credit author.{0,40}
        supplement(?:ary|al) (?:material|data|information|file|content|digital content)s?.{0,20}
        supporting information
        additional (?:file|information)s?.{0,10}
        electronic supplementary material
        publisher['’]?s? ['’]?(?:note|disclaimer)s?
        rights and permissions
        reprints and permissions
        request permissions
        about this article
        cite this article
        article (?:information|text|info|metrics)
        author information
        correspondence(?: to)?
        provenance(?: and peer review)?
        pre-?publication history
        (?:list of )?abbreviations?(?: used)?
        key ?words?
        mesh terms
        index terms
        orcid(?: ids?)?
        peer review(?: file| information)?
        open access
        copyright.{0,30}
        licen[cs]e
        associated data
        statistics from altmetric.{0,10}
        related (?:articles|content)
        recommended articles
        linked articles
        similar articles
        cited by
        metrics
        open peer review
        reviewer (?:reports?|comments?)
        editor['’]?s? note
        """
    ),
    re.IGNORECASE,
)
# Statements that some journals set as sections of the article and others as one line below it.
_STATEMENT = re.compile(
    one_of(
        r"""
        ethics(?: statements?| approval(?: and consent to participate)?)?
        ethical (?:approval|considerations?|statement|clearance)s?
        (?:statement of )?ethics
        (?:patient |informed )?consent(?: (?:for publication|statement|to participate|obtained))?
        patient consent.{0,30}
        (?:written )?informed consent
        patient and public involvement
        (?:data|code|availability of data|data and materials?)(?: and materials?)? (?:availability|sharing)(?: statements?)?
        availability of (?:data|supporting data).{0,30}
        data availability.{0,20}
        """
    ),
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"references?(?: and notes| cited| list)?|bibliography|(?:literature|works) cited|cited literature|further reading", re.IGNORECASE
)
# "2.1 Case 1", "3) Discussion", "IV. Methods"; a bare number counts before a capital only ("12 months" is not numbered).
_NUMBER = re.compile(r"(?P<number>(?:\d{1,2}\.)*\d{1,2}|[IVX]{1,4})(?:[.):]\s+(?=\S)|(?<=\d)\s+(?=[A-Z]))")
_MAX_CHARS = 90
_SENTENCE_END = re.compile(r"[.;,!]$|[.?!]\s+[A-Z]")
_SMALL_WORDS = frozenset("a an and as at by for from in of on or the to versus vs with without".split())


def heading_kind(line: str) -> HeadingKind | None:
    """What a line that equals a known heading announces; None for a line that is not one."""
    bare = bare_heading(line)
    if not bare or len(bare) > _MAX_CHARS or bare[0].islower() or (line.rstrip().endswith(".") and len(bare.split()) > 4):
        return None
    if _REFERENCES.fullmatch(bare):
        return "references"
    if _DROPPED.fullmatch(bare):
        return "dropped"
    if _STATEMENT.fullmatch(bare):
        return "statement"
    return "content" if _CONTENT.fullmatch(bare) else None


def bare_heading(line: str) -> str:
    """The heading without number, colon, hashes and bold marks: ``2.1 CASE 1:`` is ``CASE 1``."""
    bare = line.strip().strip("*_#").strip()
    numbered = _NUMBER.match(bare)
    if numbered:
        bare = bare[numbered.end() :]
    return bare.rstrip(":.—– ").strip()


def heading_depth(line: str) -> int | None:
    """How deep the number of a heading says it lies (``2.1`` is 2); None where it has no number."""
    numbered = _NUMBER.match(line.strip())
    return numbered.group("number").count(".") + 1 if numbered else None


def is_upper_heading(line: str) -> bool:
    """A short line all in capitals."""
    bare = bare_heading(line)
    letters = [char for char in bare if char.isalpha()]
    return len(letters) >= 4 and len(bare) <= _MAX_CHARS and bare.upper() == bare and not _SENTENCE_END.search(bare)


def is_title_like(line: str) -> bool:
    """A short line standing alone that begins like a title and does not end like a sentence."""
    bare = bare_heading(line)
    if not 3 <= len(bare) <= _MAX_CHARS or _SENTENCE_END.search(bare) or line.rstrip()[-1] in ".;,":
        return False
    words = bare.split()
    digits = sum(any(char.isdigit() for char in word) for word in words)
    worded = len(words) <= 10 and words[-1].lower() not in _SMALL_WORDS and any(len(word) > 3 for word in words)
    return worded and digits <= 2 and (bare[0].isupper() or heading_depth(line) is not None)
