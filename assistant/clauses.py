"""A sentence taken apart: which clause names which drug and which target, and which way it says that went."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.case import Proof
from corpus.direction import Direction, direction
from corpus.text import normalise, sentences, tokens
from corpus.vocabulary import Entity, Mention, Vocabulary

_BREAK = re.compile(r";\s*|,?\s+(?:but|whereas|while|although|though|however|and|yet)\s+|,\s+(?=(?:with|so|then)\s)", re.IGNORECASE)
# Words that say what went better or worse; a clause of the one family is not about the other.
_TARGETS = {
    "calcinosis": re.compile(r"\b(?:calcinos\w+|calcific\w+|calcium|deposits?|nodules?|plaques?|mass(?:es)?|lumps?)\b"),
    "muscle": re.compile(r"\b(?:muscles?|strength|weakness|power)\b"),
    "skin": re.compile(r"\b(?:skin|rash(?:es)?|erythema|heliotrope|gottron\w*)\b"),
    "pain": re.compile(r"\b(?:pain(?!ful [a-z])\w*|tender(?! [a-z])\w*)\b"),
    "ulcer": re.compile(r"\bulcer\w*"),
    "swallowing": re.compile(r"\b(?:swallow\w*|dysphagia)\b"),
    "lung": re.compile(r"\b(?:lungs?|respiratory|pulmonary|dyspn\w+|interstitial)\b"),
    "joint": re.compile(r"\b(?:joints?|arthriti\w+|contractures?)\b"),
}
_AFTER = re.compile(
    r"^[^;.]*?\b(?:(?P<yes>positive(?! for)|detected|present|found)"
    r"|(?P<no>negative(?! for)|absent|undetectable|not (?:detected|found|present)))\b"
)
_BEFORE = re.compile(
    r"(?:(?P<no>\bnegative(?: for|:)|\bwithout|\bno|\black(?:ed|ing)?|\babsence of)|(?P<yes>\bpositive(?: for|:)))(?!\w)"
    r"(?:(?!\b(?:but|with|without|positive|negative|no)\b)[^;.]){0,160}$"
)
_HAD = re.compile(r"\b(?:with|had|has|have)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(?:but|whereas|while|although)\b.*$")
_ROUTE = re.compile(r"topical|oral|intravenous|intralesional|subcutaneous|intramuscular|systemic|local|IV", re.IGNORECASE)
_OTHER_ROUTE = re.compile(rf"\b(?P<route>{_ROUTE.pattern})(?:,| and| or|/)\s*$", re.IGNORECASE)
# A dose that is raised is no outcome that got worse, a drug that is stopped none that got better.
_DOSING = re.compile(
    r"\b(?:increas|rais|reduc|decreas|lower|taper|escalat)\w*\s+(?:\w+\s+){0,2}?(?:to|from|by)\s+[\d.,-]+\s?(?:mg|g|mcg|ug|iu|units)\b(?!/d?m?l)"
)
_STOPPED = re.compile(
    r"^\s?(?:dose |treatment |therapy )?(?:(?:was|were|is|are|be|been|being|had|has|could|then)\s+){1,4}"
    r"(?:stopp|halt|reduc|increas|decreas)\w+"
)
# "No more than three improved" denies nothing.
_AT_MOST = re.compile(r"\bno (?:more|less|fewer) than ")
# A disease, not what a therapy did.
_ORGAN_FAILURE = re.compile(r"\b(?:respiratory|heart|cardiac|ventricular|renal|kidney|liver|hepatic|organ|pulmonary|ovarian) failure\b")
# A subject that is nobody turns its whole clause round: "none of the children relapsed".
_NONE = re.compile(
    r"(?:no|none|neither|not (?:one|a single))\b(?! (?:more|less|fewer|later|doubt|longer))(?P<rest>[^.;,:]*?)"
    r"(?=$|[.;,:]|\s(?:but|whereas|while|and the)\s)"
)
_OTHER_WAY: dict[Direction, Direction] = {"better": "worse", "worse": "better"}
_HANDLED = re.compile(r"\b(?:stopp|halt|reduc|increas|decreas|rais|lower|taper|escalat)")
_STOPPING = re.compile(r"\b(?:stopp|halt|reduc|increas|decreas)\w+\s+(?:the\s+|of\s+)*$")
# "prednisone 60 mg and 15 mg weekly methotrexate": what follows the last break may belong to the next drug.
_LAST_BREAK = re.compile(r".*(?:,|;|\band\b|\bplus\b|\bwith\b|\bthen\b)(?=[^,;]*$)", re.DOTALL)


Named = tuple[str, ...]
"""A thing's name, then those of the wider things it belongs to."""


def related(mine: Iterable[Named], theirs: Iterable[Named]) -> bool:
    """Whether any is the same thing as, or a kind of, any of the others; two kinds of one class are not."""
    others = list(theirs)
    return any(one[0] in other or other[0] in one for one in mine for other in others)


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause names and which way it says things went; ``last_target`` is what it names, else what was named last before it."""

    text: str
    therapies: tuple[Named, ...]
    targets: frozenset[str]
    ways: frozenset[Direction]
    last_target: frozenset[str] = frozenset()

    @property
    def parts(self) -> tuple["Clause", ...]:
        """One clause per drug: "A and B failed" says it of each."""
        return tuple(replace(self, therapies=(one,)) for one in self.therapies) or (self,)

    def may_be(self, other: "Clause") -> bool:
        """Whether both can be about the same drug and target; what a clause leaves open fits anything."""
        drug = not self.therapies or not other.therapies or related(self.therapies, other.therapies)
        return drug and (not self.targets or not other.targets or bool(self.targets & other.targets))


class ClauseReader:
    """Reads clauses with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        # The same paragraph is cited by many sentences of one answer.
        self._find = lru_cache(maxsize=1024)(self._all_named)

    def _all_named(self, text: str) -> list[Mention]:
        """What a text names, both forms of "topical and intravenous sodium thiosulfate" among them."""
        found = self._vocabulary.find(text)
        shared = []
        for mention in found:
            route, _, drug = text[mention.start : mention.end].partition(" ")
            other = _OTHER_ROUTE.search(text[: mention.start]) if _ROUTE.fullmatch(route) else None
            entity = self._vocabulary.entity(f"{other['route']} {drug}".lower()) if other else None
            if other and entity:
                shared.append(Mention(entity, other.start("route"), other.end("route")))
        return sorted([*found, *shared], key=lambda mention: mention.start)

    def clauses(self, text: str) -> list[Clause]:
        """The clauses of a text, each telling one outcome; what tells none belongs to the next that does, else to the one before."""
        return [clause for span in sentences(text) for clause in self._in_sentence(span.text)]

    def _in_sentence(self, sentence: str) -> list[Clause]:
        found: list[Clause] = []
        for clause in map(self._clause, self._pieces(sentence)):
            if found and not (clause.ways or clause.therapies or clause.targets):
                found[-1] = replace(found[-1], text=f"{found[-1].text} {clause.text}")
            else:
                found.append(replace(clause, ways=clause.ways or (found[-1].ways if found else frozenset())))
        return found

    def quoted(self, paragraph: str, proof: Proof) -> Iterator[Clause]:
        """The clauses of a quote; where one names no drug or target, it is about those that were named before it in its paragraph.

        Of the drugs it may be any, of the targets it is the last.
        """
        if not self.ways(proof.quote):
            return
        before, target = self._named(paragraph[: proof.start]), targets_before(paragraph, proof)
        for clause in self.clauses(proof.quote):
            before, target = tuple(dict.fromkeys((*before, *clause.therapies))), clause.targets or target
            yield replace(clause, therapies=clause.therapies or before, last_target=target)

    def owned(self, sentence: str) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """The pieces of a sentence between its drugs, with the names of the drugs that a figure there may belong to."""
        drugs = self._of_kind(sentence, "therapy")
        edges = [0, *(drug.end for drug in drugs)], [*(drug.start for drug in drugs), len(sentence)]
        names: list[tuple[Named, ...]] = [(), *((_wider(drug.entity),) for drug in drugs), ()]
        if "respectively" in sentence:
            names = [sum(names, ())] * len(names)
        for place, (start, end) in enumerate(zip(*edges, strict=True)):
            piece, mine, following = sentence[start:end], names[place], names[place + 1]
            cut = _LAST_BREAK.match(piece) if mine else None
            middle = cut.end() if cut else len(piece) if mine else 0
            yield piece[:middle], mine
            yield piece[middle:], (*mine, *following)

    def therapies(self, text: str) -> set[str]:
        """The drugs that a text names, under their own names."""
        return {drug.entity.name for drug in self._of_kind(text, "therapy")}

    def unnamed_conditions(self, claim: str, there: str) -> list[str]:
        """What stands before each disease that the claim names and the other text does not, neither as a thing nor word for word."""
        known = {name for one in self._of_kind(there, "condition") for name in _wider(one.entity)}
        printed = set(tokens(there)) | {"diseas"}
        found = self._of_kind(claim, "condition")
        unnamed = (one for one in found if one.entity.name not in known and not set(tokens(claim[one.start : one.end])) <= printed)
        return [claim[: one.start] for one in unnamed]

    def had_conditions(self, text: str) -> bool:
        """Whether a text says which disease somebody has."""
        return any(had(text[: one.start]) for one in self._of_kind(text, "condition"))

    def antibodies(self, sentence: str) -> list[tuple[Named, bool | None]]:
        """Each antibody with whether it is said to be there; None where the sentence says neither."""
        plain = sentence.lower()
        return [(_wider(one.entity), _polarity(plain[: one.start], plain[one.end :])) for one in self._of_kind(sentence, "antibody")]

    def _clause(self, text: str) -> Clause:
        return Clause(text, self._named(text), targets(text), self.ways(text))

    def ways(self, text: str) -> frozenset[Direction]:
        """Which way a text says things went, what was done with the drugs themselves left aside."""
        plain = _AT_MOST.sub("", _ORGAN_FAILURE.sub("insufficiency", normalise(text)))
        if none := _NONE.match(plain):
            told = direction(none["rest"].replace(" nor ", " or "))
            return frozenset(_OTHER_WAY[way] for way in told) | self.ways(plain[none.end() :].lstrip(" .;,:"))
        if not _HANDLED.search(plain):
            return direction(plain)
        for drug in reversed(self._of_kind(plain, "therapy")):
            before, after = _STOPPING.sub("", plain[: drug.start]), _STOPPED.sub("", plain[drug.end :])
            plain = f"{before}{plain[drug.start : drug.end]}{after}"
        return direction(_DOSING.sub("", plain))

    def _pieces(self, sentence: str) -> list[str]:
        """The sentence cut where a new outcome begins."""
        pieces: list[str] = []
        waiting, position = 0, 0
        for cut in [*_BREAK.finditer(sentence), None]:
            end = cut.start() if cut else len(sentence)
            if self.ways(sentence[position:end]):
                pieces.append(sentence[waiting:end])
                waiting = end
            position = cut.end() if cut else end
        return [*pieces, sentence[waiting:]] if waiting < len(sentence) else pieces

    def _named(self, text: str) -> tuple[Named, ...]:
        return tuple(dict.fromkeys(_wider(drug.entity) for drug in self._of_kind(text, "therapy")))

    def _of_kind(self, text: str, kind: str) -> list[Mention]:
        return [mention for mention in self._find(text) if mention.entity.kind == kind]


def targets_before(paragraph: str, proof: Proof) -> frozenset[str]:
    """The targets of the last sentence before a quote that names any."""
    return next((found for span in reversed(sentences(paragraph[: proof.start])) if (found := targets(span.text))), frozenset())


def targets(text: str) -> frozenset[str]:
    """What a text speaks of that may go better or worse: calcinosis, muscle, skin, pain, ulcer, lung, joint."""
    plain = normalise(text)
    return frozenset(name for name, cue in _TARGETS.items() if cue.search(plain))


def _wider(entity: Entity) -> Named:
    return (entity.name, *entity.groups)


def had(before: str) -> bool:
    """Whether a disease named after these words is somebody's ("a woman with limited ...")."""
    return bool(_HAD.search(before))


def _polarity(before: str, after: str) -> bool | None:
    if found := _BEFORE.search(before):
        return found["no"] is None
    if found := _AFTER.match(_OTHERWISE.sub("", after)):
        return found["no"] is None
    return None
