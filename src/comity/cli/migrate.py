"""The command migrate: a node's database brought to this version, before the node starts."""

from pathlib import Path

import click

from comity.cli.answers import Answer, local_command
from comity.cli.options import NODE_FOLDER


@click.command()
@NODE_FOLDER
@local_command
def migrate(folder: Path) -> Answer:
    """Migrate the database of the stopped node in DIR to this version.

    `comity run` does it too; an installer does it first, so that it can go back.
    """
    from comity.node.core.config import load_config
    from comity.node.core.django_setup import use_node

    config = load_config(folder)
    use_node(config.folder)
    from comity.node.operations.migrate import migrate as apply

    apply()
    return Answer(
        {"party": config.party, "migrated": True},
        [f"{config.party}: the database is at this version"],
    )
