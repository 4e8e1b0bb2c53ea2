"""The operator's file as the page of settings shows it: what is set, and never a secret."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any, Final

from comity.node.core.config import NodeConfig

FILE: Final = "node.toml"
SECRET: Final = frozenset(
    {
        "database_password_file",
        "oidc_secret",
        "smtp_password_file",
        "store_credentials",
        "webhook_key_file",
    }
)
"""Members that name where a secret lies: only whether they are set is told."""


@dataclass(frozen=True)
class Member:
    """A member of ``node.toml``.

    Attributes:
        name: of `NodeConfig`.
        text: its value; empty where nothing is set.
        default: whether it is the default.
        secret: whether only that it is set is told.
    """

    name: str
    text: str
    default: bool
    secret: bool


def members(config: NodeConfig) -> tuple[Member, ...]:
    """Return every member of the operator's file, in its order."""
    found = []
    for each in dataclasses.fields(config):
        if each.name == "folder":
            continue
        value, secret = getattr(config, each.name), each.name in SECRET
        text = "" if secret else _text(value)
        same = each.default is not dataclasses.MISSING and value == each.default
        found.append(Member(each.name, text, same, secret and bool(value)))
    return tuple(found)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def file_changed(config: NodeConfig) -> datetime | None:
    """Return when the operator's file was last written, or None if it is not there."""
    try:
        return datetime.fromtimestamp((config.folder / FILE).stat().st_mtime, tz=UTC)
    except OSError:
        return None


def parts() -> tuple[tuple[str, str], ...]:
    """Return the packages that this program is built on, with their versions."""
    names = [_name(line) for line in requires("comity") or () if "extra ==" not in line]
    found = []
    for name in sorted(set(names), key=str.lower):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def _name(line: str) -> str:
    return next(
        (line[:at] for at, letter in enumerate(line) if not (letter.isalnum() or letter in "-_.")),
        line,
    )
