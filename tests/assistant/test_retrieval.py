"""Both indexes together: fused by the stated formula, never with what the catalogue no longer knows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.answer import Exchange
from assistant.chain import Assistant
from assistant.conversation import Talk
from assistant.question import understand
from assistant.retrieval import SYNONYM_WEIGHT, HybridRetriever, Scale, convex_combination, fits
from assistant.scoring import Floats, Scorer
from corpus.report import Chunk, Filter, Hit, Passage, ReportId
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.assistant.inventing import entry, report
from tests.library import REPORT_IDS, entries


def test_scores_are_scaled_weighted_and_added_and_the_best_is_1() -> None:
    runs = {"bm25": [Hit("a", 12.0), Hit("b", 7.0), Hit("c", 2.0)], "dense": [Hit("b", 0.9), Hit("d", 0.5)]}
    fused = convex_combination(runs, {"bm25": 0.6, "dense": 0.4}, {"bm25": Scale(2.0, 20.0), "dense": Scale(0.5, 1.0)})
    a, b = 0.6 * 10 / 20, 0.6 * 5 / 20 + 0.4 * 0.4
    assert [(hit.chunk_id, pytest.approx(hit.score)) for hit in fused] == [("b", 1.0), ("a", a / b), ("c", 0.0), ("d", 0.0)]


def test_words_that_are_hardly_found_say_little_beside_the_vectors() -> None:
    runs = {"bm25": [Hit("a", 3.0), Hit("b", 1.0)], "dense": [Hit("b", 0.8), Hit("a", 0.7)]}
    weights, dense = {"bm25": 0.6, "dense": 0.4}, Scale(0.7, 1.0)
    assert convex_combination(runs, weights, {"bm25": Scale(0.0, 100.0), "dense": dense})[0].chunk_id == "b"
    assert convex_combination(runs, weights, {"bm25": Scale(0.0, 4.0), "dense": dense})[0].chunk_id == "a"


def test_equal_scores_are_ordered_by_chunk_id() -> None:
    scales = {"bm25": Scale(0.0, 5.0), "dense": Scale(0.0, 1.0)}
    fused = convex_combination({"bm25": [Hit("b", 1.0), Hit("a", 1.0)], "dense": []}, {"bm25": 0.6, "dense": 0.4}, scales)
    assert [hit.chunk_id for hit in fused] == ["a", "b"]


def test_a_single_hit_is_the_best() -> None:
    assert convex_combination({"bm25": [Hit("a", 3.0)]}, {"bm25": 0.6}, {"bm25": Scale(0.0, 9.0)}) == [Hit("a", 1.0)]
    assert convex_combination({"dense": [Hit("a", 0.3)]}, {"dense": 1.0}, {"dense": Scale(0.3, 1.0)}) == [Hit("a", 1.0)]


def test_nothing_found_is_nothing_fused() -> None:
    assert convex_combination({"bm25": [], "dense": []}, {"bm25": 0.6, "dense": 0.4}, {}) == []


def test_the_paragraph_with_most_of_the_questions_rare_words_fits_best() -> None:
    texts = ["It was a cohort.", "The deposits shrank on probenecid.", "Nothing of it.", "Probenecid was given in a cohort."]
    found = fits(texts, {"probenecid": 5.0, "deposit": 3.0, "cohort": 1.0})
    assert max(found) == found[1] == 1.0
    assert found[2] < found[0] < found[3] < 1.0
    assert found[2] > 0  # vectors may have found what has none of the words


def test_where_no_word_tells_paragraphs_apart_all_fit_alike() -> None:
    assert fits(["one", "two"], {"other": 2.0}) == fits(["one", "two"], {}) == (1.0, 1.0)
    assert fits(["alone"], {"other": 2.0}) == (1.0,)


def test_a_passages_best_paragraph_has_all_of_its_score_and_the_others_less(over: Callable[..., Assistant]) -> None:
    told = report("smith", "A woman of 40 was seen.", "Probenecid was given for the calcinosis.", "She was well.")
    whole = replace(
        entry(told),
        chunks=(
            Chunk("smith#c1", told.id, tuple(one.id for one in told.paragraphs), "", (), "\n\n".join(one.text for one in told.paragraphs)),
        ),
    )
    (found,) = over(whole).search("Was probenecid given for calcinosis?")
    assert found.best.text == "Probenecid was given for the calcinosis."
    assert found.paragraph_scores[1] == found.score > max(found.paragraph_scores[0], found.paragraph_scores[2]) > 0


@pytest.fixture
def retriever(library: Corpus, settings: Settings, vocabulary: Vocabulary) -> HybridRetriever:
    return HybridRetriever(library, settings, vocabulary)


def test_synonyms_are_searched_at_a_lower_weight(retriever: HybridRetriever, vocabulary: Vocabulary) -> None:
    weights = retriever.weights(understand("Did IVIG help?", vocabulary))
    assert weights["ivig"] == 1.0
    assert weights["intraven"] == SYNONYM_WEIGHT


def test_a_report_is_found_under_another_name_of_the_drug(assistant: Assistant) -> None:
    assert assistant.search("IVIG")[0].report_id == REPORT_IDS[1]


def test_passages_come_best_first_with_scores_between_nothing_and_one(assistant: Assistant) -> None:
    found = assistant.search("Did diltiazem help the calcinosis?")
    scores = [passage.score for passage in found]
    assert found[0].report_id == REPORT_IDS[2]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_passage_says_which_index_found_it(assistant: Assistant) -> None:
    best = assistant.search("Diltiazem 180 mg/day brought no benefit for the calcinosis.")[0]
    assert best.found_by == ("bm25", "dense")


def test_a_passage_brings_its_paragraphs_whole(assistant: Assistant) -> None:
    for passage in assistant.search("calcinosis"):
        assert all(one.id.startswith(f"{passage.report_id}#p") for one in passage.paragraphs)
        assert all(one.text in passage.text for one in passage.paragraphs)


def test_a_filter_is_kept_and_fills_the_limit(assistant: Assistant) -> None:
    found = assistant.search("calcinosis", filters=Filter(report_ids=(REPORT_IDS[0],)), k=3)
    assert [passage.report_id for passage in found] == [REPORT_IDS[0]] * 3


def test_a_filter_that_nothing_passes_finds_nothing(assistant: Assistant) -> None:
    assert assistant.search("calcinosis", filters=Filter(year_from=2090)) == []


def test_what_the_catalogue_forgot_is_not_found_and_takes_no_place(over: Callable[..., Assistant], corpus: Corpus) -> None:
    built = over(*entries())
    corpus.catalog.remove([REPORT_IDS[2]])
    found = built.search("fingertip calcinosis diltiazem", k=3)
    assert len(found) == 3
    assert REPORT_IDS[2] not in {passage.report_id for passage in found}


@pytest.mark.parametrize(("weight", "found_by"), [(0.0, {("bm25",)}), (1.0, {("dense",)})])
def test_one_index_alone_can_be_chosen(
    library: Corpus, vocabulary: Vocabulary, settings: Settings, weight: float, found_by: set[tuple[str, ...]]
) -> None:
    chosen = load_settings(home=settings.home, dense_weight=weight)
    found = HybridRetriever(library, chosen, vocabulary).search(understand("diltiazem calcinosis", vocabulary), 5)
    assert {passage.found_by for passage in found} == found_by


def test_a_library_of_many_reports_gives_no_more_than_asked(over: Callable[..., Assistant]) -> None:
    built = over(*(entry(report(f"r{number}", f"Calcinosis of kind {number} was seen.")) for number in range(30)))
    assert len(built.search("calcinosis", k=50)) == 30
    assert len(built.search("calcinosis", k=7)) == 7


def test_of_a_follow_up_its_own_words_weigh_most_and_each_question_before_less_than_the_one_after(
    retriever: HybridRetriever, vocabulary: Vocabulary
) -> None:
    talk = Talk("And the knee?", ("Where did lumps grow?", "Which lasers burn?"), "Nothing.")
    weights = retriever.weights(understand("And the knee (swelling)?", vocabulary), talk)
    own, carried, last, earlier = (weights[token] for token in ("knee", "swell", "lump", "laser"))
    assert own == 1.0
    assert own > last > earlier > 0
    assert last > carried > 0
    assert "noth" not in weights


@pytest.mark.parametrize("question", ["and for how long?", "What about rituximab?", "Which antibodies did she have?", "Did it work?"])
def test_a_search_with_its_conversation_finds_what_the_answer_is_read_from(assistant: Assistant, question: str) -> None:
    asked = "What was intravenous immunoglobulin given for?"
    history = (Exchange("user", asked), Exchange("assistant", assistant.answer(asked).text))
    assert tuple(assistant.search(question, history=history)) == assistant.answer(question, history=history).passages


def _scores(retriever: HybridRetriever, vocabulary: Vocabulary, answer: str, focus: list[ReportId]) -> dict[str, float]:
    question, talk = understand("And the pain?", vocabulary), Talk("And the pain?", ("Did surgery help?",), answer)
    return {one.chunk_id: one.score for one in retriever.search(question, 50, focus, talk) if one.report_id == REPORT_IDS[0]}


def test_what_the_last_answer_told_is_not_preferred_again(retriever: HybridRetriever, vocabulary: Vocabulary) -> None:
    focus = [REPORT_IDS[0]]
    first, *others = retriever.search(understand("And the pain?", vocabulary), 50, focus)
    told = next(one for one in (first, *others) if one.report_id == REPORT_IDS[0])
    silent, after = (_scores(retriever, vocabulary, answer, focus) for answer in ("", told.text))
    assert silent[told.chunk_id] - after[told.chunk_id] > 0.2


# -- with a scorer ------------------------------------------------------------------------------------------


class _Prefers:
    """A scorer that holds one word for the answer."""

    name = "prefers"

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        assert question
        self.read += texts
        return np.array([4.0 if self.word in text else -4.0 for text in texts], dtype=np.float32)


def _scored(library: Corpus, settings: Settings, vocabulary: Vocabulary, scorer: Scorer | None) -> list[Passage]:
    return HybridRetriever(library, settings, vocabulary, scorer).search(understand("calcinosis treatment", vocabulary), 5)


def test_a_scorer_moves_the_passage_that_it_holds_for_the_answer_up_and_says_how_likely_each_one_answers(
    library: Corpus, settings: Settings, vocabulary: Vocabulary
) -> None:
    plain = _scored(library, settings, vocabulary, None)
    preferred, *others = plain[1], plain[0], *plain[2:]
    word = next(word for word in preferred.text.split() if len(word) > 5 and not any(word in one.text for one in others))
    found = _scored(library, settings, vocabulary, _Prefers(word))
    assert found[0].chunk_id == preferred.chunk_id
    assert found[0].answers == pytest.approx(0.982, abs=0.001)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.answers is None for one in plain)


def test_a_scorer_reads_title_and_heading_before_the_text(library: Corpus, settings: Settings, vocabulary: Vocabulary) -> None:
    scorer = _Prefers("nothing")
    found = _scored(library, settings, vocabulary, scorer)
    assert all(any(text.startswith(one.reference.title) and one.text in text for text in scorer.read) for one in found)


def test_a_scorer_that_sees_no_difference_leaves_the_order_of_the_fusion(
    library: Corpus, settings: Settings, vocabulary: Vocabulary
) -> None:
    plain = _scored(library, settings, vocabulary, None)
    assert [one.chunk_id for one in _scored(library, settings, vocabulary, _Prefers("nothing"))] == [one.chunk_id for one in plain]
