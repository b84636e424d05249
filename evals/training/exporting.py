"""From the trained network to what is shipped, and how far its answers are from the trained one's."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from assistant.scorer_network import Scorer, save
from assistant.scoring import PackagedScorer

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def export(model: Scorer, tokenizer: "Tokenizer", folder: Path, file: str) -> None:
    """Write the network and ``tokenizer.json`` to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    save(model, folder / file)
    tokenizer.save(str(folder / "tokenizer.json"))


def agreement(model: Scorer, tokenizer: "Tokenizer", folder: Path, file: str, pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Between the trained network and the shipped file: the correlation of their relevance, and the largest difference in log-odds."""
    shipped = PackagedScorer(folder, file)
    theirs = np.array([shipped.relevance(question, [text])[0] for question, text in pairs])
    model.eval()
    with torch.no_grad():
        ours = np.array([float(model(*encoded(tokenizer, [pair]))[0, 0]) for pair in pairs])
    return float(np.corrcoef(ours, theirs)[0, 1]), float(np.abs(ours - theirs).max())


def encoded(tokenizer: "Tokenizer", pairs: Sequence[tuple[str, str]]) -> tuple[torch.Tensor, ...]:
    """Input ids, attention mask and token types of a batch."""
    rows = tokenizer.encode_batch(list(pairs))
    return tuple(torch.tensor([getattr(row, name) for row in rows]) for name in ("ids", "attention_mask", "type_ids"))
