"""How prose prints a dose: amounts with their units, rates and routes, and the words that may stand between them and their drug."""

import re

_ONE_NUMBER = r"(?:\d{1,3}(?:[  ]\d{3})+(?!\d)|\d+(?:[.,·]\d+)*|\.\d+)(?:\s?[×x]\s?10\s?\^?\s?\d{1,2}(?=\s?[A-Za-z/]))?"
NUMBER = rf"{_ONE_NUMBER}(?:\s?(?:-|‐|‑|–|−|—|/|to|or)\s?{_ONE_NUMBER})?"
COUNT = (
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|twenty-one|"
    r"twenty-eight|thirty)"
)
# What is counted by the piece.
_PIECES = (
    r"(?:tablets?|tabs?|capsules?|pills?|puffs?|actuations?|inhalations?|drops?|vials?|ampoules?|sachets?|sprays?|pints?|bags?|scoops?|"
    r"lozenges?|patch(?:es)?|suppositor(?:y|ies)|(?:tea|table)spoons?)"
)
UNIT = (
    r"(?:mgs?|milligrams?|g|grams?|gms?|gr|mcg|mcgs|mic|microg|micrograms?|µg|μg|ug|ng|nanograms?|mL|mls?|cc|litres?|liters?|L|"
    r"IU|MIU|U|mU|kU|MU|"
    r"mega ?units?|milliunits?|(?:million |mega |lakh |kilo)?(?:international )?units?|(?:million|mio|lakh) (?:IU|U)|mmols?|mM|mEq|mEqs|"
    rf"MBq|GBq|mCi|Gy|cGy|Gray|vol\.?\s?%|%|per cent|J/cm2|kcal|ppm|cmH2O|cm\s?H\s?2\s?O|mg iodine|{_PIECES})"
)
_BODY = r"(?:\s(?:of\s)?(?:body[- ]?weight|bw|bodyweight|body surface(?: area)?|actual weight|ideal body weight))?"
# "per" in all its spellings; a superscript that a text prints apart is still one ("mg/m 2", "l min -1").
_PER = (
    rf"(?:\s?/\s?(?:\d+(?:\.\d+)?\s?)?(?:kg|kgbw|m\s?2|m²|mL|ml|L|d|day|days|wk|week|month|h|hr|hours?|min|minute|dose|session|"
    rf"24 ?h|cycle|fraction|infusion|eye|"
    rf"body weight|nebuli[sz]ation)(?!\w){_BODY}"
    r"|\s(?:per|a|each)\s(?:kg|kilogram|kilo|m\s?2|m²|square met(?:er|re)|day|week|month|hour|h|minute|min|dose|session|"
    r"fraction|cycle|kg/day|24 ?h(?:ours)?|"
    rf"infusion)(?!\w){_BODY}|[\s·.](?:kg|ml|l|min|h|d|day|m)\s?[-−–]\s?[12](?!\w))"
)
ROUTE = (
    r"(?:(?:administered |given |taken |injected )?(?:intravenous(?:ly)?|oral(?:ly)?|subcutaneous(?:ly)?|intramuscular(?:ly)?|"
    r"intrathecal(?:ly)?|"
    r"sublingual(?:ly)?|rectal(?:ly)?|intranasal(?:ly)?)|i\.?v\.?|p\.?o\.?|s\.?c\.?|s\.?q\.?|i\.?m\.?|"
    r"by mouth|per os|by (?:intravenous|intramuscular|subcutaneous) (?:injection|infusion)|(?:IV|IM) (?:push|bolus))"
)
# Cells are counted in powers of ten by weight: "5 x 10^6/kg", "7.2×10 8 cells/kg".
_CELLS = (
    r"\d+(?:\.\d+)?\s?[×x]\s?10\s?\^?\s?\d{1,2}\s?(?:(?:[\w+-]+\s){0,2}cells\s?)?(?:/|per)\s?kg(?!\w)"
    r"(?:\s(?:[\w+-]+\s){0,2}cells\b)?"
)
AMOUNT = (
    rf"(?:(?<![\w.,/]){_CELLS}|(?<![\w.,/])(?:\d\s?[×x]\s?)?{NUMBER}[\s‐‑-]?(?:(?:additional|further|more|extra)\s)?{UNIT}(?![a-zA-Z]){_PER}*|"
    rf"AUC\s?(?:of\s|=\s?)?\d(?:\.\d)?|(?<![\w.,])1\s?:\s?\d{{1,3}}[, ]?000(?!\d)|"
    rf"(?<!\w)(?:one|two|three|four|five|six|seven|eight|nine|ten|half a)\s(?:(?:additional|further|more)\s)?(?:units?|"
    rf"{_PIECES})\b{_PER}*)"
)
_PERIOD = r"(?:days?|weeks?|months?|years?|hours?|hrs?|h|wks?|mornings?|evenings?|nights?|minutes?|min)"
_SPAN = rf"{COUNT}(?:\s?(?:-|–|to|or)\s?{COUNT})?"
_TIMES = rf"(?:once|twice|thrice|{COUNT} times|{COUNT}\s?[×x])"
_LETTERS = (
    r"(?:bid|tid|qid|tds|qds|qd|bd|od|qhs|hs|qam|qpm|qod|prn|sos|stat|b\.i\.d\.?|t\.i\.d\.?|q\.i\.d\.?|t\.d\.s\.?|"
    r"q\.d\.s\.?|b\.d\.?|o\.d\.?|q\.d\.?|q\.h\.s\.?)"
)
# Up to here a rate of time; what follows says over how long or in how many parts.
RATE = (
    rf"(?:{_TIMES}(?:\s(?:a|per|each|every|in a))?[\s-]?(?:daily|day|weekly|week|wk|monthly|month|year|night)\b"
    rf"|{_TIMES}\severy\s(?:other\s)?(?:{_SPAN}\s)?{_PERIOD}\b|(?:once|twice|thrice)\b"
    r"|daily|weekly|biweekly|fortnightly|monthly|nightly|hourly|every (?:other|second|third|alternate) (?:day|week|month|night)"
    rf"|every\s(?:{_SPAN}\s)?{_PERIOD}\b|(?:each|per|a|in a|every|/)\s?(?:day|week|month|night|morning|evening)\b"
    rf"|(?:at|before|every) (?:night|bedtime)|nocte|in the (?:morning|evening|afternoon)(?: and (?:at night|(?:in the )?evening))?"
    rf"|{_LETTERS}(?!\w)|(?:\d{{1,2}}|two|three|four|six|eight|twelve)[- ]?hourly|q\s?\d{{1,2}}\s?(?:h(?:rs?|ours?|ourly)?|"
    rf"w(?:k|eeks?)?|d(?:ays?)?)\b"
    rf"|as (?:per )?(?:needed|required)|as-needed|{COUNT} times (?:a|per) (?:day|week)|(?:on|every) alternate days|on alternate days"
    r"|\d(?:/2)?\s?[-–]\s?\d(?:/2)?\s?[-–]\s?\d(?:/2)?(?![\w/.])|(?:with|before|after) (?:each|every) (?:meal|feed))"
)
# A day before a transplant is a negative one; "on day 1, 10 mg/kg on day 3" goes on with the next dose.
_DAY = rf"[-−–+]?\d{{1,2}}(?![\w.])(?!\s?(?:{UNIT})(?![a-zA-Z]))"
_PART = (
    rf"(?:in (?:\w+ )?(?:equally )?divided doses|(?:in|over) {COUNT} (?:daily |equal |separate |divided )*(?:doses|portions|"
    rf"sittings)|divided (?:in(?:to)?|over|every|by|q)"
    rf"\s?{COUNT}(?:\s?(?:-|–|to)\s?{COUNT})?\s?(?:(?:daily |equal |divided )?(?:doses|times(?: (?:daily|a day))?)|hours?|h|hourly)"
    rf"|(?:in|over|[×x]) ?{COUNT} (?:daily )?(?:fractions|cycles|sessions)|as a single (?:daily )?dose"
    rf"|on (?:the )?(?:day|days) {_DAY}(?:(?:\s?(?:-|–|to|through|,|and|, and)\s?){_DAY})*"
    rf"|[×x] ?\d{{1,2}}(?: (?:doses|weeks|days|cycles))?(?!\w))"
)
# "25 g for 3 days" is a dose; of "10 mg daily for 7 days" the rest is how long it was given.
LASTING = (
    rf"(?:(?:for|over|on|during)\s(?:{_SPAN})\s(?:consecutive\s|successive\s)?(?:days?|hours?|hrs?|h|minutes?|min|mornings?|"
    rf"nights?)(?!\s(?:without|with no)))"
)
FREQUENCY = rf"(?:{RATE}|{_PART}|{LASTING})"
_NEXT = r"(?:,?\s|\s?\(|\s?\)\s?|-(?=\d))*"
# A route between amount and frequency is part of what is printed: "1 g intravenous twice daily".
DOSE = re.compile(
    rf"{AMOUNT}(?:\s?\((?:{AMOUNT})(?:,?\s{FREQUENCY})*\)|{_NEXT}(?:{ROUTE},?\s)?{FREQUENCY}(?!\w)(?:,?\s{ROUTE}(?=\)))?\)?)*",
    re.IGNORECASE,
)
ONE_AMOUNT = re.compile(AMOUNT, re.IGNORECASE)
HAS_A_RATE = re.compile(rf"(?:{RATE}|/\s?(?:d|day|h|hr|hour|min|week|wk|month|24 ?h)\b|(?:min|h|day|d)\s?[-−–]\s?1)(?!\w)", re.IGNORECASE)
LASTS = re.compile(rf"[\s,]*(?:\)\s?)?(?P<long>{LASTING})\)?$", re.IGNORECASE)

FORM = (
    r"(?:tablets?|tabs?|capsules?|doses?|ampoules?|vials?|infusions?|injections?|bolus(?:es)?|pulses?|courses?|solution|"
    r"suspension|syrup|cream|"
    r"ointment|gel|drip|shots?|equivalents?|inhaler|nebules?|loading|maintenance)"
)
KIND = (
    r"(?:additional|single-dose|single|pooled|packed|leuko\w+|irradiated|oral|intravenous|topical|intralesional|subcutaneous|"
    r"intramuscular|intrathecal|"
    r"IV|IM|SC|PO|i\.v\.|i\.m\.|buccal|sublingual|rectal|inhaled|nebuli[sz]ed|liposomal|elemental|human|recombinant|fresh|"
    r"frozen|normal|isotonic|"
    r"hypertonic|pure|powdered|daily|weekly|monthly|slow-release|extended-release|generic|adjuvant|prophylactic|low-dose|"
    r"high-dose|regular|rapid-acting|"
    r"long-acting|soluble|enteral|injectable|effervescent|enteric-coated|crystalline)"
)
BEFORE = re.compile(
    rf"(?P<dose>{AMOUNT}(?:,?\s(?:{ROUTE},?\s)?{FREQUENCY})*)(?:\s{ROUTE})?\)?[\s,]{{1,2}}(?:(?:{KIND}|{FORM})\s){{0,3}}"
    rf"(?:of\s(?:(?!and\b|or\b|plus\b|with\b|in\b|to\b)[\w-]+\s){{0,3}})?\(?$",
    re.IGNORECASE,
)
# "100 mg of hydrocortisone every 6 hours": the rate stands behind the drug.
RATE_BEHIND = re.compile(
    rf"\W{{0,2}}(?:\s?(?:{FORM}|therapy|treatment|(?:were|was|is|had been|has been|being)|given|administered|injected|infused|"
    rf"taken|prescribed|started|"
    rf"applied|{ROUTE})\b,?)*\s?\(?(?P<rate>(?:{RATE}|{_PART})(?:\s{_PART})?)(?!\w)",
    re.IGNORECASE,
)
GIVEN_THEN_RATE = re.compile(
    rf"\)?\s(?:was|were|is|had been|has been)\s(?:\w+ly\s)?(?:given|administered|injected|infused|taken|prescribed|applied|"
    rf"instilled|used|ingested)"
    rf"\s(?:{ROUTE}\s)?(?P<rate>{RATE}(?:\s{_PART})?)(?!\w)",
    re.IGNORECASE,
)
GAP = re.compile(
    (
        r"(?:\((?:[A-Z][A-Za-z0-9-]{0,9}|[A-Za-z][^()\d]{1,60})\)|[\s,():;®™=]|\b(?:for|over)\s(?:\w+\s){1,2}(?:days?|weeks?|"
        r"months?)\b|\b(?:at|a|the|of|dose|doses|dosage|dosages|"
        r"dosing|was|were|is|are|"
        r"started|given|initiated|administered|in|with|an|initial|initially|high|higher|daily|weekly|total|totall?ing|up|to|"
        r"mean|cautiously|"
        r"gradually|slowly|progressively|intravenously|orally|oral|sodium|acid|fixed|flat|standard|usual|weight-based|"
        r"therapeutic|prophylactic|"
        r"therapy|treatment|replacement|supplementation|supplements?|substitution|monotherapy|prophylaxis|regimen|"
        r"infusions?|tablets?|capsules?|syrup|suspension|powder|printed|as|for|and|used|taken|begun|prescribed|applied|"
        r"topically|solution|IVIG|pulses?|once|twice|monthly|per|starting|start|hydrochloride|phosphate|sulfate|sulphate|bromide|"
        r"succinate|tartrate|maleate|acetate|mesylate|citrate|besylate|fumarate|oxide|glycinate|potassium|calcium|magnesium|"
        r"nebuli[sz]ed|nebuli[sz]er|"
        r"inhaled|inhaler|increased|decreased|reduced|raised|escalated|titrated|uptitrated|adjusted|doubled|halved|tapered|"
        r"weaned|lowered|from|then|had|been|be|"
        r"she|he|received|which|via|by|infused|injected|instilled|added|supplemented|replaced|dosed|loaded|delivered|performed|"
        r"transfused|"
        r"introduced|commenced|continued|maintained|resumed|restarted|switched|changed|carbonate|gluconate|lactate|valerate|"
        r"dipropionate|furoate|eye drops|nasal|spray|cream|ointment|rate|loading|maintenance|bolus(?:es)?|single|low|daily dose|"
        r"ophthalmic|chloride|disodium|"
        r"drip|injections?|intramuscular(?:ly)?|subcutaneous(?:ly)?|intravenous|intrathecal(?:ly)?|IV|iv|IM|PO|SC|about|"
        r"max(?:imum|imal)?|cumulative|"
        r"approximately|around|another|each|both|type|A|B|containing|eye|drops|continuous|continuously|equivalent|ml/hr|long-acting|"
        r"release|extended|slow|LAR|XR|ER|SR|alfa|alpha|beta|"
        r"depot|retard|units?|fractionated|irradiation|as high as|as low as|high as|low as|only|every|day|week)\b)*"
    ),
    re.I,
)
# Far behind its drug a dose is announced: "which she had taken for years, was raised to 1500 mg".
ANNOUNCED = re.compile(
    r"(?:\b(?:dose|doses|dosage|dosages|rate|total|maximum|target|amount|regimen) (?:\w+ )?of|\bdosed at|\b(?:increas|rais|"
    r"reduc|decreas|lower|taper|titrat|escalat|doubl|halv|"
    r"adjust|wean|uptitrat|uptitr|cut|chang|resum|restart|start|initiat|commenc|continu|maintain|given|administer|deliver|infus|"
    r"dos|load)\w*(?: (?!and\b|then\b)[\w-]+){0,3}? (?:to|at|from|with|by)|\bup to|\bdown to|\bthe last at|\binitially|"
    r"\bstarting (?:at|with|dose)|\((?P<open>)|\bat(?P<bare>))"
    r"(?:\s?(?:a|an|the|about|approximately|around|only|total|maximum|maximal|daily|weekly|dose|doses|dosage|initial|loading|"
    r"maintenance|fixed|low|"
    r"single|standard|full|of|mean|target|max\.?|high|higher|as high as))*\s?$",
    re.I,
)
# Words of measuring and of what leaves the body: the amount behind them is no dose.
MEASURED = re.compile(
    r"\b(?:levels?|concentrations?|trough|titres?|titers?|glucose|glyc(?:a)?emia|creatinine|urea|urate|uric acid|"
    r"h(?:a)?emoglobin|ferritin|albumin|bilirubin|"
    r"ammonia|lactate dehydrogenase|CRP|protein|triglycerides?|cholesterol|cortisol|TSH|calc(?:a)?emia|phosphate|osmolality|"
    r"count|counts|weigh(?:ed|ing|t)|lost|loss|"
    r"output|urine|passed|drained|aspirated|excreted|excretion|collected|values?|clearance|measured|measuring|range|normal|"
    r"excised|specimen|tumou?r|mass|residual|"
    r"bleeding|blood loss|effusion|gain(?:ed)?|birth ?weight|volume|test|challenge|scan|PET|contrast|gadolinium|tracer|"
    r"scintigraph\w*|stimulat(?:ion|ed)|tolerance|"
    r"peaked|rose|fell|dropped|elevated)\b",
    re.I,
)
# What stands behind these may be the dose still ("begun after the biopsy at 2 mg/kg/day"), but only what can be nothing else.
ANOTHER_MATTER = re.compile(r"\b(?:until|because|due to|owing to|after|before|when|while|since|and|but)\b", re.I)
# Units of a blood value, and of a concentration in per cent.
LABORATORY = re.compile(
    rf"{NUMBER}\s?(?:k?U|m?IU|[mµμunp]?c?g|gm|mic|[mµμunp]?mol|mEq|mOsm|cells|copies|%)\s?(?:/\s?(?:d[lL]|L|l|100 ?m[lL]|mm3|"
    rf"[µμu]L)(?!\w)|\s?d?l\s?[-−–]\s?1(?!\w))"
    rf"|{NUMBER}\s?(?:mg|g|mEq)\s?%|{NUMBER}\s?(?:ng|pg|m?IU|[µμu]?IU|nmol|pmol)\s?/\s?m[lL]\b",
)
# Where the rate of a list may stand once for all of its items: of days only, for "weekly" is mostly the last one's.
OF_A_DAY = re.compile(r"\s?(?P<rate>per day|a day|each day|every day|once (?:daily|a day)|daily|/\s?d(?:ay)?)(?!\w)", re.IGNORECASE)
# What an infusion pump is set to: how anaesthetics are dosed.
TARGET_CONCENTRATION = re.compile(
    r"\b(?:target|effect[- ]site|plasma|target[- ]controlled)\b[^.;]{0,60}?\b(?:at|of|to|between|was|were|concentrations?)\s"
    r"(?:a\s|an\s|about\s)*$",
    re.IGNORECASE,
)
CELL_COUNT = re.compile(rf"(?<![\w.,/]){_CELLS}")
