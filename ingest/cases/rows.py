"""One row per patient, therapy and target: events of abstract, course and discussion come together here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.case import FAILED, WORKED, Fact, Outcome, TherapyOutcome
from ingest.cases.doses import cells_infused, dose_of, dose_told_next, says_more
from ingest.cases.durations import duration_told_next, durations_of, line_of, repeats, route_of
from ingest.cases.events import Event
from ingest.cases.mentions import ACCESS
from ingest.cases.narrative import Role, Sentence
from ingest.cases.targets import MANIFESTATIONS, UNDERLYING

# Where an outcome is told best.
_WEIGHT: dict[Role, int] = {"outcome": 4, "case": 3, "discussion": 2, "abstract": 1, "background": 1, "other": 0}
# "The response was partial: in half of them ..." goes for all that follows.
_IN_PART = re.compile(
    r"(?:the |this |overall )?(?:clinical |treatment )?(?:response|effect|result|outcome|benefit|success)s? (?:was|were) (?:only )?"
    r"(?:partial|incomplete|mixed|modest|limited)\s*[:;,(–—-]",
    re.I,
)
_DIVIDED = re.compile(r"\bin (?:the )?(?:one|two|\d+|others?|some)\b|\bthe other\b|\bthe rest\b|\bsome\b", re.I)
_SYSTEMIC = re.compile(r"\b(?:oral|systemic|intravenous|high-dose)\b", re.I)
_SUMMARIES = frozenset({"conservative treatment", "surgery", "immunosuppressant", "organ support"})
_PASSING = re.compile(r"(?:\bother|\band) (?:support|symptom)\w* ?\w*$", re.I)
_MORE = re.compile(r"\b(?:more|additional|further|extra)\b", re.I)
_COURSE: frozenset[Role] = frozenset({"case", "outcome"})
_Details = dict[tuple[int | None, str], dict[str, Fact]]
# Sentences within which the cells of a transplant are counted.
_SOON = 6
_Key = tuple[int | None, str, str | None]


def rows_of(
    events: Sequence[Event], patient_ids: Sequence[str], of_all: Sequence[Event] = (), sentences: Sequence[Sentence] = ()
) -> tuple[TherapyOutcome, ...]:
    """The rows in the order in which their therapies are first named; ``of_all`` is what was said of all patients together."""
    named = _under_their_specific_names(events)
    groups: defaultdict[_Key, list[Event]] = defaultdict(list)
    for event in named:
        groups[event.patient, event.therapy.name, event.target].append(event)
    operated = {key[0] for key, members in groups.items() if any(_is_an_operation(event) for event in members)}
    kept = [
        members
        for key, members in groups.items()
        if not _is_told_elsewhere(key, members, groups) and not (key[0] in operated and all(map(_is_only_access, members)))
    ]
    kept = [members for members in kept if not _is_retold(members, kept) and not _sums_up(members, kept)]
    details = _details(named, sentences)
    for (_, therapy), told in _details(of_all, sentences).items():
        for place in range(len(patient_ids)):
            for name, fact in told.items():
                details.setdefault((place, therapy), {}).setdefault(name, fact)
    return tuple(_row(members, _with_its_own_dose(members, details, sentences), patient_ids) for members in kept)


def _with_its_own_dose(members: Sequence[Event], details: _Details, sentences: Sequence[Sentence]) -> _Details:
    """What was given twice for different things has the dose that is told with each, where one is."""
    key = (members[0].patient, members[0].therapy.name)
    dose = _details(members, sentences).get(key, {}).get("dose")
    own = dose if dose and not _MORE.search(dose.value) else None
    return {**details, key: {**details.get(key, {}), "dose": own}} if own else details


def _is_retold(events: Sequence[Event], rows: Sequence[Sequence[Event]]) -> bool:
    """An outcome that only abstract or discussion tells, in other words than the case itself, is no second outcome."""
    told = _told(events)
    if not told:
        elsewhere = any(row is not events and _of(row) == _of(events) and _is_from_the_course(row) for row in rows)
        return elsewhere and not _is_from_the_course(events)
    if any(event.role in _COURSE for event in told):
        return False
    others = [_told(row) for row in rows if row is not events and _of(row) == _of(events)]
    return any(event.role in _COURSE and any(_agree(event.outcome, one.outcome) for one in told) for other in others for event in other)


def _sums_up(events: Sequence[Event], rows: Sequence[Sequence[Event]]) -> bool:
    """``conservative treatment`` said of a course whose drugs were told one by one is no therapy more."""
    if events[0].therapy.name not in _SUMMARIES or (_is_from_the_course(events) and not _PASSING.search(_before(events[0]))):
        return False
    return any(_of(row) != _of(events) and row[0].patient == events[0].patient and _is_from_the_course(row) for row in rows)


def _is_from_the_course(events: Sequence[Event]) -> bool:
    return any(event.role in _COURSE for event in events)


def _told(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.outcome != "not_reported"]


def _of(events: Sequence[Event]) -> tuple[int | None, str]:
    return events[0].patient, events[0].therapy.name


def _is_an_operation(event: Event) -> bool:
    return "surgery" in event.therapy.groups and event.therapy.name not in ACCESS


def _is_only_access(event: Event) -> bool:
    """A way in, told beside the operation it was the way to."""
    return event.therapy.name in ACCESS and event.outcome == "not_reported" and event.status == "given"


def _row(events: Sequence[Event], details: _Details, patient_ids: Sequence[str]) -> TherapyOutcome:
    best = _best(events)
    found = details.get((best.patient, best.therapy.name), {}) if best.subject == "own" and best.status == "given" else {}
    return TherapyOutcome(
        patient_id=None if best.patient is None else patient_ids[best.patient],
        therapy=best.therapy.name,
        therapy_class=best.therapy.groups[0] if best.therapy.groups else best.therapy.name,
        outcome=_outcome(events, best),
        proof=best.proof,
        target=best.target,
        dose=found.get("dose"),
        route=found.get("route"),
        duration=found.get("duration"),
        line=next((line for event in events if event.subject == "own" and (line := line_of(event.source, event.mention))), None),
        reason_stopped=best.reason,
        status=best.status,
        subject=best.subject,
    )


def _best(events: Sequence[Event]) -> Event:
    """The event that tells most: an outcome before none, named before carried, the outcome section before the abstract, the later one."""
    return max(
        events,
        key=lambda event: (event.outcome != "not_reported", event.status != "planned", event.surely, _WEIGHT[event.role], event.number),
    )


def _outcome(events: Sequence[Event], best: Event) -> Outcome:
    """The best event's outcome; what helped and then came back helped in part, what helped one and not another too."""
    told = [event for event in events if event.outcome != "not_reported"]
    if any(event.is_relapse and any(other.outcome in WORKED and other.number <= event.number for other in told) for event in told):
        return "partial"
    if any(_is_mixed(one, two) for one in told for two in told) or _wore_off(told):
        return "partial"
    if best.outcome in WORKED and _IN_PART.match(best.proof.quote):
        return "partial"
    return best.outcome


def _wore_off(told: Sequence[Event]) -> bool:
    """It helped at first, and later in the same course it no longer did: both said of the therapy by name."""
    named = sorted((event for event in told if event.surely and event.role in ("case", "outcome")), key=lambda event: event.number)
    return len(named) > 1 and named[0].outcome in WORKED and named[-1].outcome in FAILED


def _is_mixed(one: Event, two: Event) -> bool:
    """``It helped in one child; in the other nothing changed.``"""
    return one.number == two.number and one.outcome in WORKED and two.outcome == "failed" and _DIVIDED.search(one.proof.quote) is not None


def _is_told_elsewhere(key: _Key, events: Sequence[Event], groups: dict[_Key, list[Event]]) -> bool:
    """A "not reported" or planned row falls where the same therapy has an outcome, or the same without a target."""
    patient, therapy, target = key
    if any(event.outcome != "not_reported" for event in events):
        return target == UNDERLYING and any(_tells_the_same(events, other, members, key) for other, members in groups.items())
    siblings = [(other, members) for other, members in groups.items() if other[:2] == (patient, therapy) and other != key]
    if any(event.outcome != "not_reported" for _, members in siblings for event in members):
        return True
    return target is None and any(other[2] is not None for other, _ in siblings)


def _tells_the_same(events: Sequence[Event], other: _Key, members: Sequence[Event], key: _Key) -> bool:
    """The disease as a whole says nothing more where one of its manifestations says the same."""
    return (
        other[:2] == key[:2] and other[2] in MANIFESTATIONS and any(_agree(one.outcome, two.outcome) for one in events for two in members)
    )


def _under_their_specific_names(events: Sequence[Event]) -> list[Event]:
    """``bisphosphonates`` is ``alendronate`` where that is the only one this patient had; told twice, the class goes."""
    return [event for each in events if (event := _specific(each, events)) is not None]


def _specific(event: Event, events: Sequence[Event]) -> Event | None:
    members = [
        other
        for other in events
        if event.therapy.name in other.therapy.groups
        and not (_SYSTEMIC.search(_before(event)) and re.match(r"topical|intralesional", other.therapy.name))
        and (other.patient, other.subject, other.status) == (event.patient, event.subject, event.status)
    ]
    if not members:
        return event
    alike = [other for other in members if other.target == event.target and _agree(other.outcome, event.outcome)]
    if alike or event.outcome == "not_reported" or event.therapy.name == "surgery":
        return None
    names = {other.therapy.name for other in members}
    return _renamed(event, members[0]) if len(names) == 1 else event


def _before(event: Event) -> str:
    return event.source.text[max(0, event.mention.start - 12) : event.mention.end]


def _renamed(event: Event, member: Event) -> Event:
    return replace(event, mention=member.mention, source=member.source)


def _agree(one: Outcome, other: Outcome) -> bool:
    return one == other or {one, other} <= WORKED or {one, other} <= FAILED


def _soon_after(source: Sentence, sentences: Sequence[Sentence]) -> list[Sentence]:
    later = sentences[source.number : source.number + _SOON]
    return [each for each in later if each.paragraph.id == source.paragraph.id]


def _details(events: Iterable[Event], sentences: Sequence[Sentence]) -> _Details:
    """Dose, route and duration of each therapy, wherever they are first stated; a dose as fully as it is printed anywhere."""
    found: defaultdict[tuple[int | None, str], dict[str, Fact]] = defaultdict(dict)
    durations: defaultdict[tuple[int | None, str], list[Fact]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.source.number):
        if event.subject != "own" or event.status != "given":
            continue
        key = (event.patient, event.therapy.name)
        if route := route_of(event.source, event.mention):
            found[key].setdefault("route", route)
        following = sentences[event.source.number + 1] if event.source.number + 1 < len(sentences) else None
        dose = dose_of(event.source, event.mention) or dose_told_next(event.source, event.mention, following)
        dose = dose or cells_infused(event.mention, _soon_after(event.source, sentences))
        if dose and ("dose" not in found[key] or says_more(dose, found[key]["dose"])):
            found[key]["dose"] = dose
        durations[key].extend((*durations_of(event.source, event.mention), *duration_told_next(event.source, event.mention, following)))
    for key, told in durations.items():
        if fact := next((fact for fact in told if not repeats(fact, found[key].get("dose"))), None):
            found[key]["duration"] = fact
    return found
