"""Reports invented for one test each: paragraphs, the rows a case reader would find in them, and an entry of a library."""

from collections.abc import Sequence
from hashlib import sha256

from corpus.case import Case, Fact, Outcome, Patient, Proof, Status, Subject, TherapyOutcome
from corpus.catalog import Entry
from corpus.report import Chunk, Paragraph, Reference, Report, paragraph_id


def report(name: str, *texts: str, year: int | None = 2020, heading: str = "Treatment") -> Report:
    """A report of one section, by an author of the same name."""
    paragraphs = tuple(Paragraph(paragraph_id(name, number), text, (heading,)) for number, text in enumerate(texts, start=1))
    return Report(name, Reference(f"A case told by {name.title()}", (f"Ada {name.title()}",), "Invented Reports", year), paragraphs)


def proof(of: Report, quote: str) -> Proof:
    home = next(paragraph for paragraph in of.paragraphs if quote in paragraph.text)
    start = home.text.index(quote)
    return Proof(home.id, start, start + len(quote), quote)


def fact(of: Report, value: str, quote: str | None = None) -> Fact:
    return Fact(value, proof(of, quote or value))


def woman(of: Report, number: int = 1, age: str | None = None, antibody: str | None = None) -> Patient:
    """A patient of the report; the report must print "woman", the age and the antibody."""
    antibodies = (fact(of, antibody),) if antibody else ()
    label = f"patient {number}"
    return Patient(f"{of.id}#patient{number}", label, fact(of, age) if age else None, fact(of, "female", "woman"), (), antibodies)


def row(
    of: Report,
    therapy: str,
    outcome: Outcome,
    quote: str,
    *,
    target: str | None = "calcinosis",
    dose: str | None = None,
    duration: str | None = None,
    patient: int | None = 1,
    status: Status = "given",
    subject: Subject = "own",
) -> TherapyOutcome:
    who = f"{of.id}#patient{patient}" if patient else None
    return TherapyOutcome(
        who,
        therapy,
        None,
        outcome,
        proof(of, quote),
        target,
        dose=fact(of, dose) if dose else None,
        duration=fact(of, duration) if duration else None,
        status=status,
        subject=subject,
    )


def entry(of: Report, patients: Sequence[Patient] = (), rows: Sequence[TherapyOutcome] = ()) -> Entry:
    """The report as a library keeps it, one chunk a paragraph."""
    chunks = tuple(
        Chunk(f"{of.id}#c{number}", of.id, (one.id,), of.reference.title, one.section, one.text)
        for number, one in enumerate(of.paragraphs, start=1)
    )
    return Entry(of, chunks, Case(of.id, tuple(patients), tuple(rows)), sha256(of.text.encode()).hexdigest(), "by hand")
