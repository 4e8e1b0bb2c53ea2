"""Commands that replace a node's keys, in two steps with the State's signature between them."""

from pathlib import Path

import click

from comity.canonical import time_text
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import FOLDER, HERE

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
    from comity.cli.directory_common import spoken_line
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
    from comity.cli.officer import read_public_key
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
