"""An exhibit's life over real nodes: who may write its chain, what is proved of it, and its end."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.forked import run as forked_run
from tests.nodes.conftest import Pair
from tests.nodes.moving import (
    Sealed,
    creation,
    give,
    made_package,
    offer,
    open_case,
    vault_file,
    wait_stage,
)

from comity.canonical import OperationError, digest_text, parse_digest, time_text
from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.evidence import custody
from comity.evidence.custody import verify_values
from comity.evidence.passport import Passport, PassportEvent, parse_passport
from comity.exchange.certificates import certificate_record
from comity.node.core.clock import now

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Case:
    """A package at the asked office, in a case of its own."""

    vn: Office
    za: Office
    conversation: str
    sealed: Sealed

    @property
    def exhibit(self) -> str:
        return str(self.sealed.offer["exhibit"])


@pytest.fixture
def case(pair: Pair, tmp_path: Path) -> Case:
    conversation = open_case(pair.vn, pair.za)
    sealed = made_package(tmp_path, 300_000, seed=int.from_bytes(os.urandom(4)))
    give(pair.za, conversation, sealed)
    return Case(pair.vn, pair.za, conversation, sealed)


@pytest.fixture
def handed(case: Case) -> Case:
    """The same, offered, fetched and confirmed."""
    sent = offer(case.za, case.conversation, case.sealed)
    wait_stage(case.vn, case.sealed, "stored")
    note(case.vn, case.sealed.root, "opened")
    hand(case, "received", sent["content"])
    case.za.wait_message(case.conversation, "evidence.received")
    return case


def hand(case: Case, event: str, about: str) -> Any:
    """Let Viet Nam send a hand-over message about the offer."""
    sections = case.vn.case.get(
        f"/packages/{case.sealed.root}/handover", event=event, reason="Whole", place="Hà Nội"
    )
    return case.vn.send(
        f"evidence.{event}",
        {"custody": sections["custody"]},
        signatures=1,
        conversation=case.conversation,
        about=about,
    )


def note(office: Office, name: str, event: str, **more: Any) -> dict[str, Any]:
    decision = {"decision": "High Court 12"} if event in {"held", "hold-lifted"} else {}
    told = {"event": event, "reason": "Ordered by the court", **decision, **more}
    made: dict[str, Any] = office.case.post(f"/exhibits/{name}/events", told)
    return made


def destroy(office: Office, name: str, **more: Any) -> Any:
    path = f"/exhibits/{name}/destruction"
    office.case.post(path, {"reason": "Order 9/2026", **more})
    return office.approver.post(f"{path}/confirmation")  # two officers, by default


def passport(office: Office, name: str) -> Passport:
    return parse_passport(office.case.get(f"/exhibits/{name}/passport")["passport"])


def told(made: Passport) -> list[str]:
    return [event.event for event in made.chain]


def of(made: Passport, event: str) -> PassportEvent:
    (found,) = [item for item in made.events if item.event.event == event]
    return found


def code_of(act: Callable[..., Any], *given: Any, **more: Any) -> object:
    with pytest.raises(NodeRefusedError) as caught:
        act(*given, **more)
    return caught.value.facts["said"]


def offered_content(case: Case) -> str:
    messages = case.za.conversation(case.conversation)["timeline"]
    return str(next(m["content"] for m in messages if m["type"] == "evidence.offered"))


# ------------------------------------------------------------------ who, and what is proved


def test_every_domestic_event_is_in_the_log_and_names_the_officers_certificate(case: Case) -> None:
    note(case.za, case.sealed.root, "reverified", place="Cape Town")
    made = passport(case.za, case.sealed.root)
    assert told(made) == ["acquired", "sealed", "reverified"]
    officer = case.za.place.officers["author"]
    certificate = certificate_record(officer.certificate)
    for item in made.events:
        assert item.event.by == officer.identifier
        assert item.event.certificate == parse_digest(certificate)
        assert [entry.party for entry in item.logs] == [case.za.party]
    assert [item.status for item in made.events] == ["attested", "proved", "proved"]
    assert of(made, "reverified").event.place == "Cape Town"
    assert len({entry.index for item in made.events for entry in item.logs}) == 3


def test_a_hand_over_is_in_the_logs_of_both_and_the_chain_is_one(handed: Case) -> None:
    there, here = (passport(office, handed.sealed.root) for office in (handed.za, handed.vn))
    assert there.chain == here.chain
    assert told(there) == ["acquired", "sealed", "offered", "opened", "received"]
    assert {entry.party for entry in of(there, "offered").logs} == {
        handed.za.party,
        handed.vn.party,
    }
    assert {entry.party for entry in of(here, "received").logs} == {
        handed.za.party,
        handed.vn.party,
    }
    assert of(here, "opened").status == "proved"
    assert of(there, "opened").status == "attested"  # said by the other side, under its signature
    assert of(there, "opened").logs == ()
    assert there.packages[0].root == parse_digest(handed.sealed.offer["root"])


def test_the_sealed_copy_that_stays_has_a_chain_of_its_own(handed: Case) -> None:
    kept = note(handed.za, handed.sealed.root, "reverified")
    assert kept["exhibit"] != handed.exhibit
    again = note(handed.za, kept["exhibit"], "exported")
    assert again["exhibit"] == kept["exhibit"]
    made = passport(handed.za, kept["exhibit"])
    assert told(made) == ["derived", "reverified", "exported"]
    assert made.taken_from is not None
    assert made.taken_from.related is not None
    assert made.taken_from.related.exhibit == handed.exhibit
    assert (
        passport(handed.za, handed.sealed.root).chain
        == passport(handed.vn, handed.sealed.root).chain
    )


def test_what_was_handed_over_is_not_handed_over_again_by_the_same_side(handed: Case) -> None:
    again = handed.za.case.get
    path = f"/packages/{handed.sealed.root}/handover"
    assert code_of(again, path, event="offered", reason="Again") == "custody-away"


def test_a_hand_over_drafted_before_another_event_is_not_sent(case: Case) -> None:
    sections = case.za.case.get(
        f"/packages/{case.sealed.root}/handover", event="offered", reason="Asked"
    )
    note(case.za, case.sealed.root, "reverified")
    send = case.za.send
    given = {"signatures": 1, "conversation": case.conversation}
    assert code_of(send, "evidence.offered", sections, **given) == "custody-fork"


def test_a_hand_over_that_tells_of_our_own_acts_is_refused(case: Case) -> None:
    """Viet Nam's node lies: it adds that South Africa lifted a hold."""
    note(case.za, case.sealed.root, "held")
    sent = offer(case.za, case.conversation, case.sealed)
    wait_stage(case.vn, case.sealed, "stored")
    before = passport(case.za, case.sealed.root).chain
    events, head = list(before), custody.verify(before)
    for party, event in ((case.za.party, "hold-lifted"), (case.vn.party, "received")):
        made, head = custody.append(
            head, exhibit=case.exhibit, event=event, at=now(), party=party, by="x", reason="x"
        )
        events.append(made)
    values = [event.to_value() for event in events]
    lie = {"events": values, "exhibit": case.exhibit, **head.to_value()}
    case.vn.send(
        "evidence.received",
        {"custody": lie},
        signatures=1,
        conversation=case.conversation,
        about=sent["content"],
    )
    seen = case.za.wait_message(case.conversation, "evidence.received")
    assert seen["outcome"] == "refused:custody-handover"
    assert passport(case.za, case.sealed.root).chain == before


# ------------------------------------------------------------------ parts and copies


@pytest.mark.parametrize(
    ("part", "event"), [("Users/naïve/photo.jpg", "extracted"), (None, "copied")]
)
def test_a_part_or_copy_keeps_its_lineage_in_both_chains(
    case: Case, part: str | None, event: str
) -> None:
    asked = {"part": part, "reason": "Needed alone"}
    made = case.za.case.post(f"/exhibits/{case.sealed.root}/parts", asked)
    child, parent = passport(case.za, made["exhibit"]), passport(case.za, case.sealed.root)
    assert told(child) == ["derived"]
    assert child.taken_from is not None
    assert child.taken_from.related is not None
    assert child.taken_from.attested
    assert (child.taken_from.related.exhibit, child.taken_from.related.name) == (case.exhibit, part)
    (out,) = parent.taken_out
    assert out.event == event
    assert out.related is not None
    assert (out.related.exhibit, out.related.name) == (made["exhibit"], part)


def test_a_part_that_is_sealed_goes_on_from_where_it_was_taken_out(
    case: Case, tmp_path: Path
) -> None:
    asked = {"part": "mail.mbox", "reason": "Needed alone"}
    made = case.za.case.post(f"/exhibits/{case.sealed.root}/parts", asked)
    package = made_package(tmp_path / "part", 5000)
    give(
        case.za,
        case.conversation,
        Sealed(package.path, package.offer | {"exhibit": made["exhibit"]}, package.data),
    )
    assert told(passport(case.za, package.root)) == ["derived", "sealed"]


def test_a_redacted_copy_is_named_by_its_statement(case: Case) -> None:
    assert code_of(note, case.za, case.sealed.root, "redacted") == "request-malformed"
    statement = digest_text(os.urandom(32))
    made = note(case.za, case.sealed.root, "redacted", statement=statement)
    assert made["custody"][-1]["digest_after"] == statement


# ------------------------------------------------------------------ hold, retention, destruction


def test_nothing_is_destroyed_under_a_legal_hold_whatever_the_reason(case: Case) -> None:
    note(case.za, case.sealed.root, "held")
    assert code_of(destroy, case.za, case.sealed.root) == "exhibit-held"
    assert code_of(destroy, case.za, case.sealed.root, despite_retention=True) == "exhibit-held"
    assert vault_file(case.za, case.sealed).exists()
    note(case.za, case.sealed.root, "hold-lifted")
    assert code_of(note, case.za, case.sealed.root, "hold-lifted") == "hold-none"
    assert destroy(case.za, case.sealed.root)["custody"][-1]["event"] == "destroyed"


def test_a_hold_on_the_copy_that_stayed_holds_it(handed: Case) -> None:
    note(handed.za, handed.sealed.root, "held")
    assert code_of(destroy, handed.za, handed.sealed.root) == "exhibit-held"


def test_before_the_end_of_retention_it_takes_a_reason(case: Case) -> None:
    until = {"retention_class": "serious crime", "until": "2999-12-31T23:59:59Z"}
    case.za.case.post(f"/exhibits/{case.sealed.root}/retention", until)
    plan = case.za.case.get(f"/exhibits/{case.sealed.root}/destruction")
    assert [fault["code"] for fault in plan["against"]] == ["exhibit-retained"]
    assert code_of(destroy, case.za, case.sealed.root) == "exhibit-retained"
    made = passport(case.za, case.sealed.root)
    assert made.retention is not None
    assert made.retention.name == "serious crime"
    destroy(case.za, case.sealed.root, despite_retention=True)
    assert not vault_file(case.za, case.sealed).exists()


def test_the_bytes_go_and_the_fact_stays(case: Case) -> None:
    destroy(case.za, case.sealed.root)
    assert not vault_file(case.za, case.sealed).exists()
    made = passport(case.za, case.sealed.root)
    assert told(made) == ["acquired", "sealed", "destroyed"]
    assert of(made, "destroyed").status == "attested"
    assert of(made, "destroyed").logs
    assert made.packages[0].destroyed
    assert code_of(destroy, case.za, case.sealed.root) == "package-destroyed"
    assert code_of(note, case.za, case.sealed.root, "opened") == "package-destroyed"
    assert code_of(give, case.za, case.conversation, case.sealed) == "package-destroyed"
    assert not vault_file(case.za, case.sealed).exists()


def test_an_offer_is_answered_before_its_exhibit_is_destroyed(case: Case) -> None:
    offer(case.za, case.conversation, case.sealed)
    wait_stage(case.vn, case.sealed, "stored")
    assert code_of(destroy, case.vn, case.sealed.root) == "exhibit-unanswered"


def test_the_destruction_is_told_to_who_gave_the_exhibit(handed: Case) -> None:
    plan = handed.vn.case.get(f"/exhibits/{handed.sealed.root}/destruction")
    assert plan["tell"] == handed.za.party
    assert plan["against"] == []
    destroy(handed.vn, handed.sealed.root)
    hand(handed, "destroyed", offered_content(handed))
    handed.za.wait_message(handed.conversation, "evidence.destroyed")
    made = passport(handed.za, handed.sealed.root)
    assert told(made)[-1] == "destroyed"
    assert made.chain == passport(handed.vn, handed.sealed.root).chain
    assert vault_file(handed.za, handed.sealed).exists()  # what stayed there is theirs to destroy
    destroy(handed.za, handed.sealed.root)
    assert not vault_file(handed.za, handed.sealed).exists()


def test_what_was_returned_is_written_by_who_has_it_again(handed: Case) -> None:
    hand(handed, "returned", offered_content(handed))
    handed.za.wait_message(handed.conversation, "evidence.returned")
    assert note(handed.za, handed.sealed.root, "reverified")["exhibit"] == handed.exhibit
    assert note(handed.vn, handed.sealed.root, "exported")["exhibit"] != handed.exhibit
    assert handed.vn.case.get(f"/exhibits/{handed.sealed.root}/destruction")["tell"] == ""
    kept = destroy(handed.vn, handed.sealed.root)
    assert kept["exhibit"] != handed.exhibit
    assert told(passport(handed.za, handed.sealed.root))[-2:] == ["returned", "reverified"]


def test_a_destruction_that_the_store_refused_goes_on_by_itself(case: Case) -> None:
    place = vault_file(case.za, case.sealed)
    place.rename(place.with_suffix(".aside"))
    place.mkdir()
    (place / "in the way").touch()
    with pytest.raises(OperationError):
        destroy(case.za, case.sealed.root)
    assert told(passport(case.za, case.sealed.root))[-1] == "sealed"  # not said before it is done
    (place / "in the way").unlink()
    place.rmdir()
    place.with_suffix(".aside").rename(place)
    case.za.wait_for(
        "the event", lambda: told(passport(case.za, case.sealed.root))[-1] == "destroyed"
    )
    assert not place.exists()


def test_strangers_exhibits_are_not_here(pair: Pair) -> None:
    for name in ("0" * 64, "01890a5d-ac96-774b-bcce-b302099a8057"):
        assert code_of(note, pair.za, name, "opened") == "not-here"
        assert code_of(destroy, pair.za, name) == "not-here"
        assert code_of(pair.za.case.get, f"/exhibits/{name}/passport") == "not-here"


# ------------------------------------------------------------------ the command line


def comity(
    office: Office, folder: Path, *words: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    token = folder / "token"
    token.write_text(office.case._fields["Authorization"].removeprefix("Bearer "))
    told = {"COMITY_NODE": office.case.url, "COMITY_TOKEN_FILE": str(token)}
    return forked_run(
        [sys.executable, "-m", "comity", "exhibit", *words],
        env=os.environ | told,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_destruction_says_its_consequences_and_asks_first(case: Case, tmp_path: Path) -> None:
    root = case.sealed.root
    assert comity(case.za, tmp_path, "destroy", root, "--dry-run").returncode == 0
    refused = comity(case.za, tmp_path, "destroy", root, "--reason", "Order 9", typed="n\n")
    assert refused.returncode == 1
    assert "goes for ever" in refused.stdout
    assert "nobody can prove a copy away" in refused.stdout
    assert vault_file(case.za, case.sealed).exists()
    done = comity(case.za, tmp_path, "hold", root, "--decision", "Court, 7/2026", "--reason", "x")
    assert done.returncode == 0, done.stderr
    dry = comity(case.za, tmp_path, "destroy", root, "--dry-run")
    assert dry.returncode == 1
    assert "exhibit-held" in dry.stdout
    forced = comity(case.za, tmp_path, "destroy", root, "--reason", "x", "--yes")
    assert forced.returncode == 1
    assert vault_file(case.za, case.sealed).exists()
    lifted = comity(case.za, tmp_path, "hold", root, "--decision", "Court, 8/2026",
                    "--reason", "x", "--lift", "--json")  # fmt: skip
    assert json.loads(lifted.stdout)["custody"]
    kept = json.loads(comity(case.za, tmp_path, "destroy", root, "--dry-run", "--json").stdout)
    assert (kept["done"], kept["made"]) == ("nothing", None)
    asked = comity(case.za, tmp_path, "destroy", root, "--reason", "x", "--json", typed="y\n")
    assert "goes for ever" in asked.stderr, "a person is told beside what the program reads"
    gone = json.loads(asked.stdout)
    assert gone["done"] == ("ordered" if gone["plan"]["officers"] == 2 else "destroyed")
    withdrawn = comity(case.za, tmp_path, "destroy", root, "--withdraw", "--json")
    if gone["done"] == "ordered":
        assert json.loads(withdrawn.stdout) == {"done": "withdrawn"}
    else:
        assert "error" in json.loads(withdrawn.stdout)
        assert not vault_file(case.za, case.sealed).exists()


def test_packages_and_their_parts_are_told_to_programs(case: Case, tmp_path: Path) -> None:
    root, out = case.sealed.root, tmp_path / "out.age"
    words = ["derive", root, "--name", "a", "--reason", "x", "--json"]
    assert json.loads(comity(case.za, tmp_path, *words).stdout)["exhibit"] != case.exhibit
    words = ["note", root, "--event", "reverified", "--reason", "x", "--json"]
    assert json.loads(comity(case.za, tmp_path, *words).stdout)["custody"]
    words = ["retain", root, "--class", "long", "--until", "2040-01-01", "--json"]
    assert json.loads(comity(case.za, tmp_path, *words).stdout)["passport"]
    sections = tmp_path / "sections.json"
    words = ["handover", root, "--event", "offered", "--reason", "x", "-o", str(sections)]
    told = json.loads(comity(case.za, tmp_path, *words, "--json").stdout)
    assert told["sections"] == json.loads(sections.read_bytes())
    fault = comity(case.za, tmp_path, "fetch", "0" * 64, "--json")
    assert (fault.returncode, "error" in json.loads(fault.stdout)) == (1, True)
    offer(case.za, case.conversation, case.sealed)
    words = ["get", root, "-o", str(out), "--json"]
    told = json.loads(comity(case.za, tmp_path, *words).stdout)
    assert Path(told["offer"]).is_file()
    assert out.stat().st_size == vault_file(case.za, case.sealed).stat().st_size


def test_the_passport_is_written_for_machines_of_both_kinds(case: Case, tmp_path: Path) -> None:
    root, facts, document = case.sealed.root, tmp_path / "p.json", tmp_path / "p.jsonld"
    done = comity(case.za, tmp_path, "derive", root, "--name", "a/b.txt", "--reason", "x")
    assert done.returncode == 0, done.stderr
    child = done.stdout.strip()
    for words in (["--json", "-o", str(facts)], ["--case", "-o", str(document)]):
        done = comity(case.za, tmp_path, "passport", root, *words)
        assert done.returncode == 0, done.stderr
    value = json.loads(facts.read_bytes())
    events, _ = verify_values([item["event"] for item in value["events"]])
    assert events[-1].related is not None
    assert events[-1].related.exhibit == child
    judge = [str(Path(sys.executable).with_name("case_validate")), "--allow-infos"]
    judge += ["--built-version", "case-1.5.0", str(document)]
    judged = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert "Conforms: True" in judged.stdout, judged.stdout


def test_the_end_of_retention_is_told_while_the_bytes_are_here(case: Case) -> None:
    near = {"retention_class": "short", "until": time_text(now() + timedelta(days=3))}
    case.za.case.post(f"/exhibits/{case.sealed.root}/retention", near)
    database = case.za.place.config.database_file

    def notices() -> list[str]:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as read:
            query = "SELECT action FROM node_auditrow WHERE subject = ?"
            return [action for (action,) in read.execute(query, (case.exhibit,))]

    assert case.za.wait_for("the notice", notices) == ["clock.near"]


def test_a_package_that_was_on_its_way_in_when_it_was_destroyed_does_not_stay(
    case: Case,
) -> None:
    sealed, api = case.sealed, case.za.case
    place = f"/conversations/{case.conversation}/uploads"
    begun = api.ask("POST", place, headers=creation(sealed)["headers"])
    assert begun.status == 201
    destroy(case.za, sealed.root)
    fields = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    upload = begun.headers["Location"].removeprefix("/api/v1")
    answer = api.ask("PATCH", upload, headers=fields, content=sealed.data)
    assert json.loads(answer.body)["code"] == "package-destroyed"
    assert not vault_file(case.za, sealed).exists()
    assert api.ask("HEAD", upload, headers={"Tus-Resumable": "1.0.0"}).status == 404
