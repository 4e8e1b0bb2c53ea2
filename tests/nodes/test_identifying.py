"""Identifiers of a message: normal when they go, looked at when they come, never refused then."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.canonical import PeerError
from comity.exchange.bodies import check_body
from comity.exchange.names import Kind
from comity.instruments.identifiers import KINDS, IdentifierError
from comity.instruments.identifiers.lines import line_of, read_line
from comity.node.messages.normalize_identifiers import normal, seen

LINES = {
    "ip": "203.0.113.9:443 2026-11-24T10:00:00+01:00",
    "domain": "EXAMPLE.org",
    "url": "https://Example.org/page",
    "email": "name@EXAMPLE.org",
    "phone": "+84 24 3825 0000",
    "account": "j.doe",
    "imei": "49-015420-323751-8",
    "imsi": "310150123456789",
    "mac": "D0-50-99-84-A2-A0",
    "cell": "452-04-12345-678 lte",
    "hash": "SHA256:" + "AB" * 32,
    "wallet": "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bank-account": "vn 0071-0012-34567 BFTVVNVX",
    "transaction": "4711 1250.00 EUR 2026-03-01",
    "file": "invoice.pdf",
    "person": "Nguyễn Thị Ánh",
    "organization": "Tide Exchange",
    "device": "grey laptop",
    "other": "badge 17",
}


def subject(*accounts: dict[str, Any]) -> dict[str, Any]:
    text = {"lang": "en", "text": "Logs"}
    return {"subject": {"description": text, "accounts": list(accounts), "period": None}}


def test_the_protocol_knows_the_types_that_are_parsed() -> None:
    assert get_args(Kind.__value__) == tuple(KINDS) == tuple(LINES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_normal_form_is_normal_again(kind: str) -> None:
    account = {"type": kind, "service": "example.org", "identifier": LINES[kind]}
    once = normal(subject(account))
    assert normal(once) == once
    (made,) = once["subject"]["accounts"]
    check_body("subject", once["subject"])
    found = seen(made)
    assert found is not None
    assert not found.fault
    assert "line-not-normal" not in found.notices


@pytest.mark.parametrize("kind", ["ip", "domain", "iban", "hash", "bank-account"])
def test_what_came_in_otherwise_than_normal_is_told(kind: str) -> None:
    found = seen({"type": kind, "service": "x", "identifier": LINES[kind]})
    assert found is not None
    assert "line-not-normal" in found.notices


def test_what_has_not_the_form_of_its_type_is_taken_and_told() -> None:
    account = {"type": "iban", "service": "Bank", "identifier": "DE00\u202e"}
    check_body("subject", subject(account)["subject"])
    found = seen(account)
    assert found is not None
    assert found.fault in {"identifier-iban", "identifier-text"}
    assert "\u202e" not in found.display


def test_without_a_type_nothing_is_said() -> None:
    account = {"service": "mail", "identifier": "whatever"}
    assert normal(subject(account)) == subject(account)
    assert seen(account) is None


def test_a_line_too_long_for_the_wire_is_refused() -> None:
    long = {"type": "url", "service": "x", "identifier": "https://example.org/" + "a" * 400}
    with pytest.raises(IdentifierError) as caught:
        normal(subject(long))
    assert caught.value.code == "identifier-text"


@pytest.mark.parametrize("kind", [None, "", "e-mail", 7, []])
def test_a_type_that_is_none_is_malformed(kind: Any) -> None:
    row = {"service": "x", "identifier": "y", "type": kind}
    with pytest.raises(PeerError) as caught:
        check_body("subject", subject(row)["subject"])
    assert caught.value.code == "body-malformed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_sections_of_any_shape_are_left_to_their_schema(value: Any) -> None:
    assert normal({"subject": value}) == {"subject": value}
    row = {"service": "x", "identifier": "y", "type": value}
    try:
        normal(subject(row))
    except IdentifierError as fault:
        assert fault.code == "identifier-type"  # noqa: PT017


@given(st.sampled_from(sorted(KINDS)), st.text(min_size=1, max_size=60), st.text(max_size=10))
def test_whatever_parses_keeps_its_line(kind: str, text: str, service: str) -> None:
    try:
        line = line_of(read_line(kind, service, text))
    except IdentifierError:
        return
    assert line_of(read_line(kind, service, line)) == line


@pytest.mark.parametrize(
    ("service", "line", "notices"),
    [
        ("p\u0430ypal.com", "a@example.org", ("text-lookalike",)),
        ("mail.example", "\u0430@example.org", ("text-lookalike",)),
        ("mail.example", "moc\u202e.a", ("text-hidden",)),
    ],
)
def test_what_deceives_the_eye_is_told_of_an_account_without_a_type(
    service: str, line: str, notices: tuple[str, ...]
) -> None:
    found = seen({"service": service, "identifier": line})
    assert found is not None
    assert found.notices == notices
    assert not found.fault
    assert "\u202e" not in found.display


@pytest.mark.parametrize("line", ["a.fall@example.org", "Привет", "阮氏映", "سارة", "Nguyễn Ánh"])
def test_an_honest_account_without_a_type_is_shown_as_it_stands(line: str) -> None:
    assert seen({"service": "mail.example", "identifier": line}) is None
