"""Cases as rows of the catalogue and back; the nested facts travel as JSON, what is searched has columns of its own."""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from corpus.case import Case, Fact, Patient, Proof, TherapyOutcome
from corpus.report import ReportId

Record = Mapping[Any, Any]
_T = TypeVar("_T")

_TERM_FIELDS = {
    "diagnosis": "diagnoses",
    "antibody": "antibodies_positive",
    "antibody_negative": "antibodies_negative",
    "finding": "findings",
}


def patient_record(report_id: ReportId, number: int, patient: Patient) -> dict[str, Any]:
    return {"id": patient.id, "report_id": report_id, "number": number, "facts": asdict(patient)}


def patient_terms(patient: Patient) -> Iterator[dict[str, str]]:
    """One searchable row per diagnosis, antibody and finding."""
    for field, attribute in _TERM_FIELDS.items():
        for value in dict.fromkeys(fact.value for fact in getattr(patient, attribute)):
            yield {"patient_id": patient.id, "field": field, "value": value}


def therapy_record(report_id: ReportId, number: int, row: TherapyOutcome) -> dict[str, Any]:
    columns = ("patient_id", "therapy", "therapy_class", "target", "outcome", "status", "subject")
    return {"report_id": report_id, "number": number, "facts": asdict(row)} | {name: getattr(row, name) for name in columns}


def therapy_of(facts: Record) -> TherapyOutcome:
    return _load(TherapyOutcome, facts)


def case_from_records(report_id: ReportId, patients: Sequence[Record], therapies: Sequence[Record]) -> Case:
    return Case(
        report_id,
        tuple(_load(Patient, record["facts"]) for record in patients),
        tuple(therapy_of(record["facts"]) for record in therapies),
    )


def _load(kind: type[_T], values: Mapping[str, Any]) -> _T:
    return kind(**{field.name: _value(_hints(kind)[field.name], values[field.name]) for field in fields(kind)})  # type: ignore[arg-type]


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    """Rebuild nested facts from JSON by the type they are declared with."""
    if value is None:
        return None
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in value)
    if get_origin(hint) is types.UnionType:
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    return _load(hint, value) if hint in (Fact, Proof) else value
