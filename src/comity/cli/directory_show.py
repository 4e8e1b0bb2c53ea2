"""A directory as people and programs read it."""

from datetime import datetime
from typing import Any

from comity.canonical import digest_text, time_text
from comity.cli.directory_common import spoken_line
from comity.directory import Directory, KeyRow, Reset
from comity.directory.tuf_client import root_name


def directory_facts(directory: Directory, *, now: datetime) -> dict[str, Any]:
    """Return everything a folder holds, as JSON values."""
    age = directory.age(now=now)
    return {
        "age_seconds": age.seconds,
        "mode": directory.mode,
        "old": age.old,
        "parties": [_party(directory, party, now) for party in directory.parties()],
        "resets": [_reset(reset) for reset in directory.resets],
        "root": None if directory.trust.root is None else root_name(directory.trust.root),
        "states": [_state(directory, state) for state in sorted(directory.states)],
    }


def directory_lines(directory: Directory, *, now: datetime) -> list[str]:
    """Return the same for people."""
    facts = directory_facts(directory, now=now)
    lines = [f"{facts['mode']} directory; {_age(facts)}"]
    if facts["root"]:
        lines += ["root of the secretariat:", spoken_line(facts["root"])]
    for reset in facts["resets"]:
        if reset["confirmed_at"] is None:
            lines.append(f"RESET PENDING for {reset['state']}: {reset['content']}")
            lines.append(f"  seen {reset['seen_at']}, may be confirmed from {reset['earliest']}")
    for state in facts["states"]:
        trusted = "pinned" if state["pinned"] else "admitted by the secretariat"
        lines.append(
            f"State {state['state']}: keys version {state['version']},"
            f" {state['threshold']} of {len(state['kids'])} sign, {trusted}"
        )
        lines += [line for kid in state["kids"] for line in (f"  {kid}", spoken_line(kid))]
    for party in facts["parties"]:
        reach = party["endpoint"]["url"] or party["endpoint"]["kind"]
        lines.append(f"{party['party']}: version {party['version']}, {reach}")
        old = "OLD: " if party["old"] else ""
        lines.append(f"  {old}issued {party['issued_at']}, expires {party['expires_at']}")
        lines += [f"  {_key_line(row)}" for row in party["keys"]]
    return lines


def _age(facts: dict[str, Any]) -> str:
    if facts["age_seconds"] is None:
        return "never refreshed: only what was put in by hand"
    hours, minutes = divmod(facts["age_seconds"] // 60, 60)
    days, hours = divmod(hours, 24)
    text = f"last refreshed {days} d {hours} h {minutes} min ago"
    return f"OLD, its validity is over: {text}" if facts["old"] else text


def _key_line(row: dict[str, Any]) -> str:
    text = f"{row['use']:<10} {row['kid']} {row['status']} until {row['not_after']}"
    if row["invalid_from"]:
        text += f", signatures not proved before {row['invalid_from']} do not count"
    return text


def _party(directory: Directory, party: str, now: datetime) -> dict[str, Any]:
    entry = directory.entry(party)
    return {
        "content": digest_text(entry.content),
        "endpoint": entry.endpoint.value(),
        "expires_at": time_text(entry.expires_at),
        "issued_at": time_text(entry.issued_at),
        "keys": [_row(row) for row in entry.keys],
        "origins": list(entry.origins),
        "editions": list(entry.editions),
        "old": directory.entry_is_old(party, now=now),
        "party": party,
        "version": entry.version,
        "versions_held": [signed.entry.version for signed in directory.versions(party)],
    }


def _row(row: KeyRow) -> dict[str, Any]:
    return {name: value for name, value in row.value().items() if name != "public"}


def _state(directory: Directory, state: str) -> dict[str, Any]:
    chain = directory.state_records(state)
    newest = chain[-1].record
    return {
        "kids": [key.kid for key in newest.key_set.keys],
        "pinned": state in directory.trust.delegations,
        "state": state,
        "threshold": newest.key_set.threshold,
        "version": newest.version,
        "versions": [
            {
                "content": digest_text(signed.record.content),
                "issued_at": time_text(signed.record.issued_at),
                "version": signed.record.version,
            }
            for signed in chain
        ],
    }


def _reset(reset: Reset) -> dict[str, Any]:
    confirmed = reset.confirmed_at
    return {
        "confirmed_at": None if confirmed is None else time_text(confirmed),
        "confirmed_by": reset.confirmed_by,
        "content": digest_text(reset.content),
        "earliest": time_text(reset.earliest),
        "seen_at": time_text(reset.seen_at),
        "state": reset.state,
        "version": reset.signed.record.version,
    }
