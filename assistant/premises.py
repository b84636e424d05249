"""What a question takes for granted, held against the report that it describes.

"Why did rituximab cause serum sickness in the woman with ...?" has no answer where her report tells of no serum sickness, "how did
colchicine clear the nodules of ...?" none where it failed, and "why was warfarin stopped in ...?" none where it was never given. Yes-or-no
questions take nothing for granted, but of a drug that the described patient's report does not name nobody else's report can answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.clauses import targets
from assistant.conversation import without_carried
from assistant.evidence import EvidenceFinder
from assistant.question import PERSON, Aspect, Question
from corpus.case import FAILED, WORKED, Proof
from corpus.report import Paragraph, Passage, Report
from corpus.store import Corpus
from corpus.text import Sought, normalise, sentences, tokens
from corpus.therapy_outlines import TherapyOutline
from corpus.vocabulary import Entity, Vocabulary

_ASKS = re.compile(r"\b(?:why|how|which|what|when|where|who|whose)\b")
_CAUSE = r"(?:caus(?:e|ed)|giv(?:e|en)|gave|trigger(?:ed)?|provok(?:e|ed)|produc(?:e|ed)|induc(?:e|ed)|lead to|led to|result(?:ed)? in)"
_ENDED = r"(?:withdrawn|stopped|discontinued|abandoned|halted|given up|interrupted)"
# The thing taken for granted is ``what``; it ends where the words say of whom.
_WHOM = r"(?= (?:in|of|on|with|from|after|while|during|until|and|that|which|who|to|then)\b|[?,.;]|$)"
_HAPPENED = (
    re.compile(rf"\b(?:which|what) (?P<what>(?!(?:was|were|is|are|did|does|do|else)\b)[\w -]+?) (?:did|does) [\w /-]*?{_CAUSE}\b"),
    re.compile(
        r"\b(?:which|what|of which|of what) (?P<what>(?!(?:was|were|is|are|did|does|do|else)\b)[\w -]+?)"
        r" (?:forced|complicated|killed|led|prompted|followed|(?:was|were) (?:discovered|diagnosed)"
        r"|did [\w ]+? (?:die|develop|suffer)\b)"
    ),
    re.compile(rf"\bwhy (?:did|does|do) [\w /-]*?{_CAUSE}(?: (?:a|an|the))? (?P<what>[\w -]+?){_WHOM}"),
    re.compile(
        rf"\b(?:why|when|how soon) (?:was|were) [\w /-]*?{_ENDED}(?: early)?"
        rf" (?:because of|due to|owing to|d/t|for) (?P<what>[\w -]+?){_WHOM}"
    ),
    re.compile(rf"\bwhy (?:did|do) [\w ,'-]*? die (?:of|from) (?P<what>[\w -]+?){_WHOM}"),
)
# Words of a thing that say nothing of what it is.
_PLAIN = frozenset(
    token
    for word in (
        "kind type sort form cause reason effect side adverse event rise fall increase level change new severe serious acute other drug "
        "drugs therapy treatment medicine medication thing finding one symptom problem patient patients case"
    ).split()
    for token in tokens(word)
)
# Events that a report may tell never came; what one word of a line names, its others name too.
_EVENTS = {
    "recurrence": re.compile(r"\b(?:relaps\w*|recur(?:red|rence\w*|rent)?|regrow\w*|regrew|came back|grew back|coming back)\b(?!-free)"),
    "infection": re.compile(r"\b(?:infect(?:ed|ion)s?)\b"),
    "complication": re.compile(r"\b(?:complications?)\b"),
}
_NONE = re.compile(r"\b(?:no|not|without|never|neither|nor|absence of|free of|free from)\b|n't\b")
# What a question says went well or badly, in words that leave no doubt.
_WENT_WELL = re.compile(
    r"\b(?:clear(?:ed|ance)?|cured?|heal(?:ed)?|resol(?:ve[ds]?|ution)|dissol(?:ve[ds]?|ution)|vanish(?:ed)?|disappear(?:ed|ance)?|melt(?:ed)?"
    r"|shr[aiu]nk|regress(?:ed|ion)?|soften(?:ed)?|remission|settled?|keep from|kept free)\b"
)
_WENT_BADLY = re.compile(r"\b(?:fail(?:ed|ure)?|worsen(?:ed)?|stop(?:ped)? working|useless|ineffective|did nothing)\b")
_HAPPENING = re.compile("|".join(one.pattern for one in (_WENT_WELL, _WENT_BADLY, *_EVENTS.values())))
_UNSURE = re.compile(
    r"\b(?:if|whether|any|ever)\b|\bor not\b|\bresponse to\b|n't\b|\bnot\b"
    r"|\bin how many\b|\bhow many (?:[\w-]+ ){0,3}(?:patients?|children|wom[ae]n|m[ae]n|people|cases|adults)\b"
)
# What asks for a plan, or says itself that a therapy was not given.
_NOT_GIVEN = re.compile(
    rf"{_NONE.pattern}|\b(?:plan(?:ned|s)?|propos\w*|consider\w*|schedul\w*|declin\w*|refus\w*|next|could|option\w*|avoid\w*"
    r"|will|going to|intend\w*|await\w*)\b"
)
# Failures that are no drug's.
_OF_AN_ORGAN = re.compile(r"\b(?:respiratory|ventilatory|heart|cardiac|renal|kidney|liver|hepatic|organ|bone marrow|graft) failures?\b")
_HAS_BEEN_GIVEN = re.compile(
    r"\b(?:given|gave|gives?|giving|get|got|receiv\w*|took|takes?|taken|taking|start\w*|stop\w*|withdr[ae]w\w*|discontinu\w*|tried|use[ds]?|using"
    r"|prescri\w*|administ\w*|dos\w*|how (?:much|long|often)|help\w*|work\w*|fail\w*|improv\w*|respon\w*|tolerat\w*|on)\b"
)
# Words of a question about a therapy that describe nobody.
_OF_GIVING = frozenset(
    token
    for word in (
        "ever never also already yet still why stop stopped start started begin began begun withdraw withdrawn discontinue discontinued "
        "abandoned halted interrupted prescribed administered received getting on off put taking day daily often first last long complete "
        "completely partial full fully lasting quickly soon"
    ).split()
    for token in tokens(word)
)
# "The woman with pain in her fingers" may be many a patient; so much of a question must stand in a report that is held against it.
_DESCRIBING, _OF_THE_QUESTION = 3, 2 / 3
_MOST_THERAPIES = 6
_OUTCOMES = frozenset({Aspect.FAILED, Aspect.WORKED, Aspect.ADVERSE})
# How many of the nearest passages' reports must have no word of a thing.
_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Objection:
    """What is taken for granted and does not stand, in words; ``paragraph`` of ``report`` says otherwise, None where none tells of it."""

    words: str
    report: Report
    paragraph: Paragraph | None = None


class Premises:
    """Looks for what is taken for granted and told otherwise, or nowhere."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, evidence: EvidenceFinder) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary
        self._evidence = evidence

    def objection(self, question: Question, passages: Sequence[Passage]) -> Objection | None:
        """The first premise that does not stand in the report that the question describes, or in any where it describes none."""
        asked = normalise(without_carried(question.text))
        if not passages:
            return None
        if objection := self._never_given(question, asked, passages):
            return objection
        if question.yes_or_no or not _ASKS.search(asked):
            return None
        if not question.specific and len(question.filters.report_ids) != 1:
            return self._otherwise(question, asked, self._rows(question))
        reports = list(self._corpus.reports(one.report_id for one in passages[:_LOOKED_AT]).values())
        if objection := self._never_told(asked, reports):
            return objection
        # What happened may be told in other words.
        words = (set(question.details) & set(tokens(_HAPPENING.sub(" ", asked)))) - _OF_GIVING
        if len(Sought(words).found_in(_whole(reports[0]))) < _OF_THE_QUESTION * len(words):
            return None
        rows = [row for row in self._corpus.outlines().rows if row.report_id == reports[0].id]
        return self._denied(asked, reports[0]) or self._only_planned(question, asked, rows) or self._otherwise(question, asked, rows)

    def _rows(self, question: Question) -> list[TherapyOutline]:
        """The rows of the patients asked about, whatever came of them."""
        return self._evidence.outlines(replace(question, aspects=question.aspects - _OUTCOMES | {Aspect.OUTCOME}))

    def _never_given(self, question: Question, asked: str, passages: Sequence[Passage]) -> Objection | None:
        """A drug that the one report which the question describes has no word of."""
        drugs = self._said_to_be_given(asked)
        if not drugs or question.asks_who or Aspect.LIST in question.aspects or question.excluded or _NOT_GIVEN.search(asked):
            return None
        reports = list(self._corpus.reports(one.report_id for one in passages).values())
        described = [one for one in reports if self._describes(question, one)] if question.asks_of_one else []
        if described != reports[:1]:
            return None
        (report,) = described
        told = self._vocabulary.find(_whole(report))
        missing = [drug for drug in drugs if not any(self._vocabulary.related(drug, one.entity) for one in told)]
        if not missing:
            return None
        given = [row for row in self._corpus.outlines().rows if row.report_id == report.id and row.status == "given"]
        names = list(dict.fromkeys(row.therapy for row in given))[:_MOST_THERAPIES]
        tells = f"; it tells of {', '.join(names)}" if names else ""
        home = _home(report, self._proof(given[0])) if given else None
        return Objection(f"does not say that {missing[0].name} was given{tells}", report, home)

    def _said_to_be_given(self, asked: str) -> list[Entity]:
        """The drugs that a question is about, not its patient ("the dialysis patient"). Operations have too many names in reports."""
        if not _HAS_BEEN_GIVEN.search(asked):
            return []
        found = [one for one in self._vocabulary.find(asked) if one.entity.kind == "therapy" and not _is_surgery(one.entity)]
        return [one.entity for one in found if not re.match(rf"\s*{PERSON}", asked[one.end :])]

    def _describes(self, question: Question, report: Report) -> bool:
        """Whether a report holds all that a question says of its patient, and that is enough to tell one patient from others."""
        words, things = set(question.details) - _OF_GIVING, (*question.antibodies, *question.conditions)
        if len(words) + len(things) < _DESCRIBING or not words <= Sought(words).found_in(_whole(report)):
            return False
        told = self._vocabulary.find(_whole(report)) if things else ()
        return all(any(self._vocabulary.related(thing, one.entity) for one in told) for thing in things)

    def _never_told(self, asked: str, reports: Sequence[Report]) -> Objection | None:
        """Something is said to have happened of which none of the nearest reports has a word."""
        for thing in _happened(asked):
            wanted = [token for token in tokens(thing) if token not in _PLAIN]
            if wanted and not any(self._tells(thing, wanted, report) for report in reports):
                return Objection(f"tells of no {thing}", reports[0])
        return None

    def _tells(self, thing: str, wanted: Sequence[str], report: Report) -> bool:
        """Whether a report has any of the words, or names the thing or a kind of it in other ones."""
        text = _whole(report)
        if Sought(wanted).found_in(text):
            return True
        named = [mention.entity for mention in self._vocabulary.find(thing)]
        told = self._vocabulary.find(text) if named else []
        return any(self._vocabulary.related(one, mention.entity) for mention in told for one in named)

    @staticmethod
    def _denied(asked: str, report: Report) -> Objection | None:
        """An event is taken for granted of which the report only says that it never came."""
        for name, event in _EVENTS.items():
            if event.search(asked) and not _NONE.search(asked):
                told = [(one, span.text) for one in report.paragraphs for span in sentences(one.text) if event.search(normalise(span.text))]
                if told and all(_NONE.search(normalise(text)) for _, text in told):
                    return Objection(f"tells of no {name}", report, told[0][0])
        return None

    def _only_planned(self, question: Question, asked: str, rows: Sequence[TherapyOutline]) -> Objection | None:
        """A therapy is said to have been given, and the report tells only that it was planned, or declined."""
        of_it = [row for row in rows if any(self._is(one, row.therapy, row.therapy_class) for one in question.therapies)]
        if not of_it or Aspect.PLANNED in question.aspects or _NOT_GIVEN.search(asked) or any(row.status == "given" for row in of_it):
            return None
        return self._proved(f"says that {of_it[0].therapy} was {of_it[0].status}, not given", of_it[0])

    def _otherwise(self, question: Question, asked: str, rows: Sequence[TherapyOutline]) -> Objection | None:
        """A therapy is said to have worked, or to have failed, and each of its rows says otherwise."""
        well, badly = bool(_WENT_WELL.search(asked)), bool(_WENT_BADLY.search(_OF_AN_ORGAN.sub(" ", asked)))
        named = self._vocabulary.names(asked)
        therapies = [one for one in question.therapies if one.name in named]
        if well is badly or _UNSURE.search(asked) or not therapies:
            return None
        meant = targets(asked)
        of_it = [
            row
            for row in rows
            if row.status == "given"
            and any(self._is(one, row.therapy, row.therapy_class) for one in therapies)
            and (not meant or not row.target or meant & targets(row.target))
        ]
        told = {row.outcome for row in of_it}
        return self._proved("tells otherwise", of_it[0]) if told and told <= (FAILED if well else WORKED) else None

    def _proved(self, words: str, row: TherapyOutline) -> Objection:
        """With the sentence that proves the row."""
        report, proof = self._corpus.reports([row.report_id])[row.report_id], self._proof(row)
        return Objection(f"{words}: “{proof.quote}”", report, _home(report, proof))

    def _proof(self, row: TherapyOutline) -> Proof:
        return self._evidence.rows_of([row])[0].row.proof

    def _is(self, asked: Entity, therapy: str, group: str | None) -> bool:
        found = self._vocabulary.entity(therapy)
        return asked.name in (therapy, group) or (found is not None and self._vocabulary.related(asked, found))


def _home(report: Report, proof: Proof) -> Paragraph | None:
    return next((one for one in report.paragraphs if one.id == proof.paragraph_id), None)


def _whole(report: Report) -> str:
    return f"{report.reference.title}\n{report.text}"


def _is_surgery(therapy: Entity) -> bool:
    """Reports tell one operation under many names."""
    return "surgery" in (therapy.name, *therapy.groups)


def _happened(asked: str) -> Iterator[str]:
    for pattern in _HAPPENED:
        if found := pattern.search(asked):
            yield found["what"].strip()
