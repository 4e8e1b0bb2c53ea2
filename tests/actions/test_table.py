"""The table of actions: each row is whole, has its command, and is what the command line knows."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from scripts.actions import DATA, text
from tests.actions.sample import samples
from tests.walks import every

from comity.canonical import ComityError
from comity.cli import main
from comity.node.actions import action_form
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import ActUnauditedError, perform
from comity.node.core.clock import now
from comity.node.models import AuditRow, LadderRow
from comity.node.people import accounts
from comity.node.site.actions import ACTIONS
from comity.node.site.openapi import api

WORDS = (Path(__file__).parents[2] / "docs" / "reference" / "audit.md").read_text("utf-8")
OPERATIONS = {
    operation["x-action"]: (path, method, operation)
    for path, operations in api.get_openapi_schema()["paths"].items()
    for method, operation in operations.items()
    if "x-action" in operation
}


def test_each_act_has_one_row_one_operation_and_a_sample_that_tries_it() -> None:
    names = [one.name for one in ACTIONS]
    assert len(set(names)) == len(names)
    assert OPERATIONS.keys() == set(names)
    assert samples().keys() == set(names)


def test_what_the_command_line_knows_is_the_table() -> None:
    assert DATA.read_text("utf-8") == text(), "run `make reference`"


@every("action", ACTIONS)
def test_a_row_says_all_that_there_is_to_say(action: Action) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", action.name), "noun.verb"
    assert action.help.endswith("."), "what it does stands in the docstring of its function"
    assert action.audit
    for word in action.audit:
        assert f"`{word}`" in WORDS, f"{word} is not in docs/reference/audit.md"
    for error in action.errors:
        assert issubclass(error, ComityError)
        assert error.code != ComityError.code
    assert (action.writes is Writes.STEPS) == bool(action.why)
    assert (action.output is None) == (action.statuses == (204,))
    assert set(re.findall(r"{(\w+)}", action.path)) == set(action.place)
    path, method, operation = OPERATIONS[action.name]
    assert (path, method.upper()) == (f"/api/v1{action.path}", action.method)
    assert operation["x-right"] == action.right


@every("action", [one for one in ACTIONS if one.command])
def test_a_command_is_there_and_its_example_can_be_typed(action: Action) -> None:
    """The example is read as the shell and click read it; a node is not asked."""
    assert action.example, "a command has an example"
    words = [word for word in action.command.split() if not word.isupper()]
    command: Any = main
    for word in words:
        assert isinstance(command, click.Group), f"{word} of {action.command}"
        command = command.get_command(click.Context(command), word)
        assert command is not None, f"there is no command {action.command}"
    typed = [a or b for a, b in re.findall(r"'([^']*)'|(\S+)", action.example)]
    assert typed[: len(words)] == words
    node = ["--node", "http://127.0.0.1:8700", "--token-file", __file__]
    kinds = [one.type for one in command.params]
    chosen = {word for kind in kinds if isinstance(kind, click.Choice) for word in kind.choices}
    given = [
        __file__ if "." in one and Path(one).suffix and one not in chosen else one
        for one in typed[len(words) :]
    ]
    command.make_context(words[-1], [*given, *node])


def test_an_act_that_leaves_no_audit_row_is_undone(db: None) -> None:
    action = next(one for one in ACTIONS if one.name == "ladder.set")

    def silent(_call: ActionCall) -> None:
        LadderRow.objects.create(kind="any", steps=[], repeat_minutes=5)

    person = accounts.add_person(
        name="lan", role="duty", password="a long phrase for tests", at=now(), by="operator"
    )
    call = ActionCall(officer=person, place={"kind": "any"}, service=None)  # type: ignore[arg-type]
    with pytest.raises(ActUnauditedError):
        perform(replace(action, apply=silent), call)
    assert not LadderRow.objects.exists()


def test_a_page_that_may_be_seen_refuses_an_act_that_its_role_may_not_do(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_form, "network_of", lambda _request: "127.0.0.1")
    monkeypatch.setattr(action_form, "ActionCall", partial(ActionCall, service=None))  # type: ignore[arg-type]
    action = next(one for one in ACTIONS if one.name == "ladder.set")
    person = accounts.add_person(
        name="lan", role="auditor", password="a long phrase for tests", at=now(), by="operator"
    )
    request = RequestFactory().post("/duty/ladders/any")
    request.officer = person  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        action_form.done_by_page(request, action, None, kind="any")
    told = AuditRow.objects.get(action="access.refused")
    assert (told.actor, told.subject, told.detail) == ("lan", "roster", "role")
