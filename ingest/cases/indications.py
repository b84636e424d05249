"""What a class of therapy is given against, where a report does not say it in the same breath."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.vocabulary import Entity, Mention
from ingest.cases.targets import target_of

_CLOTS = frozenset(
    {
        "pulmonary embolism", "deep vein thrombosis", "venous thromboembolism", "stroke", "cerebral infarction", "myocardial infarction",
        "atrial fibrillation", "antiphospholipid syndrome", "peripheral arterial disease",
    }
)  # fmt: skip
# A therapy's class against the conditions (by name or class) it is given for. Only what leaves no doubt: a steroid is given for anything.
_AGAINST: dict[str, frozenset[str]] = {
    "antibiotic": frozenset(
        {"infection", "endocarditis", "infective endocarditis", "pneumonia", "pulmonary exacerbation", "bronchiectasis"}
    ),
    "antifungal": frozenset({"infection"}),
    "antiviral": frozenset({"infection"}),
    "antiparasitic": frozenset({"infection"}),
    "antituberculous drug": frozenset({"infection"}),
    "chemotherapy": frozenset({"cancer"}),
    "radiotherapy": frozenset({"cancer"}),
    "targeted cancer therapy": frozenset({"cancer"}),
    "immune checkpoint inhibitor": frozenset({"cancer"}),
    "anticoagulant": _CLOTS,
    "thrombolysis": _CLOTS,
    "antiepileptic": frozenset({"epilepsy", "convulsion"}),
    "uterotonic": frozenset({"haemorrhage"}),
    "inotrope": frozenset({"circulatory failure"}),
    "antidiuretic hormone antagonist": frozenset({"electrolyte disorder", "hyponatraemia"}),
    "fluid restriction": frozenset({"electrolyte disorder", "hyponatraemia"}),
    "platelet transfusion": frozenset({"thrombocytopenia"}),
    "blood transfusion": frozenset({"anaemia", "haemorrhage"}),
    "haemostatic drug": frozenset({"haemorrhage", "coagulopathy", "haemophilia"}),
    "oxygen therapy": frozenset({"hypoxaemia", "dyspnoea", "respiratory failure"}),
    "mechanical ventilation": frozenset({"respiratory failure", "hypoxaemia"}),
    "bronchodilator": frozenset({"asthma", "chronic obstructive pulmonary disease"}),
    "diuretic": frozenset({"heart failure", "pulmonary oedema", "ascites"}),
    "cardiac pacing": frozenset({"heart block", "arrhythmia", "bradycardia"}),
    "pacemaker": frozenset({"heart block", "arrhythmia", "bradycardia"}),
    "antiarrhythmic": frozenset({"arrhythmia", "atrial fibrillation", "tachycardia"}),
    "cardiopulmonary resuscitation": frozenset({"cardiac arrest"}),
    "valve replacement": frozenset({"valvular heart disease", "infective endocarditis", "endocarditis"}),
    "pericardiocentesis": frozenset({"pericardial effusion", "cardiac tamponade"}),
    "pericardial window": frozenset({"pericardial effusion", "cardiac tamponade"}),
    "thoracocentesis": frozenset({"pleural effusion", "empyema"}),
    "tube thoracostomy": frozenset({"pneumothorax", "pleural effusion", "empyema"}),
    "open reduction and internal fixation": frozenset({"fracture"}),
    "casting": frozenset({"fracture"}),
    "palliative shunt": frozenset({"congenital heart disease"}),
    "septal defect closure": frozenset({"congenital heart disease"}),
    "mannitol": frozenset({"cerebral oedema", "intracranial hypertension"}),
    "antiemetic": frozenset({"nausea"}),
    "laxative": frozenset({"constipation", "hepatic encephalopathy"}),
    "acid suppressant": frozenset({"peptic ulcer", "gastro-oesophageal reflux", "gastrointestinal bleeding"}),
    "thyroid drug": frozenset({"hypothyroidism", "hyperthyroidism", "thyroid storm"}),
    "antivenom": frozenset({"snakebite", "poisoning"}),
    "uric acid lowering drug": frozenset({"gout", "hyperuricaemia", "tumour lysis syndrome"}),
    "mucolytic": frozenset({"cystic fibrosis", "bronchiectasis"}),
}


@dataclass(slots=True)
class Indications:
    """The conditions of one patient's story so far, the latest last."""

    named: list[Entity] = field(default_factory=list)

    def note(self, conditions: Iterable[Mention]) -> None:
        self.named.extend(mention.entity for mention in conditions)

    def of(self, therapy: Entity, focus: str | None) -> str | None:
        """The condition that this class of therapy is given against: what the report is about, else the latest named."""
        wanted = frozenset[str]().union(*(_AGAINST.get(name, frozenset()) for name in (therapy.name, *therapy.groups)))
        fitting = [target_of(condition) for condition in reversed(self.named) if wanted & {condition.name, *condition.groups}]
        return focus if focus in fitting else next(iter(fitting), None)
