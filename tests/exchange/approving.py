"""How the tests about approvals make them and read them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.exchange.makers import (
    T0,
    ZA,
    Officer,
    World,
    parcel_of,
)

from comity.canonical import PeerError, decode, encode
from comity.exchange import (
    Draft,
    Message,
    Section,
    accept,
    approve,
    statement,
)
from comity.exchange.accept import Refused
from comity.exchange.approvals import read_approval
from comity.exchange.certificates import RelyingParty

OTHER = "sha256:" + "99" * 32
EXPIRES = T0 + timedelta(hours=8)
PLACE = RelyingParty("https://desk.vn.example", "desk.vn.example")


def code_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(PeerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def read(world: World, value: object, draft: Draft, **kwargs: Any) -> Any:
    return read_approval(value, draft, world.registry, proved_at=T0, **kwargs)


def given_by(world: World, officer: Officer, draft: Draft, role: str = "author", **kw: Any) -> Any:
    values: dict[str, Any] = {"mode": world.mode, "role": role, "expires_at": EXPIRES} | kw
    return officer.approve(draft, **values)


def restated(world: World, draft: Draft, change: dict[str, Any], officer: Officer) -> Any:
    """Return an approval whose statement differs in one member, signed in earnest."""
    plain = statement(
        draft, mode="live", certificate=officer.certificate, role="author", expires_at=EXPIRES
    )
    value = decode(plain, max_bytes=10_000) | change
    value = {k: v for k, v in value.items() if v is not ...}
    return approve(encode(value), officer.key, officer.certificate, mode="live")


def accepted(world: World, message: Message, sections: dict[str, Section], at: Any = T0) -> Any:
    """Return what acceptance says: the verified message, or the code of its refusal."""
    found = accept(parcel_of(message, sections), world.registry, us=ZA, received_at=at)
    return found.code if isinstance(found, Refused) else found
