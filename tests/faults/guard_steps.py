"""A node that dies between two steps of a commit, and the one that goes on after it.

``python -m tests.faults.guard_steps DIR`` reads a line ``STEP FILE``: a child takes in the sealed
parcel of the file, and ends at the step as a killed process does. A second child then does what a
node does at its start, and takes the parcel in again; the receipt's bytes come out in base64, with
what the guard and the register held before and after.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from comity.node.core.django_setup import use_node

DEATH = 9
STEPS = (
    "guard-read", "appended", "committed", "signed", "half-written", "written", "swapped",
    "receipted",
)  # fmt: skip
"""Each names what was done last; the process dies before it does the next thing."""


def die(*_given: object, **_more: object) -> Any:
    """End at this instant: no handler, no flush."""
    os._exit(DEATH)


def after(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does its work and dies."""

    def done(*given: Any, **more: Any) -> Any:
        work(*given, **more)
        die()

    return done


def half(handle: int, data: bytes, place: int) -> Any:
    """Write the beginning of a slot, as a torn write leaves it, and die."""
    os.pwritev(handle, [data[:150]], place)
    die()


def arm(step: str) -> None:
    """Let this process die after a step."""
    from comity.node.federation import receive_message
    from comity.node.log import group_commit
    from comity.node.log.store import Batch

    places: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
        "guard-read": (group_commit, "read_guarded", after),
        "appended": (Batch, "write", after),
        "committed": (group_commit, "sign_tree", lambda _: die),
        "signed": (group_commit, "sign_tree", after),
        "half-written": (os, "pwrite", lambda _: half),
        "written": (os, "pwrite", after),
        "swapped": (group_commit, "move_guard", after),
        "receipted": (receive_message, "receipt_for", after),
    }
    owner, name, change = places[step]
    setattr(owner, name, change(getattr(owner, name)))


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run something in a fork; return its status and what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        said = json.dumps(work()).encode()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), json.loads(said or b"null")


def main() -> None:
    """Die and go on, once for each line."""
    use_node(Path(sys.argv[1]))
    from django.db import connections

    from comity.node.core.node import load_node
    from comity.node.federation import receive_message
    from comity.node.log.guarded_log import read_guarded
    from comity.node.log.store import read_head
    from comity.node.service.handle import make_service

    def held() -> list[int]:
        return [read_guarded(node).tree_size, read_head().frontier.tree_size]

    def fresh() -> Any:
        service = make_service(node)
        service.committer.open()
        return service

    node = load_node(Path(sys.argv[1]))

    def dies(step: str, sealed: bytes) -> None:
        service = fresh()
        arm(step)
        receive_message.take(service.node, service.committer, sealed, via="push")

    def goes_on(sealed: bytes) -> dict[str, Any]:
        before, service = held(), fresh()
        service.committer.settle()  # as at each start
        settled = held()
        taken = receive_message.take(service.node, service.committer, sealed, via="push")
        receipt = base64.b64encode(taken.receipt.record).decode()
        return {"before": before, "settled": settled, "after": held(), "receipt": receipt}

    for line in sys.stdin:
        step, name = line.split()
        sealed = Path(name).read_bytes()
        connections.close_all()
        died, _ = in_child(partial(dies, step, sealed))
        status, told = in_child(partial(goes_on, sealed))
        print(json.dumps({"died": died, "status": status, "told": told}), flush=True)


if __name__ == "__main__":
    main()
