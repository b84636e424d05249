"""What was tried on whom and what happened, read out of a report by rules, each fact with its proof."""

from collections.abc import Sequence

from corpus.case import Case
from corpus.report import Report
from corpus.vocabulary import Vocabulary
from ingest.cases.events import Event
from ingest.cases.harms import with_named_harms
from ingest.cases.narrative import read_sentences
from ingest.cases.outcomes import Story
from ingest.cases.patients import Cast, cast_of, patients_of
from ingest.cases.rows import rows_of
from ingest.cases.targets import focus_of

# Part of the fingerprint of every stored case: raise it when the rules or the vocabulary lists change what is read.
EXTRACTOR_VERSION = "rules-10"


def read_case(report: Report, vocabulary: Vocabulary) -> Case:
    """The patients of a report and every therapy row, the literature's among them."""
    sentences = read_sentences(report, vocabulary)
    cast = cast_of(report, sentences)
    patients = patients_of(report, sentences, cast, vocabulary)
    titled = [mention.entity for mention in vocabulary.find(report.reference.title) if mention.entity.kind == "condition"]
    story = Story(vocabulary, focus_of(report, vocabulary), titled)
    events: list[Event] = [
        event for sentence in sentences for patient in cast.patients_of(sentence) for event in story.read(sentence, patient)
    ]
    events = with_named_harms([story.with_target(event) for event in events], report.reference.title, sentences, vocabulary)
    of_all = [event for event in events if event.patient is not None and cast.is_everybody(event.patient)]
    return Case(report.id, patients, rows_of(_of_each(events, cast), [patient.id for patient in patients], of_all, sentences))


def _of_each(events: Sequence[Event], cast: Cast) -> list[Event]:
    """Without what is said of all patients together where it is told of one of them too."""
    told = {event.therapy.name for event in events if event.patient is not None and not cast.is_everybody(event.patient)}
    return [
        event
        for event in events
        if event.patient is None
        or event.outcome != "not_reported"
        or not cast.is_everybody(event.patient)
        or event.therapy.name not in told
    ]
