"""Bringing offered packages to partners that cannot fetch them, block by block (spec 13.2).

A node that nobody can reach offers evidence like any other; it brings the sealed bytes itself. Each
part is small enough for its digest to stand in the signed request; the receiver checks each block
and answers how far it is, so an interrupted upload goes on where it stood.
"""

import re
import time
from typing import Final

from comity.canonical import OperationError, parse_digest
from comity.node import packages
from comity.node.committer import Committer
from comity.node.evidence import serving
from comity.node.models import Package
from comity.node.node import Node
from comity.node.partner_http import MAX_PROBLEM_BYTES, PartnerClient, refusal
from comity.node.rate import RateLimit

PART_BYTES: Final = 4 * 1024 * 1024
_SO_FAR: Final = re.compile(r"bytes=0-(\d{1,16})")


class UploadStalledError(OperationError):
    """A partner took fewer bytes than it was brought; the next attempt goes on from there."""

    code = "upload-stalled"


def upload_offered(node: Node, committer: Committer, client: PartnerClient) -> int:
    """Bring every offered package to those that cannot fetch it from us; return how many are whole.

    Only a node without an address does this: others are asked (`fetching.pull`).
    """
    directory, limit = node.directory, RateLimit(node.config.rate_bytes_s, time.monotonic)
    if not directory.has(node.party) or directory.entry(node.party).endpoint.url is not None:
        return 0
    done = 0
    offered = Package.objects.filter(outgoing=True).exclude(offered_in="")
    for package in offered.exclude(stage=Package.Stage.DESTROYED):
        for party in sorted(packages.addressees(node, package)):
            if client.reachable(party) and not serving.has_whole(package, party):
                upload(node, committer, client, package, party, limit=limit)
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
        PartnerUnreachableError, UploadStalledError: it is tried again.
    """
    root = parse_digest(package.root)
    vault = packages.vault_of(node)
    size, path = vault.size_bytes(root), f"/exchange/v1/packages/{root.hex()}"
    start = _put(client, party, path, b"", f"bytes */{size}")
    if start is not None:
        answer = client.call(party, "PUT", f"{path}/blocks", body=vault.blocks(root))
        if answer.status != 204:
            raise refusal(answer.status, answer.body)
    while start is not None:
        end = min(start + PART_BYTES, size)
        part = b"".join(vault.read(root, start=start, end=end))
        time.sleep(limit.delay_s(len(part)))
        serving.record_range(committer, package, party, start=start, end=end, size=size)
        after = _put(client, party, path, part, f"bytes {start}-{end - 1}/{size}")
        if after is not None and after <= start:
            raise UploadStalledError("the partner is no further than before")
        start = after
    serving.record_whole(committer, package, party, size=size)


def _put(client: PartnerClient, party: str, path: str, part: bytes, span: str) -> int | None:
    """Send a part; return where to go on, or None once the package is whole there."""
    fields = {"Content-Range": span}
    with client.stream(party, "PUT", path, body=part, headers=fields, expect=(308,)) as response:
        response.read()
        if response.status_code == 200:
            return None
        found = _SO_FAR.fullmatch(response.headers.get("Range", "bytes=0-0"))
        if response.status_code != 308 or found is None:
            raise refusal(response.status_code, response.content[:MAX_PROBLEM_BYTES])
        return int(found[1]) + 1 if "Range" in response.headers else 0
