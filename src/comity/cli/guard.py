"""The commands guard show and renew: what keeps a node from signing its log twice."""

from pathlib import Path

import click

from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import NODE_FOLDER


@click.group(cls=Group)
def guard() -> None:
    """Show or renew the guard of a node's log."""


@guard.command("show")
@NODE_FOLDER
@local_command
def show_(folder: Path) -> Answer:
    """Show the guard and the register of the node in DIR.

    Exit status: 0 the log can continue; 1 it cannot, or a restore is not complete; 2 misuse.
    """
    from comity.cli.people import open_node

    open_node(folder.resolve())
    from comity.node.core.node import load_node
    from comity.node.operations.guard_renewal import guard_state

    found = guard_state(load_node(folder.resolve()))
    kept = "none" if found.epoch is None else f"{found.tree_size} of epoch {found.epoch}"
    waits = ""
    if found.confirmed:
        waits = " (confirmed: a new epoch is opened at the next start)"
    elif found.restored:
        waits = " (restored: a new epoch is opened once a partner or a witness answers)"
    return Answer(
        vars(found),
        [
            f"signed entries by the guard:    {kept}",
            f"entries in the register:        {found.register_size} of epoch "
            f"{found.register_epoch}",
            f"the log: {found.fault or 'can go on'}{waits}",
        ],
        status=int(bool(found.fault or found.restored)),
    )


@guard.command()
@NODE_FOLDER
@click.option(
    "--reason", required=True, help="Who decided it, and what was searched for: one line."
)
@click.option(
    "--newer-copy-lost",
    is_flag=True,
    help="The newer copy that continues the log is lost for good, and will never start again.",
)
@local_command
def renew(folder: Path, reason: str, *, newer_copy_lost: bool) -> Answer:
    """Confirm that the register in DIR is the latest that exists.

    Use it only when a newer register is lost for good, or when no partner answered a restored node.
    At its next start the node opens a new epoch of its log, says so in a signed statement, and
    takes back from its partners what it lacks. Your reason goes into the audit.

    Where the log continues in a newer copy of the node (log-superseded), it refuses, unless you say
    with --newer-copy-lost that this copy is lost. If it is not, the log is forked, and partners
    hold the proof. It refuses in any case while the newer copy lies beside DIR.
    """
    from comity.cli.people import open_node

    open_node(folder.resolve())
    from comity.node.core.node import load_node
    from comity.node.operations.guard_renewal import renew_guard

    found = renew_guard(load_node(folder.resolve()), reason=reason, newer_copy_lost=newer_copy_lost)
    return Answer(
        vars(found),
        [
            "Recorded. The node opens a new epoch of its log at its next start.",
            f"Next: stop the node if it runs, then `comity run {folder}`",
        ],
    )
