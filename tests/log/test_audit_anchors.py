"""Audit rows are anchored by the log; whoever changes the database afterwards is found out."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.docket.conftest import T0, DeskOffice

from comity.canonical import digest, digest_text
from comity.ledger import Frontier, LeafOpening, entry, leaf_hash
from comity.node.log import audit, audit_anchors, audit_check
from comity.node.log.epochs import open_epoch
from comity.node.log.store import Batch, read_head
from comity.node.models import AuditCheck, AuditRow, LogEntry, LogHead

PEOPLE = ("lan", "approver", "author")


def act(office: DeskOffice, number: int, *, reads: int = 2) -> None:
    """Record something that is in the log, after reads that are not."""
    for one in range(reads):
        audit.note(at=T0, actor=PEOPLE[one % 3], action="case.read", subject=f"case-{number}")

    def work(batch: Batch) -> None:
        record = digest_text(digest("record", b"%d" % number))
        leaf = batch.append(salt=os.urandom(32), kind="domestic.note", time=T0, record=record)
        audit.note(
            at=T0 + timedelta(microseconds=number),
            actor="approver",
            action="docket.entered",
            subject=record,
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    office.committer.run(work)


@pytest.fixture
def log(office: DeskOffice) -> DeskOffice:
    """Return an office with four commits, three of them in the second epoch of its log."""
    act(office, 1)
    open_epoch(office.node, office.committer, newest=None, reason="migration", at=T0)
    for number in (2, 3):
        act(office, number)
    return office


def faults(office: DeskOffice, *more: audit_check.SignedTree) -> list[audit_check.Fault]:
    """Return what a whole look finds."""
    check = audit_check.Check([*audit_check.signed_trees(office.node), *more])
    while check.step():
        pass
    return check.faults


def anchors() -> list[LogEntry]:
    """Return the leaves that anchor, in their order."""
    return list(LogEntry.objects.filter(kind=audit_anchors.KIND).order_by("epoch", "index"))


def test_the_last_leaf_of_each_commit_anchors_every_row(log: DeskOffice) -> None:
    assert not AuditRow.objects.filter(anchor_epoch=None).exists()
    last = [(2, head.tree_size - 1) for head in LogHead.objects.filter(epoch=2)]
    assert [(one.epoch, one.index) for one in anchors()] == [(1, 1), (2, 1), (2, 3), (2, 5)]
    assert [(one.epoch, one.index) for one in anchors()][-1:] == last
    assert digest_text(read_head().audit_anchor) == anchors()[-1].record
    salts = [bytes(row.salt) for row in AuditRow.objects.all()]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {32}
    assert not faults(log)


def test_an_anchor_is_what_the_specification_says(log: DeskOffice) -> None:
    """Recomputed here with nothing but the columns, SHA-256 and JSON."""
    before = bytes(32)
    for leaf in anchors():
        place = {"anchor_epoch": leaf.epoch, "anchor_index": leaf.index}
        digests = b""
        for row in AuditRow.objects.filter(**place).order_by("id").values():
            said: dict[str, object] = {
                name: row[name] for name in ("action", "actor", "detail", "id", "subject")
            }
            said["at"] = row["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            said |= {name: row[name] for name in ("epoch", "index") if row[name] is not None}
            text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            data = b"comity/1/audit-row\0" + bytes(row["salt"]) + text.encode()
            digests += hashlib.sha256(data).digest()
        before = hashlib.sha256(b"comity/1/audit-anchor\0" + before + digests).digest()
        assert leaf.record == f"sha256:{before.hex()}"


def test_rows_that_no_commit_anchors_are_anchored_within_ten_minutes(
    log: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = T0 + timedelta(hours=1)
    monkeypatch.setattr(audit_anchors, "now", lambda: moment)
    before = read_head().frontier.tree_size
    assert not audit_anchors.is_due()
    audit.note(at=moment - timedelta(minutes=1), actor="lan", action="case.read", subject="case-9")
    assert not audit_anchors.is_due()
    moment += timedelta(minutes=9)
    assert audit_anchors.is_due()
    log.committer.run(audit_anchors.ask)
    assert not audit_anchors.is_due()
    assert read_head().frontier.tree_size == before + 1
    log.committer.run(audit_anchors.ask)
    assert read_head().frontier.tree_size == before + 1  # nothing to anchor, no leaf
    assert not faults(log)


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
_CHANGES = st.one_of(
    st.tuples(st.sampled_from(["actor", "action", "subject", "detail"]), _TEXT),
    st.tuples(
        st.just("at"), st.sampled_from(["2026-03-01 03:00:00.000009", "1999-01-01 00:00:00"])
    ),
    st.tuples(st.sampled_from(["index", "epoch"]), st.integers(0, 9)),
    st.tuples(st.just("salt"), st.binary(min_size=32, max_size=32)),
    st.tuples(st.just("id"), st.integers(1_000, 2_000)),
    st.tuples(st.just("anchor_index"), st.integers(0, 9) | st.none()),
    st.tuples(st.just("anchor_epoch"), st.integers(0, 9) | st.none()),
)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changed=_CHANGES, which=st.integers(0, 99))
def test_no_column_of_an_anchored_row_can_be_changed_unseen(
    log: DeskOffice, changed: tuple[str, Any], which: int
) -> None:
    """Whatever is written there that was not there before, and whichever row it is."""
    column, value = changed
    rows = list(AuditRow.objects.order_by("pk"))
    row = rows[which % len(rows)]
    with transaction.atomic():
        with connection.cursor() as cursor:
            statement = f'UPDATE node_auditrow SET "{column}" = %s WHERE id = %s'  # noqa: S608
            cursor.execute(statement, [value, row.pk])
        now_there = AuditRow.objects.filter(pk=value if column == "id" else row.pk).get()
        same = getattr(now_there, column) == getattr(row, column)
        assert bool(faults(log)) is not same
        transaction.set_rollback(True)
    assert not faults(log)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def delete_one() -> None:
    AuditRow.objects.filter(anchor_epoch=2, anchor_index=3).order_by("pk")[0].delete()


def delete_all_of_a_anchor() -> None:
    AuditRow.objects.filter(anchor_epoch=2, anchor_index=3).delete()


def exchange_two_people() -> None:
    one, other = AuditRow.objects.filter(anchor_epoch=2, anchor_index=3, index=None)
    AuditRow.objects.filter(pk=one.pk).update(actor=other.actor)
    AuditRow.objects.filter(pk=other.pk).update(actor=one.actor)


def add_one_under_a_anchor() -> None:
    row = AuditRow.objects.filter(anchor_epoch=2, anchor_index=3).order_by("pk")[0]
    row.pk = None
    row.save(force_insert=True)


def add_one_beyond_the_log() -> None:
    row = AuditRow.objects.order_by("pk")[0]
    row.pk, row.anchor_epoch, row.anchor_index = None, 7, 0
    row.save(force_insert=True)


def move_to_the_next_anchor() -> None:
    row = AuditRow.objects.filter(anchor_epoch=2, anchor_index=3).order_by("pk")[0]
    AuditRow.objects.filter(pk=row.pk).update(anchor_index=5)


def take_the_salt_of_a_anchor() -> None:
    LogEntry.objects.filter(epoch=2, index=3).update(salt=None)


def call_a_anchor_something_else() -> None:
    LogEntry.objects.filter(epoch=2, index=3).update(kind="domestic.note", salt=None)
    delete_all_of_a_anchor()


def remove_the_leaf() -> None:
    LogEntry.objects.filter(epoch=2, index=3).delete()


def spoil_the_record() -> None:
    LogEntry.objects.filter(epoch=2, index=3).update(record="nothing")


def spoil_the_hash() -> None:
    sql("UPDATE node_logentry SET leaf_hash = 'text' WHERE epoch = 2 AND \"index\" = 3")


def date_another_entry_back() -> None:
    LogEntry.objects.filter(epoch=2, index=2).update(time=T0 - timedelta(days=1))


def write_the_rest_of_the_log_anew() -> None:
    """Change a row, and every anchor and tree after it, as one would who knows this program."""
    AuditRow.objects.filter(actor="approver").update(actor="nobody")
    before, frontiers = b"", {1: Frontier(), 2: Frontier()}
    for one in LogEntry.objects.order_by("epoch", "index"):
        if one.kind == audit_anchors.KIND:
            under = AuditRow.objects.filter(anchor_epoch=one.epoch, anchor_index=one.index)
            before = audit_anchors.anchor_digest(before, under)
            one.record = digest_text(before)
            opening = LeafOpening(
                salt=bytes(one.salt or b""), kind=one.kind, time=one.time, record=before
            )
            one.leaf_hash = leaf_hash(entry(opening))
            one.save()
        frontiers[one.epoch], _ = frontiers[one.epoch].append([bytes(one.leaf_hash)])
    for epoch, frontier in frontiers.items():
        LogHead.objects.filter(epoch=epoch).update(
            frontier=frontier.encode(), audit_anchor=before if epoch == 2 else b""
        )


IN_THE_THIRD = (2, 2, 4)
"""Epoch, and the checkpoints between which the third anchor lies."""


@pytest.mark.parametrize(
    ("attack", "what", "between"),
    [
        (delete_one, "rows", IN_THE_THIRD),
        (delete_all_of_a_anchor, "rows", IN_THE_THIRD),
        (exchange_two_people, "rows", IN_THE_THIRD),
        (add_one_under_a_anchor, "rows", IN_THE_THIRD),
        (move_to_the_next_anchor, "rows", IN_THE_THIRD),
        (add_one_beyond_the_log, "anchor", (7, 0, 0)),
        (take_the_salt_of_a_anchor, "entry", (2, 3, 4)),
        (call_a_anchor_something_else, "rows", (2, 2, 6)),
        (remove_the_leaf, "entry", (2, 3, 4)),
        (spoil_the_record, "entry", (2, 0, 6)),
        (spoil_the_hash, "entry", (2, 3, 4)),
        (date_another_entry_back, "entry", (2, 2, 3)),
        (write_the_rest_of_the_log_anew, "tree", (2, 0, 6)),
    ],
)
def test_an_administrator_is_found_out(
    log: DeskOffice, attack: Callable[[], None], what: str, between: tuple[int, int, int]
) -> None:
    attack()
    found = faults(log)
    assert (found[0].what, (found[0].epoch, found[0].after_size, found[0].size)) == (what, between)


def test_who_has_the_keys_too_is_found_out_by_a_checkpoint_that_another_holds(
    log: DeskOffice,
) -> None:
    held = audit_check.signed_trees(log.node)[0]
    write_the_rest_of_the_log_anew()
    anew = LogHead.objects.get(epoch=2)
    frontier = Frontier.decode(bytes(anew.frontier))
    own = [
        audit_check.SignedTree(2, frontier.tree_size, frontier.root()),
        *audit_check.signed_trees(log.node)[1:],
    ]
    check = audit_check.Check(own)
    while check.step():
        pass
    assert not check.faults  # nothing on this machine contradicts it
    check = audit_check.Check([*own, held])
    while check.step():
        pass
    assert [fault.what for fault in check.faults] == ["tree"]


def test_the_watch_keeps_what_it_finds_until_it_holds_again(
    log: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_check, "SLICE", 1)  # so that a look takes several steps
    watch = audit_check.Watch(log.node)
    watch.step()
    assert not AuditCheck.objects.exists()
    for _ in range(20):
        watch.step()
    kept = AuditCheck.objects.get()
    assert (kept.faults, kept.since, kept.rows) == ([], None, AuditRow.objects.count())
    row = AuditRow.objects.filter(actor="approver").order_by("pk")[0]
    AuditRow.objects.filter(pk=row.pk).update(actor="nobody")
    for _ in range(20):
        watch.step()
    kept = AuditCheck.objects.get()
    assert [fault["what"] for fault in kept.faults] == ["rows"]
    assert kept.since is not None
    AuditRow.objects.filter(pk=row.pk).update(actor="approver")
    for _ in range(40):
        watch.step()
    kept = AuditCheck.objects.get()
    assert (kept.faults, kept.since) == ([], None)
