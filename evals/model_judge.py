"""A chat model as a judge of a finished run, in the manner of RAGAS (Es, James, Espinosa-Anke and Schockaert 2024).

- ``faithfulness``: statements that the judge finds supported by their own quotes / statements; a statement without quotes is not.
- ``context_precision``: quotes that the judge finds useful for the question / quotes; RAGAS asks it of every
  retrieved text, we of what is shown.
- ``answer_relevance``: the judge's mark from 0 to 4 for how far the answer answers, divided by 4.
- ``unreadable``: 1 where the judge's reply is not the asked-for JSON; such an answer has no other score.

Refusals are not judged. The judge is named apart from the reader and may not be the model that wrote the answers. Its marks change with
the model, so they are written beside the run with its name and the prompt's digest, and never enter the gate.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from corpus.errors import ChatModelFailed, UsageError
from corpus.settings import Settings
from evals.intervals import Estimate
from evals.progress import Progress
from evals.report import shown
from evals.run_folder import read_run_folder, versions
from evals.summary import estimates

_PROMPT = Path(__file__).with_name("judge.md")
_BEST = 4
FILE = "judged.json"

# A prompt and what to judge -> the judge's reply.
Reply = Callable[[str, str], str]
Marks = dict[str, float | None]


class _Verdict(BaseModel):
    supported: list[bool]
    useful: list[bool]
    relevance: Annotated[int, Field(ge=0, le=_BEST)]


def judge_run(folder: Path, settings: Settings, model: str) -> dict[str, Estimate]:
    """Judge every answer of a run and write ``judged.json`` beside it. Raises UsageError where the judge is the run's own reader."""
    run = read_run_folder(folder)
    answers = {name: one for name, one in run.records("answers").items() if not one["abstained"] and one["statements"]}
    if any(model in (answer["reader"], run.settings.get("chat_model")) for answer in answers.values()):
        raise UsageError(f"{model} wrote the answers of {folder}; name another model as their judge")
    marks = judge_answers(answers, chat_reply(settings.model_copy(update={"chat_model": model})))
    found = estimates(list(marks.values()))
    about = {"judge": model, "prompt": sha256(_PROMPT.read_bytes()).hexdigest(), "versions": versions()}
    record = about | {"metrics": {name: asdict(one) for name, one in found.items()}, "scores": marks}
    (folder / FILE).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def judge_answers(answers: Mapping[str, Mapping[str, Any]], reply: Reply) -> dict[str, Marks]:
    """The marks of each stored answer by question id."""
    progress, found = Progress("judge", len(answers)), dict[str, Marks]()
    prompt = _PROMPT.read_text(encoding="utf-8")
    for name, answer in answers.items():
        statements = [{"text": one["text"], "quotes": [it["quote"] for it in one["citations"]]} for one in answer["statements"]]
        asked = json.dumps({"question": answer["standalone_question"], "statements": statements}, ensure_ascii=False)
        found[name] = _marks([len(one["quotes"]) for one in statements], reply(prompt, asked))
        progress.step()
    return found


def _marks(quotes: list[int], replied: str) -> Marks:
    """What a reply says of statements with so many quotes each; one that counts otherwise judged something else."""
    body = replied[replied.find("{") : replied.rfind("}") + 1]
    try:
        verdict = _Verdict.model_validate_json(body)
    except ValidationError:
        return {"unreadable": 1.0}
    if len(verdict.supported) != len(quotes) or len(verdict.useful) != sum(quotes):
        return {"unreadable": 1.0}
    supported = [mark and bool(held) for mark, held in zip(verdict.supported, quotes, strict=True)]
    return {
        "faithfulness": sum(supported) / len(supported),
        "context_precision": sum(verdict.useful) / len(verdict.useful) if verdict.useful else None,
        "answer_relevance": verdict.relevance / _BEST,
        "unreadable": 0.0,
    }


def chat_reply(settings: Settings) -> Reply:
    """Ask the chat model that the settings name. Raises ModelUnavailable, and ChatModelFailed where it fails later."""
    from corpus.chat_models import load_chat_model

    model = load_chat_model(settings)

    def reply(prompt: str, asked: str) -> str:
        try:
            return str(model.invoke([("system", prompt), ("human", asked)]).text)
        except Exception as error:  # every provider raises its own classes
            raise ChatModelFailed(f"{settings.chat_model} failed while judging: {error}; nothing was written") from error

    return reply


def table(found: Mapping[str, Estimate]) -> str:
    """The marks as Markdown."""
    return "\n".join(
        ["| judged | mean | n |", "| --- | --- | --- |", *(f"| {name} | {shown(one)} | {one.n} |" for name, one in found.items())]
    )
