"""``comity stray``: packages that came before anybody offered them."""

from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command


@click.group(cls=Group)
def stray() -> None:
    """Packages that came without an offer: list, destroy.

    They lie apart and are nobody's evidence. Once the message that offers one comes, the node joins
    the two by itself. Ask the partner which message belongs to one before you destroy it.
    """


@stray.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List what nobody has offered, the oldest first, and who is said to have sent it."""
    found = api.whole("/strays", "strays")
    return Answer(found, map(_line, found["strays"]), none="every package that is here was offered")


def _line(row: dict[str, Any]) -> str:
    carrier = f"  carrier says {row['carrier']}" if row["carrier"] else ""
    vouched = f"  a signed offer of {row['vouched']} lay beside it" if row["vouched"] else ""
    size = counted(row["size_bytes"], "byte")
    return f"{row['root']}  {size}  came {row['came_at']}{carrier}{vouched}"


add_actions(stray, {"stray.destroy": lambda made: Answer(made, ["destroyed; the audit has it"])})
