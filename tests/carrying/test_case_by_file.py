"""A whole case runs between two nodes that never share a network, by sealed files alone."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.carrying.conftest import Apart
from tests.carrying.offices import (
    ACKNOWLEDGED,
    DECISION,
    Office,
    carry,
    comity,
    comity_itself,
    offer_evidence,
    request,
)

pytestmark = pytest.mark.full  # each step is a command of its own
MAIL = b"one line of a log\n" * 200_000


def play(apart: Apart, folder: Path, carried: Any) -> tuple[str, str]:
    """Play request, answers and evidence; ``carried(from, to)`` is the only way between them."""
    vn, za = apart.vn, apart.za
    opened = vn.say("request.submitted", request("stored-data"), to=za.party)
    case = opened["conversation"]
    carried(vn, za)
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    za.say("request.accepted", DECISION, conversation=case)
    root, offered = offer_evidence(za, folder, case, receiver=vn.party, data=MAIL)
    carried(za, vn)
    assert vn.do("stages") == {root: "stored"}
    chain = vn.do("handover", root=root, event="received")
    vn.say("evidence.received", {"custody": chain}, conversation=case, about=offered["content"])
    carried(vn, za)
    carried(za, vn)
    return case, root


def settled(apart: Apart, case: str) -> None:
    """Hold both sides to what they would hold each other to online."""
    ours, theirs = (o.do("conversation", digest=case) for o in (apart.vn, apart.za))
    assert ours == theirs
    assert ours["state"] == "accepted"
    for one in (apart.vn, apart.za):
        assert set(one.do("outbox").values()) == {"delivered"}
        assert {r["fault"] for r in one.do("receipts")} == {""}
        mine = {k for k, m in one.do("messages").items() if m["outgoing"]}
        assert {r["record"] for r in one.do("receipts")} == mine


@pytest.mark.long  # by folders it is played at each change
def test_a_whole_case_settles_by_files(apart: Apart, tmp_path: Path) -> None:
    number = iter(range(100))

    def by_file(sender: Office, receiver: Office) -> None:
        carry(sender, receiver, tmp_path / f"{next(number)}.tar")

    case, root = play(apart, tmp_path, by_file)
    settled(apart, case)
    stored = apart.vn.folder / "vault" / "packages" / root.removeprefix("sha256:")
    given = apart.za.folder / "vault" / "packages" / root.removeprefix("sha256:")
    assert (
        hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(given.read_bytes()).digest()
    )


def test_a_whole_case_settles_through_folders_as_blind_relays(apart: Apart, tmp_path: Path) -> None:
    def by_relay(sender: Office, receiver: Office) -> None:
        folder = tmp_path / f"from-{sender.party[:2]}"
        folder.mkdir(exist_ok=True)
        carry(sender, receiver, folder)

    case, _ = play(apart, tmp_path, by_relay)
    settled(apart, case)
    # What was receipted is no longer carried.
    by_relay(apart.vn, apart.za)
    assert list((tmp_path / "from-vn" / "parcels").iterdir()) == []


def test_importing_twice_changes_nothing(apart: Apart, tmp_path: Path) -> None:
    vn, za = apart.vn, apart.za
    vn.say("request.submitted", request("preservation"), to=za.party)
    carry(vn, za, tmp_path / "1.tar")
    before = za.do("counts"), za.do("log")
    again = comity_itself("import", za.folder, tmp_path / "1.tar")
    assert again["counts"]["parcel"] == {"known": 1}
    assert (za.do("counts"), za.do("log")) == before
    carry(za, vn, tmp_path / "2.tar")
    before = vn.do("counts"), vn.do("log")
    again = comity("import", vn.folder, tmp_path / "2.tar")
    assert again["counts"]["receipt"] == {"known": 1}
    assert (vn.do("counts"), vn.do("log")) == before


def test_exporting_does_not_count_as_delivered(apart: Apart, tmp_path: Path) -> None:
    sent = apart.vn.say("request.submitted", request("preservation"), to=apart.za.party)
    for name in ("lost.tar", "again.tar"):
        made = comity_itself(
            "export", apart.vn.folder, "--to", apart.za.party, "-o", tmp_path / name
        )
        assert made["members"]["parcel"] == 1
    assert apart.vn.do("outbox") == {sent["record"]: "queued"}


def test_a_dry_run_writes_and_takes_nothing(apart: Apart, tmp_path: Path) -> None:
    vn, za = apart.vn, apart.za
    vn.say("request.submitted", request("preservation"), to=za.party)
    comity("export", vn.folder, "--to", za.party, "-o", tmp_path / "no.tar", "--dry-run")
    assert not (tmp_path / "no.tar").exists()
    comity("export", vn.folder, "--to", za.party, "-o", tmp_path / "1.tar")
    before = za.do("counts")
    told = comity("import", za.folder, tmp_path / "1.tar", "--dry-run")
    assert told["counts"]["parcel"] == {"ignored": 1}
    assert za.do("counts") == before


def test_a_package_that_comes_before_its_offer_is_kept_and_joined_when_the_offer_comes(
    apart: Apart, tmp_path: Path
) -> None:
    vn, za = apart.vn, apart.za
    case = vn.say("request.submitted", request("stored-data"), to=za.party)["conversation"]
    carry(vn, za, tmp_path / "1.tar")
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    za.say("request.accepted", DECISION, conversation=case)
    offer_evidence(za, tmp_path, case, receiver=vn.party, data=MAIL)
    relay = tmp_path / "relay"
    relay.mkdir()
    comity("export", za.folder, "--to", vn.party, "-o", relay)
    (relay / "parcels").rename(tmp_path / "late")
    told = comity("import", vn.folder, relay)
    assert told["counts"]["package"] == {"kept": 1}
    assert vn.do("stages") == {}
    again = comity("import", vn.folder, relay)
    assert again["counts"]["package"] == {"known": 1}
    (tmp_path / "late").rename(relay / "parcels")
    shutil.rmtree(relay / "packages")
    told = comity("import", vn.folder, relay)
    assert told["counts"]["package"] == {"taken": 1}
    assert list((vn.folder / "vault" / "quarantine").iterdir()) == []
    assert set(vn.do("stages").values()) == {"stored"}


def test_without_packages_the_offer_goes_and_the_evidence_waits(
    apart: Apart, tmp_path: Path
) -> None:
    vn, za = apart.vn, apart.za
    case = vn.say("request.submitted", request("stored-data"), to=za.party)["conversation"]
    carry(vn, za, tmp_path / "1.tar")
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    za.say("request.accepted", DECISION, conversation=case)
    offer_evidence(za, tmp_path, case, receiver=vn.party, data=MAIL)
    light = tmp_path / "light.tar"
    comity("export", za.folder, "--to", vn.party, "-o", light, "--without-packages")
    comity("import", vn.folder, light)
    assert set(vn.do("stages").values()) == {"wanted"}
    carry(za, vn, tmp_path / "heavy.tar")
    assert set(vn.do("stages").values()) == {"stored"}
