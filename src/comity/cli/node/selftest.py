"""The command self-test: each part of a node is used once, on material that is thrown away."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, HERE, NODE_FOLDER
from comity.cli.people.officer import PASSPHRASE

if TYPE_CHECKING:
    from comity.keys import PrivateKey
    from comity.node.core.config import NodeConfig
    from comity.node.operations.selftest import Trial


@click.command("self-test")
@NODE_FOLDER
@click.option(
    "--echo", is_flag=True, help="Send a test request to the echo partner, in place of the trials."
)
@click.option(
    "--officer-ca",
    "ca_file",
    type=HERE,
    help="With --echo: file of the officer CA, which certifies two test officers for a day.",
)
@PASSPHRASE
@AS_JSON
@guarded
def self_test(
    *, folder: Path, echo: bool, ca_file: Path | None, passphrase_file: Path | None, as_json: bool
) -> int:
    """Test disk, clock, keys, log, TLS, backup and mail of a node.

    proved: done here just now. attested: another party says so. unknown: nothing to try. failed:
    a person must correct it. Nothing is changed, nothing leaves the machine but a greeting to the
    mail server and to the store of packages. Exit status: 0 nothing failed; 1 something did.

    With --echo: a request is signed, sent, acknowledged and answered with evidence, and the court
    bundle verified, between two temporary nodes on this machine. The node's log gets no entry.
    """
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations.selftest import Trial, each_trial, passed

    config = load_config(folder)
    if echo:
        return _echo(config, ca_file, passphrase_file, as_json=as_json)
    if ca_file is not None or passphrase_file is not None:
        raise click.UsageError("--officer-ca and --passphrase-file belong to --echo")
    made: list[Trial] = []
    for one in each_trial(config, at=now()):
        made.append(one)
        if not as_json:
            click.echo(_line(one))
    good = passed(tuple(made))
    if as_json:
        told = {"passed": good, "trials": [one.value() for one in made]}
        click.echo(json.dumps(told, sort_keys=True))
    return int(not good)


def _echo(
    config: "NodeConfig", ca_file: Path | None, passphrase_file: Path | None, *, as_json: bool
) -> int:
    """Send a test request; each step is told when it is done."""
    from comity.canonical import ComityError
    from comity.demo.ending import ended_as_by_ctrl_c
    from comity.echo.course import run_by_keys
    from comity.echo.signing import test_officers
    from comity.keys.spoken import fingerprint
    from comity.node.operations.echo_words import NEXT, STEP, WHY, known

    authority = _authority(config, ca_file, passphrase_file)
    name = fingerprint(authority.kid)
    done: list[str] = []

    def did(step: str) -> None:
        done.append(step)
        if not as_json:
            click.echo(f"done      {STEP[step]} [{step}]")

    code = ""
    try:
        with ended_as_by_ctrl_c():
            people = test_officers(config.party, authority)
            run_by_keys(config.folder, config.party, authority.public, people, did)
    except ComityError as fault:
        code = fault.code
    except OSError:
        code = "storage"
    failed = next((step for step in STEP if step not in done), "") if code else ""
    if as_json:
        told = {"passed": not code, "done": done, "failed": failed, "code": code}
        under = {"fingerprint": name, "of_the_node": ca_file is not None}
        click.echo(json.dumps({**told, "officer_ca": under}, sort_keys=True))
    elif code:
        click.echo(f"failed    {STEP[failed]}: {WHY[known(code)]} {NEXT[known(code)]} [{code}]")
    else:
        click.echo("The test request was answered, and the court bundle is intact.")
        click.echo(_under(name, own=ca_file is not None))
    return int(bool(code))


def _under(name: str, *, own: bool) -> str:
    """Return which officer CA certified the two who signed."""
    if own:
        told = "Two test officers signed, certified for a day by the officer CA of this node:"
    else:
        told = "Signed under a new officer CA for this test alone: --officer-ca tries yours:"
    return f"{told}\n  {name}"


def _authority(
    config: "NodeConfig", ca_file: Path | None, passphrase_file: Path | None
) -> "PrivateKey":
    """Return the officer CA that certifies the test officers: of a file, or a new one.

    Raises:
        MisuseError: the file holds another than this node's State lists.
    """
    from comity.canonical import MisuseError
    from comity.cli.people.officer import officer_ca
    from comity.directory.store import DirectoryStore
    from comity.keys import PrivateKey
    from comity.node.core.randomness import random_bytes
    from comity.node.log.key_rotation import officer_cas

    if ca_file is None:
        return PrivateKey.from_seed(random_bytes(32), alg="Ed25519")
    found = officer_ca(ca_file, passphrase_file)
    directory = DirectoryStore.open(config.directory).load()
    if found.kid not in officer_cas(config, directory):
        raise MisuseError(
            "this officer CA is neither in the entry nor on the list of public keys of the node"
        )
    return found


def _line(one: "Trial") -> str:
    """Return a trial as a sentence, with its codes behind for whoever looks them up."""
    from comity.node.operations.selftest_labels import TRIAL, remark

    told = str(remark(one.value()) or one.facts.get("detail", ""))
    shown = {name: value for name, value in one.facts.items() if str(value) not in told}
    codes = " ".join((one.key, one.found, *(f"{name}={value}" for name, value in shown.items())))
    return f"{one.word:9} {TRIAL[one.key]}{': ' if told else ''}{told} [{codes}]"


_WORDS = {
    "same_bytes": "gives back the bytes it was given, in parts too",
    "at_once": "shows at once what was written or deleted",
    "create_only": "never overwrites what was only to be created",
    "versions": "keeps old versions",
    "locks": "can refuse deletion until a date",
}


@click.command()
@NODE_FOLDER
@click.option("--packages", is_flag=True, help="Read and hash every package that should be there.")
@AS_JSON
@guarded
def store(folder: Path, *, packages: bool, as_json: bool) -> None:
    """Test the package store of the node in DIR.

    Small objects are written below probe/ and deleted. With --packages, instead, all sealed
    evidence is read; a node may run at the same time. Exit status 1: the store does not answer,
    gives back other bytes than it was given, or a package is lost or spoilt.
    """
    if packages:
        _rehash(folder, as_json=as_json)
        return
    from dataclasses import asdict

    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.evidence.storage.store_probe import check

    found = asdict(check(load_config(folder), at=now()))
    if as_json:
        click.echo(json.dumps(found, sort_keys=True))
        return
    click.echo(found["place"])
    for name, sentence in _WORDS.items():
        click.echo(f"  {found[name]:9} {sentence}")


def _rehash(folder: Path, *, as_json: bool) -> None:
    from dataclasses import asdict

    from comity.node.core.config import load_config
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.node.evidence.storage.verify_packages import rehash

    found = []
    for package in rehash(load_config(folder)):
        found.append(package)
        if not as_json:
            block = "" if package.block is None else f"  first wrong block {package.block}"
            size = counted(package.size_bytes, "byte")
            click.echo(f"{package.root}  {package.state}  {size}{block}")
    if as_json:
        click.echo(json.dumps({"packages": [asdict(one) for one in found]}, sort_keys=True))
    if any(package.state != "whole" for package in found):
        raise click.exceptions.Exit(1)
