"""The node's entry, and what is published of it (spec 12)."""

import itertools
from collections import Counter
from datetime import timedelta

from comity.canonical import PeerError
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, fail_probe, require
from comity.conform.model import SkippedError, probe
from comity.conform.peer import now
from comity.directory import check_history
from comity.exchange.types import MOVES
from comity.ledger import LogOrigin

SECRETARIAT = "run the kit against a secretariat that serves the directory"
NEEDED = ("message", "receipt", "log", "transport", "export", "officer-ca")


@probe("directory.keys")
def keys(bench: Bench) -> None:
    """Sealing keys too, or nobody could write to it."""
    moment = now()
    for use in (*NEEDED, "sealing"):
        found = bench.directory.active_keys(bench.node, use, at=moment)
        require(found, f"an active key of use {use}", "none")


@probe("directory.one-use")
def one_use(bench: Bench) -> None:
    """Over all versions that are held."""
    uses = {
        (row.kid, row.use) for one in bench.directory.versions(bench.node) for row in one.entry.keys
    }
    doubled = [kid for kid, count in Counter(kid for kid, _ in uses).items() if count > 1]
    require(not doubled, "one use of each key", f"two uses of {', '.join(doubled)}")


@probe("directory.log-keys")
def log_keys(bench: Bench) -> None:
    """C2SP signed notes know no other here."""
    found = {row.alg for row in bench.directory.keys(bench.node, "log")}
    require(found == {"Ed25519"}, "Ed25519", ", ".join(sorted(found)))


@probe("directory.history")
def history(bench: Bench) -> None:
    """Each version against the one before it."""
    versions = [one.entry for one in bench.directory.versions(bench.node)]
    if len(versions) == 1:
        raise SkippedError(
            "the records hold one version of the entry only",
            remedy="let the node's State publish another version, and export the records again",
        )
    for old, new in itertools.pairwise(versions):
        try:
            check_history(older=old, newer=new)
        except PeerError as fault:
            fail_probe("a version that goes on from the one before", str(fault))


@probe("directory.origins")
def origins(bench: Bench) -> None:
    """The last is that of the epoch."""
    entry = bench.entry
    require(entry.origins, "an origin", "none")
    for text in entry.origins:
        told = LogOrigin.parse(text)
        own = (told.mode, told.party) == (entry.mode, entry.party)
        require(own, f"a log of {entry.party} in mode {entry.mode}", text)
    newest = LogOrigin.parse(entry.origins[-1]).epoch
    require(newest == entry.epoch, f"the origin of epoch {entry.epoch}", entry.origins[-1])


@probe("directory.endpoint")
def endpoint(bench: Bench) -> None:
    """Nothing else is an endpoint."""
    url = bench.entry.endpoint.url or ""
    good = url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]"))
    require(good, "https, or http on loopback", url or "no address")


@probe("directory.policies", level="SHOULD")
def policies(bench: Bench) -> None:
    """A policy for a type that nobody knows counts nowhere."""
    unknown = sorted(set(bench.entry.approval_policy) - set(MOVES))
    require(not unknown, "types of the table", ", ".join(unknown))


@probe("directory.fresh", level="SHOULD")
def fresh(bench: Bench) -> None:
    """An old one still works, and every screen says that it is old."""
    until = bench.entry.expires_at
    require(until > now() + timedelta(), "a moment that lies ahead", until.isoformat())


@probe("directory.served", level="SHOULD")
def served(bench: Bench) -> None:
    """Only where the trust file names a root, and this node serves it."""
    if bench.directory.trust.root is None:
        raise SkippedError("the trust file names no secretariat", remedy=SECRETARIAT)
    answer = bench.wire.ask("GET", "/directory/metadata/timestamp.json")
    if answer.status in (401, 403, 404):
        raise SkippedError("this node serves no directory", remedy=SECRETARIAT)
    require(answer.status == 200, "the metadata (status 200)", answer.words())


@probe("directory.served-error")
def served_error(bench: Bench) -> None:
    """As any address for programs."""
    expect_error(bench.wire.ask("GET", "/directory/metadata/nothing.json"))


@probe("directory.snapshot-unknown")
def snapshot_unknown(bench: Bench) -> None:
    """For a secretariat too."""
    expect_error(bench.peer.ask("GET", f"/exchange/v1/snapshots/{'0' * 64}"))
