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
    "pain": re.compile(r"\b(?:pain\w*|tender\w*)\b"),
    "ulcer": re.compile(r"\bulcer\w*"),
    "lung": re.compile(r"\b(?:lungs?|pulmonary|dyspn\w+|interstitial)\b"),
    "joint": re.compile(r"\b(?:joints?|arthriti\w+|contractures?)\b"),
}
_AFTER = re.compile(
    r"^[^;.]*?\b(?:(?P<yes>positive(?! for)|detected|present|found)"
    r"|(?P<no>negative(?! for)|absent|undetectable|not (?:detected|found|present)))\b"
)
_BEFORE = re.compile(
    r"(?:(?P<no>\bnegative for|\bwithout|\bno|\black(?:ed|ing)?|\babsence of)|(?P<yes>\bpositive for))\b"
    r"(?:(?!\b(?:but|with|without|positive|negative|no)\b)[^;.]){0,60}$"
)
_OTHERWISE = re.compile(r"\b(?:but|whereas|while|although)\b.*$")
_ROUTE = re.compile(r"topical|oral|intravenous|intralesional|subcutaneous|intramuscular|systemic|local|IV", re.IGNORECASE)
_OTHER_ROUTE = re.compile(rf"\b(?P<route>{_ROUTE.pattern})(?:,| and| or|/)\s*$", re.IGNORECASE)
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
    """What a clause names and which way it says things went."""

    text: str
    therapies: tuple[Named, ...]
    targets: frozenset[str]
    ways: frozenset[Direction]

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

    def _in_sentence(self, sentence: str) -> Iterator[Clause]:
        ways: frozenset[Direction] = frozenset()
        for piece in _pieces(sentence):
            clause = self._clause(piece)
            ways = clause.ways or ways
            yield replace(clause, ways=ways)

    def quoted(self, paragraph: str, proof: Proof) -> Iterator[Clause]:
        """The clauses of a quote; where one names no drug, it is about those that were named before it in its paragraph."""
        if not direction(proof.quote):
            return
        before = self._named(paragraph[: proof.start])
        for clause in self.clauses(proof.quote):
            before = tuple(dict.fromkeys((*before, *clause.therapies)))
            yield clause if clause.therapies else replace(clause, therapies=before)

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

    def unnamed_conditions(self, claim: str, there: str) -> bool:
        """Whether the claim names a disease that the other text does not, neither as a thing nor word for word."""
        known = {name for one in self._of_kind(there, "condition") for name in _wider(one.entity)}
        printed = set(tokens(there)) | {"diseas"}
        found = self._of_kind(claim, "condition")
        return any(one.entity.name not in known and not set(tokens(claim[one.start : one.end])) <= printed for one in found)

    def antibodies(self, sentence: str) -> list[tuple[Named, bool | None]]:
        """Each antibody with whether it is said to be there; None where the sentence says neither."""
        plain = sentence.lower()
        return [(_wider(one.entity), _polarity(plain[: one.start], plain[one.end :])) for one in self._of_kind(sentence, "antibody")]

    def _clause(self, text: str) -> Clause:
        plain = normalise(text)
        targets = frozenset(name for name, cue in _TARGETS.items() if cue.search(plain))
        return Clause(text, self._named(text), targets, direction(text))

    def _named(self, text: str) -> tuple[Named, ...]:
        return tuple(dict.fromkeys(_wider(drug.entity) for drug in self._of_kind(text, "therapy")))

    def _of_kind(self, text: str, kind: str) -> list[Mention]:
        return [mention for mention in self._find(text) if mention.entity.kind == kind]


def _wider(entity: Entity) -> Named:
    return (entity.name, *entity.groups)


def _polarity(before: str, after: str) -> bool | None:
    if found := _BEFORE.search(before):
        return found["no"] is None
    if found := _AFTER.match(_OTHERWISE.sub("", after)):
        return found["no"] is None
    return None


def _pieces(sentence: str) -> list[str]:
    """The sentence cut where a new outcome begins."""
    pieces: list[str] = []
    waiting, position = 0, 0
    for cut in [*_BREAK.finditer(sentence), None]:
        end = cut.start() if cut else len(sentence)
        if direction(sentence[position:end]):
            pieces.append(sentence[waiting:end])
            waiting = end
        position = cut.end() if cut else end
    return [*pieces, sentence[waiting:]] if waiting < len(sentence) else pieces
