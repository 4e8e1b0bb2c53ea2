"""Bringing offered packages to partners that cannot fetch them, block by block (spec 13.2).

A node that nobody can reach offers evidence like any other; it brings the sealed bytes itself. Each
part is small enough for its digest to stand in the signed request; the receiver checks each block
and answers how far it is, so an interrupted upload goes on where it stood.
"""

import logging
import re
import time
from typing import Final

from comity.canonical import ComityError, OperationError, parse_digest
from comity.node.core.node import Node
from comity.node.core.partner_http import (
    MAX_ANSWER_BYTES,
    MAX_PROBLEM_BYTES,
    PartnerClient,
    PartnerUnreachableError,
    check_accepted,
    fault_code,
    refused,
    wait_of,
)
from comity.node.core.rate_limit import RateLimit
from comity.node.evidence import packages
from comity.node.evidence.transfer import served_ranges
from comity.node.log import refusals
from comity.node.log.group_commit import Committer
from comity.node.log.refusals import Job
from comity.node.models import Package

PART_BYTES: Final = 4 * 1024 * 1024
_LOG = logging.getLogger("comity.uploading")
_SO_FAR: Final = re.compile(r"bytes=0-(\d{1,16})")


class UploadStalledError(OperationError, code="upload-stalled"):
    """A partner took fewer bytes than it was brought; the next attempt continues from there."""


def upload_offered(node: Node, committer: Committer, client: PartnerClient) -> int:
    """Bring every offered package to those that cannot fetch it from us; return how many are whole.

    Only a node without an address does this: others are asked (`fetch.pull`). What one partner
    refuses, or a partner that does not answer, keeps nothing else waiting.
    """
    directory, limit = node.directory, RateLimit(node.config.rate_bytes_s, time.monotonic)
    if not directory.has(node.party) or directory.entry(node.party).endpoint.url is not None:
        return 0
    done = 0
    silent: set[str] = set()
    offered = Package.objects.filter(outgoing=True).exclude(offered_in="")
    for package in offered.exclude(stage=Package.Stage.DESTROYED):
        for party in sorted(packages.addressees(node, package) - silent):
            if not client.reachable(party) or served_ranges.has_whole(package, party):
                continue
            if refusals.is_held(Job.UPLOAD, party, package.root):
                continue
            try:
                with refusals.asking(Job.UPLOAD, party, package.root):
                    upload(node, committer, client, package, party, limit=limit)
            except PartnerUnreachableError as fault:
                silent.add(party)
                _LOG.info("%s cannot be brought anything: %s", party, fault.code)
            except ComityError as fault:
                _LOG.info("a package for %s waits: %s", party, fault_code(fault))
            else:
                done += 1
    return done


def upload(
    node: Node,
    committer: Committer,
    client: PartnerClient,
    package: Package,
    party: str,
    *,
    limit: RateLimit,
) -> None:
    """Bring one package to one partner, from where an earlier attempt stood.

    Each part counts as given before it is sent: a partner may keep it and deny it.

    Raises:
        PartnerRefusedError: it is not expected there (yet), or a block was refused.
        PartnerUnreachableError, PartnerBusyError, UploadStalledError: it is tried again.
    """
    root = parse_digest(package.root)
    vault = packages.vault_of(node)
    size, path = vault.size_bytes(root), f"/exchange/v1/packages/{root.hex()}"
    start = _put(client, party, path, b"", f"bytes */{size}")
    if start is not None:
        answer = client.call(party, "PUT", f"{path}/blocks", body=vault.blocks(root))
        check_accepted(answer, 204)
    while start is not None:
        end = min(start + PART_BYTES, size)
        part = b"".join(vault.read(root, start=start, end=end))
        time.sleep(limit.delay_s(len(part)))
        served_ranges.record_range(committer, package, party, start=start, end=end, size=size)
        after = _put(client, party, path, part, f"bytes {start}-{end - 1}/{size}")
        if after is not None and after <= start:
            raise UploadStalledError("the partner is no further than before")
        start = after
    served_ranges.record_whole(committer, package, party, size=size)


def _put(client: PartnerClient, party: str, path: str, part: bytes, span: str) -> int | None:
    """Send a part; return where to go on, or None once the package is whole there."""
    fields = {"Content-Range": span}
    with client.stream(party, "PUT", path, body=part, headers=fields, expect=(308,)) as response:
        told = response.read(MAX_ANSWER_BYTES)
        if response.status == 200:
            return None
        found = _SO_FAR.fullmatch(response.headers.get("Range", "bytes=0-0"))
        if response.status != 308 or found is None:
            wait = wait_of(response.status, response.headers.get("Retry-After"))
            raise refused(response.status, told[:MAX_PROBLEM_BYTES], wait)
        return int(found[1]) + 1 if "Range" in response.headers else 0
