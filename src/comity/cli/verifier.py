"""The command verifier: the page that checks bundles in a browser, and its digest."""

import json
from pathlib import Path

import click

from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NEW


@click.command("verifier")
@click.option("-o", "--output", type=NEW, help="Write the page to this new file.")
@AS_JSON
@guarded
def verifier(output: Path | None, *, as_json: bool) -> None:
    """Write the page that verifies bundles, and print its SHA-256.

    Publish the page and, another way, its digest. A page that comes with a bundle proves nothing.
    Without -o only the digest is printed: what a page of this version must have.
    """
    from comity.files.publish import write_file
    from comity.verifier import page, page_digest

    data = page()
    if output is not None:
        write_file(output, data, mode=0o644)
    digest = page_digest(data)
    name = "-" if output is None else str(output)
    told = {"output": name, "sha256": digest}
    click.echo(json.dumps(told, sort_keys=True) if as_json else f"{digest}  {name}")
