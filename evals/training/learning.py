"""The training loop: questions with their passages (listwise softmax and, for the height of the scores, logistic loss), and statements.

On the CPU in bfloat16 where it computes in it. Everything is drawn from one seed; what a batch holds does not depend on the machine.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from assistant.scorer_network import Scorer
from corpus.embedding import computes_in_bfloat16
from evals.progress import tell
from evals.training.examples import Asked, Stated

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Example = TypeVar("Example")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast is learned. ``minutes`` ends a run early on a slow machine: then the figures are not reproduced."""

    epochs: float = 2.0
    questions: int = 6
    others: int = 3
    statements: int = 6
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    towards_start: float = 0.02
    warm_up: float = 0.08
    seed: int = 7
    told_every: int = 50
    minutes: float = 600.0


# Half of the others come from the top of our own ranking, where the hardest stand.
_HARDEST = 5
# Passages are read without their title so often, for a title answers nothing.
_UNTITLED = 0.25
_MICRO_BATCH = 13
_HEIGHT_WEIGHT, _SUPPORT_WEIGHT = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pairs to read; ``groups`` are ranges of pairs of one question, whether their first one answers; the rest are statements."""

    pairs: list[tuple[str, str]]
    groups: list[tuple[int, int, bool]]
    verdicts: list[int]


def learn(model: Scorer, tokenizer: "Tokenizer", asked: Sequence[Asked], stated: Sequence[Stated], plan: Plan) -> int:
    """Train in place; the number of steps taken."""
    draw = random.Random(plan.seed)
    torch.manual_seed(plan.seed)
    steps = int(plan.epochs * len(asked) / plan.questions)
    optimiser, start = _optimiser(model, plan), {name: one.detach().clone() for name, one in model.encoder.named_parameters()}
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps, plan.warm_up))
    model.train()
    began, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(_batches(asked, stated, plan, steps, draw), start=1):
        losses.append(_learn_batch(model, tokenizer, batch))
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        _drawn_to(start, model, plan.towards_start * float(schedule.get_last_lr()[0]))
        if step % plan.told_every == 0:
            recent = losses[-plan.told_every :]
            tell(f"step {step}/{steps}, {(time.monotonic() - began) / step:.2f} s each, loss {sum(recent) / len(recent):.4f}")
        if time.monotonic() - began > plan.minutes * 60:
            tell(f"stopped after {plan.minutes:g} minutes at step {step} of {steps}")
            return step
    return steps


def _optimiser(model: Scorer, plan: Plan) -> torch.optim.Optimizer:
    inner = [one for one in model.encoder.parameters() if one.requires_grad]
    heads = [one for name, one in model.named_parameters() if not name.startswith("encoder.")]
    return torch.optim.AdamW([{"params": inner, "lr": plan.encoder_rate}, {"params": heads, "lr": plan.head_rate}], weight_decay=0.0)


def rate_at(step: int, steps: int, warm_up: float) -> float:
    rising = max(1.0, warm_up * steps)
    return min((step + 1) / rising, max(0.02, (steps - step) / max(1.0, steps - rising)))


def _drawn_to(start: dict[str, Tensor], model: Scorer, share: float) -> None:
    """A step back towards the packaged encoder (L2-SP, Li, Grandvalet and Davoine 2018), so that what it knows is kept."""
    with torch.no_grad():
        for name, one in model.encoder.named_parameters():
            if one.requires_grad:
                one.lerp_(start[name], share)


def _learn_batch(model: Scorer, tokenizer: "Tokenizer", batch: _Batch) -> float:
    """Read in small batches of like length, so that little is computed for padding."""
    rows = tokenizer.encode_batch(batch.pairs)
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    parts = [order[at : at + _MICRO_BATCH] for at in range(0, len(order), _MICRO_BATCH)]
    outputs = [read(model, [rows[place] for place in part]) for part in parts]
    logits = torch.cat(outputs)[torch.argsort(torch.tensor([place for part in parts for place in part]))]
    loss = _loss(logits.float(), batch)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def read(model: Scorer, rows: Sequence["Encoding"]) -> Tensor:
    width = max(len(row.ids) for row in rows)
    filled = [
        torch.tensor([[*getattr(row, name), *([0] * (width - len(row.ids)))] for row in rows])
        for name in ("ids", "attention_mask", "type_ids")
    ]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=computes_in_bfloat16()):
        found: Tensor = model(*filled)
    return found


def _loss(logits: Tensor, batch: _Batch) -> Tensor:
    ranking, height = list[Tensor](), list[Tensor]()
    for start, stop, answered in batch.groups:
        relevance = logits[start:stop, 0]
        wanted = torch.zeros_like(relevance)
        if answered:
            wanted[0] = 1.0
            ranking.append(cross_entropy(relevance.unsqueeze(0), torch.tensor([0])))
        height.append(binary_cross_entropy_with_logits(relevance, wanted))
    total = _HEIGHT_WEIGHT * torch.stack(height).mean()
    if ranking:
        total = total + torch.stack(ranking).mean()
    if batch.verdicts:
        support = logits[batch.groups[-1][1] :, 1:]
        total = total + _SUPPORT_WEIGHT * cross_entropy(support, torch.tensor(batch.verdicts))
    return total


# -- what a batch holds -----------------------------------------------------------------------------------


def _batches(asked: Sequence[Asked], stated: Sequence[Stated], plan: Plan, steps: int, draw: random.Random) -> Iterator[_Batch]:
    questions, statements = _endless(asked, draw), _endless(stated, draw)
    for _ in range(steps):
        pairs, groups = list[tuple[str, str]](), list[tuple[int, int, bool]]()
        for _ in range(plan.questions):
            one = next(questions)
            texts = [*([draw.choice(one.answers)] if one.answers else []), *_others(one, plan.others + (not one.answers), draw)]
            groups.append((len(pairs), len(pairs) + len(texts), bool(one.answers)))
            pairs += [(one.question, _titled(text, draw)) for text in texts]
        chosen = [next(statements) for _ in range(plan.statements)] if stated else []
        pairs += [(one.statement, _titled(one.passage, draw)) for one in chosen]
        yield _Batch(pairs, groups, [one.verdict for one in chosen])


def _others(one: Asked, size: int, draw: random.Random) -> list[str]:
    hard, rest = list(one.others[:_HARDEST]), list(one.others[_HARDEST:])
    near = draw.sample(hard, min((size + 1) // 2, len(hard)))
    far = draw.sample(rest, min(size - len(near), len(rest)))
    return near + far


def _titled(text: str, draw: random.Random) -> str:
    _, _, rest = text.partition("\n")
    return rest if rest and draw.random() < _UNTITLED else text


def _endless(examples: Sequence[Example], draw: random.Random) -> Iterator[Example]:
    """Every example once in a random order, then again in another."""
    while True:
        yield from draw.sample(list(examples), len(examples))
