"""Keys, guard and log of a node: replaced, renewed, moved to another address."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import FOLDER, HERE, NODE_FOLDER, open_node


@click.group(cls=Group)
def guard() -> None:
    """Show or renew the guard of a node's log."""


@guard.command("show")
@NODE_FOLDER
@local_command
def show_guard(folder: Path) -> Answer:
    """Show the guard and the register of the node in DIR.

    Exit status: 0 the log can continue; 1 it cannot, or a restore is not complete; 2 misuse.
    """
    node = _node(folder)
    from comity.node.operations.guard_renewal import guard_state

    found = guard_state(node)
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
    node = _node(folder)
    from comity.node.operations.guard_renewal import renew_guard

    found = renew_guard(node, reason=reason, newer_copy_lost=newer_copy_lost)
    return Answer(
        vars(found),
        [
            "Recorded. The node opens a new epoch of its log at its next start.",
            f"Next: stop the node if it runs, then `comity run {folder}`",
        ],
    )


_FOLDER = click.argument("folder", type=FOLDER)
_USES = ("message", "receipt", "transport", "export", "sealing", "credential")
_USE = click.option(
    "--use",
    required=True,
    type=click.Choice(_USES),
    help="What the key is for.",
)


@click.group(cls=Group)
def keys() -> None:
    """List, prepare and switch the keys of a node.

    A State's keys are replaced by `comity directory rotate`, a lost key is revoked by
    `comity directory revoke`.
    """


@keys.command("list")
@_FOLDER
@click.option(
    "--write",
    is_flag=True,
    help="Write FOLDER/public-keys.json again, as after an update of the program, or where it is "
    "lost: it also says which editions of the kinds of message the program knows.",
)
@local_command
def list_(folder: Path, *, write: bool) -> Answer:
    """List the public keys for the directory entry of the node in FOLDER."""
    from comity.cli.states.directory_files import spoken_line
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.log.key_rotation import listed, write_list

    config = load_config(folder)
    if write:
        write_list(config, now=now())
    found = listed(config).keys
    lines = [
        line
        for row in found
        for line in (
            f"{row.use:<10} {row.kid}  until {time_text(row.not_after)}",
            spoken_line(row.kid),
        )
    ]
    return Answer({"keys": [row.value() for row in found]}, lines)


@keys.command()
@_FOLDER
@click.option(
    "--use",
    required=True,
    type=click.Choice([*_USES, "officer-ca"]),
    help="What the key is for.",
)
@click.option(
    "--alg", type=click.Choice(["Ed25519", "ES256"]), default="Ed25519", show_default=True
)
@click.option(
    "--public",
    type=HERE,
    help="Public half of the officer CA (comity officer keygen --ca, or from the browser).",
)
@local_command
def prepare(folder: Path, use: str, alg: str, *, public: Path | None) -> Answer:
    """Create the next key of a use and list it in FOLDER.

    It signs nothing yet. Your State lists it (`comity directory entry revise --keys`), publishes,
    and partners refresh; then `comity keys switch`. A next sealing key opens nothing before that.

    An officer CA is made elsewhere: for --use officer-ca name its public half with --public. It
    certifies as soon as the State's entry lists it; there is nothing to switch.
    """
    from comity.cli.people.officer import read_public_key
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.log import key_rotation

    if (use == key_rotation.OFFICER_CA) != (public is not None):
        raise click.UsageError("--public belongs to --use officer-ca, and is needed for it")
    if public is not None:
        key = read_public_key(public)
        row = key_rotation.list_officer_ca(load_config(folder), key, now=now())
    else:
        row = key_rotation.prepare(load_config(folder), use, now=now(), alg=alg)
    return Answer(
        row.value() | {"list": str(folder / key_rotation.PUBLIC)},
        [
            f"next {use} key {row.kid}" if public is None else f"officer CA {row.kid}",
            f"Next: your State signs an entry with {folder / key_rotation.PUBLIC}.",
        ],
    )


@keys.command()
@_FOLDER
@_USE
@local_command
def switch(folder: Path, use: str) -> Answer:
    """Activate the next key of a use after the directory lists it.

    Stop the node first: while it runs, the command is refused, because the node would sign with
    the old key until its end. Destroys the old signing key; an old sealing key stays, to open what
    was sealed to it. Start the node again afterwards, and let your State sign an entry once more,
    which retires the old key.
    """
    from comity.node.core.config import load_config
    from comity.node.log import key_rotation

    kid = key_rotation.switch(load_config(folder), use)
    return Answer({"kid": kid, "use": use}, [f"{use} key {kid} is in force at the next start"])


@click.group(cls=Group)
def log() -> None:
    """Show the name of a node's log, or move it to another address.

    What keeps a log from being signed twice is `comity guard`.
    """


@log.command("show")
@NODE_FOLDER
@local_command
def show_log(folder: Path) -> Answer:
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
    open_node(folder)
    from comity.node.core.node import load_node

    return load_node(folder.resolve())
