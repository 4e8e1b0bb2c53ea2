"""The subject of a commit says in few words what it does: the hook's rule, over what is there."""

import subprocess
from typing import Final

import pytest
from scripts.commit_subject import fault
from tests.repository.sources import REPOSITORY

SINCE: Final = "2026-11-30T18:30:00Z"  # the rule is no older

GOOD: Final = [
    "actions: do each act of the duty through one row of a table",
    "cli: `verify` takes two bundles",
    "Merge branch 'h-rows'",
]
BAD: Final = [
    "Actions: do each act",
    "actions do each act",
    "duty: the roster is kept.",
    "duty: added the roster",
    "duty: adding the roster",
    "duty: what waits is listed",
    "duty: keep " + "x" * 72,
    "",
]


@pytest.mark.parametrize("subject", BAD)
def test_a_subject_that_says_no_act_is_refused(subject: str) -> None:
    assert fault(subject)


def test_subjects_say_what_to_do() -> None:
    assert [fault(one) for one in GOOD] == [""] * len(GOOD)
    if not (REPOSITORY / ".git").exists():
        return  # an unpacked archive has no commits
    told = subprocess.run(
        ["git", "-C", str(REPOSITORY), "log", f"--since={SINCE}", "--format=%s"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [(one, fault(one)) for one in told.stdout.splitlines() if fault(one)] == []
