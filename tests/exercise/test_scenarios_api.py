"""Scenarios for programs: what is refused has a code, and nothing is kept of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from comity.files.drills import read_shipped, shipped_names
from comity.node.models import AuditRow, ScenarioEdition
from comity.node.people import accounts

type Call = Callable[..., Any]


@pytest.fixture
def call(add: Callable[..., Any]) -> Call:
    def done(method: str, path: str, body: Any = None, *, who: str = "trainer") -> Any:
        if who not in tokens:
            add(who, who)
            tokens[who] = accounts.make_token(who, label="x", at=datetime.now(UTC), by="x")
        return Client().generic(
            method, f"/api/v1{path}", json.dumps(body or {}), "application/json",
            headers={"Authorization": f"Bearer {tokens[who]}"},
        )  # fmt: skip

    tokens: dict[str, str] = {}
    return done


def files(name: str = "mine") -> dict[str, str]:
    found = {path: data.decode() for path, data in read_shipped("first-night").items()}
    plan = found["scenario.toml"].replace('"first-night"', f'"{name}"')
    return {**found, "scenario.toml": plan}


@pytest.mark.parametrize("who", ["case", "operator", "auditor"])
def test_only_who_may_train_reaches_scenarios(call: Call, who: str) -> None:
    for method, path in (
        ("GET", "/scenarios"),
        ("GET", "/scenarios/first-night"),
        ("PUT", "/scenarios/first-night"),
        ("DELETE", "/scenarios/first-night"),
        ("POST", "/scenarios/lint"),
    ):
        assert call(method, path, who=who).status_code == 403


def test_a_live_node_refuses_every_call_with_a_code(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for method, path, body in (
        ("GET", "/scenarios", None),
        ("GET", "/scenarios/first-night", None),
        ("PUT", "/scenarios/mine", {"files": files(), "edition": None}),
        ("DELETE", "/scenarios/first-night", None),
        ("POST", "/scenarios/lint", {"name": "mine", "files": files()}),
    ):
        answer = call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "exercise-live"), path
    assert not ScenarioEdition.objects.exists()


@pytest.mark.parametrize(
    ("name", "changed", "edition", "answered"),
    [
        ("first-night", {}, None, (422, "drill-file")),  # the plan says another name
        ("mine", {"scenario.toml": "[scenario"}, None, (422, "drill-file")),
        ("mine", {"run.py": "print()"}, None, (422, "drill-file")),
        ("mine", {"../x.txt": "x"}, None, (422, "drill-file")),
        ("mine", {}, "sha256:" + "0" * 64, (404, "not-here")),
        ("Mine", {}, None, (422, "request-malformed")),
        ("mine", {f"exhibits/e{n}.txt": "x" for n in range(64)}, None, (422, "request-malformed")),
    ],
)
def test_what_is_no_scenario_is_refused(
    call: Call, name: str, changed: dict[str, str], edition: str | None, answered: tuple[int, str]
) -> None:
    answer = call("PUT", f"/scenarios/{name}", {"files": files() | changed, "edition": edition})
    assert (answer.status_code, answer.json()["code"]) == answered
    assert not ScenarioEdition.objects.exists()


def test_a_name_that_is_taken_and_a_stale_change_are_conflicts(call: Call) -> None:
    shipped = {"files": files("first-night"), "edition": None}
    answer = call("PUT", "/scenarios/first-night", shipped)
    assert (answer.status_code, answer.json()["code"]) == (409, "scenario-taken")
    first = call("PUT", "/scenarios/mine", {"files": files(), "edition": None}).json()
    more = {**files(), "exhibits/more.txt": "x"}
    assert (
        call("PUT", "/scenarios/mine", {"files": more, "edition": first["edition"]}).status_code
        == 200
    )
    answer = call("PUT", "/scenarios/mine", {"files": files(), "edition": first["edition"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "scenario-stale")
    assert "exhibits/more.txt" in call("GET", "/scenarios/mine").json()["files"]


def test_what_is_to_mend_is_named_without_keeping_anything(call: Call) -> None:
    given = {"name": "mine", "files": {**files(), "texts/ar.toml": ""}}
    (found,) = call("POST", "/scenarios/lint", given).json()["findings"]
    assert (found["code"], found["file"]) == ("language-missing", "texts/ar.toml")
    assert not ScenarioEdition.objects.exists()


def test_a_scenario_is_kept_listed_and_dropped(call: Call) -> None:
    assert call("GET", "/scenarios/mine").status_code == 404
    assert call("DELETE", "/scenarios/first-night").status_code == 404
    kept = call("PUT", "/scenarios/mine", {"files": files(), "edition": None}).json()
    assert kept["findings"] == []
    rows = call("GET", "/scenarios").json()["scenarios"]
    assert [row["name"] for row in rows] == sorted([*shipped_names(), "mine"])
    assert {row["name"] for row in rows if row["own"]} == {"mine"}
    assert call("DELETE", "/scenarios/mine").json() == {"shipped": False}
    assert call("GET", "/scenarios/mine").status_code == 404
    actions = AuditRow.objects.filter(action__startswith="scenario.").values_list(
        "action", flat=True
    )
    assert list(actions) == ["scenario.saved", "scenario.dropped"]
