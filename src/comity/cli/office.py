"""What every command that talks to a running node needs: its address, a token, a session."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import ComityError, MisuseError, decode_loose
from comity.cli.answers import local_command
from comity.cli.options import HERE
from comity.cli.profile_file import chosen
from comity.files.errors import translating

if TYPE_CHECKING:
    from comity.client import api as client

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
