"""Vectors of signed offers as files: the message, its section, and who signed it (spec 15.3)."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.directory.world import DAY, START, entry, key, record, row, signed, trust
from tests.evidence.test_offer import OFFER

from comity.canonical import encode, new_id, time_text
from comity.evidence.offer import Offer
from comity.exchange import Draft, Section, Seen, sign_message
from comity.files.key_files import write_signed_offer
from comity.keys import PrivateKey

SENDER, RECEIVER = "za/central-authority", "vn/contact-point"
CASE = "sha256:" + "ab" * 32
NOW = START + 30 * DAY
SALT = bytes(range(32))
ZA, ENTRY = record("za"), signed(entry(SENDER))
REVOKED = replace(row(f"{SENDER}/message"), status="revoked", invalid_from=START + DAY)


def offer_file(
    offer: Offer = OFFER,
    *,
    told: Offer | None = None,
    signer: PrivateKey | None = None,
    type_: str = "evidence.offered",
    mode: Any = "live",
    states: tuple[Any, ...] = (ZA,),
    entries: tuple[Any, ...] = (ENTRY,),
    body: dict[str, str] | None = None,
) -> bytes:
    """Return the bytes of a file; ``told`` is the offer beside the message, by default its own."""
    section = Section(SALT, offer.to_value())
    draft = Draft(
        id=new_id(NOW, bytes(10)),
        conversation=CASE,
        author=SENDER,
        members=(RECEIVER, SENDER),
        instrument=None,
        sequence=1,
        previous=None,
        seen={RECEIVER: Seen(1, CASE)},
        sent_at=NOW - timedelta(hours=1),
        type=type_,
        about=None,
        body={"offer": section.commitment} if body is None else body,
    )
    message = sign_message(draft, [], signer or key(f"{SENDER}/message"), mode=mode)
    shown = section if told is None else Section(SALT, told.to_value())
    return write_signed_offer(
        message.envelope,
        shown,
        states=[one.jws for one in states],
        entries=[one.jws for one in entries],
    )


def signed_offers() -> list[dict[str, Any]]:
    """Return the vectors."""
    good = offer_file()
    value: dict[str, Any] = json.loads(good)
    other = replace(OFFER, files=OFFER.files + 1)

    def case(name: str, expect: str, data: bytes, pins: Any = None) -> dict[str, Any]:
        told = (pins or trust("za")).value()
        given = {"file": data.decode(), "trust": told, "now": time_text(NOW)}
        return {"name": name, "input": given, "expect": expect}

    def changed(**members: Any) -> bytes:
        return encode({**value, **members})

    def without(name: str) -> bytes:
        return encode({key_: part for key_, part in value.items() if key_ != name})

    return [
        case("a signed offer", "ok", good),
        case("with a State that the trust file does not need", "ok", offer_file(),
             trust("vn", "za")),
        case("a State that the trust file does not pin", "signed-offer", good, trust("vn")),
        case("no State at all", "signed-offer", changed(states=[])),
        case("no party at all", "key-unknown", changed(entries=[])),
        case("another protocol", "signed-offer", changed(protocol="comity/2")),
        case("a member more", "member-malformed", changed(note="x")),
        case("a member less", "member-malformed", without("states")),
        case("not canonical", "not-canonical", good.replace(b",", b", ", 1)),
        case("an offer that the message does not commit to", "section-mismatch",
             offer_file(told=other)),
        case("an offer without its salt", "section-mismatch",
             changed(offer={"value": OFFER.to_value()})),
        case("a message that offers nothing", "signed-offer", offer_file(body={})),
        case("a message of another type", "signed-offer", offer_file(type_="evidence.returned")),
        case("signed by a stranger", "key-unknown", offer_file(signer=key("stranger"))),
        case("signed by a key of another use", "key-use",
             offer_file(signer=key(f"{SENDER}/receipt"))),
        case("signed by a key that was revoked before", "key-revoked",
             offer_file(entries=(signed(entry(SENDER, keys=(REVOKED,))),))),
        case("signed as an exercise", "typ-mismatch", offer_file(mode="exercise")),
        case("a record changed after it was signed", "signed-offer", changed(
            entries=[{**ENTRY.jws.value, "payload": signed(entry(SENDER, duty_phone="1"))
                      .jws.value["payload"]}])),
        case("an offer that is none", "offer-malformed",
             offer_file(replace(OFFER, files=-1))),
    ]  # fmt: skip
