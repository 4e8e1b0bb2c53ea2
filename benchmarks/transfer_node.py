"""What `transfer` lets a node do in a process of its own: ``give`` or ``fetch FOLDER BYTES``.

The rows of a case are written as its messages would leave them; how they come about is measured by
`exchange`. Prints the seconds of a fetch.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

WHAT, FOLDER, SIZE = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])

from comity.node.core.django_setup import use_node  # noqa: E402

use_node(FOLDER)

from comity.canonical import digest_text  # noqa: E402
from comity.demo.world import ASKED, ASKING  # noqa: E402
from comity.evidence import age_keys  # noqa: E402
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher  # noqa: E402
from comity.evidence.offer import Offer  # noqa: E402
from comity.node.core.clock import now  # noqa: E402
from comity.node.core.node import this_node  # noqa: E402
from comity.node.core.partner_http import PartnerClient  # noqa: E402
from comity.node.core.rate_limit import RateLimit  # noqa: E402
from comity.node.evidence.storage.vault import open_vault  # noqa: E402
from comity.node.evidence.transfer import fetch as transfer_fetch  # noqa: E402
from comity.node.models import Conversation, MessageRow, Package  # noqa: E402
from comity.node.operations.migrate import migrate  # noqa: E402

CONVERSATION: Final = "sha256:" + "c" * 64
OFFERED: Final = "sha256:" + "0" * 64


def pieces() -> Iterator[bytes]:
    """Yield the package's blocks: one random block, numbered so that no two are alike."""
    block = random.Random(2).randbytes(BLOCK_BYTES - 8)
    for number in range(SIZE // BLOCK_BYTES):
        yield number.to_bytes(8) + block


def offer() -> Offer:
    """Return the offer of the package; nobody opens it, so half of it is made up."""
    hasher = BlockHasher()
    for piece in pieces():
        hasher.update(memoryview(piece))
    return Offer(
        exhibit="019ca756-a780-7a72-aa38-a93417c6f9f8",
        description=("en", "A disk"),
        files=1,
        file_list=bytes(32),
        recipients=(str(age_keys.generate(os.urandom).recipient),),
        root=hasher.root(),
        sealed_size_bytes=SIZE,
        tag_manifest=bytes(32),
    )


def write_rows(*, giving: bool) -> None:
    """Let the node know of the case and the package."""
    at, found = now(), offer()
    Conversation.objects.create(
        digest=CONVERSATION,
        opener=ASKING,
        members=[ASKING, ASKED],
        type="request.submitted",
        case="2026-000001",
        main="accepted",
        opened_at=at,
        moved_at=at,
    )
    MessageRow.objects.create(
        record=OFFERED,
        content=OFFERED,
        conversation=CONVERSATION,
        author=ASKED,
        message_id="",
        sequence=1,
        type="evidence.offered",
        outgoing=giving,
        jws=b"",
        sent_at=at,
        recorded_at=at,
        standing="applied",
        outcome="applied",
        epoch=1,
        index=0,
        tree_size=1,
    )
    Package.objects.create(
        root=digest_text(found.root),
        exhibit=found.exhibit,
        conversation=CONVERSATION,
        offer=found.to_value(),
        offered_in=OFFERED,
        outgoing=giving,
        stage=Package.Stage.SEALED if giving else Package.Stage.WANTED,
        changed_at=at,
    )


def give() -> None:
    """Put the package into the vault."""
    write_rows(giving=True)
    open_vault(this_node().config).put(offer(), pieces())


def fetch() -> None:
    """Fetch the package and print the seconds."""
    write_rows(giving=False)
    node = this_node()
    package, client = Package.objects.get(), PartnerClient(node)
    root = bytes.fromhex(package.root.removeprefix("sha256:"))
    begun = time.perf_counter()
    transfer_fetch.pull(node, client, package, RateLimit(0, time.monotonic))
    spent = time.perf_counter() - begun
    vault = open_vault(node.config)
    assert vault.size_bytes(root) == SIZE
    vault.delete(root)
    for model in (Package, MessageRow, Conversation):
        model.objects.all().delete()
    client.close()
    sys.stdout.write(f"{spent}\n")


if __name__ == "__main__":
    migrate()
    {"give": give, "fetch": fetch}[WHAT]()
