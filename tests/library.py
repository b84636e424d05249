"""Three short reports of our own making, as files and as entries of a library. The patients never lived."""

from hashlib import sha256

from corpus.case import Case, Fact, Patient, Proof, TherapyOutcome
from corpus.catalog import Entry
from corpus.report import Chunk, Paragraph, Reference, Report, paragraph_id

_MI2 = """---
id: "doi:10.9999/orchard.1"
title: "Stubborn calcinosis in a gardener with anti-Mi2 dermatomyositis"
authors: ["Ada Orchard", "Ben Quince"]
journal: "Invented Reports"
year: 2021
doi: 10.9999/orchard.1
publication_type: case report
---

## Case presentation

A 34-year-old woman with anti-Mi2 dermatomyositis developed calcinosis of both elbows.

She received methotrexate 15 mg weekly for calcinosis.

## Outcome and follow-up

Methotrexate failed and the calcinosis continued to grow. Her muscle strength improved with prednisone 40 mg/day.
"""

_IVIG = """---
id: "doi:10.9999/plum.2"
title: "Softening of calcium deposits after immunoglobulin"
authors: ["Cleo Plum"]
journal: "Invented Reports"
year: 2012
doi: 10.9999/plum.2
publication_type: case report
digest: true
---

## Case presentation

A 52-year-old man with dermatomyositis had calcinosis of the thighs.

## Treatment

Intravenous immunoglobulin 1 g/kg per day for 2 days was given every month. The calcinosis softened within 4 months.
"""

_SSC = """---
id: "pmid:999999"
title: "Fingertip calcinosis in limited systemic sclerosis"
authors: ["Dina Pear", "Emil Medlar"]
journal: "Journal of Made-up Medicine"
year: 2017
pmid: "999999"
---

## Summary

A 61-year-old woman with limited systemic sclerosis had fingertip calcinosis.

Diltiazem 180 mg/day brought no benefit for the calcinosis. Surgical excision relieved her pain.
"""

REPORT_FILES = {"orchard.md": _MI2, "plum.md": _IVIG, "pear.md": _SSC}
REPORT_IDS = ("doi:10.9999/orchard.1", "doi:10.9999/plum.2", "pmid:999999")

_REFERENCES = (
    Reference(
        "Stubborn calcinosis in a gardener with anti-Mi2 dermatomyositis",
        ("Ada Orchard", "Ben Quince"),
        "Invented Reports",
        2021,
        doi="10.9999/orchard.1",
        publication_type="case report",
    ),
    Reference(
        "Softening of calcium deposits after immunoglobulin",
        ("Cleo Plum",),
        "Invented Reports",
        2012,
        doi="10.9999/plum.2",
        publication_type="case report",
        digest=True,
    ),
    Reference(
        "Fingertip calcinosis in limited systemic sclerosis",
        ("Dina Pear", "Emil Medlar"),
        "Journal of Made-up Medicine",
        2017,
        pmid="999999",
    ),
)


def entries() -> list[Entry]:
    """The three reports as a library keeps them; cases are written by hand, so that no case reader is needed."""
    made = zip(REPORT_IDS, _REFERENCES, REPORT_FILES.values(), strict=True)
    reports = [_report(report_id, reference, text) for report_id, reference, text in made]
    cases = (_mi2_case(reports[0]), _ivig_case(reports[1]), _ssc_case(reports[2]))
    return [
        Entry(report, _chunks(report), case, sha256(report.text.encode()).hexdigest(), "by hand")
        for report, case in zip(reports, cases, strict=True)
    ]


def _report(report_id: str, reference: Reference, markdown: str) -> Report:
    section: tuple[str, ...] = ()
    paragraphs: list[Paragraph] = []
    for block in markdown.split("---\n", 2)[2].strip().split("\n\n"):
        if block.startswith("## "):
            section = (block.removeprefix("## "),)
        else:
            paragraphs.append(Paragraph(paragraph_id(report_id, len(paragraphs) + 1), block, section))
    return Report(report_id, reference, tuple(paragraphs))


def _chunks(report: Report) -> tuple[Chunk, ...]:
    return tuple(
        Chunk(f"{report.id}#c{number}", report.id, (one.id,), report.reference.title, one.section, one.text)
        for number, one in enumerate(report.paragraphs, start=1)
    )


def _fact(report: Report, value: str, quote: str) -> Fact:
    return Fact(value, _proof(report, quote))


def _proof(report: Report, quote: str) -> Proof:
    home = next(paragraph for paragraph in report.paragraphs if quote in paragraph.text)
    start = home.text.index(quote)
    return Proof(home.id, start, start + len(quote), quote)


def _patient(report: Report, age: str, sex: tuple[str, str], diagnosis: str) -> Patient:
    who = (f"{report.id}#patient1", "patient 1")
    facts = {"age": _fact(report, age, f"{age}-year-old"), "sex": _fact(report, *sex), "diagnoses": (_fact(report, diagnosis, diagnosis),)}
    return Patient(*who, **facts)  # type: ignore[arg-type]


def _mi2_case(report: Report) -> Case:
    who = _patient(report, "34", ("female", "woman"), "dermatomyositis")
    mi2 = Patient(who.id, who.label, who.age, who.sex, who.diagnoses, (_fact(report, "anti-Mi2", "anti-Mi2"),))
    failed = _proof(report, "Methotrexate failed and the calcinosis continued to grow.")
    helped = _proof(report, "Her muscle strength improved with prednisone 40 mg/day.")
    return Case(
        report.id,
        (mi2,),
        (
            TherapyOutcome(
                who.id, "methotrexate", "conventional immunosuppressant", "failed", failed, "calcinosis",
                dose=_fact(report, "15 mg weekly", "15 mg weekly"),
            ),
            TherapyOutcome(
                who.id, "prednisone", "corticosteroid", "improved", helped, "muscle", dose=_fact(report, "40 mg/day", "40 mg/day")
            ),
        ),
    )  # fmt: skip


def _ivig_case(report: Report) -> Case:
    who = _patient(report, "52", ("male", "man"), "dermatomyositis")
    proof = _proof(report, "The calcinosis softened within 4 months.")
    dose = _fact(report, "1 g/kg per day for 2 days", "1 g/kg per day for 2 days")
    row = TherapyOutcome(who.id, "intravenous immunoglobulin", "immunoglobulin", "improved", proof, "calcinosis", dose=dose)
    return Case(report.id, (who,), (row,))


def _ssc_case(report: Report) -> Case:
    who = _patient(report, "61", ("female", "woman"), "limited systemic sclerosis")
    proof = _proof(report, "Diltiazem 180 mg/day brought no benefit for the calcinosis.")
    dose = _fact(report, "180 mg/day", "180 mg/day")
    row = TherapyOutcome(who.id, "diltiazem", "calcium channel blocker", "failed", proof, "calcinosis", dose=dose)
    return Case(report.id, (who,), (row,))
