"""Traces of what was erased, in the node's files: bundles made before, index, journal.

The transaction of an erasure takes the words out of every table and leaves a row that says so.
This goes on from that row, also after a crash, until no file of the node holds them. In SQLite,
deleted content is overwritten with zeros (``secure_delete``), the index of words is merged anew,
since a deleted token stays in its segment until then, and the journal is cut to nothing.
PostgreSQL removes dead rows and its journal by its own rules, which its operator sets.

Source: ADR 0045; SQLite, "PRAGMA secure_delete", "FTS5: the optimize command", "wal_checkpoint".
"""

from django.db import connection

from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.court import orders
from comity.node.models import CourtExport, Erasure
from comity.node.search import engine


def step(node: Node) -> int:
    """Remove what is left of erasures; return how many are done with.

    One whose journal is being read by somebody is tried again at the next step.
    """
    waiting = list(Erasure.objects.filter(done_at=None))
    if not waiting:
        return 0
    cases = [row.case for row in waiting if row.case]
    for row in CourtExport.objects.filter(case__in=cases, stage=CourtExport.Stage.EXPIRED):
        orders.remove_files(node, row)
    engine.tidy()
    if not _cut_journal():
        return 0
    return Erasure.objects.filter(pk__in=[row.pk for row in waiting]).update(done_at=now())


def _cut_journal() -> bool:
    """Write the journal into the database file and empty it; tell whether nobody stood in the way.

    Outside a transaction: SQLite cannot do it within one. It keeps every writer out while it waits
    for readers, so it does not wait: an officer's next page must not stand still for it.
    """
    if engine.is_postgresql():
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _frames, _moved = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(before)}")
    return not busy
