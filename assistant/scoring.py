"""Reading question and passage together: how surely a passage answers, and whether it supports a statement."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from corpus.embedding import computes_in_bfloat16, set_hub_switch
from corpus.errors import ModelUnavailable
from corpus.report import Passage
from corpus.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder
    from tokenizers import Encoding, Tokenizer
    from torch import Tensor

    from assistant.scorer_network import Scorer as Network

Floats = npt.NDArray[np.float32]

PACKAGED = Path(__file__).parent / "scorer"
# The first reads the passages that were found and ranks them; the second, twice as deep, reads the few paragraphs that an answer may be
# quoted from: whether they tell what is asked.
FIRST, SECOND = "model.safetensors", "second.safetensors"
# Passages are about 200 tokens; what stands behind this many is not read.
MAX_TOKENS = 256
# Texts of like length are read together; 8 at a time fill two cores.
_BATCH = 8


# Set for a question whose asker may leave while it is read: what then is not read yet is not read any more.
LEFT: ContextVar[Event | None] = ContextVar("left", default=None)


class AskerLeft(Exception):
    """Nobody waits for this reading any more."""


class Scorer(Protocol):
    """Reads pairs of texts. ``name`` says which model it is, for the record of an answer."""

    @property
    def name(self) -> str: ...

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        """How surely each text answers the question, shape (len(texts),), as log-odds. Raises ModelUnavailable at the first call."""
        ...


def scored(title: str, section: Sequence[str], text: str) -> str:
    """What is read of a text: title and section before it, as the indexes see it."""
    return "\n".join(part for part in (title, " > ".join(section), text) if part)


def scored_text(passage: Passage) -> str:
    """What of a passage is read."""
    return scored(passage.reference.title, passage.paragraphs[0].section if passage.paragraphs else (), passage.text)


def answering(read: Floats) -> Floats:
    """Log-odds as chances (0..1)."""
    found: Floats = (1 / (1 + np.exp(-read))).astype(np.float32)
    return found


# One reading at a time fills the processor, and one thread does them all, for every model: each thread that computes keeps workers and
# memory of its own, a gigabyte in all for fifty.
_READING = ThreadPoolExecutor(1, thread_name_prefix="scorer")


class PackagedScorer:
    """A model in a folder (``file``, ``tokenizer.json``; evals/training), run by PyTorch on the CPU.

    In bfloat16 where the CPU computes in it, else in full precision. 8-bit weights with quantised activations were left again: CPUs
    without VNNI let their sums overflow, which turned the ranking over (correlation with the trained network 0.6 to 0.9), and cost no less.
    """

    def __init__(self, folder: Path = PACKAGED, file: str = FIRST) -> None:
        self.name = "packaged" if folder == PACKAGED else folder.name
        self._folder = folder
        self._file = file
        self._loading = Lock()
        self._loaded: tuple[Network, Tokenizer] | None = None

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        return self._logits([(question, text) for text in texts])[:, 0]

    def support(self, statement: str, passages: Sequence[str]) -> Floats:
        """How likely each passage proves the statement, does not tell, says otherwise: shape (len(passages), 3), rows sum to 1."""
        logits = self._logits([(statement, passage) for passage in passages])[:, 1:]
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: Floats = exponents / exponents.sum(axis=1, keepdims=True)
        return found

    def _logits(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        network, tokenizer = self._model()
        rows = tokenizer.encode_batch(list(pairs))
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        found = np.empty((len(rows), 4), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            if (left := LEFT.get()) and left.is_set():
                raise AskerLeft
            places = order[start : start + _BATCH]
            found[places] = _READING.submit(_read, network, _inputs([rows[place] for place in places])).result()
        return found

    def _model(self) -> "tuple[Network, Tokenizer]":
        with self._loading:
            self._loaded = self._loaded or self._load()
            return self._loaded

    def _load(self) -> "tuple[Network, Tokenizer]":
        set_hub_switch(allowed=False)
        from tokenizers import Tokenizer

        from assistant.scorer_network import load

        try:
            network = load(self._folder / self._file)
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # the loaders raise a dozen unrelated classes for one cause: no usable model there
            raise ModelUnavailable(f"the scorer in {self._folder} cannot be loaded: {error}; set CASEBOOK_SCORER=off") from error
        if computes_in_bfloat16():
            network.encoder.bfloat16()
        tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        return network, tokenizer


def _read(network: "Network", inputs: Sequence[npt.NDArray[np.int64]]) -> Floats:
    import torch

    with torch.inference_mode():
        found: Floats = network(*map(torch.from_numpy, inputs)).numpy()
    return found


def _inputs(rows: Sequence["Encoding"]) -> list[npt.NDArray[np.int64]]:
    """Ids, attention mask and token types, each of shape (len(rows), longest row)."""
    width = max(len(row.ids) for row in rows)
    return [
        np.array([[*getattr(row, kept), *([0] * (width - len(row.ids)))] for row in rows], dtype=np.int64)
        for kept in ("ids", "attention_mask", "type_ids")
    ]


class CrossEncoderScorer:
    """Any sentence-transformers CrossEncoder with one output, by name or folder; it is loaded at the first question."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.scorer
        self._settings = settings
        self._loading = Lock()
        self._loaded: CrossEncoder | None = None

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        model = self._model()
        found = model.predict([(question, text) for text in texts], activation_fn=_as_it_is(), show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(texts))

    def _model(self) -> "CrossEncoder":
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> "CrossEncoder":
        set_hub_switch(self._settings.model_hub)
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, local_files_only=not self._settings.model_hub)
        except Exception as error:  # the loader raises a dozen unrelated classes for one cause: no usable model there
            raise ModelUnavailable(
                f"scorer {self.name!r} cannot be loaded: {error}; name a local folder, set CASEBOOK_MODEL_HUB=true to allow a download, "
                "or set CASEBOOK_SCORER=packaged"
            ) from error
        if model.num_labels != 1:
            raise ModelUnavailable(f"scorer {self.name!r} has {model.num_labels} outputs; a cross-encoder that ranks has one")
        return model


def _as_it_is() -> "Callable[[Tensor], Tensor]":
    """Log-odds, not what a model's own last function makes of them."""
    from torch import nn

    return nn.Identity()


def load_scorer(settings: Settings) -> Scorer | None:
    """The scorer that the settings name; None where it is off. It raises ModelUnavailable when it is first used and cannot be loaded."""
    if settings.scorer == "off":
        return None
    return packaged_scorer() if settings.scorer == "packaged" else CrossEncoderScorer(settings)


def load_second(settings: Settings) -> Scorer | None:
    """The second reader; None where the scorer is off or another one: what its chances are worth was measured beside the packaged one."""
    return packaged_scorer(SECOND) if settings.scorer == "packaged" else None


@cache
def packaged_scorer(file: str = FIRST) -> PackagedScorer:
    """One of each file for the process: the same for every library, asked from any thread, loaded at its first question."""
    return PackagedScorer(file=file)
