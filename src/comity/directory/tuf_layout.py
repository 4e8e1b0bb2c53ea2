"""Which target of the TUF repository holds which record.

Source: spec/12-directory.md section 12.4.
"""

from comity.directory.directory import Directory
from comity.directory.entry import RESERVED_NAME, SignedEntry
from comity.directory.state_record import SignedState


def role_name(state: str) -> str:
    """Return the delegated role of a State, ``state-vn``."""
    return f"state-{state}"


def role_paths(state: str) -> list[str]:
    """Return the path patterns of a State's role; ``*`` does not cross a slash."""
    return [f"{state}/*", f"{state}/*/*"]


def target_path(signed: SignedState | SignedEntry) -> str:
    """Return the target path of a record."""
    if isinstance(signed, SignedState):
        return f"{signed.record.state}/{RESERVED_NAME}/{signed.record.version}.json"
    return f"{signed.entry.party}/{signed.entry.version}.json"


def held_targets(directory: Directory, state: str) -> dict[str, bytes]:
    """Return every target a State has in a directory, path to bytes; empty if it has none."""
    signed: list[SignedState | SignedEntry] = list(directory.state_records(state))
    for party in directory.parties():
        if party.startswith(f"{state}/"):
            signed += directory.versions(party)
    return {target_path(item): item.jws.record for item in signed}
