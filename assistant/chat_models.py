"""The one door to LangChain's chat models."""

from typing import TYPE_CHECKING, Any

from corpus.errors import ModelUnavailable
from corpus.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def load_chat_model(settings: Settings) -> "BaseChatModel":
    """The model that ``CASEBOOK_CHAT_MODEL`` names. Raises ModelUnavailable naming the package or key that is missing."""
    from langchain.chat_models import init_chat_model

    model: str = settings.chat_model or ""
    try:
        loaded: BaseChatModel = init_chat_model(model, **_options(settings))
    except ImportError as error:
        raise ModelUnavailable(f"{settings.chat_model}: {error}; install that package beside casebook") from error
    except Exception as error:  # every provider raises its own classes for a missing key or an unknown model
        raise ModelUnavailable(f"{settings.chat_model} cannot be used: {error}; see CASEBOOK_CHAT_MODEL in docs/settings.md") from error
    return loaded


def _options(settings: Settings) -> dict[str, Any]:
    """Only what was set: everything else is the provider's own default."""
    options: dict[str, Any] = {"temperature": 0}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if (settings.chat_model or "").startswith("ollama:"):
        options["client_kwargs"] = {"timeout": settings.chat_timeout_s}
        return options
    options["timeout"] = settings.chat_timeout_s
    if settings.chat_api_key:
        options["api_key"] = settings.chat_api_key.get_secret_value()
    elif settings.chat_base_url:
        # A local OpenAI-compatible server needs no key, but the client refuses to start without one.
        options["api_key"] = "not-needed"
    return options
