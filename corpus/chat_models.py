"""The one door to LangChain's chat models."""

import os
from typing import TYPE_CHECKING, Any

from corpus.errors import ModelUnavailable
from corpus.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def load_chat_model(settings: Settings, setting: str = "CASEBOOK_CHAT_MODEL") -> "BaseChatModel":
    """The model that ``settings.chat_model`` names, which the user chose by ``setting``.

    Raises ModelUnavailable naming the package or key that is missing.
    """
    options = _options(settings)
    try:
        loaded = _init(settings, temperature=0, **options)
        # Models that reason refuse to be asked for a temperature.
        return _init(settings, **options) if (loaded.profile or {}).get("temperature") is False else loaded
    except ImportError as error:
        raise ModelUnavailable(f"{settings.chat_model}: {error}; install that package beside casebook") from error
    except Exception as error:  # every provider raises its own classes for a missing key or an unknown model
        raise ModelUnavailable(f"{settings.chat_model} cannot be used: {error}; see {setting} in docs/settings.md") from error


def _init(settings: Settings, **options: Any) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(settings.chat_model or "", **options)
    return model


def _options(settings: Settings) -> dict[str, Any]:
    """Only what was set: everything else is the provider's own default."""
    provider = (settings.chat_model or "").partition(":")[0]
    key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else None
    options: dict[str, Any] = {"base_url": settings.chat_base_url} if settings.chat_base_url else {}
    if provider == "ollama":
        headers = {"headers": {"Authorization": f"Bearer {key}"}} if key else {}
        return options | {"client_kwargs": {"timeout": settings.chat_timeout_s} | headers}
    if key is None and settings.chat_base_url and not os.environ.get(f"{provider.upper()}_API_KEY"):
        # A local OpenAI-compatible server needs no key, but the client refuses to start without one.
        key = "not-needed"
    return options | {"timeout": settings.chat_timeout_s} | ({"api_key": key} if key else {})
