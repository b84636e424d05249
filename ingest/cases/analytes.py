"""What the body makes itself or a laboratory measures: the same words name a hormone that was given and one that was found too low."""

import re

from corpus.vocabulary import Mention
from ingest.cases.dose_words import LABORATORY, NUMBER

# Of these alone: "tacrolimus levels" still tell that tacrolimus was taken.
_CLASSES = frozenset({"hormone replacement", "vitamin", "mineral supplement", "fertility treatment", "energy and amino acid supplement"})
_NAMES = frozenset(
    {
        "testosterone", "corticotropin", "aminolevulinic acid", "adenosine", "amino acid formula", "albumin", "insulin",
        "glucagon", "iron therapy", "oral iron", "erythropoietin", "melatonin", "oxytocin", "calcitonin", "somatostatin",
        "potassium chloride", "dextrose", "oestrogen", "oestradiol", "fibrinogen", "uridine", "creatine",
        "filgrastim", "interferon", "C1 inhibitor", "antithrombin", "factor VIII", "growth hormone", "chorionic gonadotropin",
        "desmopressin", "parathyroid hormone", "cholesterol supplementation", "saline", "magnesium", "lactulose", "mannitol",
    }
)  # fmt: skip
_FOUND = (
    r"(?:elevated|raised|high|higher|low|lower|decreased|reduced|increased|normal|abnormal|subnormal|undetectable|detectable|absent|deficient|"
    r"excess(?:ive)?|serum|plasma|urinary|urine|salivary|circulating|endogenous|baseline|basal|total|free|stimulated|suppressed|"
    r"(?:levels?|concentrations?|amounts?|excretion|accumulation|production|secretion|deficiency|lack|findings|measurements?|"
    r"values?|conversion|metabolism|catabolism|biosynthesis|synthesis|surge) of)"
)
# Up to three words or items of a list stand between: "raised serum lactate, pyruvate and carnitine".
_BEFORE = re.compile(rf"\b{_FOUND}\s(?:(?!dose|doses|with|by|and (?:then|was|started))[\w-]+(?:\s|,\s(?:and\s)?)){{0,3}}(?:\d-|\()?$", re.I)
# "increased testosterone 50 mg" is a dose still; so is what somebody raised.
_RAISED_IT = re.compile(r"\b(?:we|she|he|they|(?:was|were|been) (?:given|started|treated|put|placed))\b[^.;]{0,40}$", re.I)
_AFTER = re.compile(
    r"(?:\s?\([A-Z][\w-]{0,8}\)|\))?[\s-](?:levels?|concentrations?|titres?|titers?|values?|deficien\w+|excess|insensitivity|resistance|"
    r"(?:bio)?synthesis|synthase|metabolism|catabolism|secretion|excretion|receptors?|assay|surge|production|pathway|axis|cycle|gene|"
    r"measurements?|(?:stimulation|tolerance|suppression|loading) tests?|sensitivity|transporters?|to[- ]\w+ (?:transition|transversion|"
    r"substitution|mutation|change))\b",
    re.I,
)
# "estradiol 31 pg/mL", "insulin was <2 mU/L", "(normal 5-10)".
_VALUE = re.compile(
    r"(?:\s?\([A-Z][\w-]{0,8}\))?(?:\s(?:sul(?:f|ph)ate|hormone))?\s?(?:(?:was|were|is|of|at|=|:|remained|(?:un)?detectable)\s?)*[<>≤≥]?\s?"
    rf"(?:{LABORATORY.pattern}|{NUMBER}\s?(?:m?I?U/L|m?I?U/m[lL]|pg/m[lL]|[nµμ]g/d[lL]|[npmµμ]mol/\w+))"
)
_NORMAL = re.compile(r"[^.;,]{0,30}\((?:normal|reference|ref)\b|[^.;,]{0,50}\b(?:within|in) (?:the )?normal (?:range|limits)", re.I)
_IS_FOUND = re.compile(
    r"(?:\s(?:levels?|concentrations?))?\s(?:was|were|is|are|remained)\s(?:\w+ly\s|still\s|also\s)?(?:elevated|low|high|normal|undetectable|"
    r"raised(?! to)|within|deficient|detected|measured|suppressed)\b|\sin (?:the )?(?:urine|serum|plasma|blood|cerebrospinal fluid|CSF)\b",
    re.I,
)
_NUTRIENT = re.compile(
    r"\b(?:suppl(?:y|e|ies|ied)|provid\w+|replenish\w*|lack\w*|loss of|rich in|poor in|source of)\s(?:\w+\s){0,2}$", re.I
)
# Three letters of bases in a row are a primer: "5'-GAC TAC CAT-3'".
_SEQUENCE = re.compile(r"(?<![A-Za-z])(?:[ACGTU]{3}[\s-]){2,}[ACGTU]{1,3}(?![A-Za-z])|(?<![A-Za-z])[ACGTU]{9,}(?![A-Za-z])")


def is_measured(text: str, mention: Mention) -> bool:
    """Whether something that a body holds by itself was only measured, found or lacking."""
    entity = mention.entity
    if entity.kind != "therapy" or not (entity.name in _NAMES or _CLASSES & set(entity.groups)):
        return False
    before, end = text[max(0, mention.start - 70) : mention.start], mention.end
    if _AFTER.match(text, end) or _VALUE.match(text, end) or _IS_FOUND.match(text, end) or _NORMAL.match(text, end):
        return True
    if entity.name == "amino acid formula" and _NUTRIENT.search(before):
        return True
    return _BEFORE.search(before) is not None and not _RAISED_IT.search(before)


def without_sequences(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions of a sentence that are no bases of a printed sequence."""
    spans = [found.span() for found in _SEQUENCE.finditer(text)] if mentions else []
    return [each for each in mentions if not any(start < each.end and each.start < end for start, end in spans)]
