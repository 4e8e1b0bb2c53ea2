"""Moments that parties claim, and whether they can be true together (C-16-48 and C-16-49)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.stranger.bundle import Case
from tests.stranger.claims import Claim, contradicted, conversations, disputed, seen_by
from tests.stranger.values import time_of

SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Moment:
    """A moment: which claim, who claims it, when, and a name for it."""

    claim: str
    party: str
    at: datetime
    name: str


def moments_of(case: Case) -> tuple[dict[str, Moment], dict[str, set[str]]]:
    """Return every moment, and which others are in the past of each."""
    found, pasts = dict[str, Moment](), dict[str, set[str]]()
    answers: dict[str, str] = {}
    for told in case.told:
        name, at = f"receipt {told.content}", time_of(told.value["received_at"])
        found[name] = Moment("received-at", told.value["to"], at, name)
        answers[told.content] = name
        pasts[name] = {told.value["content"]}
    for said in conversations(case).values():
        for one in said:
            at = time_of(one.value["sent_at"])
            found[one.content] = Moment("sent-at", one.author, at, one.content)
            heard = {name for row in one.value["heard"].values() for name in row["receipts"]}
            pasts[one.content] = seen_by(one, said) | {answers[n] for n in heard if n in answers}
    exported = "export"
    at = time_of(case.statement["exported_at"])
    pasts[exported] = set(found)
    found[exported] = Moment("exported-at", case.exporter, at, exported)
    return found, {name: _closed(name, pasts) & set(found) for name in found}


def _closed(name: str, pasts: dict[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        for earlier in pasts.get(waiting.pop(), ()):
            if earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return found - {name}


def odd_moments(case: Case) -> list[Claim]:
    """Return the moments that are disputed, or by which a party contradicts itself.

    A moment of a message is held against those of messages alone; all others against every moment.
    What the exporter says and nobody else has seen or heard disputes nobody else's moment.
    """
    found = []
    moments, pasts = moments_of(case)
    vouched = {
        name
        for later, past in pasts.items()
        if moments[later].party[:2] != case.exporter[:2]
        for name in past
    }
    idle = {one.content for one in case.said if not case.in_effect(one)}
    for name, own in moments.items():
        if name in idle:
            continue
        before = [moments[other] for other in pasts[name]]
        after = [
            moments[later]
            for later, past in pasts.items()
            if name in past and (moments[later].party[:2] != case.exporter[:2] or later in vouched)
        ]
        foreign = [
            [one for one in side if one.party[:2] != own.party[:2] and _compares(own, one)]
            for side in (before, after)
        ]
        latest = max(foreign[0], key=lambda one: one.at, default=own)
        earliest = min(foreign[1], key=lambda one: one.at, default=own)
        if latest.at > own.at + SLACK:
            found.append(disputed(own.claim, own.party, latest.party, name))
        elif own.at > earliest.at + SLACK:
            found.append(disputed(own.claim, own.party, earliest.party, name))
    exported = moments["export"]
    for name in pasts["export"]:
        own = moments[name]
        if own.party == case.exporter and own.at > exported.at + SLACK:
            found.append(contradicted("exported-at", case.exporter, "export"))
    return found + _own_receipts(case)


def _compares(own: Moment, other: Moment) -> bool:
    return own.claim != "sent-at" or other.claim == "sent-at"


def _own_receipts(case: Case) -> list[Claim]:
    """Receipts dated after an own message that has seen the message received (C-16-49)."""
    found = []
    for said in conversations(case).values():
        for one in said:
            seen, sent = seen_by(one, said), time_of(one.value["sent_at"])
            for told in case.told:
                late = time_of(told.value["received_at"]) > sent + SLACK
                own = told.value["to"] == one.author and told.value["content"] in seen
                if own and late:
                    name = f"receipt {told.content}"
                    found.append(contradicted("received-at", one.author, name))
    return found
