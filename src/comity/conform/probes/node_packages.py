"""Sealed packages that the node offers: whole, by range, and their chain (spec 13.2, 15)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from comity.canonical import PeerError
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, fail_probe, require
from comity.conform.model import probe
from comity.conform.offers import get_node_package
from comity.conform.wire import Answer
from comity.evidence.blocks import split_block_hashes
from comity.evidence.custody import verify_values

PIECE = 1000


def get(bench: Bench, span: str = "", more: str = "") -> Answer:
    """Ask for the package that the node offers, or for a range of it."""
    one, _ = get_node_package(bench)
    headers = {"range": span} if span else {}
    return bench.peer.ask("GET", f"{one.path}{more}", headers=headers)


def part(bench: Bench, span: str, start: int, end: int) -> None:
    """Demand the bytes from start to before end."""
    one, _ = get_node_package(bench)
    answer = get(bench, span)
    require(answer.status == 206, "status 206", answer.words())
    wanted = f"bytes {start}-{end - 1}/{len(one.data)}"
    told = answer.headers.get("content-range", "")
    require(told == wanted, f"Content-Range {wanted}", told or "none")
    require(answer.body == one.data[start:end], "these bytes", f"{len(answer.body)} others")


def sections_of(bench: Bench) -> dict[str, Any]:
    """Return the sections of the message that offers."""
    _, message = get_node_package(bench)
    parcels = [
        one.parcel
        for one in bench.endpoint.arrivals
        if one.message is not None and one.message.content == message.content
    ]
    if not parcels or parcels[0] is None:
        fail_probe("the sections of the offer", "none")
    return {name: section.value for name, section in parcels[0].sections.items()}


@probe("packages.get")
def whole(bench: Bench) -> None:
    """Its bytes are those that were handed in."""
    one, _ = get_node_package(bench)
    answer = get(bench)
    require(answer.status == 200, "the package (status 200)", answer.words())
    require(answer.body == one.data, "the bytes of the package", f"{len(answer.body)} others")


@probe("packages.get-blocks")
def blocks(bench: Bench) -> None:
    """32 bytes a block, joined."""
    one, _ = get_node_package(bench)
    answer = get(bench, more="/blocks")
    require(answer.status == 200, "the hashes (status 200)", answer.words())
    try:
        split_block_hashes(answer.body, root=one.root, size_bytes=len(one.data))
    except PeerError as fault:
        fail_probe("hashes that lead to the root", str(fault))


@probe("packages.get-range")
def one_range(bench: Bench) -> None:
    """From within it."""
    part(bench, f"bytes={PIECE}-{2 * PIECE - 1}", PIECE, 2 * PIECE)


@probe("packages.get-range-open")
def open_range(bench: Bench) -> None:
    """As HTTP has it."""
    one, _ = get_node_package(bench)
    start = len(one.data) - PIECE
    part(bench, f"bytes={start}-", start, len(one.data))


@probe("packages.get-range-long")
def long_range(bench: Bench) -> None:
    """As HTTP has it."""
    one, _ = get_node_package(bench)
    start = len(one.data) - PIECE
    part(bench, f"bytes={start}-{len(one.data) + PIECE}", start, len(one.data))


@probe("packages.get-range-beyond")
def beyond(bench: Bench) -> None:
    """Status 416."""
    one, _ = get_node_package(bench)
    answer = get(bench, f"bytes={len(one.data)}-{len(one.data) + 9}")
    expect_error(answer)
    require(answer.status == 416, "status 416", answer.words())


@probe("packages.get-ranges")
def at_once(bench: Bench) -> None:
    """Four."""
    get_node_package(bench)

    def fetch(number: int) -> None:
        start = number * PIECE
        part(bench, f"bytes={start}-{start + PIECE - 1}", start, start + PIECE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetch, range(4)))


@probe("packages.get-by-another")
def by_another(bench: Bench) -> None:
    """The third party, and the one without an address."""
    one, _ = get_node_package(bench)
    for peer in (bench.third, bench.silent):
        expect_error(peer.ask("GET", one.path))
        expect_error(peer.ask("GET", f"{one.path}/blocks"))


@probe("packages.offer-of-the-node")
def offer(bench: Bench) -> None:
    """Root, length, recipients."""
    one, _ = get_node_package(bench)
    told = sections_of(bench)["offer"]
    for name in ("root", "sealed_size_bytes", "recipients", "file_list", "tag_manifest"):
        require(told[name] == one.offer[name], f"{name} {one.offer[name]}", str(told[name]))


@probe("packages.chain-of-the-node")
def chain(bench: Bench) -> None:
    """By the node, with the root that it offers."""
    one, _ = get_node_package(bench)
    told = sections_of(bench)["custody"]
    try:
        events, _head = verify_values(
            told["events"], head={"count": told["count"], "digest": told["digest"]}
        )
    except PeerError as fault:
        fail_probe("a chain that holds", str(fault))
    last = events[-1]
    require(last.event == "offered", "offered as the last event", last.event)
    require(last.party == bench.node, f"an event of {bench.node}", last.party)
    require(last.digest_after == one.root, "the root of the offer", "another digest")


@probe("packages.get-range-suffix", level="SHOULD")
def suffix(bench: Bench) -> None:
    """So many from the end."""
    one, _ = get_node_package(bench)
    size = len(one.data)
    part(bench, f"bytes=-{PIECE}", size - PIECE, size)


@probe("packages.get-range-unit", level="SHOULD")
def unknown_unit(bench: Bench) -> None:
    """The whole package is served."""
    one, _ = get_node_package(bench)
    answer = get(bench, "blocks=0-1")
    require(answer.status == 200, "the package (status 200)", answer.words())
    require(answer.body == one.data, "the bytes of the package", f"{len(answer.body)} others")


@probe("packages.get-ranges-in-one")
def ranges_in_one(bench: Bench) -> None:
    """An error, or the whole package."""
    one, _ = get_node_package(bench)
    answer = get(bench, "bytes=0-9,20-29")
    if answer.status == 200:
        require(answer.body == one.data, "the whole package", "other bytes")
        return
    expect_error(answer)
