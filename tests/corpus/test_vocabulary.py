"""Laws of the vocabulary: every printed form meets its entity, and what only looks like one does not."""

import itertools
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.vocabulary import Entity, Vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def names(vocabulary: Vocabulary, text: str) -> list[str]:
    return [mention.entity.name for mention in vocabulary.find(text)]


@pytest.mark.parametrize(
    "printed",
    [
        "Mi2",
        "Mi-2",
        "anti-Mi2",
        "anti Mi2",
        "anti-Mi-2β",
        "Anti-Mi-2 beta",
        "antiMi2",
        "anti–Mi‑2",
        "Mi-2 antibodies",
        "anti-mi-2 autoantibody",
    ],
)
def test_an_antibody_is_found_however_it_is_printed(vocabulary: Vocabulary, printed: str) -> None:
    (mention,) = vocabulary.find(f"She had {printed} in her serum.")
    assert mention.entity.name == "anti-Mi2"
    assert f"She had {printed} in her serum."[mention.start : mention.end] == printed


@pytest.mark.parametrize(
    "printed",
    [
        "IVIG",
        "IVIg",
        "ivig",
        "intravenous immune globulin",
        "intravenous immunoglobulin",
        "Intravenous immunoglobulins",
        "immunoglobulins",
        "IV immunoglobulin",
    ],
)
def test_immunoglobulin_as_a_drug_has_one_name(vocabulary: Vocabulary, printed: str) -> None:
    assert names(vocabulary, f"{printed} was given") == ["intravenous immunoglobulin"]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("alendronic acid", "alendronate"),
        ("biphosphonates", "bisphosphonate"),
        ("sodium thiosulphate", "sodium thiosulfate"),
        ("topical thiosulfate", "topical sodium thiosulfate"),
        ("JAK-1 inhibitors", "JAK inhibitor"),
        ("Janus kinase (JAK) inhibitors", "JAK inhibitor"),
        ("anti-TNF-α", "TNF inhibitor"),
        ("tumor necrosis factor inhibitors", "TNF inhibitor"),
        ("calcium-channel blockers", "calcium channel blocker"),
        ("Raynaud’s phenomenon", "Raynaud phenomenon"),
        ("haematopoietic stem-cell transplants", "stem cell transplantation"),
        ("SSA/Ro", "anti-Ro/SSA"),
        ("PM/Scl-75", "anti-PM-Scl"),
        ("TIF1-γ", "anti-TIF1-gamma"),
        ("Sjögren's syndrome", "Sjögren syndrome"),
        ("oesophageal dysmotility", "oesophageal dysmotility"),
        ("esophageal dysmotility", "oesophageal dysmotility"),
    ],
)
def test_spelling_hyphens_greek_plurals_and_possessives_do_not_matter(vocabulary: Vocabulary, printed: str, name: str) -> None:
    assert names(vocabulary, f"about {printed} here") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "renal nephrolith and the gold standard",
        "the immunoglobulin G level was raised",
        "serum immunoglobulins were normal",
        "MI 2 years ago",
        "Has it been tried?",
        "the iliac crest",
        "STS was 40 ms",
        "the mean (SE) and two SAEs",
        "from the 4th to the 6th day",
        "campesterol and glucuronide",
        "department of surgery",
        "the concept was hard to accept in April",
        "she has lived in La Paz",
        "zinc oxide and splinter haemorrhages",
    ],
)
def test_what_only_looks_like_a_therapy_or_antibody_is_none(vocabulary: Vocabulary, text: str) -> None:
    assert [m.entity.name for m in vocabulary.find(text) if m.entity.kind != "condition"] == []


def test_calcinosis_is_not_found_inside_other_words(vocabulary: Vocabulary) -> None:
    assert names(vocabulary, "nephrocalcinosis and chondrocalcinosis") == ["nephrocalcinosis", "chondrocalcinosis"]


def test_a_doubtful_abbreviation_counts_once_its_long_form_stands_beside_it(vocabulary: Vocabulary) -> None:
    assert names(vocabulary, "sodium thiosulfate (STS) was given; STS helped")[-1] == "sodium thiosulfate"
    assert names(vocabulary, "anti-PL-7, EJ and OJ were negative") == ["anti-PL7", "anti-EJ", "anti-OJ"]


def test_the_longest_form_wins_and_nothing_overlaps(vocabulary: Vocabulary) -> None:
    mentions = vocabulary.find("Intravenous sodium thiosulfate, juvenile dermatomyositis, anti-Mi2-positive calcinosis cutis.")
    assert [m.entity.name for m in mentions] == ["intravenous sodium thiosulfate", "juvenile dermatomyositis", "anti-Mi2", "calcinosis"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(mentions))


def test_a_form_does_not_run_over_a_comma_or_the_end_of_a_sentence(vocabulary: Vocabulary) -> None:
    assert "calcium channel blocker" not in names(vocabulary, "She took calcium. Channel blockers were stopped.")
    assert names(vocabulary, "topical, sodium thiosulfate") == ["sodium thiosulfate"]


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("quxolizumab", "monoclonal antibody"),
        ("Zanocitinib", "JAK inhibitor"),
        ("velmacept", "fusion protein"),
        ("neridronate", "bisphosphonate"),
        ("tigecycline", "tetracycline"),
        ("barnidipine", "calcium channel blocker"),
    ],
)
def test_a_drug_nobody_listed_is_known_by_its_stem(vocabulary: Vocabulary, word: str, group: str) -> None:
    (mention,) = vocabulary.find(f"{word} was started.")
    assert (mention.entity.kind, mention.entity.name, mention.entity.groups[0]) == ("therapy", word.lower(), group)


def test_a_class_expands_to_its_members_and_a_member_to_its_own_forms(vocabulary: Vocabulary) -> None:
    bisphosphonate, alendronate = vocabulary.entity("bisphosphonates"), vocabulary.entity("alendronic acid")
    assert bisphosphonate is not None
    assert alendronate is not None
    assert {"bisphosphonate", "alendronate", "pamidronate"} <= set(vocabulary.expand(bisphosphonate))
    assert "alendronic acid" in vocabulary.expand(alendronate)
    assert "pamidronate" not in vocabulary.expand(alendronate)


def test_a_member_is_related_to_its_class_and_not_to_its_siblings(vocabulary: Vocabulary) -> None:
    bisphosphonate, alendronate, pamidronate = (vocabulary.entity(name) for name in ("bisphosphonate", "alendronate", "pamidronate"))
    assert bisphosphonate
    assert alendronate
    assert pamidronate
    assert vocabulary.related(bisphosphonate, alendronate)
    assert vocabulary.related(alendronate, bisphosphonate)
    assert not vocabulary.related(alendronate, pamidronate)


def test_a_users_own_list_goes_ahead_of_the_bundled_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("therapies:\n  single:\n    house remedy: [quark wrap]\n    salve nine: [calcinosis]\n", encoding="utf-8")
    vocabulary = Vocabulary.load(own)
    assert names(vocabulary, "a quark wrap, then calcinosis and prednisone") == ["house remedy", "salve nine", "prednisone"]


@pytest.mark.parametrize(
    ("word", "kind", "group"),
    [
        ("sialoadenectomy", "therapy", "surgery"),
        ("glossopexy", "therapy", None),
        ("tracheobronchitis", "condition", None),
        ("ganglioneuroblastoma", "condition", "cancer"),
    ],
)
def test_an_operation_or_a_condition_nobody_listed_is_known_by_how_it_ends(
    vocabulary: Vocabulary, word: str, kind: str, group: str | None
) -> None:
    (mention,) = vocabulary.find(f"He had a {word} then.")
    assert (mention.entity.name, mention.entity.kind) == (word, kind)
    assert group is None or group in mention.entity.groups


@pytest.mark.parametrize("word", ["diagnosis", "prognosis", "apoptosis", "stroma", "academia", "sympathy", "anatomy", "dichotomy"])
def test_words_that_only_end_like_an_operation_or_a_condition_are_none(vocabulary: Vocabulary, word: str) -> None:
    assert vocabulary.find(f"The {word} of it.") == []


@pytest.mark.parametrize("content", ["drugs: {}", "therapies: [a, b]", "therapies:\n  single: {x: notalist}", "[:", "just text"])
def test_a_list_of_the_wrong_shape_is_refused_with_its_path(tmp_path: Path, content: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"own\.yaml"):
        Vocabulary.load(own)


def test_the_lists_are_as_large_as_promised(vocabulary: Vocabulary) -> None:
    kinds = [entity.kind for entity in vocabulary.entities]
    assert kinds.count("therapy") >= 400
    assert kinds.count("antibody") >= 60
    assert kinds.count("condition") >= 150


def test_every_listed_name_finds_its_own_entity(vocabulary: Vocabulary) -> None:
    # "ambiguous" holds abbreviations that need company and groups whose name nobody prints.
    lost = [entity.name for entity in vocabulary.entities if vocabulary.entity(entity.name) != entity]
    assert lost == []


def test_a_name_in_two_lists_keeps_its_class_and_gains_the_forms_of_both(tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    extra.write_text("therapies:\n  single:\n    colchicine: [kolchizin]\n", encoding="utf-8")
    both = Vocabulary.load(extra)
    assert names(both, "kolchizin and colcrys were given") == ["colchicine", "colchicine"]
    listed = both.entity("colchicine")
    assert listed is not None
    assert {"kolchizin", "colcrys"} <= set(listed.synonyms)


def test_the_lists_are_as_wide_as_the_medicine_they_are_for(vocabulary: Vocabulary) -> None:
    counted = {kind: sum(entity.kind == kind for entity in vocabulary.entities) for kind in ("therapy", "antibody", "condition")}
    assert counted["therapy"] >= 400
    assert counted["antibody"] >= 60
    assert counted["condition"] >= 150


def test_no_form_is_claimed_by_two_therapies(vocabulary: Vocabulary) -> None:
    claims: dict[str, list[Entity]] = {}
    for entity in vocabulary.entities:
        if entity.kind == "therapy":
            for form in {name.lower().replace("-", " ") for name in (entity.name, *entity.synonyms)}:
                claims.setdefault(form, []).append(entity)
    # A class and its member may share a form: the one stands for the other.
    rivals = {form: [entity.name for entity in owners] for form, owners in claims.items() if not vocabulary.related(owners[0], owners[-1])}
    assert rivals == {}


@pytest.mark.parametrize(
    "phrase",
    ["oxygen saturation", "the international normalized ratio", "fibrinolysis", "a random dextrose level", "antibiotic susceptibility",
     "suture removal", "the Glasgow coma scale", "serum albumin", "cervical spine trauma centre"],
)  # fmt: skip
def test_what_only_sounds_like_a_therapy_is_none(vocabulary: Vocabulary, phrase: str) -> None:
    assert [mention.entity.name for mention in vocabulary.find(phrase) if mention.entity.kind == "therapy"] == []


@pytest.mark.parametrize(
    ("printed", "meant"),
    [("Levtiracetam", "levetiracetam"), ("tociluzumab", "tocilizumab"), ("pembrolzumab", "pembrolizumab"), ("rituxmab", "rituximab")],
)
def test_a_long_drugs_name_with_one_letter_wrong_is_that_drug(vocabulary: Vocabulary, printed: str, meant: str) -> None:
    assert [mention.entity.name for mention in vocabulary.find(f"She was started on {printed}.")] == [meant]


def test_a_drug_nobody_listed_that_is_two_letters_off_stays_itself(vocabulary: Vocabulary) -> None:
    assert [mention.entity.name for mention in vocabulary.find("She was started on levotoracetam.")] == ["levotoracetam"]


@pytest.mark.parametrize(
    "text",
    [
        "Levtiracetam was given.",
        "She took oral steroids and MTX.",
        "Anti-Mi2 was positive.",
        "Nothing was given.",
        "A new mab, tulisomab, helped.",
        "Two Mabs and tulisomabs were given; prednisone's dose was halved.",
        "Systemic\n\nsclerosis with Raynaud’s phenomenon, Sjögren syndrome and (oral) methyl-prednisolone.",
        "MI 2 years ago. Later anti - Mi2 and MTX.",
        "SSC was told as systemic sclerosis only in the next paragraph.\n\nShe had SSc. IVIG, colchicines and statins failed.",
        "Haemodialysis for oedema; tumoral calcinosis of the elbow and lung disease.",
    ],
)
def test_asking_for_some_names_answers_as_looking_at_all_of_them_does(vocabulary: Vocabulary, text: str) -> None:
    named = vocabulary.names(text)
    for entity in vocabulary.entities:
        assert vocabulary.names_among(text, frozenset({entity.name})) == named & {entity.name}


def test_the_verb_that_opens_a_question_is_no_antibody_though_another_is_named(vocabulary: Vocabulary) -> None:
    found = vocabulary.find("Has rituximab been tried in anti-Mi2 disease?")
    assert [one.entity.name for one in found] == ["rituximab", "anti-Mi2"]
