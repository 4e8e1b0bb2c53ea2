"""The registries of the specification, read from ``spec/registry/*.toml``."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

REGISTRY: Final = Path("spec", "registry")
FAMILIES: Final = ("requests", "assistance", "tables", "editions")
"""Files of types, in the order of the table of types."""
_MEMBERS: Final = frozenset(
    {
        "about_optional",
        "approvals",
        "becomes",
        "by",
        "edition",
        "from",
        "in",
        "members",
        "name",
        "rank",
        "sections",
        "to",
        "track",
    }
)


class RegistryError(ValueError):
    """A registry says what cannot be: the message names the file and the row."""


@dataclass(frozen=True)
class Family:
    """The types of one file, with the states and tracks that they have to themselves.

    Attributes:
        name: of the file, without its ending.
        states: main states, in order.
        groups: names for several states, which a row may use in their place.
        tracks: side tracks with the states of an instance.
        rows: the types, as the file has them.
        number: of the edition, in the file that says it; else None.
    """

    name: str
    states: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    tracks: Mapping[str, Sequence[str]]
    rows: Sequence[Mapping[str, Any]]
    number: int | None = None


def families(root: Path) -> list[Family]:
    """Return the types by file.

    Args:
        root: the repository's folder.

    Raises:
        RegistryError: a row names a state, track or member that does not exist, or a type twice.
    """
    found = [_family(root, name) for name in FAMILIES]
    states = {state for one in found for state in one.states}
    names: set[str] = set()
    for one in found:
        for row in one.rows:
            for what in _wrong(one, row, states, names):
                raise RegistryError(f"{one.name}.toml, {row.get('name')}: {what}")
            names.add(row["name"])
    return found


type Words = Mapping[str, Mapping[str, Any]]


def words(root: Path) -> Mapping[str, Words]:
    """Return the registries of words: by its name, each word with its meaning and what it is.

    Args:
        root: the repository's folder.

    Raises:
        RegistryError: a word has no meaning.
    """
    text = (root / REGISTRY / "names.toml").read_text(encoding="utf-8")
    found: dict[str, Words] = tomllib.loads(text)
    for registry, rows in found.items():
        for word, row in rows.items():
            if not row.get("meaning"):
                raise RegistryError(f"names.toml, {registry}, {word}: the meaning is missing")
    return found


@dataclass(frozen=True)
class Code:
    """One error code.

    Attributes:
        name: the code.
        meaning: in a sentence.
        status: of HTTP, where the code is an answer between nodes; else None.
        receipt: whether receipts say it, as ``refused:`` and the code.
        retryable: whether the same request may be accepted later; None where it is not said.
    """

    name: str
    meaning: str
    status: int | None = None
    receipt: bool = False
    retryable: bool | None = None


def codes(root: Path) -> list[Code]:
    """Return the error codes.

    Args:
        root: the repository's folder.

    Raises:
        RegistryError: a row lacks its meaning, has a member that does not exist, or says whether
            to retry what is no answer; or the rows are not in order.
    """
    text = (root / REGISTRY / "errors.toml").read_text(encoding="utf-8")
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)["codes"]
    if list(rows) != sorted(rows):
        raise RegistryError("errors.toml: the codes are not in the order of the alphabet")
    found = []
    for name, row in rows.items():
        try:
            one = Code(name, **row)
        except TypeError as fault:
            raise RegistryError(f"errors.toml, {name}: {fault}") from fault
        if one.status is None and one.retryable is not None:
            raise RegistryError(f"errors.toml, {name}: what is no answer is not tried again")
        found.append(one)
    return found


def _family(root: Path, name: str) -> Family:
    text = (root / REGISTRY / f"{name}.toml").read_text(encoding="utf-8")
    value = tomllib.loads(text)
    return Family(
        name,
        value["states"],
        value.get("groups", {}),
        value["tracks"],
        value.get("type", []),
        value.get("number"),
    )


def _wrong(
    family: Family, row: Mapping[str, Any], states: set[str], names: set[str]
) -> Iterator[str]:
    """Yield what is wrong with a row."""
    yield from (f"no member is called {member}" for member in sorted(row.keys() - _MEMBERS))
    yield from (
        f"the member {member} is missing"
        for member in ("name", "by", "in", "sections")
        if member not in row
    )
    if row.get("name") in names:
        yield "the type stands there twice"
    known = states | family.groups.keys()
    yield from (f"no state is called {state}" for state in row.get("in", ()) if state not in known)
    if "to" in row and row["to"] not in states:
        yield f"no state is called {row['to']}"
    if ("track" in row) != ("becomes" in row):
        yield "a track and what its instance becomes stand together"
    if row.get("edition", "raises") not in ("raises", "accepts"):
        yield "a type raises an edition or accepts one"
    track = family.tracks.get(row.get("track", ""), ())
    yield from (
        f"the track has no state {state}"
        for state in (*row.get("from", ()), *([row["becomes"]] if "becomes" in row else ()))
        if state not in track
    )
