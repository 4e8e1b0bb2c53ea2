"""A disk that fills up: the sender is told so, nothing acknowledged is lost, work goes on after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.nodes import free_ports
from tests.faults.books import check_log, read_books
from tests.faults.kit import Sender
from tests.faults.quick import QuickNode
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # a disk that fills

ROOM_PAGES = 40  # SQLite pages of 4 KiB that are left


class FullNode(QuickNode):
    """A node whose database may not grow: SQLite answers as it does on a full disk."""

    full = True

    def command(self) -> list[str]:
        command = super().command()
        return [*command, str(ROOM_PAGES)] if self.full else command


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[World, FullNode]]:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    world = build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())
    node = FullNode(world.places[ASKED].config.folder)
    node.start()
    node.wait_ready()
    yield world, node
    node.stop()


def test_a_full_disk_loses_nothing_acknowledged_and_work_goes_on_when_there_is_room(
    place: tuple[World, FullNode],
) -> None:
    world, node = place
    sender = Sender(world, ASKING, ASKED)
    parcels: list[bytes] = []
    receipts: dict[str, bytes] = {}
    refused = None
    for _ in range(200):
        message, parcel = sender.note("x" * 2000)
        parcels.append(parcel)
        answer = sender.deliver(parcel)
        if answer.status != 200:
            refused = answer
            break
        receipts[message.record] = answer.body
    assert refused is not None, "the disk did not fill up"
    assert (refused.status, refused.code) == (507, "database-full")
    assert receipts, "it was full from the start"
    node.stop()
    books = read_books(ASKED, node.folder)
    check_log(books)
    assert books.messages.keys() == receipts.keys()

    node.full = False
    node.start()
    node.wait_ready()
    again = [sender.deliver(parcel) for parcel in parcels]
    assert [answer.body for answer in again[:-1]] == list(receipts.values())
    assert again[-1].receipt.outcome == "applied"
    node.stop()
    check_log(read_books(ASKED, node.folder))
