"""The same chain as LangChain's own pieces: a Runnable that answers and a BaseRetriever that finds."""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from assistant.answer import Answer, Exchange, Released
from assistant.chain import Assistant
from corpus.report import Passage


class AnswerRunnable(Runnable[str | dict[str, Any], Answer]):
    """``invoke`` takes a question, or ``{"question", "history"}`` with LangChain messages or (role, text) pairs; gives an Answer."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(self, input: str | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        def answer(asked: str | dict[str, Any]) -> Answer:
            question, history = _read(asked)
            return self._assistant.answer(question, history=history)

        return self._call_with_config(answer, input, config, **kwargs)


class StatementRunnable(Runnable[str | dict[str, Any], str]):
    """The same as text: ``stream`` gives each checked sentence with its markers, ``invoke`` the whole answer."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(self, input: str | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> str:
        return AnswerRunnable(self._assistant).invoke(input, config, **kwargs).text

    def stream(
        self,
        input: str | dict[str, Any],
        config: RunnableConfig | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[str]:
        question, history = _read(input)
        for event in self._assistant.stream(question, history=history):
            if isinstance(event, Released):
                yield f"{event.statement.marked} "


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents; the metadata hold report and paragraph ids, section, score and reference."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        return [_document(passage) for passage in self.assistant.search(query, k=self.k)]


def _document(passage: Passage) -> Document:
    reference = passage.reference
    metadata = {
        "report_id": passage.report_id,
        "paragraph_ids": list(passage.paragraph_ids),
        "section": list(passage.paragraphs[0].section),
        "score": passage.score,
        "found_by": list(passage.found_by),
        "title": reference.title,
        "year": reference.year,
        "doi": reference.doi,
        "source": reference.link or passage.report_id,
    }
    return Document(id=passage.chunk_id, page_content=passage.text, metadata=metadata)


def _read(asked: str | dict[str, Any]) -> tuple[str, list[Exchange]]:
    if isinstance(asked, str):
        return asked, []
    return str(asked["question"]), [_exchange(message) for message in asked.get("history", ())]


def _exchange(message: Any) -> Exchange:
    role, text = message if isinstance(message, tuple) else (message.type, message.text)
    return Exchange("user" if role in ("user", "human") else "assistant", str(text))
