"""``comity stray``: packages that came before anybody offered them."""

from pathlib import Path

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show


@click.group(cls=Group)
def stray() -> None:
    """Packages that came without an offer: list, destroy.

    They lie apart and are nobody's evidence. Once the message that offers one comes, the node joins
    the two by itself.
    """


@stray.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List what nobody has offered, the oldest first, and who is said to have sent it."""
    found = session(url, token_file).whole("/strays", "strays")
    if as_json:
        show(found)
        return
    for row in found["strays"]:
        carrier = f"  carrier says {row['carrier']}" if row["carrier"] else ""
        vouched = f"  a signed offer of {row['vouched']} lay beside it" if row["vouched"] else ""
        size = counted(row["size_bytes"], "byte")
        click.echo(f"{row['root']}  {size}  came {row['came_at']}{carrier}{vouched}")
    if not found["strays"]:
        click.echo("every package that is here was offered")


@stray.command()
@click.argument("root", metavar="ROOT")
@click.option("--yes", is_flag=True, help="Do not ask (for scripts).")
@at_node
@AS_JSON
@guarded
def destroy(root: str, *, yes: bool, url: str, token_file: Path, as_json: bool) -> int:
    """Destroy the bytes of package ROOT, which nobody has offered. Audited, and for ever.

    Ask the partner first which message belongs to it. Exit status 1 if you say no.
    """
    name = root.removeprefix("sha256:")
    if not yes and not click.confirm(f"Destroy {name}? This cannot be undone", err=as_json):
        click.echo("nothing was destroyed", err=as_json)
        return 1
    session(url, token_file).delete(f"/strays/{name}")
    if as_json:
        show({"destroyed": f"sha256:{name}"})
    else:
        click.echo("destroyed; the audit has it")
    return 0
