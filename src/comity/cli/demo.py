"""The command demo: three nodes on this machine play a whole case."""

import contextlib
import shlex
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.canonical import OperationError
from comity.cli.faults import guarded, interrupted_with

if TYPE_CHECKING:
    from comity.demo.story import Stage
    from comity.demo.telling import Teller

LOOK_EVERY_S: Final = 1.0


class PortTakenError(OperationError, code="port-taken"):
    """Another program listens on one of the demonstration's ports."""


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
    help="New folder that keeps nodes, bundle/ and trust.json; default: nothing is stored.",
)
@click.option("--port-base", default=8710, show_default=True, type=click.IntRange(1024, 65000))
@guarded
def demo(*, leave: bool, evidence: Path | None, out: Path | None, port_base: int) -> None:
    """Play a whole case between three nodes on this machine.

    Everything is in exercise mode: keys, logs and signatures of it never count as live.
    """
    from comity.demo.ending import ended_as_by_ctrl_c, not_interrupted
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
    kept = f"{plan.out} is kept as far as it was made" if out else "nothing was kept"
    with interrupted_with(kept), ended_as_by_ctrl_c():
        try:
            with running(plan, teller) as stage:
                case = play(plan, stage, teller)
                prove(plan, stage, case, teller)
                _tell_bundle(plan.out, teller, keeps=out is not None, stays=not leave)
                if not leave:
                    _stay(stage, teller)
        finally:
            if out is None:
                with not_interrupted():
                    tidy(folder)


def _tell_bundle(folder: Path, teller: "Teller", *, keeps: bool, stays: bool) -> None:
    """Say where the court bundle is, how long, and how the reader verifies it."""
    if not keeps and not stays:
        teller.say("The bundle is deleted now. To keep it, try: comity demo --exit --out FOLDER")
        return
    bundle, trust = folder / "bundle", folder / "trust.json"
    until = "" if keeps else ", until Ctrl-C (--out FOLDER keeps it)"
    teller.say(f"The bundle: {bundle}{until}")
    teller.say(f"The trust file, with which anyone checks a bundle: {trust}")
    words = ["comity", "verify", str(bundle), "--trust", str(trust)]
    teller.say(f"Verify it yourself: {shlex.join(words)}")


def _stay(stage: "Stage", teller: "Teller") -> None:
    teller.chapter("Look around: the nodes stay up until Ctrl-C")
    urls = {p.party: f"http://localhost:{p.config.port}" for p in stage.world.places.values()}
    for party, url in urls.items():
        teller.say(f"{party}: {url}")
        for at, name, password in stage.sign_ins:
            if at == party:
                teller.say(f"  user name {name}  password {password}")
    party, name, _ = stage.sign_ins[0]
    words = ["comity", "user", "token", str(stage.world.places[party].config.folder), name]
    teller.say(f"For the command line, a token of {party} {name}: {shlex.join(words)}")
    teller.say(f"Begin: open {urls[party]} and sign in with the user name {name}.")
    teller.say(
        "Then continue with docs/tutorial/by-pages.md, step 2: passkeys are certified as they are"
        " made."
    )
    _wait(stage, teller)


def _wait(stage: "Stage", teller: "Teller") -> None:
    """Play the officer-ca until Ctrl-C; a node that gives no answer now is asked again."""
    from comity.client.errors import NodeSilentError
    from comity.demo.authority import certify_passkeys

    never = threading.Event()
    try:
        while not never.wait(LOOK_EVERY_S):
            for office in stage.offices.values():
                with contextlib.suppress(NodeSilentError):
                    certify_passkeys(office, teller)
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
