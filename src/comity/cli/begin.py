"""The commands demo, setup, profile and completion: where people begin."""

import contextlib
import shlex
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import get_completion_class

from comity.canonical import OperationError
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded, interrupted_with
from comity.cli.groups import Group
from comity.cli.office import MEMBERS, NAME, ProfileError, chosen, place, profiles, write
from comity.cli.options import AS_JSON, HERE

if TYPE_CHECKING:
    from comity.demo.story import Stage
    from comity.demo.world import Teller

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
    from comity.demo.world import Teller

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
    from comity.client.api import NodeSilentError
    from comity.demo.office import certify_passkeys

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


@click.group(cls=Group)
def profile() -> None:
    """Manage profiles of nodes and tokens: list, set, remove.

    The profile `default` counts where a command names no node; --profile NAME chooses another.
    """


@profile.command("list")
@AS_JSON
@guarded
def list_(*, as_json: bool) -> None:
    """List your profiles.

    Example: comity profile list
    """
    found = profiles()
    if as_json:
        show({"file": str(place()), "profiles": found})
        return
    for name, told in sorted(found.items()):
        click.echo(f"{name}  " + "  ".join(told[one] for one in MEMBERS if one in told))
    if not found:
        click.echo(f"no profile yet in {place()}")


@profile.command("set")
@click.argument("name")
@click.option("--node", required=True, help="Address of the node, http://127.0.0.1:8700.")
@click.option(
    "--token-file",
    required=True,
    type=HERE,
    help="Your API token.",
)
@click.option(
    "--certificate",
    type=HERE,
    help="The node's own TLS certificate, which alone is trusted then.",
)
@AS_JSON
@guarded
def set_(
    *, name: str, node: str, token_file: Path, certificate: Path | None, as_json: bool
) -> None:
    """Save a node and a token as the profile NAME.

    Example: comity profile set default --node http://127.0.0.1:8700 --token-file token.txt
    """
    if not NAME.fullmatch(name):
        raise ProfileError("a name has 1 to 40 small letters, digits and hyphens")
    told = {"node": node, "token_file": str(token_file.resolve())}
    if certificate is not None:
        told["certificate"] = str(certificate.resolve())
    write({**profiles(), name: told})
    _tell({"file": str(place()), "profile": name}, f"kept in {place()}", as_json=as_json)


@profile.command()
@click.argument("name")
@AS_JSON
@guarded
def remove(*, name: str, as_json: bool) -> None:
    """Remove the profile NAME. The token file stays.

    Example: comity profile remove night
    """
    chosen(name)
    write({one: told for one, told in profiles().items() if one != name})
    _tell({"removed": name}, "removed", as_json=as_json)


def _tell(value: dict[str, str], words: str, *, as_json: bool) -> None:
    if as_json:
        show(value)
    else:
        click.echo(words)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@local_command
def completion(shell: str) -> Answer:
    """Print the completion script of `comity` for SHELL.

    bash: comity completion bash > ~/.local/share/bash-completion/completions/comity. zsh: a file
    _comity in a folder of fpath. fish: ~/.config/fish/completions/comity.fish.
    """
    from comity.cli import main

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError("no such shell")
    made = kind(main, {}, "comity", "_COMITY_COMPLETE")
    # not `source()`: for bash it looks for a shell on this machine, which need not be the reader's
    text = made.source_template % made.source_vars()
    return Answer({"shell": shell, "script": text}, [text])
