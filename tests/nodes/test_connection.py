"""What counts as proof that partners reach this node, and above all what does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.keys.http import HttpRequest as SignedRequest
from comity.keys.http import TransportSignatureError, sign_request
from comity.node.core.clock import now, real_now
from comity.node.core.config import NodeConfig
from comity.node.core.node import Node, load_node
from comity.node.federation.wire_api import signing_party
from comity.node.health.checks import checks
from comity.node.health.findings import told
from comity.node.health.status import condition
from comity.node.messages.officer_signing import signing
from comity.node.models import OutsideContact
from comity.node.operations.selftest import backup_folder_trial
from comity.node.operations.setup_wizard import finish
from comity.node.operations.setup_wizard.roster_standing import DutyStanding
from comity.node.people.signin.trusted_proxies import trusted_proxy
from comity.node.service import connection as known
from comity.node.service.connection import Connection, connection, note_page, note_partner
from comity.node.service.handle import make_service

pytestmark = pytest.mark.django_db
ADDRESS = "https://node.example:8700"
AT = now()
OUTSIDE = {"REMOTE_ADDR": "1.1.1.1", "HTTP_HOST": "node.example:8700"}
PARTNER = "za/central-authority"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("way"), mode="exercise", ports=ports, now=AT)


@pytest.fixture
def node(world: World, monkeypatch: pytest.MonkeyPatch) -> Node:
    monkeypatch.setattr(known, "listed_address", lambda _node: ADDRESS)
    return load_node(world.places[ASKING].config.folder)


@pytest.fixture(autouse=True)
def hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def request(*, secure: bool = True, **meta: str) -> HttpRequest:
    made = RequestFactory().get("/health/echo", secure=secure)
    made.META.update({**OUTSIDE, **meta})
    return made


def through(settings: Any, config: NodeConfig, seen: HttpRequest) -> HttpRequest:
    """Return a request after the proxies that this office trusts were asked whose it is."""
    settings.CONFIG = config
    trusted_proxy(lambda _request: HttpResponse())(seen)
    return seen


@pytest.mark.parametrize(
    ("secure", "meta"),
    [
        (False, {}),
        (True, {"HTTP_HOST": "other.example:8700"}),
        (True, {"HTTP_HOST": "node.example"}),
        (True, {"REMOTE_ADDR": "127.0.0.1"}),
        (True, {"REMOTE_ADDR": "::1"}),
        (True, {"REMOTE_ADDR": "::ffff:127.0.0.1"}),
        (True, {"REMOTE_ADDR": "0.0.0.0"}),  # noqa: S104 - a visitor whom nobody knows
        (True, {"REMOTE_ADDR": ""}),
    ],
)
def test_without_tls_at_another_host_or_from_this_machine_nothing_is_shown(
    node: Node, secure: bool, meta: dict[str, str]
) -> None:
    note_partner(request(secure=secure, **meta), node, PARTNER, at=AT)
    note_page(request(secure=secure, **meta), node, at=AT)
    assert not OutsideContact.objects.exists()
    assert connection(node, at=AT).known == "never"


def test_an_address_and_tls_that_an_untrusted_proxy_claims_are_not_believed(
    node: Node, settings: Any
) -> None:
    claims = {"HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_X_FORWARDED_PROTO": "https"}
    config = node.config
    assert "127.0.0.1" not in config.proxies
    for secure in (False, True):
        seen = request(secure=secure, REMOTE_ADDR="127.0.0.1", **claims)
        note_partner(through(settings, config, seen), node, PARTNER, at=AT)
        note_page(seen, node, at=AT)
    seen = request(secure=False, **claims)
    note_partner(through(settings, config, seen), node, PARTNER, at=AT)
    assert not OutsideContact.objects.exists()


def test_this_node_itself_and_a_person_in_a_private_network_show_nothing(node: Node) -> None:
    note_partner(request(), node, node.party, at=AT)
    note_page(request(REMOTE_ADDR="10.1.2.3"), node, at=AT)
    assert connection(node, at=AT).known == "never"
    note_partner(request(REMOTE_ADDR="10.1.2.3"), node, PARTNER, at=AT)  # its signature says who
    assert connection(node, at=AT).known == "reached"


def test_what_was_seen_at_an_earlier_address_shows_nothing_of_this_one(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_partner(request(), node, PARTNER, at=AT)
    monkeypatch.setattr(known, "listed_address", lambda _node: "https://new.example")
    assert connection(node, at=AT).known == "never"
    note_partner(request(HTTP_HOST="new.example"), node, PARTNER, at=AT)  # within the hour
    assert connection(node, at=AT).known == "reached"


def test_a_partner_that_asks_each_second_is_written_once_an_hour(
    node: Node, django_assert_num_queries: Any
) -> None:
    note_partner(request(), node, PARTNER, at=AT)
    with django_assert_num_queries(1):
        note_partner(request(), node, PARTNER, at=AT + timedelta(seconds=1))
    assert connection(node, at=AT).at == AT
    later = AT + timedelta(hours=2)
    note_partner(request(), node, PARTNER, at=later)
    assert connection(node, at=later).at == later
    assert OutsideContact.objects.count() == 1


def row(node: Node, at: Any) -> dict[str, Any]:
    found = checks(node, condition(node, at=at), at=at)
    return told(next(one for one in found if one.key == "connection"))


def test_the_line_of_system_health_says_by_whom_and_when_and_no_more(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = row(node, AT)
    assert (never["stands"], never["facts"]["known"]) == ("unknown", "never")
    assert never["do"].startswith(f"Open {ADDRESS}/health/echo from a device outside")
    through_proxy = request(HTTP_X_FORWARDED_FOR="1.1.1.1")
    note_page(through_proxy, node, at=AT)
    by_page = row(node, AT)
    assert by_page["stands"] == "good"
    assert "was opened" in by_page["found"]
    assert by_page["found"].endswith("The certificate was not checked.")
    note_partner(request(), node, PARTNER, at=AT + timedelta(minutes=1))
    assert f"A signed request from {PARTNER} arrived" in row(node, AT)["found"]
    old = row(node, AT + timedelta(days=31))
    assert (old["stands"], old["facts"]["known"]) == ("soon", "old")
    assert old["found"].endswith("That is more than 30 days ago.")
    for address, stands, said in (
        ("", "good", "not-needed"),
        ("http://127.0.0.1:8700", "unknown", "no-tls"),
    ):
        monkeypatch.setattr(known, "listed_address", lambda _node, listed=address: listed)
        found = row(node, AT)
        assert (found["stands"], found["facts"]["known"]) == (stands, said)


def signed(world: World, mine: Node, *, forged: bool = False) -> HttpRequest:
    """Return what a partner's node asks of this one; forged: signed by another party's key."""
    asked = load_node(world.places[ASKED].config.folder)
    asks = SignedRequest("GET", "/exchange/outbox", "?after=0", b"", asked.party, mine.party)
    by = mine if forged else asked
    headers = sign_request(
        asks, by.keys["transport"], mode="exercise", now=real_now(), nonce="n" * 22
    )
    meta = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    made = RequestFactory().get("/exchange/outbox?after=0", secure=True)
    made.META.update({**OUTSIDE, **meta})
    return made


def test_only_a_request_whose_signature_was_verified_is_noted_for_its_partner(
    world: World, node: Node
) -> None:
    service = make_service(node)
    with pytest.raises(TransportSignatureError):
        signing_party(service, signed(world, node, forged=True))
    assert not OutsideContact.objects.exists()
    assert not service.client.heard
    service.client.silent[ASKED] = AT
    party = signing_party(service, signed(world, node))
    assert connection(node, at=now()).party == party
    assert service.client.heard == {party: 1}
    assert not service.client.silent, "it asked something, so it works"


@pytest.mark.parametrize(
    ("reach", "found", "is_open"),
    [
        ("url", Connection("never", ADDRESS), True),
        ("url", Connection("not-listed"), True),
        ("url", Connection("not-needed"), True),  # the entry is not the one that was asked for
        ("url", Connection("no-tls", "http://127.0.0.1:8700"), True),
        ("url", Connection("old", ADDRESS, PARTNER, AT), True),
        ("url", Connection("reached", ADDRESS, PARTNER, AT), False),
        ("outbound-only", Connection("not-needed"), False),
    ],
)
def test_set_up_leaves_the_connection_open_until_the_node_was_reached(
    node: Node, reach: str, found: Connection, is_open: bool
) -> None:
    facts = {
        "said": {"office": {"reach": reach}},
        "config": node.config,
        "standing": signing(node.directory, node.party, (), at=AT),
        "connection": found,
        "duty": DutyStanding(stored=False, gaps=[], uncertified=[], other_zone="", own_zone=""),
        "backup": backup_folder_trial(node.config).value(),
        **dict.fromkeys(("cas", "certified", "partners", "law", "roster", "unlike"), ()),
    }
    still = [one for one in finish.open_steps(facts) if one["code"] == "connection not checked"]
    assert bool(still) is is_open
    assert (PARTNER in finish.reached_by(found)) == (found.known == "reached")
