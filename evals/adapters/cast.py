"""TREC CAsT 2021 (Dalton, Xiong and Callan): conversations whose turns lean on what was said before.

Each turn of the 2021 topics carries the passage that answered it; these passages together are the library, and a turn's own passage is
its judgement. A turn comes with its history and with the rewrite that a person made of it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.answer import Exchange
from corpus.errors import UsageError
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "TREC CAsT 2021, MIT."
_TOPICS = "2021_manual_evaluation_topics_v1.0.json"


def write(source: Path, folder: Path) -> None:
    topics = _topics(source)
    passages = {_name(turn): " ".join(str(turn["passage"]).split()) for topic in topics for turn in topic["turn"]}
    lines = (json.dumps({"_id": name, "title": "", "text": text}, ensure_ascii=False) + "\n" for name, text in passages.items())
    (folder / "reports" / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    about = {"name": "cast", "retrieval_only": True, "credit": CREDIT}
    write_set(folder, [one for topic in topics for one in _questions(topic)], about)


def _topics(source: Path) -> list[Mapping[str, Any]]:
    path = next((found for found in (source / "2021" / _TOPICS, source / _TOPICS) if found.is_file()), None)
    if path is None:
        raise UsageError(f"{source}: holds no 2021/{_TOPICS}")
    try:
        return list(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error


def _name(turn: Mapping[str, Any]) -> str:
    return f"{turn['canonical_result_id']}-{turn['passage_id']}"


def _questions(topic: Mapping[str, Any]) -> Iterator[GoldQuestion]:
    history = list[Exchange]()
    for turn in topic["turn"]:
        asked = str(turn["raw_utterance"]).strip()
        rewritten = str(turn["manual_rewritten_utterance"]).strip() if history else None
        kind = "followup" if history else "first turn"
        gold = ((Pointer(_name(turn)),),)
        yield GoldQuestion(f"{topic['number']}_{turn['number']}", asked, tuple(history), True, kind, "dev", gold, standalone=rewritten)
        history += [Exchange("user", asked), Exchange("assistant", " ".join(str(turn["passage"]).split()))]
