"""Names of States and organizations in the languages that Comity speaks."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.instruments.errors import InstrumentError

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")
MAX_BYTES: Final = 1 << 20

_STATE = re.compile(r"[a-z]{2}")
_NAME = re.compile(r"[^\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,100}")


class StateNamesError(InstrumentError):
    """A file of names of States cannot be read; fact ``state`` names the table."""

    code = "law-state-names"


@dataclass(frozen=True)
class StateNames:
    """Names by the State's key, then by language."""

    names: Mapping[str, Mapping[str, str]]

    def __call__(self, state: str, lang: str) -> str:
        """Return the name, or the key in capitals for a State or language without one."""
        return self.names.get(state, {}).get(lang) or state.upper()

    def find(self, text: str) -> str | None:
        """Return the key of a State that is written as its key or its name, in any case."""
        wanted = text.strip().casefold()
        if wanted in self.names:
            return wanted
        for key, names in self.names.items():
            if wanted in {name.casefold() for name in names.values()}:
                return key
        return None


def parse_state_names(raw: bytes, *, file: str = "states.toml") -> StateNames:
    """Return the names that a file holds: one in every language for every State.

    Raises:
        StateNamesError: no TOML, too large, a key that names no State, a language that is missing
            or unknown, or one name for two States.

    Source: docs/reference/instruments.md, states.toml.
    """
    if len(raw) > MAX_BYTES:
        raise StateNamesError("the file is too large", file=file)
    try:
        tree = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise StateNamesError(f"{file} is no TOML", file=file) from fault
    taken: dict[tuple[str, str], str] = {}
    for key, names in tree.items():
        if not _STATE.fullmatch(key) or not isinstance(names, dict):
            raise StateNamesError("a table's name is the key of a State", file=file, state=key)
        if set(names) != set(LANGUAGES):
            raise StateNamesError(f"{key}: one name in each language", file=file, state=key)
        for lang, name in names.items():
            if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.strip():
                raise StateNamesError(f"{key}: {lang} is no name", file=file, state=key)
            if taken.setdefault((lang, name.casefold()), key) != key:
                raise StateNamesError(f"{key}: {lang} names two States", file=file, state=key)
    return StateNames(tree)
