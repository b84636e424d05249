"""Every setting in one place; each is an environment variable ``CASEBOOK_<NAME>``. Unknown ones are refused."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import SettingsError

PREFIX = "CASEBOOK_"
Directory = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class Settings(BaseSettings):
    """What can be chosen without changing code. Field descriptions are the documentation; docs/settings.md is checked against them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Directory = Field(Path(".casebook"), description="Folder that holds the library: catalogue, vectors, BM25 index.")
    chroma_url: str | None = Field(
        None, pattern=r"^https?://[^/]+/?$", description="Address of a Chroma server (`chroma run`); unset: embedded in this process."
    )
    embedder: str = Field(
        "packaged",
        min_length=1,
        description="`packaged` (all-MiniLM-L6-v2 from site-packages) or any sentence-transformers model name or folder.",
    )
    embedder_dtype: str = Field(
        "auto",
        pattern="^(auto|float32|bfloat16)$",
        description="Precision of the embedder; `auto` is bfloat16 where the CPU computes in it.",
    )
    model_hub: bool = Field(False, description="Allow downloads from a model hub; off: models come from packages or folders only.")
    chat_model: str | None = Field(
        None,
        pattern=r"^[\w-]+:.+$",
        description="`provider:model` of any LangChain chat model, e.g. `openai:gpt-5`, `ollama:qwen3`; unset: the extractive reader.",
    )
    chat_base_url: str | None = Field(
        None, pattern=r"^https?://", description="Address of an OpenAI-compatible or Ollama server; unset: the provider's own."
    )
    chat_api_key: SecretStr | None = Field(None, description="Key for the chat model; unset: the provider's own environment variable.")
    chat_timeout_s: float = Field(60, gt=0, le=600, description="Seconds to wait for the chat model before the answer falls back.")
    case_model: str | None = Field(
        None,
        pattern=r"^[\w-]+:.+$",
        description="`provider:model` of a LangChain chat model that also reads therapies out of reports while they are ingested, with the "
        "chat model's address and key; what it says is kept where the report proves it. Unset: rules alone.",
    )
    chunk_chars: int = Field(1000, ge=200, le=8000, description="Aimed-at length of a chunk in characters.")
    passages: int = Field(8, ge=1, le=50, description="How many passages the reader gets for one question (`k`).")
    candidates: int = Field(100, ge=10, le=1000, description="How many chunks each index is asked for before fusion.")
    # 0.4 won on SciFact train claims (nDCG@10 0.737; 0.702 BM25 alone, 0.667 vectors alone) and in the design.s measurement.
    dense_weight: float = Field(0.4, ge=0, le=1, description="Share of the dense score in the fusion; 0 is BM25 alone, 1 is vectors alone.")
    scorer: str = Field(
        "packaged",
        min_length=1,
        description="What reads question and passage together to rank them: `packaged` (the small model that comes with Casebook), `off`, "
        "or the name or folder of any sentence-transformers CrossEncoder.",
    )
    max_question_chars: int = Field(4000, ge=100, le=100_000, description="Longest question that is accepted, in characters.")
    ocr: bool = Field(False, description="Read scanned pages with Tesseract, where it and the extra `ocr` are installed.")
    max_file_mb: int = Field(200, ge=1, le=4000, description="Largest single file that is ingested, in megabytes.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    log_level: str = Field("warning", pattern="^(debug|info|warning|error)$", description="How much is logged to standard error.")


def load_settings(**overrides: object) -> Settings:
    """Settings from ``CASEBOOK_*`` variables; overrides that are not None win. Raises SettingsError naming key and value."""
    unknown = sorted(
        name
        for name in os.environ
        if name.upper().startswith(PREFIX) and name.upper().removeprefix(PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise SettingsError(f"unknown setting {', '.join(unknown)}; the known ones are listed in docs/settings.md")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        shown = "(hidden)" if name == "chat_api_key" else repr(first["input"])
        raise SettingsError(f"{PREFIX}{name.upper()}={shown}: {first['msg']}") from None
