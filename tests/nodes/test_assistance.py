"""Two nodes of two States help each other: needs, offers, agreements, places and nominations."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.docket.conftest import authority
from tests.exchange.makers import BODIES, ahead
from tests.nodes.conftest import Pair

from comity.cli import main
from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.demo.story import text
from comity.exchange.conversation import APPLIED

pytestmark = pytest.mark.full  # real nodes

LATER, SOONER = "2031-06-01T00:00:00Z", "2031-01-01T00:00:00Z"


def need(matter: str = "Reading seized telephones", **more: Any) -> dict[str, Any]:
    return {"need": {**ahead("need"), "matter": matter, "review_by": LATER, **more}}


def help_(matter: str = "Two examiners for a week", **more: Any) -> dict[str, Any]:
    return {"help": {**ahead("help"), "matter": matter, "until": None, **more}}


def note(said: str = "Many thanks.") -> dict[str, Any]:
    return {"note": {"text": text(said)}}


def refused(act: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(NodeRefusedError) as caught:
        act(*arguments, **more)
    return str(caught.value.facts.get("said"))


def asked(pair: Pair, **more: Any) -> str:
    """Let Viet Nam say what it needs; return the conversation once South Africa has it."""
    sent = pair.vn.send("assistance.needed", need(**more), signatures=1, to=pair.za.party)
    digest: str = sent["conversation"]
    pair.za.wait_message(digest, "assistance.needed")
    return digest


def offered(pair: Pair, digest: str) -> str:
    sent = pair.za.send("assistance.offered", help_(), signatures=1, conversation=digest)
    pair.vn.wait_message(digest, "assistance.offered")
    content: str = sent["content"]
    return content


def line(office: Office, digest: str) -> dict[str, Any]:
    found: dict[str, Any] = office.case.get(f"/assistance/{digest}")
    return found


# ------------------------------------------------------------------ what must not happen


def test_nobody_agrees_to_an_offer_of_their_own(pair: Pair) -> None:
    digest = asked(pair)
    about = offered(pair, digest)
    agreed = {"agreement": ahead("agreement")}
    wrong = refused(
        pair.za.send, "assistance.agreed", agreed, signatures=2, conversation=digest, about=about
    )
    assert wrong == "move-illegal"
    assert line(pair.vn, digest)["line"]["stands"] == "waiting"


@pytest.mark.parametrize("kind", ["agreed", "complained"])
def test_one_officer_alone_neither_agrees_nor_complains(pair: Pair, kind: str) -> None:
    digest = asked(pair)
    about = offered(pair, digest) if kind == "agreed" else None
    name = {"agreed": "agreement", "complained": "complaint"}[kind]
    wrong = refused(
        pair.vn.send,
        f"assistance.{kind}",
        {name: ahead(name)},
        signatures=1,
        conversation=digest,
        about=about,
    )
    assert wrong == "approvals-missing"


def test_what_would_go_to_nobody_knows_whom_is_not_even_drafted(pair: Pair) -> None:
    to = "na/central-authority"
    pair.vn.case.post("/docket", {"act": "authority.entered", "said": authority(to)})
    assert refused(pair.vn.send, "assistance.needed", need(), signatures=1, to=to) == (
        "sharing-unknown"
    )


def test_a_request_is_no_place_for_an_offer_and_a_need_none_for_evidence(pair: Pair) -> None:
    digest = asked(pair)
    accepted = {"decision": BODIES["decision"]}
    wrong = refused(pair.za.send, "request.accepted", accepted, signatures=2, conversation=digest)
    assert wrong == "move-illegal"


def test_the_board_says_what_it_does_not_have(pair: Pair) -> None:
    assert refused(pair.vn.case.get, "/assistance", state="z!") == "board-filter"
    assert refused(pair.vn.case.get, "/assistance", after="x~y") == "list-place"
    nobody = "sha256:" + "00" * 32
    assert refused(pair.vn.case.get, f"/assistance/{nobody}") == "not-here"


# ------------------------------------------------------------------ the whole way


def test_a_need_is_met_to_the_end_and_both_boards_say_the_same(pair: Pair) -> None:
    digest = asked(pair, topics=["electronic-evidence"])
    assert line(pair.za, digest)["line"]["side"] == "theirs"
    assert line(pair.vn, digest)["line"]["stands"] == "open"
    about = offered(pair, digest)
    pair.vn.send(
        "assistance.agreed",
        {"agreement": {**ahead("agreement"), "review_by": SOONER}},
        signatures=2,
        conversation=digest,
        about=about,
    )
    pair.za.wait_message(digest, "assistance.agreed")
    assert {line(office, digest)["line"]["stands"] for office in (pair.vn, pair.za)} == {"agreed"}
    assert line(pair.za, digest)["line"]["review_at"] == SOONER
    for kind, sections, office, other in (
        ("assistance.progress", {"progress": BODIES["progress"]}, pair.za, pair.vn),
        ("assistance.ended", {"result": BODIES["result"]}, pair.vn, pair.za),
    ):
        office.send(kind, sections, signatures=1, conversation=digest, about=about)
        other.wait_message(digest, kind)
    thanks = pair.vn.send("assistance.thanked", note(), signatures=1, conversation=digest)
    pair.za.wait_message(digest, "assistance.thanked")
    assert pair.vn.wait_receipt(digest, thanks["content"])["outcome"] == APPLIED
    ours, theirs = (line(office, digest)["line"] for office in (pair.vn, pair.za))
    assert (ours["stands"], theirs["stands"]) == ("ended", "ended")
    assert ours["review_at"] is theirs["review_at"] is None
    assert [pair.vn.conversation(digest)["state"], pair.za.conversation(digest)["state"]] == (
        ["needed", "needed"]
    )


def test_a_complaint_stands_first_until_it_is_settled(pair: Pair) -> None:
    digest = asked(pair)
    complaint = {"complaint": {**BODIES["complaint"], "answer_by": SOONER}}
    sent = pair.vn.send("assistance.complained", complaint, signatures=2, conversation=digest)
    pair.za.wait_message(digest, "assistance.complained")
    found = line(pair.za, digest)["line"]
    assert (found["stands"], found["review_at"]) == ("complaint", SOONER)
    pair.za.send(
        "assistance.complaint-settled",
        note("The equipment arrives on Monday."),
        signatures=1,
        conversation=digest,
        about=sent["content"],
    )
    pair.vn.wait_message(digest, "assistance.complaint-settled")
    assert line(pair.vn, digest)["line"]["stands"] == "open"


def test_places_are_offered_people_nominated_and_answered(pair: Pair) -> None:
    sent = pair.za.send(
        "training.places-offered", {"places": ahead("places")}, signatures=1, to=pair.vn.party
    )
    digest = sent["conversation"]
    pair.vn.wait_message(digest, "training.places-offered")
    nominees = [
        {"number": 1, "name": "Trần Thị A", "function": "Examiner", "language": "en"},
        {"number": 2, "name": "Lê Văn B", "function": "Prosecutor", "language": "fr"},
    ]
    named = pair.vn.send(
        "training.nominated",
        {"nominations": {"nominees": nominees, "note": None}},
        signatures=1,
        conversation=digest,
    )
    pair.za.wait_message(digest, "training.nominated")
    assert line(pair.za, digest)["line"]["stands"] == "waiting"
    for outcome in ("waiting-list", "accepted"):  # a waiting list moves
        answers = [{"number": 1, "outcome": "accepted"}, {"number": 2, "outcome": outcome}]
        said = pair.za.send(
            "training.answered",
            {"nomination-answers": {"answers": answers, "note": None}},
            signatures=1,
            conversation=digest,
            about=named["content"],
        )
        assert pair.za.wait_receipt(digest, said["content"])["outcome"] == APPLIED
    assert line(pair.vn, digest)["tracks"] == {named["content"]: "nomination:answered"}


# ------------------------------------------------------------------ the board


def test_the_board_is_narrowed_and_goes_on_from_a_key(pair: Pair) -> None:
    for number in range(3):
        asked(pair, matter=f"Tracing, part {number}", topics=["tracing-proceeds"])
    for each in pair.za.case.get("/assistance", topic="tracing-proceeds")["lines"]:
        assert each["topics"] == ["tracing-proceeds"]
    found = pair.za.case.get("/assistance", topic="tracing-proceeds", state="vn", side="theirs")
    assert {one["matter"] for one in found["lines"]} == {
        f"Tracing, part {number}" for number in range(3)
    }
    assert found["next"] is None
    assert pair.za.case.get("/assistance", topic="tracing-proceeds", side="ours")["lines"] == []
    assert pair.za.case.get("/assistance", topic="tracing")["lines"] == []  # no part of a key
    due = pair.vn.case.get("/assistance", topic="tracing-proceeds", due="2030-01-01T00:00:00Z")
    assert due["lines"] == []


def test_the_board_goes_out_as_files_in_which_nothing_is_a_formula(
    pair: Pair, tmp_path: Path
) -> None:
    digest = asked(pair, matter="=HYPERLINK(1)", topics=["strategy"])
    pair.za.case.save("/assistance/export/csv?topic=strategy", tmp_path / "board.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "board.csv").read_text("utf-8-sig"))))
    assert [(row["conversation"], row["matter"]) for row in rows] == [(digest, "'=HYPERLINK(1)")]
    pair.za.case.save("/assistance/export/json?topic=strategy", tmp_path / "board.json")
    told = json.loads((tmp_path / "board.json").read_text("utf-8"))
    assert told["party"] == pair.za.party
    assert [one["matter"] for one in told["lines"]] == ["=HYPERLINK(1)"]


def test_a_search_finds_what_a_need_says(pair: Pair) -> None:
    asked(pair, matter="Quokkaphone extraction")
    found = pair.za.case.get("/search", q="quokkaphone")["found"]
    assert [one["kind"] for one in found] == ["message"]


def test_who_reads_it_is_told(pair: Pair) -> None:
    digest = asked(pair)
    assert line(pair.vn, digest)["readers"] == [
        {"party": pair.za.party, "state": "za", "fault": ""}
    ]


# ------------------------------------------------------------------ a cohort by command


def test_nominations_go_into_a_cohort_and_the_answer_is_drafted_at_the_node(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"places": ahead("places")}
    sent = pair.za.send("training.places-offered", places, signatures=1, to=pair.vn.party)
    digest = sent["conversation"]
    pair.vn.wait_message(digest, "training.places-offered")
    nominees = [
        {"number": 1, "name": "Trần Thị A", "function": "Examiner", "language": "en"},
        {"number": 2, "name": "Lê Văn B", "function": "Examiner", "language": "fr"},
    ]
    body = {"nominations": {"nominees": nominees, "note": None}}
    named = pair.vn.send("training.nominated", body, signatures=1, conversation=digest)["content"]
    pair.za.wait_message(digest, "training.nominated")
    token = tmp_path / "token"
    token.write_text(pair.za.case._fields["Authorization"].split()[1])
    monkeypatch.setenv("COMITY_NODE", pair.za.case.url)
    monkeypatch.setenv("COMITY_TOKEN_FILE", str(token))
    file = str(tmp_path / "cohort.json")

    def typed(*words: str) -> dict[str, Any]:
        said = CliRunner().invoke(main, ["cohort", *words, "--json"])
        assert said.exit_code == 0, said.output
        found: dict[str, Any] = json.loads(said.stdout)
        return found

    typed("new", "examiner", "--due", "2099-01-01", "-o", file)
    taken = typed("nominated", file, named, "--exercise", "--places", "1")
    assert (taken["added"], taken["waiting"], taken["party"]) == (1, 1, pair.vn.party)
    draft = typed("answer", file, named, "--draft")["draft"]
    found = pair.za.case.get(f"/drafts/{draft}")
    assert found["type"] == "training.answered"
    assert [
        one["outcome"] for one in found["sections"]["nomination-answers"]["value"]["answers"]
    ] == [
        "accepted",
        "waiting-list",
    ]
