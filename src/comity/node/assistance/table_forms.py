"""Forms of the sections of round tables, in officers' words."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.assistance.forms import Span, matter_field, topics_field
from comity.node.web import form_fields as f
from comity.node.web import round_table_labels as words
from comity.node.web.section_form import SectionForm

MOST: Final = 200
_BETWEEN: Final = "|"
_DAY_MINUTES: Final = 1440
_DIGEST: Final = re.compile(r"(sha256:)?([0-9a-f]{64})")
_TWO, _THREE = 2, 3


def _lines(text: str) -> list[str]:
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if len(found) > MOST:
        raise forms.ValidationError(_("At most 200 lines."))
    return found


def _cut(line: str, parts: int) -> list[str]:
    """Return the parts of a line from its end, so that a title may hold the mark too."""
    found = [part.strip() for part in line.rsplit(_BETWEEN, parts - 1)]
    fits = len(found) == parts and all(found) and max(map(len, found)) <= f.MAX_SHORT
    return found if fits else []


def _wrong(number: int, told: Any) -> forms.ValidationError:
    return forms.ValidationError(
        _("Line %(number)s: %(told)s"), params={"number": number, "told": told}
    )


class TableForm(Span):
    """A round table that is called."""

    title = _("Round table")
    matter = matter_field()
    description = f.long(_("Description"), required=False)
    topics = topics_field()
    begins = f.moment(_("Begins"))
    ends = f.moment(_("Ends"), required=False)
    where = f.short(_("Where"), hint=_("A town and room, or the address where all meet."))
    answer_by = f.moment(_("We ask for an answer by"))
    agenda = f.long(
        _("Agenda"),
        rows=6,
        hint=_("One item a line: title | minutes, for example Points of contact | 20"),
    )
    documents = f.long(
        _("Documents"),
        required=False,
        rows=3,
        hint=_(
            "One a line: title | SHA-256 of the file, as sha256sum prints it. The file itself goes"
            " another way."
        ),
    )
    reference = f.short(_("Our reference"), hint=_("The number this office gave the matter."))

    def clean_agenda(self) -> list[dict[str, Any]]:
        """Return the items, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(_lines(self.cleaned_data["agenda"]), 1):
            title, minutes = _cut(line, _TWO) or ("", "")
            known = minutes.isascii() and minutes.isdigit()
            if not known or not 0 < int(minutes[:9]) <= _DAY_MINUTES:
                raise _wrong(number, gettext("title | minutes, from 1 to 1440."))
            found.append({"number": number, "title": title, "duration_minutes": int(minutes)})
        return found

    def clean_documents(self) -> list[dict[str, Any]]:
        """Return the documents, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(_lines(self.cleaned_data["documents"]), 1):
            title, digest = _cut(line, _TWO) or ("", "")
            read = _DIGEST.fullmatch(digest.lower())
            if read is None:
                raise _wrong(number, gettext("title | the 64 signs of the file's SHA-256."))
            found.append(
                {"number": number, "title": title, "digest": f"sha256:{read[2]}", "language": None}
            )
        return found

    def value(self, lang: str) -> Any:
        """Return section ``table``."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("matter", "topics", "where", "agenda", "reference")},
            **{name: f.wire_time(data[name]) for name in ("begins", "ends", "answer_by")},
            "description": f.text_or_none(data["description"], lang),
            "documents": data["documents"] or None,
        }


class TableAnswerForm(SectionForm):
    """Whether we come."""

    title = _("Answer to the call")
    answer = f.choice(_("We"), [("comes", _("come")), ("does-not-come", _("do not come"))])
    people = forms.IntegerField(
        label=_("How many come"),
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )
    functions = f.long(
        _("In which functions"),
        required=False,
        rows=3,
        hint=_("One a line, for example Prosecutor. No names: nobody at the table needs them yet."),
    )
    note = f.long(_("Note"), required=False, rows=2)

    def clean_functions(self) -> list[str]:
        """Return them, one a line."""
        found = _lines(self.cleaned_data["functions"])
        if len(found) > 32 or any(len(line) > f.MAX_SHORT for line in found):
            raise forms.ValidationError(_("At most 32 functions, each of at most 300 letters."))
        return found

    def clean(self) -> dict[str, Any]:
        """Hold whoever comes to at least one person."""
        data = super().clean() or {}
        if data.get("answer") == "comes" and data.get("people") == 0:
            self.add_error("people", _("Whoever comes sends at least one person."))
        return data

    def value(self, lang: str) -> Any:
        """Return section ``table-answer``."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("answer", "people", "functions")}
        return said | {"note": f.text_or_none(data["note"], lang)}


class MinutesForm(SectionForm):
    """The minutes, with a field for each item of the agenda."""

    title = pgettext_lazy("of a meeting", "Minutes")
    actions = f.long(
        _("Actions"),
        required=False,
        rows=4,
        hint=_(
            "One a line: what | authority | due day, for example"
            " Send the model form | za/central-authority | 2026-12-01"
        ),
    )
    numbers: tuple[int, ...] = ()
    members: tuple[str, ...] = ()

    def know(self, agenda: Iterable[Mapping[str, Any]], members: Iterable[str]) -> None:
        """Give it a field for each item; one field where the agenda was erased."""
        named = {int(row["number"]): str(row["title"]) for row in agenda}
        self.members = tuple(members)
        self.numbers = tuple(named) or (1,)
        for number in self.numbers:
            label = f"{number} · {named[number]}" if number in named else _("What was said")
            self.fields[f"item_{number}"] = f.long(label, required=False, rows=3)
        self.order_fields([f"item_{number}" for number in self.numbers])

    def clean_actions(self) -> list[dict[str, Any]]:
        """Return the actions, a number each."""
        found: list[dict[str, Any]] = []
        for number, line in enumerate(_lines(self.cleaned_data["actions"]), 1):
            what, party, day = _cut(line, _THREE) or ("", "", "")
            if party not in self.members:
                raise _wrong(number, gettext("what | an authority at the table | due day."))
            found.append(
                {"number": number, "what": what, "party": party, "due_by": _day(number, day)}
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Hold it to at least one item with a text."""
        data = super().clean() or {}
        if not any(data.get(f"item_{number}") for number in self.numbers):
            self.add_error(
                f"item_{self.numbers[0]}", _("Write what was said to at least one item.")
            )
        return data

    def value(self, lang: str) -> Any:
        """Return section ``minutes``."""
        data = self.cleaned_data
        return {
            "items": [
                {"number": number, "text": f.text(data[f"item_{number}"], lang)}
                for number in self.numbers
                if data[f"item_{number}"]
            ],
            "actions": data["actions"] or None,
        }


def _day(number: int, text: str) -> str:
    """Return the end of a day as the protocol writes it."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, tzinfo=UTC)
    except ValueError:
        raise _wrong(number, gettext("the due day is year-month-day.")) from None
    return str(f.wire_time(day))


class ActionReportForm(SectionForm):
    """How far an action of ours is."""

    title = _("Report on an action")
    number = f.choice(_("Which action"), ())
    state = f.choice(_("How far it is"), words.REPORT.items())
    note = f.long(_("Note"), required=False, rows=2)

    def know(self, actions: Iterable[tuple[int, str]]) -> None:
        """Offer our own actions."""
        f.set_choices(
            self, "number", [(str(number), f"{number} · {what}") for number, what in actions]
        )

    def value(self, lang: str) -> Any:
        """Return section ``action-report``."""
        data = self.cleaned_data
        return {
            "number": int(data["number"]),
            "state": data["state"],
            "note": f.text_or_none(data["note"], lang),
        }


TABLE_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    "action-report": ActionReportForm,
    "minutes": MinutesForm,
    "table": TableForm,
    "table-answer": TableAnswerForm,
}
