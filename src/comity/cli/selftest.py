"""The command self-test: each part of a node is used once, on material that is thrown away."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NODE_FOLDER

if TYPE_CHECKING:
    from comity.node.operations.selftest import Trial


@click.command("self-test")
@NODE_FOLDER
@AS_JSON
@guarded
def self_test(*, folder: Path, as_json: bool) -> int:
    """Try the node in DIR, running or not: disk, clock, keys, log, TLS, backup, mail, fonts.

    proved: done here just now. attested: somebody else says so. unknown: nothing to try. failed:
    somebody must mend it. Nothing is changed, nothing leaves the machine but a greeting to the
    mail server and to the store of packages. Exit status: 0 nothing failed; 1 something did.
    """
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations.selftest import Trial, each_trial, passed

    made: list[Trial] = []
    for one in each_trial(load_config(folder), at=now()):
        made.append(one)
        if not as_json:
            click.echo(_line(one))
    good = passed(tuple(made))
    if as_json:
        told = {"passed": good, "trials": [one.value() for one in made]}
        click.echo(json.dumps(told, sort_keys=True))
    return int(not good)


def _line(one: "Trial") -> str:
    """Return a trial as a sentence, with its codes behind for whoever looks them up."""
    from comity.node.operations.selftest_labels import TRIAL, remark

    told = str(remark(one.value()) or one.facts.get("detail", ""))
    shown = {name: value for name, value in one.facts.items() if str(value) not in told}
    codes = " ".join((one.key, one.found, *(f"{name}={value}" for name, value in shown.items())))
    return f"{one.word:9} {TRIAL[one.key]}{': ' if told else ''}{told} [{codes}]"
