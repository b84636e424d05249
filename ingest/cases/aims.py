"""What a therapy was for where that is no disease: anaesthesia, conditioning, nutrition, or what else the sentence says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.vocabulary import Mention
from ingest.cases.narrative import Sentence

# Where an anaesthetic or an operation is told; a ventilated patient may have the same drugs for other things.
_ANAESTHESIA = re.compile(
    r"\b(?:ana?esthe[ts]\w+|operating (?:room|theat\w+)|intra-?operative\w*|pre-?oxygenat\w+|denitrogenat\w+|train[- ]of[- ]four|"
    r"(?:after|at|during|for|rapid[- ]sequence|inhalational|intravenous) induction|bispectral|neuromuscular block\w+|muscle relax\w+|"
    r"(?:nerve|plexus|epidural|spinal|caudal|regional) (?:block\w*|ana\w+)|lid reflex\w*|total intravenous)\b",
    re.I,
)
# Sentences over which one anaesthetic is told.
_GOES_ON_FOR = 12
_HYPNOTICS = frozenset({"anaesthetic drug", "opioid", "benzodiazepine", "lidocaine", "dexmedetomidine", "volatile anaesthetic"})
_BLOCKER = re.compile(r"(?:curium|curonium|choline|methonium)$")
_REVERSERS = frozenset({"cholinesterase inhibitor", "sugammadex"})
_WITH_REVERSERS = frozenset({"glycopyrrolate", "atropine", "anticholinergic"})
_REVERSES = re.compile(r"\b(?:revers|antagoni[sz])\w+\b", re.I)
_SEDATION = re.compile(r"\bsedat(?:ion|ed|ing|e)\b", re.I)
_PAIN = re.compile(r"\b(?:post-?operative )?(?:pain|analgesia)\b", re.I)
_BEFORE_OPERATION = re.compile(r"\b(?:home|regular|chronic|daily) (?:medications?|drugs?)\b|\bhistory\b|\bpatch\b|\bper day\b", re.I)

_CONDITIONING = re.compile(
    r"\bconditioning(?:\s(?:regimen|chemotherapy|therapy|treatment|protocol))?(?:\s\w+){0,2}?\s(?:composed of|consist\w+ (?:of|in)|with|of|"
    r"comprising|comprised|including|included|using|by|was)\s|\bconditioned with\s",
    re.I,
)
_PREMEDICATION = re.compile(r"\bpre-?medicat(?:ed|ion)\b(?:\s\w+){0,2}?\s(?:with|of|was|included)\s", re.I)
_NO_LIST = re.compile(r"[;.]\s|\b(?:was|were|then|followed|which|who|but|received|underwent|prophylaxis)\b", re.I)
_BRACKETS = re.compile(r"\([^()]*\)")

# Between two items of a list: a bracket, a form or an amount, and what joins them.
_JOINT = re.compile(
    r"(?:\s?\([^()]{0,80}\))?(?:\s(?:capsules?|tablets?|infusions?))?(?:\s\d[\w./µμ%–-]*(?:\s(?!was\b|were\b|is\b|had\b)[\w./µμ%²]+){0,3}?)?"
    r"(?:,\s?(?:and\s|or\s)?|\s(?:and|plus|or)\s|/)(?:[\w-]+\s){0,2}"
)
_WORDS = r"(?P<aim>(?:(?!with\b|during\b|and\b|or\b|in\b|of\b|for\b|by\b|to\b|after\b|before\b|until\b|while\b|on\b|at\b)[\w-]+\s?){1,4})"
_OWN = r"(?:(?:the|a|an|her|his|their|any|some|further|adequate|better|(?:the )?patient['’]s)\s)*"
_VERBS = (
    r"(?:provid|improv|support|induc|maintain|promot|enhanc|suppl(?:y|ement)|reduc|lower|rais|stabili[sz]|facilitat|replac|substitut|increas|"
    r"decreas|correct|restor|prevent|avoid|attenuat|blunt|suppress|control|treat|manag|alleviat|reliev|optimi[sz]|preserv|protect|stimulat|mobili[sz])"
)
_DOING = re.compile(
    rf"\b(?:for|aim(?:ed|ing) at|with the (?:aim|goal) of|(?:in order )?to)\s(?:\w+ly\s)?{_VERBS}(?:e|ing|y)?\s{_OWN}{_WORDS}", re.I
)
# What a noun says that something was given for: "for fluid maintenance", "as stress ulcer prophylaxis".
_NOUNS = (
    r"(?:control|maintenance|support|prophylaxis|replacement|protection|prevention|conditioning|sedation|analgesia|ana?esthesia|induction|"
    r"immunosuppression|nutrition|hydration|rehydration|diuresis|alkalini[sz]ation|resuscitation|relaxation|supplementation|mobili[sz]ation|"
    r"intubation|preparation|premedication|substitution|decolonization|replenishment)"
)
_FOR_A_NOUN = re.compile(
    rf"\b(?:for|as)\s{_OWN}(?P<aim>(?:(?!the\b|of\b|with\b|\d)[\w-]+\s){{0,3}}?{_NOUNS}(?:\sof\s{_OWN}[\w-]+(?:\s(?:ana?esthesia|blockade|pressure))?)?)\b",
    re.I,
)
_AGAINST_GERMS = frozenset({"antibiotic", "antifungal", "antiviral", "antiparasitic"})
_SAYS_NOTHING = re.compile(
    r"(?:primary |secondary |long-term |lifelong )?(?:control|maintenance|support|prophylaxis|replacement|protection|prevention|induction|"
    r"preparation|supplementation|substitution|"
    r"patients?|child|him|her|it|them|(?:underlying |same )?(?:disease|condition|symptoms?|problem|complications?|lesions?))",
    re.I,
)
_RESPECTIVELY = re.compile(r"\b(?:for|as)\s(?P<aims>[^.;()]{5,120}?),?\srespectively\b", re.I)
_ITEMS = re.compile(r",\s(?:and\s)?|\sand\s")
_KIND_OF_THERAPY = re.compile(r"\b(?:therapy|treatment|prophylaxis|support|control|purposes)$", re.I)
_LEADING = 90


@dataclass(slots=True)
class Aims:
    """Reads aims sentence by sentence; remembers where an anaesthetic was last told."""

    place: int = -1
    number: int = -1000

    def note(self, sentence: Sentence) -> None:
        if _ANAESTHESIA.search(sentence.text):
            self.place, self.number = sentence.place, sentence.number

    def of(self, sentence: Sentence, mention: Mention) -> str | None:
        """What the sentence says that this was for, or what an anaesthetic that is being told gives it for."""
        said = _prepared(sentence, mention) or _in_words(sentence, mention) or _prophylaxis(sentence, mention)
        return said or self._of_an_anaesthetic(sentence, mention)

    def _of_an_anaesthetic(self, sentence: Sentence, mention: Mention) -> str | None:
        names = {mention.entity.name, *mention.entity.groups}
        blocks = _BLOCKER.search(mention.entity.name) is not None
        if not (names & _HYPNOTICS or blocks or names & _REVERSERS or names & _WITH_REVERSERS):
            return None
        if (names & _REVERSERS or names & _WITH_REVERSERS) and _reverses(sentence):
            return "reversal of neuromuscular blockade"
        if "opioid" in names and (pain := _PAIN.search(sentence.text)):
            return pain.group().lower()
        if blocks:
            return "neuromuscular blockade"
        if sentence.place != self.place or sentence.number - self.number > _GOES_ON_FOR or _BEFORE_OPERATION.search(sentence.text):
            return "sedation" if names & _HYPNOTICS and _SEDATION.search(sentence.text) else None
        if "sugammadex" in names or (names & _REVERSERS and "neostigmine" in names):
            return "reversal of neuromuscular blockade"
        if not names & _HYPNOTICS:
            return None
        return "sedation" if _SEDATION.search(sentence.text) else "anaesthesia"


def is_listed_after(text: str, start: int, mention: Mention) -> bool:
    """Whether nothing but items of a list and their brackets stands between a place and a therapy."""
    return start <= mention.start and _NO_LIST.search(_BRACKETS.sub("", text[start : mention.start])) is None


def _prepared(sentence: Sentence, mention: Mention) -> str | None:
    for aim, pattern in (("conditioning", _CONDITIONING), ("premedication", _PREMEDICATION)):
        begun = next(iter([*pattern.finditer(sentence.text, 0, mention.start)][::-1]), None)
        if begun and is_listed_after(sentence.text, begun.end(), mention):
            return aim
    return None


def _prophylaxis(sentence: Sentence, mention: Mention) -> str | None:
    """``co-trimoxazole as prophylaxis``: what kills germs prevents infection."""
    near = sentence.text[max(0, mention.start - 60) : mention.end + 60]
    kills = _AGAINST_GERMS & {mention.entity.name, *mention.entity.groups}
    return "infection" if kills and re.search(r"\bprophyla", near, re.I) else None


def _reverses(sentence: Sentence) -> bool:
    """``to reverse the relaxant, neostigmine and glycopyrrolate were given``; atropine by itself is for the heart."""
    together = any({each.entity.name, *each.entity.groups} & _REVERSERS for each in sentence.of_kind("therapy"))
    return together and _REVERSES.search(sentence.text) is not None


def _in_words(sentence: Sentence, mention: Mention) -> str | None:
    text, therapies = sentence.text, sentence.of_kind("therapy")
    listed = _list_of(text, mention, therapies)
    # "for postoperative analgesia": the aim may be a therapy's name itself.
    end = next((each.start for each in therapies if each.start >= listed[-1].end), len(text))
    if (word := _RESPECTIVELY.search(text, listed[-1].end)) and len(listed) > 1:
        return _respective(word["aims"], listed.index(mention), len(listed))
    for found in (pattern.search(text, listed[-1].end) for pattern in (_DOING, _FOR_A_NOUN)):
        if found and found.start() < end and not re.search(r"[;]|,\s(?:and|but|which|she|he)\b", text[listed[-1].end : found.start()]):
            return _told(found)
    leading = _DOING.match(text) or _FOR_A_NOUN.match(text)
    if leading is None or mention.start >= _LEADING or not text.startswith(",", leading.end()):
        return None
    # "For sugar control, insulin was injected, and saline was given": the second clause has an aim of its own.
    return None if re.search(r"\b(?:was|were)\b", text[leading.end() : mention.start]) else _told(leading)


def _told(found: re.Match[str]) -> str | None:
    """The aim as printed; "as prophylaxis" does not say of what."""
    aim = found["aim"].strip()
    return None if _SAYS_NOTHING.fullmatch(aim) else aim


def _respective(aims: str, place: int, number: int) -> str | None:
    """``for antiviral, antibacterial and antifungal therapy, respectively``: the last word is everybody's."""
    items = [item.strip() for item in _ITEMS.split(aims) if item.strip()]
    if len(items) != number:
        return None
    shared = _KIND_OF_THERAPY.search(items[-1])
    return items[place] if not shared or _KIND_OF_THERAPY.search(items[place]) else f"{items[place]} {shared.group()}"


def _list_of(text: str, mention: Mention, therapies: Sequence[Mention]) -> list[Mention]:
    """The enumeration that a therapy stands in."""
    runs: list[list[Mention]] = []
    for each in therapies:
        if runs and _JOINT.fullmatch(text, runs[-1][-1].end, each.start):
            runs[-1].append(each)
        else:
            runs.append([each])
    return next((run for run in runs if mention in run), [mention])
