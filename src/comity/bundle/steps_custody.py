"""Step 9 of a verdict: the custody chains are whole, and those that were handed over."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from comity.bundle import layout
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleCustodyError, BundleHeadError
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.canonical import digest_text, time_text
from comity.evidence.custody import Event, Head, parse_head, verify_values

TAKEN: Final = ("received", "returned")
"""The events by which a party has an exhibit from another."""


def custody(bundle: Bundle, notes: Notes) -> str:
    """Check each exhibit's chain, up to its stated head and every head that was handed over."""
    statement = bundle.statement
    heads = statement.custody if statement is not None else {}
    found = bundle.chains
    chains = _chains(bundle, notes, heads)
    for exhibit in sorted(heads.keys() - chains.keys()):
        path = layout.custody_path(exhibit)
        if path not in found and path not in bundle.faults:
            notes.fail(BundleCustodyError("a head is stated, and the chain is not there"), path)
    signed: dict[tuple[str, str], int] = {}
    due = _withheld(bundle, notes) | _offered(bundle)
    for path, party, exhibit, head in _handed_over(bundle, notes):
        if exhibit in chains:
            with notes.guard(layout.custody_path(exhibit)):
                _check_handed_over(chains[exhibit], head, path)
                signed[exhibit, party] = max(head.count, signed.get((exhibit, party), 0))
        else:
            due.setdefault(exhibit, "a message hands it over")
    for exhibit, why in sorted(due.items()):
        if layout.custody_path(exhibit) not in found:
            _missing(bundle, notes, exhibit, why)
    for exhibit, events in chains.items():
        _claim_events(bundle, notes, exhibit, events, signed)
    events_here = sum(map(len, chains.values()))
    notes.looked_at.update(chains=len(chains), events=events_here)
    if not chains and not heads and not notes.claims:
        notes.claimed = False
        return "nothing is claimed: no message here hands over an exhibit"
    return f"custody chains: {len(chains)}; events: {events_here}"


def _chains(
    bundle: Bundle, notes: Notes, heads: Mapping[str, Head]
) -> dict[str, tuple[Event, ...]]:
    """Return exhibit -> chain that is whole in itself; check each against its stated head."""
    chains: dict[str, tuple[Event, ...]] = {}
    for path, error in bundle.faults_of(Kind.CUSTODY):
        notes.fail(error, path)
    for path, values in bundle.chains.items():
        exhibit = layout.parts(path)["exhibit"]
        with notes.guard(path):
            events, head = verify_values(values)
            chains[exhibit] = events
            _check_exhibit(events, exhibit)
            if heads.get(exhibit) != head:
                raise BundleHeadError(f"the chain ends at event {head.count}, not as stated")
    return chains


def _claim_events(
    bundle: Bundle,
    notes: Notes,
    exhibit: str,
    events: tuple[Event, ...],
    signed: Mapping[tuple[str, str], int],
) -> None:
    """Claim each event: by whoever wrote it; unknown if no message of that party hands it over.

    A hand-over is proved where both signed: the party that gave and the one that took.

    Args:
        bundle: for its exporter.
        notes: of step 9.
        exhibit: whose chain this is.
        events: the chain.
        signed: (exhibit, party) -> how many events that party's own messages hand over.
    """
    for event in events:
        facts: dict[str, str | int] = {
            "at": time_text(event.at),
            "event": event.event,
            "exhibit": exhibit,
            "number": event.number,
            "officer": event.by,
            "party": event.party,
            "roles": _roles(bundle, event),
        }
        covered = event.number <= signed.get((exhibit, event.party), 0)
        if covered or event.party == bundle.exporter:
            notes.claim("custody-event", "attested", event.party, told=facts)
        else:
            notes.claim("custody-event", "unknown", bundle.exporter, told=facts)
    for before, after in pairwise(events):
        both = {before.party, after.party}
        if len(both) == 1 or after.event not in TAKEN:
            continue
        taken = all(one.number <= signed.get((exhibit, one.party), 0) for one in (before, after))
        word: Word = "proved" if taken and all(map(bundle.pinned, both)) else "attested"
        by = both if taken else {bundle.exporter}
        notes.claim("hand-over", word, *by, exhibit=exhibit, number=after.number)


def _roles(bundle: Bundle, event: Event) -> str:
    """Return the roles that the officer's certificate gives, with blanks between; or nothing.

    An event names the certificate; it stands in a bundle only if the officer approved a message.
    """
    if event.certificate is None:
        return ""
    found = bundle.officers.get(digest_text(event.certificate))
    if found is None or (found.party, found.officer) != (event.party, event.by):
        return ""
    return " ".join(sorted(found.roles))


def _check_exhibit(events: tuple[Event, ...], exhibit: str) -> None:
    if not events or events[0].exhibit != exhibit:
        raise BundleCustodyError("a chain of another exhibit, or of none")


def _withheld(bundle: Bundle, notes: Notes) -> dict[str, str]:
    """Return exhibit -> why its chain is due: it is withheld; tell of withheld hand-overs."""
    found = {}
    for path in bundle.withheld:
        kind, part = layout.kind_of(path), layout.parts(path)
        if kind is Kind.CUSTODY:
            found[part["exhibit"]] = "it is listed as withheld"
        elif kind is Kind.SECTION and part["name"] == "custody":
            notes.claim("hand-over", "unknown", path=path)
    return found


def _offered(bundle: Bundle) -> dict[str, str]:
    """Return exhibit -> why its chain is due: a message that counts offers it."""
    found = {}
    for message in bundle.counted.values():
        offer = bundle.offers.get(layout.section_path(message.content, "offer"))
        if offer is not None:
            found[offer.exhibit] = "a message offers the exhibit"
    return found


def _missing(bundle: Bundle, notes: Notes, exhibit: str, why: str) -> None:
    path = layout.custody_path(exhibit)
    reason = bundle.withheld.get(path)
    if reason is None:
        notes.fail(BundleCustodyError(f"{why}, and it is not there"), path)
    else:
        notes.claim("evidence-withheld", "unknown", bundle.exporter, path=path, told=reason.facts())


def _handed_over(bundle: Bundle, notes: Notes) -> Iterator[tuple[str, str, str, Head]]:
    """Yield (path of the section, party, exhibit, head) of every hand-over in the messages."""
    for message in bundle.counted.values():
        section = bundle.sections_of(message).get("custody")
        if section is None or "custody" not in message.draft.body:
            continue
        path = layout.section_path(message.content, "custody")
        with notes.guard(path):
            value = section.value
            if not isinstance(value, dict) or not isinstance(value.get("exhibit"), str):
                raise BundleCustodyError("a hand-over names its exhibit")
            head = parse_head({name: value.get(name) for name in ("count", "digest")})
            yield path, message.draft.author, value["exhibit"], head


def _check_handed_over(events: tuple[Event, ...], head: Head, path: str) -> None:
    if head.count > len(events) or events[head.count - 1].digest() != head.digest:
        raise BundleCustodyError(f"not the chain that {path} hands over")
