"""Who confirmed a rule: two people, two keys, this very rule; everything else counts nothing."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.treaty import DAY, NOW, at, made, rule

from comity.canonical import ComityError, b64, encode
from comity.instruments import Library, judge, rule_digest
from comity.instruments.errors import ReviewError
from comity.instruments.reviews import (
    Review,
    Reviewer,
    Standing,
    parse_reviewers,
    read_review,
    sign_review,
    weigh,
)
from comity.keys import KeyFormatError, PrivateKey, SignatureInvalidError, jws
from comity.keys.jws import UnknownKeyError

LIBRARY = made(rule())
RULE = LIBRARY.instruments["made"].rules["R-1"]
CHANGED = made(rule(cite='["1", "1(2)"]'))


def key(name: str, alg: str = "Ed25519") -> PrivateKey:
    return PrivateKey.from_seed(hashlib.sha256(name.encode()).digest(), alg=alg)


ADA, BEN, EVE = key("ada"), key("ben", "ES256"), key("eve")
ADA_TOO = key("ada's second key")


def row(name: str, *keys: PrivateKey) -> str:
    jwks = ", ".join(
        "{" + ", ".join(f'{member} = "{text}"' for member, text in k.public.jwk.items()) + "}"
        for k in keys
    )
    return f'[[reviewer]]\nname = "{name}"\nfunction = "Legal adviser"\nkeys = [{jwks}]\n'


TRUST = row("Ada Example", ADA, ADA_TOO) + row("Ben Example", BEN)
REVIEWERS = parse_reviewers(TRUST.encode())


REVIEW = Review(
    instrument="made",
    rule="R-1",
    digest=rule_digest(RULE),
    name="Ada Example",
    function="Legal adviser",
    at=NOW,
)


def review(name: str = "Ada Example", **members: Any) -> Review:
    return replace(REVIEW, name=name, **members)


ADAS = sign_review(review(), ADA)
BENS = sign_review(review("Ben Example"), BEN)


def weighed(*files: bytes, library: Library = LIBRARY) -> Standing:
    named = {f"{number}.json": data for number, data in enumerate(files)}
    return weigh(library, named, REVIEWERS, at=NOW + DAY)


# ------------------------------------------------------------------ what counts


def test_two_people_with_two_keys_verify_a_rule() -> None:
    standing = weighed(ADAS, BENS)
    assert standing.verified == {RULE.digest}
    assert [found.name for found in standing.confirmed[RULE.digest]] == [
        "Ada Example",
        "Ben Example",
    ]
    assert not standing.outdated
    assert not standing.refused


def test_a_verified_rule_blocks() -> None:
    for files, outcome in [((ADAS, BENS), "not-sendable"), ((ADAS,), "not-judged")]:
        judgement = judge(
            LIBRARY,
            LIBRARY.instruments["made"],
            measure="stored-data",
            step="draft",
            facts=at(),
            verified=weighed(*files).verified,
        )
        assert judgement.outcome == outcome


@pytest.mark.parametrize(
    "files",
    [
        (),
        (ADAS,),
        (ADAS, ADAS),
        (ADAS, sign_review(review(at=NOW + timedelta(hours=1)), ADA)),
        (ADAS, sign_review(review(), ADA_TOO)),
        (ADAS, sign_review(review("ADA  example"), ADA_TOO)),
    ],
)
def test_one_person_is_not_two(files: tuple[bytes, ...]) -> None:
    assert not weighed(*files).verified


def test_a_changed_rule_is_unverified_again() -> None:
    standing = weighed(ADAS, BENS, library=CHANGED)
    assert not standing.verified
    assert {found.name for found in standing.outdated} == {"Ada Example", "Ben Example"}


@pytest.mark.parametrize(
    "members", [{"rule": "R-2"}, {"instrument": "other"}, {"digest": "sha256:" + "0" * 64}]
)
def test_a_review_of_what_is_not_there_counts_nothing(members: dict[str, object]) -> None:
    standing = weighed(ADAS, sign_review(review("Ben Example", **members), BEN))
    assert not standing.verified
    assert len(standing.outdated) == 1


def test_a_review_of_a_later_moment_does_not_count_yet() -> None:
    late = sign_review(review("Ben Example", at=NOW + 2 * DAY), BEN)
    assert not weighed(ADAS, late).verified
    files = {"a": ADAS, "b": late}
    assert weigh(LIBRARY, files, REVIEWERS, at=NOW + 2 * DAY).verified == {RULE.digest}


# ------------------------------------------------------------------ withdrawing


def withdrawal(moment: timedelta) -> bytes:
    return sign_review(review("Ben Example", at=NOW + moment, decision="withdrawn"), BEN)


@pytest.mark.parametrize("moment", [timedelta(), timedelta(seconds=1)])
def test_what_is_withdrawn_counts_no_more(moment: timedelta) -> None:
    for files in ((ADAS, BENS, withdrawal(moment)), (withdrawal(moment), BENS, ADAS)):
        assert not weighed(*files).verified


def test_what_is_confirmed_after_a_withdrawal_counts() -> None:
    assert weighed(ADAS, withdrawal(-timedelta(seconds=1)), BENS).verified


def test_nobody_withdraws_another_persons_word() -> None:
    eves = sign_review(review("Ben Example", at=NOW + DAY, decision="withdrawn"), ADA)
    standing = weighed(ADAS, BENS, eves)
    assert standing.verified
    assert isinstance(standing.refused["2.json"], ReviewError)


# ------------------------------------------------------------------ what is refused


def spoilt(data: bytes, **members: object) -> bytes:
    """Return a review whose statement was changed after it was signed."""
    envelope = json.loads(data)
    payload = json.loads(jws.parse(data).payload) | members
    return encode({**envelope, "payload": b64(encode(payload))})


def stated(value: object, thing: str = "review") -> bytes:
    return jws.sign(encode(value), [ADA], thing=thing, mode="live").record


STATEMENT = json.loads(jws.parse(ADAS).payload)

REFUSED: dict[str, tuple[bytes, type[ComityError]]] = {
    "no JWS": (b"confirmed", ComityError),
    "nothing": (b"", ComityError),
    "an unknown key": (sign_review(review("Eve Example"), EVE), UnknownKeyError),
    "a known name, an unknown key": (sign_review(review("Ben Example"), EVE), UnknownKeyError),
    "a known key, another's name": (sign_review(review("Ben Example"), ADA), ReviewError),
    "a rule put in afterwards": (spoilt(ADAS, rule="R-2"), SignatureInvalidError),
    "a name put in afterwards": (
        spoilt(ADAS, reviewer={"name": "Ben Example", "function": "x"}),
        SignatureInvalidError,
    ),
    "two signatures": (
        jws.sign(encode(STATEMENT), [ADA, BEN], thing="review", mode="live").record,
        ReviewError,
    ),
    "another thing": (stated(STATEMENT, "approval"), ComityError),
    "an exercise": (
        jws.sign(encode(STATEMENT), [ADA], thing="review", mode="exercise").record,
        ComityError,
    ),
    "another decision": (stated({**STATEMENT, "decision": "maybe"}), ReviewError),
    "a digest that is none": (stated({**STATEMENT, "rule_digest": "R-1"}), ComityError),
    "a moment that is none": (stated({**STATEMENT, "at": "today"}), ComityError),
    "an unknown member": (stated({**STATEMENT, "note": "x"}), ComityError),
    "no reviewer": (stated({**STATEMENT, "reviewer": {}}), ComityError),
    "an overlong function": (
        stated({**STATEMENT, "reviewer": {"name": "Ada Example", "function": "x" * 5000}}),
        ReviewError,
    ),
    "too many bytes": (ADAS + b" " * 70_000, ComityError),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_review_that_is_none_is_refused_and_harms_no_other(name: str) -> None:
    data, kind = REFUSED[name]
    with pytest.raises(kind):
        read_review(data, REVIEWERS)
    standing = weighed(data, BENS)
    assert not standing.verified
    assert list(standing.refused) == ["0.json"]
    assert weighed(ADAS, BENS, data).verified == {RULE.digest}


@given(st.integers(0, len(ADAS) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_a_review(place: int, change: int) -> None:
    data = bytearray(ADAS)
    data[place] ^= change
    with pytest.raises(ComityError):
        read_review(bytes(data), REVIEWERS)


# ------------------------------------------------------------------ the list of reviewers


def test_a_list_of_reviewers_names_people_and_keys() -> None:
    assert [(found.name, len(found.keys)) for found in REVIEWERS] == [
        ("Ada Example", 2),
        ("Ben Example", 1),
    ]
    assert isinstance(REVIEWERS[0], Reviewer)


PRIVATE = row("Ada", ADA).replace("{", '{d = "' + b64(bytes(32)) + '", ')


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", ComityError),
        ("reviewer = 7", ComityError),
        ("[[reviewer]", ReviewError),
        ("#" * 70_000, ReviewError),
        (row("Ada", ADA) + row("ADA", BEN), ReviewError),
        (row("Ada", ADA) + row("A\u200bda", BEN), ReviewError),  # what no eye sees is no difference
        (row("Ada", ADA) + row("\u2060Ada\u00ad", BEN), ReviewError),
        (row("Ada A", ADA) + row("Ada\u3000\uff21", BEN), ReviewError),
        (row("Ada", ADA) + row("Ben", ADA), ReviewError),
        (row("Ada", ADA, ADA), ReviewError),
        (row("Ada"), ReviewError),
        (row("", ADA), ReviewError),
        (row(" ", ADA), ReviewError),
        (row("\u200b", ADA), ReviewError),
        (row("Ada", ADA).replace("Legal adviser", " "), ReviewError),
        (row("Ada", ADA) + 'until = "never"\n', ComityError),
        (row("Ada", ADA).replace("Ed25519", "X25519"), KeyFormatError),
        (PRIVATE, KeyFormatError),
    ],
)
def test_a_list_that_is_none_is_refused(text: str, kind: type[ComityError]) -> None:
    with pytest.raises(kind):
        parse_reviewers(text.encode())
