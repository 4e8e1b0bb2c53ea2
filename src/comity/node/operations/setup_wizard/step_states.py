"""How far a set-up is, computed from what is there: one place for the list of steps and Finish.

A step that was passed can be opened. It is done only if what it makes is there; what was put off,
or is not there any more, is later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import state_of
from comity.directory.store import DirectoryStore
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig, load_config
from comity.node.duty import roster_store
from comity.node.messages.officer_ca import on_the_list, stored_certificates
from comity.node.messages.officer_signing import signing
from comity.node.operations.selftest import backup_folder_trial
from comity.node.operations.setup_wizard.entry_revision import differing_parts, signed_entry
from comity.node.operations.setup_wizard.progress import LEAST_ADMINISTRATORS, STEPS, Progress
from comity.node.operations.setup_wizard.roster_standing import duty_standing
from comity.node.people.access.staff import administrators

DONE: Final = "done"
LATER: Final = "later"
_ALWAYS: Final = frozenset({"office", "keys"})
"""Done once the node is made."""


@dataclass(frozen=True)
class Standing:
    """How far a set-up is.

    Attributes:
        passed: steps that the person went through.
        made: steps of which what they make is there.
    """

    passed: frozenset[str]
    made: frozenset[str]

    @property
    def due(self) -> str:
        """Return the first step that was not passed."""
        return next((step for step in STEPS if step not in self.passed), STEPS[-1])

    @property
    def done(self) -> list[str]:
        """Return the steps that are done, in order."""
        return [step for step in STEPS if self.word(step) == DONE]

    def word(self, step: str) -> str:
        """Return ``done``, ``later``, or nothing for a step that was not passed."""
        if step not in self.passed:
            return ""
        return DONE if step in self.made else LATER


def standing_of(progress: Progress) -> Standing:
    """Return how far a set-up is."""
    said = progress.read()
    if not (progress.folder / "node.toml").is_file():
        passed = frozenset(said) & {"office"}
        return Standing(passed, passed)
    made = _made(load_config(progress.folder), said)
    passed = (frozenset(said) | _ALWAYS) - {"finish"}
    for step, where in (("people", said), ("officer-ca", said.get("officer-ca", {}))):
        if step not in made and "later" not in where:
            passed -= {step}  # nobody decided to continue without what this step makes
    return Standing(passed, made)


def _made(found: NodeConfig, said: Mapping[str, Any]) -> frozenset[str]:
    """Return the steps of which what they make is there."""
    directory = DirectoryStore.open(found.directory).load()
    entry = signed_entry(found)
    signs = signing(directory, found.party, stored_certificates(), at=now())
    facts = {
        "officer-ca": bool(on_the_list(found)),
        "declarations": "declarations" in said,
        "entry": entry is not None and not differing_parts(found, said, entry),
        "partners": bool(partner_states(found)),
        "people": len(administrators()) >= LEAST_ADMINISTRATORS,
        "officers": not signs.lacking,
        "roster": duty_standing(roster_store.roster()).is_whole,
        "ceremony": is_backed_up(said, backup_folder_trial(found).word),
        **{step: "at" in said.get(step, {}) for step in ("self-test", "echo")},
    }
    return _ALWAYS | {step for step, there in facts.items() if there}


def is_backed_up(said: Mapping[str, Any], word: str) -> bool:
    """Tell whether the paper is signed and a whole backup is in the folder now.

    Args:
        said: what the set-up was told.
        word: of the trial of the folder of backups.
    """
    return "at" in said.get("ceremony", {}) and word == "proved"


def partner_states(found: NodeConfig) -> list[str]:
    """Return the States that are trusted here, without the office's own."""
    held = DirectoryStore.open(found.directory).load()
    return sorted((held.trust.delegations.keys() | held.states.keys()) - {state_of(found.party)})
