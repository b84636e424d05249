"""The loop learns: a small task that the starting network does not solve, from the packaged encoder's first layer."""

import random

import pytest
import torch

from assistant.scorer_network import Scorer, starting_from
from evals.training import learning_told
from evals.training.__main__ import packaged_encoder, tokenizer_of
from evals.training.examples import CONTRADICTED, SUPPORTED, Asked, Stated, Told
from evals.training.exporting import encoded
from evals.training.learning import Plan, learn
from evals.training.learning_told import learn_told

NAMES = ("warfarin", "aspirin", "colchicine", "rituximab", "diltiazem", "prednisone")


def _asked(seed: int) -> list[Asked]:
    """The right passage is the one that says the drug worked; all name it."""
    draw = random.Random(seed)
    return [
        Asked("toy", "train", f"Did {name} work?", (f"{name.capitalize()} worked.",), (f"{name.capitalize()} was sold.", "Plums are blue."))
        for name in draw.choices(NAMES, k=32)
    ]


def _stated() -> list[Stated]:
    told = [Stated("toy", "train", f"{name} worked.", f"{name} worked.", SUPPORTED) for name in NAMES]
    return told + [Stated("toy", "train", f"{name} worked.", f"{name} failed.", CONTRADICTED) for name in NAMES]


def _relevance(model: Scorer, pairs: list[tuple[str, str]]) -> list[float]:
    model.eval()
    tokenizer = tokenizer_of(packaged_encoder(), 32)
    with torch.no_grad():
        return [float(model(*encoded(tokenizer, [pair]))[0, 0]) for pair in pairs]


def test_training_puts_what_answers_above_what_only_names_it_and_twice_the_same_seed_gives_the_same_network() -> None:
    plan = Plan(epochs=1.5, questions=4, others=2, statements=4, encoder_rate=3e-4, seed=3, told_every=1000)
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        model = starting_from(packaged_encoder(), 1)
        learn(model, tokenizer_of(packaged_encoder(), 32), _asked(3), _stated(), plan)
        found.append(_relevance(model, [("Did infliximab work?", "Infliximab worked."), ("Did infliximab work?", "Infliximab was sold.")]))
    assert found[0][0] > found[0][1] + 0.5
    assert found[0] == pytest.approx(found[1], abs=1e-3)


def test_the_starting_network_ranks_by_likeness_as_the_encoder_does() -> None:
    model = starting_from(packaged_encoder(), 6)
    near, far = _relevance(model, [("calcinosis of the skin", "skin calcification"), ("calcinosis of the skin", "the price of plums")])
    assert near > far


def test_the_second_reader_learns_which_paragraph_tells_and_leaves_its_lower_layers_as_they_were() -> None:
    said = {True: "{} worked.", False: "{} was sold."}
    examples = [
        Told("toy", "train", f"Did {name} work?", text.format(name.capitalize()), told) for name in NAMES for told, text in said.items()
    ]
    plan = learning_told.Plan(epochs=12, batch=4, frozen=1, encoder_rate=3e-4, seed=3, told_every=1000)
    torch.manual_seed(3)
    model, tokenizer = starting_from(packaged_encoder(), 2), tokenizer_of(packaged_encoder(), None)
    start = {name: one.detach().clone() for name, one in model.encoder.named_parameters()}
    assert learn_told(model, tokenizer, examples, plan) == 36
    found = _relevance(model, [("Did infliximab work?", "Infliximab worked."), ("Did infliximab work?", "Infliximab was sold.")])
    assert found[0] > found[1] + 0.5
    moved = {name for name, one in model.encoder.named_parameters() if not torch.equal(one, start[name])}
    assert moved
    assert all(name.startswith("encoder.layer.1.") for name in moved)


def test_a_text_too_long_to_be_read_whole_is_not_learned_from() -> None:
    long = Told("toy", "train", "Did it work?", "word " * 300, told=True)
    model = starting_from(packaged_encoder(), 1)
    assert learn_told(model, tokenizer_of(packaged_encoder(), None), [long] * 8, learning_told.Plan(batch=4)) == 0
