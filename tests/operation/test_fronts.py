"""nginx and Caddy, configured as the how-to prints it, stand in front of a node that runs."""

import json
import re
import socket
import sqlite3
import ssl
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from django.utils.crypto import salted_hmac
from tests.api.nodes import PASSWORD, Pair, preservation_request, start_pair
from tests.nodes.moving import MIB, Sealed, creation, made_package
from tests.operation.fronts import INSIDE, NAME, VISITOR, Front, block, certificates

from comity.node.core.session_secret import site_secret

pytestmark = pytest.mark.full  # nginx and Caddy before a node

FORGED = "203.0.113.9"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two offices, both set up to stand behind a proxy as the how-to says."""
    told = tomllib.loads(block("toml"))
    assert told.pop("port") == 8700
    settings = {name: json.dumps(value) for name, value in told.items()}
    assert settings["proxies"] == '["127.0.0.1"]'
    made = start_pair(tmp_path_factory.mktemp("fronts") / "world", settings)
    yield made
    made.stop()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, pair: Pair, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp(request.param)
    trust = certificates(folder)
    with Front(request.param, folder, trust, pair.asking.process.config.port) as made:
        yield made


def sign_in(visitor: httpx.Client, password: str = PASSWORD, **headers: str) -> httpx.Response:
    page = visitor.get("/sign-in")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found is not None, page.text
    said = {"csrfmiddlewaretoken": found[1], "name": "auditor", "password": password}
    return visitor.post("/sign-in", data=said, headers=headers)


def counted(pair: Pair, address: str) -> int:
    """Return how many failures to sign in the node holds against an address."""
    config = pair.asking.process.config
    key = salted_hmac(
        "comity.signin.failures",
        f"address:{address}",
        secret=site_secret(config),
        algorithm="sha256",
    ).hexdigest()
    with closing(sqlite3.connect(config.database_file, timeout=20)) as rows:
        found = rows.execute("SELECT failures FROM node_signinfailure WHERE key = ?", [key])
        return int((found.fetchone() or (0,))[0])


def test_somebody_signs_in_over_tls_and_the_cookies_are_for_this_host_alone(front: Front) -> None:
    with front.visitor() as visitor:
        answer = sign_in(visitor)
        assert (answer.status_code, answer.headers["location"]) == (302, "/my-work")
        assert "sign-out" in visitor.get("/").text
        cookies = answer.headers.get_list("set-cookie")
        assert any(one.startswith("__Host-comity-session") for one in cookies)
        for one in cookies:
            assert one.startswith("__Host-")
            assert "Secure" in one
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_node_learns_that_the_page_came_over_tls_under_its_own_name(front: Front) -> None:
    with front.visitor() as visitor:
        sign_in(visitor)
        assert "/me/sign-in/passkeys/new" in visitor.get("/me/sign-in").text


def test_the_page_of_the_test_request_says_how_it_was_reached_through_the_proxy(
    front: Front,
) -> None:
    with front.visitor() as visitor:
        sign_in(visitor)
        told = visitor.get("/health/echo").text
    part = told[told.index('id="reached"') :]
    assert '<bdi dir="ltr">https://node.example</bdi>' in part
    assert "This machine" in part  # the visitor of this test, not the Internet
    assert "from outside." not in part


def test_an_old_tls_and_a_browser_that_does_not_know_the_authority_are_turned_away(
    front: Front,
) -> None:
    old = ssl.create_default_context(cafile=str(front.folder / "office-ca.pem"))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    for trust in (old, ssl.create_default_context()):
        with front.visitor(trust=trust) as visitor, pytest.raises(httpx.ConnectError):
            visitor.get("/sign-in")


def test_a_form_is_taken_at_a_port_of_its_own(front: Front) -> None:
    with front.visitor(port=front.port) as visitor:
        assert sign_in(visitor).status_code == 302


def test_a_form_of_another_site_is_refused_behind_the_proxy_too(front: Front) -> None:
    with front.visitor() as visitor:
        assert sign_in(visitor, Origin="https://evil.test").status_code == 403


def test_failures_count_against_the_visitor_and_not_against_the_proxy_nor_a_forged_address(
    front: Front, pair: Pair
) -> None:
    before = counted(pair, VISITOR)
    forged = {"X-Forwarded-For": FORGED, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"}
    with front.visitor() as visitor:
        assert sign_in(visitor, "wrong", **forged).status_code != 302
    assert counted(pair, VISITOR) == before + 1
    assert [counted(pair, one) for one in (FORGED, "127.0.0.1", "0.0.0.0")] == [0, 0, 0]  # noqa: S104


def upload(visitor: httpx.Client, pair: Pair, sealed: Sealed) -> httpx.Response:
    """Hand a package in, in one part."""
    conversation = pair.asking.say(preservation_request())["conversation"]
    bearer = {"Authorization": f"Bearer {pair.asking.tokens['author']}"}
    asked = creation(sealed)
    begun = visitor.post(
        f"/api/v1/conversations/{conversation}/uploads",
        headers={**asked["headers"], **bearer},
    )
    assert begun.status_code == 201, begun.text
    part = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    place = begun.headers["location"]
    return visitor.patch(place, headers={**part, **bearer}, content=sealed.data)


def test_40_mib_go_through_in_one_part_and_the_node_verifies_them(
    front: Front, pair: Pair, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 40 * MIB, seed=front.port)
    with front.visitor() as visitor:
        answer = upload(visitor, pair, sealed)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(40 * MIB))
    held = pair.asking.ok("author", "GET", "/packages")["packages"]
    assert sealed.offer["root"] in [one["root"] for one in held]


def test_a_part_larger_than_any_that_is_sent_ends_at_the_proxy(
    front: Front, pair: Pair, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 65 * MIB, seed=front.port)
    with front.visitor() as visitor:
        cut = {"nginx": 413, "caddy": 502}[front.kind]  # Caddy cuts the line to the node first
        assert upload(visitor, pair, sealed).status_code == cut
    held = pair.asking.ok("author", "GET", "/packages")["packages"]
    assert sealed.offer["root"] not in [one["root"] for one in held]


def test_only_machines_of_the_office_see_whether_the_node_is_up(front: Front) -> None:
    with front.visitor() as stranger, front.visitor(INSIDE) as inside:
        assert stranger.get("/up").status_code == 403
        forged = {"X-Forwarded-For": INSIDE}
        assert stranger.get("/up", headers=forged).status_code == 403
        answer = inside.get("/up")
        assert (answer.status_code, answer.json()["up"]) == (200, True)


def test_slow_bodies_through_the_proxy_leave_the_node_its_threads(front: Front) -> None:
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 3000000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\nx="
    )
    with ExitStack() as slow, front.visitor() as other:
        for _ in range(40):
            plain = socket.create_connection(
                ("127.0.0.1", front.port), timeout=20, source_address=("127.0.0.9", 0)
            )
            line = slow.enter_context(front.trust.wrap_socket(plain, server_hostname=NAME))
            line.sendall(head.encode())
        answer = other.get("/sign-in", timeout=5)
        assert answer.status_code == 200
