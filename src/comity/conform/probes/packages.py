"""Sealed packages: offered, fetched, brought in parts; the chain of custody with them (spec 15)."""

import os
from collections.abc import Callable
from typing import Any

from comity.canonical import encode
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, require
from comity.conform.model import SkippedError, Step, probe, table
from comity.conform.offers import (
    Package,
    chain,
    offer_new_package,
    offer_package,
    open_accepted_request,
    package,
)
from comity.conform.wire import Answer
from comity.evidence.blocks import BLOCK_BYTES

NOBODY = "0" * 64
PACKAGES = "/exchange/v1/packages"


@probe("packages.not-offered")
def not_offered(bench: Bench) -> None:
    """As a whole, and by range."""
    expect_error(bench.peer.ask("GET", f"{PACKAGES}/{NOBODY}"))
    expect_error(bench.peer.ask("GET", f"{PACKAGES}/{NOBODY}", headers={"range": "bytes=0-9"}))


@probe("packages.blocks-not-offered")
def blocks_not_offered(bench: Bench) -> None:
    """The hashes would tell something of it."""
    expect_error(bench.peer.ask("GET", f"{PACKAGES}/{NOBODY}/blocks"))


@probe("packages.solution-not-offered")
def solution_not_offered(bench: Bench) -> None:
    """Section 19."""
    expect_error(bench.peer.ask("GET", f"/exchange/v1/solutions/{NOBODY}"))


@probe("packages.put-unasked")
def put_unasked(bench: Bench) -> None:
    """Its blocks, and a part of it."""
    expect_error(bench.silent.ask("PUT", f"{PACKAGES}/{NOBODY}/blocks", body=bytes(32)))
    expect_error(put(bench, NOBODY, b"x", "bytes 0-0/1"))


def put(bench: Bench, root: str, part: bytes, span: str) -> Answer:
    """Bring a part of a package as the party without an address."""
    headers = {"content-range": span}
    return bench.silent.ask("PUT", f"{PACKAGES}/{root}", body=part, headers=headers)


def part_of(bench: Bench, one: Package, start: int, end: int) -> Answer:
    """Bring the bytes of a package from start to before end."""
    span = f"bytes {start}-{end - 1}/{len(one.data)}"
    return put(bench, one.root.hex(), one.data[start:end], span)


def expected(bench: Bench, one: Package) -> None:
    """Bring the block hashes."""
    answer = bench.silent.ask("PUT", f"{one.path}/blocks", body=one.blocks)
    require(answer.status == 204, "status 204 to the blocks", answer.words())


def here(answer: Answer, size: int) -> None:
    """Demand that the node says how much is there."""
    require(answer.status == 308, "status 308", answer.words())
    wanted = f"bytes=0-{size - 1}" if size else ""
    told = answer.headers.get("range", "")
    require(told == wanted, f"Range {wanted or 'absent'}", f"Range {told or 'absent'}")


@probe("packages.offer")
def offer(bench: Bench) -> None:
    """In a request of the node that the peer accepted."""
    offer_new_package(bench, bench.peer)


def served(bench: Bench) -> Package:
    """Return a package that the node was offered, and has fetched."""
    kept: Package | None = bench.kept.get("served")
    if kept is not None:
        return kept
    one = package(bench.peer)
    bench.endpoint.packages[one.root.hex()] = (one.data, one.blocks)
    offer_package(bench, bench.peer, one)
    patience_s = bench.need_operator().patience_s
    done = bench.endpoint.wait(lambda: covered(bench, one), patience_s)
    require(done, "all bytes of the package fetched", "less")
    bench.kept["served"] = one
    return one


def covered(bench: Bench, one: Package) -> bool:
    """Tell whether the node has asked for every byte of a package."""
    wanted = [asked for asked in bench.endpoint.requests if asked.path == one.path]
    got = bytearray(len(one.data))
    for asked in wanted:
        start, end = span_of(asked.headers.get("range"), len(one.data))
        got[start:end] = b"\1" * (end - start)
    return all(got)


def span_of(text: str | None, size: int) -> tuple[int, int]:
    """Return start and end of a range."""
    if text is None:
        return 0, size
    start, _, end = text.removeprefix("bytes=").partition("-")
    return int(start), min(int(end) + 1 if end else size, size)


@probe("packages.fetched", level="SHOULD")
def fetched(bench: Bench) -> None:
    """From the address in the entry, all of its bytes."""
    served(bench)


@probe("packages.fetch-blocks", level="SHOULD")
def fetch_blocks(bench: Bench) -> None:
    """So that a bad block is found at once."""
    one = served(bench)
    found = [asked for asked in bench.endpoint.requests if asked.path == f"{one.path}/blocks"]
    require(found, "a request for the blocks", "none")


@probe("packages.fetch-range")
def fetch_range(bench: Bench) -> None:
    """Several requests at once are allowed, several ranges in one are not."""
    fetches = [one for one in bench.endpoint.requests if one.path.startswith(PACKAGES)]
    if not fetches:
        raise SkippedError(
            "the node fetched no package in this run",
            remedy="let the node send, by --operator, and run the family packages",
        )
    ranges = [one.headers["range"] for one in fetches if "range" in one.headers]
    odd = [text for text in ranges if "," in text or not text.startswith("bytes=")]
    require(not odd, "one range of bytes a request", ", ".join(odd))


# ------------------------------------------------------------------ brought in parts


@probe("packages.put")
def brought(bench: Bench) -> None:
    """Blocks first; 308 with what is there so far; 200 when it is whole."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    here(part_of(bench, one, 0, BLOCK_BYTES), BLOCK_BYTES)
    here(part_of(bench, one, BLOCK_BYTES, 2 * BLOCK_BYTES), 2 * BLOCK_BYTES)
    answer = part_of(bench, one, 2 * BLOCK_BYTES, len(one.data))
    require(answer.status == 200, "status 200 for the whole package", answer.words())
    bench.kept["brought"] = one


@probe("packages.put-again")
def brought_again(bench: Bench) -> None:
    """The answer says that it is whole."""
    if "brought" not in bench.kept:
        brought(bench)
    one = bench.kept["brought"]
    answer = part_of(bench, one, 0, BLOCK_BYTES)
    require(answer.status == 200, "status 200", answer.words())


@probe("packages.put-asks")
def asks(bench: Bench) -> None:
    """Before the first part, and after it."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    question = f"bytes */{len(one.data)}"
    here(put(bench, one.root.hex(), b"", question), 0)
    part_of(bench, one, 0, BLOCK_BYTES)
    here(put(bench, one.root.hex(), b"", question), BLOCK_BYTES)


@probe("packages.put-other-place")
def other_place(bench: Bench) -> None:
    """The answer says where to go on."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    here(part_of(bench, one, BLOCK_BYTES, 2 * BLOCK_BYTES), 0)


@probe("packages.put-before-blocks")
def before_blocks(bench: Bench) -> None:
    """They come first."""
    expect_error(part_of(bench, offer_new_package(bench, bench.silent), 0, BLOCK_BYTES))


@probe("packages.put-wrong-blocks")
def wrong_blocks(bench: Bench) -> None:
    """One of them is another."""
    one = offer_new_package(bench, bench.silent)
    wrong = one.blocks[:-32] + bytes(32)
    expect_error(bench.silent.ask("PUT", f"{one.path}/blocks", body=wrong), "offer-root")


@probe("packages.put-fewer-blocks")
def fewer_blocks(bench: Bench) -> None:
    """Two for three blocks."""
    one = offer_new_package(bench, bench.silent)
    expect_error(bench.silent.ask("PUT", f"{one.path}/blocks", body=one.blocks[:64]), "offer-root")


@probe("packages.put-wrong-bytes")
def wrong_bytes(bench: Bench) -> None:
    """Then the right one is accepted."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    span = f"bytes 0-{BLOCK_BYTES - 1}/{len(one.data)}"
    expect_error(put(bench, one.root.hex(), os.urandom(BLOCK_BYTES), span), "offer-block")
    here(part_of(bench, one, 0, BLOCK_BYTES), BLOCK_BYTES)


@probe("packages.put-other-length")
def other_length(bench: Bench) -> None:
    """Than the offer says."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    span = f"bytes 0-{BLOCK_BYTES - 1}/{len(one.data) + 1}"
    expect_error(put(bench, one.root.hex(), one.data[:BLOCK_BYTES], span))


@probe("packages.put-range")
def put_range(bench: Bench) -> None:
    """None, of another unit, turned round."""
    one = offer_new_package(bench, bench.silent)
    expected(bench, one)
    for span in ("", "blocks 0-1/3", "bytes 9-0/10", "bytes 0-9"):
        expect_error(put(bench, one.root.hex(), one.data[:10], span))


@probe("packages.put-by-another")
def put_by_another(bench: Bench) -> None:
    """The third party, who is no member."""
    one = offer_new_package(bench, bench.silent)
    expect_error(bench.third.ask("PUT", f"{one.path}/blocks", body=one.blocks))


@probe("packages.get-what-is-ours")
def get_what_is_ours(bench: Bench) -> None:
    """Only what it offers itself."""
    one = offer_new_package(bench, bench.silent)
    expect_error(bench.silent.ask("GET", one.path))
    expect_error(bench.third.ask("GET", one.path))


# ------------------------------------------------------------------ custody


def handed(change: Callable[[Bench, Package], dict[str, Any]], *codes: str) -> Step:
    """Return a step that offers a package with other sections; a receipt refuses it."""

    def step(bench: Bench) -> None:
        open_accepted_request(bench, bench.peer)
        one = package(bench.peer)
        sections = {**one.sections, **change(bench, one)}
        spoilt = Package(one.exhibit, one.data, one.blocks, one.root, one.offer, sections)
        offer_package(bench, bench.peer, spoilt, *(f"refused:{code}" for code in codes))

    return step


def custody(**how: Any) -> Callable[[Bench, Package], dict[str, Any]]:
    """Return what makes another chain."""

    def change(bench: Bench, one: Package) -> dict[str, Any]:
        told = {"exhibit": one.exhibit, "root": one.root, **how}
        exhibit, root = told.pop("exhibit"), told.pop("root")
        return {"custody": chain(bench.peer, exhibit, bytes(32), root, **told)}

    return change


def without_event(_: Bench, one: Package) -> dict[str, Any]:
    """Leave the second event out."""
    events = one.sections["custody"]["events"]
    return {"custody": {**one.sections["custody"], "events": [events[0], events[2]]}}


def altered(_: Bench, one: Package) -> dict[str, Any]:
    """Change what the first event says."""
    events = one.sections["custody"]["events"]
    first = {**events[0], "reason": "Another reason."}
    return {"custody": {**one.sections["custody"], "events": [first, *events[1:]]}}


def proved(_: Bench, one: Package) -> dict[str, Any]:
    """Say that the acquisition is not attested."""
    events = one.sections["custody"]["events"]
    first = {**events[0], "attested": False}
    return {"custody": {**one.sections["custody"], "events": [first, *events[1:]]}}


def other_head(_: Bench, one: Package) -> dict[str, Any]:
    """State another head."""
    return {"custody": {**one.sections["custody"], "digest": f"sha256:{NOBODY}"}}


def bare_offer(bench: Bench) -> None:
    """Offer without section custody."""
    open_accepted_request(bench, bench.peer)
    one = package(bench.peer)
    bare = Package(one.exhibit, one.data, one.blocks, one.root, one.offer, {"offer": one.offer})
    offer_package(bench, bench.peer, bare, "refused:body-malformed")


FAULTS = (
    "custody", "custody-event", "custody-missing", "custody-order", "custody-altered",
    "custody-rule", "custody-handover", "body-malformed",
)  # fmt: skip

table(
    {
        "packages.custody-other-root": handed(custody(root=bytes(range(32))), "custody-handover"),
        "packages.custody-other-exhibit": handed(
            custody(exhibit="019ca756-a780-7a72-aa38-a93417c6f9f8"), "custody-handover"
        ),
        "packages.custody-other-event": handed(custody(last="returned"), "custody-handover"),
        "packages.custody-of-another": handed(custody(party="zz/third"), "custody-handover"),
        "packages.custody-event-missing": handed(without_event, *FAULTS),
        "packages.custody-altered": handed(altered, *FAULTS),
        "packages.custody-not-attested": handed(proved, *FAULTS),
        "packages.custody-other-head": handed(other_head, *FAULTS),
        "packages.offer-without-custody": bare_offer,
    }
)


@probe("packages.offer-block-size")
def block_size(bench: Bench) -> None:
    """Of 4 MiB."""
    handed(
        lambda _, one: {"offer": {**one.offer, "block_size_bytes": 4 * BLOCK_BYTES}},
        "body-malformed",
    )(bench)


@probe("packages.custody-fork")
def fork(bench: Bench) -> None:
    """The same exhibit, offered again with another beginning."""
    one = offer_new_package(bench, bench.peer)
    told = chain(bench.peer, one.exhibit, bytes(32), one.root)
    again = Package(
        one.exhibit, one.data, one.blocks, one.root, one.offer, {**one.sections, "custody": told}
    )
    offer_package(bench, bench.peer, again, "refused:custody-fork")


@probe("packages.offer-again")
def offer_again(bench: Bench) -> None:
    """The same offer with the same chain."""
    one = offer_new_package(bench, bench.peer)
    offer_package(bench, bench.peer, one)
    require(encode(one.offer), "an offer", "none")
