"""What the library's patients have, as the catalogue's columns hold it: enough to choose patients by, without reading their cases."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import distinct, func, select

from corpus.catalog import Catalog
from corpus.tables import patient_terms, patients


@dataclass(frozen=True, slots=True)
class Term:
    """A field (``diagnosis``, ``antibody``, ``antibody_negative``, ``finding``) and a value in it."""

    field: str
    value: str


def term_counts(catalog: Catalog) -> Mapping[Term, int]:
    """How many patients carry each term."""
    table = patient_terms
    query = select(table.c.field, table.c.value, func.count(distinct(table.c.patient_id))).group_by(table.c.field, table.c.value)
    with catalog.reading() as connection:
        return {Term(field, value): count for field, value, count in connection.execute(query)}


def patient_count(catalog: Catalog) -> int:
    with catalog.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(patients)).scalar_one())
