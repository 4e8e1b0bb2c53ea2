"""The commands guard show and renew: what keeps a node from signing its log twice."""

from pathlib import Path

import click

from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import NODE_FOLDER


@click.group(cls=Group)
def guard() -> None:
    """The head guard of a node's log: the checkpoint it signed last, kept outside the register."""


@guard.command("show")
@NODE_FOLDER
@local_command
def show_(folder: Path) -> Answer:
    """Show what the guard and the register of the node in DIR hold.

    Exit status: 0 the log can go on; 1 it cannot, or a restore is not complete; 2 misuse.
    """
    from comity.cli.people import open_node

    open_node(folder.resolve())
    from comity.node.core.node import load_node
    from comity.node.operations.guard_renewal import guard_state

    found = guard_state(load_node(folder.resolve()))
    kept = "none" if found.epoch is None else f"{found.tree_size} of epoch {found.epoch}"
    waits = " (restored: a new epoch is not open yet)" if found.restored else ""
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
@click.option("--reason", required=True, help="Who decided it, and what was looked for: one line.")
@click.option(
    "--newer-copy-lost",
    is_flag=True,
    help="The newer copy that continues the log is lost for good, and will never start again.",
)
@local_command
def renew(folder: Path, reason: str, *, newer_copy_lost: bool) -> Answer:
    """Record your word that the register in DIR is the newest that is left.

    Use it only when a newer register is lost for good, or when nobody answered a restored node. At
    its next start the node opens a new epoch of its log, says so in a signed statement, and takes
    back from its partners what it lacks. Your reason goes into the audit.

    Where the log goes on in a newer copy of the node (log-superseded), it refuses, unless you say
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
