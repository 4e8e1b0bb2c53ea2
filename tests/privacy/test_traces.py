"""What an erasure leaves in files goes without standing in anybody's way."""

from typing import Any

from django.db import connection
from tests.privacy.conftest import DeskOffice

from comity.node.models import Erasure
from comity.node.privacy import traces


def test_nobody_waits_while_the_journal_is_cut(office: DeskOffice) -> None:
    """SQLite keeps writers out while a checkpoint waits for readers."""
    Erasure.objects.create(subject="draft:x", case="", at="2026-11-24T03:00:00Z")
    patience: list[int] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if "wal_checkpoint" in sql:
            patience.append(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])
            sql = "SELECT 0, 0, 0"  # a test stands in a transaction, where nothing can be cut
        return execute(sql, *rest)

    def of_now() -> int:
        return int(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])

    before = of_now()
    with connection.execute_wrapper(watch):
        traces.step(office.node)
    assert patience == [0]
    assert of_now() == before > 0, "all else waits as before"
