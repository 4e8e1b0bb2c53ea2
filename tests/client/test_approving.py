"""An officer's machine signs what the officer saw, whatever the node says."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from comity.canonical import ComityError, MisuseError, decode, encode, new_id
from comity.client.api import Api, NodeRefusedError
from comity.client.approving import DraftDiffersError, fetch_draft, sign_draft
from comity.exchange import Certificate, Section, certify
from comity.exchange.edition_digest import EDITION_DIGEST
from comity.keys import Jws, PrivateKey, jws

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
VN, ZA = "vn/contact-point", "za/contact-point"
CA = PrivateKey.from_seed(b"\x01" * 32)
KEY = PrivateKey.from_seed(b"\x02" * 32)


def note(words: str) -> dict[str, Any]:
    return {"text": {"lang": "en", "text": words}}


def draft_value() -> dict[str, Any]:
    """A draft as a node shows it."""
    section = Section(b"\x07" * 32, note("Please close the account."))
    return {
        "id": new_id(NOW, b"\x00" * 10),
        "fields": {
            "about": None,
            "body": {"note": section.commitment},
            "conversation": None,
            "edition": EDITION_DIGEST,
            "from": VN,
            "id": new_id(NOW, b"\x00" * 10),
            "instrument": None,
            "protocol": "comity/1",
            "members": [VN, ZA],
            "previous": None,
            "seen": {},
            "sequence": 1,
            "type": "consultation.note",
        },
        "sections": {"note": section.to_value()},
    }


class Node:
    """A node that answers what it is told to; a real server on loopback."""

    def __init__(self) -> None:
        self.answer: Any = draft_value()
        self.status = 200
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = encode(node.answer) if not isinstance(node.answer, bytes) else node.answer
                self.send_response(node.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.api = Api(f"http://127.0.0.1:{self.server.server_port}", "token")


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.api.close()
    made.server.shutdown()
    made.server.server_close()


def certificate(*, party: str = VN, key: PrivateKey = KEY, role: str = "author") -> Jws:
    return certify(
        Certificate(
            id=new_id(NOW, os.urandom(10)),
            party=party,
            mode="live",
            officer="officer-1",
            roles=(role,),
            key=key.public,
            not_before=NOW - timedelta(days=1),
            not_after=NOW + timedelta(days=1),
        ),
        CA,
    )


def test_what_was_shown_is_what_is_signed(node: Node) -> None:
    shown = fetch_draft(node.api, node.answer["id"], now=NOW)
    approval = sign_draft(
        shown, key=KEY, certificate=certificate(), mode="live", role="author", now=NOW
    )
    signed = jws.parse_value(approval["approval"])
    jws.verify(signed, {KEY.kid: KEY.public}, thing="approval", mode="live")
    statement = decode(signed.payload, max_bytes=1 << 16)
    assert (statement["id"], statement["type"]) == (node.answer["id"], "consultation.note")


def refused(node: Node) -> str:
    with pytest.raises(ComityError) as caught:
        fetch_draft(node.api, draft_value()["id"], now=NOW)
    return caught.value.code


def test_a_node_that_shows_another_text_than_is_signed_is_found_out(node: Node) -> None:
    node.answer["sections"]["note"]["value"] = note("Please keep the account open.")
    assert refused(node) == DraftDiffersError.code


def test_a_text_hidden_from_the_officer_is_found_out(node: Node) -> None:
    node.answer["sections"] = {}
    assert refused(node) == DraftDiffersError.code


def test_a_text_added_for_the_officer_alone_is_found_out(node: Node) -> None:
    node.answer["sections"]["grounds"] = Section(b"\x08" * 32, note("x")).to_value()
    assert refused(node) == DraftDiffersError.code


def test_another_draft_than_asked_for_is_refused(node: Node) -> None:
    node.answer["fields"]["id"] = new_id(NOW, b"\x01" * 10)
    assert refused(node) == DraftDiffersError.code


@pytest.mark.parametrize("answer", [{}, [], 7, {"fields": {}}, {"fields": [], "sections": 1}])
def test_an_answer_that_is_no_draft_is_refused(node: Node, answer: Any) -> None:
    node.answer = answer
    assert refused(node) == DraftDiffersError.code


@pytest.mark.parametrize("body", [b"", b"<html>", b"[", b'{"a":1,"a":2}'])
def test_an_answer_that_is_no_json_is_an_error_with_a_code(node: Node, body: bytes) -> None:
    node.answer = body
    assert refused(node) in {"not-canonical", "duplicate-member", DraftDiffersError.code}


def test_an_error_of_the_node_keeps_its_code(node: Node) -> None:
    node.answer, node.status = {"code": "draft-closed", "detail": "the draft is queued"}, 409
    with pytest.raises(NodeRefusedError) as caught:
        node.api.get("/drafts/x")
    assert caught.value.facts["said"] == "draft-closed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"party": ZA},
        {"key": PrivateKey.from_seed(b"\x03" * 32)},
        {"role": "approver"},
    ],
    ids=["another party", "another key", "another role"],
)
def test_a_certificate_that_does_not_fit_signs_nothing(node: Node, wrong: dict[str, Any]) -> None:
    shown = fetch_draft(node.api, node.answer["id"], now=NOW)
    with pytest.raises(MisuseError):
        sign_draft(
            shown, key=KEY, certificate=certificate(**wrong), mode="live", role="author", now=NOW
        )
