"""The walks in CONTRIBUTING.md can be followed: their places are there, the act shown works."""

import re
from typing import Any, Final

import pytest
from ninja import NinjaAPI, Router
from pydantic import Field
from tests.conftest import REPOSITORY

from comity.node.actions.action import Action, ActionCall
from comity.node.actions.described import describe
from comity.node.actions.mount import mount
from comity.node.actions.perform import perform
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.models import AuditRow
from comity.node.people import accounts
from comity.node.people.permissions import Right
from comity.node.web.schemas import Closed

PAGE: Final = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
WALKS: Final = re.split(r"^## ", PAGE, flags=re.MULTILINE)
PLACES: Final = sorted(
    set(re.findall(r"`((?:spec|src|tests|docs|vectors|scripts)/[^`\s]*)`", PAGE))
)


def test_there_is_a_walk_for_what_is_added_most() -> None:
    heads = {walk.partition("\n")[0] for walk in WALKS}
    assert {f"How to add {one}" for one in ("an act", "a message type", "a page", "a treaty")} <= (
        heads
    )


def test_every_place_that_the_page_names_is_there() -> None:
    assert [place for place in PLACES if not (REPOSITORY / place).exists()] == []


def test_every_answer_to_a_question_names_a_module() -> None:
    rows = re.findall(r"^\| [^|]*\? \| (.*) \|$", PAGE, re.MULTILINE)
    assert len(rows) >= 10
    for row in rows:
        for place in re.findall(r"`([a-z_/]+\.py)`", row):
            assert (REPOSITORY / "src" / "comity" / "node" / place).is_file(), place


def shown() -> Action:
    """Return the row that the page shows, made as printed."""
    (code,) = re.findall(r"^   ```python\n(.*?)^   ```", PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {
        "Action": Action,
        "ActionCall": ActionCall,
        "Closed": Closed,
        "Field": Field,
        "Right": Right,
        "audit": audit,
    }
    exec(re.sub(r"^ {3}", "", code, flags=re.MULTILINE), names)  # noqa: S102 - our own page
    found = names["PAUSE"]
    assert isinstance(found, Action)
    return found


def test_the_act_that_is_shown_is_an_operation_a_command_and_is_done(db: None) -> None:
    action = shown()
    router = Router()
    mount(router, action)
    api = NinjaAPI(urls_namespace="contributing")
    api.add_router("", router)
    operation = api.get_openapi_schema(path_prefix="/")["paths"]["/duty/reach/pause"]["post"]
    assert operation["description"] == "Test no partner's watch for some days."
    (row,) = describe([action])
    assert row["members"][0]["name"] == "days"
    person = accounts.add_person(
        name="lan", role="duty", password="a long phrase for tests", at=now(), by="operator"
    )
    assert action.input is not None
    said = action.input(days=3)
    perform(action, ActionCall(officer=person, input=said, service=None))  # type: ignore[arg-type]
    assert AuditRow.objects.filter(action="setting.changed", subject="pause").exists()
    with pytest.raises(ValueError, match="30"):
        action.input(days=31)
