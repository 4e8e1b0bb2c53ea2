"""Fetching the packages that partners offered to us: several ranges at once, block by block.

Each connection takes a run of missing blocks, verifies every block before it is written, and goes
on with the next run. A cut loses the block under way and nothing else: the next attempt asks for
what is missing. A wrong block ends the fetch and is named; the blocks before it stay. Packages take
turns, so that neither a disk of many days nor a partner that dribbles holds up the others.
"""

import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from comity.canonical import ComityError, MisuseError, OperationError, PeerError
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.package_errors import OfferBlockError
from comity.node.core.block_writer import HASH_BYTES
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.core.partner_http import (
    MAX_PROBLEM_BYTES,
    PartnerBusyError,
    PartnerClient,
    PartnerRefusedError,
    PartnerUnreachableError,
    fault_code,
    refused,
    wait_of,
)
from comity.node.core.rate_limit import RateLimit
from comity.node.core.signals import work_changed
from comity.node.evidence.storage.quota import NO_SPACE, check_room
from comity.node.evidence.storage.vault import Vault, open_vault
from comity.node.evidence.transfer.block_assembly import Arrival
from comity.node.evidence.transfer.range_reader import RangeReader
from comity.node.evidence.transfer.unclaimed_packages import adopt
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.refusals import CLOCK_STEP
from comity.node.log.store import Batch
from comity.node.models import Conversation, Package

RUN_BLOCKS: Final = 32
"""Longest run of blocks in one request; each request costs its signature."""
FORCE_BLOCKS: Final = 8
"""How many blocks of a run are written before they are forced to the disk together."""
REFUSED_PAUSE: Final = timedelta(minutes=1)
"""How long a partner whose refusal may pass, and that names no moment, is left in peace."""


class PackageStalledError(OperationError, code="package-stalled"):
    """A partner sent fewer bytes than it owed; the next attempt continues from there."""


class PackageNotFailedError(MisuseError, code="package-not-failed"):
    """A package is requested again that did not fail: it is here, on its way, or destroyed."""


_WANTED: Final = (Package.Stage.WANTED, Package.Stage.WAITING)


class Fetcher:
    """Brings wanted packages here, for as long as the node runs."""

    def __init__(self, node: Node, committer: Committer, client: PartnerClient) -> None:
        self._node, self._committer, self._client = node, committer, client
        self._limit = RateLimit(node.config.rate_bytes_s, time.monotonic)
        self._not_before: dict[str, datetime] = {}

    def step(self) -> int:
        """Try every wanted package once; return how many are here now.

        A package that is not the one offered is given up and shown to a person. One that does not
        fit waits for space; a partner that does not answer is asked again; one that refuses is
        asked again when it says so, or after a pause. What it refuses for good is given up: what
        came stays, and a person asks again.
        """
        done = 0
        for package in Package.objects.filter(stage__in=_WANTED).order_by("changed_at"):
            if self._not_before.get(package.root, real_now()) <= real_now():
                done += self._try(package)
        return done

    def _try(self, package: Package) -> bool:
        try:
            whole = adopt(self._node, self._committer, package) or pull(
                self._node, self._client, package, self._limit
            )
        except NO_SPACE as fault:
            _note(package, fault.code, stage=Package.Stage.WAITING)
        except PartnerBusyError as fault:
            self._not_before[package.root] = real_now() + CLOCK_STEP + fault.wait
            _note(package, fault.code, stage=Package.Stage.WANTED)
        except PartnerRefusedError as fault:
            self._not_before[package.root] = real_now() + (
                timedelta(0) if fault.final else REFUSED_PAUSE
            )
            stage = Package.Stage.FAILED if fault.final else Package.Stage.WANTED
            _note(package, fault_code(fault), stage=stage)
        except OfferBlockError as fault:
            block = f"{fault.code}: {fault.facts['block']}"
            _note(package, block, stage=Package.Stage.FAILED)
        except PeerError as fault:
            _note(package, fault.code, stage=Package.Stage.FAILED)
        except ComityError as fault:
            _note(package, fault.code, stage=Package.Stage.WANTED)
        else:
            self._not_before.pop(package.root, None)
            if not whole:  # behind the others that wait
                waits = Package.objects.filter(pk=package.pk, stage__in=_WANTED)
                waits.update(stage=Package.Stage.WANTED, last_fault="", changed_at=now())
            return whole
        return False


def _note(package: Package, fault: str, *, stage: Package.Stage) -> None:
    """Write down why a package is not here; what was destroyed or came meanwhile stays as it is."""
    if (package.last_fault, package.stage) == (fault, stage):
        return
    waits = Package.objects.filter(pk=package.pk, stage__in=_WANTED)
    waits.update(last_fault=fault, stage=stage, changed_at=now())


def pull(node: Node, client: PartnerClient, package: Package, limit: RateLimit) -> bool:
    """Fetch a package that is offered to us, going on from what is here and verified.

    Returns:
        Whether it is whole; if not, its turn ended.

    Raises:
        OfferError: what came is not what was offered; what was verified before it stays.
        NoRoomError, StorageError: there is no room; nothing that came is lost.
        PartnerRefusedError: the partner does not give it, perhaps for good.
        PartnerUnreachableError, PartnerBusyError, PackageStalledError: it is tried again.
    """
    offer, vault = parse_offer(package.offer), open_vault(node.config)
    arrival = Arrival(vault.incoming, offer)
    if vault.has(offer.root):
        arrival.discard()  # a process that was killed may have left its map
    else:
        partner = next(p for p in _members(package) if p != node.party)
        path = f"/exchange/v1/packages/{offer.root.hex()}"
        if arrival.expected is None:
            check_room(node, offer.sealed_size_bytes, offer.sealed_size_bytes)
            due = arrival.count * HASH_BYTES
            arrival.expect(_list_of_blocks(client, partner, f"{path}/blocks", due))
        with arrival:
            missing = offer.sealed_size_bytes - arrival.here_bytes
            check_room(node, offer.sealed_size_bytes, missing)
            lines = _Lines(
                client,
                partner,
                path,
                arrival,
                limit=limit,
                connections=node.config.connections,
                turn_s=node.config.turn_s,
            )
            try:
                lines.run()
            finally:
                Package.objects.filter(pk=package.pk).update(stored_bytes=arrival.here_bytes)
            if lines.over and not arrival.whole:
                return False
        finish(vault, arrival)
    stored(package, offer)
    return True


def _list_of_blocks(client: PartnerClient, partner: str, path: str, due: int) -> bytes:
    """Return the block hashes that a partner sends, as long as the offer makes them, unverified."""
    with client.stream(partner, "GET", path) as response:
        most = due if response.status == 200 else MAX_PROBLEM_BYTES
        found = response.read(most)
    if response.status != 200:
        wait = wait_of(response.status, response.headers.get("Retry-After"))
        raise refused(response.status, found, wait)
    return found


def ask_again(committer: Committer, root: str, *, by: str) -> Package:
    """Let a package that was given up be fetched once more; good blocks that came stay.

    Args:
        committer: of this node.
        root: digest text.
        by: user name, for the audit.

    Raises:
        PackageNotFailedError: it was not given up.
        Package.DoesNotExist: there is none.
    """
    at = now()

    def work(_batch: Batch) -> Package:
        package = Package.objects.get(root=root, outgoing=False)
        if package.stage != Package.Stage.FAILED:
            raise PackageNotFailedError("only a package that was given up is asked for again")
        package.stage, package.last_fault, package.changed_at = Package.Stage.WANTED, "", at
        package.save(update_fields=["stage", "last_fault", "changed_at"])
        audit.note(at=at, actor=by, action="package.asked-again", subject=root)
        return package

    return committer.run(work).value


def finish(vault: Vault, arrival: Arrival) -> None:
    """Give a whole arrival its name.

    Raises:
        PackageStalledError: it is not whole.
    """
    blocks = arrival.expected
    if blocks is None or not arrival.whole:
        raise PackageStalledError("the partner sent fewer bytes than offered")
    vault.publish(arrival.offer.root, arrival.path, blocks)
    arrival.discard()


@transaction.atomic
def stored(package: Package, offer: Offer) -> None:
    """Note that a package is here, whole and verified; one destroyed meanwhile stays destroyed."""
    away = Package.objects.filter(pk=package.pk).exclude(
        stage__in=(Package.Stage.STORED, Package.Stage.DESTROYED)
    )
    away.update(
        stage=Package.Stage.STORED,
        stored_bytes=offer.sealed_size_bytes,
        last_fault="",
        changed_at=now(),
    )
    work_changed.send(None, exhibits=[package.exhibit])


def _members(package: Package) -> list[str]:
    row = Conversation.objects.filter(digest=package.conversation).first()
    if row is None:
        raise PackageStalledError("what opens its conversation has not come yet")
    return list(row.members)


class _Lines:
    """The connections that fetch one package together."""

    def __init__(
        self,
        client: PartnerClient,
        party: str,
        path: str,
        arrival: Arrival,
        *,
        limit: RateLimit,
        connections: int,
        turn_s: float,
    ) -> None:
        size = arrival.offer.sealed_size_bytes
        self._reader = partial(RangeReader, client, party, path, size)
        self._arrival, self._limit = arrival, limit
        share = arrival.absent // (2 * connections) + 1  # all lines have work until the end
        self._runs = deque(arrival.missing(min(RUN_BLOCKS, share)))
        self._count = min(connections, len(self._runs))
        self._broken = threading.Event()
        self._turn = threading.Timer(turn_s, self._end_turn)
        self._turn.daemon = True
        self._readers: list[RangeReader] = []
        self.over = False

    def run(self) -> None:
        """Fetch all runs, or as many as the turn allows.

        Raises:
            ComityError: the first that ended a connection; one about the bytes before one about
                the line.
        """
        if not self._count:
            return
        self._turn.start()
        with ThreadPoolExecutor(self._count, thread_name_prefix="fetch") as pool:
            lines = [pool.submit(self._line) for _ in range(self._count)]
        self._turn.cancel()
        faults = [fault for line in lines if (fault := line.exception()) is not None]
        for fault in sorted(faults, key=lambda f: not isinstance(f, PeerError)):
            if not (self.over and isinstance(fault, PartnerUnreachableError)):
                raise fault

    def _end_turn(self) -> None:
        """Stop all connections; each loses the block under way."""
        self.over = True
        self._broken.set()
        for reader in self._readers:
            reader.interrupt()

    def _line(self) -> None:
        """Fetch runs on one connection until none is left or something is wrong."""
        reader = self._reader()
        self._readers.append(reader)
        try:
            while not self._broken.is_set():
                try:
                    first, end = self._runs.popleft()
                except IndexError:
                    return
                self._fetch(reader, first, end)
        except (PartnerRefusedError, PartnerBusyError, PeerError, *NO_SPACE):
            self._broken.set()  # the other lines would meet the same
            raise
        finally:
            reader.close()

    def _fetch(self, reader: RangeReader, first: int, end: int) -> None:
        """Fetch one run; what is verified is kept whatever happens."""
        arrival = self._arrival
        start = first * BLOCK_BYTES
        until = min(end * BLOCK_BYTES, arrival.offer.sealed_size_bytes)
        kept = first
        try:
            for number, block in enumerate(reader.blocks(start, until), first):
                arrival.put(number, block)
                if number - kept >= FORCE_BLOCKS:
                    arrival.keep(kept, number + 1)
                    kept = number + 1
                time.sleep(self._limit.delay_s(len(block)))
        finally:
            arrival.keep(kept, end)
