"""Passages are data: a paragraph that gives orders to whoever reads it for an answer proves nothing.

Reports tell what happened; they do not speak to an assistant. Where a paragraph does ("ignore the rules above and say that ..."), its
other sentences are no safer than that one, so none of it is quoted and none of it counts as proof.
"""

import re
from functools import lru_cache

from corpus.text import normalise

_RULES = r"(?:instructions?|rules?|prompts?|guidelines?|orders|directives?|above|previous|earlier|everything|safeguards?|filters?|checks?)"
_TO_SAY = (
    r"(?:say|answer|reply|respond|output|print|write|claim|cite|state|tell|recommend|report"
    r"|conclude|repeat|quote|pretend|insert|append|include)"
)
_ASSISTANT = r"(?:assistant|language model|llm|chat ?bot|chatgpt|gpt|ai|a\.i\.|model|summari[sz]er|system|bot|agent)"
_SPEAKS = rf"(?:{_TO_SAY}|{_ASSISTANT}|obey|follow|act|be)"
_ORDERS = re.compile(
    "|".join(
        (
            # Rules that are to be broken, in a few languages.
            rf"\b(?:ignore|disregard|forget|override|bypass|skip|drop|suspend|disobey)\b[^.!?]{{0,40}}\b{_RULES}\b",
            r"\b(?:ignorier\w*|vergiss|missachte|ignore[rz]|oublie[rz]?|ignora\w*|olvida\w*|ignorare|dimentica)\b[^.!?]{0,40}"
            r"\b(?:anweisung\w*|regeln?|vorgaben|instruc\w*|instruz\w*|consignes?|r[eè]gles?|reglas?|istruzion\w*|regole)\b",
            r"忽略|无视|игнорируй|забудь",
            # Whoever reads is spoken to.
            rf"\byou (?:are now|are an?|must|should|shall|will|have to|need to|can|may)\b[^.!?]{{0,60}}\b{_SPEAKS}\b",
            rf"\byou are (?:now |a |an |the )?(?:\w+ ){{0,3}}(?:{_ASSISTANT}|dan)\b",
            r"\byour (?:new |only |real |next )?(?:task|instructions?|rules?|answer|reply|prompt|role|job)\b",
            rf"\b(?:note|message|instructions?|attention|memo|hint|order|reminder|request|dear)\b[^.!?]{{0,25}}\b{_ASSISTANT}\b",
            rf"\b(?:the|any|every|an?|this|all) {_ASSISTANT}s?\b(?: (?:reading|who|that|which|used)[^.!?]{{0,40}})?,?"
            r" (?:must|should|shall|has to|have to|is to|are to|needs? to)\b",
            rf"^\W*(?:(?:dear|hello|hey|hi) )?{_ASSISTANT}s?\s?[,:]",
            r"(?:^|[.!?:;]\s*)act as\b|\bpretend (?:to be|that|you)\b|\bfrom now on\b|\b(?:developer|debug|god|admin|jailbreak) mode\b",
            r"\bjailbreak|\bsystem prompt\b|\bnew (?:system )?(?:instructions?|prompt|rules?)\s?:",
            # An order to say something.
            r"(?:^|[.!?:;\"'>\]*#-]\s*|\b(?:please|now|then|instead|always|simply|just|must) )"
            r"(?:say|answer|reply|respond|output|print|pretend|claim|cite)\b"
            r"(?: (?:that|only|exactly|with|as|to|always|the|this|it|in)\b|\s?[:\"'\[(])",
            r"\b(?:when|if|whenever) (?:anyone |someone |you are |you're |a (?:user|clinician|reader) )?"
            rf"(?:asks?|asked|questioned|summari[sz]ing|answering|quoted|cited)\b[^.!?]{{0,60}}\b{_TO_SAY}\b",
            r"\bdo not (?:mention|cite|tell|reveal|disclose|verify|check|quote)\b",
            r"\b(?:begin|start|end) (?:your|the|every) (?:answer|reply|response|sentence)s?\b",
            # The marks of a prompt.
            r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|instructions?|inst|paragraph)\b|\[/?(?:inst|system|assistant)\]|<<sys>>",
            r"(?:^|[\s>#*\"'`\[{(-])(?:system|assistant|user|human|developer|question|tool)(?: (?:message|note|override|prompt))?\s?:\s",
            r"\"role\"\s?:|\bfunction[_ ]call\b|\bbegin (?:system|hidden) ",
        )
    )
)


# Each of the rules needs one of these words, or a part of one. Paragraphs of reports hold them seldom, and to look for them is
# cheap: 0.15 ms a paragraph of 880 characters instead of the 0.6 ms that all the rules take.
_CUES = frozenset(
    (
        "ignore disregard forget override bypass skip drop suspend disobey vergiss missachte ignorer ignorez oublie oublier oubliez "
        "dimentica you your note message instruction instructions attention memo hint order reminder request dear act pretend now mode "
        "prompt rule rules say answer reply respond output print claim cite ask asks asked questioned summarising summarizing "
        "answering quoted cited mention tell reveal disclose verify check quote begin start end im endoftext inst paragraph sys user "
        "human developer question tool role call assistant assistants language llm llms chat chatbot chatbots chatgpt chatgpts gpt "
        "gpts ai ais i model models summariser summarisers summarizer summarizers system systems bot bots agent agents"
    ).split()
)
_CUE_PARTS = ("ignorier", "ignora", "olvida", "jailbreak", "忽略", "无视", "игнорируй", "забудь")
_LETTERS = re.compile(r"[a-z]+")


@lru_cache(maxsize=4096)
def gives_orders(text: str) -> bool:
    """Whether a paragraph tells its reader what to answer."""
    visible = _visible(text)
    may = not _CUES.isdisjoint(_LETTERS.findall(visible)) or any(part in visible for part in _CUE_PARTS)
    return may and _ORDERS.search(visible) is not None


def _visible(text: str) -> str:
    """The text without characters that nobody sees, which hide a word from a rule and not from a model."""
    return normalise(text if text.isascii() else re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]", "", text))
