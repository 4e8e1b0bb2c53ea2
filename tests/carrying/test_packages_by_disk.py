"""A sealed package on a couriered disk joins the same record, before or after its offer."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.carrying.conftest import Apart, offices_apart
from tests.carrying.offices import (
    ACKNOWLEDGED,
    DECISION,
    Office,
    carry,
    comity,
    offer_evidence,
    request,
    seal_exhibit,
)

pytestmark = pytest.mark.full  # each step is a command of its own
DATA = b"a line of a log\n" * 200_000


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Apart, str]]:
    """A case in which evidence may be handed over, once for all tests here."""
    folder = tmp_path_factory.mktemp("accepted")
    with offices_apart(folder / "world") as made:
        vn, za = made.vn, made.za
        opened = vn.say("request.submitted", request("stored-data"), to=za.party)["conversation"]
        carry(vn, za, folder / "ask.tar")
        za.say("request.acknowledged", ACKNOWLEDGED, conversation=opened)
        za.say("request.accepted", DECISION, conversation=opened)
        made.close()
        yield made, str(opened)


@pytest.fixture
def apart(accepted: tuple[Apart, str], tmp_path: Path) -> Iterator[Apart]:
    """Both offices as they are then, in folders of the test's own."""
    made = accepted[0].copied(tmp_path / "offices")
    yield made
    made.close()


@pytest.fixture
def case(accepted: tuple[Apart, str]) -> str:
    """The conversation of that case."""
    return accepted[1]


def on_disk(office: Office, root: str, target: Path) -> Path:
    """Copy a package from an office's vault onto a disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return shutil.copyfile(office.folder / "vault" / "packages" / plain(root), target)


def plain(root: str) -> str:
    return root.removeprefix("sha256:")


def without_packages(sender: Office, receiver: Office, path: Path) -> None:
    comity("export", sender.folder, "--to", receiver.party, "-o", path, "--without-packages")
    comity("import", receiver.folder, path)


def outcome(report: dict[str, Any]) -> tuple[str, str]:
    (member,) = report["members"]
    return member["outcome"], member["code"]


def kept(office: Office) -> list[Path]:
    return list((office.folder / "vault" / "quarantine").glob("*"))


def test_a_disk_that_comes_after_the_offer_brings_the_evidence(
    apart: Apart, tmp_path: Path, case: str
) -> None:
    vn, za = apart.vn, apart.za
    root, _ = offer_evidence(za, tmp_path, case, receiver=vn.party, data=DATA)
    without_packages(za, vn, tmp_path / "1.tar")
    disk = on_disk(za, root, tmp_path / "disk" / f"{plain(root)}.age")
    assert outcome(comity("import", vn.folder, disk)) == ("taken", "")
    assert vn.do("stages") == {root: "stored"}
    assert outcome(comity("import", vn.folder, disk)) == ("known", "")


def test_a_disk_that_comes_first_waits_unexplained_and_joins_when_the_offer_comes(
    apart: Apart, tmp_path: Path, case: str
) -> None:
    vn, za = apart.vn, apart.za
    root, _ = offer_evidence(za, tmp_path, case, receiver=vn.party, data=DATA)
    disk = on_disk(za, root, tmp_path / "disk" / f"{plain(root)}.age")
    assert outcome(comity("import", vn.folder, disk)) == ("kept", "package-unexplained")
    assert vn.do("stages") == {}
    assert vn.do("audited", action="package.unexplained") == [["carrier", root, ""]]
    without_packages(za, vn, tmp_path / "1.tar")
    assert vn.do("stages") == {root: "stored"}
    stored = vn.folder / "vault" / "packages" / plain(root)
    assert stored.read_bytes() == disk.read_bytes()
    assert kept(vn) == []


def test_a_package_by_any_name_is_known_by_the_offer_beside_it(
    apart: Apart, tmp_path: Path, case: str
) -> None:
    vn, za = apart.vn, apart.za
    offer, path, _ = seal_exhibit(
        tmp_path, conversation=case, sender=za.party, receiver=vn.party, data=DATA
    )
    disk = tmp_path / "disk" / "phone-3.age"
    disk.parent.mkdir()
    shutil.copyfile(path, disk)
    told = comity("import", vn.folder, disk, status=1)
    assert told["error"]["code"] == "exchange-file"
    disk.with_name("phone-3.age.offer.json").write_text(json.dumps(offer))
    report = comity("import", vn.folder, disk)
    assert report["members"][0]["name"] == f"packages/{plain(offer['root'])}.age"
    assert outcome(report) == ("kept", "package-unexplained")


def test_a_signed_offer_beside_a_package_is_verified_and_does_not_replace_its_message(
    apart: Apart, tmp_path: Path, case: str
) -> None:
    vn, za = apart.vn, apart.za
    root, sent = offer_evidence(za, tmp_path, case, receiver=vn.party, data=DATA)
    disk = on_disk(za, root, tmp_path / "disk" / f"{plain(root)}.age")
    beside = disk.with_name(disk.name + ".offer.json")
    good = za.do("signed_offer", content=sent["content"]).encode()
    told = json.loads(good)
    told["offer"]["value"]["files"] += 1
    beside.write_text(json.dumps(told, separators=(",", ":"), sort_keys=True))
    assert comity("import", vn.folder, disk, status=1)["members"][0]["outcome"] == "refused"
    assert kept(vn) == []
    beside.write_bytes(good)
    assert outcome(comity("import", vn.folder, disk)) == ("kept", "package-unexplained")
    assert vn.do("stages") == {}
    assert outcome(comity("import", za.folder, disk)) == ("known", "")


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "another byte": lambda data: data[:-9] + bytes((data[-9] ^ 1,)) + data[-8:],
    "a byte less": lambda data: data[:-1],
    "a byte more": lambda data: data + b"!",
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("offered", [False, True], ids=["before the offer", "after it"])
def test_a_spoilt_package_on_a_disk_is_refused_and_nothing_of_it_is_kept(
    apart: Apart, tmp_path: Path, case: str, how: str, offered: bool
) -> None:
    vn, za = apart.vn, apart.za
    root, _ = offer_evidence(za, tmp_path, case, receiver=vn.party, data=DATA)
    if offered:
        without_packages(za, vn, tmp_path / "1.tar")
    disk = on_disk(za, root, tmp_path / "disk" / f"{plain(root)}.age")
    disk.write_bytes(SPOILT[how](disk.read_bytes()))
    told, code = outcome(comity("import", vn.folder, disk, status=1))
    assert told == "refused"
    assert code in ("offer-root", "offer-size")
    assert kept(vn) == []
    assert not list((vn.folder / "vault").glob("packages/*"))
