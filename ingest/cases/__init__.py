"""What was tried on whom and what happened, read out of a report by rules, each fact with its proof."""

from corpus.case import Case
from corpus.report import Report
from corpus.vocabulary import Vocabulary
from ingest.cases.narrative import read_sentences
from ingest.cases.outcomes import Event, Story
from ingest.cases.patients import cast_of, patients_of
from ingest.cases.rows import rows_of
from ingest.cases.targets import focus_of

# Part of the fingerprint of every stored case: raise it when the rules or the vocabulary lists change what is read.
EXTRACTOR_VERSION = "rules-2"


def read_case(report: Report, vocabulary: Vocabulary) -> Case:
    """The patients of a report and every therapy row, the literature's among them."""
    sentences = read_sentences(report, vocabulary)
    cast = cast_of(report, sentences)
    patients = patients_of(report, sentences, cast, vocabulary)
    story = Story(vocabulary, focus_of(report, vocabulary))
    events: list[Event] = [event for sentence in sentences for event in story.read(sentence, cast.patient_of(sentence))]
    return Case(report.id, patients, rows_of(events, [patient.id for patient in patients]))
