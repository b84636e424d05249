"""Which of the targets in a clause its outcome is about."""

import re

from corpus.vocabulary import Mention
from ingest.cases.clauses import Clause
from ingest.cases.cues import Cue
from ingest.cases.narrative import Sentence
from ingest.cases.targets import UNDERLYING, TargetMention, coordinated

_IS_NEW = re.compile(r"\b(?:and|but|then|later|,) (?:\w+ )?(?:developed|suffered|complained of|was complicated by|presented with)\b", re.I)


def named_targets(clause: Clause) -> list[str]:
    """The targets nearest to the clause's cue, on the side where its subject stands, with those joined to them."""
    cue = clause.cue
    named = [target for target in clause.targets if target.target]
    if cue is not None:
        named = [target for target in named if not _is_absent(clause, target, cue)]
    if not named or cue is None:
        return list(dict.fromkeys(target.target for target in named if target.target))
    chosen = min(named, key=lambda target: _distance(target, cue.start, cue.end, cue.side))
    nearer = [target for target in clause.targets if not target.target and _is_nearer(target, chosen, cue.start, cue.end)]
    if nearer and chosen.target == UNDERLYING:
        return []
    together = coordinated(clause.text, [_shifted(target, clause.start) for target in named], named.index(chosen))
    return list(dict.fromkeys(target.target for target in together if target.target))


def named_symptom(clause: Clause) -> str | None:
    """The symptom nearest to the clause's cue."""
    cue, named = clause.cue, [target for target in clause.targets if target.symptom]
    return min(named, key=lambda each: _distance(each, cue.start, cue.end, cue.side)).symptom if cue and named else None


def _is_absent(clause: Clause, target: TargetMention, cue: Cue) -> bool:
    """``pain fell without ulceration``, ``failed to improve and developed oedema``: what was not there before did not change."""
    between = clause.text[cue.end - clause.start : target.start - clause.start] if cue.end <= target.start else ""
    if _IS_NEW.search(between):
        return True
    return (
        cue.end <= target.start
        and re.search(
            r"\b(?:without|had no|has no|no)\s(?:(?:any|new|fresh|further|\w+ or|\w+ and)\s)*$",
            between,
        )
        is not None
    )


def is_operated_on(sentence: Sentence, mention: Mention, clause: Clause, name: str, focus: str | None) -> bool:
    """``excision of the fistula``, ``the nodule was excised``; what else the sentence names was not operated on."""
    if name == focus:
        return True
    return any(
        re.fullmatch(r"\s(?:of|for|from|to)\s.{0,30}", sentence.text[mention.end : target.start]) is not None
        or re.fullmatch(r".{0,12}\s(?:was|were|had been|is)\s(?:\w+\s){0,3}", sentence.text[target.end : mention.start]) is not None
        for target in clause.targets
        if target.target == name
    )


def _distance(target: TargetMention, start: int, end: int, side: str) -> int:
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
