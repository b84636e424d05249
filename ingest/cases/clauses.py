"""A sentence taken apart at its outcome words: each piece has at most one thing to tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.case import Outcome
from corpus.vocabulary import Mention
from ingest.cases.cues import Cue, cues_in
from ingest.cases.narrative import Sentence
from ingest.cases.targets import TargetMention, targets_in

_STRONG = re.compile(
    (
        r";|:\s|\s[–—]\s|,?\s\b(?:but|however|whereas|although|though|while|yet|even though|nevertheless|"
        r"nonetheless|except that)\b|,\s(?:and\s)?(?:then|so|which|who)\b|\buntil\b"
    ),
    re.I,
)
_WEAK = re.compile(r",(?:\sand\b)?\s|\s(?:and|or|after|before|when|because|since|followed by|then|with)\s", re.I)
# Of several cues in one piece the first of these families governs ("failed to improve", "effective in preventing recurrence").
_GOVERNING = ("untold", "harm", "fail", "partial", "gone", "good", "bad")
# "to prevent recurrence", "in order to reduce": what was wanted, not what happened.
_WANTED = re.compile(
    (
        r"(?:(?<!led )(?<!leading )(?<!contributed )(?<!due )(?<!able )(?<!began )(?<!seemed )(?<!appeared )(?<!started )(?<!proved )\bto|"
        r"aim(?:ed|"
        r"ing)? (?:at|to)|treat(?:ing|ment of|ed for)(?: the)?|monitor(?:ing|ed)? for|surveillance for|risk of|chance of|"
        r"(?:for|of) possible|with the (?:aim|goal|intention) of|in the hope of|need(?:ed|s)? to|(?:was|were|"
        r"been) (?:\w+ )?(?:started|begun) to|in an attempt to|"
        r"for the)\s(?:\w+ly )?$"
    ),
    re.I,
)
# "for providing fluids and improving the pressure"
_FOR_DOING = re.compile(r"\bfor\s(?:\w+ing\s(?:[\w-]+\s){1,4}and\s)?(?:\w+ly\s)?$", re.I)
# "Although he had tachycardia, his blood pressure returned to normal": the first comma ends the subordinate clause.
_LEADING = re.compile(r"\W*(?:although|though|while|even though|whereas|despite the fact)\b[^,;()]{10,160}(?=,\s)", re.I)
_GOOD_WHEN_MORE = re.compile(
    (
        r"\b(?:strength|power|function|functional|mobility|range of motion|movement|motion|normal|baseline|"
        r"weight|appetite|swallowing|activities|walking|gait|capacity|haemoglobin|hemoglobin|school|work|"
        r"FEV\s?1?|saturation|ejection fraction|"
        r"neutrophils?|lymphocytes?|white (?:blood )?cells?|T[- ]cells?|IgG|immunoglobulins?|cortisol|carnitine|circulation|breathing|"
        r"respiration|reflexes|sensation|chimerism|platelets?|platelet count|serum sodium|sodium level|"
        r"consciousness|vision|visual acuity|hearing|urine output)\b"
    ),
    re.I,
)
_CHANGES_BOTH_WAYS = re.compile(r"return|increas|growth|recover|ros(?:e|en)\b", re.I)
_FALLS = re.compile(r"declin|fell|dropped|decreas|reduc|diminish|came down|went down", re.I)
_CONTRAST = re.compile(r";|,\s(?:and|but|yet|had|has|was|were)\s|\b(?:but|however|though|although|while|whereas)\b", re.I)
_WANT_ENDS = re.compile(r"[,;]|\b(?:and|but|however|which)\b", re.I)
# "has been reported to improve" is an outcome all the same.
_SAID_TO = re.compile(r"\b(?:reported|shown|found|thought|said|believed|noted|observed|known|proved|proven)\sto\s(?:\w+ly\s)?$", re.I)
_TREATED = re.compile(
    r"\b(?:treat\w*|therap\w+|drugs?|medicat\w+|measures?|support|management|regimens?|doses?|immunosuppress\w*|"
    r"it|these|this|them|all|both|"
    r"approach\w*|interventions?|agents?|care|efforts?|attempts?)\b",
    re.I,
)
# "caused her dyspnoea to improve": what happened.
_CAUSED_TO = re.compile(r"\b(?:caus(?:ed|ing)|allow(?:ed|ing)|enabl(?:ed|ing)|made|permitted)\b[^.;,]{0,40}\bto\s(?:\w+ly\s)?$", re.I)
_EPISODE = re.compile(r"(?:flares?|exacerbations?|relapses?|recurrences?)\b", re.I)
_TREATED_FOR = re.compile(
    r"\b(?:for|treat(?:ed|ing|ment of)|manag(?:ed|ing)|presumed|diagnosed|suspected)\s(?:(?:an?|the|her|his|this)\s)?(?:\w+\s)?$", re.I
)
_NOUN_WANTED = re.compile(
    r"(?:\w+ )?(?:relief|control|improvement|resolution|reduction|benefit|success|recovery|stabili[sz]ation|remission)"
)
_AN_INDICATION = re.compile(r"\b(?:of|for|treat(?:ed|ing)?|manag(?:ed|ing))\s(?:an?\s|the\s|her\s|his\s)?$", re.I)
_UNTIL = re.compile(r"\b(?:prior to|before|followed by|but then)\b", re.I)
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)\s(?:\w+ly )?$", re.I)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, its governing cue, and the therapies and targets in it (offsets are the sentence's)."""

    start: int
    end: int
    text: str
    cue: Cue | None
    therapies: tuple[Mention, ...]
    targets: tuple[TargetMention, ...]


def targets_of(sentence: Sentence) -> list[TargetMention]:
    """Everything in a sentence that an outcome may be about, in order."""
    return targets_in(sentence.text, [(mention.entity, mention.start, mention.end) for mention in sentence.of_kind("condition")])


def clauses_of(sentence: Sentence) -> list[Clause]:
    """The sentence's clauses in order; cut only between two cues or at a contrast."""
    targets = targets_of(sentence)
    cues = [cue for cue in _cues(sentence.text, 0, len(sentence.text), bool(targets)) if not _is_part_of_a_name(sentence, cue)]
    cues = [cue for cue in _untold_onwards(sentence.text, cues) if not _is_despite(sentence.text, cue) or _despite_a_therapy(sentence, cue)]
    edges = [0, *_cuts(sentence, cues, targets), len(sentence.text)]
    return [_clause(sentence, start, end, cues, targets) for start, end in pairwise(edges)]


def _is_part_of_a_name(sentence: Sentence, cue: Cue) -> bool:
    """``a bronchiectasis flare``, ``relapsing polychondritis``: what it is called, not what became of it."""
    if cue.family != "bad":
        return False
    text, word = sentence.text, sentence.text[cue.start : cue.end]
    return any(
        each.start <= cue.start < each.end
        or (cue.start == each.end + 1 and _EPISODE.match(word) is not None and _TREATED_FOR.search(text[: each.start]) is not None)
        for each in sentence.of_kind("condition")
    )


def _clause(sentence: Sentence, start: int, end: int, cues: Sequence[Cue], targets: Sequence[TargetMention]) -> Clause:
    inside = [cue for cue in cues if start <= cue.start < end]
    therapies = tuple(mention for mention in sentence.of_kind("therapy") if start <= mention.start < end)
    own_targets = tuple(target for target in targets if start <= target.start < end)
    return Clause(start, end, sentence.text[start:end], _governing(sentence.text, inside), therapies, own_targets)


def _cues(text: str, start: int, end: int, names_a_target: bool) -> list[Cue]:
    kept: list[Cue] = []
    wanted_until = -1
    for cue in cues_in(text[start:end], start, names_a_target):
        if cue.start < wanted_until:
            continue
        if _is_wanted(text, cue):
            wanted_until = next((match.start() for match in _WANT_ENDS.finditer(text, cue.end)), end)
        else:
            kept.append(cue)
    return kept


def _untold_onwards(text: str, cues: list[Cue]) -> list[Cue]:
    """After "it is not known whether" nothing is told any more, up to a contrast."""
    kept: list[Cue] = []
    silent_from: int | None = None
    for cue in cues:
        if silent_from is not None and _CONTRAST.search(text, silent_from, cue.start):
            silent_from = None
        if silent_from is None:
            kept.append(cue)
        if cue.outcome is None:
            silent_from = cue.end
    return kept


def _is_wanted(text: str, cue: Cue) -> bool:
    before = text[max(0, cue.start - 40) : cue.start]
    word = text[cue.start : cue.end].lower()
    if word in ("stopped", "halted", "stop", "arrested", "held", "limited", "terminated", "aborted") and _PASSIVE.search(before):
        return True
    if _NOUN_WANTED.fullmatch(word) and re.search(r"\bfor\s(?:\w+\s)?$", before, re.I):
        return True
    if word in ("recurrent", "recurring", "relapsed", "relapsing", "persistent", "refractory", "progressive") and _AN_INDICATION.search(
        before
    ):
        return True
    if word.endswith("ing") and _FOR_DOING.search(before):
        return True
    return (
        cue.family in ("good", "gone", "bad")
        and not word.endswith("ed")
        and bool(_WANTED.search(before))
        and not (_SAID_TO.search(before) or _CAUSED_TO.search(text[max(0, cue.start - 60) : cue.start]))
    )


def _governing(text: str, cues: Sequence[Cue]) -> Cue | None:
    """The cue that tells the clause's outcome; a bare "despite" speaks only where nothing else does."""
    ranked = sorted(cues, key=lambda cue: (_is_despite(text, cue), _GOVERNING.index(cue.family), cue.start))
    if not ranked:
        return None
    # Worse "despite" a therapy is that therapy's failure, not its harm.
    if ranked[0].outcome == "worsened" and any(_is_despite(text, cue) for cue in cues):
        return replace(ranked[0], outcome="failed", family="fail")
    if ranked[0].family in ("good", "gone") and any(_ends_it(text, ranked[0], cue) for cue in cues):
        return replace(ranked[0], outcome="partial", family="partial")
    return _righted(text, ranked[0])


def _ends_it(text: str, good: Cue, cue: Cue) -> bool:
    """``free of symptoms for 8 months before it recurred``"""
    return cue.family == "bad" and cue.outcome == "failed" and _UNTIL.search(text, good.end, cue.start + 1) is not None


def _is_despite(text: str, cue: Cue) -> bool:
    return text[cue.start : cue.end].lower() in ("despite", "in spite of", "notwithstanding", "regardless of")


def _despite_a_therapy(sentence: Sentence, cue: Cue) -> bool:
    """``despite a small limp`` tells of no therapy."""
    stop = re.search(r"[,;.]\s", sentence.text[cue.end :])
    end = cue.end + stop.start() if stop else len(sentence.text)
    named = any(cue.end <= mention.start < end for mention in sentence.of_kind("therapy"))
    return named or _TREATED.search(sentence.text, cue.end, end) is not None


def _righted(text: str, cue: Cue) -> Cue:
    """``strength returned`` is good, ``weakness returned`` is not; the same for what increased."""
    near = text[max(0, cue.start - 60) : cue.end + 60]
    if cue.outcome == "improved" and _FALLS.match(text, cue.start) and _GOOD_WHEN_MORE.search(text, max(0, cue.start - 40), cue.start):
        return Cue("failed", "bad", cue.side, cue.start, cue.end, cue.about_absence)
    if cue.outcome not in ("improved", "failed") or not _CHANGES_BOTH_WAYS.match(text, cue.start):
        return cue
    recovers = text[cue.start : cue.end].lower().startswith("recover")
    good = bool(_GOOD_WHEN_MORE.search(near)) or recovers
    turned = cue.family == "good" and cue.outcome == "failed"
    outcome: Outcome = "improved" if good and not turned else "failed"
    return Cue(outcome, cue.family, cue.side, cue.start, cue.end, cue.about_absence)


def _cuts(sentence: Sentence, cues: Sequence[Cue], targets: Sequence[TargetMention]) -> list[int]:
    text = sentence.text
    cuts = {match.start() for match in _STRONG.finditer(text) if _outside_brackets(text, match.start())}
    if leading := _LEADING.match(text):
        cuts.add(leading.end())
    lists = _lists(sentence, targets)
    cues = [cue for cue in cues if not _is_despite(text, cue)]
    for before, after in pairwise(cues):
        if any(before.end <= cut <= after.start for cut in cuts):
            continue
        weak = [match.start() for match in _WEAK.finditer(text, before.end, max(before.end, after.start))]
        free = [cut for cut in weak if not any(start <= cut < end for start, end in lists)]
        if (free and after.family != "bad") or (free and _has_own_subject(free[-1], after, targets)):
            cuts.add(free[-1])
    return sorted(cut for cut in cuts if 0 < cut < len(text))


def _has_own_subject(cut: int, cue: Cue, targets: Sequence[TargetMention]) -> bool:
    return any(cut <= target.start < cue.start for target in targets)


def _outside_brackets(text: str, position: int) -> bool:
    return text.count("(", 0, position) == text.count(")", 0, position)


def _lists(sentence: Sentence, targets: Sequence[TargetMention]) -> list[tuple[int, int]]:
    """Where enumerations run, of therapies or of targets; a comma in one is no end of a clause."""
    spans: list[tuple[int, int]] = []
    therapies = [(mention.start, mention.end) for mention in sentence.of_kind("therapy")]
    for items in (therapies, [(target.start, target.end) for target in targets]):
        for (_, end), (start, _) in pairwise(items):
            if 0 < start - end <= 12 and ")" not in sentence.text[end:start]:
                spans.append((end, start))
    return spans
