"""What a therapy is given against, where a report does not say it in the same breath."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from corpus.vocabulary import Entity, Mention, Vocabulary
from ingest.cases.indication_lists import AGAINST, USUALLY
from ingest.cases.targets import ORGANS, UNDERLYING, target_of

# What stands before the disease that a patient is found to have.
_DIAGNOSED = re.compile(
    r"\b(?:diagnos\w+|suspected|suspicion|suspicious|treated (?:for|as)|managed as|consistent with|suggestive of|compatible with|"
    r"admitted (?:with|for|because of|due to)|referred (?:with|for|because of)|suffer(?:ed|ing) from|confirmed|proven)\b[^.;]{0,80}$",
    re.I,
)

# What an organ's disease is called by none of: its class, and what it makes one feel.
_NO_DISEASE = frozenset(
    {
        "lung disease", "heart disease", "kidney disease", "gastrointestinal disease", "neurological disease", "infection",
        "cancer", "arthritis",
        "muscle disease", "skin disease", "dyspnoea", "cough", "haemoptysis", "hypoxaemia", "nausea", "diarrhoea", "abdominal pain",
        "constipation", "dizziness", "syncope", "proteinuria", "haematuria", "metastases", "brain metastases", "bone metastases",
        "pulmonary metastases", "fever", "lung function", "ground-glass opacities", "lung nodule", "atelectasis", "neurological symptoms",
        "raised creatine kinase", "muscle weakness", "myalgia", "rash", "erythema", "pruritus", "jaundice", "ascites", "oliguria",
        "altered consciousness", "confusion", "coma", "paralysis", "hemiparesis", "paraesthesia", "tachycardia", "apnoea", "tremor",
    }
)  # fmt: skip
_OF_MANY_ORGANS = frozenset({UNDERLYING, "calcinosis", "calcinosis ulcer"})


def _may_treat(therapy: Entity, condition: Entity) -> bool:
    """What a transplant brings along is not what it was done for."""
    return not (therapy.name.endswith("transplantation") and condition.name == "graft-versus-host disease")


def has_indications(therapy: Entity) -> bool:
    """Whether it is known what a therapy's class is given against: it is for nothing else, then."""
    return any(name in AGAINST for name in (therapy.name, *therapy.groups))


@cache
def suits_its_class(therapy: Entity, target: str | None, vocabulary: Vocabulary) -> bool:
    """Whether a therapy's class can have changed a target: renal function that got better is no antibiotic's doing."""
    wanted = [name for group in (therapy.name, *therapy.groups) for name in AGAINST.get(group, ())]
    entities = [entity for name in wanted if (entity := vocabulary.entity(name))]
    return target is None or not wanted or any(target in (target_of(entity), entity.name, *entity.groups) for entity in entities)


@dataclass(slots=True)
class Indications:
    """The conditions of one patient's story so far, the latest last, and what was diagnosed last.

    ``titled`` are those of the report's title: asked where the story itself names none that fits.
    """

    titled: Sequence[Entity] = ()
    named: list[Entity] = field(default_factory=list)
    diagnosis: str | None = None

    def note(self, conditions: Iterable[Mention], text: str) -> None:
        for mention in conditions:
            self.named.append(mention.entity)
            if (target := target_of(mention.entity)) and _DIAGNOSED.search(text[max(0, mention.start - 100) : mention.start]):
                self.diagnosis = target

    def of(self, therapy: Entity, focus: str | None, here: Iterable[Mention] = ()) -> str | None:
        """The condition that this class of therapy is given against: one named ``here``, what the report is about, else the latest named.

        The therapy's own name is asked before its classes, the nearer class before the wider.
        """
        beside = [mention.entity for mention in here]
        names = (therapy.name, *therapy.groups)
        for wanted in [AGAINST[name] for name in names if name in AGAINST] + [USUALLY[name] for name in names if name in USUALLY]:
            for conditions in (beside, self.named[::-1], self.titled):
                fitting = [
                    target_of(each) or each.name for each in conditions if wanted & {each.name, *each.groups} and _may_treat(therapy, each)
                ]
                if fitting:
                    return focus if focus in fitting else fitting[0]
        return None

    def called(self, target: str | None, therapy: Entity, focus: str | None) -> str | None:
        """An organ as the one disease of it that the story names ("pneumonia" for "lung"), or the one that the therapy's class is for.

        In a disease of many organs the organ itself is what is told of.
        """
        if self.of_many_organs(focus):
            return target
        target = focus or self.diagnosis or target if target == UNDERLYING else target
        if target not in ORGANS:
            return target
        diseases = [each for each in self.named if target == target_of(each) or target in each.groups]
        names = list(dict.fromkeys(each.name for each in diseases if each.name not in _NO_DISEASE))
        classes = [AGAINST.get(name, frozenset()) for name in (therapy.name, *therapy.groups)]
        groups = {each.name: {each.name, *each.groups} for each in self.named}
        fitting = next((found for wanted in classes if (found := [name for name in names if wanted & groups[name]])), names)
        return fitting[0] if len(fitting) == 1 else target

    def of_the_course(self, focus: str | None) -> str | None:
        """What is being treated, as far as the story goes: what the report is about, else what was diagnosed last.

        None where a disease of many organs is told: a drug may be for any of them.
        """
        return None if self.of_many_organs(focus) else focus or self.diagnosis

    def of_many_organs(self, focus: str | None) -> bool:
        """Whether the story tells of a disease whose parts are treated one by one."""
        return focus in _OF_MANY_ORGANS or any(target_of(each) in _OF_MANY_ORGANS for each in self.named)
