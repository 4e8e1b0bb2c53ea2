"""What the second implementation writes, our code reads: a package and a court bundle."""

import os
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.bundle.makers import at_odds
from tests.nodes.offices import preservation_request
from tests.stranger import bag, offers, sealing, values
from tests.stranger import verdict as judging
from tests.stranger.binding import Binder, State, trust_file
from tests.stranger.custody import event_digest
from tests.stranger.hybrid import HybridIdentity
from tests.stranger.message import Message
from tests.stranger.party import Party, Stored, now
from tests.stranger.suites import Envelope

from comity.bundle import MemoryReader, verify
from comity.cli.court.verify import verify_bundle
from comity.cli.evidence.open import list_command, open_package
from comity.directory import parse_trust
from comity.evidence import age, age_keys

MODE = "exercise"
VN, ZA = "vn/contact-point", "za/central-authority"
FILES = [("log.txt", b"line\n"), ("mails/\u1ebfn.eml", b"x" * 3000), ("empty", b"")]
CASE = b'{"@context":{},"@graph":[]}'


def sealed(to: sealing.Identity) -> tuple[bytes, dict[str, Any], str]:
    """Return a sealed package, its offer, and the text of the key that opens it."""
    moment = values.time_text(now())
    head = {
        "conversation": None,
        "from": ZA,
        "mode": MODE,
        "protocol": "comity/1",
        "salt": values.b64(os.urandom(32)),
        "sealed_at": moment,
        "to": VN,
    }
    archive = bag.write_package(FILES, head, day=moment[:10], case=CASE)
    package = bag.open_package(archive)
    public = sealing.public_key(to)
    data = sealing.seal(archive, [public])
    offer = {
        "block_size_bytes": offers.BLOCK_SIZE,
        "description": {"lang": "en", "text": "Login records"},
        "exhibit": values.new_id(now(), os.urandom(10)),
        "file_list": package.file_list,
        "files": len(package.payload),
        "recipients": [sealing.recipient_text(public)],
        "root": offers.root_text(offers.block_hashes(data)),
        "sealed_size_bytes": len(data),
        "tag_manifest": package.tag_manifest,
    }
    return data, offer, sealing.identity_text(to)


def seed_of_both() -> HybridIdentity:
    return HybridIdentity(os.urandom(32))


@pytest.mark.parametrize("make", [X25519PrivateKey.generate, seed_of_both])
def test_our_commands_open_a_package_of_the_second_implementation(
    tmp_path: Path, make: Callable[[], sealing.Identity]
) -> None:
    data, offer, identity = sealed(make())
    (tmp_path / "package.age").write_bytes(data)
    (tmp_path / "offer.json").write_bytes(values.encode(offer))
    (tmp_path / "key").write_text(identity)
    given = [str(tmp_path / "package.age"), "-i", str(tmp_path / "key")]
    given += ["--offer", str(tmp_path / "offer.json"), "--unauthenticated"]
    shown = CliRunner().invoke(list_command, given)
    assert shown.exit_code == 0, shown.output
    assert "mails/\u1ebfn.eml" in shown.stdout
    done = CliRunner().invoke(open_package, [*given, "-o", str(tmp_path / "bag")])
    assert done.exit_code == 0, done.output
    for name, content in FILES:
        assert (tmp_path / "bag" / "data" / name).read_bytes() == content


def test_it_opens_what_our_code_seals_to_a_key_of_both_kinds() -> None:
    ours = age_keys.generate_hybrid(os.urandom)
    own = sealing.identity_of(ours.text())
    assert isinstance(own, HybridIdentity)
    assert sealing.recipient_text(own.recipient) == str(ours.recipient)
    data = age.seal_bytes(b"parcel", [ours.recipient], random=os.urandom)
    assert sealing.open_age(data, own) == b"parcel"


# ------------------------------------------------------------------ a case of two strangers


def deliver(sender: Party, receiver: Party, drafted: tuple[Any, Any], *roles: str) -> Message:
    """Let officers approve a message, and bring it to the other party without any wire."""
    payload, salted = drafted
    for role in roles:
        officer = sender.officer if role == "author" else sender.new_officer(role)
        payload["approvals"].append(sender.approval(payload, role, officer))
    message = sender.sign(payload)
    receipt = receiver.receive(sender.parcel(message, salted, receiver.name))
    said = sender.take_receipt(message, salted, receipt).value
    assert said["outcome"] == "applied"
    return message


def event(chain: list[dict[str, Any]], kind: str, party: str, offer: dict[str, Any]) -> None:
    """Add an event to a chain."""
    root = None if kind == "acquired" else offer["root"]
    chain.append(
        {
            "at": values.time_text(now()),
            "attested": kind == "acquired",
            "by": "examiner 7",
            "certificate": None,
            "digest_after": root,
            "digest_before": None if kind in ("acquired", "sealed") else root,
            "event": kind,
            "exhibit": offer["exhibit"],
            "number": len(chain) + 1,
            "party": party,
            "place": None,
            "previous": event_digest(chain[-1]) if chain else None,
            "protocol": "comity/1",
            "reason": "as requested",
            "related": None,
        }
    )


def handed(chain: list[dict[str, Any]], offer: dict[str, Any]) -> dict[str, Any]:
    """Return a chain as a hand-over carries it."""
    count, digest = len(chain), event_digest(chain[-1])
    return {"count": count, "digest": digest, "events": list(chain), "exhibit": offer["exhibit"]}


@dataclass(frozen=True)
class Meeting:
    """Two parties who know each other, and what vouches for them."""

    vn: Party
    za: Party
    records: list[Envelope]
    entries: list[Envelope]
    trust: bytes


def meet() -> Meeting:
    vn, za = Party(VN, MODE, 1), Party(ZA, MODE, 2, "ES256")
    states = [State(name, MODE, now() - timedelta(hours=1)) for name in ("vn", "za")]
    trust = trust_file(MODE, states)
    records = [state.record() for state in states]
    entries = [state.enter(p.entry()) for state, p in zip(states, (vn, za), strict=True)]
    vn.directory.take(trust, records[1].raw, entries[1].raw, now=now())
    za.directory.take(trust, records[0].raw, entries[0].raw, now=now())
    return Meeting(vn, za, records, entries, trust)


@pytest.fixture(scope="module")
def case() -> tuple[dict[str, bytes], bytes]:
    made = meet()
    vn, za = made.vn, made.za
    drafted = vn.opening(ZA, "request.submitted", preservation_request())
    name = deliver(vn, za, drafted, "author", "approver").envelope.content
    noted = {"acknowledgement": {"note": None, "reference": "ZA-7"}}
    deliver(za, vn, za.draft(name, "request.acknowledged", noted))
    decided: dict[str, Any] = {"domestic_order": None, "grounds": [], "review_by": None}
    decision = {"decision": decided | {"reasons": {"lang": "en", "text": "It is due."}}}
    deliver(za, vn, za.draft(name, "request.accepted", decision), "author", "approver")
    data, offer, _ = sealed(vn.sealing)
    chain: list[dict[str, Any]] = []
    for kind in ("acquired", "sealed", "offered"):
        event(chain, kind, ZA, offer)
    given = {"custody": handed(chain, offer), "offer": offer}
    offered = deliver(za, vn, za.draft(name, "evidence.offered", given), "author")
    event(chain, "received", VN, offer)
    taken = {"custody": handed(chain, offer)}
    about = offered.envelope.content
    deliver(vn, za, vn.draft(name, "evidence.received", taken, about=about), "author")
    binder = Binder(
        vn,
        made.records,
        made.entries,
        {offer["exhibit"]: chain},
        {offer["root"][7:]: data},
    )
    return binder.bind(name, now()), made.trust


def test_our_verifier_finds_a_bundle_of_the_second_implementation_intact(
    case: tuple[dict[str, bytes], bytes],
) -> None:
    files, trust = case
    report = verify(MemoryReader(files), trust=parse_trust(trust))
    assert report.first_failure is None
    assert report.verdict == "intact"
    own = judging.verify(files, trust)
    assert (own.exit, own.word) == (report.exit_status, "intact"), own
    words = [Counter((c.name, c.word) for c in each.claims) for each in (own, report)]
    assert words[0] == words[1]


def test_who_has_seen_a_message_has_seen_those_before_it() -> None:
    """A liar signs that it has seen the second message, and logs the first after its answer.

    The document calls it a contradiction (C-16-46).
    """
    made = meet()
    vn, za = made.vn, made.za
    payload, salted = vn.opening(ZA, "request.submitted", preservation_request())
    for role in ("author", "approver"):
        payload["approvals"].append(vn.approval(payload, role, vn.new_officer(role)))
    first = vn.sign(payload)
    late, name = vn.parcel(first, salted, ZA), first.envelope.content
    vn.messages[first.envelope.record] = Stored(first, {}, salted=salted)
    asked, more = vn.draft(name, "request.status-asked", {})
    second = vn.sign(asked)
    held = za.receive(vn.parcel(second, more, ZA))
    assert vn.take_receipt(second, more, held).value["outcome"] == "held"
    za.messages[first.envelope.record] = Stored(first, {}, salted=salted)
    noted = {"acknowledgement": {"note": None, "reference": "ZA-7"}}
    answer, own = za.draft(name, "request.acknowledged", noted)
    del za.messages[first.envelope.record]
    lie = za.sign(answer)
    told = za.parcel(lie, own, VN)
    assert vn.take_receipt(first, salted, za.receive(late)).value["outcome"] == "applied"
    assert za.take_receipt(lie, own, vn.receive(told)).value["outcome"] == "applied"
    files = Binder(za, made.records, made.entries).bind(name, now())
    found = judging.verify(files, made.trust)
    assert (found.word, judging.at_odds(found)) == ("damaged", [f"log-order contradicted {ZA}"])
    other = verify(MemoryReader(files), trust=parse_trust(made.trust))
    assert (other.verdict, at_odds(other)) == (found.word, judging.at_odds(found))


WRONG = [{"note": {"bogus": 1}}, {"use": {"bogus": 1}}]


@pytest.mark.parametrize("sections", WRONG, ids=["of another shape", "of another type"])
def test_what_a_message_was_refused_for_spoils_no_bundle(sections: dict[str, Any]) -> None:
    """The sections of a refused message stay, with the fault for all to see (C-16-26)."""
    made = meet()
    vn, za = made.vn, made.za
    drafted = vn.opening(ZA, "request.submitted", preservation_request())
    name = deliver(vn, za, drafted, "author", "approver").envelope.content
    payload, salted = vn.draft(name, "request.withdrawn", sections)
    vn.approve(payload)
    message = vn.sign(payload)
    receipt = za.receive(vn.parcel(message, salted, ZA))
    assert vn.take_receipt(message, salted, receipt).value["outcome"] == "refused:body-malformed"
    for party in (vn, za):
        files = Binder(party, made.records, made.entries).bind(name, now())
        found = judging.verify(files, made.trust)
        assert found.word == "intact", found
        assert ("refusal-ground", "proved") in {(one.name, one.word) for one in found.claims}
        assert verify(MemoryReader(files), trust=parse_trust(made.trust)).verdict == "intact"


def test_a_folder_and_a_zip_of_it_are_one_bundle(
    case: tuple[dict[str, bytes], bytes], tmp_path: Path
) -> None:
    files, trust = case
    (tmp_path / "trust.json").write_bytes(trust)
    for path, data in files.items():
        place = tmp_path / "case" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    (tmp_path / "no.zip").write_bytes(b"no bundle")
    given = [str(tmp_path / "case"), "--trust", str(tmp_path / "trust.json")]
    assert CliRunner().invoke(verify_bundle, given).exit_code == 0
    for name, status in (("case", 0), ("case.zip", 0), ("no.zip", 2), ("nothing", 2)):
        assert judging.judge(tmp_path / name, tmp_path / "trust.json").exit == status, name


@pytest.mark.full
def test_a_bit_of_any_file_of_it_spoils_it_for_both(
    case: tuple[dict[str, bytes], bytes],
) -> None:
    files, trust = case
    for path, data in files.items():
        spoilt = files | {path: data[:-1] + bytes([data[-1] ^ 1])}
        assert verify(MemoryReader(spoilt), trust=parse_trust(trust)).exit_status == 1, path
        assert judging.verify(spoilt, trust).exit == 1, path
