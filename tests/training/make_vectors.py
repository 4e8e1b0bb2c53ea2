"""Vectors of credentials; `python -m tests.training.make_vectors` writes the same bytes again."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.directory.world import START, key
from tests.spec.named import named
from tests.training.making import KEY, NOW, PARTY, certificate, status

from comity.canonical import PeerError, b64, decode, encode, parse_time, time_text, unb64
from comity.keys import PublicKey
from comity.keys.jws import UnknownKeyError, sign_compact
from comity.training.certificates import check, issue, issue_list
from comity.training.credential import LIST_BITS

FILE = Path(__file__).parents[2] / "vectors" / "credential" / "certificate.json"
SPEC = "5"


@dataclass(frozen=True)
class Listed:
    """A directory of one party with one key of use ``credential``."""

    party: str
    key: PublicKey

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        del use, proved_at
        if (party, kid) != (self.party, self.key.kid):
            raise UnknownKeyError("the party lists no such key")
        return self.key


def verdict(given: dict[str, Any]) -> str:
    """Return ``ok`` or the code with which a vector's input fails."""
    listed = Listed(given["party"], PublicKey.from_jwk(given["key"]))
    try:
        check(
            given["credential"],
            listed,
            mode=given["mode"],
            now=parse_time(given["now"]),
            status=given["status"],
        )
    except PeerError as fault:
        return fault.code
    return "ok"


def _resigned(**changes: Any) -> str:
    return sign_compact(encode(certificate().value() | changes), key(KEY)).text


def _altered() -> str:
    head, body, value = issue(certificate(), key(KEY)).text.split(".")
    told = decode(unb64(body), max_bytes=100_000)
    told["credentialSubject"]["identifier"][0]["identityHash"] = "Eve"
    return f"{head}.{b64(encode(told))}.{value}"


def _header(**changes: Any) -> str:
    head, body, _ = issue(certificate(), key(KEY)).text.split(".")
    told = decode(unb64(head), max_bytes=1000) | changes
    data = f"{b64(encode(told))}.{body}"
    return f"{data}.{b64(key(KEY).sign(data.encode()))}"


def _lists() -> Iterator[tuple[str, str, str]]:
    """Yield lists of withdrawn certificates that are not good: name, code, text."""

    def signed(subject: dict[str, Any], **changes: Any) -> str:
        value = status().value()
        told = {**value, "credentialSubject": {**value["credentialSubject"], **subject}}
        return sign_compact(encode({**told, **changes}), key(KEY)).text

    short = "u" + b64(gzip.compress(bytes(16), mtime=0))
    head, _, value = issue_list(status(), key(KEY)).text.split(".")
    body = issue_list(status(withdrawn=frozenset({1})), key(KEY)).text.split(".")[1]
    yield "by a key that nobody lists", "key-unknown", issue_list(status(), key("thief")).text
    yield "that was changed", "signature-invalid", f"{head}.{body}.{value}"
    exercise = issue_list(status(mode="exercise"), key(KEY)).text
    yield "of an exercise", "training-certificate-mode", exercise
    yield "of fewer places", "status-list", signed({"encodedList": short})
    yield "that is not packed", "status-list", signed({"encodedList": "u" + b64(bytes(16))})
    yield "for another purpose", "status-list", signed({"statusPurpose": "suspension"})
    turned = list(status().value()["type"])[::-1]
    yield "with its types in another order", "status-list", signed({}, type=turned)
    yield "under the name of another authority", "status-list", signed({}, id=_ELSEWHERE)


_ELSEWHERE = "comity:live/za/police/training/status/1"


def cases() -> list[dict[str, Any]]:
    """Return the vectors."""
    good = issue(certificate(), key(KEY)).text

    def row(name: str, expect: str, credential: str = good, **told: Any) -> dict[str, Any]:
        given = {
            "credential": credential,
            "key": key(KEY).public.jwk,
            "mode": "live",
            "now": time_text(NOW),
            "party": PARTY,
            "status": None,
        }
        return {"expect": expect, "input": given | told, "name": name, "source": SPEC}

    def listing(**changes: Any) -> str:
        return issue_list(status(**changes), key(KEY)).text

    ended = time_text(START + timedelta(days=201))
    exercise = issue(certificate(mode="exercise"), key(KEY)).text
    other = issue(certificate(), key("thief")).text
    return [
        row("a certificate", "ok"),
        row("a certificate and a list without it", "ok", status=listing()),
        row(
            "the places beside it are withdrawn",
            "ok",
            status=listing(withdrawn=frozenset({4710, 4712, 0, LIST_BITS - 1})),
        ),
        row(
            "withdrawn", "training-certificate-revoked", status=listing(withdrawn=frozenset({4711}))
        ),
        row(
            "a list that ended",
            "status-list-old",
            status=listing(valid_until=NOW - timedelta(hours=1)),
        ),
        row(
            "a list that begins later",
            "status-list-old",
            status=listing(valid_from=NOW + timedelta(seconds=1)),
        ),
        row("a list at its first moment", "ok", status=listing(valid_from=NOW)),
        row("a list at its last moment", "ok", status=listing(valid_until=NOW)),
        row("another list of the authority", "status-list", status=listing(number=2)),
        *(row(f"a list {name}", code, status=text) for name, code, text in _lists()),
        row("at its first moment", "ok", now=time_text(certificate().valid_from)),
        row("at its last moment", "ok", now=time_text(certificate().valid_until)),
        row("after its end", "training-certificate-expired", now=ended),
        row("before its beginning", "training-certificate-expired", now=time_text(START)),
        row("of an exercise", "training-certificate-mode", exercise),
        row("by a key that nobody lists", "key-unknown", other),
        row("listed for another party", "key-unknown", party="za/police"),
        row("another name", "signature-invalid", _altered()),
        row("two signatures' worth of dots", "jws-malformed", good + "."),
        row("typ JWT", "jws-malformed", _header(typ="JWT")),
        row("without cty vc", "jws-malformed", _header(cty="json")),
        row("algorithm none", "jws-malformed", _header(alg="none")),
        row("a further member", "member-malformed", _resigned(evidence=[])),
        row("another type", "training-certificate", _resigned(type=["VerifiableCredential"])),
        row(
            "with its types in another order",
            "training-certificate",
            _resigned(type=certificate().value()["type"][::-1]),
        ),
        row("two names", "training-certificate", _resigned(name="Minister")),
    ]


def text() -> str:
    """Return the file."""
    value = {
        "description": (
            "Verify `credential` (spec 5) at `now`, wanting `mode`. `party` lists `key` for the use"
            " credential and nothing else; `status` is a list of withdrawn certificates, or null."
        ),
        "operation": "verify-credential",
        "vectors": cases(),
    }
    value = named("credential/certificate.json", value)
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
