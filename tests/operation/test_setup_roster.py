"""The step of the duty roster: proposed, accepted, changed, or skipped with a reason."""

import re
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from tests.operation.test_setup import added, begun
from tests.operation.wizard import Browser, Wizard

from comity.node.duty.roster_defaults import first_week

pytestmark = pytest.mark.full

REASON = "The rota starts on 1 March."
ALL_DAY = {"begins": "08:00", "ends": "08:00", "zone": "Asia/Ho_Chi_Minh"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "office" / "node"


def to_roster(inside: Browser) -> dict[str, str]:
    """Take the steps up to the roster; return who may be on it, by name."""
    begun(inside)
    inside.post("/partners", done="1")
    for name, role in (("lan", "operator"), ("minh", "case"), ("hoa", "approver")):
        added(inside, name, role)
    inside.post("/people", done="1")
    assert inside.post("/officers", done="1").headers["location"] == "/roster"
    select = re.search(r"<select[^>]*name=\"officer_0\".*?</select>", page(inside), re.DOTALL)
    assert select is not None
    options = re.findall(r'<option value="(officer-[^"]+)"[^>]*>([^<]+)<', select[0])
    return {told.partition(" ")[0].strip("\u2068\u2069"): one for one, told in options}


def page(inside: Browser) -> str:
    return unescape(inside.get("/roster").text)


def week(names: dict[str, str], days: range) -> dict[str, str]:
    said = {f"officer_{day}": names["minh"] for day in days}
    return said | {f"second_{day}": names["hoa"] for day in days}


def audited(place: Path, action: str) -> list[tuple[str, str]]:
    """Return who did an act, and its detail."""
    asked = "SELECT actor, detail FROM node_auditrow WHERE action = ? ORDER BY id"
    with closing(sqlite3.connect(place / "node.sqlite3")) as base:
        return base.execute(asked, [action]).fetchall()


def test_a_week_is_written_to_the_node_and_a_gap_is_named(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        names = to_roster(inside)
        assert set(names) == {"minh", "hoa"}  # who may not acknowledge is on no roster
        assert "no officer is certified" in page(inside)
        assert "The roster is stored" not in page(inside)
        wrong = {**ALL_DAY, "officer_0": names["minh"], "second_0": names["minh"]}
        refused = inside.post("/roster", **wrong)
        assert (refused.status_code, refused.text.count('id="id_officer_0_error"')) == (422, 1)
        assert "The same person is selected twice." in refused.text
        assert '<option value="Africa/Johannesburg">' in refused.text
        lone = inside.post("/roster", **ALL_DAY, second_3=names["hoa"])
        assert (lone.status_code, lone.text.count('id="id_officer_3_error"')) == (422, 1)
        nowhere = inside.post("/roster", **{**ALL_DAY, "zone": "Nowhere"}, **week(names, range(7)))
        assert (nowhere.status_code, nowhere.text.count('id="id_zone_error"')) == (422, 1)
        assert "No day has an officer" in inside.post("/roster", **ALL_DAY).text
        assert inside.where() == "/roster"
        six = inside.post("/roster", **ALL_DAY, **week(names, range(6)))
        assert six.headers["location"] == "/roster"  # stored, and the gap is shown
        shown = re.sub("[\u2068\u2069]", "", page(inside))
        assert "No one is on duty: Sunday 08:00–Monday 08:00." in shown
    with Wizard(place) as wizard:  # interrupted: what was stored is what is shown
        inside = wizard.inside()
        assert inside.where() == "/ceremony"
        assert page(inside).count(f'value="{names["minh"]}" selected') == 6
        whole = inside.post("/roster", **ALL_DAY, **week(names, range(7)))
        assert whole.headers["location"] == "/ceremony"
        assert "Every hour of the week has an officer on duty." in page(inside)
    assert audited(place, "roster.replaced") == [("set-up", "6"), ("set-up", "7")]
    with closing(sqlite3.connect(place / "node.sqlite3")) as base:
        stored = base.execute("SELECT weekday, officer, second, zone FROM node_weeklyshift")
        assert sorted(stored) == [
            (day, names["minh"], names["hoa"], "Asia/Ho_Chi_Minh") for day in range(7)
        ]


def test_a_roster_is_done_only_if_a_week_is_covered_by_certified_officers(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        names = to_roster(inside)
        elsewhere = {**ALL_DAY, "zone": "America/Lima"}
        monday = inside.post("/roster", **elsewhere, **week(names, range(1)))
        assert monday.headers["location"] == "/roster"  # stored, and asked about
        shown = re.sub("[\u2068\u2069]", "", page(inside))
        assert "Is the time zone right? The times are in America/Lima" in shown
        assert "(Asia/Ho_Chi_Minh)" in shown
        assert "Not certified yet, so they cannot sign: <bdi>hoa</bdi>, <bdi>minh</bdi>." in shown
        inside.post("/roster", done="1")
        step = re.search(
            r"Duty roster</a>(?: <span[^>]*>(.*?)</span>)?", inside.get("/ceremony").text
        )
        assert step is not None
        assert step[1] == "(later)", "the list of steps judges as Finish does"
        inside.post("/ceremony", later="1")
        inside.post("/self-test")
        inside.post("/self-test", answer="1")
        inside.post("/echo", later="1")
        for days, gaps in ((range(1), True), (range(7), False)):
            inside.post("/roster", **ALL_DAY, **week(names, days))
            told = re.sub("[\u2068\u2069]", "", unescape(inside.get("/finish").text))
            assert "<b>Duty roster</b>" not in told  # not among what is done
            assert ("No one is on duty: Tuesday 08:00" in told) is gaps
            assert "On the roster without a certificate, so they cannot sign: " in told
        assert "Is the time zone right?" not in page(inside)


def test_without_a_roster_the_reason_is_asked_recorded_and_shown_at_the_end(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        to_roster(inside)
        assert inside.post("/roster", later="1", reason="  ").status_code == 422
        assert inside.where() == "/roster"
        assert inside.post("/roster", later="1", reason=REASON).status_code == 302
        inside.post("/ceremony", later="1")
        inside.post("/self-test")
        inside.post("/self-test", answer="1")
        inside.post("/echo", later="1")
        told = unescape(inside.get("/finish").text)
        assert f"Until then every officer is alerted. Reason: {REASON}" in told
        assert 'href="/roster"' in told
    assert audited(place, "setup.roster-skipped") == [("set-up", REASON)]


def test_a_first_week_takes_people_in_turn_and_names_nobody_twice() -> None:
    assert first_week([]) == {}
    alone = first_week(["a"])
    assert {crew.officer for crew in alone.values()} == {"a"}
    assert {crew.second for crew in alone.values()} == {""}
    four = first_week(["a", "b", "c", "d"])
    assert list(four) == list(range(7))
    for crew in four.values():
        assert len({crew.officer, crew.second, crew.deputy}) == 3
    assert {crew.officer for crew in four.values()} == {"a", "b", "c", "d"}
