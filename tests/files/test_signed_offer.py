"""A signed offer opens a package only for the sender's own key, by the trust file."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.worlds import build_world

from comity.canonical import PeerError, decode, encode, new_id
from comity.demo.world import ASKED, ASKING, World
from comity.directory.store import DirectoryStore
from comity.evidence.offer import Offer
from comity.exchange import Draft, Section, Seen, sign_message
from comity.files.key_files import read_signed_offer, write_signed_offer
from comity.keys import PrivateKey
from comity.node.core.keystore import load_keys

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OPENING = "sha256:" + "ab" * 32


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    return build_world(folder, mode="live", ports={ASKING: 1, ASKED: 2}, now=NOW)


@dataclass(frozen=True)
class Made:
    """A file with what went into it."""

    data: bytes
    offer: Offer


def offer() -> Offer:
    return Offer(
        exhibit=new_id(NOW, os.urandom(10)),
        description=("en", "A disk"),
        files=1,
        file_list=bytes(32),
        recipients=("age1" + "q" * 58,),
        root=bytes(range(32)),
        sealed_size_bytes=1000,
        tag_manifest=bytes(32),
    )


def make(
    world: World,
    *,
    use: str = "message",
    key: PrivateKey | None = None,
    change: Callable[[Draft], Draft] = lambda draft: draft,
) -> bytes:
    section = Section(os.urandom(32), sample().to_value())
    place = world.places[ASKED]
    draft = change(
        Draft(
            id=new_id(NOW, os.urandom(10)),
            conversation=OPENING,
            author=ASKED,
            members=tuple(sorted((ASKED, ASKING))),
            instrument=None,
            sequence=1,
            previous=None,
            seen={ASKING: Seen(1, OPENING)},
            sent_at=NOW,
            type="evidence.offered",
            about=None,
            body={"offer": section.commitment},
        )
    )
    signer = key or load_keys(place.config.keys)[use]
    message = sign_message(draft, [], signer, mode="live")
    directory = DirectoryStore.open(place.config.directory).load()
    return write_signed_offer(
        message.envelope,
        section,
        states=[s.jws for s in directory.state_records("za")],
        entries=[e.jws for e in directory.versions(ASKED)],
    )


def sample() -> Offer:
    from comity.evidence import age_keys

    return replace(offer(), recipients=(str(age_keys.generate(os.urandom).recipient),))


def test_the_senders_message_is_believed_by_the_trust_file(world: World) -> None:
    found, binding = read_signed_offer(make(world), world.trust, now=NOW)
    assert found.root == bytes(range(32))
    assert (binding.sender, binding.receiver, binding.mode) == (ASKED, ASKING, "live")


def refusal(data: bytes, trust: bytes, *, now: datetime = NOW) -> str:
    with pytest.raises(PeerError) as caught:
        read_signed_offer(data, trust, now=now)
    return caught.value.code


def test_a_strangers_key_is_refused(world: World) -> None:
    data = make(world, key=PrivateKey.from_seed(os.urandom(32)))
    assert refusal(data, world.trust) == "key-unknown"


def test_the_senders_key_for_another_purpose_is_refused(world: World) -> None:
    assert refusal(make(world, use="export"), world.trust) == "key-use"


def test_another_trust_file_refuses_the_records(world: World, tmp_path: Path) -> None:
    other = build_world(tmp_path / "w", mode="live", ports={ASKING: 1, ASKED: 2}, now=NOW)
    assert refusal(make(world), other.trust) == "signed-offer"


def test_a_message_of_another_type_offers_nothing(world: World) -> None:
    data = make(world, change=lambda d: replace(d, type="request.executed"))
    assert refusal(data, world.trust) == "signed-offer"


def test_a_key_that_does_not_count_any_more_is_refused(world: World) -> None:
    late = NOW + timedelta(days=4000)
    assert refusal(make(world), world.trust, now=late) == "key-expired"


@pytest.mark.parametrize("member", ["sealed_size_bytes", "root", "files"])
def test_a_changed_offer_is_refused(world: World, member: str) -> None:
    value: dict[str, Any] = decode(make(world), max_bytes=1 << 24)
    shown = value["offer"]["value"]
    shown[member] = "sha256:" + "00" * 32 if member == "root" else 7
    assert refusal(encode(value), world.trust) == "section-mismatch"
