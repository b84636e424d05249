"""Reading therapies with a LangChain chat model beside the rules (``CASEBOOK_CASE_MODEL``)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.case import Case, Patient, TherapyOutcome
from corpus.chat_models import load_chat_model
from corpus.errors import ChatModelFailed
from corpus.report import Paragraph, Report
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from ingest.cases.model_rows import ModelRow, ModelRows, Reason, checked

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PROMPT = Path(__file__).with_name("model_prompt.md")
# About 10,000 tokens: what today's small local models still read. A long report is read in several pieces.
_WINDOW_CHARS = 40_000


@dataclass(frozen=True, slots=True)
class ModelReading:
    """The case with the model's rows that are proved, and how many were dropped for which reason."""

    case: Case
    kept: int
    dropped: Counter[Reason]

    @property
    def told(self) -> str | None:
        """What was dropped, in words; None where nothing was."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self.dropped.items()))
        return f"the case model's rows: {self.kept} kept, {self.dropped.total()} dropped ({reasons})" if reasons else None


class ModelCaseReader:
    """Asks for rows, keeps those that the report proves. The model is loaded at the first report."""

    def __init__(self, settings: Settings, vocabulary: Vocabulary) -> None:
        self.name = settings.case_model or ""
        self._settings = settings.model_copy(update={"chat_model": settings.case_model})
        self._vocabulary = vocabulary
        self._loaded: BaseChatModel | None = None

    def read(self, report: Report, case: Case) -> ModelReading:
        """``case`` is what the rules read. Raises ModelUnavailable and ChatModelFailed."""
        rows, dropped = list[TherapyOutcome](), Counter[Reason]()
        for row in self._asked(report, case.patients):
            found = checked(row, report.paragraphs, case.patients, self._vocabulary)
            if isinstance(found, TherapyOutcome):
                rows.append(found)
            else:
                dropped[found] += 1
        return ModelReading(replace(case, therapies=together(case.therapies, rows)), len(rows), dropped)

    def _asked(self, report: Report, patients: Sequence[Patient]) -> Iterator[ModelRow]:
        self._loaded = self._loaded or load_chat_model(self._settings, "CASEBOOK_CASE_MODEL")
        for window in _windows(report.paragraphs):
            messages = [("system", _PROMPT.read_text(encoding="utf-8")), ("human", _shown(report, patients, window))]
            try:
                answer = self._loaded.with_structured_output(ModelRows).invoke(messages)
                yield from ModelRows.model_validate(answer).rows
            except Exception as error:  # every provider raises its own classes, and a model may answer with something else altogether
                raise ChatModelFailed(f"the case model {self.name} failed: {error}") from error


def together(by_rules: Sequence[TherapyOutcome], by_model: Sequence[TherapyOutcome]) -> tuple[TherapyOutcome, ...]:
    """The model's rows in the place of the rules' rows for the same patient, therapy and target, or for that therapy without an outcome."""
    told = {(row.patient_id, row.therapy, row.target) for row in by_model}
    therapies = {(row.patient_id, row.therapy) for row in by_model if row.outcome != "not_reported"}
    kept = [
        row
        for row in by_rules
        if (row.patient_id, row.therapy, row.target) not in told
        and not (row.outcome == "not_reported" and row.status == "given" and (row.patient_id, row.therapy) in therapies)
    ]
    return (*kept, *by_model)


def _windows(paragraphs: Sequence[Paragraph]) -> Iterator[list[tuple[int, Paragraph]]]:
    """Paragraphs with their numbers, as many at a time as fit; one that is too long goes alone."""
    window, chars = list[tuple[int, Paragraph]](), 0
    for numbered in enumerate(paragraphs, start=1):
        size = len(numbered[1].text)
        if window and chars + size > _WINDOW_CHARS:
            yield window
            window, chars = [], 0
        window.append(numbered)
        chars += size
    if window:
        yield window


def _shown(report: Report, patients: Sequence[Patient], window: Sequence[tuple[int, Paragraph]]) -> str:
    named = [f"Patient {number}: {_described(patient)}" for number, patient in enumerate(patients, start=1)]
    blocks = [f'<paragraph number="{number}">\n{one.text.replace("<", "‹")}\n</paragraph>' for number, one in window]
    return "\n".join([f"Title: {report.reference.title}", *(named or ["No patient of its own is known."]), "", *blocks])


def _described(patient: Patient) -> str:
    told = [patient.label, *(fact.value for fact in (patient.age, patient.sex, *patient.diagnoses) if fact)]
    return ", ".join(dict.fromkeys(told))
