"""``comity unmatched``: packages that came before anybody offered them."""

from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command


@click.group(cls=Group)
def unmatched() -> None:
    """List or destroy packages received without an offer.

    They lie apart and belong to no case. Once the message that offers one comes, the node joins
    the two automatically. Ask the partner which message belongs to one before you destroy it.
    """


@unmatched.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List unmatched packages, oldest first, with the stated sender."""
    found = api.whole("/strays", "strays")
    return Answer(found, map(_line, found["strays"]), none="every package that is here was offered")


def _line(row: dict[str, Any]) -> str:
    carrier = f"  carrier says {row['carrier']}" if row["carrier"] else ""
    vouched = f"  a signed offer of {row['vouched']} lay beside it" if row["vouched"] else ""
    size = counted(row["size_bytes"], "byte")
    return f"{row['root']}  {size}  came {row['came_at']}{carrier}{vouched}"


add_actions(
    unmatched, {"stray.destroy": lambda made: Answer(made, ["destroyed; the audit has it"])}
)
