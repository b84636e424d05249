"""A citation is a proof: every sentence is checked against the paragraphs it cites before it leaves the house."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.agreement import Agreement, Source, without_changes
from assistant.answer import Citation, Statement, Support
from assistant.clauses import ClauseReader
from assistant.contrasts import clause_texts
from assistant.instructions import gives_orders
from corpus.case import Proof
from corpus.quantities import unproved
from corpus.report import Paragraph, ParagraphId, Reference, ReportId
from corpus.text import normalise, sentences, tokens, words
from corpus.vocabulary import Vocabulary

# Share of a sentence's own words that its paragraphs must hold. Set on the own evaluation set's development part: at 0.6
# no corrupted sentence of tests/assistant/test_citations.py passes, and every row-built sentence does.
SUPPORTED_COVERAGE = 0.6
PARTIAL_COVERAGE = 0.4

# An age is told in many ways: "a woman of 54", "aged 54", "at the age of 54".
_AGE = re.compile(
    r"\b(?:aged|age of|age(?: in the (?:report|record))? (?:is|was)|age|(?:wo)?man of"
    r"|boy of|girl of|child of|patient of) (\d{1,3})\b(?!\.\d| ?(?:%|months?|weeks?|days?)\b)"
)

# A sentence without any of these is in another language, and the words it shares with its paragraph are names.
_ENGLISH = frozenset("the of was were with and is are had has been not for to by on at from her his she he it they in a an or than".split())
_ONE_PATIENT = re.compile(r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|she|he|her|his|patients?|\d+-year-old)\b", re.IGNORECASE)

# What a retelling adds without claiming anything.
_FILLER = frozenset(
    token
    for word in (
        "patient patients case report reported given received treated treatment therapy therapies dose used with without not "
        "average failed fail failure help helped improved improve resolved worsened partly partial effect against planned"
    ).split()
    for token in tokens(word)
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that a reader proposes: its text without markers, where it says its proof stands, and markers that point nowhere.

    ``instead`` take its place where it cannot be proved: it told in smaller pieces, or in the source's own words. ``chance``: how likely
    the reader holds it to answer what was asked (0..1), None where it does not know. ``optional``: left out where neither it nor anything
    instead of it can be proved. ``untold``: it says that its report does not tell what was asked, which is no answer.
    """

    text: str
    proofs: tuple[Proof, ...] = ()
    unknown_markers: tuple[int, ...] = ()
    instead: "tuple[Draft, ...]" = ()
    chance: float | None = None
    optional: bool = False
    untold: bool = False


@dataclass(frozen=True, slots=True)
class CitedParagraph:
    """A paragraph with the report it belongs to: all that a citation shows."""

    report_id: ReportId
    reference: Reference
    paragraph: Paragraph


class Verifier:
    """Gives every draft its verdict and its numbered citations. One verifier serves one answer: it keeps the numbering."""

    def __init__(self, vocabulary: Vocabulary, find: Callable[[ParagraphId], CitedParagraph | None]) -> None:
        self._vocabulary = vocabulary
        self._find = find
        self._clauses = ClauseReader(vocabulary)
        self._agreement = Agreement(self._clauses)
        self._markers: dict[ParagraphId, int] = {}

    def settle(self, draft: Draft) -> list[Statement]:
        """The draft as a statement where it is fully proved or nothing stands in for it; else what does, settled likewise."""
        verdict, sound = self._weigh(draft)
        if draft.instead and verdict is not Support.SUPPORTED:
            return list({statement.text: statement for other in draft.instead for statement in self.settle(other)}.values())
        return [] if draft.optional and not verdict.proved else [self._statement(draft, verdict, sound)]

    def check(self, draft: Draft) -> Statement:
        """The draft as a statement. Citations are kept whatever the verdict, so that a reader can see what was claimed to prove it."""
        return self._statement(draft, *self._weigh(draft))

    def _weigh(self, draft: Draft) -> tuple[Support, list[tuple[Proof, CitedParagraph]]]:
        found = [(proof, self._find(proof.paragraph_id)) for proof in dict.fromkeys(draft.proofs)]
        sound = [(proof, source) for proof, source in found if source and _stands(proof, source.paragraph)]
        return Support.UNKNOWN_MARKER if draft.unknown_markers or len(sound) < len(found) else self._verdict(draft, sound), sound

    def _statement(self, draft: Draft, verdict: Support, sound: Sequence[tuple[Proof, CitedParagraph]]) -> Statement:
        return Statement(draft.text, verdict, tuple(self._citation(proof, source) for proof, source in sound))

    def _verdict(self, draft: Draft, sound: Sequence[tuple[Proof, CitedParagraph]]) -> Support:
        if not sound:
            return Support.UNCITED
        trusted = [(proof, source) for proof, source in sound if not gives_orders(source.paragraph.text)]
        if not trusted:
            return Support.UNSUPPORTED
        cited = list({source.paragraph.id: source for _, source in trusted}.values())
        return self._judge(_without_labels(draft.text, cited), cited, [proof for proof, _ in trusted])

    def _judge(self, claim: str, cited: Sequence[CitedParagraph], proofs: Sequence[Proof]) -> Support:
        if not tokens(claim):
            return Support.UNSUPPORTED
        if _verbatim(claim, cited):
            return Support.SUPPORTED
        source, quotes = "\n".join(one.paragraph.text for one in cited), [proof.quote for proof in proofs]
        if (
            unproved(claim, f"{source}\n{_ages(source)}")
            or self._unnamed(claim, source, quotes)
            or not self._same_direction(claim, source, quotes)
        ):
            return Support.UNSUPPORTED
        covered = self._coverage(claim, source, cited)
        if covered < PARTIAL_COVERAGE or (covered < SUPPORTED_COVERAGE and not _ENGLISH & set(words(claim))) or self._mixed(claim, cited):
            return Support.UNSUPPORTED
        agreed = self._agreement.verdict(claim, [_source(one, proofs) for one in cited])
        return Support.PARTIAL if agreed is Support.SUPPORTED and covered < SUPPORTED_COVERAGE else agreed

    def _unnamed(self, claim: str, source: str, quotes: Sequence[str]) -> list[str]:
        """Therapies and antibodies that the sentence names and its paragraphs do not, not even in parts ("topical and oral X")."""
        there = self._vocabulary.names(source)
        named = (mention.entity for mention in self._vocabulary.find(claim) if mention.entity.kind in ("therapy", "antibody"))
        quoted = [set(tokens(quote)) for quote in quotes]
        return [one.name for one in named if one.name not in there and not any(set(tokens(one.name)) <= quote for quote in quoted)]

    def _same_direction(self, claim: str, source: str, quotes: Sequence[str]) -> bool:
        """A sentence that tells an outcome must cite words that tell the same one."""
        said = self._clauses.ways(without_changes(claim, [source]))
        return not said or said <= set().union(*(self._clauses.ways(quote) for quote in quotes))

    def _mixed(self, claim: str, cited: Sequence[CitedParagraph]) -> bool:
        """Whether a clause about a patient takes that patient from one report and the rest from another."""
        texts: dict[ReportId, list[str]] = {}
        for one in cited:
            texts.setdefault(one.report_id, []).append(f"{one.paragraph.text}\n{one.reference.title}")
        if len(texts) == 1:
            return False
        about_one = [piece for piece in clause_texts(claim) if _ONE_PATIENT.search(piece)]
        wholes = ["\n".join(parts) for parts in texts.values()]
        return any(
            all(unproved(piece, f"{whole}\n{_ages(whole)}") or self._unnamed(piece, whole, ()) for whole in wholes) for piece in about_one
        )

    def _coverage(self, claim: str, source: str, cited: Sequence[CitedParagraph]) -> float:
        """Share of the sentence's own words that stand in its paragraphs, names compared as things and not as spellings."""
        said = set(tokens(self._canonical(claim))) - _FILLER
        headings = " ".join(" ".join((one.reference.title, *one.paragraph.section)) for one in cited)
        there = set(tokens(f"{self._canonical(source)} {source} {headings}"))
        # "The patient was treated" fits every paragraph: that nothing contradicts it is all that can be said.
        return sum(word in there for word in said) / len(said) if said else PARTIAL_COVERAGE

    def _canonical(self, text: str) -> str:
        """The text with every known name in its one spelling."""
        parts, position = [], 0
        for mention in self._vocabulary.find(text):
            parts += [text[position : mention.start], mention.entity.name]
            position = mention.end
        return "".join([*parts, text[position:]])

    def _citation(self, proof: Proof, source: CitedParagraph) -> Citation:
        marker = self._markers.setdefault(proof.paragraph_id, len(self._markers) + 1)
        paragraph = source.paragraph
        place = (proof.quote, proof.start, proof.end, paragraph.section, paragraph.page)
        return Citation(marker, source.report_id, paragraph.id, *place, source.reference, paragraph.boxes)


def _stands(proof: Proof, paragraph: Paragraph) -> bool:
    return bool(proof.quote) and paragraph.text[proof.start : proof.end] == proof.quote


def _verbatim(claim: str, cited: Sequence[CitedParagraph]) -> bool:
    """Whole sentences as they stand. A part of one is no quotation: "respond to it" stands in "did not respond to it"."""
    printed = {normalise(span.text) for one in cited for span in sentences(one.paragraph.text)}
    return all(normalise(span.text) in printed for span in sentences(claim))


def _source(cited: CitedParagraph, proofs: Sequence[Proof]) -> Source:
    paragraph, title = cited.paragraph, cited.reference.title
    own = tuple(proof for proof in proofs if proof.paragraph_id == paragraph.id)
    return Source(paragraph.text, "\n".join((title, *paragraph.section)), own)


def _ages(text: str) -> str:
    return " ".join(f"{age}-year-old" for age in _AGE.findall(normalise(text)))


def _without_labels(text: str, cited: Iterable[CitedParagraph]) -> str:
    """The claim without the names of the reports it cites: "(Shahani 2012)" is an address, not a figure to be proved."""
    for one in cited:
        text = text.replace(f"({one.reference.label})", " ")
    return re.sub(r"\s+([,.;])", r"\1", " ".join(text.split()))
