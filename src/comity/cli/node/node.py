"""Commands of the operator: making a node, running it, migrating it; its bill of materials."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.canonical import parse_mode, state_of
from comity.cli.answers import Answer, local_command
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, FOLDER, HERE, NEW, NODE_FOLDER, named_party

if TYPE_CHECKING:
    from comity.node.core.config import NodeConfig

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@_FOLDER
@click.option(
    "--party", required=True, callback=named_party, help="Whom it speaks for: vn/contact-point"
)
@click.option("--mode", type=click.Choice(["live", "exercise"]), default="live", show_default=True)
@click.option(
    "--trust",
    required=True,
    type=HERE,
    help="Trust file, which was given to you by hand.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8700, show_default=True, type=click.IntRange(1, 65535))
@click.option("--directory-url", default="", help="From where the directory is refreshed.")
@click.option("--poll", multiple=True, help="Party whose outbox is fetched.")
@click.option("--witness-by", multiple=True, help="Party that cosigns this node's checkpoints.")
@click.option(
    "--alg",
    type=click.Choice(["Ed25519", "ES256"]),
    default="Ed25519",
    show_default=True,
    help="Suite of the keys that may be of either.",
)
@click.option(
    "--officer-ca",
    type=HERE,
    help="Public half of the key that certifies officers (comity officer keygen --ca).",
)
@click.option("--tls", "tls_host", help="Serve TLS under this name or address.")
@click.option(
    "--url",
    default="",
    help="Address at which partners reach the node, as its entry will say; it names the log."
    " By default that of --tls; without either the log is named as one that cannot be reached.",
)
@click.option("--witness", is_flag=True, help="Cosign other nodes' logs (a secretariat does).")
@click.option("--repository", default="", help="TUF repository folder to serve (a secretariat).")
@AS_JSON
@guarded
def init(
    *,
    folder: Path,
    party: str,
    mode: str,
    trust: Path,
    host: str,
    port: int,
    directory_url: str,
    poll: tuple[str, ...],
    witness_by: tuple[str, ...],
    alg: str,
    officer_ca: Path | None,
    tls_host: str | None,
    url: str,
    witness: bool,
    repository: str,
    as_json: bool,
) -> None:
    """Create the folder of a node: settings, keys, empty register.

    Prints the public keys; give them to your State's directory keeper, who puts them into your
    entry with `comity directory entry new`. Then: `comity run FOLDER`.
    """
    from comity.cli.people.officer import read_public_key
    from comity.directory import signing_row
    from comity.directory.parsing import is_loopback
    from comity.files.key_files import read_trust_file
    from comity.node.core.clock import now
    from comity.node.core.config import NodeConfig
    from comity.node.core.keystore import PUBLIC_KEYS
    from comity.node.operations.create_node import KEY_LIFE, found_node, write_public_keys

    tls_host = _served_name(tls_host)
    config = NodeConfig(
        folder=folder.resolve(),
        party=party,
        mode=parse_mode(mode),
        host=host,
        port=port,
        directory_url=directory_url,
        poll=poll,
        witnesses=witness_by,
        tls=bool(tls_host),
        hosts=(tls_host,) if tls_host else (),
        witness=witness,
        repository=str(Path(repository).resolve()) if repository else "",
    )
    moment = now()
    read_trust_file(trust)  # so that its fault is named
    reached = url or (config.pages_url if tls_host else None)
    further = []
    if officer_ca is not None:  # read before a folder is made
        key = read_public_key(officer_ca)
        row = signing_row(key, use="officer-ca", not_before=moment, not_after=moment + KEY_LIFE)
        further.append(row.value())
    found_node(config, trust.read_bytes(), now=moment, alg=alg, tls_host=tls_host, url=reached)
    rows = write_public_keys(config, now=moment, further=further)
    keys = folder / PUBLIC_KEYS
    if not tls_host and not is_loopback(host):
        click.echo(
            f"Warning: the node listens on {host} without TLS, so pages, passwords and tokens go "
            "unencrypted over the network. Make it again with --tls NAME, or set host to 127.0.0.1 "
            f"in {folder / 'node.toml'} and let a proxy with TLS stand in front.",
            err=True,
        )
    cosigner = _make_witness(config) if witness else ""
    if as_json:
        told = {"folder": str(folder), "keys": rows, "party": party, "witness": cosigner}
        click.echo(json.dumps(told))
        return
    click.echo(f"{party} ({mode}) lives in {folder}; its public keys are in {keys}.")
    if cosigner:
        click.echo(f"It cosigns as {cosigner}")
        words = f"--witness KEY --state {state_of(party)}"
        click.echo(f"List that in the trust file: comity directory trust FOLDER {words}")
    click.echo("Next: let your State list them in the directory, then `comity run`.")


def _served_name(typed: str | None) -> str:
    """Return the name that TLS is for; empty: there is no TLS."""
    if typed is not None and not typed.strip():
        raise click.BadParameter(
            "it is empty: give the name or address under which the node is reached, or leave the "
            "option out to serve without TLS",
            param_hint="--tls",
        )
    return typed or ""


def _make_witness(config: "NodeConfig") -> str:
    """Make the key with which a node cosigns, and return the verifier key for trust files."""
    from comity.canonical import unb64
    from comity.ledger.notekey import COSIGNATURE_ED25519, VerifierKey
    from comity.node.core.keystore import WITNESS_FILE, make_signing_key, witness_name

    key = make_signing_key(config.keys / WITNESS_FILE, use="witness").public
    name = witness_name(config.party, config.mode)
    return VerifierKey(name, COSIGNATURE_ED25519, unb64(key.jwk["x"])).text()


@click.command()
@_FOLDER
@guarded
def run(folder: Path) -> None:
    """Run the node in FOLDER until Ctrl-C.

    Where FOLDER is that of an exercise (`comity drill run -o`), the whole exercise continues in it.
    """
    if (folder / "exercise.json").is_file():
        from comity.cli.training.drill_run import resume_exercise

        resume_exercise(folder, as_json=False)
        return
    from comity.node.core.config import load_config
    from comity.node.operations.serve import run as serve

    config = load_config(folder)

    def ready() -> None:
        click.echo(f"{config.party} ({config.mode}): {config.pages_url}  Ctrl-C ends it")
        sys.stdout.flush()

    if (folder / "../../exercise.json").is_file():
        whole = folder.resolve().parent.parent
        told = f"one node of an exercise, without partners. Try: comity drill resume {whole}"
        click.echo(told, err=True)
    serve(folder, ready=ready)


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
