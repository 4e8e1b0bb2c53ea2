"""What was destroyed does not come back, and a partner that lies about custody is refused."""

import shutil
import tarfile
from collections.abc import Iterator
from copy import copy
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
    request,
    seal_exhibit,
)

pytestmark = pytest.mark.full  # each step is a command of its own
DATA = b"a line of a log\n" * 20_000


class Case:
    """A request of Viet Nam, accepted by South Africa, whose evidence was offered and confirmed."""

    def __init__(self, apart: Apart, folder: Path) -> None:
        self.apart, self.vn, self.za, self.folder = apart, apart.vn, apart.za, folder
        opened = self.vn.say("request.submitted", request("stored-data"), to=self.za.party)
        self.conversation = str(opened["conversation"])
        self.carry(self.vn, self.za)
        self.za.say("request.acknowledged", ACKNOWLEDGED, conversation=self.conversation)
        self.za.say("request.accepted", DECISION, conversation=self.conversation)
        self.root = self.sealed()
        sections = self.za.do("continued", root=self.root, event="offered")
        self.exhibit = sections["custody"]["exhibit"]
        self.about = str(self.offer(sections)["content"])
        self.say(self.vn, "received", self.vn.do("handover", root=self.root, event="received"))
        self.carry(self.vn, self.za)

    def sealed(self) -> str:
        """Seal one more package and hand it in; return its root."""
        folder = self.folder / f"exhibit-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        offer, path, _ = seal_exhibit(
            folder,
            conversation=self.conversation,
            sender=self.za.party,
            receiver=self.vn.party,
            data=DATA,
        )
        self.za.do("upload", conversation=self.conversation, offer=offer, path=str(path))
        return str(offer["root"])

    def offer(self, sections: dict[str, Any]) -> dict[str, Any]:
        """Let South Africa offer, and carry it over."""
        sent = self.za.say("evidence.offered", sections, conversation=self.conversation)
        self.carry(self.za, self.vn)
        return sent

    def carry(self, sender: Office, receiver: Office, *, status: int = 0) -> dict[str, Any]:
        return carry(sender, receiver, self.file(), status=status)

    def say(self, office: Office, event: str, section: Any, about: str = "") -> dict[str, Any]:
        return office.say(
            f"evidence.{event}",
            {"custody": section},
            conversation=self.conversation,
            about=about or self.about,
        )

    def stored(self, office: Office, root: str = "") -> Path:
        name = (root or self.root).removeprefix("sha256:")
        return office.folder / "vault" / "packages" / name

    def file(self) -> Path:
        return self.folder / f"{len(list(self.folder.iterdir()))}.tar"

    def disk(self) -> Path:
        """Copy the package from the giver's vault onto a disk."""
        target = self.folder / f"{self.root.removeprefix('sha256:')}.age"
        return shutil.copyfile(self.stored(self.za), target)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The case up to the receipt, once for all tests here."""
    with offices_apart(tmp_path_factory.mktemp("played") / "world") as apart:
        made = Case(apart, tmp_path_factory.mktemp("carried"))
        apart.close()
        yield made


@pytest.fixture
def case(played: Case, tmp_path: Path) -> Iterator[Case]:
    """The case played, in folders of the test's own."""
    made, apart = copy(played), played.apart.copied(tmp_path / "offices")
    made.vn, made.za, made.folder = apart.vn, apart.za, tmp_path / "carried"
    made.folder.mkdir()
    yield made
    apart.close()


def refused(report: dict[str, Any]) -> list[str]:
    return [m["code"] for m in report["members"] if m["outcome"] == "refused"]


def test_a_destroyed_package_does_not_come_back_by_disk(case: Case) -> None:
    disk = case.disk()
    case.vn.do("destroy", root=case.root)
    assert not case.stored(case.vn).exists()
    assert refused(comity("import", case.vn.folder, disk, status=1)) == ["package-destroyed"]
    assert not case.stored(case.vn).exists()
    assert case.vn.do("stages") == {case.root: "destroyed"}


def test_a_destroyed_package_does_not_come_back_by_another_exchange_file(case: Case) -> None:
    case.vn.do("destroy", root=case.root)
    case.carry(case.za, case.vn)
    assert not case.stored(case.vn).exists()
    assert case.vn.do("stages") == {case.root: "destroyed"}


def test_a_destroyed_package_is_not_offered_or_exported_any_more(case: Case) -> None:
    case.za.do("destroy", root=case.root)
    assert not case.stored(case.za).exists()
    assert case.za.do("handover", root=case.root, event="offered")["error"] == "custody-away"
    file = case.file()
    comity("export", case.za.folder, "--to", case.vn.party, "-o", file)
    with tarfile.open(file) as archive:
        assert not [name for name in archive.getnames() if name.startswith("packages/")]


# ------------------------------------------------------------------ a partner that lies


def outcomes(office: Office) -> list[str]:
    return [str(row["outcome"]) for row in office.do("messages").values()]


def test_the_giver_does_not_go_on_with_a_chain_that_the_receiver_holds(case: Case) -> None:
    before = case.vn.do("chain", exhibit=case.exhibit)
    case.za.do("lie")
    case.offer(case.za.do("continued", root=case.root, event="offered"))
    assert case.vn.do("chain", exhibit=case.exhibit) == before
    assert "refused:custody-handover" in outcomes(case.vn)


def test_a_package_is_not_offered_with_the_chain_of_another_exhibit(case: Case) -> None:
    one, other = case.sealed(), case.sealed()
    case.za.do("lie")
    sections = case.za.do("continued", root=one, event="offered")
    offer = case.za.do("continued", root=other, event="offered")["offer"]
    case.offer({**sections, "offer": offer})
    assert "refused:custody-handover" in outcomes(case.vn)
    assert case.vn.do("chain", exhibit=sections["custody"]["exhibit"]) == []
    assert case.vn.do("stages") == {case.root: "stored"}


@pytest.mark.parametrize("past", [0, 1, 2])
def test_a_past_without_its_last_events_is_refused(case: Case, past: int) -> None:
    before = case.vn.do("chain", exhibit=case.exhibit)
    case.za.do("lie")
    case.offer(case.za.do("continued", root=case.root, event="offered", past=past))
    assert case.vn.do("chain", exhibit=case.exhibit) == before
    assert {"refused:custody-fork"} & set(outcomes(case.vn))


def test_nobody_offers_an_exhibit_of_another_case_as_its_own(case: Case) -> None:
    """A new chain under an identifier that is known already is a fork of the known one."""
    other = case.sealed()
    case.za.do("lie")
    lie = case.za.do("continued", root=other, event="offered", past=0)
    event = lie["custody"]["events"][0]
    event["exhibit"] = case.exhibit
    lie["custody"] |= {"exhibit": case.exhibit, "digest": case.za.do("digest", event=event)}
    lie["offer"]["exhibit"] = case.exhibit
    before = case.vn.do("chain", exhibit=case.exhibit)
    case.offer(lie)
    assert "refused:custody-fork" in outcomes(case.vn)
    assert case.vn.do("chain", exhibit=case.exhibit) == before
