"""From sentences to events: which therapy had which outcome, for what, in whom."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.case import WORKED, Fact, Proof, Status, Subject
from corpus.vocabulary import Entity, Mention, Vocabulary
from ingest.cases.aims import Aims
from ingest.cases.antecedents import courses_meant, without_other_purposes
from ingest.cases.clause_targets import is_operated_on, named_symptom, named_targets
from ingest.cases.clauses import Clause, clauses_of, targets_of
from ingest.cases.courses import (
    Course,
    Memory,
    are_listed_together,
    is_a_follow_up,
    is_a_time,
    is_late,
    is_nutrition,
    is_replaced,
    is_stopped,
    is_supportive,
    points_at_all,
    purposes_of,
)
from ingest.cases.cues import Cue
from ingest.cases.doses import dose_of
from ingest.cases.events import Event
from ingest.cases.giving import (
    ASSOCIATION,
    AT_HOME,
    FAMILY_HISTORY,
    LONG_AGO,
    is_told_by_itself,
    is_vague,
    tells_of_giving,
    tells_of_giving_for_sure,
)
from ingest.cases.indications import Indications, has_indications, suits_its_class
from ingest.cases.literature import subject_of
from ingest.cases.narrative import Role, Sentence, joined
from ingest.cases.patients import nearest_first, treated_conditions
from ingest.cases.statuses import Plans, status_of
from ingest.cases.targets import UNDERLYING, TargetMention, targets_in

_LESION = re.compile(r"\b(?:lesions?|nodules?|plaques?|mass(?:es)?|tumours?)\b", re.I)
_LESIONS = frozenset({"calcinosis", "calcinosis ulcer", "ulcers", "skin"})
# "The patient improved" is about what the report is about, whatever was named last.
_PATIENT_CHANGED = re.compile(
    r"\b(?:patient|she|he|child|boy|girl|woman|man|infant|(?:clinical |general |medical |overall )?(?:condition|"
    r"status|state|picture|course))"
    r"(?:['’]s (?:\w+ )?condition)? (?:\w+ ){0,3}?\w+$",
    re.I,
)
_IN_MIND = re.compile(r"\bin mind\b", re.I)
# "in another 2 the problem recurred": a few of a group; the group's outcome is told elsewhere.
_OF_A_FEW = re.compile(
    (
        r"\bin (?:another |the other |only )?(?:\d+(?:\.\d+)? ?%|\d+|one|two|three|some|a few)\b(?! (?:months?|"
        r"weeks?|days?|years?|of (?:her|his)))"
    ),
    re.I,
)
_STOPPED_FOR = re.compile(r"(?:had to be )?(?:stopp|discontinu|withdr|interrupt|suspend|ceas|abandon|halt)\w* ", re.I)
_COMES_BACK = re.compile(r"recur|relaps|regr[eo]w|reappear|return|new ", re.I)
_LIKEWISE = re.compile(r"\b(?:no better|likewise|did not help either|equally|as well|just as little)\b", re.I)


@dataclass(slots=True)
class Story:
    """Reads a report's sentences in order and keeps what they leave unsaid: the regimen, the target, the patient."""

    vocabulary: Vocabulary
    focus: str | None
    titled: Sequence[Entity] = ()
    memories: dict[int, Memory] = field(default_factory=dict)
    indications: dict[int, Indications] = field(default_factory=dict)
    plans: dict[int, Plans] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)
    aims: Aims = field(default_factory=Aims)
    place: int = -1
    role: Role = "abstract"
    told: dict[tuple[int, str], list[tuple[str, bool]]] = field(default_factory=dict)

    def read(self, sentence: Sentence, patient: int) -> Iterator[Event]:
        """The events of one sentence; what is said in general gives none."""
        self._enter(sentence)
        subject = subject_of(sentence)
        if subject is None:
            return
        if subject == "own":
            self.indications.setdefault(patient, Indications(self.titled)).note(treated_conditions(sentence), sentence.text)
            yield from self._of_plans(sentence, patient)
            statuses = {mention: status_of(sentence, mention) for mention in sentence.of_kind("therapy")}
            sentence = replace(sentence, mentions=tuple(each for each in sentence.mentions if statuses.get(each, "given")))
        if not self._may_tell(sentence, subject, patient):
            if subject == "own" or not self.targets:
                self._keep_targets(targets_of(sentence))
            return
        clauses = clauses_of(sentence)
        if subject == "literature":
            yield from self._of_others(sentence, clauses)
        elif subject == "own":
            yield from self._of_the_patient(sentence, clauses, {mention: one for mention, one in statuses.items() if one}, patient)
        if subject == "own" or not self.targets:
            self._keep_targets(target for clause in clauses for target in clause.targets)

    def with_target(self, event: Event) -> Event:
        """A therapy without an aim is given the one its class has among all that the patient's whole story names, by its own name."""
        if event.patient not in self.indications:
            return event
        known, target = self.indications[event.patient], event.target
        if not target and event.outcome == "not_reported":
            target = known.of(event.therapy, self.focus)
        return replace(event, target=known.called(target, event.therapy, self.focus))

    def _may_tell(self, sentence: Sentence, subject: Subject, patient: int) -> bool:
        """Whether a sentence can tell of a therapy at all: most name none and follow none, and are not taken apart."""
        if any(mention.entity.kind == "therapy" for mention in sentence.mentions):
            return True
        if subject == "literature":
            return False
        memory = self.memories.get(patient)
        return (
            memory is not None
            and bool(memory.given)
            and (bool(memory.recent(sentence)) or points_at_all(sentence.text) or is_a_follow_up(sentence.text))
        )

    def _enter(self, sentence: Sentence) -> None:
        self.aims.note(sentence)
        if sentence.place != self.place:
            heading = " ".join(sentence.paragraph.section[-1:])
            named = targets_in(heading, [(m.entity, m.start, m.end) for m in self.vocabulary.find(heading) if m.entity.kind == "condition"])
            self.place, self.targets = sentence.place, [target.target for target in named if target.target] or self.targets[-1:]

    def _keep_targets(self, targets: Iterable[TargetMention]) -> None:
        named = [target.target for target in targets if target.target]
        if named:
            self.targets = list(dict.fromkeys(named))

    def _of_others(self, sentence: Sentence, clauses: list[Clause]) -> Iterator[Event]:
        for clause in clauses:
            if clause.cue and clause.cue.outcome:
                for mention in clause.therapies:
                    target = next(iter(named_targets(clause)), None) or self.focus
                    proof, role, number = sentence.proof, sentence.role, sentence.number
                    yield Event(None, mention, sentence, target, clause.cue.outcome, proof, role, number, subject="literature")

    def _of_plans(self, sentence: Sentence, patient: int) -> Iterator[Event]:
        """What the sentence before planned and this one says was given or refused."""
        for event in self.plans.setdefault(patient, Plans()).come_to(sentence):
            if event.status == "given":
                self.memories.setdefault(patient, Memory()).begin([Course(event.mention, event.source)])
            yield event

    def _of_the_patient(self, sentence: Sentence, clauses: list[Clause], statuses: dict[Mention, Status], patient: int) -> Iterator[Event]:
        memory = self.memories.setdefault(patient, Memory())
        if self.role in ("abstract", "background") and sentence.role not in ("abstract", "background"):
            memory.forget()
        self.role = sentence.role
        before = memory.recent(sentence)
        courses = self._courses(sentence, clauses, statuses)
        for mention, status in statuses.items():
            if status != "given":
                against = self.indications[patient].of(mention.entity, self.focus, nearest_first(sentence, mention))
                target = next(iter(self._wanted(sentence, clauses, mention)), None) or against or next(iter(self.targets), self.focus)
                event = Event(patient, mention, sentence, target, "not_reported", sentence.proof, sentence.role, sentence.number, status)
                yield self.plans[patient].make(event)
        known = frozenset(memory.given)
        for mention in statuses:
            if is_replaced(sentence, mention):
                memory.end(mention.entity.name)
        memory.begin(list(courses.values()))
        for mention in statuses:
            if is_stopped(sentence, mention) or is_replaced(sentence, mention):
                memory.end(mention.entity.name, only=True)
        for number in range(len(clauses)):
            yield from self._clause_events(sentence, clauses, number, courses, memory, before, patient)
        yield from self._untold(sentence, clauses, courses, patient, known)

    def _courses(self, sentence: Sentence, clauses: list[Clause], statuses: dict[Mention, Status]) -> dict[Mention, Course]:
        """The therapies this sentence says were given; family history and mere stopping apart."""
        if FAMILY_HISTORY.search(sentence.text) and not tells_of_giving(sentence.text):
            return {}
        tells_why = any(
            clause.cue and (clause.cue.family == "harm" or _STOPPED_FOR.match(sentence.text, clause.cue.start)) for clause in clauses
        )
        return {
            mention: Course(mention, sentence, self._wanted(sentence, clauses, mention), self.aims.of(sentence, mention))
            for mention, status in statuses.items()
            if status == "given" and (tells_why or not is_stopped(sentence, mention))
        }

    def _wanted(self, sentence: Sentence, clauses: list[Clause], mention: Mention) -> set[str]:
        clause = next((clause for clause in clauses if clause.start <= mention.start < clause.end), None)
        if clause is None or (clause.cue and clause.cue.start < mention.end):
            return set()
        targets = tuple(target for each in clauses for target in each.targets)
        return purposes_of(sentence, mention, targets, clause.cue.start if clause.cue else clause.end)

    def _clause_events(
        self,
        sentence: Sentence,
        clauses: list[Clause],
        number: int,
        courses: dict[Mention, Course],
        memory: Memory,
        before: list[Course],
        patient: int,
    ) -> Iterator[Event]:
        clause = clauses[number]
        if clause.cue is None or clause.cue.outcome is None:
            return
        meant, carried = courses_meant(sentence, clauses, number, courses, memory, before)
        if clause.cue.family == "harm" and carried and len(meant) > 1:
            return
        if clause.cue.family == "bad" and carried and _OF_A_FEW.search(clause.text):
            return
        meant = without_other_purposes(meant, carried and not named_targets(clause))
        meant = meant if carried else self._members_of_classes(meant, memory)
        memory.told_since = memory.told_since or bool(meant)
        good = clause.cue.outcome in WORKED
        for course in meant:
            symptom = None if carried or course.purposes else self._symptom_of(clause, patient)
            for target in [symptom] if symptom else self._targets_of(clauses, number, course, patient, good):
                if (
                    carried
                    and clause.cue.family != "harm"
                    and not self._may_all_have_changed(sentence, course, meant, memory, target, good)
                ):
                    continue
                # "She recovered" speaks of what was tried next, not of what was just said to have failed for the same.
                others = [other for other in meant if not self._has_failed(other, target, patient)]
                if carried and good and others and course not in others:
                    continue
                self.told.setdefault((patient, course.name), []).append((target or "", good))
                yield self._event(sentence, course, target, clause, patient, carried)

    def _symptom_of(self, clause: Clause, patient: int) -> str | None:
        """``the chest pain was relieved by nitroglycerin``; in a disease of many organs a symptom points back at what is treated."""
        untreated = named_targets(clause) or self.indications[patient].of_many_organs(self.focus)
        return None if untreated else named_symptom(clause)

    def _may_all_have_changed(
        self, sentence: Sentence, course: Course, meant: list[Course], memory: Memory, target: str | None, good: bool
    ) -> bool:
        """Whether an outcome that names no therapy can be this one's, or that of one given together with it in the same breath."""
        late = is_late(sentence, course)
        if good and not late and is_nutrition(course) and all(map(is_nutrition, memory.regimen)):
            return course.suits(target)
        together = [course]
        if good and not late and not course.purposes and (is_nutrition(course) or not is_supportive(course.mention.entity)):
            together = [other for other in meant if are_listed_together(course, other)]
        return any(self._may_have_changed(other, target, good, late) for other in together)

    def _may_have_changed(self, course: Course, target: str | None, good: bool, late: bool) -> bool:
        """Whether an outcome that names no therapy can be this one's; a mere support is only credited with what its class is for."""
        if is_supportive(course.mention.entity) and not (good and (course.purposes or has_indications(course.mention.entity))):
            return False
        by_class = (
            (course.is_operation and not late)
            or target in course.purposes
            or (target == self.focus and not is_supportive(course.mention.entity))
            or suits_its_class(course.mention.entity, target, self.vocabulary)
        )
        return by_class and course.suits(target)

    def _has_failed(self, course: Course, target: str | None, patient: int) -> bool:
        """Whether the last that was told of a therapy for this target is its failure."""
        told = [good for name, good in self.told.get((patient, course.name), []) if name == (target or "")]
        return bool(told) and not told[-1]

    def _members_of_classes(self, meant: list[Course], memory: Memory) -> list[Course]:
        """``the fever fell with antibiotics``: where several antibiotics were given before, each of them is meant."""
        found: dict[str, Course] = {}
        for course in meant:
            members = [] if course.is_operation else memory.members_of(course)
            found.update({member.name: member for member in (members if len(members) > 1 else [course])})
        return list(found.values())

    def _event(self, sentence: Sentence, course: Course, target: str | None, clause: Clause, patient: int, carried: bool) -> Event:
        cue = clause.cue
        assert cue is not None
        outcome = cue.outcome
        assert outcome is not None
        if cue.about_absence and "surgery" in course.mention.entity.groups and _COMES_BACK.match(sentence.text, cue.start):
            outcome = "resolved"
        proof = sentence.proof if course.sentence.number == sentence.number else joined(course.sentence, sentence)
        relapse = cue.family == "bad" and (outcome == "failed" or sentence.text.startswith(" again", cue.end))
        reason = Fact(*_quoted(sentence, cue)) if _STOPPED_FOR.match(sentence.text, cue.start) else None
        return Event(
            patient,
            course.mention,
            course.sentence,
            target,
            outcome,
            proof,
            sentence.role,
            sentence.number,
            is_relapse=relapse,
            surely=not carried,
            reason=reason,
        )

    def _targets_of(self, clauses: list[Clause], number: int, course: Course, patient: int, good: bool) -> Sequence[str | None]:
        """What the cue is about: named in its clause, or pointed back to, or what the therapy was given for."""
        clause = clauses[number]
        if clause.cue and clause.cue.family == "harm":
            return [None]
        named = [self.focus if name == "ulcers" and self.focus == "calcinosis ulcer" else name for name in named_targets(clause)]
        if not named and self._is_told_beside(clauses, number, good):
            return []
        if number and _LIKEWISE.search(clause.text) and (same := named_targets(clauses[number - 1])):
            return same
        if self.focus in named and _IN_MIND.search(clause.text):
            return [self.focus]
        if self._means_the_focus(clause, named, course, patient, good):
            return [self.focus]
        wanted = [self.focus] if self.focus in course.purposes else sorted(course.purposes)
        if named or wanted:
            return named or wanted
        return [course.aim or self.indications[patient].of(course.mention.entity, self.focus) or self._target_left_unsaid(clauses, number)]

    def _means_the_focus(self, clause: Clause, named: list[str], course: Course, patient: int, good: bool) -> bool:
        """``her cutaneous manifestation`` is the calcinosis this therapy was just said to have helped."""
        told = [target for target, was_good in self.told.get((patient, course.name), []) if was_good == good and target]
        loose = [target.is_loose for target in clause.targets if target.target is None or target.target in named]
        return bool(loose) and all(loose) and told[-1:] == [self.focus]

    def _target_left_unsaid(self, clauses: list[Clause], number: int) -> str | None:
        """Remission is the disease's; else the last manifestation named, else what the report is about."""
        clause = clauses[number]
        if re.search(r"remission", clause.text, re.I):
            return UNDERLYING
        if self.focus not in (None, UNDERLYING) and clause.cue and _PATIENT_CHANGED.search(clause.text, 0, clause.cue.end - clause.start):
            return self.focus
        if self.focus in _LESIONS and any(_LESION.search(each.text) and not named_targets(each) for each in clauses[: number + 1]):
            return self.focus
        before = [target for earlier in reversed(clauses[:number]) for target in named_targets(earlier)] or self.targets[::-1]
        manifest = [target for target in before if target != UNDERLYING]
        if self.role == "discussion" and self.focus not in (None, UNDERLYING) and before == self.targets[::-1]:
            return self.focus
        return next(iter(manifest), None) or self.focus or next(iter(before), None)

    def _is_told_beside(self, clauses: list[Clause], number: int, good: bool) -> bool:
        """``She responded well and her ulcers healed``: the clause beside it says what the response was."""
        after = clauses[number + 1 :]
        return any(
            clause.cue is not None and clause.cue.outcome is not None and (clause.cue.outcome in WORKED) == good and named_targets(clause)
            for clause in after
        )

    def _untold(
        self, sentence: Sentence, clauses: list[Clause], courses: dict[Mention, Course], patient: int, known: frozenset[str]
    ) -> Iterator[Event]:
        """A therapy that was given: kept as not reported unless an outcome is told somewhere."""
        if ASSOCIATION.search(sentence.text) or (
            sentence.role in ("background", "discussion") and not tells_of_giving_for_sure(sentence.text)
        ):
            return
        for mention, course in courses.items():
            clause = next(clause for clause in clauses if clause.start <= mention.start < clause.end)
            is_untold = clause.cue is not None and clause.cue.outcome is None
            given = tells_of_giving_for_sure(sentence.text) if is_untold else tells_of_giving(sentence.text)
            if is_a_time(sentence, mention) and not dose_of(sentence, mention):
                continue
            if is_vague(sentence, mention):
                continue
            if not (given or is_told_by_itself(sentence, mention) or (is_untold and mention.entity.name in known)):
                continue
            is_operation = bool({"surgery", "conservative treatment"} & {mention.entity.name, *mention.entity.groups})
            operated = [
                name for name in named_targets(clause) if is_operation and is_operated_on(sentence, mention, clause, name, self.focus)
            ]
            wanted = sorted(course.purposes) or operated or (named_targets(clause) if is_untold else [])
            is_now = is_operation and sentence.role in ("case", "outcome") and not LONG_AGO.search(sentence.text)
            against = self.indications[patient].of(mention.entity, self.focus, nearest_first(sentence, mention))
            beside = None if is_operation else self._of_the_course(sentence, mention, patient)
            target = next(iter(wanted), course.aim or against or (self.focus if is_now else beside))
            yield Event(patient, mention, sentence, target, "not_reported", sentence.proof, sentence.role, sentence.number)

    def _of_the_course(self, sentence: Sentence, mention: Mention, patient: int) -> str | None:
        """What the patient is being treated for, for a therapy of the course itself: not one taken at home or given beside another."""
        at_home = LONG_AGO.search(sentence.text) or AT_HOME.search(sentence.text) or sentence.role not in ("case", "outcome")
        return (
            None
            if at_home or is_supportive(mention.entity) or has_indications(mention.entity)
            else self.indications[patient].of_the_course(self.focus)
        )


def _quoted(sentence: Sentence, cue: Cue) -> tuple[str, Proof]:
    proof = sentence.proof_of(cue.start, cue.end)
    return proof.quote, proof
