"""Step 3 of a verdict: the keys are whose they are said to be."""

from typing import Final

from comity.bundle import layout
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleDirectoryError, BundleNameError
from comity.bundle.layout import Kind
from comity.bundle.verdict import Finding, Notes
from comity.canonical import state_of
from comity.canonical.amounts import counted
from comity.directory.errors import ModeMismatchError, PartyUnknownError, StateUnpinnedError

_NO_STATES: Final = frozenset({"un"})
"""Whose keys are in the directory as those of a State are: a secretariat's."""


def trust(bundle: Bundle, notes: Notes) -> str:
    """Check State records and entries against the trust file's pins."""
    statement = bundle.statement
    if bundle.trust is not None and statement is not None and statement.mode != bundle.trust.mode:
        notes.fail(
            ModeMismatchError(f"the bundle is {statement.mode}, the trust file {bundle.mode}"),
            layout.STATEMENT,
        )
    known = bundle.known
    found = [Finding(e.code, p, str(e)) for p, e in bundle.faults_of(Kind.STATE, Kind.ENTRY)]
    found += [Finding(code, path, reason) for path, code, reason in known.faults]
    notes.findings += sorted(found, key=_causes_first)
    for path, (name, version) in known.names.items():
        is_entry = "/" in name
        due = layout.entry_path(name, version) if is_entry else layout.state_path(name, version)
        if path != due:
            notes.fail(BundleNameError(f"by its content it stands at {due}"), path)
    for party in sorted(_wanted(bundle)):
        if not known.directory.has(party):
            notes.fail(PartyUnknownError(f"no entry of {party} stands"), layout.STATEMENT)
    if known.directory.pending_resets():
        notes.fail(BundleDirectoryError("a State's keys were reset"), layout.STATEMENT)
    for party in sorted(known.directory.entries):
        word: Word = "proved" if bundle.pinned(party) else "attested"
        notes.claim("party-keys", word, state_of(party), party=party)
    notes.claim("directory-current", "unknown", bundle.exporter)
    states = len(known.directory.states.keys() - _NO_STATES)
    parties = sum(state_of(one) not in _NO_STATES for one in known.directory.entries)
    secretariats = len(known.directory.states.keys() & _NO_STATES)
    notes.looked_at.update(parties=parties, states=states, secretariats=secretariats)
    return f"{counted(parties, 'party', 'parties')} of {counted(states, 'State')}"


def _causes_first(finding: Finding) -> tuple[int, str]:
    """Return a key by which keys unlike those pinned come before whatever hangs on them."""
    if finding.code != StateUnpinnedError.code:
        return 2, finding.path
    return 0 if layout.kind_of(finding.path) is Kind.STATE else 1, finding.path


def _wanted(bundle: Bundle) -> set[str]:
    """Return the parties without whose keys nothing can be judged."""
    wanted = {party for m in bundle.messages.values() for party in m.draft.members}
    if bundle.statement is not None:
        wanted.add(bundle.statement.exporter)
    return wanted
