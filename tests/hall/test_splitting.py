"""Two logs of one partner: the second is as well made as the first; what was shown before tells."""

from datetime import timedelta

import pytest
from tests.exchange.makers import T0, seed
from tests.exchange.test_receipts import Scene, make_scene

from comity.exchange import Receipt
from comity.exchange.errors import ReceiptUnprovedError
from comity.hall.splitting import retell
from comity.ledger import ed25519_signer

LATER = T0 + timedelta(hours=1)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def retold(scene: Scene, *, known: int | None) -> Receipt:
    signer = ed25519_signer(scene.log.origin, scene.log.private)
    leaves = scene.log.leaves
    return retell(scene.receipt, leaves, signer, known=known, at=LATER, salt=seed("second"))


@pytest.mark.parametrize("size", [9, 6])
def test_who_saw_the_first_log_does_not_take_the_second(scene: Scene, size: int) -> None:
    held = scene.log.checkpoint(size)
    with pytest.raises(ReceiptUnprovedError):
        scene.check(retold(scene, known=size), known=held)


def test_the_same_is_not_said_of_a_log_that_only_grew(scene: Scene) -> None:
    assert scene.check(known=scene.log.checkpoint(9)).linked
    assert scene.check(known=scene.log.checkpoint(5)).linked


def test_who_saw_neither_log_cannot_tell_which_is_the_second(scene: Scene) -> None:
    first, second = scene.check(known=None), scene.check(retold(scene, known=None), known=None)
    assert first.receipt.record == second.receipt.record
    assert first.checkpoint.checkpoint.origin == second.checkpoint.checkpoint.origin
    assert second.receipt.received_at == LATER


def test_without_its_proof_a_second_log_is_not_linked_to_the_first(scene: Scene) -> None:
    held = scene.log.checkpoint(6)
    assert not scene.check(retold(scene, known=None), known=held).linked, "it is asked for later"
