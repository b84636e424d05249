"""Which therapies an outcome word speaks of: those beside it, those of "this regimen", or those the story is about."""

import re
from collections.abc import Mapping, Sequence

from corpus.vocabulary import Mention
from ingest.cases.clause_targets import named_targets
from ingest.cases.clauses import Clause
from ingest.cases.courses import (
    Course,
    Memory,
    is_a_follow_up,
    is_a_time,
    is_replaced,
    is_stopped,
    is_supportive,
    points_at_all,
    points_back,
)
from ingest.cases.cues import Cue
from ingest.cases.literature import is_plainly_own
from ingest.cases.narrative import Sentence

# A therapy that only follows the outcome it answers: "failed and was replaced by rituximab".
_ANSWERS = re.compile(
    (
        r"\b(?:replaced (?:by|with)|switched to|changed to|substituted (?:by|with)|prompt(?:ed|ing)|le(?:d|"
        r"ading) to|requir(?:ed|ing)|necessitat\w+|mandat\w+|warrant\w+|before|prior to|followed by|"
        r"in favou?r of)\b[^.;]{0,40}$|\band (?:she|he|they|it|the patient)\s(?:was|were|had to be|required|needed|underwent|received)\s"
        r"(?:\w+\s){0,3}$|,\s(?:[\w-]+\s){1,4}?(?:was|were) (?:\w+ly |then |also )?(?:tried|started|treated|put|given|"
        r"switched|"
        r"commenced|placed|prescribed|offered) (?:on|with)\b[^.;,]{0,60}$"
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
_BREAK = re.compile(r",\s|\band\b|\b(?:after|before|than|following|unlike|compared (?:to|with)|instead of)\b", re.I)
_OPERATION = re.compile(
    r"\b(?:the|this|these) (?:\w+ )?(?:procedures?|operations?|interventions?|surgery)\b|\bpost-?operative(?:ly)?\b", re.I
)
_DRUG = re.compile(
    r"\b(?:the|this|these|both|all) (?:\w+ )?(?:drugs?|medications?|medicines?|infusions?|injections?|agents?|courses?)\b", re.I
)
_LAST_ONLY = re.compile(r"^\W*(?:this|which|it) (?:\w+ )?(?:led|resulted|brought|had|was|has|gave|produced|caused)\b", re.I)
_STABLE = re.compile(r"(?:was |were |remained )?(?:stable|stabili[sz]\w+|normal|asymptomatic)", re.I)
_SENT_HOME = re.compile(r"\b(?:discharged|sent home|transferred)\b[^.;]{0,40}$", re.I)
_THERAPY_WORD = re.compile(r"\b(?:therapy|treatment|regimen|drugs?|medication)\b", re.I)
_BESIDE = re.compile(r"\b(?:pre-?medicat\w+|prophyla\w+|pre-?treat\w+)\s(?:with|using|by)?\s?(?:\w+\s){0,2}$", re.I)
# A bare "she improved" is about what was started last and in this many sentences before it.
# 0, 1 and 2 give row F1 0.856, 0.856 and 0.862 on the bundled digests, 0.870, 0.882 and 0.882 on the full texts.
_TOLD_TOGETHER = 2
# "Earlier treatment had not been enough" is not about the one just named.
_EARLIER = re.compile(
    (
        r"\b(?:earlier|previous|prior|conventional|other|standard|before)\s(?:\w+\s)?(?:treatments?|"
        r"therap(?:y|ies)|drugs?|lines?|regimens?|agents?|medications?|approaches)\b"
    ),
    re.I,
)
# "added in those who had failed within 6 weeks": the patients failed something else.
_WHO_FAILED = re.compile(r"\b(?:who|whom|those|patients|children)\s(?:\w+\s){0,2}failed$", re.I)
# Words that describe a state ("the heart was normal", "stable throughout") are no therapy's outcome unless one is named beside them.
_STATE = re.compile(
    r"\b(?:normal|stable|asymptomatic|success\w*|painless|better|less|exacerbat\w*|useful|beneficial|limited|mild\w*|moderate\w*)\b", re.I
)
# A finding of an examination tells of a therapy only by a word of change.
_FINDING = re.compile(
    (
        r"\b(?:showed|shows?|revealed|disclosed|demonstrated|suggest(?:ed|ive)|consistent with|"
        r"compatible with|examination|on admission|at presentation)\b"
    ),
    re.I,
)
_CHANGE = re.compile(
    (
        r"regress|resol|improv|disappear|shr[aiu]nk|progress|recurr|worsen|deteriorat|increas|soften|clear|"
        r"heal|respon|return|continu|remission"
    ),
    re.I,
)
# "showed increased markings": how a thing looked, not what became of it.
_NOUN_OF_CHANGE = re.compile(
    r"(?:\w+ ){0,2}(?:resolution|improvement|regression|disappearance|clearance|remission|recovery|recurrence|relapse|response|shrinkage)",
    re.I,
)
_QUALIFIES = re.compile(r"\b(?:showed|shows|revealed|demonstrated|disclosed|with|had|an?|the|of|and|for|by)\s(?:\w+ly\s)?$", re.I)
_BESIDE_AFTER = re.compile(r"\s(?:pre-?medication|prophylaxis|pre-?treatment)\b", re.I)
_ALWAYS_BESIDE = frozenset({"anaesthetic drug", "muscle relaxant", "analgesic", "opioid", "vaccine", "diet"})


def courses_meant(
    sentence: Sentence, clauses: Sequence[Clause], number: int, courses: Mapping[Mention, Course], memory: Memory, before: Sequence[Course]
) -> tuple[list[Course], bool]:
    """The courses the cue of a clause speaks of, and whether they were carried over rather than named with it."""
    clause = clauses[number]
    cue = clause.cue
    if cue is None:
        return [], True
    told = [mention for mention in clause.therapies if not _was_sent_home_with(sentence, cue, mention)]
    here = [
        mention
        for mention in told
        if (mention in courses or is_stopped(sentence, mention)) and not _only_answers(sentence, clause, cue, mention)
    ]
    named = [courses[mention] for mention in here if mention in courses]
    named = [course for course in named if not _ALWAYS_BESIDE & {course.name, *course.mention.entity.groups}] or named
    if named and all(is_a_time(sentence, course.mention) for course in named) and _tells_the_result(sentence, cue):
        return memory.operations(), True
    if within := [course for course in named if cue.start <= course.mention.start < cue.end]:
        return within, False
    if named:
        return _of_a_switch(sentence, cue, _on_the_cues_side(sentence, cue, named)), False
    if points_at_all(clause.text) and memory.given:
        return list(memory.given.values()), True
    if beside := _in_another_clause(clauses, number, courses):
        return not_beside(_of_a_switch(sentence, cue, beside), named_targets(clause)), True
    if not here and _tells_the_result(sentence, cue) and (operated := memory.operations()):
        return operated, True
    return (
        _pointed_at(sentence, clause, not_beside(before, named_targets(clause))) if _may_be_carried(sentence, clause, cue, here) else []
    ), True


def _of_a_switch(sentence: Sentence, cue: Cue, courses: list[Course]) -> list[Course]:
    """``A was changed to B because the redness spread``: the failure is what was before, the success what came after."""
    here = [course for course in courses if course.sentence.number == sentence.number]
    switched = [course for course in here if is_replaced(sentence, course.mention)]
    if not switched or len(here) == len(switched) or cue.family not in ("fail", "bad", "good", "gone"):
        return courses
    return switched if cue.family in ("fail", "bad") else [course for course in courses if course not in switched]


def _tells_the_result(sentence: Sentence, cue: Cue) -> bool:
    """``At 6 months she was free of disease``: what became of the operation, if nothing else was done since."""
    told = sentence.role in ("case", "outcome") and is_a_follow_up(sentence.text)
    return told and (cue.family in ("good", "gone") or cue.about_absence)


def without_other_purposes(meant: list[Course], is_loose: bool) -> list[Course]:
    """``She responded to therapy`` is not about the drug that was given for something else."""
    free = [course for course in meant if not course.purposes]
    return free if is_loose and free else meant


def _pointed_at(sentence: Sentence, clause: Clause, courses: list[Course]) -> list[Course]:
    """``the procedure`` is an operation, ``this drug`` none; "this led to" is about what was told last."""
    if _OPERATION.search(clause.text):
        return [course for course in courses if course.is_operation]
    if _DRUG.search(clause.text):
        return [course for course in courses if not course.is_operation]
    if _LAST_ONLY.search(sentence.text):
        last = max((course.sentence.number for course in courses), default=-1)
        return [course for course in courses if course.sentence.number == last]
    if points_back(clause.text):
        return courses
    last = max((course.sentence.number for course in courses), default=-1)
    return [course for course in courses if course.sentence.number >= last - _TOLD_TOGETHER]


def _in_another_clause(clauses: Sequence[Clause], number: int, courses: Mapping[Mention, Course]) -> list[Course]:
    """The therapies of the nearest clause before; of one after only where this one opens with "although" and the like."""
    after = clauses[number + 1 :] if _CONTRAST.match(clauses[number].text) else ()
    for other in (*reversed(clauses[:number]), *after):
        if found := [courses[mention] for mention in other.therapies if mention in courses]:
            return found
    return []


def _may_be_carried(sentence: Sentence, clause: Clause, cue: Cue, here: Sequence[Mention]) -> bool:
    """Whether a clause that names no therapy tells of the one the story is about."""
    if here or _EARLIER.search(clause.text):
        return False
    word = sentence.text[cue.start : cue.end]
    if _STABLE.fullmatch(word) and not _THERAPY_WORD.search(clause.text):
        return False
    if word.lower().startswith("success") and re.search(r"\b(?:managed|treated|controlled)\b", clause.text, re.I):
        return False
    if points_back(clause.text):
        return True
    if _ADJECTIVE.search(word) or (_STATE.search(word) and not _CHANGE.search(word)):
        return False
    if _FINDING.search(sentence.text) and (
        not _CHANGE.search(word) or (_QUALIFIES.search(sentence.text[: cue.start]) and not _NOUN_OF_CHANGE.match(word))
    ):
        return False
    return sentence.role != "background" or is_plainly_own(sentence)


def not_beside(before: Sequence[Course], changed: Sequence[str]) -> list[Course]:
    """The courses that treat what the patient suffers from; pain relief, fluids and the like only for what they were given against."""
    support = [course for course in before if is_supportive(course.mention.entity)]
    meant = [course for course in support if course.purposes & set(changed)]
    treating = [course for course in before if course not in support and not _is_given_beside(course)]
    # Where nothing else was given they are the treatment; whether of this, their class says.
    return meant or treating or [course for course in support if not _ALWAYS_BESIDE & {course.name, *course.mention.entity.groups}]


def _is_given_beside(course: Course) -> bool:
    """``premedication with dexamethasone``: for the other drug's sake."""
    text, mention = course.sentence.text, course.mention
    return _BESIDE.search(text[: mention.start]) is not None or _BESIDE_AFTER.match(text[mention.end :]) is not None


def _was_sent_home_with(sentence: Sentence, cue: Cue, mention: Mention) -> bool:
    """``the pain resolved and she was discharged on fenofibrate``: what came after helped with nothing yet."""
    return mention.start >= cue.end and _SENT_HOME.search(sentence.text, cue.end, mention.start) is not None


def _only_answers(sentence: Sentence, clause: Clause, cue: Cue, mention: Mention) -> bool:
    if mention.end <= cue.start and _WHO_FAILED.search(sentence.text[: cue.end]):
        return True
    if mention.start < cue.end or cue.family not in ("fail", "bad", "harm"):
        return False
    return bool(_ANSWERS.search(sentence.text[cue.end : mention.start]) or _IS_BEGUN.match(sentence.text[mention.end : clause.end]))


def _on_the_cues_side(sentence: Sentence, cue: Cue, named: list[Course]) -> list[Course]:
    """``one drug failed, and another had been taken``: where a break parts the therapies, those on the cue's side of it are meant."""
    before = [course for course in named if course.mention.end <= cue.start]
    after = [course for course in named if course.mention.start >= cue.end]
    if before and after and _BREAK.search(sentence.text, cue.end, after[0].mention.start):
        return before
    return named
