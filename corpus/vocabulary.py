"""Names of therapies, antibodies and conditions, found in text in whatever form they are printed.

The lists are ``vocabulary/*.yaml``; a user's own file of the same shape is added on top.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase
from typing import Literal

import yaml

from corpus.beginnings import Beginnings
from corpus.errors import SettingsError
from corpus.word_forms import TOKEN, fold, singulars, stretches, without_a_letter
from corpus.yaml_lists import above, mapping, strings

Kind = Literal["therapy", "antibody", "condition"]

# The C loader reads the lists ten times faster; both are safe ones.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FOLDER = Path(__file__).with_suffix("")
_SECTIONS: Mapping[str, Kind] = {"therapies": "therapy", "antibodies": "antibody", "conditions": "condition"}

_PIECE = re.compile(r"\S+")
# What may stand between two words of one name; never a comma, a semicolon or the end of a sentence.
_GAP = re.compile(r"[\s\-‐‑‒–—−/'’()]{0,3}|\.[\-‐‑]?|\s?%\s?")
# Stands for all words that are known for drugs by their stem.
_BY_STEM = " "
_ANTIBODY_NOUNS = ("antibody", "antibodies", "autoantibody", "autoantibodies")
# A bare protein name ("nucleosome") is no antibody; a bare laboratory code ("Mi-2", "Jo1", "SSA") is.
_LABORATORY_CODE = re.compile(r"\d|^[^a-z]+$|^[a-z]{0,2}[A-Z]")
_NAMED_ANTIBODY = ("anti", "rheumatoid", "lupus")
_SHORTEST_STEM_WORD = 6
# Of 44,000 words of names in DrugBank two of eight or nine letters that no list here has meet another drug; shorter names lie closer.
_SHORTEST_MISSPELT = 8
# Of so many paragraphs and sentences it is kept what they name: each is looked at by many steps of an answer. Of whole reports, 20
# to 100 kB each, only the names are kept, and their words, as much again, for the texts of about two questions.
_KEPT, _LONGEST_KEPT, _KEPT_NAMES, _KEPT_WORDS = 4096, 4000, 512, 64


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing with one name. ``groups`` are the names of wider things it belongs to (a therapy's class first, then that one's)."""

    kind: Kind
    name: str
    synonyms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity where it stands in a text: ``text[start:end]`` is what was printed."""

    entity: Entity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to print an entity; ``entity`` is None for a phrase that only looks like one."""

    entity: Entity | None
    exact: str | None = None
    needs_company: bool = False
    bare: bool = False


@dataclass(slots=True)
class _Node:
    """A word of the tree of all forms."""

    forms: list[_Form] = field(default_factory=list)
    following: "dict[str, _Node]" = field(default_factory=dict)


@dataclass(slots=True)
class _Lists:
    """What the files say, before it is a vocabulary."""

    entities: list[tuple[Entity, tuple[str, ...]]] = field(default_factory=list)
    traps: list[str] = field(default_factory=list)
    stems: dict[str, tuple[Kind, str]] = field(default_factory=dict)
    no_stems: set[str] = field(default_factory=set)


class Vocabulary:
    """Finds entities in text (longest match, case-, hyphen- and Greek-insensitive, plurals) and knows their synonyms."""

    def __init__(self, lists: _Lists) -> None:
        self._root = _Node()
        self._entities: dict[str, Entity] = {}
        self._members: dict[str, list[Entity]] = {}
        self._nearly: dict[str, set[str]] = {}
        # By which words the forms of a thing and of its kinds begin.
        self._heads: dict[str, set[str]] = {}
        # All words that forms are made of.
        self._words: set[str] = set()
        self._stems = tuple(sorted(lists.stems.items(), key=lambda item: -len(item[0])))
        # Three letters decide for most words that no stem fits: a tenth of the time that trying every stem takes.
        self._stem_ends = frozenset(stem[-3:] for stem in lists.stems)
        self._drug_ends = _ends_as_printed(self._stem_ends)
        self._no_stems = frozenset(lists.no_stems)
        for trap in lists.traps:
            self._add(trap, _Form(None))
        for entity, printed in _merged(lists.entities):
            self._add_entity(entity, printed)
        for group in {group for _, (_, group) in self._stems}:
            for name in (group, *(self._entities[group].groups if group in self._entities else ())):
                self._heads.setdefault(name, set()).add(_BY_STEM)
        self._kept = lru_cache(_KEPT)(self._search)
        self._named = lru_cache(_KEPT_NAMES)(self._names)
        self._printed = lru_cache(_KEPT_WORDS)(self._words_in)
        self._sought = lru_cache(_KEPT_NAMES)(self._heads_sought)

    @classmethod
    def load(cls, extra: Path | None = None) -> "Vocabulary":
        """The bundled lists, with the user's own file ahead of them: where both claim a form, the user's wins."""
        lists = _Lists()
        for path in ([extra] if extra else []) + sorted(_FOLDER.glob("*.yaml")):
            _read(path, lists)
        return cls(lists)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Everything that is listed, in order."""
        return tuple(self._entities.values())

    def find(self, text: str) -> list[Mention]:
        """All mentions in text order; none overlaps another, the longest form wins."""
        return list(self._kept(text) if len(text) <= _LONGEST_KEPT else self._search(text))

    def names(self, text: str) -> frozenset[str]:
        """The names of all that a text mentions, and of the wider things that these belong to."""
        return self._named(text)

    def _names(self, text: str) -> frozenset[str]:
        return frozenset(name for mention in self.find(text) for name in (mention.entity.name, *mention.entity.groups))

    def names_among(self, text: str, wanted: frozenset[str]) -> frozenset[str]:
        """Those of ``wanted`` that are among the ``names`` of a text.

        Read is only what stands around the words that one of them could begin with: most texts hold none.
        """
        (words, apart), (heads, beginnings) = self._printed(text), self._sought(wanted)
        firm, doubtful = set[str](), set[str]()
        for word in {one for one in (*beginnings.may(words), *apart) if not heads.isdisjoint(self._heads_of(one))}:
            for stretch in stretches(text, word, self._goes_on):
                for mention, form in self._mentions(stretch):
                    (doubtful if form and form.needs_company else firm).update((mention.entity.name, *mention.entity.groups))
        # Whether a doubtful one counts depends on what else the text names.
        return wanted & (self.names(text) if wanted & doubtful - firm else firm)

    @lru_cache(maxsize=65536)  # noqa: B019 - one vocabulary lives as long as its process
    def _goes_on(self, piece: str) -> bool:
        """Whether a name may go over a piece: it holds a word of one, or no word at all."""
        found = TOKEN.findall(piece)
        return not found or any(one in self._words for word in found for one in singulars(fold(word)))

    def _heads_sought(self, wanted: frozenset[str]) -> tuple[frozenset[str], Beginnings]:
        """What forms of these begin with; what nobody listed is known by its stem."""
        heads = frozenset[str]().union(*(self._heads.get(name, (_BY_STEM,)) for name in wanted))
        return heads, Beginnings(heads)

    def _words_in(self, text: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The words of a text, each once, and those whose first letters do not tell what they are."""
        pieces = set(text.split())
        plain = {piece for piece in pieces if piece.isalpha() and piece.isascii()}
        words = plain.union(TOKEN.findall(" ".join(pieces - plain)))
        drugs = {word for word in words if word[-3:].lower() in self._drug_ends and _BY_STEM in self._heads_of(word)}
        return frozenset(words), tuple(drugs.union(word for word in words - plain if not word.isascii() or "'" in word))

    @lru_cache(maxsize=65536)  # noqa: B019 - one vocabulary lives as long as its process
    def _heads_of(self, word: str) -> tuple[str, ...]:
        """What a word may begin as; a misspelt drug begins as the one that is meant."""
        if not self._begins(word):
            return ()
        drug = self._drug(fold(word))
        return (*singulars(fold(word)), *((fold(drug.name), _BY_STEM) if drug else ()))

    def _search(self, text: str) -> tuple[Mention, ...]:
        return tuple(_in_company(self._mentions(text)))

    def _mentions(self, text: str) -> list[tuple[Mention, _Form | None]]:
        """All that a text may mention, with the form that was printed; None where a drug is known by its stem."""
        found: list[tuple[Mention, _Form | None]] = []
        behind = 0
        for word in self._beginnings(text):
            if word.start() < behind:
                continue
            behind, form = self._longest(word, text)
            if form is None:
                if entity := self._drug(fold(word.group())):
                    found.append((Mention(entity, word.start(), behind), None))
            elif form.entity:
                found.append((Mention(form.entity, word.start(), behind), form))
        return found

    def _beginnings(self, text: str) -> Iterator[re.Match[str]]:
        """The words that a form may begin with. No word goes over a space, and what stands between two spaces comes again and again."""
        for piece in _PIECE.finditer(text):
            if self._holds_beginning(piece.group()):
                yield from (word for word in TOKEN.finditer(text, piece.start(), piece.end()) if self._begins(word.group()))

    @lru_cache(maxsize=65536)  # noqa: B019 - one vocabulary lives as long as its process
    def _holds_beginning(self, piece: str) -> bool:
        return any(self._begins(word) for word in TOKEN.findall(piece))

    @lru_cache(maxsize=65536)  # noqa: B019 - one vocabulary lives as long as its process
    def _begins(self, word: str) -> bool:
        """Whether a form may begin with a word as printed, or the word is a drug by its stem: most words are passed by."""
        folded = fold(word)
        return any(one in self._root.following for one in singulars(folded)) or self._drug(folded) is not None

    def _drug(self, folded: str) -> Entity | None:
        fits = folded[-3:] in self._stem_ends or folded.endswith("s")
        return self._by_stem(folded) if fits and len(folded) >= _SHORTEST_STEM_WORD else None

    def entity(self, name: str) -> Entity | None:
        """The entity of this name or any of its forms; a drug known by its stem alone counts."""
        if listed := self._entities.get(name):
            return listed
        mentions = self.find(name)
        whole = [mention for mention in mentions if mention.start == 0 and mention.end == len(name)]
        return whole[0].entity if whole else None

    def members(self, entity: Entity) -> tuple[Entity, ...]:
        """What is listed under a class, in the classes under it too."""
        return tuple(self._members.get(entity.name, ()))

    def expand(self, entity: Entity) -> tuple[str, ...]:
        """All forms to add to a search for this entity; for a class its members' names as well."""
        return tuple(dict.fromkeys((entity.name, *entity.synonyms, *(member.name for member in self.members(entity)))))

    def related(self, one: Entity, other: Entity) -> bool:
        """The same thing, or one is in the other's groups."""
        return one.name == other.name or one.name in other.groups or other.name in one.groups

    def _add_entity(self, entity: Entity, printed: Iterable[str]) -> None:
        self._entities[entity.name] = entity
        for group in entity.groups:
            self._members.setdefault(group, []).append(entity)
        for form in printed:
            for text, meaning in _forms(entity, form):
                self._add(text, meaning)
                for name in (entity.name, *entity.groups):
                    self._heads.setdefault(name, set()).add(fold(TOKEN.findall(text)[0]))

    def _add(self, text: str, form: _Form) -> None:
        node = self._root
        for word in TOKEN.findall(text):
            node = node.following.setdefault(fold(word), _Node())
            self._words.add(fold(word))
        if not any(known.entity == form.entity and known.exact == form.exact for known in node.forms):
            node.forms.append(form)

    def _longest(self, first: re.Match[str], text: str) -> tuple[int, _Form | None]:
        """Where the longest form from a word on ends, and the form; the word's end and None where there is none."""
        best: tuple[int, _Form | None] = (first.end(), None)
        node, end = self._root, first.start()
        for word in TOKEN.finditer(text, first.start()):
            if word.start() > end and not _GAP.fullmatch(text, end, word.start()):
                break
            printed, end = fold(word.group()), word.end()
            for folded in singulars(printed):
                if (last := node.following.get(folded)) and (form := _fitting(last.forms, text[first.start() : end])):
                    best = (end, form)
                    break
            if (following := node.following.get(printed)) is None:
                break
            node = following
        return best

    @lru_cache(maxsize=16384)  # noqa: B019 - one vocabulary lives as long as its process
    def _by_stem(self, word: str) -> Entity | None:
        for candidate in singulars(word):
            if len(candidate) < _SHORTEST_STEM_WORD or candidate in self._no_stems:
                return None
            for stem, (kind, group) in self._stems:
                if candidate.endswith(stem) and len(candidate) > len(stem) + 1:
                    if kind == "therapy" and (meant := self._one_letter_off(candidate)):
                        return meant
                    wider = self._entities.get(group)
                    return Entity(kind, candidate, (), tuple(name for name in (group, *(wider.groups if wider else ())) if name))
        return None

    def _one_letter_off(self, word: str) -> Entity | None:
        """``levtiracetam``: the one listed drug that a long word with a drug's ending is a letter away from."""
        if len(word) < _SHORTEST_MISSPELT:
            return None
        if not self._nearly:
            for name, entity in self._entities.items():
                if entity.kind == "therapy" and name.isalpha() and len(name) >= _SHORTEST_MISSPELT:
                    for variant in without_a_letter(fold(name)):
                        self._nearly.setdefault(variant, set()).add(name)
        meant = {name for variant in without_a_letter(word) for name in self._nearly.get(variant, ()) if name[0] == word[0]}
        return self._entities[meant.pop()] if len(meant) == 1 else None


def _merged(listed: Iterable[tuple[Entity, tuple[str, ...]]]) -> Iterator[tuple[Entity, tuple[str, ...]]]:
    """One entity per name: the first list's kind and classes, and the forms of all lists that name it."""
    entities: dict[str, Entity] = {}
    forms: dict[str, dict[str, None]] = {}
    for entity, printed in listed:
        known = entities.setdefault(entity.name, entity)
        if known is not entity and known.kind == entity.kind:
            synonyms = tuple(dict.fromkeys((*known.synonyms, *entity.synonyms)))
            entities[entity.name] = Entity(known.kind, known.name, synonyms, known.groups or entity.groups)
        if known.kind == entity.kind:
            forms.setdefault(entity.name, {}).update(dict.fromkeys(printed))
    yield from ((entity, tuple(forms[name])) for name, entity in entities.items())


def _read(path: Path, lists: _Lists) -> None:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"vocabulary {path}: cannot be read ({error}); give a YAML file with {', '.join(_SECTIONS)}") from error
    if not isinstance(content, dict) or not set(content) <= set(_SECTIONS):
        raise SettingsError(f"vocabulary {path}: the top of the file must hold some of {', '.join(_SECTIONS)} and nothing else")
    for section, kind in _SECTIONS.items():
        if section in content:
            _read_section(path, content[section], kind, lists)


def _read_section(path: Path, section: object, kind: Kind, lists: _Lists) -> None:
    try:
        parts = mapping(section)
        classes = {str(name): mapping(details) for name, details in mapping(parts.get("classes")).items()}
        wider = {name: strings(details.get("in")) for name, details in classes.items()}
        for name, details in classes.items():
            groups = above(name, wider)
            lists.entities.append(_entity(kind, name, strings(details.get("forms")), groups))
            lists.entities.extend(_members(kind, details.get("members"), (name, *groups)))
        lists.entities.extend(_members(kind, parts.get("single"), ()))
        lists.traps.extend(strings(parts.get("traps")))
        lists.stems.update({str(stem): (kind, str(group)) for stem, group in mapping(parts.get("stems")).items()})
        lists.no_stems.update(strings(parts.get("no_stems")))
    except TypeError as error:
        raise SettingsError(f"vocabulary {path}: {error}; see the bundled lists for the shape") from error


def _members(kind: Kind, members: object, groups: tuple[str, ...]) -> Iterator[tuple[Entity, tuple[str, ...]]]:
    for name, forms in mapping(members).items():
        yield _entity(kind, str(name), strings(forms), groups)


def _entity(kind: Kind, name: str, forms: tuple[str, ...], groups: tuple[str, ...]) -> tuple[Entity, tuple[str, ...]]:
    """The entity, and its forms as listed; a name that is itself an abbreviation is listed again with its mark."""
    marked = any(form[1:] == name for form in forms)
    return Entity(kind, name, tuple(form.lstrip("=?") for form in forms), groups), forms if marked else (name, *forms)


def _forms(entity: Entity, printed: str) -> Iterator[tuple[str, _Form]]:
    """A listed form with its marks read; an antibody's also with "anti" before and "antibody" after it."""
    mark, text = (printed[0], printed[1:]) if printed[0] in "=?" else ("", printed)
    exact = text if mark else None
    if entity.kind != "antibody":
        yield text, _Form(entity, exact, needs_company=mark == "?")
        return
    core = re.sub(r"^anti-", "", text)
    for nameless in (f"anti {core}", f"anti{core}"):
        yield nameless, _Form(entity)
        yield from ((f"{nameless} {noun}", _Form(entity)) for noun in (*_ANTIBODY_NOUNS, "ab"))
    yield from ((f"{core} {noun}", _Form(entity)) for noun in _ANTIBODY_NOUNS)
    if core == text and not _LABORATORY_CODE.search(core) and not core.lower().startswith(_NAMED_ANTIBODY):
        return
    yield text, _Form(entity, exact, needs_company=mark == "?", bare=not text.startswith("anti"))


def _fitting(forms: list[_Form], printed: str) -> _Form | None:
    for form in forms:
        # "Has" is no plural of the antibody Ha.
        if form.exact and printed != form.exact and (form.bare or printed != form.exact + "s"):
            continue
        # "MI 2 years ago" is a heart attack; "Mi-2", "Mi2" and "Mi 2 antibodies" are not.
        if form.bare and re.search(r"[^\W\d]{1,2}\s\d", printed):
            continue
        return form
    return None


def _ends_as_printed(ends: Iterable[str]) -> frozenset[str]:
    """The last three letters of words that end so, or are plurals of such, before they are respelled."""
    found = {printed for end in ends for printed in (end, f"{end[1:]}s", f"{end[2:]}es")}
    return frozenset(found | {"ies", "aes", "oes"} | {f"{letter}{end}" for letter in ascii_lowercase for end in ("ae", "oe")})


def _in_company(found: list[tuple[Mention, _Form | None]]) -> Iterator[Mention]:
    """Drop ambiguous abbreviations that nothing else in the text explains."""
    firm = [mention.entity for mention, form in found if not (form and form.needs_company)]
    for mention, form in found:
        doubtful = form is not None and form.needs_company
        if not doubtful or any(entity.name == mention.entity.name or entity.kind == mention.entity.kind == "antibody" for entity in firm):
            yield mention
