"""From sentences to events: which therapy had which outcome, for what, in whom."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus.case import WORKED, Outcome, Proof, Status, Subject
from corpus.vocabulary import Entity, Mention, Vocabulary
from ingest.cases.clauses import Clause, clauses_of
from ingest.cases.courses import (
    Course,
    Memory,
    is_stopped,
    points_at_all,
    points_back,
    purposes_of,
    status_of,
    tells_of_giving,
    tells_of_giving_for_sure,
)
from ingest.cases.doses import dose_of
from ingest.cases.literature import is_plainly_own, subject_of
from ingest.cases.narrative import Role, Sentence, joined
from ingest.cases.targets import UNDERLYING, TargetMention, coordinated, targets_in

# A therapy that only follows the outcome it answers: "failed and was replaced by rituximab".
_ANSWERS = re.compile(
    (
        r"\b(?:replaced (?:by|with)|switched to|changed to|substituted (?:by|with)|prompt(?:ed|ing)|le(?:d|"
        r"ading) to|requir(?:ed|ing)|necessitat\w+|warrant\w+|before|prior to|followed by|"
        r"in favou?r of)\b[^.;]{0,40}$"
    ),
    re.I,
)
_IS_BEGUN = re.compile(
    (
        r"^[^.;,]{0,30}\b(?:was|were) (?:\w+ )?(?:started|added|initiated|introduced|begun|tried|commenced|"
        r"used|given|performed|applied|tested)\b"
    ),
    re.I,
)
_ADJECTIVE = re.compile(
    (
        r"(?:recurrent|refractory|resistant|recalcitrant|intractable|persistent|unresponsive|ongoing|"
        r"asymptomatic|progressive|failed|stable)$"
    ),
    re.I,
)
_CONTRAST = re.compile(r"^\W*(?:although|though|while|whereas|even though|when|after|once|despite)\b", re.I)
# "added in those who had failed within 6 weeks": the patients failed something else.
_WHO_FAILED = re.compile(r"\b(?:who|whom|those|patients|children)\s(?:\w+\s){0,2}failed$", re.I)
_BREAK = re.compile(r",\s|\band\b|\b(?:after|before|than|following|unlike|compared (?:to|with)|instead of)\b", re.I)
# "Earlier treatment had not been enough" is not about the one just named.
_EARLIER = re.compile(
    (
        r"\b(?:earlier|previous|prior|conventional|other|standard|before)\s(?:\w+\s)?(?:treatments?|"
        r"therap(?:y|ies)|drugs?|lines?|regimens?|agents?|medications?|approaches)\b"
    ),
    re.I,
)
_LIKEWISE = re.compile(r"\b(?:no better|likewise|did not help either|equally|as well|just as little)\b", re.I)
_FAMILY_HISTORY = re.compile(r"\b(?:family history|history of|mother|father|sister|brother|sibling|allerg)\w*", re.I)


@dataclass(frozen=True, slots=True)
class Event:
    """One therapy with one outcome for one target, before duplicates are merged."""

    patient: int | None
    mention: Mention
    source: Sentence
    target: str | None
    outcome: Outcome
    proof: Proof
    role: Role
    number: int
    status: Status = "given"
    subject: Subject = "own"
    is_relapse: bool = False
    surely: bool = True

    @property
    def therapy(self) -> Entity:
        return self.mention.entity


@dataclass(slots=True)
class Story:
    """Reads a report's sentences in order and keeps what they leave unsaid: the regimen, the target, the patient."""

    vocabulary: Vocabulary
    focus: str | None
    memories: dict[int, Memory] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)
    place: int = -1
    role: Role = "abstract"
    told: dict[tuple[int, str], list[tuple[str, bool]]] = field(default_factory=dict)

    def read(self, sentence: Sentence, patient: int) -> Iterator[Event]:
        """The events of one sentence; what is said in general gives none."""
        self._enter(sentence)
        subject = subject_of(sentence)
        if subject is None:
            return
        clauses = clauses_of(sentence)
        if subject == "literature":
            yield from self._of_others(sentence, clauses)
        elif subject == "own":
            yield from self._of_the_patient(sentence, clauses, patient)
        if subject == "own" or not self.targets:
            self._keep_targets(target for clause in clauses for target in clause.targets)

    def _enter(self, sentence: Sentence) -> None:
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
                    target = next(iter(self._named_targets(clause)), None) or self.focus
                    yield Event(
                        None,
                        mention,
                        sentence,
                        target,
                        clause.cue.outcome,
                        sentence.proof,
                        sentence.role,
                        sentence.number,
                        subject="literature",
                    )

    def _of_the_patient(self, sentence: Sentence, clauses: list[Clause], patient: int) -> Iterator[Event]:
        memory = self.memories.setdefault(patient, Memory())
        if self.role in ("abstract", "background") and sentence.role not in ("abstract", "background"):
            memory.forget()
        self.role = sentence.role
        before = memory.recent(sentence)
        statuses = {mention: status_of(sentence, mention) for mention in sentence.of_kind("therapy")}
        courses = self._courses(sentence, clauses, statuses)
        for mention, status in statuses.items():
            if status != "given":
                target = next(iter(self._wanted(sentence, clauses, mention)), None) or next(iter(self.targets), self.focus)
                yield Event(patient, mention, sentence, target, "not_reported", sentence.proof, sentence.role, sentence.number, status)
        memory.begin(list(courses.values()))
        for number, clause in enumerate(clauses):
            yield from self._clause_events(sentence, clauses, number, courses, memory, before, patient)
        yield from self._untold(sentence, clauses, courses, patient)

    def _courses(self, sentence: Sentence, clauses: list[Clause], statuses: dict[Mention, Status]) -> dict[Mention, Course]:
        """The therapies this sentence says were given; family history and mere stopping apart."""
        if _FAMILY_HISTORY.search(sentence.text) and not tells_of_giving(sentence.text):
            return {}
        return {
            mention: Course(mention, sentence, self._wanted(sentence, clauses, mention))
            for mention, status in statuses.items()
            if status == "given" and not is_stopped(sentence, mention)
        }

    def _wanted(self, sentence: Sentence, clauses: list[Clause], mention: Mention) -> set[str]:
        clause = next((clause for clause in clauses if clause.start <= mention.start < clause.end), None)
        if clause is None or clause.cue:
            return set()
        targets = tuple(target for each in clauses for target in each.targets)
        return purposes_of(sentence, mention, targets, clause.end)

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
        meant, carried = self._meant(sentence, clauses, number, courses, memory, before)
        if clause.cue.family == "harm" and carried and len(meant) > 1:
            return
        meant = _without_other_purposes(meant, carried and not self._named_targets(clause))
        memory.told_since = memory.told_since or bool(meant)
        good = clause.cue.outcome in WORKED
        for course in meant:
            for target in self._targets_of(clauses, number, course, patient, good):
                if carried and not course.suits(target):
                    continue
                self.told.setdefault((patient, course.name), []).append((target or "", good))
                yield self._event(sentence, course, target, clause, patient, carried)

    def _event(self, sentence: Sentence, course: Course, target: str | None, clause: Clause, patient: int, carried: bool) -> Event:
        cue = clause.cue
        assert cue is not None and cue.outcome is not None
        outcome = cue.outcome
        if cue.about_absence and "surgery" in course.mention.entity.groups:
            outcome = "resolved"
        proof = sentence.proof if course.sentence.number == sentence.number else joined(course.sentence, sentence)
        relapse = cue.family == "bad" and outcome == "failed"
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
        )

    def _meant(
        self, sentence: Sentence, clauses: list[Clause], number: int, courses: dict[Mention, Course], memory: Memory, before: list[Course]
    ) -> tuple[list[Course], bool]:
        """The courses a cue speaks of, and whether they were carried over rather than named."""
        clause = clauses[number]
        assert clause.cue is not None
        named = [courses[mention] for mention in clause.therapies if mention in courses and not _only_answers(sentence, clause, mention)]
        if named:
            return _of_the_cue_own_side(sentence, clause, named), False
        if points_at_all(clause.text) and memory.given:
            return list(memory.given.values()), True
        for other in (
            *reversed(clauses[:number]),
            *(clauses[number + 1 :] if _CONTRAST.match(clause.text) else ()),
        ):
            if earlier := [courses[mention] for mention in other.therapies if mention in courses]:
                return earlier, True
        word = sentence.text[clause.cue.start : clause.cue.end]
        if clause.therapies or _EARLIER.search(clause.text) or (_ADJECTIVE.search(word) and not points_back(clause.text)):
            return [], True
        told = points_back(clause.text) or sentence.role != "background" or is_plainly_own(sentence)
        return (before if told else []), True

    def _targets_of(self, clauses: list[Clause], number: int, course: Course, patient: int, good: bool) -> list[str | None]:
        """What the cue is about: named in its clause, or pointed back to, or what the therapy was given for."""
        clause = clauses[number]
        if clause.cue and clause.cue.family == "harm":
            return [None]
        named = self._named_targets(clause)
        if not named and self._is_told_beside(clauses, number, good):
            return []
        if number and _LIKEWISE.search(clause.text) and (same := self._named_targets(clauses[number - 1])):
            return list(same)
        told = [target for target, was_good in self.told.get((patient, course.name), []) if was_good == good and target]
        if (
            told
            and told[-1] == self.focus
            and clause.targets
            and all(target.is_loose for target in clause.targets if target.target in (None, *named))
        ):
            return [told[-1]]
        if named:
            return list(named)
        if course.purposes:
            return sorted(course.purposes)
        before = [target for earlier in reversed(clauses[:number]) for target in self._named_targets(earlier)]
        if clause.cue and "remission" in clause.text[clause.cue.start - clause.start : clause.cue.end - clause.start].lower():
            return [UNDERLYING]
        manifest = [target for target in before or self.targets[::-1] if target != UNDERLYING]
        return [(manifest or [self.focus or next(iter(before or self.targets), None)])[0]]

    def _is_told_beside(self, clauses: list[Clause], number: int, good: bool) -> bool:
        """``She responded well and her ulcers healed``: the clause beside it says what the response was."""
        after = clauses[number + 1 :]
        return any(
            clause.cue is not None
            and clause.cue.outcome is not None
            and (clause.cue.outcome in WORKED) == good
            and self._named_targets(clause)
            for clause in after
        )

    def _named_targets(self, clause: Clause) -> list[str]:
        """The targets nearest to the clause's cue, on the side where its subject stands, with those joined to them."""
        cue = clause.cue
        named = [target for target in clause.targets if target.target]
        if not named or cue is None:
            return list(dict.fromkeys(target.target for target in named if target.target))
        chosen = min(named, key=lambda target: _distance(target, cue.start, cue.end, cue.side, clause))
        nearer = [target for target in clause.targets if not target.target and _is_nearer(target, chosen, cue.start, cue.end)]
        if nearer and chosen.target == UNDERLYING:
            return []
        together = coordinated(clause.text, [_shifted(target, clause.start) for target in named], named.index(chosen))
        return list(dict.fromkeys(target.target for target in together if target.target))

    def _was_given(self, patient: int, mention: Mention) -> bool:
        """Whether an earlier sentence told of this therapy already."""
        known = self.memories[patient].given.get(mention.entity.name)
        return known is not None and known.sentence.number >= 0 and known.mention is not mention

    def _untold(self, sentence: Sentence, clauses: list[Clause], courses: dict[Mention, Course], patient: int) -> Iterator[Event]:
        """A therapy that was given: kept as not reported unless an outcome is told somewhere."""
        for mention, course in courses.items():
            clause = next(clause for clause in clauses if clause.start <= mention.start < clause.end)
            is_untold = clause.cue is not None and clause.cue.outcome is None
            given = tells_of_giving_for_sure(clause.text) if is_untold else tells_of_giving(sentence.text)
            if not (given or dose_of(sentence, mention) or (is_untold and self._was_given(patient, mention))):
                continue
            wanted = sorted(course.purposes) or (self._named_targets(clause) if is_untold or "surgery" in mention.entity.groups else [])
            target = next(iter(wanted), None)
            yield Event(patient, mention, sentence, target, "not_reported", sentence.proof, sentence.role, sentence.number)


def _without_other_purposes(meant: list[Course], is_loose: bool) -> list[Course]:
    """``She responded to therapy`` is not about the drug that was given for something else."""
    free = [course for course in meant if not course.purposes]
    return free if is_loose and free else meant


def _only_answers(sentence: Sentence, clause: Clause, mention: Mention) -> bool:
    cue = clause.cue
    if cue and mention.end <= cue.start and _WHO_FAILED.search(sentence.text[: cue.end]):
        return True
    if cue is None or mention.start < cue.end or cue.family not in ("fail", "bad", "harm"):
        return False
    return bool(_ANSWERS.search(sentence.text[cue.end : mention.start]) or _IS_BEGUN.match(sentence.text[mention.end : clause.end]))


def _of_the_cue_own_side(sentence: Sentence, clause: Clause, named: list[Course]) -> list[Course]:
    """``one drug failed, and another had been taken``: where a break parts the therapies, those on the cue's side of it are meant."""
    cue = clause.cue
    assert cue is not None
    before = [course for course in named if course.mention.end <= cue.start]
    after = [course for course in named if course.mention.start >= cue.end]
    if before and after and _BREAK.search(sentence.text, cue.end, after[0].mention.start):
        return before
    return named


def _distance(target: TargetMention, start: int, end: int, side: str, clause: Clause) -> int:
    """Characters between target and cue; the wrong side costs as much as half a clause."""
    if target.end <= start:
        return start - target.end + (60 if side == "after" else 0)
    return max(0, target.start - end) + (60 if side == "before" else 0)


def _is_nearer(target: TargetMention, chosen: TargetMention, start: int, end: int) -> bool:
    def gap(one: TargetMention) -> int:
        return start - one.end if one.end <= start else one.start - end

    return gap(target) < gap(chosen)


def _shifted(target: TargetMention, offset: int) -> TargetMention:
    return TargetMention(target.target, target.start - offset, target.end - offset, target.is_loose)
