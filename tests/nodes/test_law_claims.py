"""Whether a treaty binds both States is the register's word; a party's own can only lower it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from comity.files.instruments import shipped
from comity.node.law import facts_from_messages

BOUND, NOT_BOUND, UNKNOWN = "uncac-2003", "un-2024", "coe-2001"

ALL = (BOUND, NOT_BOUND, UNKNOWN)


class Claims:
    """A directory in which each party says the same of each treaty."""

    def __init__(self, status: str) -> None:
        self._status = status

    def entry(self, party: str) -> Any:
        listed = [SimpleNamespace(name=one, status=self._status) for one in ALL]
        return SimpleNamespace(instruments=listed if self._status else [])


@pytest.mark.parametrize(
    ("instrument", "claimed", "binds"),
    [
        (NOT_BOUND, "in-force", False),
        (NOT_BOUND, "", False),
        (BOUND, "in-force", True),
        (BOUND, "", True),
        (BOUND, "signed-not-in-force", False),
        (UNKNOWN, "in-force", None),
        (UNKNOWN, "signed-not-in-force", False),
    ],
)
def test_a_claim_never_puts_a_treaty_in_force(
    instrument: str, claimed: str, *, binds: bool
) -> None:
    said = facts_from_messages.Said(
        asker="vn/contact-point", asked="za/central-authority", type="request.submitted",
        sections={}, request={}, at=datetime(2026, 11, 29, tzinfo=UTC),
    )  # fmt: skip
    library = shipped()
    directory: Any = Claims(claimed)
    found = facts_from_messages._basis(said, library.instruments[instrument], library, directory)
    assert found["basis.in_force"] is binds
