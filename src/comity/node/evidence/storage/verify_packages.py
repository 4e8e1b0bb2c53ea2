"""Every sealed package that a node holds, read again and hashed: whole, lost, or spoilt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from comity.canonical import parse_digest
from comity.evidence.blocks import split_block_hashes, verify_blocks
from comity.evidence.offer import parse_offer
from comity.evidence.package_errors import OfferBlockError, OfferError
from comity.node.core.config import NodeConfig
from comity.node.evidence.storage.quota import HERE
from comity.node.evidence.storage.vault import PackageMissingError, Vault, open_vault
from comity.node.models import Package

type State = Literal["whole", "lost", "spoilt"]


@dataclass(frozen=True)
class Rehashed:
    """A package as it was found.

    Attributes:
        root: digest text.
        size_bytes: as offered.
        state: whole; lost, if the store does not have it; or spoilt.
        block: number of the first wrong block, or None.
    """

    root: str
    size_bytes: int
    state: State
    block: int | None


def rehash(config: NodeConfig) -> Iterator[Rehashed]:
    """Yield each package that should be here, read and hashed in full; nothing is changed.

    Raises:
        StoreError: the store does not answer.
    """
    vault = open_vault(config)
    rows = Package.objects.filter(stage__in=HERE).order_by("root")
    for root, offer in list(rows.values_list("root", "offer")):
        size = parse_offer(offer).sealed_size_bytes
        state, block = _found(vault, parse_digest(root), size)
        yield Rehashed(root, size, state, block)


def _found(vault: Vault, root: bytes, size_bytes: int) -> tuple[State, int | None]:
    try:
        hashes = split_block_hashes(vault.blocks(root), root=root, size_bytes=size_bytes)
        if vault.size_bytes(root) != size_bytes:
            return "spoilt", None
        pieces = (memoryview(piece) for piece in vault.read(root, start=0, end=size_bytes))
        verify_blocks(pieces, root=root, size_bytes=size_bytes, block_hashes=hashes)
    except PackageMissingError:
        return "lost", None
    except OfferBlockError as fault:
        block = fault.facts["block"]
        return "spoilt", block if isinstance(block, int) else None
    except OfferError:
        return "spoilt", None
    return "whole", None
