"""An evaluation set: a folder with reports and ``questions.jsonl``. What is wrong with it is said by file, line and question."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import corpus as corpus_package
from assistant.answer import Exchange, Role
from corpus.errors import UsageError
from corpus.report import ReportId

Part = Literal["dev", "test"]
Level = Literal["paragraph", "report"]

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a gold proof stands: a paragraph by id or by words that it holds, or a whole report where neither is given."""

    report_id: ReportId
    paragraph: str | None = None
    snippet: str | None = None

    @property
    def level(self) -> Level:
        return "report" if self.paragraph is None and self.snippet is None else "paragraph"


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One question with what a right answer cites and says.

    ``gold`` is one group for each thing that must be cited, a group's members prove the same; ``facts`` is one group of accepted
    spellings for each thing that must be said; ``forbidden`` is what a confused answer would say. ``standalone`` is a follow-up as a
    person rewrote it; it is searched beside ours and never asked.
    """

    id: str
    text: str
    history: tuple[Exchange, ...]
    answerable: bool
    kind: str
    part: Part
    gold: tuple[tuple[Pointer, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    standalone: str | None = None


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions over reports. A ``retrieval_only`` set is searched, not asked; a ``lenient`` one skips golds that do not resolve.

    ``digest`` is of every question and every byte of the reports: scores compare only where it is the same.
    """

    name: str
    reports: tuple[Path, ...]
    questions: tuple[GoldQuestion, ...]
    digest: str
    reports_digest: str
    retrieval_only: bool = False
    lenient: bool = False
    credit: str | None = None

    @property
    def level(self) -> Level:
        """What is judged: paragraphs, or whole reports. Raises UsageError where the golds mix both."""
        levels = {pointer.level for question in self.questions for group in question.gold for pointer in group}
        if len(levels) > 1:
            raise UsageError(f"evaluation set {self.name}: some golds name only a report and some a place in it; judge one or the other")
        return levels.pop() if levels else "paragraph"

    def only(self, part: str | None) -> Self:
        """The questions of one part (all where None). Raises UsageError where it has none."""
        kept = tuple(question for question in self.questions if part in (None, question.part))
        if not kept:
            raise UsageError(f"evaluation set {self.name} has no questions" + (f" in part {part!r}" if part else ""))
        return replace(self, questions=kept)


def read_set(folder: Path) -> EvaluationSet:
    """Read an evaluation set. Raises UsageError naming file, line and what is wrong."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; an evaluation set is a folder with reports/ and questions.jsonl")
    about, reports = _about(folder / "set.json"), tuple(_report_paths(folder))
    questions = tuple(read_questions(folder / "questions.jsonl"))
    of_reports = data_digest(reports)
    digest = sha256(f"{of_reports}\0{data_digest((folder / 'questions.jsonl',))}".encode()).hexdigest()
    name = about.name or folder.resolve().name
    return EvaluationSet(name, reports, questions, digest, of_reports, about.retrieval_only, about.lenient, about.credit)


def read_questions(path: Path) -> Iterator[GoldQuestion]:
    """The questions of a file, one JSON object a line. Raises UsageError for the first bad line and for an id that comes twice."""
    seen: Counter[str] = Counter()
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            question = _question(path, number, line)
            seen[question.id] += 1
            if seen[question.id] > 1:
                raise UsageError(f"{path}, line {number}: the id {question.id!r} stands on an earlier line already")
            yield question


def data_digest(paths: Iterable[Path]) -> str:
    """SHA-256 over names and bytes of files and of folders' files, in a stable order; hidden files do not count."""
    found = sha256()
    for root in paths:
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
                found.update(f"{name}\0{path.stat().st_size}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def bundled_reports() -> Path:
    """The folder of the library that comes with Casebook."""
    return Path(next(iter(corpus_package.__path__))) / "reports"


# -- from bytes ----------------------------------------------------------------------------------------


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _About(_Strict):
    """``set.json``: what an adapter says about the folder it wrote; a hand-made set does without."""

    name: str | None = None
    retrieval_only: bool = False
    lenient: bool = False
    credit: str | None = None


class _Exchange(_Strict):
    role: Role
    text: str


class _Pointer(_Strict):
    report_id: str = Field(min_length=1)
    paragraph: str | int | None = None
    snippet: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.paragraph is not None and self.snippet is not None:
            raise ValueError("give paragraph or snippet, not both")
        return self

    def pointer(self) -> Pointer:
        named = f"{self.report_id}#p{self.paragraph}" if isinstance(self.paragraph, int) else self.paragraph
        return Pointer(self.report_id, named, self.snippet)


_Spelling = Annotated[str, Field(pattern=r"\w")]


class _Line(_Strict):
    """One line of ``questions.jsonl``. ``premise`` and ``note`` are for people."""

    id: str = Field(pattern=r"^\S+$")
    question: str = Field(min_length=1)
    history: list[_Exchange] = []
    answerable: bool
    kind: str = Field(min_length=1)
    part: Part = "dev"
    gold: list[Annotated[list[_Pointer], Field(min_length=1)]] = []
    facts: list[Annotated[list[_Spelling], Field(min_length=1)]] = []
    forbidden: list[_Spelling] = []
    standalone: Annotated[str, Field(min_length=1)] | None = None
    premise: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.answerable and not self.gold:
            raise ValueError("is answerable but names no gold")
        if not self.answerable and (self.gold or self.facts):
            raise ValueError("is not answerable but has gold or facts")
        return self

    def gold_question(self) -> GoldQuestion:
        return GoldQuestion(
            self.id,
            self.question,
            tuple(Exchange(one.role, one.text) for one in self.history),
            self.answerable,
            self.kind,
            self.part,
            tuple(tuple(pointer.pointer() for pointer in group) for group in self.gold),
            tuple(tuple(group) for group in self.facts),
            tuple(self.forbidden),
            self.standalone,
        )


def _question(path: Path, number: int, line: str) -> GoldQuestion:
    try:
        return _Line.model_validate(json.loads(line)).gold_question()
    except ValidationError as error:
        raise UsageError(f"{path}, line {number}: {_first(error)}") from None
    except ValueError as error:
        raise UsageError(f"{path}, line {number}: is not JSON ({error})") from None


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"`{where}`: {first['msg']}" if where else first["msg"]


def _about(path: Path) -> _About:
    if not path.exists():
        return _About()
    try:
        return _About.model_validate_json(_text(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {_first(error)}") from None


def _report_paths(folder: Path) -> Iterator[Path]:
    reports, library = folder / "reports", folder / "library.txt"
    if reports.is_dir():
        yield reports
    if library.exists():
        named = _text(library).strip()
        if named != BUNDLED:
            raise UsageError(f"{library}: names the library {named!r}; the only one known is {BUNDLED!r}")
        yield bundled_reports()
    elif not reports.is_dir():
        raise UsageError(f"{folder}: holds neither reports/ nor library.txt, so there is nothing to ask")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error


def question_record(question: GoldQuestion) -> Mapping[str, object]:
    """The question as a line of ``questions.jsonl`` holds it."""
    return {
        "id": question.id,
        "question": question.text,
        "history": [{"role": one.role, "text": one.text} for one in question.history],
        "answerable": question.answerable,
        "kind": question.kind,
        "part": question.part,
        "gold": [[_pointer_record(pointer) for pointer in group] for group in question.gold],
        "facts": [list(group) for group in question.facts],
        "forbidden": list(question.forbidden),
    } | ({"standalone": question.standalone} if question.standalone else {})


def _pointer_record(pointer: Pointer) -> Mapping[str, str]:
    given = {"report_id": pointer.report_id, "paragraph": pointer.paragraph, "snippet": pointer.snippet}
    return {name: value for name, value in given.items() if value is not None}


def write_set(folder: Path, questions: Sequence[GoldQuestion], about: Mapping[str, object]) -> None:
    """Write the questions and ``set.json`` of a set whose reports stand in the folder already."""
    lines = (json.dumps(question_record(question), ensure_ascii=False) + "\n" for question in questions)
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "set.json").write_text(json.dumps(about), encoding="utf-8")
