"""The rows of a release on their page: nothing preset, and what cannot be recorded stays typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice, text

from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.models import Officer

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]
type Rows = dict[str, str | list[str]]


def begun(office: DeskOffice) -> Item:
    said = {"title": "Answer to Lan", "recipient": "Lan", "purpose": text("x", "en"),
            "subject_request": None}  # fmt: skip
    return office.do("release.begun", said, case=office.written().case)


def rows(*changed: tuple[str, str]) -> Rows:
    """Return what a page with one record of the case posts."""
    typed = {"description": "A letter", "standing": "released", "codes": "", "remark": ""}
    posted: Rows = {"known": "sha256:1", "record": [""]}
    posted.update({name: [value] for name, value in (typed | dict(changed)).items()})
    return posted


@pytest.fixture
def post(office: DeskOffice, desk: SignedIn) -> Callable[[Rows], tuple[Any, Item]]:
    item, client = begun(office), desk(office.people["case"])

    def posted(typed: Rows) -> tuple[Any, Item]:
        answer = client.post(f"/privacy/releases/{item.id}/list", typed)
        return answer, docket_store.item_named(item.id)

    return posted


def test_a_list_that_says_of_each_what_happens_is_recorded(
    post: Callable[[Rows], tuple[Any, Item]],
) -> None:
    answer, item = post(rows())
    assert answer.status_code == 302
    assert item.entries[-1].entry.act == "release.listed"


@pytest.mark.parametrize(
    "changed",
    [
        ("standing", ""),
        ("standing", "off"),
        ("standing", "given away"),
        ("description", ""),
        ("description", "a\x00b"),
        ("description", "x" * 100_000),
        ("remark", "\x00"),
        ("remark", "x" * 100_000),
        ("codes", "NO-SUCH-CODE"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_loses_nothing(
    post: Callable[[Rows], tuple[Any, Item]], changed: tuple[str, str]
) -> None:
    answer, item = post(rows(changed, ("codes", changed[1] if changed[0] == "codes" else "")))
    assert answer.status_code == 422
    assert item.entries[-1].entry.act == "release.begun"
    assert "A letter" in answer.text or changed[0] == "description"
