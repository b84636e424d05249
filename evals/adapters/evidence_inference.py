"""Evidence Inference 2.0 (DeYoung et al. 2020): what a trial article says about an intervention's effect on an outcome.

The articles are ingested from their JATS files. Evidence is marked by characters of the reference text; its own words are looked up in the
ingested paragraphs, so the set is lenient: evidence that the two texts print differently is left out and counted. The question is outcome,
intervention and comparator; it does not name its article.
"""

from collections.abc import Iterator
from pathlib import Path

from corpus.errors import UsageError
from evals.adapters.reading import rows
from evals.datasets import GoldQuestion, Pointer, write_set

CREDIT = "Evidence Inference 2.0, MIT; articles CC BY."
# Below this a marked piece ("p < 0.05") stands in many paragraphs and proves none.
_MIN_WORDS = 5


def write(source: Path, folder: Path) -> None:
    articles = sorted((source / "articles").glob("*.nxml"))
    if not articles:
        raise UsageError(f"{source}: holds no articles/*.nxml")
    for article in articles:
        (link := folder / "reports" / article.name).unlink(missing_ok=True)
        link.symlink_to(article.resolve())
    held = {article.stem.removeprefix("PMC") for article in articles}
    about = {"name": "evidence-inference", "retrieval_only": True, "lenient": True, "credit": CREDIT}
    write_set(folder, list(_questions(source, held)), about)


def _questions(source: Path, held: set[str]) -> Iterator[GoldQuestion]:
    evidence = _evidence(source / "annotations.csv")
    for prompt in rows(source / "prompts.csv"):
        found = evidence.get(prompt["PromptID"], ())
        if found and prompt["PMCID"] in held:
            text = f"{prompt['Outcome'].strip()} {prompt['Intervention'].strip()} {prompt['Comparator'].strip()}"
            pointers = tuple(Pointer(f"pmcid:PMC{prompt['PMCID']}", None, one) for one in found)
            yield GoldQuestion(prompt["PromptID"], text, (), True, "prompt", "dev", (pointers,))


def _evidence(path: Path) -> dict[str, tuple[str, ...]]:
    """Prompt -> its distinct valid evidence, long enough to stand in one place."""
    found: dict[str, dict[str, None]] = {}
    for row in rows(path):
        marked = " ".join(row["Annotations"].split())
        if row["Valid Label"] == row["Valid Reasoning"] == "True" and len(marked.split()) >= _MIN_WORDS:
            found.setdefault(row["PromptID"], {})[marked] = None
    return {name: tuple(pieces) for name, pieces in found.items()}
