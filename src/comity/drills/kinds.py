"""The words of the format: kinds of injects, deeds, tasks, scores, and what each may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MODES: Final = ("solo", "team", "table-top")
PLAYED: Final = ("team", "partner", "voice")
THREADS: Final = ("script", "character")
PARTY_KINDS: Final = (
    "state", "provider", "bank", "emergency-team", "operator", "police", "prosecution", "ministry",
    "press", "victim",
)  # fmt: skip
INJECT_KINDS: Final = (
    "message", "call", "e-mail", "log-lines", "disk-image", "press-question", "new-victim",
    "lost-link", "partner-refuses", "note",
)  # fmt: skip
TYPED: Final = frozenset({"message", "partner-refuses"})
"""Injects that may be messages of the protocol; they name thread and type."""
SHOWN: Final[Mapping[str, str]] = {"log-lines": "text", "disk-image": "disk"}
"""Injects that show an exhibit, and of which form."""
EXHIBIT_FORMS: Final = ("text", "disk", "mailbox", "capture", "history")
WHEN: Final = ("done", "not-done")
SCORE_KINDS: Final = ("clock", "complete", "decision", "custody", "never")
MINUTES: Final = (10, 24 * 60)


@dataclass(frozen=True)
class Does:
    """One kind of deed: what a player did, or what a scenario asks for.

    Attributes:
        must: names that say what it was done to; without them it is no deed.
        may: further names by which a scenario can narrow it.
        free: names that only an event has, with text of the player's own.
    """

    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    free: tuple[str, ...] = ()


DEEDS: Final[Mapping[str, Does]] = {
    "sent": Does(("type", "to"), ("thread", "ground", "about"), ("fields",)),
    "acknowledged": Does(("inject",)),
    "called": Does(("to",)),
    "told": Does(("to",)),
    "answered": Does(("task",), ("right",), ("answer",)),
    "hint": Does(("hint",)),
    "sealed": Does(("exhibit",), (), ("digest",)),
    "recorded": Does(("inject",), (), ("note",)),
}
"""What players do. ``right`` is found by checking the answer; no event may claim it."""

STEERS: Final[Mapping[str, Does]] = {
    "pause": Does(()),
    "freeze": Does(()),
    "resume": Does(()),
    "pace": Does(("percent",)),
    "inject": Does(("inject",)),
    "withhold": Does(("inject",)),
    "speak": Does((), ("role",), ("text",)),
    "judge": Does(("score", "points", "reason")),
}
"""What the trainer, or an evaluator, does."""

TASK_KINDS: Final[Mapping[str, str]] = {
    "find": "an identifier of the form named, as the exhibit holds it",
    "count": "how many lines of the exhibit hold the text of `counts`",
    "time": "a time with its offset, `2027-03-02T00:00Z`",
    "text": "a word, compared without case, accents' forms and outer spaces",
    "choice": "the key of one of `options`",
    "ground": "the code of a ground of the treaty",
    "measure": "the code of a measure of the treaty",
    "article": "the number of an article of the treaty",
    "seal": "the exhibit is sealed, and its digest is that of the exhibit's bytes",
}
