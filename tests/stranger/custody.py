"""Chains of custody: one counted list of events for each exhibit (spec 15.4)."""

import re
from typing import Any

from tests.stranger.tables import SPEC
from tests.stranger.values import (
    DIGEST,
    PARTY,
    UUID7,
    RefusedError,
    demand,
    digest_text,
    encode,
    members,
    time_of,
)

EVENT = (
    "at attested by certificate digest_after digest_before event exhibit number party place "
    "previous protocol reason related"
)
HEAD = "count digest events exhibit"
EVENTS = set(
    re.findall(
        r"^\| `([a-z-]+)` \|",
        (SPEC / "registry" / "names.md").read_text("utf-8").split("## Custody events")[1],
        re.MULTILINE,
    )
)
NAMES_ANOTHER = {"derived", "extracted", "copied"}
ATTESTED = {"acquired", "derived", "destroyed"}
HAND_OVERS = {
    "evidence.offered": "offered",
    "evidence.received": "received",
    "evidence.returned": "returned",
    "evidence.destroyed": "destroyed",
}


def event_digest(event: dict[str, Any]) -> str:
    """Return the digest that the next event names."""
    return digest_text("custody", encode(event))


def _text(value: Any, most: int, least: int = 0) -> bool:
    return isinstance(value, str) and least <= len(value) <= most


def check_event(event: Any, exhibit: str) -> None:
    """Refuse what is no event of an exhibit."""
    code = "custody-event"
    try:
        members(event, EVENT)
        time_of(event["at"])
    except RefusedError as fault:
        raise RefusedError(code, fault.code) from fault
    texts = [event[name] for name in ("certificate", "digest_after", "digest_before", "previous")]
    digests = all(
        text is None or (isinstance(text, str) and DIGEST.fullmatch(text)) for text in texts
    )
    place = event["place"] is None or _text(event["place"], 200)
    good = (
        event["protocol"] == "comity/1",
        event["event"] in EVENTS,
        event["exhibit"] == exhibit and UUID7.fullmatch(str(exhibit)),
        type(event["attested"]) is bool,
        type(event["number"]) is int and event["number"] >= 1,
        isinstance(event["party"], str) and PARTY.fullmatch(event["party"]),
        digests,
        place and _text(event["by"], 200, 1) and _text(event["reason"], 4000, 1),
    )
    demand(all(good), code, str(good))
    demand((event["number"] == 1) == (event["previous"] is None), code, "previous")
    _related(event, code)
    demand(event["attested"] or event["event"] not in ATTESTED, "custody-rule", "not attested")


def _related(event: dict[str, Any], code: str) -> None:
    related, kind = event["related"], event["event"]
    if related is None:
        demand(kind not in NAMES_ANOTHER, code, "it names no other exhibit")
        return
    demand(kind in NAMES_ANOTHER | {"redacted"}, code, "it names another exhibit")
    demand(isinstance(related, dict) and set(related) == {"exhibit", "name"}, code, "related")
    other, name = related["exhibit"], related["name"]
    demand(isinstance(other, str) and UUID7.fullmatch(other), code, "related")
    demand(other != event["exhibit"] and (name is None or _text(name, 4000)), code, "related")


def check_chain(chain: list[Any], exhibit: str) -> None:
    """Check a chain from its first event on."""
    for event in chain:
        check_event(event, exhibit)
    for place, event in enumerate(chain, 1):
        number = event["number"]
        demand(number >= place, "custody-order", "a number comes twice or too late")
        later = any(other["number"] == place for other in chain[place:])
        demand(number == place, "custody-order" if later else "custody-missing", str(number))
        if place > 1:
            named = event["previous"] == event_digest(chain[place - 2])
            others = {event_digest(other) for other in chain}
            known = event["previous"] in others
            demand(named, "custody-order" if known else "custody-altered", str(number))
    _rules(chain)


def _rules(chain: list[dict[str, Any]]) -> None:
    code, held, over, latest = "custody-rule", False, False, dict[str, str]()
    for event in chain:
        kind, party = event["event"], event["party"]
        demand(not over, code, "an event after destruction")
        demand(event["at"] >= latest.get(party, ""), code, "back in time")
        demand(not (held and kind == "destroyed"), code, "destroyed under a legal hold")
        latest[party] = event["at"]
        held = kind == "held" or (held and kind != "hold-lifted")
        over = kind == "destroyed"


def head_of(chain: list[dict[str, Any]]) -> dict[str, Any]:
    """Return count and digest of a chain."""
    return {"count": len(chain), "digest": event_digest(chain[-1]) if chain else None}


def read_head(head: Any) -> None:
    """Refuse what is no count and digest of a chain."""
    code = "custody-event"
    try:
        members(head, "count digest")
    except RefusedError as fault:
        raise RefusedError(code, "a head") from fault
    count, digest = head["count"], head["digest"]
    demand(type(count) is int and count >= 0 and (count == 0) == (digest is None), code)
    demand(digest is None or DIGEST.fullmatch(str(digest)), code, "a head")


def check_head(chain: list[dict[str, Any]], count: int, digest: str | None) -> None:
    """Refuse a chain that does not reach a head that was handed over."""
    demand(len(chain) >= count, "custody-missing", "the last event")
    if count:
        demand(event_digest(chain[count - 1]) == digest, "custody-altered", str(count))


def check_handover(given: dict[str, Any]) -> None:
    """Check a chain that a message hands over, as its receiver does (spec 15.4)."""
    code, chain, author = "custody-handover", given["chain"], given["author"]
    check_chain(chain, chain[0]["exhibit"])
    last, known = chain[-1], chain[: given["known"]]
    said = (last["event"], last["party"]) == (HAND_OVERS[given["type"]], author)
    demand(said, code, "the last event is not the message")
    others = set(given["members"]) - {author}
    new = chain[given["known"] :]
    demand(all(event["party"] not in others for event in new), code, "told for another")
    demand(not known or _may_go_on(known, author), code, "not the author's to continue")


def _may_go_on(chain: list[dict[str, Any]], party: str) -> bool:
    """Tell whether a party may go on with a chain: it is its writer, or repeats a hand-over."""
    handed = [event for event in chain if event["event"] in HAND_OVERS.values()]
    if not handed:
        return bool(chain[0]["party"] == party)
    stays = handed[-1]["event"] in ("received", "destroyed")
    writes = (handed[-1]["party"] == party) == stays
    return writes or (chain[-1] is handed[-1] and chain[-1]["party"] == party)
