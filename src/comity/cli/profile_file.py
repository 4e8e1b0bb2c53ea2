"""The file of profiles: which node commands ask, and with whose token.

The file is ``profiles.toml`` in ``$XDG_CONFIG_HOME/comity`` or ``~/.config/comity``; another place
is named by COMITY_PROFILES. It names files and holds no secret.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError
from comity.files.errors import translating

DEFAULT: Final = "default"
MEMBERS: Final = ("node", "token_file", "certificate")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MAX_BYTES: Final = 64 * 1024


class ProfileError(MisuseError, code="profile"):
    """The file of profiles cannot be used, or has no profile of this name."""


def place() -> Path:
    """Return where the file of profiles is, or would be."""
    if named := os.environ.get("COMITY_PROFILES"):
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "comity" / "profiles.toml"


def profiles() -> dict[str, dict[str, str]]:
    """Return every profile by its name; none where there is no file.

    Raises:
        ProfileError: the file is no TOML of tables with known members.
        StorageError: it cannot be read.
    """
    path = place()
    if not path.is_file():
        return {}
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    try:
        found: Mapping[str, Any] = tomllib.loads(data.decode("utf-8"))
    except ValueError as fault:
        raise ProfileError(f"{path} is no TOML file") from fault
    for name, told in found.items():
        known = isinstance(told, dict) and all(
            member in MEMBERS and isinstance(value, str) for member, value in told.items()
        )
        if not known or not NAME.fullmatch(name):
            raise ProfileError(f"{path}: [{name}] may hold {', '.join(MEMBERS)}, each a text")
    return {name: dict(told) for name, told in found.items()}


def chosen(name: str | None) -> dict[str, str]:
    """Return the profile of a name; without a name the default one, or none.

    Raises:
        ProfileError: there is none of this name.
    """
    found = profiles()
    if name is None:
        return found.get(DEFAULT, {})
    if name not in found:
        known = ", ".join(sorted(found)) or "none yet"
        raise ProfileError(f"there is no profile {name}; known: {known}")
    return found[name]


def write(found: Mapping[str, Mapping[str, str]]) -> None:
    """Put the file in its place, whole, for its owner alone."""
    lines = []
    for name, told in sorted(found.items()):
        lines.append(f"[{name}]")
        lines += [f"{one} = {_quoted(told[one])}" for one in MEMBERS if one in told]
        lines.append("")
    path = place()
    with translating(f"writing {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text("\n".join(lines), "utf-8")
        new.chmod(0o600)
        new.replace(path)


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in escaped):
        raise ProfileError("an address or path holds a control character")
    return f'"{escaped}"'
