"""A test from its first node to its last line; whatever ends it, nothing is left."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from comity.demo.ending import not_interrupted
from comity.demo.world import Person
from comity.echo.board import Board, Told, Written
from comity.echo.course import play
from comity.echo.nodes import Signatories, two_nodes
from comity.echo.signing import Signing, by_keys, by_passkeys
from comity.keys import PublicKey, jws
from comity.node.operations.echo_order import EchoRunningError, Order
from comity.node.operations.echo_state import PREFIX, held_test


def run_for_pages(order: Order) -> None:
    """Run the test of an order, and write how far it is where the node's pages read it.

    Raises:
        EchoRunningError: another test of this node is under way.
        ComityError: a step failed; the state says which.
    """
    with _alone(order.node) as folder:
        board = Written(order.node, folder)
        certificates = {
            role: (one.officer, jws.parse_value(one.certificate))
            for role, one in order.signatories.items()
        }
        signatories = Signatories(order.party, order.officer_ca, certificates)
        try:
            _run(folder, signatories, by_passkeys(order, board), board)
        except BaseException as fault:  # a signal that stops it, too
            board.end("failed", getattr(fault, "code", "echo-stopped"))
            raise
        board.end("answered")


def run_by_keys(
    node: Path,
    party: str,
    officer_ca: PublicKey,
    people: Mapping[str, Person],
    tell: Callable[[str], None],
) -> None:
    """Run the test with officers' keys that are at hand; tell each step.

    Raises:
        EchoRunningError: another test of this node is under way.
        ComityError: a step failed.
    """
    certificates = {role: (one.identifier, one.certificate) for role, one in people.items()}
    with _alone(node) as folder:
        signatories = Signatories(party, officer_ca, certificates)
        _run(folder, signatories, by_keys(people), Told(tell))


@contextlib.contextmanager
def _alone(node: Path) -> Iterator[Path]:
    with held_test(node) as free:
        if not free:
            raise EchoRunningError("a test request of this node is under way")
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            yield folder
        finally:
            with not_interrupted():
                shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, signatories: Signatories, sign: Signing, board: Board) -> None:
    with two_nodes(folder, signatories) as nodes:
        board.did("nodes")
        play(nodes, folder, sign, board)
