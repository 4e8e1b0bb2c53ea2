"""A spoilt bundle with what must find it, and the means to spoil one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bundle.makers import (
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    evidence_of,
    short_story,
    trust_file,
    whole_story,
)
from tests.ledger.authority import GOOD

from comity.bundle import layout
from comity.canonical import decode, digest, encode
from comity.directory import TrustFile
from comity.exchange import Message, Receipt, parse_receipt
from comity.keys import jws

TRUST = trust_file()
STAMPING = trust_file(timestamp_roots=(GOOD.root_pem,))
type Files = dict[str, bytes]


@dataclass(frozen=True)
class Attack:
    """A spoilt bundle.

    Attributes:
        name: the attack in words.
        base: ``short``, ``stamped`` or ``whole``, the good bundle it was made from.
        files: all of it.
        step, code: what finds it first; 0 and empty where the verdict is good.
        exit: exit status.
        trust: the trust file it is judged by, or None.
        claims: the ``name word parties`` of each claim that is contradicted or disputed; None where
            the vector says nothing of them.
        shows: the ``name word parties`` of claims that have to be among the verdict's.
        never: the ``name word`` of claims that must not be among them, whoever's they are.
    """

    name: str
    base: str
    files: Files
    step: int
    code: str
    exit: int = 1
    trust: TrustFile | None = TRUST
    claims: tuple[str, ...] | None = None
    shows: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def paths_of(files: Mapping[str, bytes], part: str) -> list[str]:
    return [path for path in sorted(files) if part in path]


def without(files: Files, *parts: str) -> Files:
    return {p: d for p, d in files.items() if not any(part in p for part in parts)}


def rewritten(files: Files, path: str, change: Callable[[Any], Any]) -> Files:
    return {**files, path: encode(change(decode(files[path], max_bytes=1 << 24)))}


def message_at(place: int, story: Story | None = None) -> Message:
    return (story or short_story()).nodes[VN].messages[place]


def message_path(message: Message) -> str:
    draft = message.draft
    return layout.message_path(message.conversation, draft.author, draft.sequence)


def receipt_path(message: Message) -> str:
    return layout.receipt_path(message.record, ZA if message.draft.author == VN else VN)


def receipt_at(files: Files, path: str) -> Receipt:
    return parse_receipt(jws.parse(files[path]).payload)


def flip_signature(value: Any) -> Any:
    row = value["signatures"][0]
    text = row["signature"]
    row["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    return value


def whole_case(**changes: Any) -> Files:
    return bundle_of(case_of(whole_story(), **changes), evidence_of(whole_story()))


def record_of(envelope: jws.Jws) -> bytes:
    return digest("record", envelope.record)
