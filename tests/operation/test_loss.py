"""What a restore would lose is never told too small."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comity.evidence import age_keys
from comity.node.core.config import NodeConfig
from comity.node.core.randomness import random_bytes
from comity.node.log import audit
from comity.node.operations.restore_dry_run import loss

MADE_AT = datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC)
NAME = "comity-vn-contact-point-20261127T120005Z.age"


@pytest.mark.django_db
@pytest.mark.parametrize(("later_s", "counted"), [(-1, 0), (0, 1), (1, 1)])
def test_what_came_in_the_same_second_counts(tmp_path: Path, later_s: int, counted: int) -> None:
    """Time is kept to the second: it may have come just after."""
    kept = tmp_path / "backups"
    kept.mkdir()
    (kept / NAME).write_bytes(b"age-encryption.org/v1\n")
    config = NodeConfig(
        folder=tmp_path / "node",
        party="vn/contact-point",
        mode="exercise",
        backup_folder=str(kept),
        backup_recipients=(str(age_keys.generate(random_bytes).recipient),),
    )
    at = MADE_AT + timedelta(seconds=later_s)
    audit.note(at=at, actor="operator", action="signed-in", subject="operator")
    assert loss(config, NAME).reads == counted
