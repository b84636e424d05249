"""Answers as Slack messages: blocks within Slack's limits, and report text that Slack takes for nothing but text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from api.prose import Source, marked, sources
from api.schemas import ChatResponse, EvidenceOut, StatementOut
from api.services import Services

Block = dict[str, Any]

# Slack takes 3,000 characters in a section and 50 blocks in a message; the rest is room for what is added.
SECTION_CHARS, MESSAGE_BLOCKS = 2900, 45
# What our own messages begin with where they are not an answer: a thread's history leaves them out.
SOURCES = "Sources of this answer"
_BOARD_ROWS = 60
_BUTTONS = (
    ("evidence", "Evidence table"),
    ("failures", "Only failures"),
    ("sources", "Sources"),
    ("helpful", "Helpful"),
    ("not_helpful", "Not helpful"),
    ("share", "Share to channel"),
)


def escaped(text: str) -> str:
    """Text that mentions nobody, links nowhere and calls no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def answer_blocks(question: str, answer: ChatResponse) -> list[Block]:
    """The answer without buttons."""
    blocks = [_context(f":warning: {escaped(told)}") for told in answer.warnings]
    if answer.standalone_question.strip() != question.strip():
        blocks.append(_context(f"Searched as: {escaped(answer.standalone_question)}"))
    if answer.abstention:
        blocks += [_section(piece) for piece in _pieces([escaped(answer.abstention.message)])]
        nearest = [f"*{escaped(one.reference.label)}*: {escaped(one.text)}" for one in answer.abstention.nearest]
        return blocks + [_section(piece) for piece in _pieces(nearest, "\n\n")]
    blocks += [_section(piece) for piece in _pieces(escaped(marked(statement)) for statement in answer.statements)]
    lines = [f"[{source.marker}] {_place(source)}" for source in sources(answer.statements)]
    return blocks + [_context(piece) for piece in _pieces(lines, "\n")]


def buttons(answer_id: str, answer: ChatResponse) -> Block:
    """What can be done with an answer; what it does not have, no button offers."""
    absent = {"evidence", "failures"} if not answer.evidence else set()
    absent |= {"sources"} if not any(statement.citations for statement in answer.statements) else set()
    elements = [
        {"type": "button", "action_id": f"casebook_{name}", "text": {"type": "plain_text", "text": label}, "value": answer_id}
        for name, label in _BUTTONS
        if name not in absent
    ]
    return {"type": "actions", "elements": elements}


def source_blocks(services: Services, statements: Sequence[StatementOut]) -> list[Block]:
    """Each cited paragraph whole, its quotes in bold."""
    cited = sources(statements)
    found = services.corpus.catalog.paragraphs(source.paragraph_id for source in cited)
    told = (
        f"*[{source.marker}]* {_place(source)}\n{_quoted(found[source.paragraph_id].text, source.quotes)}"
        for source in cited
        if source.paragraph_id in found
    )
    return [_section(piece) for whole in told for piece in _pieces([whole])]


def board_text(rows: Sequence[EvidenceOut], *, only_failures: bool = False) -> list[str]:
    """The therapy rows as monospaced tables, each short enough for a section."""
    shown = [row for row in rows if row.outcome in ("failed", "worsened")] if only_failures else list(rows)
    if not shown:
        return ["No therapy failed in these reports." if only_failures else "No therapy rows belong to this answer."]
    lines = [_row(row) for row in shown[:_BOARD_ROWS]]
    if len(shown) > _BOARD_ROWS:
        lines.append(f"... and {len(shown) - _BOARD_ROWS} more; the page or POST /v1/evidence has them all")
    # The fence of each piece takes six characters and a line break on both sides.
    return [f"```\n{piece}\n```" for piece in _pieces(map(escaped, lines), "\n", SECTION_CHARS - 10)]


def split(blocks: Sequence[Block]) -> list[list[Block]]:
    """Messages of at most as many blocks as Slack takes."""
    return [list(blocks[start : start + MESSAGE_BLOCKS]) for start in range(0, len(blocks), MESSAGE_BLOCKS)] or [[]]


def sections(texts: Iterable[str]) -> list[Block]:
    return [_section(text) for text in texts]


def _row(row: EvidenceOut) -> str:
    outcome = row.outcome.replace("_", " ") + ("" if row.status == "given" else f" ({row.status})")
    told: Mapping[int, str | None] = {24: row.therapy, 20: row.dose, 16: row.target, 18: outcome}
    cells = "  ".join(f"{_cut(value or '-', width):{width}}" for width, value in told.items())
    return f"{cells}  {_cut(row.patient or '-', 40)}".replace("`", "'").rstrip()


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _place(source: Source) -> str:
    link = source.reference.link
    safe = link and not any(char in link for char in "<>| ")
    return f"<{link}|{escaped(source.place)}>" if safe else escaped(source.place)


def _quoted(text: str, quotes: Iterable[str]) -> str:
    """The paragraph with its quotes in bold; a quote with an asterisk or a line break in it could not be, and stays plain."""
    shown = escaped(text)
    for quote in map(escaped, quotes):
        if not set(quote) & set("*\n"):
            shown = shown.replace(quote, f"*{quote}*", 1)
    return shown


def _pieces(texts: Iterable[str], between: str = " ", limit: int = SECTION_CHARS) -> Iterator[str]:
    """Texts joined up to the limit; one that is longer by itself is cut at a space."""
    piece = ""
    for text in (part for whole in texts for part in _short(whole, limit)):
        if piece and len(piece) + len(between) + len(text) > limit:
            yield piece
            piece = ""
        piece = f"{piece}{between}{text}" if piece else text
    if piece:
        yield piece


def _short(text: str, limit: int) -> Iterator[str]:
    while len(text) > limit:
        cut = text.rfind(" ", limit // 2, limit)
        # Never within an escape: "&amp;" cut in two is neither half.
        cut = cut if cut > 0 else text.rfind("&", limit - 6, limit) if "&" in text[limit - 6 : limit] else limit
        yield text[:cut]
        text = text[cut:].lstrip(" ")
    yield text


def _section(text: str) -> Block:
    # Verbatim: Slack looks for no links or names in it.
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}
