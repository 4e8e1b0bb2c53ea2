"""The clocks of real nodes of an exercise: a pace brings a deadline near, a pause holds it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.hall.conftest import Pair
from tests.nodes.offices import free_ports, free_row, preservation_request, started
from tests.worlds import build_world

from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING
from comity.node.core import shared_clock
from comity.node.core.clock import ExerciseClockError, real_now

pytestmark = pytest.mark.full  # nodes whose clocks run by the story

NIGHT: Final = datetime(2026, 12, 31, 23, 15, tzinfo=UTC)
"""When the first night begins."""
LIMIT: Final = timedelta(hours=24)
"""Within which an emergency is answered, by the policy that an office has unless it says more."""


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two nodes that share the clock of an exercise."""
    folder = tmp_path_factory.mktemp("paced")
    clock = folder / shared_clock.FILE
    shared_clock.begin(clock, real_now())
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    clocks = dict.fromkeys(ports, str(clock))
    world = build_world(folder, mode="exercise", ports=ports, now=real_now(), clocks=clocks)
    with started(world, ports) as offices:
        yield Pair(world, offices[ASKING], offices[ASKED])


def address(office: Office) -> str:
    return f"http://{office.place.config.host}:{office.place.config.port}"


def said_by(url: str) -> tuple[datetime, bool]:
    """Return a node's time, and whether it is up."""
    told = httpx.get(f"{url}/up", trust_env=False).json()
    return datetime.fromisoformat(told["at"]), told["up"]


def overdue(office: Office, digest: str) -> list[bool]:
    """Return whether what a node's watch says of a conversation is overdue, alert by alert."""
    told = office.case.get("/watch")
    return [one["overdue"] for one in told["alerts"] if digest in str(one)]


def emergency(pair: Pair) -> str:
    """Let an emergency go from one node to the other, and return its conversation."""
    sections: dict[str, Any] = preservation_request()
    sections["request"] |= {"measure": "emergency", "urgency": "emergency"}
    sent = pair.vn.send("request.submitted", sections, signatures=2, to=pair.za.party)
    digest = str(sent["conversation"])
    pair.za.wait_message(digest, "request.submitted")
    pair.vn.wait_receipt(digest, str(sent["content"]))
    return digest


def test_a_deadline_waits_while_time_stands_and_passes_as_the_story_goes(paced: Pair) -> None:
    clock = paced.world.folder / shared_clock.FILE
    begun = real_now() + timedelta(seconds=1)
    shared_clock.keep(clock, begun, 0)
    digest = emergency(paced)  # it goes from node to node although no time passes
    assert said_by(address(paced.za))[0] == said_by(address(paced.vn))[0]
    waited = overdue(paced.za, digest)
    assert waited, "the emergency stands on the watch"
    assert not any(waited)

    shared_clock.keep(clock, begun, 10_000)  # a hundred seconds in each
    paced.za.wait_for(
        "a minute of the story",
        lambda: said_by(address(paced.za))[0] - begun >= timedelta(minutes=1),
    )
    shared_clock.keep(clock, begun + LIMIT - timedelta(minutes=1), 0)
    assert not any(overdue(paced.za, digest)), "a minute is left, and stays left"

    shared_clock.keep(clock, begun + LIMIT + timedelta(minutes=1), 0)
    paced.za.wait_for("the end of its time", lambda: any(overdue(paced.za, digest)))
    assert said_by(address(paced.za)) == (begun + LIMIT + timedelta(minutes=1), True)
    note = {"acknowledgement": {"reference": "ZA-1", "note": {"text": "Late.", "lang": "en"}}}
    sent = paced.za.send("request.acknowledged", note, signatures=0, conversation=digest)
    paced.vn.wait_message(digest, "request.acknowledged")
    paced.za.wait_receipt(digest, str(sent["content"]))
    for office in (paced.vn, paced.za):
        moments = [one["sent_at"] for one in office.conversation(digest)["timeline"]]
        assert moments == sorted(moments)
        assert moments[-1] > moments[0]


def test_the_pages_say_whose_time_they_show(paced: Pair, pair: Pair) -> None:
    def page(office: Office) -> str:
        headers = {"Accept-Language": "en"}
        return httpx.get(f"{address(office)}/sign-in", headers=headers, trust_env=False).text

    said = "Time of the exercise"
    assert said in page(paced.za)
    assert said not in page(pair.za)


def test_a_node_whose_clock_is_damaged_takes_nothing_and_goes_on_once_it_is_mended(
    paced: Pair,
) -> None:
    clock = paced.world.folder / shared_clock.FILE
    good, before = clock.read_bytes(), len(paced.za.case.get("/cases")["cases"])
    clock.write_bytes(good[:20])
    answer = httpx.get(f"{address(paced.za)}/up", trust_env=False)
    assert (answer.status_code, answer.json()["up"]) == (503, False)
    with pytest.raises(NodeRefusedError) as caught:
        paced.za.case.get("/cases")
    assert caught.value.facts["said"] == "exercise-clock"
    with pytest.raises(ExerciseClockError):
        paced.za.now()
    clock.write_bytes(good)
    assert said_by(address(paced.za))[1]
    assert len(paced.za.case.get("/cases")["cases"]) == before


def console(process: "subprocess.Popen[str]") -> tuple[httpx.Client, str, str]:
    """Sign the trainer of an exercise in; return session, console and a team's node, if any."""
    told = ""
    assert process.stdout is not None
    for line in process.stdout:
        told += line
        if "waits until" in line:
            break
    house = re.search(r"the house: (\S+)", told)
    password = re.search(r"sign in at un/exercise trainer  password (\S+)", told)
    node = re.search(r"its node: (\S+)", told)
    assert house, told
    assert password, told
    headers = {"Accept-Language": "en"}
    web = httpx.Client(base_url=house[1], headers=headers, follow_redirects=True, trust_env=False)
    form = {"name": "trainer", "password": password[1]}
    answer = web.post("/sign-in", data={**form, "csrfmiddlewaretoken": token(web, "/sign-in")})
    assert answer.status_code == 200
    found = re.search(r"/exercises/[0-9a-f-]{36}", web.get("/exercises").text)
    assert found
    return web, found[0], node[1] if node else ""


def token(web: httpx.Client, place: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', web.get(place).text)
    assert found
    return found[1]


def steer(web: httpx.Client, at: str, act: str, **form: str) -> None:
    answer = web.post(f"{at}/{act}", data={**form, "csrfmiddlewaretoken": token(web, at)})
    assert answer.status_code == 200, answer.text


def waited(seen: Callable[[], bool]) -> bool:
    """Tell whether something came true in time."""
    until = time.monotonic() + 30
    while not seen():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.long
def test_a_trainer_hurries_and_pauses_the_clocks_of_the_nodes(tmp_path: Path) -> None:
    order = ["drill", "run", "first-night", "--teams", "1", "--port-base", str(free_row(6))]
    command = ["env", "--default-signal=INT", sys.executable, "-m", "comity", *order]
    out, env = subprocess.PIPE, {**os.environ, "TMPDIR": str(tmp_path)}
    with (
        contextlib.ExitStack() as stack,
        subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, text=True, env=env
        ) as process,
    ):
        try:
            web, at, node = console(process)
            stack.callback(web.close)
            assert said_by(node)[0] == NIGHT, "it waits where the story begins"
            steer(web, at, "begin", percent="10000")
            ahead = timedelta(minutes=5)
            assert waited(lambda: said_by(node)[0] - NIGHT > ahead), "at a hundred times"
            steer(web, at, "steer", kind="pause")
            assert waited(lambda: stands(node)), "a pause holds it"
            steer(web, at, "steer", kind="pace", percent="100")
            assert "The clocks of all nodes follow the team furthest ahead" in web.get(at).text
            before = said_by(node)[0]
            steer(web, at, "steer", kind="resume")
            assert waited(lambda: said_by(node)[0] > before)
            assert said_by(node)[1]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert process.returncode == 0


def stands(node: str) -> bool:
    """Tell whether a clock that would go a hundred seconds in one has not moved in a while."""
    first = said_by(node)[0]
    time.sleep(0.5)
    return said_by(node)[0] == first
