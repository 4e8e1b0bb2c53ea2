"""The command setup: a node set up in the browser of its own machine."""

import shlex
import sys
from pathlib import Path
from typing import Final

import click

from comity.cli.faults import guarded, interrupted_with

_WHY: Final = {
    "codes": "too many wrong codes were typed",
    "idle": "nothing was done for half an hour",
}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--port", default=8701, show_default=True, type=click.IntRange(0, 65535), help="0: any free."
)
@guarded
def setup(*, folder: Path, port: int) -> None:
    """Set up the node in DIR in a browser on this machine.

    Prints an address on loopback and a code that is taken once. From another machine, come through
    SSH: ssh -L 8701:127.0.0.1:8701 HOST. What was done is saved: after Ctrl-C the same command
    continues where it stopped. When it is finished: comity run DIR.
    """
    from comity.node.core.config import load_config
    from comity.node.operations.setup_wizard.progress import Progress
    from comity.node.operations.setup_wizard.server import SetupEndedError, alone, prepare, serve

    def tell(address: str, code: str) -> None:
        click.echo(f"Open {address} in a browser on this machine.")
        click.echo(f"Code: {code}")
        click.echo("It is taken once. Ctrl-C ends; the same command continues where it stopped.")
        sys.stdout.flush()

    place = folder.resolve()
    kept = f"what was done is kept. Try: comity setup {shlex.quote(str(folder))}"
    with interrupted_with(kept), alone(Progress(place)):
        prepare(place)
        ended = serve(place, port=port, tell=tell)
    if ended != "finished":
        raise SetupEndedError(_WHY[ended])
    click.echo(f"{place} is set up. Next: comity run {shlex.quote(str(folder))}")
    click.echo(f"Then each person signs in at {load_config(place).pages_url}")
