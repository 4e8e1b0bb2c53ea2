"""The commands log show and log move: what a node's log is called, and how it gets a new name."""

from pathlib import Path
from typing import Any

import click

from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import NODE_FOLDER


@click.group(cls=Group)
def log() -> None:
    """Show the name of a node's log, or move it to another address.

    What keeps a log from being signed twice is `comity guard`.
    """


@log.command("show")
@NODE_FOLDER
@local_command
def show_(folder: Path) -> Answer:
    """Show the log name of every epoch of the node in DIR."""
    node = _node(folder)
    from comity.node.models import LogHead

    epochs = sorted(LogHead.objects.values_list("epoch", flat=True)) or [1]
    directory = node.directory
    listed = directory.entry(node.party).origins if directory.has(node.party) else ()
    found = [
        {"epoch": epoch, "listed": name in listed, "origin": name}
        for epoch, name in ((epoch, node.origin(epoch)) for epoch in epochs)
    ]
    further = [name for name in listed if name not in {one["origin"] for one in found}]
    ahead = (f"listed ahead  {name}" for name in further)
    return Answer({"epochs": found, "listed_ahead": further}, [*map(_epoch, found), *ahead])


def _epoch(one: dict[str, Any]) -> str:
    told = "" if one["listed"] else f"  ({_unlisted(one['epoch'])})"
    return f"{one['epoch']}  {one['origin']}{told}"


def _unlisted(epoch: int) -> str:
    """Say of an epoch that the node's entry does not name whether that is in order."""
    if epoch == 1:
        return "not in the node's entry: your State lists it there before partners can follow it"
    return (
        "not in the node's entry, which is in order after a restore: partners follow the signed "
        "statement that opened it"
    )


@log.command()
@NODE_FOLDER
@click.option("--url", required=True, help="Address at which partners will reach the node.")
@click.option("--dry-run", is_flag=True, help="Say what is next, change nothing.")
@local_command
def move(folder: Path, *, url: str, dry_run: bool) -> Answer:
    """Move the log of the node in DIR to another address.

    A log is named by the address where it is read, so it continues in a new epoch under a new name.
    Run the command twice, with the same address. `hosts` in node.toml must name its host.

    First it puts the new name on the list of public keys. Your State then signs an entry with this
    list and the new address (`comity directory entry revise --keys --url`), and publishes it. The
    node runs on.

    When partners have refreshed their directories, stop the node, refresh its own copy, and run the
    command again. It opens the new epoch, with a signed statement that ends the old one. Start the
    node at its new address.

    It also says how many people have passkeys that do not work at the new address.

    Nothing of the old log is lost, and what it proves stays proved. Exit status: 0 the step is
    done; 1 the State does not list the new name yet; 2 misuse.
    """
    node = _node(folder)
    from comity.node.log.key_rotation import PUBLIC
    from comity.node.operations.move_log import plan_move, take_step
    from comity.node.signin.addresses import left_behind

    found, left = plan_move(node, url=url), left_behind(url)
    if not dry_run:
        take_step(node, found)
    facts = {
        "dry_run": dry_run,
        "epoch": found.origin_new.epoch,
        "host_missing": found.host_missing,
        "list": str(folder / PUBLIC),
        "origin_new": str(found.origin_new),
        "origin_old": str(found.origin_old),
        "passkeys_sign_in": left.signing_in,
        "passkeys_signing": left.signing,
        "step": found.step,
    }
    lines = _lines(facts, url=url, party=node.party, folder=folder)
    return Answer(
        facts, (line for line in (*lines, *_passkeys(facts))), status=int(found.step == "wait")
    )


def _lines(facts: dict[str, Any], *, url: str, party: str, folder: Path) -> list[str]:
    """Return what a step did, or would do, and the command that is next."""
    revise = (
        f"comity directory entry revise STATE-FOLDER {party} --keys {facts['list']} --url {url}"
    )
    again = f"comity log move {folder} --url {url}"
    done = "Would put" if facts["dry_run"] else "Put"
    opened = "Would open" if facts["dry_run"] else "Opened"
    told = {
        "list": (
            f"{done} {facts['origin_new']} on {facts['list']}.",
            f"Next, your State: {revise}",
        ),
        "wait": (
            f"The node's directory does not list {facts['origin_new']} yet.",
            f"Next, your State: {revise}",
            "Then refresh the node's directory, and run this command again.",
        ),
        "open": (
            f"{opened} epoch {facts['epoch']}: {facts['origin_new']}",
            f"It continues {facts['origin_old']}.",
            f"Next: {again if facts['dry_run'] else f'comity run {folder}'}",
        ),
    }
    missing = facts["host_missing"]
    first = (
        f"First: hosts in {folder / 'node.toml'} does not name {missing}, so the node would refuse "
        f"every request to its new address (400). Add {missing} to hosts and start the node again "
        "before your State publishes the address.",
    )
    return [*told[facts["step"]], *(first if missing else ())]


def _passkeys(facts: dict[str, Any]) -> list[str]:
    """Return whose passkeys stay behind, and what they do; nothing if nobody's do."""
    accounts, officers = facts["passkeys_sign_in"], facts["passkeys_signing"]
    if not accounts and not officers:
        return []
    return [
        "Passkeys are bound to the address they were made at, and do not work at the new one. "
        f"Concerned: {counted(accounts, 'account')} that sign in with one, "
        f"{counted(officers, 'officer')} who sign messages with one.",
        "Each signs in at the new address with password and a recovery code or a code of the app, "
        "makes a new passkey on How I sign in, and one on My account, to be certified again. "
        "Without a code: comity user reset-factors DIR NAME.",
    ]


def _node(folder: Path) -> Any:
    from comity.cli.people import open_node

    open_node(folder.resolve())
    from comity.node.core.node import load_node

    return load_node(folder.resolve())
