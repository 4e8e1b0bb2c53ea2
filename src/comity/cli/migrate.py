"""The command migrate: a node's database brought to this version, before the node starts."""

from pathlib import Path

import click

from comity.cli.answers import show
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@AS_JSON
@guarded
def migrate(folder: Path, *, as_json: bool) -> None:
    """Bring the database of the node in DIR, which does not run, to this version.

    `comity run` does it too; an installer does it first, so that it can go back.
    """
    from comity.node.core.config import load_config
    from comity.node.core.django_setup import use_node

    config = load_config(folder)
    use_node(config.folder)
    from comity.node.operations.migrate import migrate as apply

    apply()
    if as_json:
        show({"party": config.party, "migrated": True})
        return
    click.echo(f"{config.party}: the database is at this version")
