"""Vectors of approvals and of second signatures that come later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.exchange.approving import EXPIRES, PLACE, given_by, restated
from tests.exchange.makers import T0, VN, ZA, World, key, sections_of
from tests.exchange.test_approvals import DRAFTS, STATEMENTS, two
from tests.exchange.test_passkeys import ASSERTIONS, WRITTEN, passkey
from tests.exchange.test_second_signatures import countersigned, second
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import b64, decode, digest, encode, time_text
from comity.exchange import Draft, approve_by_passkey, statement
from comity.exchange.approvals import challenge


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "approval": wrap(
            "check-approvals",
            "Check the `approvals` of a message `payload` at `proved_at`, in `mode`, with "
            "keys.json as directory. `policy` is the author's for that type, or null; "
            "`late_allowed` says "
            "whether its request is for preservation or an emergency. Where it is good, "
            "`second_due_hours` says by when the second signature is due, or null.",
            approvals(),
        ),
        "countersignature": wrap(
            "read-countersignature",
            "Check the value of section `countersignature` that the message of payload `later` "
            "brings for the message `earlier` (JWS), at `proved_at`.",
            countersignatures(),
        ),
    }


def _compared(data: bytes) -> bytes:
    """Return what people compare before they approve: a statement without what differs by officer.

    Args:
        data: the approval statement.
    """
    said = decode(data, max_bytes=10**6)
    kept = said.keys() - {"certificate", "expires_at", "role"}
    return encode({name: said[name] for name in kept})


def approvals() -> list[dict[str, Any]]:  # noqa: PLR0915 - a list of attacks
    world = World(VN, ZA)
    draft = world.open(sections=sections_of("request.submitted"))
    officer = world.officer(VN, "o1")
    first, approver = two(world, draft)
    found: list[dict[str, Any]] = []

    def add(name: str, values: list[Any], expect: str, of: Draft = draft, **change: Any) -> None:
        due = change.pop("due", None)
        value = {
            "payload": decode(of.payload(values), max_bytes=10**6),
            "mode": "live",
            "proved_at": time_text(T0),
            "policy": None,
            "late_allowed": False,
            **change,
        }
        more = {"second_due_hours": due} if expect == "ok" else {}
        found.append(vector(name, value, expect, "spec 9", **more))

    add("author and approver", [first, approver], "ok")
    add("one signature where the second may follow", [first], "ok", late_allowed=True, due=24)
    short = {"author": 1, "approver": 1, "late_hours": 6}
    add("a policy of fewer hours", [first], "ok", late_allowed=True, policy=short, due=6)
    third = given_by(world, world.officer(VN, "o3"), draft, "approver")
    strict = {"author": 1, "approver": 2, "late_hours": None}
    add("a stricter policy, kept", [first, approver, third], "ok", policy=strict)
    for alg in ("ES256", "Ed25519"):
        add(f"a passkey of {alg}", [given_by(world, passkey(world, alg), draft), approver], "ok")
    last = given_by(world, officer, draft, expires_at=T0)
    add("up to the last second", [last, approver], "ok")

    for name, (change, code) in STATEMENTS.items():
        if code:
            add(f"statement: {name}", [restated(world, draft, change, officer), approver], code)
    for name, changes in (DRAFTS | {"another type": {"type": "contact.ping"}}).items():
        if name != "another conversation":  # an opening has none; the statement's is tried above
            moved = replace(draft, **changes)
            add(f"reattached: {name}", [first, approver], "approval-detached", of=moved)
    for alg in ("ES256", "Ed25519"):
        holder = passkey(world, alg)
        data = statement(
            draft, mode="live", certificate=holder.certificate, role="author", expires_at=EXPIRES
        )
        for name, changes in ASSERTIONS.items():
            assertion = holder.assertion(challenge(data), **changes)
            value = approve_by_passkey(data, assertion, holder.certificate)
            add(f"passkey {alg}: {name}", [value, approver], "webauthn-invalid")
        compared = b64(digest("draft", _compared(data)))
        assertion = holder.assertion(challenge(data), challenge=compared)
        value = approve_by_passkey(data, assertion, holder.certificate)
        add(f"passkey {alg}: the digest of the draft", [value, approver], "webauthn-invalid")
        assertion = holder.assertion(challenge(data), told=lambda text: text[:-1] + WRITTEN)
        value = approve_by_passkey(data, assertion, holder.certificate)
        add(f"passkey {alg}: told more than is asked", [value, approver], "ok")
    certificates: dict[str, tuple[dict[str, Any], str]] = {
        "expired": ({"not_after": T0 - timedelta(seconds=1)}, "approval-expired"),
        "not yet": ({"not_before": T0 + timedelta(seconds=1)}, "approval-expired"),
        "not in this role": ({"roles": ("approver",)}, "certificate-unfit"),
        "of the other mode": ({"mode": "exercise"}, "certificate-unfit"),
        "by a stranger": ({"signer": key("anybody")}, "key-unknown"),
        "by a message key": ({"signer": world.keys[VN, "message"]}, "key-use"),
        "of a node key": ({"private": world.keys[VN, "message"]}, "certificate-unfit"),
        "of a passkey": ({"webauthn": PLACE}, "certificate-unfit"),
    }
    for name, (changes, code) in certificates.items():
        if name == "of the other mode":
            other = World(VN, ZA, mode="exercise").officer(VN, "o1")
            add(f"certificate: {name}", [given_by(world, other, draft), approver], code)
            continue
        holder = replace(world.officer(VN, "o1", **changes), place=None)
        add(f"certificate: {name}", [given_by(world, holder, draft), approver], code)
    foreign = given_by(world, world.officer(ZA, "o1"), draft)
    add("certificate: of another party", [foreign, approver], "certificate-unfit")
    late = given_by(world, officer, draft, expires_at=T0 - timedelta(seconds=1))
    add("expired", [late, approver], "approval-expired")
    thief = given_by(world, replace(officer, key=key("thief")), draft)
    add("by another key than the certified", [thief, approver], "key-unknown")
    twice = given_by(world, officer, draft, "approver")
    add("one officer twice", [first, twice], "approval-same-officer")
    name_ = world.officer(VN, "o9", private=officer.key)
    add(
        "one key, two names",
        [first, given_by(world, name_, draft, "approver")],
        "approval-same-officer",
    )
    add("none", [], "approvals-missing")
    add("no author", [approver], "approvals-missing")
    add("one where two are due", [first], "approvals-missing")
    add("no author where one may follow", [approver], "approvals-missing", late_allowed=True)
    add("fewer than the policy asks", [first, approver], "approvals-missing", policy=strict)
    lax = {"author": 0, "approver": 0, "late_hours": 48}
    add("a policy below the floor", [], "approvals-missing", policy=lax, late_allowed=True)
    never = {"author": 1, "approver": 1, "late_hours": None}
    add(
        "a policy that allows no lateness",
        [first],
        "approvals-missing",
        policy=never,
        late_allowed=True,
    )
    return found


def countersignatures() -> list[dict[str, Any]]:
    world = World(VN, ZA)
    draft = world.open(sections=sections_of("request.submitted"))
    earlier = world.sign(draft, [given_by(world, world.officer(VN, "o1"), draft)])
    found: list[dict[str, Any]] = []

    def add(name: str, approval: Any, expect: str, **changes: Any) -> None:
        world.counter = 50
        value, by = countersigned(world, earlier, approval, **changes)
        given = {
            "earlier": earlier.envelope.value,
            "later": decode(by.payload([]), max_bytes=10**6),
            "section": value,
            "mode": "live",
            "proved_at": time_text(by.sent_at),
        }
        found.append(vector(name, given, expect, "spec 9"))

    good = second(world, earlier)
    add("another officer, in time", good, "ok")
    add("at the last second", good, "ok", sent_at=EXPIRES)
    fresh = second(world, earlier, not_before=T0 + timedelta(hours=4))
    add("certified only since", fresh, "ok")
    other = "sha256:" + "99" * 32
    add("about nothing", good, "countersignature-unfit", about=None)
    add("about another message", good, "countersignature-unfit", about=other)
    add("by another author", good, "countersignature-unfit", author=ZA, seen={})
    add("in another conversation", good, "countersignature-unfit", conversation=other)
    add("too late", good, "approval-expired", sent_at=EXPIRES + timedelta(seconds=1))
    add("the same officer", second(world, earlier, "o1"), "approval-same-officer")
    same = second(world, earlier, private=world.officer(VN, "o1").key)
    add("the same key", same, "approval-same-officer")
    add("as author", second(world, earlier, role="author"), "countersignature-unfit")
    add("another party's officer", second(world, earlier, of=ZA), "certificate-unfit")
    old = second(world, earlier, not_after=T0 + timedelta(hours=4))
    add("certificate expired before it came", old, "approval-expired")
    moved = given_by(world, world.officer(VN, "o2"), world.open(), "approver")
    add("given for another message", moved, "approval-detached")
    add("no approval", {}, "member-malformed")
    return found
