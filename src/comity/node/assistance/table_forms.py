"""Forms of the sections of round tables, where their model alone does not make one."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import parse_time
from comity.node.assistance.forms import BoardForm
from comity.node.web import form_fields as f
from comity.node.web.section_form import SectionForm

_BETWEEN: Final = "|"
_DIGEST: Final = re.compile(r"(sha256:)?([0-9a-f]{64})")
_TWO, _THREE = 2, 3
_AGENDA_LINE: Final = _("title | minutes, from 1 to 1440.")


def _cut(line: str, parts: int) -> list[str]:
    """Return the parts of a line from its end, so that a title may hold the mark too."""
    found = [part.strip() for part in line.rsplit(_BETWEEN, parts - 1)]
    return found if len(found) == parts and all(found) else []


def _joined(*parts: object) -> str:
    return f" {_BETWEEN} ".join(map(str, parts))


def _wrong(number: int, told: Any) -> forms.ValidationError:
    return forms.ValidationError(
        _("Line %(number)s: %(told)s"), params={"number": number, "told": told}
    )


def _agenda_line(one: Mapping[str, Any]) -> str:
    return _joined(one["title"], one["duration_minutes"])


def _document_line(one: Mapping[str, Any]) -> str:
    return _joined(one["title"], one["digest"])


def _action_line(one: Mapping[str, Any]) -> str:
    return _joined(one["what"], one["party"], f"{parse_time(one['due_by']):%Y-%m-%d}")


class TableForm(BoardForm):
    """A round table that is called."""

    agenda = f.LinesField(rows=6, show=_agenda_line)
    documents = f.LinesField(rows=3, show=_document_line)

    def clean_agenda(self) -> list[dict[str, Any]]:
        """Return the items, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["agenda"], 1):
            title, minutes = _cut(line, _TWO) or ("", "")
            if not (minutes.isascii() and minutes.isdigit()):
                raise _wrong(number, _AGENDA_LINE)
            found.append({"number": number, "title": title, "duration_minutes": int(minutes[:9])})
        return found

    def fault_words(self, fault: Mapping[str, Any]) -> Any:
        """Return what a line of the agenda has to be, or what else is wrong."""
        in_line = fault["loc"][0] == "agenda" and len(fault["loc"]) > 1
        return _AGENDA_LINE if in_line else super().fault_words(fault)

    def clean_documents(self) -> list[dict[str, Any]]:
        """Return the documents, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["documents"], 1):
            title, digest = _cut(line, _TWO) or ("", "")
            read = _DIGEST.fullmatch(digest.lower())
            if read is None:
                raise _wrong(number, gettext("title | the 64 signs of the file's SHA-256."))
            found.append(
                {"number": number, "title": title, "digest": f"sha256:{read[2]}", "language": None}
            )
        return found


class TableAnswerForm(SectionForm):
    """Whether we come."""

    def clean(self) -> dict[str, Any]:
        """Hold whoever comes to at least one person, which no rule of the protocol does."""
        data = super().clean()
        if data.get("answer") == "comes" and data.get("people") == 0:
            self.add_error("people", _("An authority that comes sends at least one person."))
        return data


class MinutesForm(SectionForm):
    """The minutes, with a field for each item of the agenda."""

    actions = f.LinesField(rows=4, show=_action_line)
    without = frozenset({"items"})
    numbers: tuple[int, ...] = ()
    members: tuple[str, ...] = ()

    def know(self, agenda: Iterable[Mapping[str, Any]], members: Iterable[str]) -> None:
        """Give it a field for each item; one field where the agenda was erased."""
        named = {int(row["number"]): str(row["title"]) for row in agenda}
        self.members = tuple(members)
        self.numbers = tuple(named) or (1,)
        for number in self.numbers:
            said = self.member_label("items.text")
            label = f"{number} · {named[number]}" if number in named else said
            self.fields[f"item_{number}"] = f.long(label, required=False, rows=3)
        self.order_fields([f"item_{number}" for number in self.numbers])

    def clean_actions(self) -> list[dict[str, Any]]:
        """Return the actions, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["actions"], 1):
            what, party, day = _cut(line, _THREE) or ("", "", "")
            if party not in self.members:
                raise _wrong(number, gettext("what | an authority at the table | due day."))
            found.append(
                {"number": number, "what": what, "party": party, "due_by": _day(number, day)}
            )
        return found

    @classmethod
    def initial_of(cls, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return minutes as the form would show them."""
        items = {f"item_{one['number']}": one["text"]["text"] for one in value["items"]}
        return super().initial_of(section, value) | items

    def clean(self) -> dict[str, Any]:
        """Hold it to at least one item with a text."""
        data = super().clean()
        if not any(data.get(f"item_{number}") for number in self.numbers):
            self.add_error(
                f"item_{self.numbers[0]}", _("Write what was said to at least one item.")
            )
        return data

    def value(self, lang: str) -> Any:
        """Return section ``minutes``."""
        data = self.cleaned_data
        items = [
            {"number": number, "text": f.text(data[f"item_{number}"], lang)}
            for number in self.numbers
            if data[f"item_{number}"]
        ]
        return {"items": items, **super().value(lang)}


def _day(number: int, text: str) -> str:
    """Return the end of a day as the protocol writes it."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, tzinfo=UTC)
    except ValueError:
        raise _wrong(number, gettext("the due day is year-month-day.")) from None
    return str(f.wire_time(day))


class ActionReportForm(SectionForm):
    """How far an action of ours is."""

    number = forms.TypedChoiceField(coerce=int)

    def know(self, actions: Iterable[tuple[int, str]]) -> None:
        """Offer our own actions."""
        f.set_choices(
            self, "number", [(str(number), f"{number} · {what}") for number, what in actions]
        )


TABLE_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    "action-report": ActionReportForm,
    "minutes": MinutesForm,
    "table": TableForm,
    "table-answer": TableAnswerForm,
}
"""Sections whose form has more than its model says."""
