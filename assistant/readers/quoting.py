"""Sentences that answer, quoted as they stand: chosen from the passages and their reports by what is asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.abstention import Signals, chance, may_answer
from assistant.answer import EvidenceRow
from assistant.answer_types import AnswerType, asks_harm, tells_harm, wanted_types
from assistant.asked_outcome import AskedOutcome
from assistant.citations import Draft
from assistant.clauses import ClauseReader
from assistant.contrasts import another_patient
from assistant.conversation import without_carried
from assistant.evidence import forms_of, is_another, is_of_many_parts, is_of_others
from assistant.instructions import gives_orders
from assistant.question import Aspect, Question
from assistant.readers.reading import Candidate, Reading, best_first, spread
from assistant.scoring import Scorer
from assistant.terms import Held, TermWeights
from assistant.untold import asks_of_telling, says_untold
from assistant.wording import NEAR_MISS, Wording, compare, doubted
from corpus.case import Proof
from corpus.report import Paragraph, Passage, Report, ReportId, report_of
from corpus.store import Corpus
from corpus.text import Span, sentences, tokens
from corpus.vocabulary import Entity, Vocabulary

# How a sentence is weighed. Chosen together, as the middle of the best of 1,500 mixtures, for how often the best sentence stands in a
# gold paragraph: of 175 development questions of the own set, 176 natural ones over its reports and 135 over F1000 reports 0.869, 0.841
# and 0.770 (0.874, 0.807 and 0.741 without a scorer); weights found by differential evolution on the first set alone gave 0.851, 0.807
# and 0.689 (0.823, 0.761 and 0.600). Any of them a quarter less or more moves it by about 0.01.
_IN_REPORT, _IN_PARAGRAPH, _IN_HEADING = 1.5, 0.3, 0.4
_OF_REPORT, _OF_PASSAGE, _OF_TYPE, _OF_PROOF, _OPENING = 1.0, 0.6, 0.6, 0.4, -0.25
# Comparing meanings (the embedder on these sentences) takes 0.02 to 0.04 away on all three sets.

MAX_QUOTES = 3
# A sentence is quoted beside the best one only where it answers nearly as well, and a little sooner from another paragraph that a second
# reader holds to tell what is asked: with it a gold paragraph is cited for 0.902 of the own set (n=276; 0.892 without) and facts are
# said for 0.920 and 0.790 of the two parts (0.914 and 0.779); of ten answers one shows one more paragraph.
_NEARLY, _NEARLY_TOLD = 0.9, 0.85
# One that adds an asked-for thing, or speaks for another report where several are asked for, may answer a little less well.
_ADDS, _ACROSS = 0.7, 0.75
# One more of a paragraph that is cited anyway costs its reader no other source.
_BESIDE = 0.5
MAX_REPORTS = 5
_PASSAGES, _WHOLE_REPORTS = 8, 2
# That something is not told is about what is asked where it has so much of the question's words.
_OF_IT = 0.35
# A sentence that fits by its heading alone does not hold the thing itself.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with what speaks for it as the answer, and where the question's wording parts from it."""

    sentence: str
    signals: Signals
    wording: Wording

    @property
    def closeness(self) -> float:
        """How far the question says what the sentence says: the share of its words, by rarity, that stand there (0..1)."""
        return self.signals.own

    @property
    def near_miss(self) -> bool:
        """Whether the question changes what the sentence says."""
        return NEAR_MISS.found(self.wording, self.closeness, self.signals.told)


class Quoter:
    """Chooses sentences for questions over one corpus."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, scorer: Scorer | None = None, second: Scorer | None = None) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary
        self._reading = Reading(corpus, scorer, second)
        self._clauses = ClauseReader(vocabulary)

    def quote(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> list[Draft]:
        """The sentences that answer best, in the order they stand; empty where the best of them hardly can be an answer.

        Where the question asks what failed or what helped, only sentences that say so, of that target, can be; one that names what was
        given ("a second regimen combined ...") only together with one of its paragraph that says so.
        """
        search, ranked, told = self._ranked(question, passages, rows)
        if not ranked:
            return []
        weighed = self._weighed(search, ranked[0], passages)
        # Whether it is so is answered by a sentence that says otherwise, too.
        if not may_answer(weighed.signals) or (not question.yes_or_no and weighed.near_miss):
            return []
        if says_untold(ranked[0].span.text) and not search.asks_of_telling:
            return [replace(_draft(ranked[0], chance(weighed.signals)), untold=True)]
        across = self._across(ranked) if Aspect.LIST in question.aspects else []
        # Where one report answers alone, it may say more than a sentence.
        chosen = across if len(across) > 1 else self._within(search, ranked)
        for one in [one for one in chosen if one.place not in {other.place for other in told}]:
            chosen += [beside for beside in _beside(one, told)[:1] if beside not in chosen]
        if self._is_of_no_therapy_asked(question, chosen):
            return []
        if chosen is not across:
            others = told_elsewhere(ranked, chosen, search.describes)
            chosen += [one for one in others if not self._is_of_no_therapy_asked(question, [one])]
        return [_draft(one, chance(weighed.signals)) for one in sorted(chosen, key=lambda one: one.place)]

    def best(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Weighed | None:
        """The sentence that answers best with what speaks for and against it, shown or not; None where no sentence can be one."""
        search, ranked, _ = self._ranked(question, passages, rows)
        return self._weighed(search, ranked[0], passages) if ranked else None

    def _ranked(
        self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]
    ) -> tuple["_Search", list[Candidate], list[Candidate]]:
        """What is looked for, the sentences that may answer, best first, and those of them that say the outcome asked for."""
        search = _Search(question, TermWeights(question, self._corpus.lexical, self._vocabulary), self._vocabulary, rows)
        read = self._reading.read(question, sorted(self._candidates(search, passages[:_PASSAGES]), key=best_first), passages)
        left = [one for one in self._left_in(question, read) if search.asks_of_telling or not search.is_of_another_thing(one)]
        if asks_harm(without_carried(question.text)):
            harms = [one for one in left if tells_harm(one.span.text, one.paragraph.section)]
            left = [one for one in harms if not self._is_of_no_therapy_asked(question, [one])]
        if question.asks_why:
            # What only tells what was given repeats more of the question than the reason does.
            left = sorted(left, key=lambda one: one.score < _NEARLY * left[0].score or not search.gives_reason(one))
        return (search, *self._telling(AskedOutcome(question, self._clauses), left))

    def _left_in(self, question: Question, ranked: list[Candidate]) -> list[Candidate]:
        """Without what tells of a therapy that the question leaves out ("other than rituximab").

        That is a sentence that names it, and one of a paragraph that names it ("after the second course it was gone") unless the sentence
        names another therapy; and what is told of the second patient where the first is asked about.
        """
        ranked = [
            one
            for one in ranked
            if not another_patient(question.text, [(" ".join(one.paragraph.section), one.paragraph.text, [one.span.text])])
        ]
        reports = {one.report for one in ranked}
        others = self._of_another(question, reports) | self._of_other_things(question, reports)
        ranked = [one for one in ranked if one.report not in others]
        if wanted := self._therapies_named(question):
            ranked = [one for one in ranked if not self._of_other_therapies(wanted, one)]
        if not any(one.kind == "therapy" for one in question.excluded):
            return ranked
        beside = {text: self._names(question, text) for text in {one.paragraph.text for one in ranked}}
        own = [self._names(question, one.span.text) for one in ranked]
        return [one for one, (out, other) in zip(ranked, own, strict=True) if not out and (other or not beside[one.paragraph.text][0])]

    def _therapies_named(self, question: Question) -> list[Entity]:
        """The therapies that a question names itself, not those carried into it."""
        named = self._vocabulary.names(without_carried(question.text))
        return [one for one in question.therapies if one.name in named]

    def _of_another(self, question: Question, reports: Iterable[ReportId]) -> set[ReportId]:
        """The reports whose only patient cannot be of those asked about: a woman, where a girl is described, or children are meant."""
        if not question.person and not question.people:
            return set()
        known = self._corpus.outlines().patients
        alone = [(one, known.get(f"{one}#patient1")) for one in reports if f"{one}#patient2" not in known]
        return {report for report, who in alone if who and (is_another(question.person, who) or is_of_others(question.people, who))}

    def _of_other_things(self, question: Question, reports: Iterable[ReportId]) -> set[ReportId]:
        """The reports that name none of the antibodies, or none of the diseases, that a question names: asked about, or told of whom."""
        antibodies = frozenset(one.name for one in question.antibodies)
        diseases = frozenset(name for one in question.conditions if is_of_many_parts(one) for name in forms_of(one))
        wanted = [names for names in (antibodies, diseases) if names]
        if not wanted:
            return set()
        found = self._corpus.reports(reports).values()
        return {one.id for one in found if not all(self._names_any(one, names) for names in wanted)}

    def _names_any(self, report: Report, names: frozenset[str]) -> bool:
        """Most reports say what they are about in their title or first lines: the rest is looked through only where these do not."""
        texts = (report.reference.title, *(one.text for one in report.paragraphs))
        return any(self._vocabulary.names_among(text, names) for text in texts)

    def _of_other_therapies(self, wanted: Sequence[Entity], one: Candidate) -> bool:
        """Whether a sentence names therapies, and neither it nor its paragraph any of those wanted."""
        named = [mention.entity for mention in self._vocabulary.find(one.span.text) if mention.entity.kind == "therapy"]
        return bool(named) and not any(
            self._vocabulary.related(asked, mention.entity) for mention in self._vocabulary.find(one.paragraph.text) for asked in wanted
        )

    def _is_of_no_therapy_asked(self, question: Question, chosen: Sequence[Candidate]) -> bool:
        """Whether an answer about a therapy is told where none of those asked about is named: not by its paragraph, heading or title."""
        wanted = self._therapies_named(question)
        if not wanted or not question.about_therapy:
            return False
        titles = [one.title for one in self._corpus.catalog.references({one.report for one in chosen}).values()]
        texts = [*titles, *(text for one in chosen for text in (*one.paragraph.section, one.paragraph.text))]
        found = [mention.entity for text in dict.fromkeys(texts) for mention in self._vocabulary.find(text)]
        return not any(self._vocabulary.related(asked, entity) for asked in wanted for entity in found)

    def _names(self, question: Question, text: str) -> tuple[bool, bool]:
        """Whether a text names what is left out, and whether it names another therapy."""
        found = [mention.entity for mention in self._vocabulary.find(text)]
        out = [entity for entity in found if any(self._vocabulary.related(left, entity) for left in question.excluded)]
        return bool(out), any(entity.kind == "therapy" and entity not in out for entity in found)

    def _telling(self, asked: AskedOutcome, ranked: list[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
        """The sentences that may answer, and those of them that say the outcome asked for."""
        if asked.way is None:
            return ranked, ranked
        told = [one for one in ranked if asked.told_in(one.paragraph.text, one.proof)]
        places, homes = {one.place for one in told}, {one.paragraph.id for one in told}
        return [one for one in ranked if one.place in places or (one.paragraph.id in homes and asked.leads_up(one.span.text))], told

    def _weighed(self, search: "_Search", best: Candidate, passages: Sequence[Passage]) -> Weighed:
        """What speaks for the best sentence and against it; a scorer's word is that of the best passage of its report."""
        read = [one.answers for one in passages if one.report_id == best.report and one.answers is not None]
        answers = max(read, default=None)
        signals = replace(search.signals(best.span.text, best.paragraph), answers=answers, told=best.told)
        wording = search.wording(best.span.text, best.paragraph, self._corpus.reports([best.report])[best.report].reference.title)
        return Weighed(best.span.text, signals, replace(wording, doubted=doubted(answers)))

    def _within(self, search: "_Search", ranked: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence, those nearly as good, and what they lack: asked-for things that the report adds, and who the patient was."""
        best = ranked[0]
        near = [one for one in ranked if one.score >= _NEARLY * best.score and (one.report == best.report or not search.describes)]
        near = spread(near)[:MAX_QUOTES]
        homes, added = {one.paragraph.id for one in near}, list[Candidate]()
        for wanted in search.lacking(near):
            added += [
                one
                for one in ranked
                if one.report == best.report
                and one.score >= (_BESIDE if one.paragraph.id in homes else _ADDS) * best.score
                and search.holds(wanted, one)
            ][:1]
        added += self._who(search, ranked)
        new = [one for one in dict.fromkeys(added) if one not in near][: MAX_QUOTES - 1]
        return [*near[: MAX_QUOTES - len(new)], *new]

    def _who(self, search: "_Search", ranked: Sequence[Candidate]) -> list[Candidate]:
        """Where it is asked who it was: the sentence that tells the only patient of the best sentence's report by age, or else by sex."""
        if not search.asks_who:
            return []
        patients = [patient for case in self._corpus.catalog.cases([ranked[0].report]) for patient in case.patients]
        fact = patients[0].age or patients[0].sex if len(patients) == 1 else None
        return [one for one in ranked if fact and _holds(one, fact.proof)][:1]

    def _across(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence of each report that answers, where several reports are asked for."""
        best: dict[ReportId, Candidate] = {}
        for one in ranked:
            if one.score >= _ACROSS * ranked[0].score:
                best.setdefault(one.report, one)
        return list(best.values())[:MAX_REPORTS]

    def _candidates(self, search: "_Search", passages: Sequence[Passage]) -> Iterator[Candidate]:
        """Every sentence of the passages, and of the whole of the two nearest reports: the answer is often a paragraph away."""
        worth: dict[ReportId, float] = {}
        for passage in passages:
            worth[passage.report_id] = max(worth.get(passage.report_id, 0.0), passage.score)
        found = {one.id: passage.score for passage in reversed(passages) for one in passage.paragraphs}
        nearest = sorted(worth, key=lambda name: -worth[name])[:_WHOLE_REPORTS]
        place = 0
        for name, report in self._corpus.reports(worth).items():
            near = [one for one in report.paragraphs if (name in nearest or one.id in found) and not gives_orders(one.text)]
            for paragraph, span, score in search.weigh(report, near, found):
                place += 1
                yield Candidate(paragraph, span, score + _OF_REPORT * worth[name], place)


class _Search:
    """What one question looks for in sentences."""

    def __init__(self, question: Question, terms: TermWeights, vocabulary: Vocabulary, rows: Sequence[EvidenceRow]) -> None:
        self._terms = terms
        self._vocabulary = vocabulary
        self._types: list[AnswerType] = wanted_types(question.text)
        self.asks_who = question.asks_who
        self.asks_of_telling = asks_of_telling(question.text)
        # One patient's question is answered by no other one's report.
        self.describes = question.specific and question.asks_of_one and Aspect.LIST not in question.aspects
        self._around: dict[ReportId, Held] = {}
        # Words of things that are printed in many ways.
        spans = [question.text[one.start : one.end] for one in vocabulary.find(question.text)]
        self._text = question.text
        self._named = frozenset(token for span in spans for token in tokens(span))
        self._proofs: dict[str, list[Proof]] = {}
        for proof in (proof for row in rows for proof in row.row.proofs):
            self._proofs.setdefault(proof.paragraph_id, []).append(proof)

    def weigh(self, report: Report, paragraphs: Sequence[Paragraph], found: dict[str, float]) -> Iterator[tuple[Paragraph, Span, float]]:
        """Each sentence with its weight: its own words, what the words around it add, what it holds, and where it stands.

        A question names its report ("the man with the belt-like plaque") and what it wants of it ("his CRP?"): what the report
        says elsewhere need not be said again by the sentence that answers.
        """
        around = self._around[report.id] = self._terms.held_by(report)
        for paragraph in paragraphs:
            beside, heading = self._terms.held(paragraph.text), self._terms.held(" ".join(paragraph.section))
            opening = _OPENING if paragraph is report.paragraphs[0] else 0.0
            for span in sentences(paragraph.text):
                words = self._terms.held(span.text)
                own = self._terms.share(words)
                score = own + opening * (span.start == 0) + _OF_PASSAGE * found.get(paragraph.id, 0.0)
                for weight, place in ((_IN_REPORT, around), (_IN_PARAGRAPH, beside), (_IN_HEADING, heading)):
                    score += weight * (self._terms.credit(words, place) - own)
                score += _OF_TYPE * self._fit(span.text, paragraph) + _OF_PROOF * self._proves(paragraph, span)
                yield paragraph, span, score

    def wording(self, sentence: str, paragraph: Paragraph, title: str) -> Wording:
        """Where the question's words and this sentence part ways."""
        return compare(self._text, sentence, paragraph.text, " ".join((title, *paragraph.section)), self._named)

    def lacking(self, chosen: Sequence[Candidate]) -> list[AnswerType]:
        """The asked-for things that none of these sentences holds."""
        return [one for one in self._types if not any(self.holds(one, sentence) for sentence in chosen)]

    def gives_reason(self, one: Candidate) -> bool:
        return any(wanted.name == "reason" and self.holds(wanted, one) for wanted in self._types)

    def holds(self, wanted: AnswerType, one: Candidate) -> bool:
        return wanted.fit(one.span.text, one.paragraph.section, self._vocabulary) > _HALF

    def is_of_another_thing(self, one: Candidate) -> bool:
        """Whether a sentence says that something is not told, and not what is asked for."""
        if not says_untold(one.span.text):
            return False
        return not any(self.holds(wanted, one) for wanted in self._types) and self._terms.share(self._terms.held(one.span.text)) < _OF_IT

    def signals(self, sentence: str, paragraph: Paragraph) -> Signals:
        """What speaks for and against this sentence, of a report that was weighed, as the answer."""
        around = self._around[report_of(paragraph.id)]
        own, covered = self._terms.share(self._terms.held(sentence)), self._terms.share(around)
        return Signals(covered, own, self._fit(sentence, paragraph), self._terms.heaviest_missing(around))

    def _fit(self, sentence: str, paragraph: Paragraph) -> float:
        fits = [one.fit(sentence, paragraph.section, self._vocabulary) for one in self._types]
        return sum(fits) / len(fits) if fits else 0.0

    def _proves(self, paragraph: Paragraph, span: Span) -> bool:
        return any(proof.start < span.end and proof.end > span.start for proof in self._proofs.get(paragraph.id, ()))


def told_elsewhere(ranked: Sequence[Candidate], chosen: Sequence[Candidate], one_patient: bool) -> list[Candidate]:
    """The best sentences of paragraphs that are not cited yet and that a second reader holds to tell what is asked; one at least."""
    best, homes = ranked[0], {one.paragraph.id for one in chosen}
    told = [one for one in ranked if one.told is not None and one.told >= 0 and one.score >= _NEARLY_TOLD * best.score]
    others = [one for one in told if one.paragraph.id not in homes and (one.report == best.report or not one_patient)]
    return spread(others)[: max(1, MAX_QUOTES - len(chosen))]


def _holds(one: Candidate, proof: Proof) -> bool:
    return one.paragraph.id == proof.paragraph_id and one.span.start <= proof.start < one.span.end


def _beside(one: Candidate, told: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of the same paragraph that say the outcome asked for, the best first."""
    return [other for other in told if other.paragraph.id == one.paragraph.id]


def _draft(one: Candidate, likely: float) -> Draft:
    return Draft(one.span.text, (one.proof,), chance=likely)
