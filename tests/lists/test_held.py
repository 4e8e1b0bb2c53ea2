"""What an office holds comes out whole: each model is exported or says why not, without secrets."""

import csv
import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from tests.conftest import REPOSITORY
from tests.docket.conftest import SENEGAL, DeskOffice, asks

from comity.node.core.clock import now
from comity.node.evidence.storage.vault import open_vault
from comity.node.models import (
    Alarm,
    CaseAccess,
    CaseOfficer,
    Compartment,
    CustodyEvent,
    Exercise,
    Hook,
    OfficeSetting,
    Reached,
    ScenarioEdition,
    SolutionFile,
    StrayPackage,
    Team,
    TeamMember,
    WeeklyShift,
)
from comity.node.operations import export_register
from comity.node.operations.export_all import leave
from comity.node.operations.export_tables import HELD, LEFT_OUT, SHAPED

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 28, 7, 30, 0, 999, tzinfo=UTC)
JOIN, HALL, SECRET, PIN, URL = (f"{one}-4711" for one in ("join", "hall", "sealed", "pin", "token"))


def exported(office: DeskOffice, folder: Path) -> dict[str, list[dict[str, Any]]]:
    export_register.export(office.node, folder, by="operator", at=now())
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def test_every_model_is_exported_or_says_why_not() -> None:
    held = [one.model._meta.label for one in HELD.values()]
    known = [*held, *SHAPED, *LEFT_OUT]
    assert len(known) == len(set(known)), "one place for each"
    assert {model._meta.label for model in apps.get_models()} == set(known)
    assert all([*SHAPED.values(), *LEFT_OUT.values()])


def test_no_column_is_a_secret() -> None:
    secret = {"password", "pin", "secret", "token", "code", "key", "session_data", "url"}
    assert not [(name, one) for name, held in HELD.items() for one in {*held.columns()} & secret]


def test_every_table_and_column_stands_in_the_reference() -> None:
    page = (REPOSITORY / "docs" / "reference" / "register-export.md").read_text("utf-8")
    listed = {
        cells[1].strip(" `"): tuple(cells[3].strip().split(", "))
        for line in page.splitlines()
        if line.startswith("| `") and len(cells := line.split("|")) == 5
    }
    assert listed == {name: header for name, (header, _lines) in export_register.TABLES.items()}


def test_who_may_see_what_and_who_is_on_duty_comes_out(office: DeskOffice, tmp_path: Path) -> None:
    officer = office.people["case"]
    compartment = Compartment.objects.create(name="=witnesses")
    CaseAccess.objects.create(case="2026-000001", openness="named", compartment=compartment)
    CaseOfficer.objects.create(case="2026-000001", officer=officer, at=AT)
    Reached.objects.create(officer=officer.identifier, email="a@example.org", phone="+27 00")
    Alarm.objects.create(kind="clock", subject="case:1", raised_at=AT, due_at=AT)
    OfficeSetting.objects.create(name="name", value="Kontaktstelle", changed_at=AT, changed_by="a")
    shift = {"weekday": 0, "begins": time(22), "ends": time(6), "zone": "Africa/Johannesburg"}
    WeeklyShift.objects.create(**shift, officer=officer.identifier)
    found = exported(office, tmp_path / "out")
    (access,) = found["case-access"]
    assert access["compartment"] == "=witnesses"
    assert found["case-officers"][0]["officer"] == officer.identifier
    assert found["case-officers"][0]["at"] == "2026-11-28T07:30:00Z"
    assert found["contacts"][0]["email"] == "a@example.org"
    assert (found["alarms"][0]["subject"], found["office-settings"][0]["name"]) == (
        "case:1",
        "name",
    )
    assert found["roster-weekly"][0]["begins"] == "22:00:00"
    with (tmp_path / "out" / "compartments.csv").open(encoding="utf-8-sig", newline="") as table:
        assert [row["name"] for row in csv.DictReader(table)] == ["'=witnesses"]


def test_drafts_custody_and_what_came_unasked_come_out(office: DeskOffice, tmp_path: Path) -> None:
    asks(office)
    CustodyEvent.objects.create(exhibit="e1", number=0, event=b'{"event":"acquired"}')
    StrayPackage.objects.create(root="sha256:" + "0" * 64, size_bytes=3, came_at=AT)
    SolutionFile.objects.create(digest="sha256:" + "1" * 64, data=b"rule")
    found = exported(office, tmp_path / "out")
    (draft,) = found["drafts"]
    assert draft["sections"]
    assert SENEGAL in json.dumps(draft["fields"])
    assert found["custody-events"][0]["event"] == {"event": "acquired"}
    assert found["strays"][0]["size_bytes"] == 3
    assert (tmp_path / "out" / "solutions" / ("1" * 64)).read_bytes() == b"rule"
    assert "solutions/" + "1" * 64 in (tmp_path / "out" / "SHA256SUMS").read_text()


def test_exercises_come_out_without_the_codes_by_which_people_join(
    office: DeskOffice, tmp_path: Path
) -> None:
    officer = office.people["case"]
    edition = ScenarioEdition.objects.create(
        edition="sha256:1", name="night", files={}, current=True, saved_at=AT, saved_by="a"
    )
    exercise = Exercise.objects.create(
        id="x1", edition=edition, form="room", hall=HALL, made_at=AT, made_by="a"
    )
    team = Team.objects.create(id="t1", exercise=exercise, name="Red", code=JOIN, run=None)
    TeamMember.objects.create(team=team, officer=officer, name="Ana", role="duty", pin=PIN)
    Hook.objects.create(
        officer=officer,
        label="Register",
        url=f"https://x.example/{URL}",
        events=[],
        secret=SECRET,
        seen=0,
        made_at=AT,
    )
    found = exported(office, tmp_path / "out")
    assert found["teams"][0]["exercise"] == "x1"
    assert found["exercises"][0]["edition"] == "sha256:1"
    assert found["team-members"][0]["officer"] == officer.identifier
    assert found["hooks"][0]["label"] == "Register"
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not [one for one in (JOIN, HALL, SECRET, PIN, URL) if one in text], path


def test_a_sealed_package_that_nobody_promised_goes_out_as_it_came(
    office: DeskOffice, tmp_path: Path
) -> None:
    here, gone = "0" * 64, "1" * 64
    quarantine = open_vault(office.node.config).quarantine
    quarantine.mkdir(parents=True, exist_ok=True)
    (quarantine / here).write_bytes(b"age-encryption.org/v1")
    for digits in (here, gone):
        StrayPackage.objects.create(root=f"sha256:{digits}", size_bytes=21, came_at=AT)
    try:
        left = leave(office.node, tmp_path / "out", by="operator", at=now())
    finally:
        (quarantine / here).unlink()
    assert (tmp_path / "out" / "strays" / f"{here}.age").read_bytes() == b"age-encryption.org/v1"
    assert left.refused == {f"sha256:{gone}": "package-missing"}
