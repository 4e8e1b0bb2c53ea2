"""Attacks on logs and times: steps 7 and 8."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.bundle.attack import STAMPING, Attack, Files, paths_of, rewritten, without
from tests.bundle.makers import (
    EXPORTED,
    STAMPS,
    START,
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    directory,
    resigned,
    revoking,
    short_bundle,
    short_story,
    stamped,
    stamped_bundle,
    trust_file,
    witness,
)
from tests.exchange.makers import seed
from tests.ledger.authority import GOOD, REJECTED, Authority, Impostor

from comity.bundle import Withheld, layout
from comity.canonical import b64, decode


def attacks() -> Iterator[Attack]:
    """Yield the attacks that steps 7 and 8 find."""
    yield from _log()
    yield from _times()
    yield from _stamped_notes()
    yield from _tokens()
    yield from _not_saved_by_a_stamp()


def _log() -> Iterator[Attack]:
    short = short_bundle()
    leaf = paths_of(short, "/leaves/")[2]
    lines = decode(short[leaf], max_bytes=1 << 20)["proof"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    proof = rewritten(short, leaf, lambda v: {**v, "proof": "\n".join(lines)})
    yield Attack("a log proof spoilt", "short", resigned(proof), 7, "proof-mismatch")
    salt = rewritten(short, leaf, lambda v: {**v, "salt": b64(seed("another"))})
    yield Attack("an opening of another leaf", "short", resigned(salt), 7, "leaf-mismatch")
    gone = resigned(without(short, leaf))
    yield Attack("a leaf removed", "short", gone, 7, "bundle-leaf-missing")
    path = paths_of(short, "/vn_contact-point/1/checkpoint")[0]
    text = short[path].decode()
    spoilt = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    files = resigned({**short, path: spoilt.encode()})
    yield Attack("a checkpoint's signature spoilt", "short", files, 7, "note-signature-bad")
    other = Story().nodes[ZA]
    for _ in range(short_story().nodes[ZA].known):
        other.append("domestic.note", seed("fork"), START)
    fork = {
        **short,
        paths_of(short, "/za_central-authority/1/checkpoint")[0]: other.note().encode(),
    }
    own = (f"log-single contradicted {ZA}",)
    yield Attack("a partner's log with two roots", "short", resigned(fork), 0, "", 0, claims=own)
    cosigned = case_of(short_story())
    note = short_story().nodes[VN].note(witnessed_at=START + timedelta(minutes=30))
    spoilt = note[:-6] + ("A" if note[-6] != "A" else "B") + note[-5:]
    cosigned = replace(cosigned, checkpoints={**cosigned.checkpoints, (VN, 1): spoilt})
    trusting = trust_file(witnesses=(witness(),))
    files = bundle_of(cosigned)
    yield Attack("a witness's cosignature spoilt", "short", files, 7, _BAD, trust=trusting)
    bare = resigned(without(short, "consistency.json"))
    yield Attack("no proof that the log grew", "short", bare, 7, "bundle-consistency")


def _times() -> Iterator[Attack]:
    for use, name in (("message", "a message"), ("officer-ca", "an approval")):
        revoked = directory(revoking(VN, use, START))
        files = bundle_of(case_of(short_story(), directory=revoked))
        yield Attack(f"{name} back-dated with a revoked key", "short", files, 8, "key-revoked")
    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    last = story.say(VN, "request.status-asked", conversation=conversation, delivered=False)
    held = {layout.receipt_path(last.record, ZA): Withheld("not received so far")}
    revoked = directory(revoking(VN, "message", EXPORTED))
    files = bundle_of(case_of(story, directory=revoked, withheld=held))
    yield Attack("a revoked key and no proved time", "short", files, 8, "key-revoked")
    revoked = directory(revoking(ZA, "receipt", START))
    files = bundle_of(case_of(short_story(), directory=revoked))
    yield Attack("a receipt back-dated with a revoked key", "short", files, 8, "key-revoked")


def _spoilt_end(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _stamped_notes() -> Iterator[Attack]:
    base, mine = stamped_bundle(), layout.stamped_path(VN, 1, 1)
    larger = layout.stamped_path(VN, 1, 4)

    def attack(name: str, files: Files, code: str) -> Attack:
        return Attack(name, "stamped", resigned(files), 7, code, trust=STAMPING)

    swapped = {**base, mine: base[larger]}
    yield attack("another stamped checkpoint in this one's place", swapped, "bundle-name")
    text = base[mine].decode()
    spoilt = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    yield attack("a stamped checkpoint's signature spoilt", {**base, mine: spoilt.encode()}, _BAD)
    fork = Story().nodes[VN]
    fork.append("domestic.note", seed("private branch"), START)
    note = fork.note().encode()
    token = GOOD.stamp(note, at=STAMPS[1])
    branch = {**base, mine: note, layout.stamp_path(VN, 1, 1, 1): token}
    yield attack("a stamped checkpoint of a private branch", branch, "proof-mismatch")
    lonely = rewritten(base, "data/log/vn_contact-point/1/consistency.json", _without_size_1)
    name = "no proof from the stamped tree to the newest"
    yield attack(name, lonely, "bundle-consistency")
    seen = short_story().nodes[VN].note(1, witnessed_at=START).encode()
    name = "a stamped checkpoint with a cosignature in it"
    yield attack(name, {**base, mine: seen}, "note-malformed")


_BAD = "note-signature-bad"


def _without_size_1(rows: Any) -> Any:
    return [row for row in rows if row["from"] != 1]


def _tokens() -> Iterator[Attack]:
    base, token = stamped_bundle(), layout.stamp_path(VN, 1, 1, 1)
    mine, other = layout.stamped_path(VN, 1, 1), layout.stamp_path(VN, 1, 4, 1)

    def attack(name: str, files: Files, code: str) -> Attack:
        return Attack(name, "stamped", resigned(files), 8, code, trust=STAMPING)

    def stamped_by(authority: Authority, **more: Any) -> Files:
        return {**base, token: authority.stamp(base[mine], **{"at": STAMPS[1], **more})}

    spoilt = {**base, token: _spoilt_end(base[token])}
    yield attack("a time stamp spoilt", spoilt, "timestamp-untrusted")
    yield attack("bytes that are no time stamp", {**base, token: b"0"}, "timestamp-malformed")
    swapped = {**base, token: base[other]}
    yield attack("the time stamp of another checkpoint", swapped, "timestamp-imprint")
    name = "a time stamp by somebody under a trusted name"
    yield attack(name, stamped_by(Impostor("thief")), "timestamp-untrusted")
    late = stamped_by(GOOD, at=GOOD.not_after + timedelta(days=1))
    name = "a time stamp after its authority's certificate ended"
    yield attack(name, late, "timestamp-untrusted")
    name = "an answer in which the authority declines"
    yield attack(name, stamped_by(GOOD, status=REJECTED), "timestamp-refused")
    yield attack("a time stamp removed", without(base, token), _GONE)
    yield attack("a time stamp whose checkpoint is gone", without(base, mine), _GONE)


_GONE = "bundle-file-missing"


def _not_saved_by_a_stamp() -> Iterator[Attack]:
    """Yield signatures by a key that was revoked before anybody proves them."""
    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    last = story.say(VN, "request.status-asked", conversation=conversation, delivered=False)
    held = {layout.receipt_path(last.record, ZA): Withheld("not received so far")}
    revoked = directory(revoking(VN, "message", START + timedelta(minutes=50)))
    case = case_of(story, directory=revoked, withheld=held)
    node = story.nodes[VN]
    size = len(node.openings)

    def attack(name: str, moments: dict[int, datetime], **more: Any) -> Attack:
        files = bundle_of(stamped(case, node, moments, **more))
        return Attack(name, "stamped", files, 8, "key-revoked", trust=STAMPING)

    before, after = START + timedelta(minutes=45), START + timedelta(minutes=55)
    yield attack("a revoked key and a time stamp after the revocation", {size: after})
    name = "a back-dated message that the stamped tree does not hold"
    yield attack(name, {size - 1: before})
    name = "a revoked key and a time stamp by nobody the trust file names"
    yield attack(name, {size: before}, by=(Authority("two"),))
    good = bundle_of(stamped(case, node, {size: before}))
    name = "a key revoked after a time stamp over its message"
    shows = (f"receipt unknown {VN}", f"state attested {VN}", f"state proved {ZA}")
    yield Attack(name, "stamped", good, 0, "", 0, STAMPING, shows=shows)
