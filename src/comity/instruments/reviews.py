"""Who confirmed a rule: signed statements, and when they make it verified.

A rule is verified when two people confirmed it, each with a key of their own, exactly as it
stands. A changed rule is another rule; a person with two keys is one person.

Source: docs/reference/instruments.md, "Reviews".
"""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, cast

from comity.canonical import (
    ComityError,
    PeerError,
    decode,
    encode,
    members,
    parse_digest,
    parse_time,
    time_text,
)
from comity.instruments.errors import ReviewError
from comity.instruments.facts import is_seen
from comity.instruments.identifiers.text import text_notices
from comity.instruments.library import MAX_TEXT, Library
from comity.instruments.model import Instrument, Rule
from comity.instruments.toml import parse_toml
from comity.keys import PrivateKey, PublicKey, jws

type Decision = Literal["confirmed", "withdrawn"]

DECISIONS: Final = ("confirmed", "withdrawn")
PEOPLE: Final = 2
MAX_BYTES: Final = 64 * 1024
_MAX_REVIEWERS: Final = 1000
_MEMBERS: Final = {
    "at": str,
    "decision": str,
    "instrument": str,
    "reviewer": dict,
    "rule": str,
    "rule_digest": str,
}


@dataclass(frozen=True)
class Reviewer:
    """A person whom the office trusts to read the law.

    Attributes:
        name, function: as the list of reviewers writes them.
        keys: kid to key.
    """

    name: str
    function: str
    keys: Mapping[str, PublicKey]

    @cached_property
    def person(self) -> str:
        """The name without its spelling: spaces, case and forms of letters do not matter."""
        return _person(self.name)


@dataclass(frozen=True, kw_only=True)
class Review:
    """What one person stated of one edition of a rule.

    Attributes:
        digest: of the rule (`model.rule_digest`).
        at: when they say they did, aware UTC; proved by nothing.
    """

    instrument: str
    rule: str
    digest: str
    name: str
    function: str
    at: datetime
    decision: Decision = "confirmed"


@dataclass(frozen=True)
class Standing:
    """What a set of reviews amounts to.

    Attributes:
        confirmed: rule digest to the reviews that count for it, one for each person.
        outdated: reviews of another edition of their rule, or of a rule that is not there.
        refused: file to the error that kept it from counting.
    """

    confirmed: Mapping[str, tuple[Review, ...]]
    outdated: tuple[Review, ...]
    refused: Mapping[str, ComityError]

    @cached_property
    def verified(self) -> frozenset[str]:
        """The digests of the rules that two people confirmed."""
        return frozenset(d for d, reviews in self.confirmed.items() if len(reviews) >= PEOPLE)


def parse_reviewers(data: bytes) -> tuple[Reviewer, ...]:
    """Return the reviewers of a trust list in TOML: ``[[reviewer]]`` name, function, keys (JWK).

    Raises:
        ReviewError: no such list, a person twice, or a key of two people.
        KeyFormatError: a key that is none.
    """
    if len(data) > MAX_BYTES:
        raise ReviewError(f"a list of reviewers has at most {MAX_BYTES} bytes")
    try:
        table = parse_toml(data)
    except ValueError as fault:
        raise ReviewError(f"the list of reviewers is no TOML: {fault}") from fault
    rows = members(table, {"reviewer": list})["reviewer"]
    if len(rows) > _MAX_REVIEWERS:
        raise ReviewError(f"at most {_MAX_REVIEWERS} reviewers")
    found = tuple(_reviewer(row) for row in rows)
    kids = [kid for reviewer in found for kid in reviewer.keys]
    if len({reviewer.person for reviewer in found}) != len(found):
        raise ReviewError("the list of reviewers names a person twice")
    if len(set(kids)) != len(kids):
        raise ReviewError("the list of reviewers gives a key to two people")
    return found


def _reviewer(row: object) -> Reviewer:
    fields = members(row, {"function": str, "keys": list, "name": str})
    keys = [PublicKey.from_jwk(value) for value in fields["keys"]]
    if not keys or len({key.kid for key in keys}) != len(keys):
        raise ReviewError("a reviewer has keys, each once")
    reviewer = Reviewer(fields["name"], fields["function"], {key.kid: key for key in keys})
    if not reviewer.person or not any(map(is_seen, reviewer.function)):
        raise ReviewError("a reviewer has a name and a function")
    return reviewer


def sign_review(review: Review, key: PrivateKey) -> bytes:
    """Return the bytes of a review signed by its author's key: a JWS of thing ``review``.

    Source: spec/05-keys-and-signatures.md.
    """
    payload = {
        "at": time_text(review.at),
        "decision": review.decision,
        "instrument": review.instrument,
        "reviewer": {"function": review.function, "name": review.name},
        "rule": review.rule,
        "rule_digest": review.digest,
    }
    return jws.sign(encode(payload), [key], thing="review", mode="live").record


def read_review(data: bytes, reviewers: tuple[Reviewer, ...]) -> Review:
    """Return the review of untrusted bytes, once its author is found to have signed it.

    Raises:
        ReviewError: not one signature, a malformed statement, or another person's name.
        UnknownKeyError: signed by nobody on the list.
        SignatureInvalidError: the signature does not fit.
        PeerError: other bytes.
    """
    envelope = jws.parse(data, max_bytes=MAX_BYTES)
    if len(envelope.signatures) != 1:
        raise ReviewError("a review bears one signature")
    keys = {kid: key for reviewer in reviewers for kid, key in reviewer.keys.items()}
    (kid,) = jws.verify(envelope, keys, thing="review", mode="live")
    review = _statement(decode(envelope.payload, max_bytes=MAX_BYTES))
    signer = next(reviewer for reviewer in reviewers if kid in reviewer.keys)
    if _person(review.name) != signer.person:
        raise ReviewError("the review bears another name than its key's")
    return review


def _statement(value: object) -> Review:
    fields: dict[str, Any] = members(value, _MEMBERS)
    who = members(fields["reviewer"], {"function": str, "name": str})
    if fields["decision"] not in DECISIONS:
        raise ReviewError(f"a decision is one of: {', '.join(DECISIONS)}")
    parse_digest(fields["rule_digest"])
    if max(map(len, (who["name"], who["function"]))) > MAX_TEXT:
        raise ReviewError("a name is too long")
    return Review(
        instrument=fields["instrument"],
        rule=fields["rule"],
        digest=fields["rule_digest"],
        name=who["name"],
        function=who["function"],
        at=parse_time(fields["at"]),
        decision=cast("Decision", fields["decision"]),
    )


def weigh(
    library: Library,
    files: Mapping[str, bytes],
    reviewers: tuple[Reviewer, ...],
    *,
    at: datetime,
) -> Standing:
    """Return what the reviews amount to at a moment.

    Of one person's statements on a rule the latest counts; of two of one moment, the withdrawal.

    Args:
        library: whose rules.
        files: name to untrusted bytes of one review each; a bad one is told, and counts nothing.
        reviewers: whose word counts.
        at: statements of later moments do not count yet.
    """
    refused: dict[str, ComityError] = {}
    latest: dict[tuple[str, str], Review] = {}
    outdated: list[Review] = []
    for name, data in sorted(files.items()):
        try:
            review = read_review(data, reviewers)
        except PeerError as fault:
            refused[name] = fault
            continue
        rule = _rule(library, review)
        if rule is None or rule.digest != review.digest:
            outdated.append(review)
        elif review.at <= at:
            place = (review.digest, _person(review.name))
            latest[place] = max(latest.get(place, review), review, key=_order)
    confirmed: dict[str, tuple[Review, ...]] = {}
    for (digest, _), review in sorted(latest.items()):
        if review.decision == "confirmed":
            confirmed[digest] = (*confirmed.get(digest, ()), review)
    return Standing(confirmed, tuple(outdated), refused)


def _order(review: Review) -> tuple[datetime, bool]:
    return review.at, review.decision == "withdrawn"


def _rule(library: Library, review: Review) -> Rule | None:
    instrument = library.instruments.get(review.instrument)
    return instrument.rules.get(review.rule) if instrument else None


def _person(name: str) -> str:
    """Return the name without what the eye does not tell apart in one script."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(c for c in folded if is_seen(c) or c.isspace()).split())


# What in a file of facts contradicts itself, or cannot be what somebody meant; no rule says so.


OFFENCE: Final = "case.offence"
SCOPE: Final = "case.scope"
REMARKS: Final = (
    "offence-unknown",
    "offence-outside",
    "ends-before-it-begins",
    "below-zero",
    "text-hidden",
    "text-lookalike",
)
"""Every code of a remark."""


@dataclass(frozen=True)
class Remark:
    """One fact that deserves a second look.

    Attributes:
        code: one of REMARKS.
        fact: which, by its dotted name.
        other: the fact it contradicts, or the key that may have been meant; else empty.
    """

    code: str
    fact: str
    other: str = ""


def remarks(
    library: Library, instrument: Instrument, facts: Mapping[str, Any]
) -> tuple[Remark, ...]:
    """Return what deserves a second look, sorted by fact.

    Args:
        library: whose instruments say which offences there are.
        instrument: by which the facts are judged.
        facts: checked, by dotted name.
    """
    found = [*_offence(library, instrument, facts)]
    for fact, value in facts.items():
        found += _fact(fact, value, facts)
    return tuple(sorted(found, key=lambda remark: (remark.fact, remark.code)))


def _offence(
    library: Library, instrument: Instrument, facts: Mapping[str, Any]
) -> Iterator[Remark]:
    offence = facts.get(OFFENCE)
    if offence is None:
        return
    known = {key for one in library.instruments.values() for key in one.offences}
    if offence not in known:
        closest = difflib.get_close_matches(offence, sorted(known), n=1)
        yield Remark("offence-unknown", OFFENCE, "".join(closest))
    elif offence in instrument.offences and facts.get(SCOPE) == "other":
        yield Remark("offence-outside", OFFENCE, SCOPE)


def _fact(fact: str, value: object, facts: Mapping[str, Any]) -> Iterator[Remark]:
    if isinstance(value, str):
        for code in text_notices(value.replace("\n", " ").replace("\t", " ")):
            yield Remark(code, fact)
    elif isinstance(value, datetime):
        other = fact.removesuffix("start") + "end"
        end = facts.get(other) if fact.endswith("start") else None
        if isinstance(end, datetime) and end < value:
            yield Remark("ends-before-it-begins", other, fact)
    elif isinstance(value, int | float) and value < 0:
        yield Remark("below-zero", fact)
