"""The commands of `comity backups`: what the pages do with backups, on the node's own machine."""

import tempfile
from pathlib import Path

import click

from comity.canonical import MisuseError, time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.carry import progress
from comity.cli.groups import Group
from comity.cli.options import AbsolutePath

_FOLDER = click.argument("folder", metavar="DIR", type=AbsolutePath(exists=True, file_okay=False))


@click.group(cls=Group)
def backups() -> None:
    """Make, list and check backups in the configured folder.

    For one file of your own choice: `comity backup`.
    """


@backups.command()
@_FOLDER
@local_command
def make(folder: Path, *, as_json: bool) -> Answer:
    """Back up the node in DIR now, while it runs. Suitable for a timer."""
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    config = load_config(folder)
    kept.folder_of(config)
    with progress("backup", kept.size_ahead(config), quiet=as_json) as shown:
        made = kept.make(config, at=now(), progress=shown)
    return Answer(
        made.value(),
        [
            f"{made.name}: {counted(made.size_bytes, 'byte')},"
            f" log of {counted(made.tree_size or 0, 'entry', 'entries')}",
            f"sha256 {made.sha256}",
        ],
    )


@backups.command("list")
@_FOLDER
@local_command
def list_(folder: Path) -> Answer:
    """List the backups of the node in DIR, newest first."""
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    rows = kept.kept(load_config(folder))
    lines = (
        f"{time_text(one.made_at)}  {one.size_bytes:>15,}  {one.name}"
        + ("" if one.sealed else "  NOT SEALED")
        for one in rows
    )
    return Answer({"backups": [one.value() for one in rows]}, lines)


@backups.command()
@_FOLDER
@click.argument("name", required=False)
@click.option(
    "-i",
    "--identity",
    type=AbsolutePath(exists=True),
    help="Also open it with this, as a restore would; the ceremony has it.",
)
@local_command
def check(folder: Path, name: str | None, *, identity: Path | None) -> Answer:
    """Verify the backup NAME of the node in DIR, or the newest.

    Without -i it is proved that no byte changed, and not that it opens: the identity is in the
    safe. Exit status: 0 proved; 1 it changed, or its digest was not recorded.
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
    lines = [f"{name}: {standing}"]
    if inside is not None:
        lines.append(f"it opens: {inside['party']} as of {inside['made_at']}")
    bad = (standing != "same" and inside is None) or standing == "changed"
    return Answer({"inside": inside, "name": name, "standing": standing}, lines, status=int(bad))
