"""What was typed in a form, as its reader knows it: labels and words in place of names and codes.

For a page that shows entries without the form they were typed in, by the names of its fields.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.exchange.bodies import SECTIONS
from comity.node.web import labels
from comity.node.web.form_fields import WRITING
from comity.node.web.section_form import SectionForm
from comity.node.web.section_labels import member_label
from comity.node.web.story_names import state_text

_BASIS: Final = ("instrument", "article", "status")
_NAMED: Final[Mapping[str, Any]] = {
    "lang": _("Language of your texts"),
    "to": _("Authority that is asked"),
    "row_paste": _("Accounts and identifiers"),
    "row_holder": _("Data holder of these identifiers"),
    "row_service": member_label("subject", "accounts.service"),
    "row_identifier": member_label("subject", "accounts.identifier"),
}
"""Fields that are no member of a section, by the last part of their name."""

_FRAME: Final = frozenset({"add-rows", "draft-version", "look", "remove-invalid", "remove-row"})
"""Buttons, and what the page of a form adds to it."""
_UNTOLD: Final = "row_kind_"
"""The type of an identifier: the program recognized it, and does so again."""


@dataclass(frozen=True)
class Entry:
    """One field in which something was typed.

    Attributes:
        label: of the field; empty where nothing tells it.
        text: what was typed, or the words of what was chosen.
    """

    label: Any
    text: str


def entries(fields: Iterable[tuple[str, str]]) -> Iterator[Entry]:
    """Yield what was typed, field by field.

    Args:
        fields: names and values, as a browser sent them.
    """
    for name, value in fields:
        if name in _FRAME or not value.strip():
            continue
        section, member = _parts(name)
        if member.startswith(_UNTOLD):
            continue
        yield Entry(_label(section, member), _words(section, member, value))


def _parts(name: str) -> tuple[str, str]:
    """Return section and member of a field; an empty section where it has none."""
    for section in sorted(SECTIONS, key=len, reverse=True):
        if name.startswith(f"{section}-"):
            return section, name.removeprefix(f"{section}-")
    return "", name.removeprefix("to-")


def _label(section: str, member: str) -> Any:
    bare = re.sub(r"_\d+$", "", member)
    if bare in _NAMED:
        return _NAMED[bare]
    field = _field(section, member)
    if field is not None and member not in _BASIS:
        return field.label
    return member_label(section, _path(section, member)) if section else ""


def _path(section: str, member: str) -> str:
    """Return the path of a member in its section."""
    if section == "request" and member in _BASIS:
        return f"basis.{member}"
    if section == "subject" and member in ("start", "end"):
        return f"period.{member}"
    return ".".join(part for part in member.split("-") if not part.isdigit())


def _field(section: str, member: str) -> forms.Field | None:
    if not section:
        return None
    name = f"basis-0-{member}" if section == "request" and member in _BASIS else member
    return SectionForm(section).fields.get(name)


def _words(section: str, member: str, value: str) -> str:
    """Return the words of what was chosen, or what was typed."""
    if member == "lang":
        return str(dict(WRITING).get(value, value))
    if (section, member) == ("request", "instrument"):
        return str(labels.BASIS.get(value, value))
    if (section, member) == ("request", "to"):
        return f"{state_text(value)} ({value})"
    field = _field(section, member)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices  # pairs: our sections group none
        return {str(code): str(word) for code, word in choices}.get(value, value)
    return str(_("Selected")) if isinstance(field, forms.BooleanField) else value
