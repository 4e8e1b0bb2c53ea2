"""What each word of the audit is called on the page; tables and programs keep the word itself."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.models import AuditRow
from comity.node.web.labels import WAY

_TABLES: Final = read_labels(__package__)
ACT: Final = _TABLES["audit"]
_GROUPS: Final = (
    (_("Cases"), ("case", "compartment", "glass", "search")),
    (_("Drafts"), ("draft", "form", "law")),
    (_("Messages"), ("delivery", "message", "parcel", "receipt", "refusal")),
    (_("Mail"), ("mail", "original")),
    (_("Evidence"), ("evidence", "exhibit", "mark", "package", "sensitive", "upload", "use")),
    (_("Court bundles"), ("export",)),
    (_("Assistance"), ("assistance", "table")),
    (_("Solutions"), ("solution",)),
    (_("On duty"), ("alarm", "clock", "duty", "notice", "reach", "roster", "watch")),
    (_("Domestic actions"), ("docket",)),
    (_("Statistics"), ("statistics",)),
    (_("Data protection"), ("privacy",)),
    (_("Exercises and training"), ("exercise", "scenario")),
    (_("Directory"), ("directory",)),
    (_("People"), ("account", "certificate", "leaving", "officer", "officer-ca", "people")),
    (
        _("Signing in and rights"),
        (
            "access",
            "factor",
            "passkey",
            "password",
            "second-factor",
            "session",
            "sign-in",
            "sign-out",
        ),
    ),
    (_("API access"), ("hook", "token")),
    (_("System health"), ("echo", "epoch", "log")),
    (_("Work items"), ("work", "work-filter")),
    (_("Backups"), ("backup",)),
    (_("Node"), ("audit", "config", "everything", "node", "register", "setting", "setup")),
)
"""What a page of the menu, or a part of it, is called; words by what stands before their dot."""
_READ: Final = _TABLES["audit-read"]
_FACTOR: Final = _TABLES["audit-factor"]


def _details() -> dict[str, dict[str, Any]]:
    """Return act -> fixed word of its detail -> what it means, of acts with words of their own."""
    found: dict[str, dict[str, Any]] = {}
    for code, meaning in _TABLES["audit-detail"].items():
        act, _colon, word = code.partition(":")
        found.setdefault(act, {})[word] = meaning
    return found


_OWN: Final = _details()
_READINGS: Final = (
    "docket.read",
    "duty.contacts-read",
    "evidence.inspection-read",
    "exhibit.read",
    "people.read",
)
DETAIL: Final[Mapping[str, Mapping[str, Any]]] = {
    **_OWN,
    **dict.fromkeys(_READINGS, _READ),
    "case.read": {**_READ, **_OWN["case.read"]},
    **dict.fromkeys(("factor.added", "factor.removed", "factor.renamed"), _FACTOR),
    "sign-in": WAY,
}
"""What the fixed words of a detail mean; all else in a detail is shown as it was written."""


def _grouped() -> Iterator[tuple[Any, tuple[tuple[str, Any], ...]]]:
    """Yield the title of each group with its acts; a part without a group stands last, alone."""
    parts: dict[str, list[tuple[str, Any]]] = {}
    for word, told in ACT.items():
        parts.setdefault(word.partition(".")[0], []).append((word, told))
    for title, named in _GROUPS:
        yield title, tuple(act for part in named for act in parts.pop(part, ()))
    for part, acts in parts.items():
        yield part, tuple(acts)


CHOICES: Final = tuple(_grouped())
"""The acts to choose from: title of each group, with each word and what it is called."""


def told(row: AuditRow) -> tuple[Any, Any]:
    """Return what a row's act is called, or nothing, and its detail, in words if it is a fixed one.

    Args:
        row: of the audit.
    """
    return ACT.get(row.action, ""), DETAIL.get(row.action, {}).get(row.detail, row.detail)
