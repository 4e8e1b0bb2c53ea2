"""A backup in the middle of a case: nothing acknowledged is lost, nobody is accused (spec 10)."""

from collections import Counter
from pathlib import Path

import pytest
from tests.bundle.adversary_browser import pages
from tests.carrying.offices import comity
from tests.recovery.conftest import Story
from tests.verifier.values import told_here

from comity.bundle import verify
from comity.bundle.folder import FolderReader
from comity.canonical import parse_time
from comity.demo.world import ASKED, ASKING, SECRETARIAT
from comity.directory import parse_trust
from comity.node.core.node import load_node
from comity.node.health.checks import last_backup

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other


def origin(story: Story, epoch: int) -> str:
    return load_node(story.network.world.places[ASKED].config.folder).origin(epoch)


def test_restore_says_whom_it_will_ask(story: Story) -> None:
    told = story.while_waiting["restored"]
    assert told["partners"] == [SECRETARIAT, ASKING]
    assert told["party"] == ASKED
    config = story.network.world.places[ASKED].config
    assert last_backup(config) == parse_time(told["made_at"]), "the backup that was restored"


def test_the_audit_says_of_each_message_that_it_came_back(story: Story) -> None:
    back = {row[1] for row in story.network.za.do("audited", action="message.recovered")}
    known = story.network.za.do("messages")
    assert back <= set(known)
    assert {known[record]["place"][0] for record in back} == {ASKED, ASKING}


def test_until_a_partner_was_heard_nothing_is_said_to_it(story: Story) -> None:
    assert story.while_waiting["draft"] == {"error": "reconcile-first"}
    assert story.while_waiting["say"] == {"error": "reconcile-first"}


def test_a_draft_that_was_sent_after_the_backup_cannot_be_sent_again(story: Story) -> None:
    assert story.said_after["draft"] == {"error": "draft-closed"}


def test_the_log_goes_on_in_a_new_epoch_that_begins_with_the_statement(story: Story) -> None:
    log = story.network.za.do("log")
    assert log["epochs"] == [1, 2]
    assert log["kinds"][0] == "epoch.opened"


def test_every_acknowledged_message_is_back_as_it_was(story: Story) -> None:
    after = story.network.za.do("messages")
    for record, was in story.before["messages"].items():
        found = after[record]
        assert found["place"] == was["place"]
        if not was["outgoing"]:
            assert (found["at"], found["outcome"]) == (was["at"], was["outcome"])


def test_no_number_is_used_twice_and_chains_are_whole(story: Story) -> None:
    for one in (story.network.vn, story.network.za):
        places = Counter(tuple(m["place"]) for m in one.do("messages").values())
        assert max(places.values()) == 1
        numbers: dict[tuple[str, str], list[int]] = {}
        for author, conversation, sequence in places:
            numbers.setdefault((author, conversation), []).append(sequence)
        assert all(sorted(n) == list(range(1, len(n) + 1)) for n in numbers.values())


def test_both_sides_reach_the_same_states(story: Story) -> None:
    vn, za = story.network.vn, story.network.za
    for case in story.cases:
        found = za.do("conversation", digest=case)
        assert found == vn.do("conversation", digest=case)
        assert not found["double_speak"]


def test_nobody_is_flagged(story: Story) -> None:
    network = story.network
    for one in (network.vn, network.za, network.un):
        assert one.do("audited", action="log.disagree") == []
        assert {r["fault"] for r in one.do("receipts")} <= {""}


def test_the_partner_understands_the_new_epoch_by_its_statement(story: Story) -> None:
    ((actor, _, named),) = story.network.vn.do("audited", action="log.succeeded")
    assert (actor, named) == (ASKED, origin(story, 2))


def test_receipts_verify_against_the_new_origin(story: Story) -> None:
    record = story.said_after["vn"]["record"]
    (receipt,) = [r for r in story.network.vn.do("receipts") if r["record"] == record]
    assert (receipt["origin"], receipt["fault"]) == (origin(story, 2), "")
    assert receipt["outcome"] == "applied"


def test_the_witness_cosigns_the_new_origin(story: Story) -> None:
    assert 2 in {epoch for epoch, _ in story.network.za.do("cosigned")}


def test_the_statement_ends_the_old_log_where_others_last_saw_it(story: Story) -> None:
    # Viet Nam did not answer at the start; the witness did.
    known = story.network.vn.do("known")
    assert known[origin(story, 1)] <= story.before["log"]["size"]
    assert story.network.za.do("log")["size"] > len(story.before["messages"])


def test_a_bundle_of_either_side_stands_after_the_restore(story: Story, tmp_path: Path) -> None:
    trust = parse_trust(story.network.world.trust)
    restored = []
    with pages(tmp_path) as judges:
        for one in (story.network.vn, story.network.za):
            for number, case in enumerate(one.do("cases")):
                target = tmp_path / f"{one.party[:2]}-{number}"
                comity("bundle", case, "-o", target, "--dir", one.folder)
                report = verify(FolderReader(target), trust=trust)
                odd = [c.value() for c in report.claims if c.word in ("contradicted", "disputed")]
                faults = [finding for step in report.steps for finding in step.findings]
                assert (report.verdict, faults, odd) == ("intact", [], [])
                restored += [c.by for c in report.claims if c.name == "log-epoch"]
                files = read_all(target)
                assert judges[False].judge(files, trust) == told_here(files, trust)
    assert set(restored) == {(ASKED,)}, "a restore is told, of the side that was restored"


def read_all(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
