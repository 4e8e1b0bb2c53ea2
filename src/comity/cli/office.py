"""The file of profiles: which node commands ask, and with whose token.

The file is ``profiles.toml`` in ``$XDG_CONFIG_HOME/comity`` or ``~/.config/comity``; another place
is named by COMITY_PROFILES. It names files and holds no secret.
"""

import functools
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import ComityError, MisuseError, decode_loose
from comity.cli.answers import local_command
from comity.cli.options import HERE
from comity.files.errors import translating

if TYPE_CHECKING:
    from comity.client import api as client

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


type Api = client.Api
"""A session with a node. The name is all that is loaded before one is begun."""

_PROFILE: Final = "comity.profile"
MAX_SECTIONS_BYTES: Final = 4 * 1024 * 1024


def node_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that calls a node, of a function that takes a session before all else.

    What it returns is printed as by `local_command`.
    """

    @functools.wraps(function)
    def run(*args: Any, node: str, token_file: Path, **options: Any) -> Any:
        return function(session(node, token_file), *args, **options)

    return _at_node(local_command(run))


def _at_node[F: Callable[..., Any]](command: F) -> F:
    """Add the options that say which node, and as whom; a profile says it once for all."""
    told = click.option(
        "--token-file",
        type=HERE,
        envvar="COMITY_TOKEN_FILE",
        callback=_of_profile,
        help="Your API token; default: COMITY_TOKEN_FILE, or what the profile says.",
    )
    where = click.option(
        "--node",
        envvar="COMITY_NODE",
        callback=_of_profile,
        help="Address of your node, http://127.0.0.1:8700; default: COMITY_NODE, or what the"
        " profile says. A node that serves TLS is trusted by the certificate file that the profile"
        " or COMITY_NODE_CERTIFICATE names.",
    )
    named = click.option(
        "--profile",
        is_eager=True,
        expose_value=False,
        callback=_keep_profile,
        envvar="COMITY_PROFILE",
        help="Node and token by a name of `comity profile`; default: the one called default.",
    )
    return named(where(told(command)))


def _keep_profile(context: click.Context, _param: click.Parameter, name: str | None) -> None:
    """Remember which profile was named, before the options that ask it."""
    context.meta[_PROFILE] = name


def _of_profile(context: click.Context, param: click.Parameter, value: Any) -> Any:
    """Return what was given, or else what the profile says.

    Raises:
        click.MissingParameter: neither says it.
    """
    if value is not None:
        return value
    said = _profile().get(param.name or "")
    if said is None:
        raise click.MissingParameter(ctx=context, param=param)
    return param.type.convert(said, param, context)


def _profile() -> dict[str, str]:
    """Return the profile of the command that is read now.

    Raises:
        click.UsageError: there is none of the name that was given, or the file cannot be used.
    """
    context = click.get_current_context(silent=True)
    try:
        return chosen(context.meta.get(_PROFILE) if context is not None else None)
    except ComityError as fault:
        raise click.UsageError(str(fault)) from fault


def session(url: str, token_file: Path) -> Api:
    """Return a session of the person whose token it is; a TLS node by its pinned certificate.

    It ends with the command.
    """
    from comity.client.api import Api

    pinned = os.environ.get("COMITY_NODE_CERTIFICATE") or _profile().get("certificate")
    token = read_ascii(token_file, what="an API token").strip()
    certificate = read_ascii(Path(pinned), what="a certificate") if pinned else None
    api = Api(url, token, certificate=certificate)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(api.close)
    return api


def read_ascii(path: Path, *, what: str) -> str:
    """Return the text of a small file that a person named.

    Args:
        path: as it was named.
        what: one of what the file is to hold, with its article.

    Raises:
        StorageError: it cannot be read.
        MisuseError: it holds other characters than ASCII, so it is another file.
    """
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(MAX_SECTIONS_BYTES)
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as fault:
        raise MisuseError(f"{path} is not the file of {what}: it is no ASCII text") from fault


def sections_of(pairs: tuple[str, ...], file: Path | None) -> dict[str, Any]:
    """Return the sections of a message from ``NAME=FILE`` pairs, or of one file that holds all.

    Raises:
        MisuseError: no pair, or a section named twice.
        PeerError: a file is not JSON as the protocol allows it.
    """
    found: dict[str, Any] = dict(_read(file)) if file is not None else {}
    for pair in pairs:
        name, between, path = pair.partition("=")
        if not between or name in found:
            raise MisuseError("a section is NAME=FILE, each name once")
        found[name] = _read(Path(path))
    return found


def _read(path: Path) -> Any:
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(MAX_SECTIONS_BYTES + 1)
    return decode_loose(data, max_bytes=MAX_SECTIONS_BYTES)
