"""Three real nodes: South Africa's evidence reaches Kenya through Viet Nam only by consent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.forked import run as forked_run
from tests.nodes.moving import Sealed, give, made_package, offer, open_case, wait_stage
from tests.nodes.offices import free_ports, launched
from tests.worlds import build_world

from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]

THIRD = "ke/contact-point"
TEXT = {"lang": "en", "text": "Kenya investigates the same group."}


@dataclass(frozen=True)
class Three:
    """Viet Nam asked South Africa and got evidence; Kenya asks Viet Nam."""

    vn: Office
    za: Office
    ke: Office
    conversation: str
    sealed: Sealed


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    parties = (ASKING, ASKED, THIRD)
    ports = dict(zip(parties, free_ports(3), strict=True))
    folder = tmp_path_factory.mktemp("three")
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    with launched(world, parties) as (offices, _):
        vn, za, ke = (offices[party] for party in parties)
        conversation = open_case(vn, za)
        sealed = made_package(folder / "made", 300_000)
        give(za, conversation, sealed)
        limit = {"kind": "use-limitation", "text": {"lang": "en", "text": "Only in this case."}}
        sections: dict[str, Any] = {"conditions": {"conditions": [limit]}}
        za.send("conditions.set", sections, signatures=1, conversation=conversation)
        sent = offer(za, conversation, sealed)
        wait_stage(vn, sealed, "stored")
        handed = vn.case.get(
            f"/packages/{sealed.root}/handover", event="received", reason="Whole", place="Hà Nội"
        )
        received = {"custody": handed["custody"]}
        vn.send(
            "evidence.received",
            received,
            signatures=1,
            conversation=conversation,
            about=sent["content"],
        )
        yield Three(vn, za, ke, conversation, sealed)


def copied(three: Three, folder: Path) -> Sealed:
    """Return a copy of the exhibit, made as the how-to says, and sealed anew."""
    told = {"part": None, "reason": "For Kenya"}
    made = three.vn.case.post(f"/exhibits/{three.sealed.root}/parts", told)
    fresh = made_package(folder, 300_000, seed=int.from_bytes(os.urandom(4)))
    return replace(fresh, offer={**fresh.offer, "exhibit": made["exhibit"]})


def signed(three: Three, conversation: str, sealed: Sealed) -> str:
    """Return a draft of Viet Nam's that offers a package to Kenya, signed by its author."""
    sections = three.vn.case.get(
        f"/packages/{sealed.root}/handover", event="offered", reason="Asked"
    )
    wanted = {
        "type": "evidence.offered",
        "sections": sections,
        "to": None,
        "conversation": conversation,
        "about": None,
    }
    draft: str = three.vn.case.post("/drafts", wanted)["id"]
    three.vn._approve(draft, three.vn.place.officers["author"], "author", three.vn.case)
    return draft


def code_of(act: Any, *given: Any) -> object:
    with pytest.raises(NodeRefusedError) as caught:
        act(*given)
    return caught.value.facts["said"]


def test_a_copy_carries_its_conditions_and_waits_for_consent(three: Three, tmp_path: Path) -> None:
    case = open_case(three.ke, three.vn)
    sealed = copied(three, tmp_path)
    give(three.vn, case, sealed)
    rows = three.vn.case.get("/packages")["packages"]
    row = next(one for one in rows if one["root"] == sealed.offer["root"])
    limits = [limit["text"] for one in row["bound"] for limit in one["limits"]]
    assert "Only in this case." in limits

    draft = signed(three, case, sealed)
    assert code_of(three.vn.case.post, f"/drafts/{draft}/send") == "onward-blocked"
    assert code_of(three.vn.case.post, f"/drafts/{draft}/send") == "onward-blocked"
    told = three.vn.case.get(f"/drafts/{draft}/onward")
    assert told["blocked"]
    assert told["stops"][0]["conversation"] == three.conversation

    use = {"purpose": "onward-transfer", "to": THIRD, "reasons": TEXT}
    asked = three.vn.send(
        "use.consent-asked", {"use": use}, signatures=1, conversation=three.conversation
    )
    three.za.wait_message(three.conversation, "use.consent-asked")
    assert code_of(three.vn.case.post, f"/drafts/{draft}/send") == "onward-blocked"
    three.za.send(
        "use.consent-given",
        {},
        signatures=2,
        conversation=three.conversation,
        about=asked["content"],
    )
    three.vn.wait_message(three.conversation, "use.consent-given")
    three.vn.case.post(f"/drafts/{draft}/send")
    wait_stage(three.ke, sealed, "stored")


def test_an_approver_lets_it_go_with_reasons_and_the_author_cannot(
    three: Three, tmp_path: Path
) -> None:
    other = replace(three, sealed=made_package(tmp_path / "second", 300_000, seed=9))
    conversation = open_case(three.vn, three.za)
    give(three.za, conversation, other.sealed)
    sent = offer(three.za, conversation, other.sealed)
    wait_stage(three.vn, other.sealed, "stored")
    handed = three.vn.case.get(
        f"/packages/{other.sealed.root}/handover", event="received", reason="Whole"
    )
    three.vn.send(
        "evidence.received",
        {"custody": handed["custody"]},
        signatures=1,
        conversation=conversation,
        about=sent["content"],
    )
    case = open_case(three.ke, three.vn)
    sealed = copied(other, tmp_path)
    give(three.vn, case, sealed)
    draft = signed(three, case, sealed)
    use = {"purpose": "onward-transfer", "to": THIRD, "reasons": TEXT}
    three.vn.send("use.consent-asked", {"use": use}, signatures=1, conversation=three.conversation)
    assert code_of(three.vn.case.post, f"/drafts/{draft}/send") == "onward-blocked"
    path, reasons = f"/drafts/{draft}/onward", {"reasons": "A life is in danger tonight."}
    assert code_of(three.vn.case.post, path, reasons) == "not-allowed"
    assert code_of(three.vn.approver.post, path, {"reasons": "  "}) == "request-malformed"
    made = three.vn.approver.post(path, reasons)
    assert not made["blocked"]
    assert made["excepted"]["reasons"] == "A life is in danger tonight."
    three.vn.case.post(f"/drafts/{draft}/send")
    wait_stage(three.ke, sealed, "stored")


def test_a_bundle_wants_a_purpose_and_its_first_page_has_the_conditions(
    three: Three, tmp_path: Path
) -> None:
    case = three.vn.conversation(three.conversation)["case"]
    folder = str(three.vn.place.config.folder)

    def bundle(name: str, *more: str) -> subprocess.CompletedProcess[str]:
        words = ["bundle", case, "--dir", folder, "-o", str(tmp_path / name), *more]
        command = [sys.executable, "-m", "comity", *words]
        return forked_run(command, capture_output=True, text=True, check=False, timeout=120)

    asked = bundle("none")
    assert asked.returncode == 2
    assert "use-purpose" in asked.stderr
    assert not (tmp_path / "none").exists()
    stopped = bundle("other", "--for", "public")
    assert "use-consent" in stopped.stderr
    assert not (tmp_path / "other").exists()
    written = bundle("good", "--for", "exculpatory", "--withhold", "conditions")
    assert written.returncode == 0, written.stderr
    assert f"tell {three.za.party} of this use" in written.stderr
    page = (tmp_path / "good" / "data" / "README.txt").read_text("utf-8")
    assert f"use-limitation, set, set by {three.za.party}" in page
    assert "Only in this case." not in page, "its section is withheld; that there is one is not"
    written = bundle("whole", "--for", "proceedings")
    assert written.returncode == 0, written.stderr
    assert "Only in this case." in (tmp_path / "whole/data/README.txt").read_text("utf-8")
