"""The command conform keys: the scripted peer's keys, and what the node under test is given."""

import shlex
from pathlib import Path

import click

from comity.cli.answers import Answer, local_command

PORT_HINT = "http://127.0.0.1:8799"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--url",
    default=PORT_HINT,
    show_default=True,
    help="Under which the node reaches the peer on the machine where the kit runs.",
)
@local_command
def keys(folder: Path, *, url: str) -> Answer:
    """Create the keys of the scripted peer in a new FOLDER.

    They are good for exercises only, and belong to an invented State. The folder for-the-node in
    it holds what the node under test must know; what is printed says how to give it to a node of
    Comity. The kit listens on the port of --url while it runs.
    """
    from comity.conform.folder import PARTIES, PeerFolder
    from comity.conform.peer import now

    made = PeerFolder.create(folder, url=url, now=now())
    give, here = made.for_the_node, shlex.quote(str(folder))
    lines = (
        f"made the keys of {', '.join(PARTIES)} in {folder}; for exercises only",
        "the node under test runs in exercise mode; in NODE, its folder, let it know the peer:",
        f"  comity directory trust NODE/directory --add {shlex.quote(str(give / 'trust.json'))}",
        f"  comity directory import NODE/directory {shlex.quote(str(give / 'directory.json'))}",
        "  set partner_messages_per_minute = 0 in NODE/node.toml, and start it again",
        "give the kit the node's records and its trust file:",
        f"  comity directory export NODE/directory {here}/node.json",
        f"  comity directory trust NODE/directory > {here}/trust.json",
        "then run it, with the node's address:",
        f"  comity conform --node URL --trust {here}/trust.json --keys {here}",
    )
    return Answer(
        {"folder": str(folder), "give": str(give), "parties": list(PARTIES), "url": url},
        (line for line in lines),
    )
