"""The ways in which an exercise does not hold; facts ``file`` and ``key`` name the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.canonical.errors import MisuseError, PeerError
from comity.instruments.words import ENGLISH


class DrillError(PeerError, code="drill-malformed"):
    """A file of a scenario breaks the format; facts ``file`` and ``key`` name the place."""


class DrillFileError(DrillError, code="drill-file"):
    """A scenario's file is no text in UTF-8, no TOML, too large, missing, or of a foreign name."""


class DrillMemberError(DrillError, code="drill-member"):
    """A table of a scenario lacks a member, has a foreign one, or one of the wrong kind."""


class DrillDuplicateError(DrillError, code="drill-duplicate"):
    """Two things of one kind in a scenario bear the same key."""


class DrillTextError(DrillError, code="drill-text"):
    """A text contains markup, a script, an unmatched brace, or invisible characters."""


class DrillTextMissingError(DrillError, code="drill-text-missing"):
    """A text of a scenario is asked for that stands neither in that language nor in English."""


class DrillUnsoundError(PeerError, code="drill-unsound"):
    """A scenario can be read, but its lint found something, so it is not run."""


class DrillRunError(PeerError, code="drill-run"):
    """A recorded run cannot be read, or is of another edition of its scenario."""


class DrillEventError(MisuseError, code="drill-event"):
    """An event is invalid in its run: an unknown name, an earlier time, a frozen or ended run."""


# One thing to mend in a scenario: where, which, why, and what to do next.


NEXT: Final[Mapping[str, str]] = {
    "drill-malformed": "Mend the file as docs/reference/scenarios.md says.",
    "drill-file": "Save it as UTF-8 under a name of the format, within the sizes.",
    "drill-member": "Compare it with docs/reference/scenarios.md: only its members stand there.",
    "drill-duplicate": "Give each entry of a kind a key of its own.",
    "drill-text": "Write plain text: no tags, no scripts, no braces but {name} of a value.",
    "language-missing": "Write the file, or leave the language out with --lang.",
    "text-missing": "Write the text in this language.",
    "text-foreign": "Delete it, or correct its key.",
    "place-unknown": "Add it to [values] of scenario.toml, or correct its name.",
    "place-differs": "Name the same values as the English text does.",
    "value-wordy": "Put the sentence into the texts, and only its numbers into [values].",
    "name-unknown": "Correct the name, or add the entry that it names.",
    "character-unknown": "Choose a character of docs/reference/scenarios.md.",
    "treaty-unknown": "Name a treaty of `comity law list`.",
    "article-unknown": "Cite an article that the treaty has: `comity law show`.",
    "ground-unknown": "Name a ground of the treaty: `comity law show`.",
    "ground-closed": "Name a ground on which one may refuse or postpone.",
    "measure-unknown": "Name a measure that the treaty provides for.",
    "question-unknown": "Name questions of `comity course list`, as COURSE:QUESTION.",
    "fact-unknown": "Name facts of the law, such as case.facts: `comity law facts`.",
    "message-impossible": "Choose a type that this side can send in this conversation.",
    "trigger-impossible": "Ask for a deed that a player can do, or drop the trigger.",
    "trigger-unused": "Let an inject, a trigger or a score use it, or drop it.",
    "loop": "Let one of them come at a minute.",
    "never-comes": "Give it a minute, or a trigger that can fire.",
    "beyond-length": "Bring it earlier, or make the exercise longer.",
    "task-unreachable": "Let an inject that can come open it and show its exhibit.",
    "task-incomplete": "Give the task what its kind needs.",
    "answer-malformed": "Write the answer in the form of the task.",
    "answer-not-in-exhibit": "Correct the answer or the exhibit; they have to agree.",
    "exhibit-missing": "Put the file into exhibits/.",
    "exhibit-unused": "Let an inject show it, or delete it.",
    "exhibit-unfit": "Show the form that the kind of inject needs; mend the original's digest.",
    "hint-cost": "Let the hints of a task cost no more than the task brings.",
}
"""Code of a finding to what to do next."""
_ENGLISH_STANDS_IN: Final = frozenset({"language-missing", "text-missing"})


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend.

    Attributes:
        file: in the scenario's folder.
        key: which entry, ``inject call`` or a text's key; empty for the whole file.
        code: a key of `NEXT`.
        text: English: why.
    """

    file: str
    key: str
    code: str
    text: str

    @property
    def is_warning(self) -> bool:
        """Tell whether the scenario can be played all the same: English stands in for the text."""
        return self.code in _ENGLISH_STANDS_IN and self.file != f"texts/{ENGLISH}.toml"

    @property
    def next(self) -> str:
        """What to do next."""
        return NEXT[self.code]


def unplayable(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that keep a scenario from being played; the others are warnings."""
    return [one for one in findings if not one.is_warning]


def finding(file: str, key: str, code: str, text: str) -> Finding:
    """Return a finding; its code has to have something to do next."""
    if code not in NEXT:
        raise KeyError(code)
    return Finding(file, key, code, text)
