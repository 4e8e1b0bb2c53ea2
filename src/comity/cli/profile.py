"""``comity profile``: which node commands ask, and with whose token, written down once."""

from pathlib import Path

import click

from comity.cli.answers import show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, HERE
from comity.cli.profile_file import MEMBERS, NAME, ProfileError, chosen, place, profiles, write


@click.group(cls=Group)
def profile() -> None:
    """Manage profiles of nodes and tokens: list, set, remove.

    The profile `default` counts where a command names no node; --profile NAME chooses another.
    """


@profile.command("list")
@AS_JSON
@guarded
def list_(*, as_json: bool) -> None:
    """List your profiles.

    Example: comity profile list
    """
    found = profiles()
    if as_json:
        show({"file": str(place()), "profiles": found})
        return
    for name, told in sorted(found.items()):
        click.echo(f"{name}  " + "  ".join(told[one] for one in MEMBERS if one in told))
    if not found:
        click.echo(f"no profile yet in {place()}")


@profile.command("set")
@click.argument("name")
@click.option("--node", required=True, help="Address of the node, http://127.0.0.1:8700.")
@click.option(
    "--token-file",
    required=True,
    type=HERE,
    help="Your API token.",
)
@click.option(
    "--certificate",
    type=HERE,
    help="The node's own TLS certificate, which alone is trusted then.",
)
@AS_JSON
@guarded
def set_(
    *, name: str, node: str, token_file: Path, certificate: Path | None, as_json: bool
) -> None:
    """Save a node and a token as the profile NAME.

    Example: comity profile set default --node http://127.0.0.1:8700 --token-file token.txt
    """
    if not NAME.fullmatch(name):
        raise ProfileError("a name has 1 to 40 small letters, digits and hyphens")
    told = {"node": node, "token_file": str(token_file.resolve())}
    if certificate is not None:
        told["certificate"] = str(certificate.resolve())
    write({**profiles(), name: told})
    _tell({"file": str(place()), "profile": name}, f"kept in {place()}", as_json=as_json)


@profile.command()
@click.argument("name")
@AS_JSON
@guarded
def remove(*, name: str, as_json: bool) -> None:
    """Remove the profile NAME. The token file stays.

    Example: comity profile remove night
    """
    chosen(name)
    write({one: told for one, told in profiles().items() if one != name})
    _tell({"removed": name}, "removed", as_json=as_json)


def _tell(value: dict[str, str], words: str, *, as_json: bool) -> None:
    if as_json:
        show(value)
    else:
        click.echo(words)
