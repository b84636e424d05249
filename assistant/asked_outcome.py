"""A question for what failed is not answered by a success, nor one for muscle by the skin: which quoted sentences say what is asked for."""

import re
from collections.abc import Sequence

from assistant.answer import EvidenceRow
from assistant.clauses import Clause, ClauseReader, Named, related, targets
from assistant.conversation import without_carried
from assistant.question import AND_NOT, YES_OR_NO, Question, asking
from corpus.case import Proof
from corpus.direction import Direction
from corpus.text import normalise

# What is asked for: "which drugs", "drugs that", "who" at the head of the question.
_DRUGS = r"(?:therap(?:y|ies)|drugs?|treatments?|medic(?:ines?|ations?)|agents?|interventions?)"
_ASKING = rf"(?:\b(?:what|which|why|list|name|any(?:thing|one)?)\b|^who\b|\b{_DRUGS}(?= (?:that|which)))"
# The outcome that is asked for stands in the question's own clause: "what was given after methotrexate failed?" asks for no failure.
_ELSEWHERE = (
    "after|when|once|since|because|despite|although|whose|whom|who|where|before|following|next|then|until|while|refractory|resistant"
)
_MOVED_ON = re.compile(r"\b(?:after that|next|then|afterwards|instead)\b")
_WITHIN = rf"(?:(?!\b(?:{_ELSEWHERE})\b)[^?.;,:])*?"
_NOT = r"(?:not|never|\w+n't|didnt|doesnt|dont|wasnt|isnt|werent|hasnt|havent)"
_WORSE = "|".join(
    (
        r"fail\w* to \w+",
        r"fail\w*",
        r"flop\w*",
        r"(?:did|does|do|was|were|is|had|has|have|made|brought|showed|gave) "
        r"(?:nothing|no (?:benefit|effect|use|good|help|difference|response|improvement))",
        rf"{_NOT} (?:\w+ )?(?:work|help|respond|benefit|improve|effective|successful|cure|resolve|relieve|clear|control|ease|soften)\w*",
        r"(?:of|to|with) no (?:use|benefit|avail|effect)",
        r"without (?:any )?(?:benefit|effect|success|response)",
        r"(?:ineffective|useless|unhelpful|unsuccessful\w*)",
        r"stop(?:ped)? working",
        r"worsen\w*",
    )
)
_BETTER = "|".join(
    (
        r"(?:work|help|succeed|benefit|improve|ease|relieve|soften|control|cure|resolve)(?:s|d|ed|ing)?",
        r"(?:helpful|successful|beneficial|effective)(?:ly)?",
        r"shr[aiu]nk|regress\w*|clear(?:s|ed)|smaller|better",
        r"respond(?:s|ed)? to",
    )
)
# "In patients with skin disease" tells who they were; "for skin disease" what was to get better.
_PATIENTS_WITH = re.compile(
    r"\b(?:patients?|cases?|wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|adults?|people|those|someone|anyone)"
    r" (?:with|who ha[ds]|who have|having|whose) [^?,;.]*?(?=$|[?,;.]|\bfor\b|\bagainst\b)"
)
# "Refractory dermatomyositis" and "progressive calcinosis" describe patients, not what a therapy did.
_DESCRIBED = re.compile(r"\b(?:refractory|resistant|unresponsive)\b(?! to)|\bprogressive\b|\b(?:recurrent|persistent)\b", re.IGNORECASE)
_AND_NOT = re.compile(AND_NOT)
_NEGATED = re.compile(rf"\b(?:{_WORSE})\b")
_FOR_WORSE, _FOR_BETTER = (re.compile(rf"{_ASKING}{_WITHIN}\b(?:{words})\b") for words in (_WORSE, _BETTER))


class AskedOutcome:
    """The direction that a question asks for, of which target and which drugs; ``way`` is None where it asks for no single one."""

    def __init__(self, question: Question, reader: ClauseReader) -> None:
        self._reader = reader
        self.way = asked_way(question.text)
        self._targets = targets(_PATIENTS_WITH.sub(" ", normalise(question.text)))
        self._therapies: tuple[Named, ...] = tuple((one.name, *one.groups) for one in question.therapies)

    def told_in(self, paragraph: str, quote: Proof) -> bool:
        """Whether a quoted sentence says that direction, of that target, and of that drug where one is named."""
        if self.way is None:
            return True
        if self.way not in self._reader.ways(quote.quote):
            return False
        return any(
            (not self._therapies or not clause.therapies or related(self._therapies, clause.therapies))
            and (not self._targets or bool(self._targets & clause.last_target))
            and self._says(clause)
            for clause in self._reader.quoted(paragraph, quote)
        )

    def _says(self, clause: Clause) -> bool:
        return self.way in clause.ways and self.way in self._reader.ways(_DESCRIBED.sub(" ", clause.text))

    def aimed_at(self, rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
        """The rows whose target is the asked-for one; all of them where none is asked for, or no single direction is."""
        if self.way is None or not self._targets:
            return list(rows)
        return [row for row in rows if row.row.target and self._targets & targets(row.row.target)]

    def leads_up(self, sentence: str) -> bool:
        """Whether a sentence only names what was given, or tells its outcome for no target: of which it was is told by another one."""
        ways = self._reader.ways(sentence)
        return bool(self._reader.therapies(sentence)) and (not ways or (ways == {self.way} and not targets(sentence)))


def asked_way(question: str) -> Direction | None:
    """``worse`` for "what failed?", ``better`` for "what helped?"; None for both, for neither and for yes-or-no questions."""
    plain = normalise(asking(question))
    own = without_carried(plain)
    # "And the inhibitor after that? (which failed)": what the talk asked before is behind us.
    plain = own if _MOVED_ON.search(own) else plain
    if YES_OR_NO.match(plain) or _AND_NOT.search(plain):
        return None
    # "Which drugs did not work" also holds "work".
    worse, better = bool(_FOR_WORSE.search(plain)), bool(_FOR_BETTER.search(_NEGATED.sub(" ", plain)))
    if worse is better:
        return None
    return "worse" if worse else "better"
