"""A passkey approves this message at this office, and nothing else (spec 9)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.approving import EXPIRES, PLACE, code_of, given_by, read
from tests.exchange.makers import (
    VN,
    ZA,
    Officer,
    World,
    key,
)

from comity.canonical import PeerError, b64
from comity.exchange import (
    approve_by_passkey,
    statement,
)
from comity.exchange.approvals import challenge


@pytest.fixture
def world() -> World:
    return World(VN, ZA)


def passkey(world: World, alg: str) -> Officer:
    return world.officer(VN, "p1", alg=alg, private=key("passkey " + alg, alg), webauthn=PLACE)


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_a_passkey_approves(world: World, alg: str) -> None:
    draft = world.open()
    assert read(world, given_by(world, passkey(world, alg), draft), draft).officer == "p1"


ASSERTIONS: dict[str, dict[str, Any]] = {
    "a registration": {"type": "webauthn.create"},
    "another challenge": {"challenge": b64(bytes(32))},
    "a padded challenge": {"challenge": b64(bytes(32)) + "="},
    "another origin": {"origin": "https://desk.vn.example.evil.example"},
    "another port": {"origin": PLACE.origin + ":8443"},
    "inside another page": {"crossOrigin": True},
    "cross origin not said plainly": {"crossOrigin": 0},
    "another relying party": {"rp_id": "evil.example"},
    "nobody present": {"flags": 0x04},
    "nobody verified": {"flags": 0x01},
    "no flags": {"flags": 0x00},
    "told as no number": {"told": lambda text: text[:-1] + ', "x": NaN}'},
    "told as infinity": {"told": lambda text: text[:-1] + ', "x": -Infinity}'},
    "told twice": {"told": lambda text: text[:-1] + ', "type": "webauthn.get"}'},
    "told after a mark of order": {"told": lambda text: "\ufeff" + text},
    "told with half a character": {"told": lambda text: text[:-1] + ', "x": "\\ud800"}'},
    "told too deep": {"told": lambda text: f'{text[:-1]}, "x": {"[" * 32}{"]" * 32}}}'},
}
WRITTEN = (
    ', "x": -1.5e+300, "y": 123456789012345678901234567890, "z": [[]], "\\u0078\\u0078": "\\u00e9"}'
)


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
@pytest.mark.parametrize("name", ASSERTIONS)
def test_an_assertion_from_elsewhere_is_refused(world: World, alg: str, name: str) -> None:
    draft, officer = world.open(), passkey(world, alg)
    data = statement(
        draft, mode="live", certificate=officer.certificate, role="author", expires_at=EXPIRES
    )
    assertion = officer.assertion(challenge(data), **ASSERTIONS[name])
    value = approve_by_passkey(data, assertion, officer.certificate)
    assert code_of(read, world, value, draft) == "webauthn-invalid"


def test_what_else_a_browser_tells_is_its_own_affair(world: World) -> None:
    draft, officer = world.open(), passkey(world, "ES256")
    data = statement(
        draft, mode="live", certificate=officer.certificate, role="author", expires_at=EXPIRES
    )
    assertion = officer.assertion(challenge(data), told=lambda text: text[:-1] + WRITTEN)
    value = approve_by_passkey(data, assertion, officer.certificate)
    assert read(world, value, draft).officer == "p1"


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_every_byte_of_an_assertion_counts(world: World, alg: str) -> None:
    draft, officer = world.open(), passkey(world, alg)
    value = given_by(world, officer, draft)
    from comity.canonical import unb64

    for member in ("authenticator_data", "client_data", "signature"):
        raw = unb64(value[member])
        for spoilt in (raw[:-1], raw + b"\0", raw[:-1] + bytes([raw[-1] ^ 1]), b"", b"[]", b"{}"):
            attacked = value | {member: b64(spoilt)}
            assert code_of(read, world, attacked, draft) == "webauthn-invalid"
    assert code_of(read, world, value | {"statement": b64(b"{}")}, draft) == "webauthn-invalid"
    long = value | {"client_data": b64(b" " * 5000)}
    assert code_of(read, world, long, draft) == "webauthn-invalid"


def test_a_passkey_and_a_command_line_key_cannot_stand_in_for_each_other(world: World) -> None:
    draft = world.open()
    officer = passkey(world, "Ed25519")
    by_command_line = given_by(world, replace(officer, place=None), draft)
    assert code_of(read, world, by_command_line, draft) == "certificate-unfit"
    plain = world.officer(VN, "o1")
    by_passkey = given_by(world, replace(plain, place=PLACE), draft)
    assert code_of(read, world, by_passkey, draft) == "certificate-unfit"


@pytest.mark.parametrize(
    "value", [None, [], {}, {"kind": "pgp"}, {"kind": "jws"}, {"kind": "webauthn"}, {"kind": []}]
)
def test_another_kind_of_approval_is_refused(world: World, value: object) -> None:
    assert code_of(read, world, value, world.open()) == "member-malformed"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["kind", "approval", "certificate", "statement", "signature", "x"]),
        st.sampled_from(["jws", "webauthn", {}, {"payload": "", "signatures": []}])
        | st.text()
        | st.integers(),
    )
)
def test_no_approval_raises_anything_but_an_error_of_the_peer(value: object) -> None:
    world = World(VN, ZA)
    with pytest.raises(PeerError):
        read(world, value, world.open())
