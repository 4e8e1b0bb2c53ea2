"""Epochs: the statements that opened a log's later ones (spec 10)."""

from typing import Any

from comity.canonical import PeerError
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, fail_probe, read_json, require
from comity.conform.model import SkippedError, probe
from comity.conform.peer import now
from comity.conform.probes.log import EPOCHS, newest
from comity.keys import jws
from comity.ledger import LogOrigin, parse_successor

REMEDY = "restore the node from a backup, which opens a new epoch, and run the family epochs"


def statements(bench: Bench) -> list[Any]:
    """Return the statements that the node gives."""
    value = read_json(bench.peer.ask("GET", EPOCHS), "the statements of all epochs")
    require(isinstance(value, dict) and set(value) == {"statements"}, "exactly statements", "else")
    return list(value["statements"])


@probe("epochs.form")
def form(bench: Bench) -> None:
    """An array, empty in the first epoch."""
    statements(bench)


@probe("epochs.complete")
def complete(bench: Bench) -> None:
    """The last one opens the log that the checkpoint is of."""
    told, tree = statements(bench), newest(bench)
    listed, shown = LogOrigin.parse(bench.entry.origins[-1]), LogOrigin.parse(tree.origin)
    if not told:
        require(listed.epoch == 1, f"a statement for epoch {listed.epoch}", "no statements")
        return
    last = parse_successor(jws.parse_value(told[-1]).payload)
    require(last.origin_new == shown, f"a statement for {shown}", str(last.origin_new))
    require(shown.epoch >= listed.epoch, f"epoch {listed.epoch} or later", f"epoch {shown.epoch}")


@probe("epochs.signed")
def signed(bench: Bench) -> None:
    """And names logs of its own."""
    told = statements(bench)
    if not told:
        raise SkippedError("the node is in its first epoch", remedy=REMEDY)
    for one in told:
        envelope = jws.parse_value(one)
        try:
            keys = {
                s.kid: bench.directory.signing_key(bench.node, s.kid, use="log", proved_at=now())
                for s in envelope.signatures
            }
            jws.verify(envelope, keys, thing="successor", mode=bench.peer.mode)
            parse_successor(envelope.payload)
        except PeerError as fault:
            fail_probe("a statement that holds", str(fault))


@probe("epochs.ended")
def ended(bench: Bench) -> None:
    """Where the log was, as the statement that ended it has it."""
    told = statements(bench)
    if not told:
        raise SkippedError("the node is in its first epoch", remedy=REMEDY)
    for one in told:
        said = parse_successor(jws.parse_value(one).payload)
        answer = bench.peer.ask("GET", f"{said.origin_old.path}/checkpoint")
        require(answer.status == 200, "a checkpoint (status 200)", answer.words())
        same = answer.body.decode("utf-8", "replace") == said.checkpoint
        require(same, "the checkpoint of the statement", "another one")


@probe("epochs.method")
def method(bench: Bench) -> None:
    """Another method gets an error."""
    expect_error(bench.peer.ask("PUT", EPOCHS, body=b"{}"))
