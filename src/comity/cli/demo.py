"""The command demo: three nodes on this machine play a whole case."""

import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.canonical import OperationError
from comity.cli.faults import guarded

if TYPE_CHECKING:
    from comity.demo.story import Stage
    from comity.demo.telling import Teller


class PortTakenError(OperationError):
    """Another program listens on one of the demonstration's ports."""

    code = "port-taken"


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End after the story instead of staying up.")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True),
    help="Real files to hand over; default: a small exhibit made for it.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="New folder that keeps nodes, bundle/ and trust.json; default: nothing is kept.",
)
@click.option("--port-base", default=8710, show_default=True, type=click.IntRange(1024, 65000))
@guarded
def demo(*, leave: bool, evidence: Path | None, out: Path | None, port_base: int) -> None:
    """Viet Nam asks, South Africa answers, a court checks: everything real, on loopback.

    Everything is in exercise mode: keys, logs and signatures of it never count as live.
    """
    from comity.demo.story import Plan, play, prove, running, tidy
    from comity.demo.telling import Teller

    for port in range(port_base, port_base + 3):
        _check_free(port)
    if out is not None and out.exists() and any(out.iterdir()):
        raise click.BadParameter("the folder is not empty", param_hint="--out")
    folder = out or Path(tempfile.mkdtemp(prefix="comity-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(folder.resolve(), evidence, port_base)
    teller = Teller()
    try:
        with running(plan, teller) as stage:
            case = play(plan, stage, teller)
            prove(plan, stage, case, teller)
            if not leave:
                _stay(stage, teller)
    finally:
        if out is None:
            tidy(folder)


def _stay(stage: "Stage", teller: "Teller") -> None:
    teller.chapter("Look around: the nodes stay up until Ctrl-C")
    for place in stage.world.places.values():
        teller.say(f"{place.party}: http://localhost:{place.config.port}")
    for who, password in stage.sign_ins.items():
        teller.say(f"sign in at {who}  password {password}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        teller.say("stopping")


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        # As the nodes bind: connections of a demonstration that just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise PortTakenError(f"port {port} is in use") from fault
