"""The verifier as a judge of any claim against any texts."""

from assistant.answer import Support
from corpus.vocabulary import Vocabulary
from evals.judging import VerifierJudge

TEXT = "Diltiazem 180 mg/day brought no benefit for the calcinosis."


def test_a_claim_is_judged_by_the_texts_it_cites_together(vocabulary: Vocabulary) -> None:
    judge = VerifierJudge(vocabulary)
    assert judge.entails(["She was 61 years old.", TEXT], TEXT)
    assert not judge.entails(["She was 61 years old."], TEXT)


def test_another_number_is_not_entailed(vocabulary: Vocabulary) -> None:
    assert VerifierJudge(vocabulary).verdict([TEXT], TEXT.replace("180", "80")) is Support.UNSUPPORTED


def test_nothing_cited_is_uncited(vocabulary: Vocabulary) -> None:
    assert VerifierJudge(vocabulary).verdict([""], TEXT) is Support.UNCITED
