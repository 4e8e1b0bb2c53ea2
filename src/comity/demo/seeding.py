"""People of a node, made in a process of its own, since a process is one node.

Reads ``[{"name", "role", "officer", "certificate", "password"}]`` from standard input, prints
``{name: token}``.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from comity.canonical import OperationError

_ITERATIONS: Final = 1_000
"""Of the passwords' hash: they are printed on the screen, and a sign-in hashes them anew."""


class SeedingError(OperationError, code="seeding"):
    """The people of a node could not be made."""


def seed(folder: Path, people: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Make people and return an API token for each, by name."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(folder)],
        input=json.dumps(list(people)).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise SeedingError(f"the people of {folder.name} could not be made")
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _make(folder: Path, people: list[dict[str, Any]]) -> dict[str, str]:
    from comity.node.core.django_setup import use_node

    use_node(folder)
    return make_people(people)


def make_people(people: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Make people at the node that this process is, its database brought to this version."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = _ITERATIONS
    from comity.node.core.clock import now, real_now
    from comity.node.messages import draft_changes
    from comity.node.operations.migrate import migrate
    from comity.node.people import accounts
    from comity.node.service.handle import command_service

    migrate()
    tokens = {}
    for person in people:
        accounts.add_person(
            name=person["name"],
            role=person["role"],
            password=person["password"],
            at=now(),
            by="operator",
            identifier=person["officer"],
        )
        if person["certificate"] is not None:
            draft_changes.store_certificate(
                command_service(), person["officer"], person["certificate"], by="operator"
            )
        tokens[person["name"]] = accounts.make_token(
            person["name"], label="demo", at=real_now(), by="operator"
        )
    return tokens


if __name__ == "__main__":
    json.dump(_make(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
