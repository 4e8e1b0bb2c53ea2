"""The command migrate: a node's database brought to this version, before the node starts."""

from pathlib import Path

import click

from comity.cli.faults import guarded


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@guarded
def migrate(folder: Path) -> None:
    """Bring the database of the node in DIR, which does not run, to this version.

    `comity run` does it too; an installer does it first, so that it can go back.
    """
    from comity.node.config import load_config
    from comity.node.setup import use_node

    config = load_config(folder)
    use_node(config.folder)
    from comity.node.migrating import migrate as apply

    apply()
    click.echo(f"{config.party}: the database is at this version")
