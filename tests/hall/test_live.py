"""What an exercise aims at a live node dies there, and its sender is told so."""

import os
import secrets
from collections.abc import Iterator

import httpx
import pytest
from tests.hall.conftest import Pair
from tests.hall.test_words import words
from tests.nodes.offices import free_ports, started
from tests.worlds import build_world

from comity.canonical import Mode, new_id
from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING
from comity.directory.store import DirectoryStore
from comity.evidence import age, age_keys
from comity.exchange import Section
from comity.exchange.compose import open_draft
from comity.exchange.message import sign_message
from comity.exchange.sections import write_parcel
from comity.hall.bodies import sections_of
from comity.hall.hostile import MESSAGES
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now
from comity.node.core.node import load_node

pytestmark = pytest.mark.full  # nodes of an exercise and live ones

MODES: tuple[Mode, ...] = ("exercise", "live")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """South Africa's live node; Viet Nam is in its directory under the name of the exercise's."""
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    world = build_world(tmp_path_factory.mktemp("live"), mode="live", ports=ports, now=now())
    with started(world, [ASKED]) as offices:
        yield offices[ASKED]


@pytest.mark.parametrize("message", MODES)
@pytest.mark.parametrize("transport", MODES)
def test_a_message_of_an_exercise_never_comes_in(
    pair: Pair, live: Office, message: Mode, transport: Mode
) -> None:
    """With all the keys that the exercise has, said to be of it or of the live world."""
    sender, moment = load_node(pair.vn.place.config.folder), now()
    sections = {
        name: Section(os.urandom(32), value)
        for name, value in sections_of("request.submitted", words(measure="emergency")).items()
    }
    draft = open_draft(
        message_type="request.submitted",
        author=ASKING,
        members=(ASKING, ASKED),
        instrument=None,
        sections=sections,
        message_id=new_id(moment, os.urandom(10)),
        now=moment,
    )
    signed = sign_message(draft, [], sender.keys["message"], mode=message)
    directory = DirectoryStore.open(live.place.config.directory).load()
    to = [age_keys.parse_recipient(text) for text in directory.recipients(ASKED, at=moment)]
    body = age.seal_bytes(
        write_parcel(signed.envelope, sections, known=None), to, random=os.urandom
    )
    url = f"http://{live.place.config.host}:{live.place.config.port}"
    headers = sign_request(
        HttpRequest("POST", MESSAGES, "?", body, ASKING, ASKED),
        sender.keys["transport"],
        mode=transport,
        now=moment,
        nonce=secrets.token_urlsafe(16),
    )
    answer = httpx.post(url + MESSAGES, content=body, headers=headers, trust_env=False)
    assert answer.status_code in {400, 401}
    assert answer.json()["code"], "the sender is told why"
    assert live.case.get("/cases")["cases"] == []


@pytest.mark.parametrize("place", ["/exercise/join", "/exercises", "/scenarios", "/exercise"])
def test_a_live_node_has_no_exercises_whoever_asks(live: Office, place: str) -> None:
    url = f"http://{live.place.config.host}:{live.place.config.port}"
    answer = httpx.get(url + place, follow_redirects=False, trust_env=False)
    assert answer.status_code in {302, 404}, "a stranger has to sign in first, or finds nothing"
    if answer.status_code == 302:
        assert "/sign-in" in answer.headers["Location"]


def test_a_world_of_an_exercise_is_said_to_be_one_everywhere(pair: Pair) -> None:
    for office in (pair.vn, pair.za):
        url = f"http://{office.place.config.host}:{office.place.config.port}"
        page = httpx.get(f"{url}/sign-in", headers={"Accept-Language": "en"}, trust_env=False).text
        assert "Exercise: nothing here is real" in page
        origin = load_node(office.place.config.folder).origin(1)
        assert "/log/exercise/" in origin, "its log says so in every proof"


def test_the_trust_file_of_an_exercise_names_its_mode(pair: Pair) -> None:
    trust = pair.world.trust
    assert b'"exercise"' in trust
    assert b'"live"' not in trust
