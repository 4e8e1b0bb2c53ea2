"""The command store: what the store of packages keeps of its promises."""

import json
from pathlib import Path

import click

from comity.cli.faults import guarded

_WORDS = {
    "same_bytes": "gives back the bytes it was given, in parts too",
    "at_once": "shows at once what was written or deleted",
    "create_only": "never overwrites what was only to be created",
    "versions": "keeps old versions",
    "locks": "can refuse deletion until a date",
}


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@guarded
def store(folder: Path, *, as_json: bool) -> None:
    """Try the store of packages of the node in DIR, and say what it keeps.

    Small objects are written below probe/ and deleted. Exit status 1: it does not answer, or gives
    back other bytes than it was given; no package would be safe in it.
    """
    from dataclasses import asdict

    from comity.node.clock import now
    from comity.node.config import load_config
    from comity.node.probing import check

    found = asdict(check(load_config(folder), at=now()))
    if as_json:
        click.echo(json.dumps(found, sort_keys=True))
        return
    click.echo(found["place"])
    for name, sentence in _WORDS.items():
        click.echo(f"  {found[name]:9} {sentence}")
