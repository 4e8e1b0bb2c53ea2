"""An approval is bound to one very message, and cannot be moved, aged or doubled (spec 9)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.approving import (
    EXPIRES,
    OTHER,
    PLACE,
    accepted,
    code_of,
    given_by,
    read,
    restated,
)
from tests.exchange.makers import (
    BODIES,
    T0,
    VN,
    ZA,
    World,
    key,
    sections_of,
)

from comity.canonical import decode, encode
from comity.exchange import (
    Draft,
    Floor,
    Message,
    Section,
)
from comity.exchange.approvals import check_approvals, read_approval, stricter
from comity.keys import jws


@pytest.fixture
def world() -> World:
    return World(VN, ZA)


def test_a_good_approval_names_officer_and_role(world: World) -> None:
    draft = world.open()
    found = read(world, given_by(world, world.officer(VN, "o1"), draft), draft)
    assert (found.officer, found.role) == ("o1", "author")


STATEMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "about": ({"about": OTHER}, "approval-detached"),
    "body": ({"body": OTHER}, "approval-detached"),
    "certificate": ({"certificate": OTHER}, "approval-detached"),
    "conversation": ({"conversation": OTHER}, "approval-detached"),
    "decided_on": ({"decided_on": OTHER}, "approval-detached"),
    "expires_at later": ({"expires_at": "2099-01-01T00:00:00Z"}, ""),
    "expires_at malformed": ({"expires_at": "soon"}, "time-malformed"),
    "from": ({"from": ZA}, "approval-detached"),
    "id": ({"id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "approval-detached"),
    "instrument": ({"instrument": OTHER}, "approval-detached"),
    "members": ({"members": [VN]}, "approval-detached"),
    "mode": ({"mode": "exercise"}, "approval-detached"),
    "protocol": ({"protocol": "comity/2"}, "approval-detached"),
    "purpose": ({"purpose": "sign-in"}, "approval-detached"),
    "role unknown": ({"role": "witness"}, "certificate-unfit"),
    "role no text": ({"role": 7}, "approval-detached"),
    "type": ({"type": "request.withdrawn"}, "approval-detached"),
    "a member more": ({"note": "x"}, "approval-detached"),
    "a member less": ({"about": ...}, "approval-detached"),
    "no role": ({"role": ...}, "approval-detached"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_each_member_of_the_statement_is_compared(world: World, name: str) -> None:
    change, code = STATEMENTS[name]
    draft, officer = world.open(), world.officer(VN, "o1")
    value = restated(world, draft, change, officer)
    if code:
        assert code_of(read, world, value, draft) == code
    else:
        assert read(world, value, draft).expires_at.year == 2099


DRAFTS: dict[str, dict[str, Any]] = {
    "another message": {"id": "01890a5d-ac96-774b-bcce-b302099a8057"},
    "another body": {"body": {"note": OTHER}},
    "another type": {"type": "request.withdrawn"},
    "another conversation": {"conversation": OTHER},
    "other members": {"members": (VN, "za/police")},
    "another edition of the law": {"instrument": OTHER},
    "an answer to another": {"about": OTHER},
}


@pytest.mark.parametrize("name", DRAFTS)
def test_an_approval_cannot_be_reattached(world: World, name: str) -> None:
    draft = world.open()
    value = given_by(world, world.officer(VN, "o1"), draft)
    assert code_of(read, world, value, replace(draft, **DRAFTS[name])) == "approval-detached"


def test_an_approval_is_bound_to_what_was_seen_when_it_was_decided(world: World) -> None:
    known = [world.unsigned(world.open())]
    draft = world.reply("request.not-competent", author=ZA, known=known)
    value = given_by(world, world.officer(ZA, "o1"), draft)
    assert read(world, value, draft).role == "author"
    mark = replace(draft.seen[VN], sequence=2)
    assert code_of(read, world, value, replace(draft, seen={VN: mark})) == "approval-detached"


def test_an_approval_of_the_other_mode_is_refused(world: World) -> None:
    draft, officer = world.open(), world.officer(VN, "o1")
    assert code_of(read, world, given_by(world, officer, draft, mode="exercise"), draft) == (
        "typ-mismatch"
    )
    exercise = World(VN, ZA, mode="exercise").officer(VN, "o1")
    assert code_of(read, world, given_by(world, exercise, draft), draft) == "certificate-unfit"


def test_an_approval_holds_up_to_its_last_second(world: World) -> None:
    draft, officer = world.open(), world.officer(VN, "o1")
    on_time = given_by(world, officer, draft, expires_at=T0)
    assert read(world, on_time, draft).expires_at == T0
    late = given_by(world, officer, draft, expires_at=T0 - timedelta(seconds=1))
    assert code_of(read, world, late, draft) == "approval-expired"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"not_after": T0 - timedelta(seconds=1)}, "approval-expired"),
        ({"not_before": T0 + timedelta(seconds=1)}, "approval-expired"),
        ({"roles": ("approver",)}, "certificate-unfit"),
        ({"of": ZA}, "certificate-unfit"),
        ({"mode": "exercise"}, "certificate-unfit"),
        ({"signer": key("anybody")}, "key-unknown"),
        ({"signer": key(f"live {ZA} officer-ca")}, "key-unknown"),
        ({"signer": key(f"live {VN} message")}, "key-use"),
        ({"private": key(f"live {VN} message")}, "certificate-unfit"),
        ({"private": key(f"live {VN} officer-ca")}, "certificate-unfit"),
        ({"webauthn": PLACE}, "certificate-unfit"),
    ],
)
def test_a_certificate_must_be_good_for_party_mode_role_and_moment(
    world: World, change: dict[str, Any], code: str
) -> None:
    draft, change = world.open(), dict(change)
    officer = world.officer(change.pop("of", VN), "o1", **change)
    by_key = replace(officer, place=None)
    assert code_of(read, world, given_by(world, by_key, draft), draft) == code


def test_a_certificate_by_a_revoked_officer_ca_counts_only_if_proved_before(world: World) -> None:
    draft = world.open()
    value = given_by(world, world.officer(VN, "o1"), draft)
    ca = world.keys[VN, "officer-ca"].public
    world.registry.add(VN, ca, "officer-ca", invalid_from=T0 + timedelta(hours=1))
    assert read(world, value, draft).officer == "o1"
    later = T0 + timedelta(hours=1)
    assert code_of(read_approval, value, draft, world.registry, proved_at=later) == "key-revoked"


def test_another_key_than_the_certified_one_approves_nothing(world: World) -> None:
    draft, officer = world.open(), world.officer(VN, "o1")
    thief = replace(officer, key=key("thief"))
    assert code_of(read, world, given_by(world, thief, draft), draft) == "key-unknown"


def test_a_spoilt_signature_approves_nothing(world: World) -> None:
    draft, officer = world.open(), world.officer(VN, "o1")
    value = given_by(world, officer, draft)
    other = given_by(world, officer, draft, expires_at=EXPIRES + timedelta(hours=1))
    value["approval"]["signatures"] = other["approval"]["signatures"]
    assert code_of(read, world, value, draft) == "signature-invalid"


def certificate_payload(world: World, **changes: Any) -> bytes:
    value = decode(world.certificate(VN, "o1").payload(), max_bytes=10_000) | changes
    return encode({k: v for k, v in value.items() if v is not ...})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": []}, "certificate-unfit"),
        ({"roles": ["author", "author"]}, "certificate-unfit"),
        ({"roles": ["judge"]}, "certificate-unfit"),
        ({"roles": ["author"] * 3}, "member-malformed"),
        ({"officer": ""}, "certificate-unfit"),
        ({"officer": "x" * 65}, "certificate-unfit"),
        ({"protocol": "comity/2"}, "certificate-unfit"),
        ({"id": "1"}, "name-malformed"),
        ({"key": {}}, "key-malformed"),
        ({"not_after": "x"}, "time-malformed"),
        ({"webauthn": {"origin": "https://x"}}, "member-malformed"),
        ({"note": 1}, "member-malformed"),
        ({"roles": ...}, "member-malformed"),
    ],
)
def test_a_certificate_of_another_shape_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    draft, officer = world.open(), world.officer(VN, "o1")
    ca = world.keys[VN, "officer-ca"]
    payload = certificate_payload(world, **changes)
    envelope = jws.sign(payload, [ca], thing="certificate", mode="live")
    value = given_by(world, officer, draft) | {"certificate": envelope.value}
    assert code_of(read, world, value, draft) == code


# ------------------------------------------------------------------ numbers and policies


def checked(world: World, values: list[Any], draft: Draft, *, late_allowed: bool = False) -> Any:
    return check_approvals(
        tuple(values), draft, world.registry, proved_at=T0, late_allowed=late_allowed
    )


def two(world: World, draft: Draft) -> list[Any]:
    return [
        given_by(world, world.officer(draft.author, "o1"), draft),
        given_by(world, world.officer(draft.author, "o2"), draft, "approver"),
    ]


def test_what_the_floor_asks_for_is_enough(world: World) -> None:
    draft = world.open()
    found = checked(world, two(world, draft), draft)
    assert [a.role for a in found.approvals] == ["author", "approver"]
    assert found.second_due_hours is None


def test_too_few_or_in_the_wrong_role_is_refused(world: World) -> None:
    draft = world.open()
    both = two(world, draft)
    twice_author = [both[0], given_by(world, world.officer(VN, "o2"), draft)]
    for values in ([], both[:1], both[1:], twice_author):
        assert code_of(checked, world, values, draft) == "approvals-missing"


def test_one_officer_or_one_key_counts_once(world: World) -> None:
    draft = world.open()
    first, second = two(world, draft)
    same_officer = given_by(world, world.officer(VN, "o1"), draft, "approver")
    assert code_of(checked, world, [first, same_officer], draft) == "approval-same-officer"
    other_key = world.officer(VN, "o1", private=key("second key"))
    doubled = [first, given_by(world, other_key, draft, "approver")]
    assert code_of(checked, world, doubled, draft) == "approval-same-officer"
    other_name = world.officer(VN, "o9", private=world.officer(VN, "o1").key)
    doubled = [first, given_by(world, other_name, draft, "approver")]
    assert code_of(checked, world, doubled, draft) == "approval-same-officer"
    assert code_of(checked, world, [first, second, first], draft) == "approval-same-officer"


def test_one_bad_approval_spoils_the_message_even_if_the_others_suffice(world: World) -> None:
    draft = world.open()
    bad = restated(world, draft, {"purpose": "x"}, world.officer(VN, "o3"))
    assert code_of(checked, world, [*two(world, draft), bad], draft) == "approval-detached"


def test_a_stricter_policy_of_the_sender_binds(world: World) -> None:
    draft = world.open()
    world.registry.policies[VN, draft.type] = Floor(author=1, approver=2)
    assert code_of(checked, world, two(world, draft), draft) == "approvals-missing"
    third = given_by(world, world.officer(VN, "o3"), draft, "approver")
    assert checked(world, [*two(world, draft), third], draft).second_due_hours is None
    world.registry.policies[VN, draft.type] = Floor()
    assert code_of(checked, world, [], draft) == "approvals-missing"


@settings(deadline=None)
@given(
    *(
        st.builds(
            Floor,
            author=st.integers(0, 2),
            approver=st.integers(0, 2),
            late_hours=st.none() | st.integers(1, 48),
        )
        for _ in range(2)
    )
)
def test_no_policy_is_laxer_than_the_floor(floor: Floor, policy: Floor) -> None:
    found = stricter(floor, policy)
    assert found.author >= max(floor.author, policy.author)
    assert found.approver >= max(floor.approver, policy.approver)
    if floor.late_hours is None or policy.late_hours is None:
        assert found.late_hours is None
    else:
        assert found.late_hours == min(floor.late_hours, policy.late_hours)
    assert stricter(floor, None) == floor


def sent(world: World, *, late: bool, **request: Any) -> tuple[Message, dict[str, Section]]:
    sections = sections_of("request.submitted", request=BODIES["request"] | request)
    draft = world.open(sections=sections)
    return world.sign(draft, world.approvals(draft, late=late)), sections


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        ({"measure": "preservation"}, True),
        ({"measure": "emergency"}, True),
        ({"measure": "stored-data", "urgency": "emergency"}, True),
        ({"measure": "stored-data", "urgency": "urgent"}, False),
        ({"measure": "search"}, False),
        ({"measure": "mla-other"}, False),
        ({"measure": "partial-disclosure"}, False),
    ],
)
def test_a_late_second_signature_is_for_preservation_and_emergencies_only(
    world: World, request_: dict[str, Any], allowed: bool
) -> None:
    message, sections = sent(world, late=True, **request_)
    found = accepted(world, message, sections)
    if allowed:
        assert found.approved.second_due_hours == 24
    else:
        assert found == "approvals-missing"


def test_a_policy_may_shorten_the_hours_or_forbid_lateness(world: World) -> None:
    message, sections = sent(world, late=True)
    world.registry.policies[VN, "request.submitted"] = Floor(author=1, approver=1, late_hours=6)
    assert accepted(world, message, sections).approved.second_due_hours == 6
    world.registry.policies[VN, "request.submitted"] = Floor(author=1, approver=1)
    assert accepted(world, message, sections) == "approvals-missing"
