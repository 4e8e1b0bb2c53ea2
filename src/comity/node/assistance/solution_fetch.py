"""Fetching the solutions that partners offered: whole, checked in memory, then kept or refused."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from comity.canonical import ComityError, PeerError
from comity.node.assistance import solutions
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
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.refusals import CLOCK_STEP
from comity.node.log.store import Batch
from comity.node.models import SolutionRow

PAUSE: Final = timedelta(minutes=1)
"""How long a partner that refused or did not answer is left in peace."""
Stage = SolutionRow.Stage


class SolutionFetcher:
    """Brings wanted solutions here, for as long as the node runs."""

    def __init__(self, node: Node, committer: Committer, client: PartnerClient) -> None:
        self._node, self._committer, self._client = node, committer, client
        self._not_before: dict[str, datetime] = {}

    def step(self) -> int:
        """Try every wanted solution once; return how many are here now."""
        done = 0
        for row in SolutionRow.objects.filter(stage=Stage.WANTED).order_by("changed_at"):
            if self._not_before.get(row.digest, real_now()) <= real_now():
                done += self._try(row)
        return done

    def _try(self, row: SolutionRow) -> bool:
        try:
            data = self._pull(row)
        except PartnerBusyError as fault:
            self._not_before[row.digest] = real_now() + CLOCK_STEP + fault.wait
            self._note(row, fault.code, stage=Stage.WANTED)
            return False
        except ComityError as fault:
            final = isinstance(fault, PartnerRefusedError) and fault.final
            self._not_before[row.digest] = real_now() + (timedelta(0) if final else PAUSE)
            self._note(row, fault_code(fault), stage=Stage.FAILED if final else Stage.WANTED)
            return False
        at = now()
        try:
            solutions.checked(self._node, row, data, at=at)
        except PeerError as fault:
            self._note(row, fault.code, stage=Stage.FAILED)
            return False

        def work(_batch: Batch) -> None:
            solutions.store_fetched(row, data, at=at)

        self._committer.run(work)
        return True

    def _pull(self, row: SolutionRow) -> bytes:
        """Return what the giver sends, as long as was offered and no longer; unverified."""
        path = f"/exchange/v1/solutions/{row.digest.removeprefix('sha256:')}"
        with self._client.stream(row.giver, "GET", path) as response:
            fine = response.status == HTTPStatus.OK
            most = row.size_bytes if fine else MAX_PROBLEM_BYTES
            found = bytearray()
            for chunk in response.pieces():
                found += chunk
                if len(found) > most:
                    if fine:
                        return bytes(found)  # too long to be what was offered: it is refused
                    raise PartnerUnreachableError("the partner sent more than was asked for")
        if not fine:
            wait = wait_of(response.status, response.headers.get("Retry-After"))
            raise refused(response.status, bytes(found), wait)
        return bytes(found)

    def _note(self, row: SolutionRow, fault: str, *, stage: Stage) -> None:
        """Write down why it is not here, with its audit row where it was given up."""
        if (row.last_fault, row.stage) == (fault, stage):
            return
        at, digest, giver = now(), row.digest, row.giver

        def work(_batch: Batch) -> None:
            waiting = SolutionRow.objects.filter(digest=digest, stage=Stage.WANTED)
            changed = waiting.update(last_fault=fault, stage=stage, changed_at=at)
            if changed and stage == Stage.FAILED:
                audit.note(
                    at=at, actor=giver, action="solution.failed", subject=digest, detail=fault
                )

        self._committer.run(work)


def ask_again(committer: Committer, digest: str, *, by: str) -> SolutionRow:
    """Let a solution that was given up be fetched once more; audited.

    Raises:
        SolutionStandingError: it was not given up.
    """
    at = now()

    def work(_batch: Batch) -> SolutionRow:
        row = SolutionRow.objects.filter(digest=digest, stage=Stage.FAILED).first()
        if row is None:
            raise solutions.SolutionStandingError("only what was given up is asked for again")
        row.stage, row.last_fault, row.changed_at = Stage.WANTED, "", at
        row.save(update_fields=["stage", "last_fault", "changed_at"])
        audit.note(at=at, actor=by, action="solution.asked-again", subject=digest)
        return row

    return committer.run(work).value
