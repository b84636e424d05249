"""Our own citation verifier as a judge of claims against given texts.

It is the verifier that every answer passed already, so on our own answers it cannot contradict itself; it says something about other
systems' citations, about superfluous ones of ours, and beside experts' verdicts about itself.
"""

from collections.abc import Sequence

from assistant.answer import Support
from assistant.citations import CitedParagraph, Draft, Verifier
from corpus.case import Proof
from corpus.report import Paragraph, Reference, paragraph_id
from corpus.vocabulary import Vocabulary

_NAME = "judged"


class VerifierJudge:
    """``verdict`` of a claim that cites these texts; ``entails`` where they support it fully."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def entails(self, texts: Sequence[str], claim: str) -> bool:
        return self.verdict(texts, claim) is Support.SUPPORTED

    def verdict(self, texts: Sequence[str], claim: str) -> Support:
        cited = {paragraph_id(_NAME, number): text for number, text in enumerate(texts, start=1) if text}
        sources = {name: CitedParagraph(_NAME, Reference(""), Paragraph(name, text)) for name, text in cited.items()}
        proofs = tuple(Proof(name, quote=text, start=0, end=len(text)) for name, text in cited.items())
        return Verifier(self._vocabulary, sources.get).check(Draft(claim, proofs)).support
