"""Vectors of receipts, with the message they are about and the checkpoint the sender knew."""

from dataclasses import replace
from typing import Any

from tests.exchange.makers import ZA, key, seed
from tests.exchange.test_receipts import MEMBERS, OTHER, Log, make_scene
from tests.origins import origin_of
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import b64
from comity.exchange import Consistency, Receipt, Seen
from comity.keys import jws
from comity.ledger import Checkpoint, consistency_proof, inclusion_proof, leaf_hash


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "receipt": wrap(
            "check-receipt",
            "Check `receipt` (JWS) about `message` (JWS) in `mode` with keys.json as directory "
            "and its `logs`; `known` is the newest checkpoint the sender holds (`root` base64url). "
            "`linked` says whether a good receipt is shown to continue `known`.",
            receipts(),
        )
    }


def receipts() -> list[dict[str, Any]]:
    scene = make_scene()
    found: list[dict[str, Any]] = []
    own = scene.world.keys[ZA, "receipt"]

    def add(
        name: str,
        receipt: Receipt,
        expect: str,
        *,
        known: Checkpoint | None = scene.known,
        signer: Any = own,
        thing: str = "receipt",
        mode: Any = "live",
        linked: bool | None = None,
    ) -> None:
        envelope = jws.sign(receipt.payload(), [signer], thing=thing, mode=mode)
        value = {
            "receipt": envelope.value,
            "message": scene.message.envelope.value,
            "mode": "live",
            "known": known
            and {"origin": known.origin, "tree_size": known.tree_size, "root": b64(known.root)},
        }
        more = {} if linked is None else {"linked": linked}
        found.append(vector(name, value, expect, "spec 11.1 and 11.2", **more))

    good = scene.receipt
    add("applied, from size 5 to size 9", good, "ok", linked=True)
    add("the sender knew nothing", replace(good, consistency=None), "ok", known=None, linked=False)
    add("no link shown", replace(good, consistency=None), "ok", linked=False)
    for outcome in ("held", "refused:illegal-move"):
        add(outcome, make_scene(outcome).receipt, "ok", linked=True)
        add(
            f"{outcome}, where the leaf says applied",
            replace(good, outcome=outcome),
            "receipt-unproved",
        )
    head = Seen(7, OTHER)
    add("names the newest message of its author", replace(good, head=head), "ok", linked=True)
    for size in (1, 4, 8):
        proof = Consistency(size, tuple(consistency_proof(size, 9, scene.log.read)))
        known = scene.log.checkpoint(size)
        add(f"from size {size}", replace(good, consistency=proof), "ok", known=known, linked=True)
    for name, (change, code) in MEMBERS.items():
        add(f"wrong: {name}", replace(good, **change), code)
    add("by a stranger", good, "key-unknown", signer=key("stranger"))
    add("by a message key", good, "key-use", signer=scene.world.keys[ZA, "message"])
    add(
        "by the message's author",
        good,
        "key-unknown",
        signer=scene.world.keys["vn/contact-point", "receipt"],
    )
    add("signed as a message", good, "typ-mismatch", thing="message")
    add("signed as an exercise", good, "typ-mismatch", mode="exercise")
    add("says exercise", replace(good, mode="exercise"), "receipt-mismatch")
    lie = replace(scene.known, root=seed("another root"))
    add("another root was known", good, "receipt-unproved", known=lie)
    same = replace(scene.log.checkpoint(), root=seed("another root"))
    add("two roots for one size", replace(good, consistency=None), "receipt-unproved", known=same)
    branch = Log()
    branch.leaves = list(scene.log.leaves)
    branch.leaves[2] = leaf_hash(b"\1" + seed("replaced"))
    private = replace(
        good,
        checkpoint=branch.note(branch.checkpoint()),
        inclusion=inclusion_proof(5, 9, branch.read),
        consistency=Consistency(5, tuple(consistency_proof(5, 9, branch.read))),
    )
    add("from a private branch", private, "receipt-unproved")
    for origin in (
        origin_of("live", "za/central-authority", 2),
        origin_of("exercise", "za/central-authority"),
    ):
        note = scene.log.note(replace(scene.log.checkpoint(), origin=origin))
        add(f"a log of origin {origin}", replace(good, checkpoint=note), "receipt-unproved")
    empty = replace(
        good,
        checkpoint=scene.log.note(scene.log.checkpoint(0)),
        index=0,
        inclusion=(),
        consistency=None,
    )
    add("an empty tree", empty, "receipt-unproved")
    return found
