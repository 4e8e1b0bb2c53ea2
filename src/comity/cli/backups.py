"""The commands of `comity backups`: what the pages do with backups, on the node's own machine."""

import json
import tempfile
from pathlib import Path

import click

from comity.canonical import MisuseError, time_text
from comity.canonical.amounts import counted
from comity.cli.carry import progress
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AbsolutePath

_FOLDER = click.argument("folder", metavar="DIR", type=AbsolutePath(exists=True, file_okay=False))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(cls=Group)
def backups() -> None:
    """Backups in the folder that `backup_folder` of node.toml names, sealed to its recipients.

    For one file of your own choice: `comity backup`.
    """


@backups.command()
@_FOLDER
@_JSON
@guarded
def make(folder: Path, *, as_json: bool) -> None:
    """Make a backup of the node in DIR now; it goes on running. For a timer."""
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    config = load_config(folder)
    kept.folder_of(config)
    with progress("backup", kept.size_ahead(config), quiet=as_json) as shown:
        made = kept.make(config, at=now(), progress=shown)
    if as_json:
        click.echo(json.dumps(made.value(), sort_keys=True))
        return
    click.echo(
        f"{made.name}: {counted(made.size_bytes, 'byte')},"
        f" log of {counted(made.tree_size or 0, 'entry', 'entries')}"
    )
    click.echo(f"sha256 {made.sha256}")


@backups.command("list")
@_FOLDER
@_JSON
@guarded
def list_(folder: Path, *, as_json: bool) -> None:
    """List the backups of the node in DIR, the newest first."""
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    rows = kept.kept(load_config(folder))
    if as_json:
        click.echo(json.dumps({"backups": [one.value() for one in rows]}, sort_keys=True))
        return
    for one in rows:
        sealed = "" if one.sealed else "  NOT SEALED"
        click.echo(f"{time_text(one.made_at)}  {one.size_bytes:>15,}  {one.name}{sealed}")


@backups.command()
@_FOLDER
@click.argument("name", required=False)
@click.option(
    "-i",
    "--identity",
    type=AbsolutePath(exists=True),
    help="Also open it with this, as a restore would; the ceremony has it.",
)
@_JSON
@guarded
def check(folder: Path, name: str | None, *, identity: Path | None, as_json: bool) -> int:
    """Read the backup NAME of the node in DIR, or the newest, and compare it with what was made.

    Without -i it is proved that no byte changed, and not that it opens: the identity is in the
    safe. Exit status: 0 proved; 1 it changed, or nobody noted what it was.
    """
    from comity.files.key_file import read_identities
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    config = load_config(folder)
    if name is None:
        rows = kept.kept(config)
        if not rows:
            raise MisuseError("there is no backup to check")
        name = rows[0].name
    standing, inside = kept.check(config, name), None
    if identity is not None:
        with tempfile.TemporaryDirectory(prefix="comity-check-") as scratch:
            source = kept.path_of(config, name)
            identities = list(read_identities(identity))
            inside = kept.opened(source, identities, scratch=Path(scratch))
    if as_json:
        told = {"inside": inside, "name": name, "standing": standing}
        click.echo(json.dumps(told, sort_keys=True))
    else:
        click.echo(f"{name}: {standing}")
        if inside is not None:
            click.echo(f"it opens: {inside['party']} as of {inside['made_at']}")
    return int((standing != "same" and inside is None) or standing == "changed")
