"""A node's message becomes a letter for a party that has no node, and its code is found again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.carrying.conftest import Apart, offices_apart
from tests.carrying.offices import ACKNOWLEDGED, Office, carry, comity, request

from comity.cli import main
from comity.demo.world import ASKING, World
from comity.directory import Endpoint, Entry
from comity.directory.state_folder import StateFolder
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # each step is a command of its own
NO_NODE = "sn/ministry-of-justice"


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    """Offices of a world of their own, to which a State is added."""
    with offices_apart(tmp_path / "world") as made:
        yield made


def letter_of(office: Office, message: str, folder: Path) -> Path:
    comity("paper", "record", office.folder, message, "-o", folder / "record.json", "--json")
    pdf = folder / "letter.pdf"
    comity("paper", "letter", folder / "record.json", "--lang", "fr", "--lang", "en", "-o", pdf,
           "--json")  # fmt: skip
    return pdf


def trust_of(office: Office) -> Path:
    return next(office.folder.rglob("trust.json"))


def list_without_keys(world: World, party: str) -> None:
    """Let a State list an authority that has no node and no key, and tell vn/contact-point."""
    at, state = now(), party[:2]
    home = StateFolder.create(
        world.folder / "states" / state, state=state, mode=world.mode, keys=1, threshold=1, now=at
    )
    world.secretariat.admit(home.record_bytes(1), now=at)
    entry = Entry(
        mode=world.mode,
        party=party,
        version=1,
        state_version=1,
        issued_at=at,
        expires_at=at + timedelta(days=365),
        keys=(),
        endpoint=Endpoint(kind="by-document"),
        duty_phone="+221 33 000 00 00",
    )
    home.put(entry, now=at)
    replace(world, states={**world.states, state: home}).publish(state, now=at)
    world.refresh(ASKING, now=at)


def test_a_request_to_an_authority_without_a_node_is_printed_verified_and_found_by_its_code(
    apart: Apart, tmp_path: Path
) -> None:
    list_without_keys(apart.world, NO_NODE)
    sent = apart.vn.say("request.submitted", request("preservation"), to=NO_NODE)
    assert set(apart.vn.do("outbox").values()) == {"queued"}  # nothing is tried
    apart.vn.say("request.submitted", request("preservation"), to=apart.za.party)
    page = apart.vn.do("outbox_page")
    (line,) = [
        row for row in page.split('<li class="item">') if "without a node: print the letter" in row
    ]
    assert NO_NODE in line
    pdf = letter_of(apart.vn, sent["content"], tmp_path)
    judged = comity("verify", pdf, "--trust", trust_of(apart.vn), "--json")
    assert (judged["verdict"], judged["mode"]) == ("proved", "exercise")
    told = CliRunner().invoke(main, ["verify", str(pdf), "--trust", str(trust_of(apart.vn))])
    assert told.stdout.startswith("EXERCISE: no real case\nPROVED")
    assert "receipt" not in {row["what"] for row in judged["findings"]}
    assert ["operator", "letter"] in [
        [a, d] for a, _, d in apart.vn.do("audited", action="case.read")
    ]
    found = comity("paper", "find", apart.vn.folder, judged["code"].lower(), "--json")
    assert found["content"] == sent["content"]
    assert found["ours"]
    comity("paper", "find", apart.za.folder, judged["code"], "--json", status=1)


def test_a_party_in_no_directory_gets_no_case_and_so_no_letter(apart: Apart) -> None:
    values = request("preservation")
    refused = apart.vn.do("say", kind="request.submitted", values=values, to=NO_NODE)
    assert refused == {"error": "party-unknown"}


@pytest.mark.long
def test_a_message_that_was_receipted_brings_the_receipt(apart: Apart, tmp_path: Path) -> None:
    opened = apart.vn.say("request.submitted", request("preservation"), to=apart.za.party)
    carry(apart.vn, apart.za, tmp_path / "1.tar")
    answer = apart.za.say("request.acknowledged", ACKNOWLEDGED, conversation=opened["conversation"])
    carry(apart.za, apart.vn, tmp_path / "2.tar")
    pdf = letter_of(apart.vn, opened["content"], tmp_path)
    judged = comity("verify", pdf, "--trust", trust_of(apart.vn), "--json")
    assert judged["verdict"] == "proved"
    assert [row["word"] for row in judged["findings"] if row["what"] == "receipt"] == ["proved"]
    # the other side's answer, found at ours by its digest
    (tmp_path / "answer").mkdir()
    letter_of(apart.vn, answer["content"], tmp_path / "answer")
    for nothing in ("sha256:" + "0" * 64, "00000-00000-00000-00000-0"):
        comity("paper", "record", apart.vn.folder, nothing, "-o", tmp_path / "no.json", "--json",
               status=1)  # fmt: skip
    comity("paper", "record", apart.vn.folder, "00000-00000-00000-00000-1", "-o",
           tmp_path / "no.json", "--json", status=2)  # fmt: skip
