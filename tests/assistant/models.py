# ruff: noqa: ARG002 - LangChain names the arguments of a model's methods.
"""Chat models that answer what a test tells them to; real LangChain models, so that they stream, bind and fail like any other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


def by_words(text: str) -> BaseChatModel:
    """Streams the text word by word."""
    return GenericFakeChatModel(messages=iter([AIMessage(text)]))


def by_characters(text: str) -> BaseChatModel:
    return FakeListChatModel(responses=[text])


def failing_after(text: str, characters: int) -> BaseChatModel:
    """Breaks down after so many characters."""
    return FakeListChatModel(responses=[text], error_on_chunk_number=characters)


@dataclass
class Progress:
    """What a watched model was asked, how much it has said, and whether its stream was ended."""

    asked: list[BaseMessage] = field(default_factory=list)
    said: int = 0
    ended: bool = False


class WatchedModel(BaseChatModel):
    """Streams pieces, perhaps without end, and keeps a record."""

    pieces: Callable[[], Iterator[str]]
    progress: Progress

    @property
    def _llm_type(self) -> str:
        return "watched"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(self.pieces())))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.progress.asked += messages
        try:
            for piece in self.pieces():
                self.progress.said += 1
                yield ChatGenerationChunk(message=AIMessageChunk(piece))
        finally:
            self.progress.ended = True


def watched(pieces: Callable[[], Iterator[str]]) -> WatchedModel:
    return WatchedModel(pieces=pieces, progress=Progress())
