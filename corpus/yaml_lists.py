"""The shapes that a vocabulary's YAML file is made of: names with what is listed under them, and which are in which."""

from collections.abc import Mapping


def mapping(value: object) -> dict[object, object]:
    """Names with what stands under them; nothing is no names. Raises TypeError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(f"names with their forms expected, not {str(value)[:40]!r}")
    return value


def strings(value: object) -> tuple[str, ...]:
    """A list of names; nothing is none. Raises TypeError for anything else."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TypeError(f"a list of names expected, not {str(value)[:40]!r}")
    return tuple(str(item) for item in value)


def above(name: str, wider: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Every class over this one, the nearest first."""
    found: list[str] = []
    waiting = list(wider.get(name, ()))
    while waiting:
        group = waiting.pop(0)
        if group not in found and group != name:
            found.append(group)
            waiting.extend(wider.get(group, ()))
    return tuple(found)
