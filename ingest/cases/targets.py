"""What an outcome is about: the condition nearest to its cue, named as one of a few targets."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.report import Report
from corpus.vocabulary import Entity, Vocabulary

UNDERLYING = "underlying disease"
MANIFESTATIONS = frozenset({"muscle", "skin", "lung", "joints", "dysphagia", "heart"})

# A condition's name or class (nearest first) against the target it is told as.
_TARGETS: dict[str, str] = {
    "calcinosis ulcer": "calcinosis ulcer",
    "digital ulcer": "digital ulcers",
    "ulcer": "ulcers",
    "calcinosis": "calcinosis",
    "dysphagia": "dysphagia",
    "muscle disease": "muscle",
    "skin disease": "skin",
    "morphea": "skin",
    "panniculitis": "skin",
    "lung disease": "lung",
    "heart disease": "heart",
    "kidney disease": "kidney",
    "gastrointestinal disease": "gastrointestinal tract",
    "arthritis": "joints",
    "Raynaud phenomenon": "Raynaud phenomenon",
    "digital ischaemia": "ischaemia",
    "dermatomyositis": UNDERLYING,
    "juvenile dermatomyositis": UNDERLYING,
    "clinically amyopathic dermatomyositis": UNDERLYING,
    "antisynthetase syndrome": UNDERLYING,
    "scleromyositis": UNDERLYING,
    "inflammatory myopathy": "muscle",
    "systemic sclerosis": UNDERLYING,
    "connective tissue disease": UNDERLYING,
    "lupus": UNDERLYING,
    "infection": "infection",
    "metastases": "cancer",
    "brain metastases": "cancer",
    "bone metastases": "cancer",
    "pulmonary metastases": "cancer",
    "neurological disease": "nervous system",
}
# Targets that are an organ or a class: a row may name the disease itself.
ORGANS = frozenset(
    {"muscle", "skin", "lung", "heart", "kidney", "gastrointestinal tract", "joints", "infection", "nervous system", "cancer"}
)
# Classes whose members are targets by their own name.
_BY_NAME = frozenset(
    {
        "cancer",
        "vascular disease",
        "bone disease",
        "endocrine disease",
        "blood disease",
        "immune disease",
        "vasculitis",
        "electrolyte disorder",
        "haemorrhage",
        "circulatory failure",
        "eye disease",
        "obstetric disease",
    }
)
# Symptoms, and words that only point back at what is being treated.
_GENERIC = re.compile(
    (
        r"\b(?:lesions?|nodules?|plaques?|mass(?:es)?|symptoms?|pain|swelling|manifestations?|"
        r"cutaneous manifestations?|disease|condition|attacks?|complaints?|tumours?|wounds?|mobility|"
        r"range of motion|problem)\b"
    ),
    re.I,
)
_EXTRA = re.compile(
    r"\b(?:(?P<calcinosis>(?<!immune )(?<!amyloid )(?<!IgA )(?<!IgG )(?<!complement )(?<!iron )deposits?|"
    r"calci(?:fic\w*|fied|um deposition)\b)|(?P<lung>lungs?|pulmonary)|"
    r"(?P<underlying_state>clinical and laboratory (?:findings|signs|parameters)|early (?:clinical|"
    r"disease)\w* (?:and laboratory )?findings|disease flares?|(?:the|her|his|their) disease(?= (?:\w+ ){0,3}(?:under (?:\w+ )?control|"
    r"controlled|quiet|quiescent|inactive)\b))|"
    r"(?P<muscle>muscles?|muscular|CK)|(?P<skin>skin|cutaneous lesions?|rash)|(?P<heart>cardiac|heart)"
    r"|(?P<joints>joints?)|(?P<dysphagia>swallowing)|(?P<underlying>underlying disease|disease activity|"
    r"prognosis))\b",
    re.I,
)
# What is measured, against what it tells of: by whether it fell or rose where both are diseases ("lowered the calcium").
_MEASURES: dict[str, tuple[str, str]] = {
    "sodium": ("hypernatraemia", "hyponatraemia"), "calcium": ("hypercalcaemia", "hypocalcaemia"),
    "potassium": ("hyperkalaemia", "hypokalaemia"), "glucose": ("hyperglycaemia", "hypoglycaemia"),
    "pressure": ("hypertension", "hypotension"), "platelets": ("thrombocytopenia", "thrombocytopenia"),
    "haemoglobin": ("anaemia", "anaemia"), "oxygen": ("lung", "lung"), "spirometry": ("lung", "lung"), "ejection": ("heart", "heart"),
    "ammonia": ("hyperammonaemia", "hyperammonaemia"), "phenylalanine": ("phenylketonuria", "phenylketonuria"),
    "vision": ("visual loss", "visual loss"), "neurology": ("nervous system", "nervous system"),
}  # fmt: skip
_MEASURED = re.compile(
    r"\b(?:(?P<sodium>serum sodium|sodium (?:levels?|concentration))|(?P<platelets>platelet counts?)|"
    r"(?P<calcium>(?:serum |plasma |corrected |the |her |his )calcium(?: (?:levels?|concentrations?))?)(?! (?:channel|gluconate|"
    r"carbonate|salt|deposit|depos|suppl))|"
    r"(?P<potassium>(?:serum |plasma |the |her |his )potassium(?: (?:levels?|concentrations?))?)(?! (?:chlor|suppl|iod|bind))|"
    r"(?P<glucose>(?:blood |serum )(?:glucose|sugar)(?: (?:levels?|concentrations?))?)|(?P<pressure>(?:arterial )?blood pressures?)|"
    r"(?P<haemoglobin>h(?:a?e)moglobin|Hb(?: levels?)?)|"
    r"(?P<oxygen>oxygen saturation|oxygenation|SpO ?2|SaO ?2|PaO ?2)|(?P<spirometry>FEV ?1|spirometry|vital capacity)|"
    r"(?P<ammonia>(?:serum |plasma |blood |the |her |his )ammonia(?: (?:levels?|concentrations?))?|ammonia (?:levels?|concentrations?))|"
    r"(?P<phenylalanine>phenylalanine (?:levels?|concentrations?))|"
    r"(?P<ejection>ejection fraction|LVEF|left ventricular function)|(?P<vision>vision|visual acuity|eyesight)|"
    r"(?P<neurology>neurologic(?:al)? (?:exam(?:ination)?|status|function|condition)))\b",
    re.I,
)
# Few sentences hold one of these, and looking for them costs a tenth of the pattern.
_MEASURED_HINTS = ("sodium", "calcium", "potassium", "glucose", "sugar",
    "pressure", "platelet", "globin", "hb", "oxygen", "o2", "o 2", "fev",
    "spirometry", "capacity", "ejection", "lvef", "ventricular", "vision",
    "visual", "sight", "neurolog", "ammonia", "phenylalan",
)  # fmt: skip
_FALLS = re.compile(r"\b(?:controlled|lower|fell|fall|drop|decreas|declin|reduc|came down|went down|brought|bring|down)", re.I)
_RISES = re.compile(r"\b(?:rose|ris|rais|increas|went up|elevat|restor|return|recover)", re.I)
_DESCRIBED = re.compile(r"\b(?:with|had|has|have|having|in|known|diagnosed|developed|associated|from|to|by|of) (?:\S+ ){0,4}$", re.I)
_DESCRIBES = re.compile(r"^(?:[- ](?:related|associated|induced)|\s(?:patients?|children|adults?|cases?|overlap))\b", re.I)
_SYMPTOMS = frozenset(
    {
        "pain", "fatigue", "stiffness", "oedema", "quality of life", "disability", "fever", "weight loss", "foreign body reaction",
        "infertility",
        "pregnancy", "growth retardation", "cancer", "lymphadenopathy", "chills", "constitutional symptoms", "palpitations",
        "loss of appetite",
        "abdominal distension", "headache", "neck pain", "flank pain", "back pain", "chest pain", "peripheral oedema", "cachexia",
        "gait disturbance",
        "death", "hyperpyrexia", "failure to thrive", "cyanosis", "multiple organ failure", "dry mouth",
    }
)  # fmt: skip
# What a drug may relieve and nothing more is meant by it.
_RELIEVED = _SYMPTOMS - {
    "quality of life", "disability", "foreign body reaction", "infertility", "pregnancy", "growth retardation", "cancer", "death",
    "lymphadenopathy", "constitutional symptoms", "cachexia", "failure to thrive", "multiple organ failure",
}  # fmt: skip
_ORDER = ("calcinosis ulcer", "calcinosis")


@dataclass(frozen=True, slots=True)
class TargetMention:
    """A target where it stands in a sentence; target None is a word that points back ("the lesions").

    A loose one ("cutaneous manifestation") means what was told of the therapy before, where anything was. ``symptom`` names one
    that points back: the target only where a therapy is said to have changed it in the same breath ("nitroglycerin relieved the pain").
    """

    target: str | None
    start: int
    end: int
    is_loose: bool = False
    symptom: str | None = None


def target_of(entity: Entity) -> str | None:
    """The target a condition is told as; None for a symptom, which points back."""
    if entity.name in _RELIEVED:
        return None
    for name in (entity.name, *entity.groups):
        if name in _TARGETS:
            return _TARGETS[name]
        if name in _BY_NAME:
            return entity.name
    return None if entity.name in _SYMPTOMS else entity.name


def targets_in(text: str, conditions: Iterable[tuple[Entity, int, int]]) -> list[TargetMention]:
    """Everything in a sentence that an outcome may be about, in order."""
    found = [
        TargetMention(target, start, end, entity.name == "skin disease", entity.name if entity.name in _RELIEVED else None)
        for entity, start, end in conditions
        if (target := target_of(entity)) != UNDERLYING or not _only_describes(text, start, end)
    ]
    for match in _EXTRA.finditer(text):
        name = UNDERLYING if match.lastgroup in ("underlying", "underlying_state") else match.lastgroup
        _add(found, TargetMention(name, match.start(), match.end()))
    low = text.lower()
    for match in _MEASURED.finditer(text) if any(hint in low for hint in _MEASURED_HINTS) else ():
        _add(found, TargetMention(_told_by(text, match), match.start(), match.end()))
    for match in _GENERIC.finditer(text):
        _add(found, TargetMention(None, match.start(), match.end(), True))
    return sorted(found, key=lambda mention: mention.start)


def _told_by(text: str, measure: re.Match[str]) -> str | None:
    """``the calcium was lowered`` tells of hypercalcaemia; where neither rise nor fall is told, of what is being treated."""
    too_high, too_low = _MEASURES[str(measure.lastgroup)]
    near = text[max(0, measure.start() - 40) : measure.end() + 40]
    if too_high == too_low or measure.lastgroup == "sodium":
        return too_low
    return too_high if _FALLS.search(near) else too_low if _RISES.search(near) else None


def _only_describes(text: str, start: int, end: int) -> bool:
    """``a woman with systemic sclerosis``, ``scleroderma-related``: whose it is, not what changed."""
    return bool(_DESCRIBED.search(text[max(0, start - 80) : start]) or _DESCRIBES.match(text[end:]))


def _add(found: list[TargetMention], new: TargetMention) -> None:
    if not any(old.start < new.end and new.start < old.end for old in found):
        found.append(new)


def focus_of(report: Report, vocabulary: Vocabulary) -> str | None:
    """What the report is mainly about: what its title names, else what it names most; a manifestation goes before its disease."""
    is_disease = False
    for text in (report.reference.title, report.text[:6000]):
        targets = Counter(
            target for mention in vocabulary.find(text) if mention.entity.kind == "condition" and (target := target_of(mention.entity))
        )
        for name in (*_ORDER, *(target for target, _ in targets.most_common() if target != UNDERLYING)):
            if name in targets:
                return name
        is_disease = is_disease or UNDERLYING in targets
    return UNDERLYING if is_disease else None


def coordinated(text: str, targets: Sequence[TargetMention], chosen: int) -> list[TargetMention]:
    """The chosen target and those joined to it: "muscle, skin and lung disease"."""
    first = last = chosen
    while first > 0 and _joins(text[targets[first - 1].end : targets[first].start]):
        first -= 1
    while last + 1 < len(targets) and _joins(text[targets[last].end : targets[last + 1].start]):
        last += 1
    return list(targets[first : last + 1])


_JOINT = re.compile(
    (
        r"\s*(?:(?:disease|involvement|symptoms?|manifestations?|lesions?|changes?|enzymes?|levels?)\s*)?(?:,|"
        r"and|or|as well as|, and(?! the)|and/or|&|/|of the|of)\s*(?:(?<!,\s)(?:her |his |their |its )|the |of |"
        r"both )*(?:\w+ )?"
    ),
    re.I,
)


def _joins(between: str) -> bool:
    return len(between) < 32 and _JOINT.fullmatch(between) is not None
