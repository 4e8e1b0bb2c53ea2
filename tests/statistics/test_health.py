"""Every way a check can stand has its words, and what is wrong comes with what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.makers import T0
from tests.nodes.test_clocks import Office as Register
from tests.worlds import build_world

from comity.canonical import encode, time_text
from comity.demo.world import ASKED, ASKING, World
from comity.keys import jws
from comity.ledger import Frontier, LogOrigin, Successor
from comity.ledger.successor import Reason
from comity.node.authorities.listing import ENDING, authorities, keys
from comity.node.authorities.reach import Reach
from comity.node.core.clock import now
from comity.node.core.config_backup import LAST_BACKUP
from comity.node.core.node import Node, load_node
from comity.node.health import check_labels, labels
from comity.node.health.activity import DAYS, messages_a_day
from comity.node.health.checks import KEYS, Check, Stands, checks, last_backup
from comity.node.health.findings import told
from comity.node.health.overall import overall
from comity.node.health.status import condition
from comity.node.log import audit
from comity.node.log.guarded_log import sign_tree
from comity.node.models import (
    LogHead,
    MessageRow,
    Officer,
    OutboxRow,
    PartnerCheckpoint,
    ReceiptRow,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("well"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    return load_node(world.places[ASKING].config.folder)


def stands(node: Node, at: datetime) -> dict[str, str]:
    return {one.key: one.stands for one in checks(node, condition(node, at=at), at=at)}


def test_every_check_has_a_title_and_says_what_it_means() -> None:
    assert set(labels.TITLE) == set(labels.MEANS) == set(KEYS)
    assert {key.partition(".")[0] for key in check_labels.FOUND} == set(KEYS)


def test_what_is_wrong_comes_with_what_to_do() -> None:
    found = set(check_labels.FOUND)
    wrong = {key for key in found if key.endswith((".bad", ".soon"))}
    assert wrong <= set(check_labels.DO) <= found


def test_every_place_in_a_sentence_is_filled(node: Node) -> None:
    entry = node.directory.entry(node.party)
    (node.config.folder / LAST_BACKUP).write_bytes(encode({"made_at": time_text(T0 - 9 * DAY)}))
    try:
        for at in (now(), entry.expires_at - ENDING / 2, entry.expires_at + DAY):
            for one in map(told, checks(node, condition(node, at=at), at=at)):
                assert one["found"]
                assert "%(" not in one["found"] + one["do"]
                if one["key"] == "backup":
                    assert f"comity backup {node.config.folder} -r RECIPIENT" in one["do"]
    finally:
        (node.config.folder / LAST_BACKUP).unlink()


@pytest.mark.parametrize("fault", ["receipt-unproved", "logs-disagree"])
def test_two_logs_that_disagree_are_told_with_whom_to_call(node: Node, fault: str) -> None:
    """Seen as the receipt came, or when the proof was asked for afterwards."""
    ReceiptRow.objects.create(record="x", party=ASKED, jws=b"", kept_at=T0, fault=fault)
    at = now()
    (found,) = [o for o in checks(node, condition(node, at=at), at=at) if o.key == "logs"]
    assert found.stands == "bad"
    assert [one["party"] for one in found.facts["call"]] == [ASKED]


def test_keys_and_the_own_entry_are_told_of_before_they_end(node: Node) -> None:
    at = now()
    entry = node.directory.entry(node.party)
    first = keys(entry.keys, at=at)[0].until
    assert stands(node, at)["own-keys"] == "good"
    assert stands(node, first - ENDING)["own-keys"] == "soon"
    assert stands(node, first + DAY)["own-keys"] == "bad"
    assert stands(node, entry.expires_at - DAY)["own-entry"] == "soon"
    assert stands(node, entry.expires_at)["own-entry"] == "bad"


def test_officers_can_sign_when_an_author_and_an_approver_hold_certificates(
    world: World, node: Node
) -> None:
    """Nothing else shows it: every other line of a node that can send nothing may be in order."""
    at, officers = now(), world.places[ASKING].officers
    assert stands(node, at)["officers"] == "bad"
    for role, made in officers.items():
        assert stands(node, at)["officers"] == "bad"
        user = get_user_model().objects.create_user(username=role)
        Officer.objects.create(
            user=user, identifier=made.identifier, role="case", certificate=made.certificate.record
        )
    assert stands(node, at)["officers"] == "good"
    until = node.directory.entry(node.party).keys[0].not_after
    assert stands(node, until - DAY)["officers"] == "soon"
    get_user_model().objects.update(is_active=False)
    assert stands(node, at)["officers"] == "bad"


def test_a_delivery_that_was_given_up_needs_a_person(node: Node) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    OutboxRow.objects.create(
        record="r", addressee=ASKED, stage="dead", due_at=moment, attempts=3,
        queued_at=moment, expires_at=moment, last_fault="partner-unreachable",
    )  # fmt: skip
    assert stands(node, now())["deliveries"] == "bad"
    (partner,) = [one for one in authorities(node, at=now()) if one.party == ASKED]
    assert partner.reach.now(now()) == "silent"
    assert partner.reach.fault == "partner-unreachable"


def test_an_urgent_message_that_does_not_arrive_shows_from_its_first_failure_on(node: Node) -> None:
    register, at = Register(), T0 + DAY
    record = {}
    for urgency in ("normal", "urgent", "emergency"):
        conversation = register.ask(at, urgency=urgency)
        record[urgency] = MessageRow.objects.get(conversation=conversation).record

    def queue(urgency: str, fault: str) -> None:
        OutboxRow.objects.all().delete()
        OutboxRow.objects.create(
            record=record[urgency], addressee=ASKED, due_at=at, attempts=6, queued_at=at,
            expires_at=at + 9 * DAY, last_fault=fault,
        )  # fmt: skip

    def found(after: timedelta) -> dict[str, object]:
        made = checks(node, condition(node, at=at + after), at=at + after)
        return told(next(one for one in made if one.key == "deliveries"))

    soon, later = timedelta(seconds=110), timedelta(hours=1)
    queue("normal", "partner-unreachable")
    assert found(soon)["stands"] == "good"
    queue("urgent", "")
    assert found(soon)["stands"] == "good"
    queue("urgent", "partner-unreachable")
    assert found(soon)["stands"] == found(later)["stands"] == "soon"
    assert str(found(soon)["found"]).startswith("Urgent or emergency messages whose delivery fails")
    assert "Call the partner now" in str(found(soon)["do"])
    queue("emergency", "partner-unreachable")
    assert found(soon)["stands"] == "soon"
    assert found(later)["stands"] == "bad"


def test_a_partner_that_answered_since_is_not_silent() -> None:
    reach = Reach(answered_at=T0, silent_since=T0 - DAY, fault="partner-unreachable")
    assert reach.now(T0 + timedelta(hours=1)) == "answers"
    assert reach.now(T0 + 2 * DAY) == "unknown"
    assert Reach(answered_at=T0 - 2 * DAY, silent_since=T0 - DAY).now(T0) == "silent"
    assert Reach().now(T0) == "unknown"


def test_more_partners_take_no_more_queries(
    node: Node, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        PartnerCheckpoint.objects.create(
            party=ASKED, origin=f"o{number}", tree_size=1, root=b"", note="", seen_at=T0
        )
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        authorities(node, at=now())


def test_a_backup_is_remembered_in_the_folder(node: Node) -> None:
    assert last_backup(node.config) is None
    assert stands(node, now())["backup"] == "unknown"
    (node.config.folder / LAST_BACKUP).write_text("{nonsense")
    assert last_backup(node.config) is None
    made = now().replace(microsecond=0)
    note = {"made_at": time_text(made)}
    (node.config.folder / LAST_BACKUP).write_bytes(encode(note))
    assert last_backup(node.config) == made
    assert stands(node, made + 8 * DAY)["backup"] == "soon"


def test_a_backup_that_is_gone_from_its_folder_is_no_backup(node: Node, tmp_path: Path) -> None:
    made, folder = now().replace(microsecond=0), tmp_path / "backups"
    note = encode({"made_at": time_text(made)})
    (node.config.folder / LAST_BACKUP).write_bytes(note)
    kept = replace(node, config=replace(node.config, backup_folder=str(folder)))
    assert stands(kept, made)["backup"] == "bad"
    folder.mkdir()
    party = node.party.replace("/", "-")
    (folder / "comity-un-another-20270101T000000Z.age").write_bytes(b"age")
    (folder / f"comity-{party}-20270101T000000Z.age").touch()
    assert stands(kept, made)["backup"] == "bad"
    (folder / f"comity-{party}-20270101T000000Z.age").write_bytes(b"age")
    assert stands(kept, made)["backup"] == "good"


def opened(node: Node, *, reason: Reason, at: datetime) -> None:
    """Let the log of a node go on in its second epoch."""
    statement = Successor(
        checkpoint=sign_tree(node, 1, 1, bytes(32)).decode(),
        origin_old=LogOrigin.parse(node.origin(1)),
        origin_new=LogOrigin.parse(node.origin(2)),
        reason=reason,
        stated_at=at,
    )
    key, mode = node.keys["log"], node.config.mode
    record = jws.sign(statement.encode(), [key], thing="successor", mode=mode).record
    frontier = Frontier(0, ()).encode()
    LogHead.objects.create(epoch=2, tree_size=0, frontier=frontier, successor=record)


def test_a_restored_node_says_for_a_week_what_came_back_and_what_nobody_gives_back(
    node: Node,
) -> None:
    at = T0 + DAY
    opened(node, reason="restored-backup", at=T0)
    for number in range(3):
        audit.note(at=T0, actor="node", action="message.recovered", subject=str(number))

    def found(epoch: int, after: timedelta) -> dict[str, dict[str, object]]:
        known = condition(node, at=at)
        shown = replace(known, log=replace(known.log, epoch=epoch))
        return {one.key: told(one, operator=True) for one in checks(node, shown, at=T0 + after)}

    said = found(2, DAY)["restored"]
    assert said["stands"] == "soon"
    assert f"opened epoch 2 of its log at {time_text(T0)}" in str(said["found"])
    assert str(said["found"]).endswith("since: 3.")
    assert str(said["do"]).startswith("Repeat the acts on accounts since the backup")
    assert "restored" not in found(2, 8 * DAY)
    assert "restored" not in found(1, DAY)
    LogHead.objects.filter(epoch=2).delete()
    opened(node, reason="key-lost", at=T0)
    assert "restored" not in found(2, DAY)


STANDS: tuple[Stands, ...] = ("good", "soon", "bad", "unknown")


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(STANDS), min_size=1))
def test_the_state_is_the_worst_of_what_was_checked_and_names_why(found: dict[str, Stands]) -> None:
    whole = overall([Check(key, how) for key, how in found.items()])
    worst = "bad" if "bad" in found.values() else "soon" if "soon" in found.values() else ""
    assert whole.state == {"bad": "critical", "soon": "needs-attention", "": "ok"}[worst]
    assert set(whole.because) == {key for key, how in found.items() if how == worst}
    assert set(whole.unknown) == {key for key, how in found.items() if how == "unknown"}
    assert whole.checked == len(found) - len(whole.unknown)


def test_messages_are_counted_by_day_and_a_day_without_any_is_zero() -> None:
    register, at = Register(), T0 + 40 * DAY
    for back in (0, 0, 3, 29, 31):
        register.ask(at - back * DAY)
    found = messages_a_day(at=at)
    assert len(found) == DAYS
    assert [number for number in found.values() if number] == [1, 1, 2]
    assert found[at.date()] == 2
