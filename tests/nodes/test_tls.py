"""A node is reached by the TLS certificate in its directory entry, and by no other (spec 13.2)."""

import base64
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from tests.nodes.offices import free_ports, launched, preservation_request
from tests.worlds import build_world

from comity.client.api import Api, NodeSilentError
from comity.demo.office import Office
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, World
from comity.directory import Endpoint
from comity.node.core.clock import now
from comity.node.core.tls_certificate import CERTIFICATE, KEY, make_certificate

PARTIES = (ASKING, ASKED)


def with_tls(world: World, *, moment: datetime) -> World:
    """Let every node serve TLS, and every State list the certificate."""
    places = {}
    for party, place in world.places.items():
        config = replace(place.config, tls=True)
        settings = config.folder / "node.toml"
        settings.write_text(settings.read_text("utf-8").replace("tls = false", "tls = true"))
        make_certificate(config.keys, party=party, host=config.host, now=moment)
        pem = (config.keys / CERTIFICATE).read_text("ascii")
        listed = base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)).decode()
        state = world.states[party[:2]]
        entry = state.store.load().entries[party][-1].entry
        url = f"https://{config.host}:{config.port}"
        endpoint = Endpoint(kind="url", url=url, tls_certificate=listed)
        state.put(replace(entry, endpoint=endpoint), now=moment)
        places[party] = replace(place, config=config)
    found = replace(world, places=places)
    for state_name in world.states:
        found.publish(state_name, now=moment)
    for party in places:
        found.refresh(party, now=moment)
    return found


@dataclass(frozen=True)
class Secured:
    vn: Office
    za: Office
    server: NodeProcess


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    ports = dict(zip(PARTIES, free_ports(2), strict=True))
    plain = build_world(tmp_path_factory.mktemp("tls"), mode="exercise", ports=ports, now=now())
    with launched(with_tls(plain, moment=now()), PARTIES) as (offices, processes):
        yield Secured(offices[ASKING], offices[ASKED], processes[ASKED])


def ask(office: Office) -> dict[str, Any]:
    return office.send("request.submitted", preservation_request(), signatures=2, to=ASKED)


def test_nodes_exchange_by_tls_with_pinned_certificates(secured: Secured) -> None:
    sent = ask(secured.vn)
    assert secured.vn.wait_receipt(sent["conversation"], sent["content"])["outcome"] == "applied"
    assert secured.za.conversation(sent["conversation"])["state"] == "submitted"


def waiting(office: Office, record: str) -> dict[str, Any] | None:
    rows = office.case.get("/outbox")["queued"]
    return next((row for row in rows if row["record"] == record and row["last_fault"]), None)


@pytest.mark.full
def test_a_node_that_shows_another_certificate_is_told_nothing(secured: Secured) -> None:
    keys = secured.za.place.config.keys
    right = {name: (keys / name).read_bytes() for name in (CERTIFICATE, KEY)}
    secured.server.stop()
    for name in right:
        (keys / name).unlink()
    make_certificate(keys, party=ASKED, host="127.0.0.1", now=now())
    secured.server.start()
    secured.server.wait_ready()

    sent = ask(secured.vn)
    row = secured.vn.wait_for("an attempt", lambda: waiting(secured.vn, sent["record"]))
    assert row["last_fault"].startswith("partner-unreachable")

    secured.server.stop()
    for name, data in right.items():
        (keys / name).write_bytes(data)
    secured.server.start()
    secured.server.wait_ready()
    assert secured.vn.wait_receipt(sent["conversation"], sent["content"])["outcome"] == "applied"
    rows = secured.za.conversation(sent["conversation"])["timeline"]
    assert [row["type"] for row in rows] == ["request.submitted"]


def test_an_officers_program_trusts_the_nodes_own_certificate_alone(secured: Secured) -> None:
    place = secured.za.place
    other = (secured.vn.place.config.keys / CERTIFICATE).read_text("ascii")
    for certificate in (None, other):
        api = Api(f"https://127.0.0.1:{place.config.port}", "no-token", certificate=certificate)
        with pytest.raises(NodeSilentError):
            api.get("/me")
        api.close()


def test_a_tls_node_does_not_answer_in_the_clear(secured: Secured) -> None:
    api = Api(f"http://127.0.0.1:{secured.za.place.config.port}", "no-token")
    with pytest.raises(NodeSilentError):
        api.get("/me")
    api.close()
