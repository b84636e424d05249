"""Prose from therapy rows: one sentence per patient, outcome and proving paragraph, with doses, each citing where it stands."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import EvidenceRow
from assistant.citations import Draft
from assistant.clauses import ClauseReader, related
from assistant.evidence import GROUP
from assistant.question import Aspect, Question
from corpus.case import FAILED, WORKED, Fact, Outcome, Patient, Proof, TherapyOutcome
from corpus.report import ReportId

# More sentences than this are a heap, not an answer; every row is in the evidence table beside it.
MAX_SENTENCES = 10

_TELLING: dict[Outcome, str] = {
    "failed": "{therapies} failed{against}",
    "worsened": "{target} worsened despite {therapies}",
    "improved": "{target} improved with {therapies}",
    "partial": "{target} improved in part with {therapies}",
    "resolved": "{target} resolved with {therapies}",
}
_ORDER: tuple[Outcome, ...] = ("failed", "worsened", "resolved", "improved", "partial", "adverse_effect", "not_reported")
# An organ named as a target stands for the disease in it.
# Positive in many diseases: named only where they are asked about.
_COMMON_ANTIBODIES = frozenset({"ANA", "rheumatoid factor"})
_CHANGED = re.compile(r"\b(?:raised|increased|doubled|reduced|tapered|lowered|escalated|titrated|rising) (?:up |down )?to\b", re.IGNORECASE)
_PEOPLE = frozenset({"woman", "man", "women", "men", "lady", "gentleman"})
_ORGANS = frozenset({"muscle", "skin", "lung", "heart", "joint", "kidney", "nerve", "eye", "bowel"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one patient that went the same way, for the same target, in the same paragraph."""

    report_id: ReportId
    patient_id: str | None
    rows: tuple[EvidenceRow, ...]

    @property
    def first(self) -> EvidenceRow:
        return self.rows[0]


class RowTeller:
    """Tells rows as sentences. ``patients`` are the patients of the rows by id, ``sentence_of`` finds the sentence around a proof."""

    def __init__(self, patients: Mapping[str, Patient], clauses: ClauseReader, sentence_of: Callable[[Proof], Proof]) -> None:
        self._patients = patients
        self._clauses = clauses
        self._sentence_of = sentence_of

    def tell(self, question: Question, rows: Sequence[EvidenceRow], order: Mapping[ReportId, int]) -> Iterator[Draft]:
        """Sentences for the rows, the most relevant report first (``order`` ranks them), at most MAX_SENTENCES."""
        groups = sorted(_grouped(_chosen(question, rows)), key=lambda group: _rank(group, question, order))
        introduced = None
        for group in groups[:MAX_SENTENCES]:
            patient = (group.report_id, group.patient_id)
            if self._was_changed(question, group):
                yield from self._source_words(question, group)
            else:
                yield self._sentence(question, group, known=patient == introduced)
                introduced = patient

    def _sentence(self, question: Question, group: _Group, *, known: bool) -> Draft:
        """One sentence; a patient who was just introduced is "the same patient" and is not proved again.

        Where it cannot be proved as a whole, each therapy is told by itself, and where that cannot be, in the source's words; where these
        say the other direction, it is not told at all.
        """
        if group.first.row.outcome == "adverse_effect" and group.first.row.status == "given" and not _asks_only_details(question):
            # Harms are of many kinds: what it was stands in the source's words.
            proofs = _once(row.row.proof for row in group.rows)
            return Draft(" ".join(proof.quote for proof in proofs), proofs, optional=True)
        outcome = [] if _asks_only_details(question) else [row.row.proof for row in group.rows]
        details = [fact.proof for row in group.rows for fact in _details(row.row, question)]
        opening, facts = self._opening(question, group, known=known)
        instead = self._alone(question, group, known=known) if len(group.rows) > 1 else self._source_words(question, group)
        return Draft(
            f"{opening}, {_told(question, group)}{self._beside(question, group)}.",
            _once([*outcome, *details, *facts]),
            instead=instead,
            optional=True,
        )

    def _opening(self, question: Question, group: _Group, *, known: bool) -> tuple[str, list[Proof]]:
        patient = self._patients.get(group.patient_id or "")
        if known:
            return f"In the same {'patients' if patient and _is_group(patient) else 'patient'}", []
        facts = _telling_facts(patient, group, question) if patient else []
        who = patient_phrase(patient, facts) if patient else "a patient"
        return f"In {who} ({group.first.reference.label})", [fact.proof for fact in facts]

    def _alone(self, question: Question, group: _Group, *, known: bool) -> tuple[Draft, ...]:
        ones = [_Group(group.report_id, group.patient_id, (row,)) for row in group.rows]
        return tuple(self._sentence(question, one, known=known or number > 0) for number, one in enumerate(ones))

    def _beside(self, question: Question, group: _Group) -> str:
        """``, given together with prednisone``: where the proof tells a success of several drugs at once, none of them had it alone."""
        if group.first.row.outcome not in WORKED or _asks_only_details(question):
            return ""
        own = [(row.row.therapy, *filter(None, [row.row.therapy_class])) for row in group.rows]
        told = [clause.therapies for clause in self._clauses.clauses(group.first.row.proof.quote) if "better" in clause.ways]
        shared = [names for names in told if len(names) > 1 and related(own, names)]
        others = dict.fromkeys(name[0] for names in shared for name in names if not related(own, [name]))
        return f", given together with {_listed(list(others))}" if others else ""

    def _was_changed(self, question: Question, group: _Group) -> bool:
        """Whether a dose that is asked for was raised or lowered later in its sentence: then neither step is the dose."""
        doses = [row.row.dose for row in group.rows if row.row.dose] if _asks_only_details(question) else []
        return any(_CHANGED.search(self._sentence_of(dose.proof).quote) for dose in doses)

    def _source_words(self, question: Question, group: _Group) -> tuple[Draft, ...]:
        """The sentences that prove the first row, as they stand: said where our retelling of it cannot be proved."""
        row = group.first.row
        if _asks_only_details(question):
            told_in = _once(self._sentence_of(fact.proof) for fact in _details(row, question))
            return tuple(Draft(one.quote, (one,)) for one in told_in)
        told = self._clauses.ways(row.proof.quote)
        way = "worse" if row.outcome in FAILED else "better" if row.outcome in WORKED else None
        return () if way and told and way not in told else (Draft(row.proof.quote, (row.proof,)),)


def _telling_facts(patient: Patient, group: _Group, question: Question) -> list[Fact]:
    """What introduces a patient: age, sex, the disease that is not itself the treated thing, and the antibody (the one asked for)."""
    asked = {entity.name for entity in question.antibodies}
    # Several antibodies of a group are shares of it ("anticentromere in 35.8%"): none of them is the group's.
    shares = _is_group(patient) and len({fact.value for fact in patient.antibodies_positive}) > 1
    telling = [fact for fact in patient.antibodies_positive if fact.value in asked or fact.value not in _COMMON_ANTIBODIES]
    antibodies = [] if shares else sorted(telling, key=lambda fact: fact.value not in asked)[:1]
    target = group.first.row.target or ""
    diseases = [fact for fact in patient.diagnoses if not target or target not in fact.value][:1]
    return [fact for fact in (patient.age, patient.sex, *diseases, *antibodies) if fact]


def patient_phrase(patient: Patient, facts: Sequence[Fact]) -> str:
    """A patient in words, saying only those facts: ``a woman in her 50s with anti-Mi2-positive dermatomyositis``.

    A group that was told together is told as one, without its number: the outcome may be that of a part of it.
    """
    sex = patient.sex.value if patient.sex else ""
    age = patient.age.value if patient.age else ""
    disease = next((fact.value for fact in patient.diagnoses if fact in facts), "")
    antibody = next((f"{fact.value}-positive" for fact in patient.antibodies_positive if fact in facts), "")
    illness = " ".join(part for part in (antibody, disease or ("disease" if antibody else "")) if part)
    group = GROUP.match(patient.label)
    if not group and not age and patient.sex and patient.sex.proof.quote.lower() not in _PEOPLE:
        # "She" may be a girl.
        return f"a {sex} patient" + (f" with {illness}" if illness else "")
    return (group[1].replace("cases", "patients") if group else _aged(sex, age)) + (f" with {illness}" if illness else "")


def _is_group(patient: Patient) -> bool:
    return bool(GROUP.match(patient.label))


def _aged(sex: str, age: str) -> str:
    noun = _noun(sex, age)
    if re.fullmatch(r"\d+s", age):
        return f"a {noun} in {({'female': 'her', 'male': 'his'}).get(sex, 'their')} {age}"
    if re.fullmatch(r"\d+(?:\.\d+)?", age):
        return f"{'an' if re.match(r'8|11$|18$', age) else 'a'} {age}-year-old {noun}"
    return f"a {noun} aged {age}" if age else f"a {noun}"


def _noun(sex: str, age: str) -> str:
    number = float(age) if re.fullmatch(r"\d+(?:\.\d+)?", age) else 99.0
    nouns = ("girl", "boy") if number < 16 else ("woman", "man")
    return {"female": nouns[0], "male": nouns[1]}.get(sex, "patient")


def _told(question: Question, group: _Group) -> str:
    row = group.first.row
    names = [one.row.therapy for one in group.rows]
    verb = "was" if len(names) == 1 else "were"
    if row.status == "planned":
        return f"{_listed(names)} {verb} planned, not given"
    if row.status == "declined":
        return f"{_listed(names)} {verb} offered but declined"
    if _asks_only_details(question) or row.outcome not in _TELLING:
        return _listed([_given(one.row, question) for one in group.rows])
    therapies = _listed([f"{one.row.therapy} {_measured(one.row, question)}".strip() for one in group.rows])
    target = _target(row.target)
    return _TELLING[row.outcome].format(therapies=therapies, target=target or "the disease", against=f" against {target}" if target else "")


def _target(name: str | None) -> str:
    return f"the {name} disease" if name in _ORGANS else name or ""


def _given(row: TherapyOutcome, question: Question) -> str:
    """``rituximab was given at 1 g/15 days every 6 months``."""
    measured = _measured(row, question)
    return f"{row.therapy} was given {'at ' if row.dose else ''}{measured}".strip()


def _measured(row: TherapyOutcome, question: Question) -> str:
    """Dose, and duration where it is asked for: ``60 g for 2 days, for 6 months``."""
    duration = [f"for {fact.value}" for fact in _details(row, question) if fact is row.duration]
    return ", ".join([*([row.dose.value] if row.dose else []), *duration])


def _details(row: TherapyOutcome, question: Question) -> list[Fact]:
    """The dose, and the duration where it is asked for, as far as they are reported."""
    duration = row.duration if Aspect.DURATION in question.aspects else None
    return [fact for fact in (row.dose, duration) if fact]


def _asks_only_details(question: Question) -> bool:
    return bool(question.aspects & {Aspect.DOSE, Aspect.DURATION}) and not asks_outcome(question)


def asks_outcome(question: Question) -> bool:
    """Whether what came of a therapy is asked for: a row that tells none is no answer then."""
    return bool(question.aspects & {Aspect.FAILED, Aspect.WORKED, Aspect.OUTCOME, Aspect.ADVERSE})


def _once(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    return tuple(dict.fromkeys(proofs))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _chosen(question: Question, rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Where a dose or duration is asked for, the rows that state it, where any do."""
    for aspect, field in ((Aspect.DOSE, "dose"), (Aspect.DURATION, "duration")):
        if aspect in question.aspects and question.therapies:
            stated = [row for row in rows if getattr(row.row, field)]
            rows = _first_told(stated, field) or rows
    return list(rows)


def _first_told(rows: Sequence[EvidenceRow], field: str) -> list[EvidenceRow]:
    """One row per patient, therapy and stated value: a dose is told once though the drug had two targets."""
    kept: dict[tuple[object, ...], EvidenceRow] = {}
    for row in rows:
        kept.setdefault((row.report_id, row.row.patient_id, row.row.therapy, getattr(row.row, field).value), row)
    return list(kept.values())


def _grouped(rows: Iterable[EvidenceRow]) -> list[_Group]:
    groups: dict[tuple[object, ...], list[EvidenceRow]] = {}
    for row in rows:
        key = (row.report_id, row.row.patient_id, row.row.status, row.row.outcome, row.row.target, row.row.proof.paragraph_id)
        groups.setdefault(key, []).append(row)
    return [_Group(members[0].report_id, members[0].row.patient_id, tuple(members)) for members in groups.values()]


def _rank(group: _Group, question: Question, order: Mapping[ReportId, int]) -> tuple[int, int, int]:
    outcome = group.first.row.outcome
    asked = (outcome in FAILED and Aspect.FAILED in question.aspects) or (outcome in WORKED and Aspect.WORKED in question.aspects)
    return (0 if asked else 1, order.get(group.report_id, len(order)), _ORDER.index(outcome))
