"""A receipt proves that the other side recorded this message, on no private branch (spec 11)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.makers import T0, UN, VN, ZA, World, key, seed
from tests.origins import origin_of

from comity.canonical import PeerError, decode, encode, parse_digest
from comity.exchange import (
    Consistency,
    Message,
    Receipt,
    check_receipt,
    parse_receipt,
    sign_receipt,
)
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    Ed25519Verifier,
    LeafOpening,
    VerifierKey,
    consistency_proof,
    ed25519_signer,
    entry,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    sign_checkpoint,
)

OTHER = "sha256:" + "99" * 32


class Log:
    """A small log in memory that signs what it is asked to, true or not."""

    def __init__(self, party: str = ZA, epoch: int = 1, mode: Any = "live") -> None:
        self.origin = origin_of(mode, party, epoch)
        self.private = Ed25519PrivateKey.from_private_bytes(seed(f"log {party} {mode}"))
        self.leaves: list[bytes] = []

    @property
    def verifier(self) -> Ed25519Verifier:
        raw = self.private.public_key().public_bytes_raw()
        return Ed25519Verifier(VerifierKey(self.origin, 1, raw))

    def read(self, level: int, index: int, /) -> bytes:
        if level == 0:
            return self.leaves[index]
        return node_hash(self.read(level - 1, 2 * index), self.read(level - 1, 2 * index + 1))

    def noise(self, count: int) -> None:
        for _ in range(count):
            self.leaves.append(leaf_hash(seed(f"noise {len(self.leaves)}") + b"\1"))

    def checkpoint(self, tree_size: int | None = None) -> Checkpoint:
        size = len(self.leaves) if tree_size is None else tree_size
        return Checkpoint(self.origin, size, root(self.leaves[:size]))

    def note(self, checkpoint: Checkpoint) -> str:
        signer = ed25519_signer(checkpoint.origin, self.private)
        return sign_checkpoint(checkpoint, [signer]).decode()


@dataclass
class Scene:
    """A message, its addressee's log and the receipt that was due."""

    world: World
    message: Message
    log: Log
    known: Checkpoint
    receipt: Receipt

    def envelope(self, receipt: Receipt | None = None, signer: Any = None) -> jws.Jws:
        return sign_receipt(receipt or self.receipt, signer or self.world.keys[ZA, "receipt"])

    def check(self, receipt: Receipt | None = None, **kwargs: Any) -> Any:
        values: dict[str, Any] = {"known": self.known} | kwargs
        return check_receipt(self.envelope(receipt), self.message, self.world.registry, **values)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def make_scene(outcome: str = "applied") -> Scene:
    world = World(VN, ZA)
    message = world.unsigned(world.open())
    log = Log()
    world.registry.logs[ZA, log.origin] = (log.verifier,)
    log.noise(5)
    known = log.checkpoint()
    opening = LeafOpening(
        salt=seed("leaf"),
        kind="message.received",
        time=T0,
        record=parse_digest(message.record),
        outcome=outcome,
    )
    log.leaves.append(leaf_hash(entry(opening)))
    log.noise(3)
    receipt = Receipt(
        mode="live",
        record=message.record,
        content=message.content,
        author=VN,
        addressee=ZA,
        received_at=T0,
        outcome=outcome,
        head=None,
        index=5,
        salt=seed("leaf"),
        checkpoint=log.note(log.checkpoint()),
        inclusion=inclusion_proof(5, 9, log.read),
        consistency=Consistency(5, tuple(consistency_proof(5, 9, log.read))),
    )
    return Scene(world, message, log, known, receipt)


def code_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(PeerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_good_receipt_proves_the_record_and_links_to_what_was_known(scene: Scene) -> None:
    found = scene.check()
    assert found.linked
    assert found.checkpoint.checkpoint.tree_size == 9
    assert found.receipt == replace(scene.receipt, inclusion=tuple(scene.receipt.inclusion))


MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "record": ({"record": OTHER}, "receipt-mismatch"),
    "content": ({"content": OTHER}, "receipt-mismatch"),
    "author": ({"author": "vn/police"}, "receipt-mismatch"),
    "addressee": ({"addressee": VN}, "key-unknown"),
    "received_at": ({"received_at": T0 + timedelta(seconds=1)}, "receipt-unproved"),
    "index": ({"index": 4}, "receipt-unproved"),
    "index outside the tree": ({"index": 9}, "receipt-unproved"),
    "index beyond any tree": ({"index": 2**53 - 1}, "receipt-unproved"),
    "salt": ({"salt": seed("other")}, "receipt-unproved"),
    "inclusion shorter": ({"inclusion": ()}, "receipt-unproved"),
    "inclusion of others": ({"inclusion": (seed("a"),) * 4}, "receipt-unproved"),
    "inclusion longer than a tree is high": (
        {"inclusion": (seed("a"),) * 65},
        "receipt-mismatch",
    ),
    "consistency of others": (
        {"consistency": Consistency(5, (seed("a"),) * 3)},
        "receipt-unproved",
    ),
    "consistency empty": ({"consistency": Consistency(5, ())}, "receipt-unproved"),
    "consistency from nothing": ({"consistency": Consistency(0, ())}, "receipt-mismatch"),
    "outcome": ({"outcome": "fine"}, "receipt-mismatch"),
    "outcome with words": ({"outcome": "refused:because Anna said so"}, "receipt-mismatch"),
    "outcome too long": ({"outcome": "refused:" + "a" * 80}, "receipt-mismatch"),
    "checkpoint": ({"checkpoint": "no note"}, "receipt-unproved"),
    "checkpoint empty": ({"checkpoint": ""}, "receipt-unproved"),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_each_member_of_a_receipt_counts(scene: Scene, name: str) -> None:
    change, code = MEMBERS[name]
    assert code_of(scene.check, replace(scene.receipt, **change)) == code


@pytest.mark.parametrize(
    "outcome", ["held", "held:double-speak", "overtaken", "refused:illegal-move"]
)
def test_each_outcome_may_be_receipted_and_the_leaf_says_it_too(scene: Scene, outcome: str) -> None:
    assert make_scene(outcome).check().receipt.outcome == outcome
    assert code_of(scene.check, replace(scene.receipt, outcome=outcome)) == "receipt-unproved"


def test_a_receipt_by_another_key_is_none(scene: Scene) -> None:
    def check(signer: Any) -> Any:
        envelope = scene.envelope(signer=signer)
        return check_receipt(envelope, scene.message, scene.world.registry, known=None)

    assert code_of(check, key("stranger")) == "key-unknown"
    assert code_of(check, scene.world.keys[VN, "receipt"]) == "key-unknown"
    assert code_of(check, scene.world.keys[ZA, "message"]) == "key-use"


def test_a_receipt_by_a_key_revoked_before_its_moment_is_none(scene: Scene) -> None:
    own = scene.world.keys[ZA, "receipt"].public
    scene.world.registry.add(ZA, own, "receipt", invalid_from=T0)
    assert code_of(scene.check) == "key-revoked"


def test_a_back_dated_receipt_by_a_stolen_key_is_judged_by_our_clock(scene: Scene) -> None:
    own = scene.world.keys[ZA, "receipt"].public
    revoked = T0 + timedelta(hours=1)
    scene.world.registry.add(ZA, own, "receipt", invalid_from=revoked)
    assert scene.check(proved_at=T0).linked
    assert code_of(scene.check, proved_at=revoked) == "key-revoked"


def test_a_receipt_of_somebody_who_was_no_addressee_is_none(scene: Scene) -> None:
    scene.world.registry.add(UN, key("un").public, "receipt")
    receipt = replace(scene.receipt, addressee=UN)
    envelope = sign_receipt(receipt, key("un"))
    found = code_of(check_receipt, envelope, scene.message, scene.world.registry, known=None)
    assert found == "receipt-mismatch"


def test_an_author_cannot_receipt_its_own_message(scene: Scene) -> None:
    receipt = replace(scene.receipt, addressee=VN)
    envelope = sign_receipt(receipt, scene.world.keys[VN, "receipt"])
    found = code_of(check_receipt, envelope, scene.message, scene.world.registry, known=None)
    assert found == "receipt-mismatch"


def test_a_receipt_of_the_other_mode_is_none(scene: Scene) -> None:
    assert code_of(scene.check, replace(scene.receipt, mode="exercise")) == "typ-mismatch"
    payload = replace(scene.receipt, mode="exercise").payload()
    envelope = jws.sign(payload, [scene.world.keys[ZA, "receipt"]], thing="receipt", mode="live")
    found = code_of(check_receipt, envelope, scene.message, scene.world.registry, known=None)
    assert found == "receipt-mismatch"


def test_another_signed_thing_is_no_receipt(scene: Scene) -> None:
    private = scene.world.keys[ZA, "receipt"]
    envelope = jws.sign(scene.receipt.payload(), [private], thing="message", mode="live")
    found = code_of(check_receipt, envelope, scene.message, scene.world.registry, known=None)
    assert found == "typ-mismatch"


# ------------------------------------------------------------------ the log behind it


def test_a_checkpoint_by_another_log_key_is_refused(scene: Scene) -> None:
    thief = Log()
    thief.leaves, thief.private = scene.log.leaves, Ed25519PrivateKey.from_private_bytes(seed("t"))
    receipt = replace(scene.receipt, checkpoint=thief.note(thief.checkpoint()))
    assert code_of(scene.check, receipt) == "receipt-unproved"


@pytest.mark.parametrize(
    "origin",
    [
        origin_of("live", "za/central-authority", 2),
        origin_of("exercise", "za/central-authority"),
        origin_of("live", "vn/contact-point"),
        "example.org/log",
    ],
)
def test_an_origin_that_the_entry_does_not_list_is_refused(scene: Scene, origin: str) -> None:
    other = replace(scene.log.checkpoint(), origin=origin)
    receipt = replace(scene.receipt, checkpoint=scene.log.note(other))
    assert code_of(scene.check, receipt) == "receipt-unproved"


def test_a_later_epoch_that_the_entry_lists_is_a_receipt_not_linked_to_the_old_log(
    scene: Scene,
) -> None:
    later = Log(epoch=2)
    later.leaves = scene.log.leaves
    scene.world.registry.logs[ZA, later.origin] = (later.verifier,)
    receipt = replace(scene.receipt, checkpoint=later.note(later.checkpoint()))
    found = scene.check(receipt)
    assert not found.linked


def test_a_leaf_that_is_not_in_the_tree_is_refused(scene: Scene) -> None:
    scene.log.leaves[5] = leaf_hash(b"\1" + seed("something else"))
    receipt = replace(
        scene.receipt,
        checkpoint=scene.log.note(scene.log.checkpoint()),
        inclusion=inclusion_proof(5, 9, scene.log.read),
        consistency=Consistency(5, tuple(consistency_proof(5, 9, scene.log.read))),
    )
    assert code_of(scene.check, receipt) == "receipt-unproved"


def test_a_leaf_of_another_kind_is_refused(scene: Scene) -> None:
    opening = replace(scene.receipt.opening, kind="message.sent", outcome=None)
    scene.log.leaves[5] = leaf_hash(entry(opening))
    receipt = replace(
        scene.receipt,
        checkpoint=scene.log.note(scene.log.checkpoint()),
        inclusion=inclusion_proof(5, 9, scene.log.read),
        consistency=None,
    )
    assert code_of(scene.check, receipt) == "receipt-unproved"


def test_a_checkpoint_of_an_empty_tree_proves_nothing(scene: Scene) -> None:
    empty = scene.log.note(scene.log.checkpoint(0))
    receipt = replace(scene.receipt, checkpoint=empty, index=0, inclusion=(), consistency=None)
    assert code_of(scene.check, receipt) == "receipt-unproved"


def test_a_receipt_from_a_private_branch_is_refused(scene: Scene) -> None:
    """The other side shows a log in which what we knew has been replaced."""
    branch = Log()
    branch.leaves = list(scene.log.leaves)
    branch.leaves[2] = leaf_hash(b"\1" + seed("replaced"))
    receipt = replace(
        scene.receipt,
        checkpoint=branch.note(branch.checkpoint()),
        inclusion=inclusion_proof(5, 9, branch.read),
        consistency=Consistency(5, tuple(consistency_proof(5, 9, branch.read))),
    )
    assert code_of(scene.check, receipt) == "receipt-unproved"
    assert not scene.check(receipt, known=None).linked


def test_two_roots_for_one_size_are_refused_even_without_a_proof(scene: Scene) -> None:
    branch = replace(scene.log.checkpoint(), root=seed("another root"))
    receipt = replace(scene.receipt, consistency=None)
    assert code_of(scene.check, receipt, known=branch) == "receipt-unproved"
    assert scene.check(receipt, known=scene.log.checkpoint()).linked


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_receipt_is_linked_from_every_size_the_sender_may_have_known(
    scene: Scene, size: int
) -> None:
    proof = Consistency(size, tuple(consistency_proof(size, 9, scene.log.read)))
    receipt = replace(scene.receipt, consistency=proof)
    assert scene.check(receipt, known=scene.log.checkpoint(size)).linked
    lie = replace(scene.log.checkpoint(size), root=seed("another root"))
    assert code_of(scene.check, receipt, known=lie) == "receipt-unproved"


def test_what_shows_no_link_is_said_to_be_not_linked(scene: Scene) -> None:
    without = replace(scene.receipt, consistency=None)
    assert not scene.check(without).linked
    assert not scene.check(scene.receipt, known=None).linked
    assert not scene.check(scene.receipt, known=scene.log.checkpoint(4)).linked
    larger = replace(scene.log.checkpoint(), tree_size=12)
    assert not scene.check(scene.receipt, known=larger).linked


# ------------------------------------------------------------------ shape


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"protocol": "comity/2"}, "receipt-mismatch"),
        ({"mode": "test"}, "name-malformed"),
        ({"record": "x"}, "digest-malformed"),
        ({"content": "x"}, "digest-malformed"),
        ({"from": "x"}, "name-malformed"),
        ({"to": "x"}, "name-malformed"),
        ({"received_at": "x"}, "time-malformed"),
        ({"leaf": {"index": 1}}, "member-malformed"),
        ({"leaf": {"index": -1, "salt": "A" * 43}}, "receipt-mismatch"),
        ({"leaf": {"index": 1, "salt": "AAAA"}}, "base64-malformed"),
        ({"inclusion": ["AAAA"]}, "base64-malformed"),
        ({"inclusion": [1]}, "base64-malformed"),
        ({"consistency": {"from": 1}}, "member-malformed"),
        ({"consistency": {"from": 1, "path": ["x"]}}, "base64-malformed"),
        ({"note": 1}, "member-malformed"),
        ({"outcome": ...}, "member-malformed"),
        ({"checkpoint": "x" * 40_000}, "oversize"),
    ],
)
def test_a_receipt_of_another_shape_is_refused(
    scene: Scene, change: dict[str, Any], code: str
) -> None:
    value = decode(scene.receipt.payload(), max_bytes=10**5) | change
    payload = encode({k: v for k, v in value.items() if v is not ...})
    assert code_of(parse_receipt, payload) == code


def test_a_receipt_reads_back(scene: Scene) -> None:
    assert parse_receipt(scene.receipt.payload()).payload() == scene.receipt.payload()


SCENE = make_scene()


@settings(deadline=None)
@given(
    st.sampled_from(["checkpoint", "inclusion", "consistency", "leaf", "record", "to"]),
    st.text(max_size=60)
    | st.lists(st.text(max_size=4), max_size=3)
    | st.dictionaries(st.sampled_from(["index", "salt", "from", "path"]), st.integers()),
)
def test_no_payload_raises_anything_but_an_error_of_the_peer(name: str, value: object) -> None:
    plain = decode(SCENE.receipt.payload(), max_bytes=10**5)
    try:
        payload = encode(plain | {name: value})
    except Exception:  # noqa: BLE001 - no protocol value at all
        return
    signer = SCENE.world.keys[ZA, "receipt"]
    envelope = jws.sign(payload, [signer], thing="receipt", mode="live")
    with pytest.raises(PeerError):
        check_receipt(envelope, SCENE.message, SCENE.world.registry, known=SCENE.known)
