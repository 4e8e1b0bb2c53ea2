"""The node's log: checkpoints, proofs between trees, tiles as C2SP has them (spec 10, 13.2)."""

import time
from collections.abc import Callable

from comity.canonical import PeerError, decode, digest, digest_text, encode, unb64
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, expect_receipt, fail_probe, read_json, require
from comity.conform.model import SkippedError, Step, probe, table
from comity.conform.operator import Wanted
from comity.conform.peer import now
from comity.conform.texts import note
from comity.conform.wire import Answer
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    LogOrigin,
    Tile,
    decode_bundle,
    decode_tile,
    entry,
    leaf_hash,
    open_checkpoint,
    parse_successor,
    root,
    root_from_tiles,
    tile_holding,
    verify_consistency,
)
from comity.ledger.witness import CONFLICT_CONTENT_TYPE, request_cosignature

CHECKPOINT, CONSISTENCY = "/exchange/v1/checkpoint", "/exchange/v1/consistency"
EPOCHS = "/exchange/v1/epochs"
MOST_BYTES = 16 * 1024 * 1024
WIDTH = 256
ENTRY_BYTES = 33
WITNESS = "/witness/add-checkpoint"


def log_path(bench: Bench) -> str:
    """Return where the node serves its newest log, once a run.

    Its entry names it, or the statement of a later epoch: a restored node opens one before its
    State can issue a new entry.
    """
    kept: str | None = bench.kept.get("log-path")
    if kept is None:
        listed, told = LogOrigin.parse(bench.entry.origins[-1]), _stated(bench)
        newest_ = told if told is not None and told.epoch > listed.epoch else listed
        kept = bench.kept["log-path"] = newest_.path
    return kept


def _stated(bench: Bench) -> LogOrigin | None:
    """Return the log that the node's last successor statement opened, unverified."""
    answer = bench.peer.ask("GET", EPOCHS)
    try:
        last = decode(answer.body, max_bytes=MOST_BYTES)["statements"][-1]
        return parse_successor(jws.parse_value(last).payload).origin_new
    except (PeerError, LookupError, TypeError):
        return None  # the probes of epochs say what is wrong with it


def newest(bench: Bench) -> Checkpoint:
    """Return the node's newest checkpoint, its signature checked."""
    answer = bench.peer.ask("GET", f"{log_path(bench)}/checkpoint")
    require(answer.status == 200, "a checkpoint (status 200)", answer.words())
    try:
        origin = answer.body.decode().partition("\n")[0]
        verifiers = bench.directory.log_verifiers(bench.node, origin)
        return open_checkpoint(answer.body, verifiers).checkpoint
    except (PeerError, UnicodeDecodeError) as fault:
        fail_probe("a checkpoint that the node's log signed", f"one that fails: {fault}")


def proof(bench: Bench, old: int, new: int, more: str = "") -> Answer:
    """Ask for the proof between two trees."""
    return bench.peer.ask("GET", CONSISTENCY, query=f"from={old}&to={new}{more}")


def path_of(answer: Answer) -> list[bytes]:
    """Return the hashes of a proof."""
    value = read_json(answer, "a proof of consistency")
    require(isinstance(value, dict) and set(value) == {"path"}, "exactly path", str(sorted(value)))
    return [unb64(step) for step in value["path"]]


def grown(bench: Bench) -> tuple[Checkpoint, Checkpoint]:
    """Return a tree of the node's log and a later one."""
    sent = bench.peer.send(bench.peer.opening("consultation.note", note()))
    before = expect_receipt(bench.peer, sent, "applied").checkpoint.checkpoint
    expect_receipt(
        bench.peer, bench.peer.send(bench.peer.opening("consultation.note", note())), "applied"
    )
    return before, newest(bench)


@probe("log.checkpoint")
def checkpoint(bench: Bench) -> None:
    """Its key is named as its origin."""
    grown(bench)
    tree = newest(bench)
    own = bench.directory.log_verifiers(bench.node, tree.origin)
    require(own, f"one of {bench.entry.origins}, or a later epoch", tree.origin)


@probe("log.checkpoint-lines")
def checkpoint_lines(bench: Bench) -> None:
    """Origin, size, root."""
    tree = newest(bench)
    require(not tree.extensions, "no further lines", f"{len(tree.extensions)} further lines")


@probe("log.checkpoint-media-type", level="SHOULD")
def checkpoint_media_type(bench: Bench) -> None:
    """As tlog-tiles has it."""
    answer = bench.peer.ask("GET", f"{log_path(bench)}/checkpoint")
    require(answer.kind == "text/plain", "text/plain", answer.kind)


@probe("log.grows")
def grows(bench: Bench) -> None:
    """A message later."""
    before, after = grown(bench)
    require(
        after.tree_size > before.tree_size, f"more than {before.tree_size}", str(after.tree_size)
    )


@probe("log.consistent")
def consistent(bench: Bench) -> None:
    """Of each receipt of this run, a sample."""
    _, tree = grown(bench)
    trees = [one.checkpoint.checkpoint for one in bench.peer.receipts]
    for old in trees[:: max(1, len(trees) // 24)]:
        path = path_of(proof(bench, old.tree_size, tree.tree_size))
        _hold(old, tree, path)


def _hold(old: Checkpoint, new: Checkpoint, path: list[bytes]) -> None:
    try:
        verify_consistency(
            old_size=old.tree_size,
            new_size=new.tree_size,
            proof=path,
            old_root=old.root,
            new_root=new.root,
        )
    except PeerError as fault:
        fail_probe(f"a proof from {old.tree_size} that holds", str(fault))


@probe("log.goes-on")
def goes_on(bench: Bench) -> None:
    """What the kit kept from the run before."""
    kept = bench.kept.get("known")
    if kept is None:
        raise SkippedError(
            "this is the first run of the kit against this node",
            remedy="run the kit once more with the same --keys folder",
        )
    tree = newest(bench)
    if tree.origin != kept.origin:
        raise SkippedError(
            "the node has opened another epoch since; the probes of the epochs look at that",
            remedy="run the kit once more with the same --keys folder",
        )
    _hold(kept, tree, path_of(proof(bench, kept.tree_size, tree.tree_size)))


@probe("log.consistency-same")
def consistency_same(bench: Bench) -> None:
    """As RFC 9162 has it."""
    tree = newest(bench)
    path = path_of(proof(bench, tree.tree_size, tree.tree_size))
    require(not path, "no hashes", f"{len(path)} hashes")


@probe("log.consistency-origin")
def consistency_origin(bench: Bench) -> None:
    """The same path as without."""
    before, after = grown(bench)
    named = path_of(proof(bench, before.tree_size, after.tree_size, f"&origin={after.origin}"))
    require(named == path_of(proof(bench, before.tree_size, after.tree_size)), "one path", "two")


@probe("log.consistency-parameter-order", level="SHOULD")
def consistency_parameter_order(bench: Bench) -> None:
    """A query is a set of names."""
    tree = newest(bench)
    answer = bench.peer.ask("GET", CONSISTENCY, query=f"to={tree.tree_size}&from=1")
    require(answer.status == 200, "the proof (status 200)", answer.words())


@probe("log.consistency-nonsense")
def consistency_nonsense(bench: Bench) -> None:
    """From nothing, backwards, beyond the end."""
    size = newest(bench).tree_size
    for old, new in ((0, size), (size, size - 1), (1, size + 10_000)):
        expect_error(proof(bench, old, new))


@probe("log.consistency-query")
def consistency_query(bench: Bench) -> None:
    """Missing, negative, no numbers."""
    for query in ("", "from=1", "to=1", "from=-1&to=1", "from=a&to=b"):
        expect_error(bench.peer.ask("GET", CONSISTENCY, query=query))


@probe("log.consistency-other-log")
def consistency_other_log(bench: Bench) -> None:
    """Of the peer's own, and of an epoch that is not there."""
    for origin in (bench.peer.log.origin, str(LogOrigin.parse(bench.entry.origins[-1]).at(99))):
        expect_error(proof(bench, 1, 1, f"&origin={origin}"))


# ------------------------------------------------------------------ tiles


def tile(bench: Bench, one: Tile) -> bytes:
    """Return the bytes of a tile."""
    answer = bench.peer.ask("GET", f"{log_path(bench)}/{one.path}")
    require(answer.status == 200, f"the tile {one.path} (status 200)", answer.words())
    return answer.body


@probe("log.tiles-root")
def tiles_root(bench: Bench) -> None:
    """Partial tiles included."""
    tree = newest(bench)
    found = root_from_tiles(tree.tree_size, lambda one: tile(bench, one))
    require(found == tree.root, "the root of the checkpoint", "another root")


@probe("log.tiles-leaf")
def tiles_leaf(bench: Bench) -> None:
    """The hash over the entry that the receipt explains."""
    grown(bench)
    tree, told = newest(bench), bench.peer.receipts[-1].receipt
    place, at = tile_holding(0, told.index, tree.tree_size)
    hashes = decode_tile(tile(bench, place), place.width)
    require(hashes[at] == leaf_hash(entry(told.opening)), "the leaf's hash", "another hash")


@probe("log.tiles-whole")
def tiles_whole(bench: Bench) -> None:
    """Where the log has 256 leaves."""
    tree = newest(bench)
    if tree.tree_size < WIDTH:
        raise SkippedError(
            f"the log has fewer than {WIDTH} leaves, so that it has no full tile",
            remedy="run all probes, which fill the log, and then this one again",
        )
    hashes = decode_tile(tile(bench, Tile(0, 0)), WIDTH)
    above, at = tile_holding(1, 0, tree.tree_size)
    found = decode_tile(tile(bench, above), above.width)[at]
    require(found == root(hashes), "the root over the full tile", "another hash")


@probe("log.tiles-narrow")
def tiles_narrow(bench: Bench) -> None:
    """Three leaves, though there are more."""
    wide = decode_tile(tile(bench, tile_holding(0, 0, newest(bench).tree_size)[0]), _first(bench))
    narrow = decode_tile(tile(bench, Tile(0, 0, 3)), 3)
    require(narrow == wide[:3], "the first three hashes", "others")


def _first(bench: Bench) -> int:
    return tile_holding(0, 0, newest(bench).tree_size)[0].width


@probe("log.bundles")
def bundles(bench: Bench) -> None:
    """Their hashes are those of the tile."""
    tree = newest(bench)
    place = tile_holding(0, tree.tree_size - 1, tree.tree_size)[0]
    hashes = decode_tile(tile(bench, place), place.width)
    entries = decode_bundle(tile(bench, Tile(None, place.index, place.width)), place.width)
    require([leaf_hash(one) for one in entries] == hashes, "the hashes of the tile", "others")


@probe("log.entries")
def entries(bench: Bench) -> None:
    """So an entry says nothing but its commitment."""
    tree = newest(bench)
    place = tile_holding(0, tree.tree_size - 1, tree.tree_size)[0]
    found = decode_bundle(tile(bench, Tile(None, place.index, place.width)), place.width)
    odd = [one for one in found if len(one) != ENTRY_BYTES or one[:1] != b"\x01"]
    require(not odd, "entries of 33 bytes that begin with 0x01", f"{len(odd)} others")


def no_tile(path: Callable[[int], str]) -> Step:
    """Return a step that asks for a tile that is not there."""
    return lambda bench: expect_error(
        bench.peer.ask("GET", f"{log_path(bench)}/tile/{path(newest(bench).tree_size)}")
    )


table(
    {
        "log.tile-beyond": no_tile(lambda size: f"0/{size // WIDTH + 9:03d}"),
        "log.tile-wider": no_tile(
            lambda size: f"0/{(size + 99) // WIDTH:03d}.p/{max((size + 99) % WIDTH, 1)}"
        ),
        "log.tile-empty": no_tile(lambda _: "0/000.p/0"),
        "log.tile-spelling": no_tile(lambda _: "0/x000/000"),
        "log.tile-level": no_tile(lambda _: "64/000"),
        "log.tile-nonsense": no_tile(lambda _: "data/000"),
    }
)


# ------------------------------------------------------------------ what the node holds of us


@probe("log.of-ours-none")
def of_ours(bench: Bench) -> None:
    """A note of ours, or null."""
    answer = bench.peer.ask("POST", CHECKPOINT, body=encode(bench.peer.party))
    value = read_json(answer, "what the node holds of our log")
    require(set(value) == {"checkpoint"}, "exactly checkpoint", str(sorted(value)))
    told = value["checkpoint"]
    require(told is None or isinstance(told, str), "a note or null", type(told).__name__)


@probe("log.of-ours-newest")
def of_ours_newest(bench: Bench) -> None:
    """The node sends something, we acknowledge it."""
    operator = bench.need_operator()
    size = len(bench.peer.log.leaves)
    operator.send(Wanted("consultation.note", note("For the log."), to=(bench.peer.party,)))

    def held() -> int:
        answer = bench.peer.ask("POST", CHECKPOINT, body=encode(bench.peer.party))
        told = read_json(answer, "what the node holds of our log")["checkpoint"]
        return 0 if told is None else int(str(told).split("\n")[1])

    bench.endpoint.wait(lambda: len(bench.peer.log.leaves) > size, operator.patience_s)
    found = _until(lambda: held() > size, operator.patience_s)
    require(found, f"a checkpoint of more than {size} leaves", f"one of {held()}")


def _until(found: Callable[[], bool], timeout_s: float) -> bool:
    end = time.monotonic() + timeout_s
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@probe("log.of-ours-malformed")
def of_ours_malformed(bench: Bench) -> None:
    """No JSON, no party."""
    for body in (b"x", b"{}", b'"Nobody"'):
        expect_error(bench.peer.ask("POST", CHECKPOINT, body=body))


@probe("log.witness-conflict")
def witness_conflict(bench: Bench) -> None:
    """The third party's log, shown twice as if the witness knew nothing of it."""
    bench.third.log.note("message.sent", digest_text(digest("record", b"witnessed")), now())
    body = request_cosignature(
        old_size=0, proof=(), note=bench.third.log.checkpoint().encode()
    ).encode()
    answer = bench.third.ask("POST", WITNESS, body=body)
    if answer.status == 404:
        raise SkippedError(
            "the node is no witness, or none of this log",
            remedy="let the node be a witness (a Comity node: witness = true in node.toml)",
        )
    if answer.status == 200:  # it knew nothing of this log yet
        answer = bench.third.ask("POST", WITNESS, body=body)
    require(answer.status == 409, "status 409", answer.words())
    require(answer.kind == CONFLICT_CONTENT_TYPE, CONFLICT_CONTENT_TYPE, answer.words())
    told = answer.body.decode("ascii", "replace")
    good = told.endswith("\n") and told[:-1].isdecimal()
    require(good, "the size that the witness knows, and a line end", repr(told[:40]))


@probe("log.third-sees-the-same")
def third_sees_the_same(bench: Bench) -> None:
    """What the third party is shown goes on from what the peer was shown."""
    mine = newest(bench)
    answer = bench.third.ask("GET", f"{log_path(bench)}/checkpoint")
    origin = answer.body.decode().partition("\n")[0]
    verifiers = bench.directory.log_verifiers(bench.node, origin)
    other = open_checkpoint(answer.body, verifiers).checkpoint
    answer = bench.third.ask(
        "GET", CONSISTENCY, query=f"from={mine.tree_size}&to={other.tree_size}"
    )
    _hold(mine, other, path_of(answer))
