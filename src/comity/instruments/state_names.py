"""Names of States and organizations in the languages that Comity speaks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from comity.instruments.errors import InstrumentError
from comity.instruments.model import LANGUAGES

_STATE = re.compile(r"[a-z]{2}")
_MOST = 100


class StateNamesError(InstrumentError, code="law-state-names"):
    """Names of States are not one in each language; fact ``key`` names the table."""


@dataclass(frozen=True)
class StateNames:
    """Names by the State's key, then by language."""

    names: Mapping[str, Mapping[str, str]]

    def __call__(self, state: str, lang: str) -> str:
        """Return the name, or the key in capitals for a State or language without one."""
        return self.names.get(state, {}).get(lang) or state.upper()

    def find(self, text: str) -> str | None:
        """Return the key of the one State with this key or name, in any case and language.

        Returns:
            None if no State has it, or if two have it in different languages.
        """
        wanted = text.strip().casefold()
        if wanted in self.names:
            return wanted
        found = [
            key
            for key, names in self.names.items()
            if wanted in {name.casefold() for name in names.values()}
        ]
        return found[0] if len(found) == 1 else None


class Files(Protocol):
    """What has read TOML files: a library."""

    def tables(self, path: str) -> tuple[Mapping[str, Any], ...]:
        """Return the tables of a file, one for each layer that has it."""


def state_names(library: Files) -> StateNames:
    """Return the names that a library holds; a later layer's names stand for an earlier one's.

    Raises:
        StateNamesError: as ``parse_state_names``.
    """
    tables: dict[str, Any] = {}
    for layer in library.tables("states.toml"):
        tables |= layer
    return parse_state_names(tables)


def parse_state_names(tables: Mapping[str, Any]) -> StateNames:
    """Return the names of a table for each State: one in every language.

    Raises:
        StateNamesError: a key that names no State, a language that is missing or unknown, no
            name, or one name for two States.

    Source: docs/reference/instruments.md, states.toml.
    """
    taken: dict[tuple[str, str], str] = {}
    for key, names in tables.items():
        if not _STATE.fullmatch(key) or not isinstance(names, dict):
            raise _fault(key, "a table's name is the key of a State")
        if set(names) != set(LANGUAGES):
            raise _fault(key, "one name in each language")
        for lang, name in names.items():
            if not isinstance(name, str) or not name.strip() or len(name) > _MOST:
                raise _fault(key, f"{lang} is no name")
            if taken.setdefault((lang, name.casefold()), key) != key:
                raise _fault(key, f"{lang} names two States")
    return StateNames(tables)


def _fault(key: str, message: str) -> StateNamesError:
    return StateNamesError(f"states.toml: {key}: {message}", file="states.toml", key=key)
