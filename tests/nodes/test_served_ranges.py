"""A package cannot be taken without the log saying so, in whatever ranges it is asked for."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.faults.books import opened
from tests.faults.kit import Sender
from tests.nodes.moving import MIB, Sealed, give, made_package, offer, open_case, wait_stage
from tests.nodes.offices import free_ports, launched
from tests.worlds import build_world

from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.evidence.transfer.served_ranges import MOST_SPANS, is_given, merged

PARTIES = (ASKING, ASKED)
SIZE = 4 * MIB + 4_321


def test_ranges_in_any_order_are_one_union() -> None:
    assert merged([(5, 7), (0, 3), (3, 5), (6, 6), (9, 10)]) == [(0, 7), (9, 10)]
    assert merged([(0, 10), (2, 3)]) == [(0, 10)]
    crowd = [(2 * at, 2 * at + 1) for at in range(1_000)]
    random.Random(1).shuffle(crowd)
    found = merged(crowd)
    assert len(found) == MOST_SPANS
    assert (found[0][0], found[-1][1]) == (0, 1_999)


def test_what_can_be_guessed_counts_as_given() -> None:
    assert not is_given([], 1)
    assert is_given([(0, 1)], 1_000)  # a package of one block
    assert is_given([(0, SIZE - 1)], SIZE)
    assert is_given([(1, 100 * MIB)], 100 * MIB)
    few = [(at * MIB, (at + 1) * MIB - 4) for at in range(400)]  # four bytes of each block
    assert is_given(few, 400 * MIB)
    assert not is_given([(0, 98 * MIB)], 100 * MIB)
    assert not is_given([(0, 3 * MIB)], SIZE)


@dataclass(frozen=True)
class Giving:
    world: World
    vn: Office
    za: Office
    sealed: Sealed

    def ask(self, first: int | None = None, last: int | None = None, part: str = "") -> bytes:
        """Ask as the partner, whose keys sign whatever it wants."""
        sender = Sender(self.world, ASKING, ASKED)
        path = f"/exchange/v1/packages/{self.sealed.root}{part}"
        headers = sender.signed_headers(b"", method="GET", path=path)
        if first is not None:
            headers["Range"] = f"bytes={first}-{last}"
        answer = httpx.get(f"http://127.0.0.1:{sender.port}{path}", headers=headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.content

    def recorded(self) -> tuple[int, int, int]:
        """Return the audit's rows of a package given, its rows of a part, and the log's leaves."""
        with opened(self.za.place.config.folder) as link:
            rows = [
                link.execute(
                    "SELECT count(*) FROM node_auditrow WHERE action = ? AND subject = ?"
                    " AND actor = ?",
                    [word, self.sealed.offer["root"], ASKING],
                ).fetchone()[0]
                for word in ("evidence.served", "evidence.served-in-part")
            ]
            leaves = "SELECT count(*) FROM node_logentry WHERE kind = 'evidence.served'"
            return rows[0], rows[1], link.execute(leaves).fetchone()[0]


@pytest.fixture(scope="module")
def giving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Giving]:
    folder: Path = tmp_path_factory.mktemp("giving")
    ports = dict(zip(PARTIES, free_ports(2), strict=True))
    world = build_world(folder / "world", mode="exercise", ports=ports, now=now())
    with launched(world, PARTIES) as (offices, _processes):
        vn, za = offices[ASKING], offices[ASKED]
        conversation, sealed = open_case(vn, za), made_package(folder, SIZE)
        give(za, conversation, sealed)
        offer(za, conversation, sealed)
        wait_stage(vn, sealed, "stored")
        yield Giving(world, vn, za, sealed)


def test_a_package_is_not_taken_without_a_record(giving: Giving) -> None:
    served, parts, leaves = giving.recorded()
    assert (served, leaves) == (1, 1)  # the node's own fetch, in ranges of its own, once

    taken = giving.ask(0, SIZE - 2)  # all but the last byte, which the hashes give away
    assert taken == giving.sealed.data[:-1]
    assert giving.ask(part="/blocks")
    assert giving.recorded() == (2, parts, 2)

    begun = giving.recorded()
    for at in (3, 1, 2):  # holes and any order: not enough yet, and the audit says so
        giving.ask(at * MIB + 2, at * MIB + MIB - 1)
    assert giving.recorded() == (begun[0], begun[1] + 1, begun[2])
    giving.ask(0, MIB - 1)
    assert giving.recorded() == (begun[0] + 1, begun[1] + 1, begun[2] + 1)
    giving.ask(4 * MIB, SIZE - 1)  # the rest of the same taking is no other one
    assert giving.recorded() == (begun[0] + 1, begun[1] + 1, begun[2] + 1)
