"""``comity case show`` says which message did not arrive, why, and what to do."""

from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.test_narrow import DIGEST

from comity.cli import main

LOST: dict[str, Any] = {
    "delivery": 3,
    "party": "vn/contact-point",
    "fault": "partner-unreachable",
    "given_up": False,
    "since": "2026-11-24T02:00:00Z",
    "attempts": 7,
    "due_at": "2026-11-24T02:09:00Z",
}


class Node:
    """A node with one case, one message of which did not arrive."""

    def __init__(self, lost: dict[str, Any]) -> None:
        self.lost = lost

    def get(self, _path: str) -> dict[str, Any]:
        """Answer what the command asks."""
        message = {
            "sent_at": "2026-11-24T02:00:00Z", "author": "za/contact-point",
            "type": "request.submitted", "standing": "applied", "on_paper": False,
            "second_due_at": None, "content": DIGEST, "receipts": [], "undelivered": [self.lost],
        }  # fmt: skip
        conversation = {
            "conversation": DIGEST, "opener": "za/contact-point", "state": "submitted",
            "members": ["za/contact-point", "vn/contact-point"], "measure": "", "due_at": None,
            "items": [], "misfits": [], "timeline": [message], "next": [], "beyond": [],
        }  # fmt: skip
        return {"subject": "A case", "conversations": [conversation]}


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        (
            {},
            (
                "NOT DELIVERED to vn/contact-point since 2026-11-24T02:00:00Z: "
                "the partner does not answer",
                "attempts 7; next attempt 2026-11-24T02:09:00Z",
            ),
        ),
        (
            {"fault": "", "attempts": 0},
            ("NOT DELIVERED to vn/contact-point since 2026-11-24T02:00:00Z: not tried yet",),
        ),
        (
            {"given_up": True, "due_at": None},
            ("attempts 7; it is not tried again automatically",),
        ),
    ],
)
def test_a_case_says_what_was_not_delivered_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], lines: tuple[str, ...]
) -> None:
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node({**LOST, **more}))
    told = CliRunner().invoke(
        main, ["case", "show", "2026-000002", "--node", "x", "--token-file", __file__]
    )
    assert told.exit_code == 0, told.output
    for line in (
        *lines,
        "to do: call vn/contact-point; see: comity outbox list",
        "when its node works again, try: comity outbox retry 3",
    ):
        assert f"    {line}\n" in told.output
