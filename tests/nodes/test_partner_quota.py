"""A partner has a quota: its excess is put off, its emergencies are folded, others go on."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.nodes import Office, add_people, eventually, free_ports
from tests.nodes.flooding import Partner
from tests.worlds import build_world

from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, SECRETARIAT
from comity.node.core.clock import now
from comity.node.core.rate_limit import HARD, Quotas

QUOTA = 4


@dataclass
class Place:
    office: Office
    hostile: Partner
    other: Partner


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running node with a small quota, and two partners that have its directory."""
    folder: Path = tmp_path_factory.mktemp("quota")
    ports = dict(zip((ASKING, ASKED, SECRETARIAT), free_ports(3), strict=True))
    world = build_world(folder / "world", mode="exercise", ports=ports, now=now())
    settings = world.places[ASKED].config.folder / "node.toml"
    text, name = settings.read_text("utf-8"), "partner_messages_per_minute"
    assert f"{name} = 60\n" in text
    settings.write_text(text.replace(f"{name} = 60\n", f"{name} = {QUOTA}\n"), "utf-8")
    tokens = add_people(world, ASKED)
    process = NodeProcess(world.places[ASKED].config.folder)
    office = Office(ASKED, process, tokens, world.places[ASKED].officers)
    process.start()
    with closing(Partner(world, ASKING)) as hostile, closing(Partner(world, SECRETARIAT)) as other:
        try:
            process.wait_ready()
            yield Place(office, hostile, other)
        finally:
            process.stop()


def put_off(answer: httpx.Response) -> bool:
    """Tell whether an answer asks to come later, as the wire has it."""
    if answer.status_code != 429:
        assert answer.status_code == 200, answer.text
        return False
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "over-quota"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    return True


@pytest.mark.full
def test_a_flood_is_put_off_its_emergencies_are_one_alarm_and_others_go_on(place: Place) -> None:
    assert [put_off(place.hostile.note()) for _ in range(QUOTA)] == [False] * QUOTA
    assert put_off(place.hostile.note()), "more than the quota"
    assert put_off(place.hostile.ask("urgent"))
    began, taken = time.monotonic(), 0
    while not put_off(place.hostile.ask("emergency")):
        taken += 1
    most = HARD * QUOTA * (1 + (time.monotonic() - began) / 60)
    assert (HARD - 2) * QUOTA <= taken <= most, "ten times as many, and no more"
    assert not put_off(place.other.note()), "another partner is not touched"

    def raised(kind: str) -> list[Any]:
        found = place.office.ok("duty", "GET", "/duty/alarms?waiting=true")["alarms"]
        return [one for one in found if one["kind"] == kind]

    def critical() -> list[Any]:
        return [one for one in raised("over-quota") if one["severity"] == "critical"]

    (alarm,) = eventually(critical)
    assert alarm["party"] == ASKING
    single = raised("request-in")
    (line,) = (
        one
        for one in place.office.ok("duty", "GET", "/watch")["alerts"]
        if one["kind"] == "over-quota"
    )
    assert line["count"] + len(single) == taken, "none is lost from sight"
    assert len(single) <= taken / HARD + 1, "what the quota gained while they came"
    assert (line["party"], line["severity"]) == (ASKING, "critical")
    place.office.ok("duty", "POST", f"/duty/alarms/{alarm['number']}/acknowledge")
    alone = {one["case"] for one in single}
    cases = place.office.ok("duty", "GET", "/cases")["cases"]
    asked = [one["case"] for one in cases if one["measures"]]  # not a note, of the same second
    mine = next(case for case in asked if case not in alone)
    access = place.office.ok("duty", "GET", f"/cases/{mine}/access")
    assert access["assigned"] == [place.office.ok("duty", "GET", "/me")["officer"]]


def test_a_quota_is_free_again_as_time_goes_by() -> None:
    at = [0.0]
    quotas = Quotas(6, lambda: at[0])
    assert [quotas.room("a") for _ in range(7)] == ["within"] * 6 + ["emergencies"]
    assert quotas.retry_after_s("a") == 10
    assert quotas.flooding() == ("a",)
    at[0] = 9.0
    assert quotas.room("a") == "emergencies"
    at[0] = 10.0
    assert quotas.room("a") == "within"
    assert [quotas.room("b") for _ in range(61)].count("none") == 1
    at[0] = 10_000.0
    assert quotas.flooding() == ()
    assert [Quotas(0, lambda: 0.0).room("a") for _ in range(99)] == ["within"] * 99


def test_what_is_asked_for_is_bounded() -> None:
    from comity.node.core.partner_http import LONGEST_WAIT, SHORTEST_WAIT, wait_of

    told = ("7", "0", "999999999", "", "soon", "-1", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT")
    found = [wait_of(429, one) for one in told]
    assert found == [timedelta(seconds=7), SHORTEST_WAIT, LONGEST_WAIT, *[None] * 5]
    assert wait_of(200, "7") is None
