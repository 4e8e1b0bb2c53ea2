"""The command store: what the store of packages keeps of its promises, and of the packages."""

import json
from pathlib import Path

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NODE_FOLDER

_WORDS = {
    "same_bytes": "gives back the bytes it was given, in parts too",
    "at_once": "shows at once what was written or deleted",
    "create_only": "never overwrites what was only to be created",
    "versions": "keeps old versions",
    "locks": "can refuse deletion until a date",
}


@click.command()
@NODE_FOLDER
@click.option("--packages", is_flag=True, help="Read and hash every package that should be there.")
@AS_JSON
@guarded
def store(folder: Path, *, packages: bool, as_json: bool) -> None:
    """Test the package store of the node in DIR.

    Small objects are written below probe/ and deleted. With --packages, instead, all sealed
    evidence is read; a node may run at the same time. Exit status 1: the store does not answer,
    gives back other bytes than it was given, or a package is lost or spoilt.
    """
    if packages:
        _rehash(folder, as_json=as_json)
        return
    from dataclasses import asdict

    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.evidence.storage.store_probe import check

    found = asdict(check(load_config(folder), at=now()))
    if as_json:
        click.echo(json.dumps(found, sort_keys=True))
        return
    click.echo(found["place"])
    for name, sentence in _WORDS.items():
        click.echo(f"  {found[name]:9} {sentence}")


def _rehash(folder: Path, *, as_json: bool) -> None:
    from dataclasses import asdict

    from comity.node.core.config import load_config
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.node.evidence.storage.verify_packages import rehash

    found = []
    for package in rehash(load_config(folder)):
        found.append(package)
        if not as_json:
            block = "" if package.block is None else f"  first wrong block {package.block}"
            size = counted(package.size_bytes, "byte")
            click.echo(f"{package.root}  {package.state}  {size}{block}")
    if as_json:
        click.echo(json.dumps({"packages": [asdict(one) for one in found]}, sort_keys=True))
    if any(package.state != "whole" for package in found):
        raise click.exceptions.Exit(1)
