"""The second reader's training loop: logistic loss over single pairs, in batches of like length."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.scorer_network import Scorer
from evals.progress import tell
from evals.training.examples import Told
from evals.training.learning import rate_at, read

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast is learned. Texts of more than ``tokens`` are left out: their end would not be read, and it may be what tells.

    The word vectors and the first ``frozen`` layers stay as they are: a third of the time, and what they know is kept.
    """

    epochs: float = 1.3
    batch: int = 32
    tokens: int = 200
    frozen: int = 2
    encoder_rate: float = 1.2e-4
    head_rate: float = 1e-3
    warm_up: float = 0.08
    seed: int = 7
    told_every: int = 25


# Nobody is sure of every verdict: 0.05 off the ends (label smoothing, Szegedy et al. 2016).
_SMOOTHING = 0.05
# Batches of like length are cut from so many batches' worth of examples in a random order.
_BATCHES_SORTED = 8


def learn_told(model: Scorer, tokenizer: "Tokenizer", examples: Sequence[Told], plan: Plan) -> int:
    """Train the relevance head and the upper layers in place; the number of steps taken."""
    draw = random.Random(plan.seed)
    torch.manual_seed(plan.seed)
    _freeze(model, plan.frozen)
    rows = tokenizer.encode_batch([(one.question, one.text) for one in examples])
    kept = [(row, one.told) for row, one in zip(rows, examples, strict=True) if len(row.ids) <= plan.tokens]
    steps = int(plan.epochs * len(kept) / plan.batch)
    optimiser = _optimiser(model, plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps, plan.warm_up))
    model.train()
    began, losses = time.monotonic(), list[float]()
    for step, batch in zip(range(1, steps + 1), _batches(kept, plan, draw), strict=False):
        wanted = torch.tensor([float(told) for _, told in batch]) * (1 - 2 * _SMOOTHING) + _SMOOTHING
        loss = binary_cross_entropy_with_logits(read(model, [row for row, _ in batch])[:, 0].float(), wanted)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([one for one in model.parameters() if one.requires_grad], 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        losses.append(float(loss.detach()))
        if step % plan.told_every == 0:
            recent = losses[-plan.told_every :]
            tell(f"step {step}/{steps}, {(time.monotonic() - began) / step:.2f} s each, loss {sum(recent) / len(recent):.4f}")
    return steps


def _freeze(model: Scorer, layers: int) -> None:
    for part in (model.support, model.encoder.embeddings, *model.encoder.encoder.layer[:layers]):
        part.requires_grad_(False)


def _optimiser(model: Scorer, plan: Plan) -> torch.optim.Optimizer:
    inner = [one for one in model.encoder.parameters() if one.requires_grad]
    heads = [*model.alike.parameters(), *model.relevance.parameters()]
    return torch.optim.AdamW([{"params": inner, "lr": plan.encoder_rate}, {"params": heads, "lr": plan.head_rate}], weight_decay=0.01)


_Row = tuple["Encoding", bool]


def _batches(rows: Sequence[_Row], plan: Plan, draw: random.Random) -> Iterator[list[_Row]]:
    """Full batches, for ever: every row once in a random order, then again in another; what is left over of a round is not read."""
    while True:
        order = draw.sample(list(rows), len(rows))
        for start in range(0, len(order), plan.batch * _BATCHES_SORTED):
            alike = sorted(order[start : start + plan.batch * _BATCHES_SORTED], key=lambda row: len(row[0].ids))
            cut = [alike[at : at + plan.batch] for at in range(0, len(alike), plan.batch)]
            yield from (one for one in draw.sample(cut, len(cut)) if len(one) == plan.batch)
