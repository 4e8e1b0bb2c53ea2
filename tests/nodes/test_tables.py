"""Three nodes of three States hold a round table to minutes that all who came have signed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.makers import TABLES
from tests.nodes.offices import free_ports, started
from tests.worlds import build_world

from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.demo.story import text
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now

THIRD = "fj/central-authority"
SOON, LATER = "2031-01-01T00:00:00Z", "2031-06-01T00:00:00Z"
MINUTES = {
    "items": [{"number": 1, "text": text("Each names a point of contact. *Nothing* else.")}],
    "actions": [
        {"number": 1, "what": "Send the model form", "party": ASKED, "due_by": SOON},
        {"number": 2, "what": "Try it in one case", "party": ASKING, "due_by": LATER},
    ],
}


@dataclass(frozen=True)
class Three:
    """Viet Nam calls; South Africa and Fiji are called."""

    vn: Office
    za: Office
    fj: Office


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    parties = (ASKING, ASKED, THIRD)
    ports = dict(zip(parties, free_ports(3), strict=True))
    world = build_world(tmp_path_factory.mktemp("three"), mode="exercise", ports=ports, now=now())
    with started(world, ports) as offices:
        yield Three(*(offices[party] for party in parties))


def called(three: Three, **more: Any) -> str:
    table = {**TABLES["table"], "begins": SOON, "answer_by": SOON, **more}
    sent = three.vn.send("table.called", {"table": table}, signatures=1, to=[ASKED, THIRD])
    digest: str = sent["conversation"]
    three.za.wait_message(digest, "table.called")
    three.fj.wait_message(digest, "table.called")
    return digest


def answers(three: Three, digest: str, office: Office, answer: str = "comes") -> None:
    said = {"table-answer": {**TABLES["table-answer"], "answer": answer}}
    office.send("table.answered", said, signatures=1, conversation=digest)
    seen(three.vn, digest, lambda found: _answer(found, office.party) == answer)


def _answer(found: dict[str, Any], party: str) -> str:
    return next(str(one["answer"]) for one in found["answers"] if one["party"] == party)


def proposed(three: Three, digest: str, **more: Any) -> str:
    said = {"minutes": {**MINUTES, **more}}
    sent = three.vn.send("table.minutes-proposed", said, signatures=2, conversation=digest)
    content: str = sent["content"]
    for office in (three.za, three.fj):
        seen(office, digest, lambda found: any(m["by"] == content for m in found["minutes"]))
    return content


def judges(office: Office, digest: str, about: str, word: str = "agreed") -> None:
    signatures = {"agreed": 2, "objected": 1}[word]
    said = {"note": {"text": text("Item 1 is not what we said.")}} if word == "objected" else {}
    kind = f"table.minutes-{word}"
    office.send(kind, said, signatures=signatures, conversation=digest, about=about)


def table(office: Office, digest: str) -> dict[str, Any]:
    found: dict[str, Any] = office.case.get(f"/round-tables/{digest}")
    return found


def seen(office: Office, digest: str, fits: Any) -> None:
    office.wait_for("the table", lambda: fits(table(office, digest)))


def standing(found: dict[str, Any]) -> str:
    return str(found["minutes"][-1]["standing"])


def refused(act: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(NodeRefusedError) as caught:
        act(*arguments, **more)
    return str(caught.value.facts.get("said"))


# ------------------------------------------------------------------ what must not happen


@pytest.mark.full
def test_silence_one_signature_and_the_caller_alone_agree_to_nothing(three: Three) -> None:
    digest = called(three)
    answers(three, digest, three.za)
    answers(three, digest, three.fj, "does-not-come")
    about = proposed(three, digest)
    said: dict[str, Any] = {"conversation": digest, "about": about}
    kind = "table.minutes-agreed"
    assert refused(three.za.send, kind, {}, signatures=1, **said) == "approvals-missing"
    assert refused(three.vn.send, kind, {}, signatures=2, **said) == "move-illegal"
    judges(three.fj, digest, about)  # it does not come: nobody waits for it
    seen(three.vn, digest, lambda found: found["minutes"][0]["words"][0]["word"] == "agreed")
    found = table(three.vn, digest)
    assert [(w["party"], w["word"], w["counts"]) for w in found["minutes"][0]["words"]] == [
        (THIRD, "agreed", False),
        (ASKING, "agreed", True),
        (ASKED, "", True),
    ]
    assert standing(found) == "open"
    assert found["table"]["stands"] == "waiting"
    waits = table(three.za, digest)["table"]["waits"]
    assert [one["what"] for one in waits] == ["agree"]
    assert table(three.fj, digest)["table"]["waits"] == []


def test_a_table_that_is_none_is_not_here(three: Three) -> None:
    sent = three.vn.send(
        "consultation.note", {"note": {"text": text("x")}}, signatures=0, to=[ASKED]
    )
    for digest in ("sha256:" + "00" * 32, sent["conversation"]):
        assert refused(three.vn.case.get, f"/round-tables/{digest}") == "not-here"
        assert refused(three.vn.case.get, f"/round-tables/{digest}/minutes/md") == "not-here"


@pytest.mark.full
def test_an_objection_is_answered_by_new_minutes(three: Three) -> None:
    digest = called(three)
    answers(three, digest, three.za)
    first = proposed(three, digest)
    judges(three.za, digest, first, "objected")
    seen(three.vn, digest, lambda found: standing(found) == "objected")
    assert [w["what"] for w in table(three.vn, digest)["table"]["waits"]] == ["objection"]
    second = proposed(three, digest, actions=None)
    judges(three.za, digest, first)  # to what was replaced
    seen(three.vn, digest, lambda found: found["misfits"])
    found = table(three.vn, digest)
    assert [(m["standing"], m["counts"]) for m in found["minutes"]] == [
        ("objected", False),
        ("open", False),
    ]
    assert [one["why"] for one in found["misfits"]] == ["replaced"]
    judges(three.za, digest, second)
    seen(three.vn, digest, lambda found: standing(found) == "agreed")


# ------------------------------------------------------------------ the whole way


def test_three_come_to_agreed_minutes_and_do_what_they_agreed(three: Three, tmp_path: Path) -> None:
    digest = called(three, matter="Wombatlogs, and how we ask for them")
    assert [w["what"] for w in table(three.za, digest)["table"]["waits"]] == ["answer"]
    answers(three, digest, three.za)
    answers(three, digest, three.fj)
    assert [w["what"] for w in table(three.vn, digest)["table"]["waits"]] == ["propose"]
    about = proposed(three, digest)
    judges(three.za, digest, about)
    seen(three.vn, digest, lambda found: found["minutes"][0]["words"][2]["word"] == "agreed")
    assert standing(table(three.vn, digest)) == "open"
    judges(three.fj, digest, about)
    offices = (three.vn, three.za, three.fj)
    for office in offices:
        seen(office, digest, lambda found: standing(found) == "agreed")
    told = [table(office, digest) for office in offices]
    assert told[0]["minutes"] == told[1]["minutes"] == told[2]["minutes"]
    assert told[0]["answers"] == told[1]["answers"] == told[2]["answers"]
    assert {w["proof"] for w in told[0]["minutes"][0]["words"]} == {"proved"}

    # the action of each stands on its own board; whoever called follows up those of all
    boards = [office.case.get(f"/assistance/{digest}")["line"] for office in offices]
    assert [(one["kind"], one["stands"], one["review_at"]) for one in boards] == [
        ("table", "agreed", SOON),
        ("table", "agreed", SOON),
        ("table", "agreed", None),
    ]
    due = three.za.case.get("/assistance", kind="table", due=SOON)["lines"]
    assert digest in [one["conversation"] for one in due]
    report = {"action-report": {"number": 1, "state": "done", "note": None}}
    kind = "table.action-reported"
    said: dict[str, Any] = {"conversation": digest, "about": about}
    three.vn.send("table.closed", {}, signatures=1, conversation=digest)
    three.za.wait_message(digest, "table.closed")
    three.za.send(kind, report, signatures=1, **said)  # after the end too
    seen(three.vn, digest, lambda found: found["table"]["open_actions"] == 1)
    three.fj.send(kind, report | {"action-report": {**report["action-report"], "number": 2}},
                  signatures=1, **said)  # fmt: skip
    seen(three.vn, digest, lambda found: found["misfits"])
    found = table(three.vn, digest)
    assert [a["state"] for a in found["minutes"][0]["actions"]] == ["done", "open"]
    assert [one["why"] for one in found["misfits"]] == ["foreign"]
    assert [w["what"] for w in found["table"]["waits"]] == ["action"]

    # it is found by words, listed while something remains, and goes out as a file
    assert three.fj.case.get("/search", q="wombatlogs")["found"]
    listed = three.vn.case.get("/round-tables")["tables"]
    assert digest in [one["conversation"] for one in listed]
    three.vn.case.save(f"/round-tables/{digest}/minutes/json", tmp_path / "minutes.json")
    value = json.loads((tmp_path / "minutes.json").read_text("utf-8"))
    assert value["minutes"][0]["standing"] == "agreed"
    three.vn.case.save(f"/round-tables/{digest}/minutes/md", tmp_path / "minutes.md")
    page = (tmp_path / "minutes.md").read_text("utf-8")
    assert "## Minutes: agreed" in page
    assert "\\*Nothing\\* else." in page  # text, no mark
    assert f"- {THIRD}: agreed · proved by message `sha256:" in page
    assert f"1. Send the model form — {ASKED}, due {SOON}: done · attested by that party" in page
