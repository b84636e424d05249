"""Names of therapies, antibodies and conditions, found in text in whatever form they are printed.

The lists are ``vocabulary/*.yaml``; a user's own file of the same shape is added on top.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["therapy", "antibody", "condition"]


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing with one name. ``groups`` are the names of wider things it belongs to (a therapy's class, a condition's parents)."""

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


class Vocabulary:
    """Finds entities in text (longest match, case-, hyphen- and Greek-insensitive, plurals) and knows their synonyms."""

    def find(self, text: str) -> list[Mention]: ...
