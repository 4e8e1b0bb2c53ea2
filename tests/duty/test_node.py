"""A real node: its heartbeat, its commands, and a ladder that goes on after kill -9."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.nodes import Office, add_people, eventually, free_ports
from tests.duty.receivers import MailSink, mail_sink
from tests.forensics.making import run
from tests.worlds import build_world

from comity.client.heartbeat import ask
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now


@dataclass
class Place:
    office: Office
    sink: MailSink
    folder: Path

    def command(self, who: str, *words: str) -> str:
        token = self.folder / f"{who}.token"
        token.write_text(self.office.tokens[who])
        more = ("--node", self.office.url, "--token-file", str(token))
        return run(sys.executable, "-m", "comity", "duty", *words, *more)

    def rows(self, query: str, *values: Any) -> list[Any]:
        path = self.office.process.config.database_file
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
            return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("watched")
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    world = build_world(folder / "world", mode="exercise", ports=ports, now=now())
    home = world.places[ASKED].config.folder
    with mail_sink() as sink:
        settings = home / "node.toml"
        text = settings.read_text("utf-8")
        for name, old, new in (
            ("smtp_host", '""', '"127.0.0.1"'),
            ("smtp_port", "587", str(sink.port)),
            ("smtp_tls", '"starttls"', '"none"'),
            ("smtp_from", '""', '"watch@office.example"'),
        ):
            assert f"{name} = {old}\n" in text
            text = text.replace(f"{name} = {old}\n", f"{name} = {new}\n")
        settings.write_text(text, "utf-8")
        tokens = add_people(world, ASKED)
        process = NodeProcess(home)
        process.start()
        office = Office(ASKED, process, tokens, world.places[ASKED].officers)
        process.wait_ready()
        yield Place(office, sink, folder)
        process.stop()


def reachable(place: Place) -> str:
    """Have the officer on duty reached by mail; return its identifier."""
    officer = str(place.office.ok("duty", "GET", "/me")["officer"])
    told = {"email": "duty@office.example", "phone": "", "other_phone": "", "head": False}
    place.office.ok("duty", "POST", f"/duty/contacts/{officer}", json=told)
    return officer


def test_the_heartbeat_tells_nothing_but_that_it_is_alive(place: Place) -> None:
    eventually(lambda: ask(place.office.url, at=now()).up)
    answer = httpx.get(f"{place.office.url}/up")
    assert answer.json().keys() == {"at", "loop", "up"}
    assert "vn" not in answer.text
    assert "sessionid" not in str(answer.headers).lower()


@pytest.mark.full
def test_a_ladder_goes_on_after_kill_9_and_its_mail_says_nothing(place: Place) -> None:
    officer = reachable(place)
    head = "kind,weekday,begins,ends,zone,first,last,officer,second,deputy\n"
    csv = place.folder / "roster.csv"
    csv.write_text(head + f"weekly,monday,08:00,16:00,UTC,,,{officer},,\n")
    assert "in the roster: 1 row" in place.command("duty", "roster", "import", str(csv))
    assert place.command("duty", "roster", "export").splitlines()[1].startswith("weekly,monday")
    eventually(lambda: place.sink.taken)
    taken = len(place.sink.taken)
    place.office.process.kill()
    place.office.process.start()
    place.office.process.wait_ready()
    alarms = json.loads(place.command("duty", "alarms", "--json"))["alarms"]
    mine = [one for one in alarms if one["kind"] == "roster-gap"][-1]
    (before,) = place.rows("SELECT COUNT(*) FROM node_alarmstep WHERE alarm = ?", mine["number"])
    past = "2026-01-01 00:00:00"
    place.rows("UPDATE node_alarm SET due_at = ? WHERE id = ?", past, mine["number"])
    count = "SELECT COUNT(*) FROM node_alarmstep WHERE alarm = ?"
    eventually(lambda: place.rows(count, mine["number"])[0][0] > before[0])
    assert len(place.sink.taken) >= taken
    every = b"".join(place.sink.taken)
    assert b"number" in every
    assert b"roster" not in every
    assert "acknowledged by duty" in place.command("duty", "acknowledge", str(mine["number"]))
    log = place.office.process.log.read_text("utf-8", "replace")
    assert "duty@office" not in log


def test_a_test_notice_says_what_came_of_it(place: Place) -> None:
    officer = reachable(place)
    found = place.office.ok("operator", "POST", "/duty/test", json={"officer": officer})
    assert [(one["channel"], one["stage"], one["fault"]) for one in found["outcomes"]] == [
        ("mail", "sent", ""), ("webhook", "skipped", "channel-off"),
    ]  # fmt: skip
    assert "mail: sent" in place.command("duty", "test", officer)
    answer = place.office.call("operator", "POST", "/duty/test", json={"officer": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (422, "roster")


def test_the_quota_is_said_politely_before_anything_is_sent(place: Place) -> None:
    for _ in range(2):
        assert "sent" in place.command("duty", "availability", "ask", ASKING)
    answer = place.office.call("duty", "POST", "/duty/reach", json={"party": ASKING})
    assert (answer.status_code, answer.json()["code"]) == (422, "reach-quota")
    draft = {"type": "contact.ping", "to": [ASKING], "sections": {}}
    answer = place.office.call("author", "POST", "/drafts", json=draft)
    assert answer.json()["code"] == "reach-quota"
    assert ASKING in place.command("duty", "availability", "list")


def test_a_ladder_is_kept_and_given_back_over_the_api(place: Place) -> None:
    own = {
        "steps": [{"minutes": 0, "whom": "second", "channels": ["mail"]}],
        "repeat_minutes": 10,
    }
    assert place.office.ok("duty", "POST", "/duty/ladders/disk", json=own)["own"] is True
    assert place.office.ok("duty", "DELETE", "/duty/ladders/disk")["own"] is False
    own["repeat_minutes"] = 1
    answer = place.office.call("duty", "POST", "/duty/ladders/disk", json=own)
    assert (answer.status_code, answer.json()["code"]) == (422, "ladder")
