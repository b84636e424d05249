"""The words that tell what happened, by what they mean and where their subject stands."""

from typing import Literal

Side = Literal["before", "after", "either"]
Family = Literal["good", "bad", "gone", "fail", "partial", "harm", "untold"]

# The order matters where two begin at the same character. "good" and "gone" are turned by a negation to "failed", "bad" to "improved";
# "gone" is "resolved"; "fail", "partial", "harm" and "untold" mean what they say. Side: where the thing that changed mostly stands.
# A pattern ending in "!" counts only where the clause names what changed (a dose can be reduced too).
CUES: tuple[tuple[Family, Side, tuple[str, ...]], ...] = (
    (
        "untold",
        "either",
        (
            (
                r"\b(?:is|are|was|were|has been|have been|be) (?:\w+ )?not (?:been )?(?:\w+ )?(?:reported|stated|"
                r"recorded|given|described|known|mentioned|named|documented|available|specified|told|detailed|clear|"
                r"separately)\b"
            ),
            (
                r"\bnot (?:\w+ )?(?:reported|stated|recorded|described|known|mentioned|documented|specified|told|say|"
                r"given for|given in|given here)\b"
            ),
            r"\bwithout (?:a |any )?(?:\w+ )?(?:stated|reported|recorded|known) (?:results?|effects?|outcomes?|response)\b",
            r"\bis not given\b",
            r"\bwhether\b",
            r"\b(?:remains?|is|was|are) (?:therefore )?(?:unknown|unclear|uncertain)\b",
            (
                r"\bno (?:\w+ )?(?:effects?|results?|information|outcomes?|claim|response)\b[^.;]{0,90}\b(?:recorded|"
                r"reported|stated|claimed|inferred|described|given|available|documented|mentioned|is told)\b"
            ),
            (
                r"\b(?:cannot|could not|can not) be (?:\w+ )?(?:told|judged|inferred|assessed|said|claimed|quoted|"
                r"determined|evaluated|separated|attributed|counted|stated|drawn)\b"
            ),
            r"\b(?:should|must) not be (?:\w+ )?(?:read|taken|carried|counted|seen|used|understood)\b",
            r"\bneither\b[^.;]{0,70}\b(?:reported|stated|recorded|given|named|described|mentioned)\b",
            r"\bdoes not (?:say|state|describe|report|tell|mention|record|give|show|name|establish|explain)\b",
            r"\b(?:no|without) (?:\w+ )?(?:mention|record|statement|details?|account|figures?) of\b",
        ),
    ),
    (
        "fail",
        "after",
        (
            (
                r"\bfail(?:ed|s|ing|ure)? (?:to|in) (?:\w+ly )?(?:halt|stop|prevent|reduce|decrease|improve|control|"
                r"respond|heal|resolve|regress|shrink|produce|achieve|show|help|relieve|arrest|slow|clear|work|bring|"
                r"change|alter|affect|yield|induce|provide|soften|diminish|limit|influence|treat|ameliorate|alleviate|"
                r"obtain|avert|suppress|contain)\w*"
            ),
            r"\bto no avail\b",
            (
                r"\b(?:no|little|without|lack of|minimal|not (?:of )?(?:any |much )?|"
                r"never any) (?:(?!adverse|side|ill|untoward|toxic|harmful|unwanted)\w+ ){0,2}"
                r"(?:benefit|response|improvement|effects?|success|efficacy|change|relief|"
                r"result|influence|reduction|regression|help|remission|gain)\b"
            ),
            (
                r"\b(?:poor|inadequate|insufficient|suboptimal|sub-optimal|unsatisfactory|disappointing|"
                r"incomplete clinical) (?:\w+ )?(?:responses?|results?|effects?|control|efficacy|answers?)\b"
            ),
            (
                r"\b(?:unsuccessful(?:ly)?|ineffective|ineffectual|inefficacious|unsatisfactory|inadequate|"
                r"insufficient(?:ly)?|disappointing|futile)\b"
            ),
            (
                r"\b(?:refractory|resistant|unresponsive|recalcitrant|non-?responsive)(?= to\b)|\b(?:proved|"
                r"remained) (?:\w+ )?(?:refractory|resistant|recalcitrant|unresponsive|intractable)\b|\bresist(?:ed|"
                r"s)\b"
            ),
            (
                r"\b(?:did|was|were|had|has|have|does|do|could) (?:not|never|n't) (?:been )?(?:\w+ )?(?:enough|"
                r"sufficient|helpful|effective|able)\b"
            ),
            r"\b(?:did|does|do|had|could) (?:not|never|nothing) (?:\w+ )?(?:help|helped|work|worked|better|suffice|to help|for)\b",
            r"\bdid no better\b",
            (
                r"\b(?:(?:did|does|do|could|would) not|(?:did|does|could)n['’]t) (?:\w+ly )?(?:clear|heal|resolve|control|shrink|soften|"
                r"disappear|recover|stabili[sz]e|settle|subside|abate|normali[sz]e|bring)\b"
            ),
            r"\bunchanged\b",
            r"\b(?:without being|not|cannot|could not) (?:be )?halted\b",
            r"\bnon-?response\b",
            r"\b(?:previous|prior|earlier|repeated|multiple|treatment|therapeutic|therapy|of|the) failures?\b",
            r"\bfailures? (?:of|with|on)\b",
            (
                r"\b(?:stopped|discontinued|withdrawn|abandoned|ceased) (?:\w+ ){0,3}?(?:because of|due to|"
                r"owing to|for|after|given) (?:\w+ ){0,3}?"
                r"(?:inefficacy|ineffectiveness|lack of (?:\w+ )?(?:efficacy|effect|response|benefit|"
                r"improvement)|non-?response|progression|failure)\b"
            ),
            r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:none|no|nil|poor|absent|failure|ineffective)\b",
            r"\bfail(?:ed|s|ing)\b",
            r"\b(?:she|he|patient|disease|tumou?r|cancer) (?:had |has |then |later |again )?progressed "
            r"(?=(?:on|under|through|during|while|after) )",
            r"\bamong the failures?\b",
        ),
    ),
    (
        "fail",
        "before",
        (
            (
                r"\b(?:continu(?:ed|es|ing)|kept(?: on)?|went on|carried on|goes on|going on) (?:to |"
                r"on )?(?:\w+ly )?(?:increas|grow|progress|extend|develop|enlarg|spread|worsen|form|deteriorat|"
                r"accumulat|appear|recur|expand|flar|advanc|occur|suffer|deposit|have|relaps)\w*"
            ),
            (
                r"\b(?:persist(?:ed|s|ing|ent(?:ly)?|ence)?|ongoing|remain(?:ed|s|ing)? (?:\w+ )?(?:active|unchanged|"
                r"unaltered|hard|severe|the same|refractory|symptomatic|uncontrolled|present|resistant|problematic|"
                r"weak|as before)|stayed the same|uncontrolled|poorly controlled)\b"
            ),
            (
                r"\b(?:progress(?:ed|ion|ing|es)?|worsen(?:ed|ing)?|increas(?:ed|ing)|spread|enlarg(?:ed|ing)|"
                r"develop(?:ed|ing)?|appear(?:ed|ing)?|recurr?(?:ed|ing|ence|ent(?:ly)?)?|continu(?:ed|ing)|grew|"
                r"growing|extended|flared|relaps(?:ed|ing|e)) (?:\w+ ){0,5}(?:despite|in spite of|notwithstanding|"
                r"regardless of)\b"
            ),
            r"\b(?:despite|in spite of|notwithstanding|regardless of)\b",
        ),
    ),
    (
        "harm",
        "either",
        (
            (
                r"\b(?:stopped|discontinued|withdrawn|interrupted|suspended|ceased|halted|abandoned|stop|"
                r"withdrew) (?:\w+ ){0,4}?(?:because of|due to|owing to|for|on account of|secondary to|after|"
                r"following) (?:\w+[ -]){0,4}?(?:intoleran\w+|side[- ]effects?|adverse|toxicity|hepatotoxic\w+|nausea|"
                r"allerg\w+|infections?|acne|headaches?|oedema|edema|leu[ck]openia|neutropenia|rash|elevated|raised|"
                r"hypotension|vomiting|diarrh\w+|reactions?|flare|transaminas\w+|pain|anaphyla\w+|gastrointestinal|"
                r"suspected|suspicion)\w*"
            ),
            (
                r"\b(?:stopped|discontinued|withdrawn|interrupted|suspended|ceased|abandoned) (?:because of|due to|owing to|on account of|"
                r"secondary to) (?:\w+[ -]){0,3}?(?:\w{3,}(?:aemia|emia|penia|uria|rrhoea|rrhea|pathy)|hepatitis|pancreatitis|"
                r"colitis|myositis|"
                r"bleeding|seizures?|fatigue|dizziness|confusion|drowsiness|palpitations|cough|weight gain|hair loss|alopecia|"
                r"insomnia|depression|psychosis|hand-foot|mucositis|stomatitis|cytopenias?|myopathy|myalgia|pruritus|urticaria)\b"
            ),
            (
                r"\b(?:developed|suffered|experienced) [^.;]{3,60}? and (?:it|this|they|the (?:drug|treatment|medication|therapy)) "
                r"(?:was|were|had to be) (?:\w+ )?(?:stopped|discontinued|withdrawn|ceased)\b"
            ),
            (
                r"\b(?:not tolerated|intoleran(?:ce|t) (?:to|of)|could not tolerate|poorly tolerated|did not tolerate|"
                r"was intolerant|unable to tolerate|adverse (?:effect|reaction|event) (?:of|to|from)|"
                r"as an adverse (?:effect|event|reaction)|suspected of having caused|allergic reaction to)\b"
            ),
            (
                r"\b(?:caused|induced|provoked|was complicated by|were complicated by|had to be (?:stopped|"
                r"discontinued|withdrawn) (?:because of|due to|for))"
                r" (?:(?!no |not |without |few |neither |hardly )\w+[ -]){0,3}?"
                r"(?:side[- ]effects?|adverse (?:effects?|events?|reactions?)|toxicity|hepatotoxicity|nephrotoxicity|nausea|vomiting|"
                r"diarrh\w+|hypotension|rash|leu[ck]openia|neutropenia|pancytopenia|anaphyla\w+|headaches?|infections?)\b"
            ),
            (
                r"\b(?:triggered|precipitated|provoked) (?:the|an|a|her|his|another) (?:\w+ ){0,2}(?:attack|crisis|hyperthermia|"
                r"ha?emolysis|rhabdomyolysis|decompensation|anaphylaxis)\b"
            ),
            (
                r"\b(?:side[- ]effects?|adverse (?:effects?|events?|reactions?)|toxicity|hepatotoxicity|nephrotoxicity|intolerance) "
                r"(?:of|to|from|due to|attributed to|with|on|under)\b"
            ),
        ),
    ),
    (
        "partial",
        "either",
        (
            (
                r"\b(?:partial(?:ly)?|partly|somewhat|slightly|incomplete(?:ly)?|modest(?:ly)?|mixed|only slight(?:ly)?|transient(?:ly)?|"
                r"temporar(?:y|ily)|short-lived|moderate(?:ly)?|slight(?:ly)?|mild(?:ly)?|limited|minor|some|brief|"
                r"variable|initial(?! (?:favou?rable|good|excellent|marked|dramatic|"
                r"substantial))) (?:\w+ ){0,2}?(?:responses?|improve\w*|benefits?|effects?|relief|regress\w*|"
                r"reduc\w*|resol\w*|success\w*|decreas\w*|control\w*|better|soften\w*|remission|recover\w*|help|"
                r"efficacy|diminish\w*)\b"
            ),
            (
                r"\b(?:improv\w+|respon\w+|regress\w+|reduc\w+|decreas\w+|effective|benefit\w*|resolv\w+|relie\w+|"
                r"helped|softened) (?:only |but only |somewhat |just |very )?(?:partial(?:ly)?|slight(?:ly)?|"
                r"incomplete(?:ly)?|temporar(?:y|ily)|transient(?:ly)?|modest(?:ly)?|mild(?:ly)?|in part|moderately|"
                r"somewhat|a little)\b"
            ),
            r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:partial|mild|modest|moderate|some|minimal|slight|transient)\b",
            r"\b(?:was|were|as|called|best called|remained) partial\b|\brespon\w+ [^.;,]{0,40}\bin part of\b",
            (
                r"\b(?:response|benefit|effect|result|outcome|relief|success) (?:\w+ ){0,7}?(?:was|were|is|remained|"
                r"proved) (?:\w+ )?(?:partial|incomplete|modest|mixed|limited|short-lived|temporary|transient|slight|"
                r"variable)\b"
            ),
        ),
    ),
    (
        "bad",
        "before",
        (
            (
                r"\b(?:recur(?:s|red|rences?|ring|rent|rently)?|re-?accumulat(?:ed?|es|ing|ion)|relaps(?:e|ed|es|ing)|came back|come back|"
                r"reappear(?:ed|ance)?|regrew|regrowth|return of|flared?(?: up)?)\b"
            ),
            r"\b(?:new (?:\w+ )?(?:lesions?|deposits?|calcifications?|nodules?|calcinosis|ulcers?))\b",
        ),
    ),
    (
        "bad",
        "either",
        (
            (
                r"\b(?:worsen(?:ed|s|ing)?|deteriorat(?:ed|ion|ing|es)|aggravat(?:ed|ion)|exacerbat(?:ed|ion)|"
                r"(?:became|become|got|grew) worse)\b"
            ),
            (
                r"\b(?:progress(?:ed|ion|ing|es)|increas(?:ed|ing|es)(?! (?:\w+ )?risk)|enlarg(?:ed|ement|ing)|"
                r"grew(?! from\b| out\b)|growth(?! pattern)|spread(?:ing)?|extended|rose(?! bengal)|risen)\b!"
            ),
        ),
    ),
    (
        "gone",
        "before",
        (
            (
                r"\b(?:complete(?:ly)?|total(?:ly)?|entire(?:ly)?|full(?:y)?|near-complete|"
                r"almost complete(?:ly)?) (?:\w+ ){0,2}?(?:resol\w+|respon\w+|regress\w+|disappear\w*|clear\w*|"
                r"heal\w*|remission|recover\w*|remov\w*|dissol\w+|vanish\w*|response|remitted|cured?|gone|closed|"
                r"closure)\b"
            ),
            (
                r"\b(?:resolv|disappear|vanish|clear(?:ed|ance|ing)|regress|heal|recover|remit|"
                r"dissolv)\w* (?:\w+ )?(?:complete(?:ly)?|total(?:ly)?|entire(?:ly)?|full(?:y)?|altogether)\b"
            ),
            r"\b(?:was|were|had|is|are) (?:\w+ly )?(?:gone|cured)\b",
            r"\b(?:induc(?:ed|es|ing)|led to|brought|entered) (?:\w+ ){0,2}remission\b",
            r"\b(?:cured?|into remission|(?:complete|full|sustained|clinical) remission|achieved remission|in remission)\b",
        ),
    ),
    (
        "gone",
        "either",
        (
            (
                r"\b(?:resolv(?:ed|es|ing)|resolution|disappear(?:ed|ance|s)|vanish(?:ed)?|cleared(?: up)?|clearance|"
                r"went away|abolish(?:ed|es)|eradicated)\b"
            ),
            r"\b(?:resultant|complete|full|subsequent|prompt|rapid|eventual|consequent) normali[sz]ation\b",
            r"\b(?:the (?:rash|lesions?|deposits?|ulcers?|pain|eruption|nodules?) went)\b",
            r"\bheal(?:ed|s)\b!",
            r"\b(?:seizure|disease|fever|relapse|stone|ulcer|migraine|attack)-free\b|\bfree of (?:disease|tumou?r)\b",
            r"\b(?:terminated|aborted|reversed|reversal of|corrected|correction of)\b!",
            r"\b(?:remain(?:ed|s)|been|is|stayed) in (?:normal )?sinus rhythm\b",
            r"\b(?:no|without) (?:\w+ )?(?:evidence|signs?) of (?:\w+ )?(?:disease|malignancy|cancer|tumou?r)\b",
            r"\bcessation of (?:the |her |his |all )?(?:seizures?|spasms?|attacks?|bleeding|symptoms|pain|fever|convulsions)\b",
            r"\bconver(?:ted|sion) (?:\w+ ){0,2}(?:in)?to (?:\w+ )?sinus rhythm\b|\bsinus rhythm was restored\b",
            r"\b(?:the|her|his) (?:\w+ )?fractures? (?:\w+ )?(?:united|consolidated)\b",
        ),
    ),
    (
        "good",
        "before",
        (
            (
                r"\b(?:regress(?:ed|ion|es|ing)|soften(?:ed|ing|s)?|subsid(?:ed|es|ing)|shr(?:a|u)nk(?:en)?|shrinkage|"
                r"(?:became|become|grew|were|was|are|got|left) (?:\w+ )?(?:smaller|softer|fewer|less|better|"
                r"milder|flatter)|(?:became|become|got|back to) (?:\w+ )?normal|settled|abated|stabili[sz](?:ed|"
                r"ation|ing)|remained stable|stable(?=[.,;)]|$| (?:at|for|on|with|after|over|during|throughout|"
                r"since|and|but|until|disease)\b))\b"
            ),
            r"\b(?:fell|dropped|declined|came down|went down|went from|dropped from|normali[sz](?:ed|ation|ing)(?! ratio))\b!",
            r"\b(?:return(?:ed|ing)?|recover(?:ed|ing|y(?! room| area| unit)|s)|regain(?:ed|s|ing)?|restored?)\b!",
            (
                r"\b(?:eased|lessened|abated|less(?:er)? (?:frequent|common|painful|severe)|better|diminish(?:ed|es)?|"
                r"decreas(?:ed|es|ing)|under (?:good |better )?control|in (?:good )?control)\b!"
            ),
            r"\b(?:pain-free|free of pain|painless|symptom-free|asymptomatic|free of symptoms|free of seizures)\b",
            r"\b(?:(?:became|remained|been|was|is) afebrile|defervesce(?:d|nce))\b",
            r"\b(?:he|she|patient|child|boy|girl|infant|baby|woman|man) (?:has |had )?(?:then |subsequently |gradually |slowly |"
            r"quickly )?recovered\b",
            r"\brecovered (?:uneventfully|well|quickly|rapidly|gradually)\b|\buneventful (?:\w+ )?recovery\b",
            r"\b(?:remain(?:ed|s)|been|doing|is|felt|feels) (?:clinically |very |otherwise )?well(?=[.,;]|$| (?:since|at|on|without|"
            r"with no|and|for|after))",
            r"\brais(?:ed|es|ing) (?=(?:the|her|his) (?:\w+ )?(?:pressure|h(?:a?e)moglobin|platelets?|sodium|calcium|potassium|"
            r"counts?|saturation)\b)",
            r"\b(?:no|without|nor) (?:any )?(?:further|more|new|subsequent|additional) (?:\w+ )?(?:attacks?|episodes?|seizures?|"
            r"flares?|relapses?|"
            r"exacerbations?|bleed(?:ing|s)?|crises|crisis|symptoms|convulsions?|hospitali[sz]ations?|transfusions?)\b",
            r"\b(?:no|without) (?:any )?(?:serious|severe|major|significant|recurrent) (?:\w+ )?infections?\b",
            r"\b(?:remain(?:ed|s)|been|is|stayed) (?:\w+ )?(?:free (?:of|from) (?:\w+ )?infections?|infection-free)\b|\balive and well\b",
            r"\b(?:(?:nyha|functional) (?:\w+ )?class i)\b(?! (?:indication|recommendation))",
            r"\b(?:lower(?:ed|s|ing)|brought (?:\w+ ){0,4}down|bringing (?:\w+ ){0,4}down)\b!",
        ),
    ),
    (
        "good",
        "after",
        (
            r"\b(?:improv(?:ed|es|ing|e|ements?)|amelior\w+)\b",
            r"\brespond(?:ed|s|ing)?\b",
            r"\bresponsive\b",
            (
                r"\b(?:outcome|response|effect|result|efficacy)s?\s?:\s?(?:good|yes|effective|excellent|positive|"
                r"favou?rable|improvement|marked)\b"
            ),
            (
                r"\b(?:good|excellent|great|significant|marked|dramatic|considerable|satisfactory|favou?rable|"
                r"clinical|rapid|remarkable|substantial|positive|impressive|successful|promising|encouraging|prompt|"
                r"clear|sustained|visible|major|very good|achieved|gratifying) (?:\w+ ){0,2}?(?:responses?|results?|"
                r"effects?|outcomes?|regression|reduction|relief|control|recovery|success|benefit)\b"
            ),
            (
                r"\b(?:effective(?:ly|ness)?|efficacious|efficacy|success(?:ful|fully)?|"
                r"(?<!risks and )(?<!risk and )benefi(?:t|ts(?! and risks)|ted|tted|cial)|"
                r"helped|helpful|relie(?:f|ved|ves|ving)|alleviat(?:ed|es|ing|ion)|useful|worked|gains?)\b"
            ),
            (
                r"\b(?:(?<!glycaemic )(?<!glycemic )(?<!pressure )(?<!infection )(?<!source )(?<!healthy )control(?:led|"
                r"ling)?(?! (?:ultraso|mri|ct|scan|group|finger|x-ray|imaging|visit|patient|subject|"
                r"examination))|suppressed|"
                r"stopped|stops|halt(?:ed|s|ing)?|arrested|prevent(?:ed|s|"
                r"ing)?|slowed|dealt with|stop)\b!"
            ),
            (
                r"\b(?:reduc(?:ed|es|ing|e|tions?)|decreas(?:ed|es|ing|e)|eases?|easing|diminish(?:ing)?|dissolv(?:ed|"
                r"ing)|dissolution|shrinking|less)\b!"
            ),
            r"\b(?:mean|median|average) (?:fall|drop|decline|decrease|reduction)\b(?=[^;]{0,60}\b(?:score|size|number|pain|volume|vas)\b)",
            r"\b(?:made|make) [^.;,]{0,40}(?:smaller|softer|better|fewer)\b",
            r"\bkept [^.;,]{0,50}\b(?:controlled|at bay|stable|in check|quiet)\b",
        ),
    ),
)
