"""A test request to the echo partner: begun, signed by passkeys, answered, proved, and gone."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.api.nodes import eventually
from tests.operation.test_setup import added
from tests.operation.wizard import OFFICE, Browser, Wizard, without_roster

from comity.canonical import b64, encode, unb64
from comity.cli import main
from comity.echo import nodes
from comity.keys import PrivateKey, jws
from comity.keys.spoken import fingerprint
from comity.node.operations.echo_order import EchoPortsError
from comity.node.operations.echo_state import EchoState, is_running, read_state, write_state

HERE = {"tls_name": "localhost", "port": "8700"}
RP = hashlib.sha256(b"localhost").digest()
Keys = dict[str, ec.EllipticCurvePrivateKey]


@pytest.mark.full
@pytest.mark.parametrize(("host", "mode"), [("localhost", "live"), ("node.example", "exercise")])
def test_a_test_request_is_signed_by_two_passkeys_and_answered_before_the_set_up_is_ready(
    tmp_path: Path, host: str, mode: str
) -> None:
    place, authority = tmp_path / "node", PrivateKey.from_seed(bytes([7]) * 32, alg="ES256")
    with Wizard(place) as wizard:
        inside = to_the_echo(wizard, authority, {**HERE, "tls_name": host, "mode": mode})
        keys = enrolled(inside, wizard.url, "/echo" if host != "localhost" else "/officers")
        assert "ready" not in inside.get("/finish").text
        begin(inside, authority)
        for role in ("Author", "Approver"):
            sign(inside, wizard.url, keys, role)
        eventually(lambda: "can sign, send, receive and verify" in inside.get("/echo").text, 120)
        told = inside.get("/finish").text
        assert "Two officers signed it, and it was answered." in told
        assert "Not ready: an author and an approver must be certified" in told, "not on this node"
    # the set-up was killed while the test tidies up
    state = read_state(place)
    assert state is not None
    assert state.answered
    eventually(lambda: not Path(state.place).exists(), 20)
    assert eventually(lambda: not is_running(place), 20)


@pytest.mark.full
def test_a_test_request_whose_set_up_is_killed_leaves_nothing_and_goes_on_from_there(
    tmp_path: Path,
) -> None:
    place, authority = tmp_path / "node", PrivateKey.from_seed(bytes([7]) * 32, alg="ES256")
    with Wizard(place) as wizard:
        inside = to_the_echo(wizard, authority, HERE)
        enrolled(inside, wizard.url, "/officers")
        begin(inside, authority)
        eventually(lambda: "Sign as" in inside.get("/echo").text, 120)
        wizard.process.send_signal(signal.SIGKILL)
    state = read_state(place)
    assert state is not None
    eventually(lambda: not is_running(place), 30)
    eventually(lambda: not Path(state.place).exists(), 20)
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert inside.where() == "/echo"
        page = inside.get("/echo").text
        assert "The test was stopped before it ended." in page
        assert "echo-stopped" not in page  # said in words, and in the page's language
        assert "Choose the file of the officer CA again, so that both officers" in page
        assert "Send test request" in page


@pytest.mark.full
def test_a_test_request_that_ends_while_its_page_is_made_is_not_shown_before_it_is_kept(
    tmp_path: Path,
) -> None:
    place = tmp_path / "node"
    script = """
import sys
from pathlib import Path
from comity.node.operations.setup_wizard import server
folder = Path(sys.argv[1])
server.prepare(folder)
from django.test import RequestFactory
from comity.node.operations import echo_test
from comity.node.operations.echo_state import STEPS, EchoState
setup = server.Setup(server.Progress(folder), "cookie")
server._THIS[:] = [setup]
goes_on = EchoState(begun_at="2026-12-01T00:00:00Z")
over = EchoState(begun_at="2026-12-01T00:00:00Z", ended_at="2026-12-01T00:01:00Z",
    outcome="answered", done={one: "2026-12-01T00:00:30Z" for one in STEPS})
looks = iter([goes_on, over, over])
echo_test.standing = lambda folder: next(looks)
from comity.node.operations.setup_wizard.echo import echo
request = RequestFactory().get("/echo", HTTP_HOST="localhost:8701")
page = echo.__wrapped__.__wrapped__(request).content.decode()
print("can sign, send, receive and verify" in page, "echo" in setup.progress.read())
"""
    with Wizard(place) as wizard:
        to_the_echo(wizard, PrivateKey.from_seed(bytes([7]) * 32, alg="ES256"), HERE)
    done = subprocess.run(
        [sys.executable, "-c", script, str(place)], capture_output=True, text=True, check=False
    )
    shown, kept = done.stdout.split() or [done.stderr, ""]
    assert shown == kept


def test_a_test_request_whose_process_was_killed_has_failed(tmp_path: Path) -> None:
    from comity.node.operations.echo_test import standing

    left = Path(tempfile.mkdtemp(prefix="comity-echo-"))
    (tmp_path / "echo").mkdir()
    write_state(tmp_path, EchoState(begun_at="2026-12-01T00:00:00Z", place=str(left)))
    found = standing(tmp_path)
    assert found is not None
    assert (found.outcome, found.fault) == ("failed", "echo-stopped")
    assert not left.exists()


def test_a_folder_that_no_test_made_is_not_removed(tmp_path: Path) -> None:
    from comity.node.operations.echo_test import standing

    (tmp_path / "echo").mkdir()
    write_state(tmp_path, EchoState(begun_at="2026-12-01T00:00:00Z", place=str(tmp_path)))
    standing(tmp_path)
    assert tmp_path.exists()


def test_without_ports_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_self: socket.socket, _address: object) -> None:
        raise PermissionError(13, "blocked")

    monkeypatch.setattr(socket, "socket", type("Blocked", (socket.socket,), {"bind": none}))
    with pytest.raises(EchoPortsError):
        nodes._free_ports(2)
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "node.toml").write_text(
        'party = "vn/contact-point"\nmode = "exercise"\n', encoding="utf-8"
    )
    told = CliRunner().invoke(main, ["self-test", "--echo", str(tmp_path / "node")])
    assert told.exit_code == 1
    assert "Temporary nodes started" in told.output
    assert "firewall on the loopback interface" in told.output


@pytest.mark.full
def test_the_command_tries_the_officer_ca_of_the_node_and_no_other(tmp_path: Path) -> None:
    place, authority = tmp_path / "node", PrivateKey.from_seed(bytes([7]) * 32, alg="ES256")
    with Wizard(place) as wizard:
        to_the_echo(wizard, authority, HERE)
    held = {"own": authority, "other": PrivateKey.from_seed(bytes([8]) * 32, alg="ES256")}
    told = None
    words = ["self-test", "--echo", str(place), "--json", "--officer-ca"]
    for name, status in (("other", 2), ("own", 0)):
        file, secret = tmp_path / f"{name}.pem", tmp_path / "passphrase"
        secret.write_text("five words that nobody knows\n", encoding="utf-8")
        from comity.keys.encrypted import encrypt_key

        sealed = encrypt_key(
            held[name], "five words that nobody knows", salt=os.urandom(16), iv=os.urandom(16)
        )
        file.write_bytes(sealed)
        told = CliRunner().invoke(main, [*words, str(file), "--passphrase-file", str(secret)])
        assert told.exit_code == status, told.output
    assert told is not None
    said = json.loads(told.stdout)
    assert said["passed"]
    under = {"fingerprint": fingerprint(authority.kid), "of_the_node": True}
    assert said["officer_ca"] == under


def to_the_echo(wizard: Wizard, authority: PrivateKey, said: dict[str, str]) -> Browser:
    """Go as far as the people; the State has not listed the node yet."""
    inside = wizard.inside()
    assert inside.post("/office", **{**OFFICE, **said}).status_code == 302
    inside.post("/keys")
    inside.post("/officer-ca", public=json.dumps(authority.public.jwk))
    inside.post("/declarations", language="en")
    inside.post("/entry")
    inside.post("/partners", done="1")
    added(inside, "lan", "operator")
    added(inside, "minh", "case")
    added(inside, "hoa", "approver")
    inside.post("/people", done="1")
    return inside


def enrolled(inside: Browser, origin: str, where: str) -> Keys:
    """Make the passkeys on a page; go on to the test request."""
    keys: Keys = {}
    if where == "/echo":
        go_on(inside)
    page = inside.get(where).text
    for identifier in re.findall(r'name="officer" value="([^"]+)"', page):
        challenge = re.search(r'data-challenge="([^"]+)"', inside.get(where).text)
        assert challenge is not None
        keys[identifier] = ec.generate_private_key(ec.SECP256R1())
        public = keys[identifier].public_key()
        credential = hashlib.sha256(identifier.encode()).digest()
        client = {"type": "webauthn.create", "challenge": challenge[1], "origin": origin}
        made = inside.post(
            where,
            officer=identifier,
            credential=b64(credential),
            client_data=b64(json.dumps(client).encode()),
            authenticator_data=b64(RP + b"\x45" + bytes(20) + b"\x00\x20" + credential),
            public_key=b64(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
        )
        assert made.status_code == 302, made.text
    if where == "/officers":
        go_on(inside)
    assert inside.where() == "/echo"
    return keys


def go_on(inside: Browser) -> None:
    """Pass over officers, ceremony and self-test."""
    inside.post("/officers", done="1")
    without_roster(inside)
    inside.post("/ceremony", later="1")
    inside.post("/self-test")
    inside.post("/self-test", answer="1")


def begin(inside: Browser, authority: PrivateKey) -> None:
    """Certify what the page asks for, as its script does, and send the test request."""
    asked = re.findall(r'data-payload="([^"]+)"', inside.get("/echo").text)
    assert len(asked) == 2
    made = [
        jws.sign(unb64(one), [authority], thing="certificate", mode="exercise").value
        for one in asked
    ]
    sent = inside.post("/echo", certificate=[encode(one).decode() for one in made])
    assert sent.status_code == 302, sent.text


def sign(inside: Browser, origin: str, keys: Keys, role: str) -> None:
    """Answer as the authenticator of whoever is asked."""
    page = ""

    def asked() -> bool:
        nonlocal page
        page = unescape(inside.get("/echo").text)
        assert "The test failed" not in page, page
        return f"{role}: " in page

    eventually(asked, 120)
    told = dict(re.findall(r'data-(challenge|credential)="([^"]+)"', page))
    named = {b64(hashlib.sha256(one.encode()).digest()): key for one, key in keys.items()}
    client = json.dumps(
        {"type": "webauthn.get", "challenge": told["challenge"], "origin": origin}
    ).encode()
    data = RP + b"\x05" + bytes(4)
    signed = named[told["credential"]].sign(
        data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
    )
    inside.post(
        "/echo",
        challenge=told["challenge"],
        client_data=b64(client),
        authenticator_data=b64(data),
        signature=b64(signed),
    )
