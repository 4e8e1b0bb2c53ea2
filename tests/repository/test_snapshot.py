"""What users and partners can see is as the repository says: moving code changes none of it."""

import difflib

import pytest
from scripts.snapshot import FILE, snapshot


@pytest.mark.django_db
def test_what_can_be_seen_from_outside_is_as_written() -> None:
    kept, now = FILE.read_text("utf-8").splitlines(), snapshot().splitlines()
    changes = [line[:300] for line in difflib.unified_diff(kept, now, lineterm="", n=0)]
    assert not changes, "\n".join([*changes[:40], "If this is meant: `make reference`"])
