"""A trainer changes a scenario in a real browser, and what was changed is what is played."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import FITS, violations

from comity.drills import (
    Event,
    Run,
    Scenario,
    admit,
    exhibit_digest,
    look,
    read_scenario,
    score,
    start,
)
from comity.node.core.config import VARIABLE

NAME = "our-night"
PLAY = """
import json, os, sys
from datetime import UTC, datetime, timedelta
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.site.settings")
import django
django.setup()
from comity.node.exercise import exercises, team_events
from comity.node.exercise.errors import ExerciseError
from comity.node.models import Team
at, minutes = datetime(2027, 3, 1, 9, tzinfo=UTC), [int(one) for one in sys.argv[2:]]
try:
    made = exercises.make(sys.argv[1], teams=["A"], at=at, by="trainer")
except ExerciseError as fault:
    print(json.dumps({"refused": str(fault)}))
    raise SystemExit
exercises.begin(made, at=at, by="trainer")
team = Team.objects.select_related("exercise__edition").get(exercise=made)
came = [
    [one.inject for one in team_events.look_at(team, at + timedelta(minutes=n)).delivered]
    for n in minutes
]
print(json.dumps({"came": came, "story": exercises.scenario_in(made).texts["en"]["story"]}))
"""


def played(pair: Pair, name: str, *minutes: int) -> dict[str, Any]:
    """Make an exercise of a scenario on the node itself, and return what came by minutes."""
    done = subprocess.run(
        [sys.executable, "-c", PLAY, name, *map(str, minutes)],
        env={**os.environ, VARIABLE: str(pair.asking.process.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.full
def test_a_trainer_changes_a_scenario_and_it_is_played_as_changed(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("trainer")
    page.get_by_role("link", name="Scenarios", exact=True).click()
    page.get_by_role("link", name="First night").click()
    page.get_by_role("link", name="Copy scenario").click()
    page.get_by_label("Name").fill("our-night")
    page.get_by_role("button", name="Create copy").click()
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()

    # the minute of an inject
    page.get_by_role("link", name="Injects", exact=True).click()
    page.get_by_role("link", name="The Harbour Courier asks").click()
    page.get_by_label("Minute", exact=False).first.fill("25")
    page.get_by_role("button", name="Save").click()
    injects = page.get_by_role("list", name="Injects", exact=True).get_by_role("listitem")
    expect(injects.filter(has_text="The Harbour Courier asks")).to_contain_text("minute 25")

    # a text is emptied: said, and not played
    page.get_by_role("link", name="Texts", exact=True).click()
    page.get_by_label("story").fill("")
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_text(re.compile(r"Correct \d+ errors? before it can be played"))
    ).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text("The text is missing.").first).to_be_visible()
    assert "not sound" in played(pair, NAME)["refused"]

    # mended with other words
    page.get_by_role("link", name="Texts", exact=True).click()
    page.get_by_label("story").fill(
        "New Year's Eve. Your first watch at {kept}, Belmora keeps {server}; offices open {back}."
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()

    # how it would run
    page.get_by_role("link", name="Rehearsal").click()
    row = page.get_by_role("row").filter(has_text="The Harbour Courier asks").first
    expect(row).to_contain_text("minute 25")

    found = played(pair, NAME, 24, 25)
    before, after = found["came"]
    assert "press-question" not in before
    assert "press-question" in after
    assert found["story"].startswith("New Year's Eve")
    assert not pair.asking.ok("trainer", "GET", "/scenarios/first-night")["own"]


PATHS = (
    "/scenarios",
    "/scenarios/new",
    "/scenarios/upload",
    "/scenarios/first-night",
    "/scenarios/first-night/run",
    "/scenarios/first-night/texts/ar/injects",
    "/scenarios/first-night/timeline",
    "/scenarios/first-night/injects/at-risk",
    "/scenarios/first-night/injects/at-risk/remove",
    "/scenarios/first-night/add-inject",
    "/scenarios/first-night/tasks",
    "/scenarios/first-night/tasks/find-address",
    "/scenarios/first-night/tasks/find-address/remove",
    "/scenarios/first-night/add-task",
    "/scenarios/first-night/add-trigger",
    "/scenarios/first-night/triggers/midnight",
    "/scenarios/first-night/triggers/midnight/remove",
    "/scenarios/first-night/exhibits",
    "/scenarios/first-night/add-exhibit",
    "/scenarios/first-night/make-exhibit",
    "/scenarios/first-night/exhibits/gateway",
    "/scenarios/first-night/exhibits/stick",
    "/scenarios/first-night/exhibits/gateway/remove",
    "/scenarios/first-night/sources",
    "/scenarios/first-night/sources/scenario.toml",
    "/scenarios/first-night/files",
    "/scenarios/first-night/table",
)


@pytest.mark.full
@pytest.mark.parametrize(
    ("lang", "width"), [pytest.param("en", 1280, marks=pytest.mark.long), ("ar", 390)]
)
def test_everybody_can_use_the_pages_of_scenarios(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    page, wrong = visit("trainer", lang=lang, width=width), list[str]()
    page.on("console", lambda m: wrong.append(m.text) if "Security Policy" in m.text else None)
    for path in PATHS:
        page.goto(pair.asking.url + path)
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        wrong += [f"{path}: {one}" for one in violations(page)]
        if not page.evaluate(FITS):
            wrong.append(f"{path}: scrolls sideways")
    assert not wrong, "\n".join(wrong)


@pytest.mark.full
def test_a_second_trainer_sees_both_and_loses_nothing(
    visit: Callable[..., Page], pair: Pair
) -> None:
    first, second = visit("trainer"), visit("trainer")
    path = f"{pair.asking.url}/scenarios/forged-emergency/texts/en/frame"
    for page in (first, second):
        page.goto(path)
    first.locator("#text-1").fill("The first trainer's")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text(re.compile("^Saved"))).to_be_visible()
    second.locator("#text-1").fill("The second trainer's")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("Another person saved this scenario")
    expect(second.locator("#text-1")).to_have_value("The second trainer's")
    expect(second.get_by_text("The first trainer's")).to_be_visible()
    pair.asking.ok("trainer", "DELETE", "/scenarios/forged-emergency")


LANGUAGES = ("ar", "es", "fr", "ru", "vi", "zh-hans")


@pytest.mark.full
def test_a_trainer_adds_by_forms_alone_and_it_plays_as_written(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page, base = visit("trainer"), f"{pair.asking.url}/scenarios/desk-night"
    page.goto(f"{pair.asking.url}/scenarios/new?from=first-night")
    page.get_by_label("Name").fill("desk-night")
    page.get_by_role("button", name="Create copy").click()

    digest = make_an_exhibit(page)
    page.goto(f"{base}/injects/unit-call")
    page.get_by_label("Exhibit that comes with it").select_option("portal-log")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()
    add_a_trigger(page)
    add_a_question(page)
    for lang in LANGUAGES:
        page.goto(f"{base}/texts/{lang}/tasks")
        for box in page.locator("textarea").all():
            if not box.input_value():
                box.fill("?")
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()

    # as it was written, so it plays
    given = pair.asking.ok("trainer", "GET", "/scenarios/desk-night")["files"]
    one = read_scenario("desk-night", {path: text.encode() for path, text in given.items()})
    assert exhibit_digest(one, one.plan.exhibits["portal-log"]) == digest
    calls = run_of(one, (12, "called", {"to": "police"}))
    assert "ministry-asks" not in came(one, calls, 11)
    assert "ministry-asks" in came(one, calls, 12)
    assert "ministry-asks" not in came(one, run_of(one), 59)
    asks = run_of(
        one,
        (6, "hint", {"hint": "who-came-hint-1"}),
        (7, "answered", {"task": "who-came", "answer": "198.51.100.23"}),
    )
    (got,) = [line for line in score(one, asks, minute(8)).points if line.key == "task who-came"]
    assert (got.outcome, got.got, got.of, got.hints) == ("right", 6, 8, 2)
    assert "unit-call" in played(pair, "desk-night", 6)["came"][0]  # the node plays it, too


def make_an_exhibit(page: Page) -> str:
    """Make one from a story, looked at before it is saved; return its digest as shown."""
    page.get_by_role("link", name="Exhibits", exact=True).click()
    page.get_by_role("link", name="Create exhibit from story").click()
    page.get_by_label("Key").fill("portal-log")
    page.get_by_label("Exhibit to make").select_option("web-log")
    page.get_by_label("Owner of the traces").select_option("- portal")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    digest = page.locator("code.digest").inner_text()
    expect(page.locator("pre")).to_contain_text("198.51.100.23")
    page.get_by_role("button", name="Save", exact=True).click()
    made = page.get_by_role("list", name="Exhibits", exact=True).get_by_role("listitem")
    expect(made.filter(has_text="portal-log")).to_contain_text("Nothing shows this exhibit")
    return digest


def add_a_trigger(page: Page) -> None:
    """Add one that cannot be, then mend it: what was typed stays."""
    page.get_by_role("link", name="Add trigger").click()
    page.get_by_label("Key").fill("police-called")
    page.get_by_label("Team actions").select_option("called to=police")
    page.get_by_label("Measured from").select_option("inject unit-call")
    page.get_by_label("In how many minutes").fill("5")
    page.get_by_label("Let it bring an inject").select_option("ministry-asks")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Leave it empty: it fires when it is done.").last).to_be_visible()
    expect(page.get_by_label("Key")).to_have_value("police-called")
    page.get_by_label("In how many minutes").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()


def add_a_question(page: Page) -> None:
    """Add one with a hint."""
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_role("link", name="Add question").click()
    page.get_by_label("Key").fill("who-came")
    page.get_by_label("Kind").select_option("find")
    page.get_by_label("Question, in English").fill("From which address was the ledger taken?")
    page.get_by_label("Where the answer is").select_option("portal-log")
    page.get_by_label("Finding").select_option("ip")
    page.get_by_label("Right answers").fill("198.51.100.23")
    page.get_by_label("Points", exact=True).fill("8")
    page.get_by_label("Comes with").select_option("unit-call")
    page.get_by_label("Articles").fill("42(3)(c)")
    page.get_by_label("Main lesson").fill("A log tells who came, not who it was.")
    page.get_by_label("New hint, in English").first.fill("Look for the file.")
    page.get_by_label("New hint: points that it costs").first.fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("English replaces 18 missing texts")).to_be_visible()


def minute(number: int) -> datetime:
    return datetime(2027, 3, 1, 9, tzinfo=UTC) + timedelta(minutes=number)


def run_of(one: Scenario, *deeds: tuple[int, str, dict[str, str]]) -> Run:
    """Return the run of a team that does these things, each at its minute."""
    made = start(one, team="A", at=minute(0))
    for at, kind, names in deeds:
        event = Event(at=minute(at), by="ann", role="duty", kind=kind, names=names)
        made = admit(one, made, event)
    return made


def came(one: Scenario, run: Run, at: int) -> set[str]:
    return {each.inject for each in look(one, run, minute(at)).delivered}
