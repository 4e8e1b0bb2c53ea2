"""The command sbom: what this program is made of, in a form that scanners read."""

import json
from pathlib import Path

import click

from comity.cli.faults import guarded
from comity.cli.options import FOLDER, NEW


@click.command()
@click.option("-o", "--output", type=NEW, help="New file.")
@click.option(
    "--wheels",
    type=FOLDER,
    help="Folder of the wheels it was installed from: their SHA-256 then are listed in it.",
)
@guarded
def sbom(*, output: Path | None, wheels: Path | None) -> None:
    """Print the bill of materials of this installation (CycloneDX 1.6)."""
    from comity.files.publish import write_file
    from comity.files.sbom import bill

    text = json.dumps(bill(wheels), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode())
