"""The form of a question: what is asked, what is right, and hints with what they cost."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.drills import Finding
from comity.drills.editing import with_entry, with_texts, without_texts
from comity.drills.parse import FILE
from comity.drills.values import MAX_POINTS, is_key
from comity.instruments.identifiers import KINDS
from comity.instruments.words import ENGLISH
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.entry_form import (
    EntryForm,
    Offer,
    Offered,
    lines_of,
    merged,
    number,
    plain,
    plain_text,
)
from comity.node.exercise.pages.scenario.form_context import ENGLISH_FILE, Opened
from comity.node.web import form_fields as f
from comity.node.web.identifier_kinds import KIND

NEW_HINTS: Final = 2
"""Rows for hints that a question does not have yet."""
_OPTION: Final = re.compile(r"([A-Za-z0-9][^\s:]{0,63})[ \t]*:[ \t]*(.*)")


def _identifiers(_at: Opened, _key: str, _stands: Any) -> Offered:
    return [(one, KIND.get(one, one)) for one in KINDS]


def _injects(at: Opened, _key: str, _stands: Any) -> Offered:
    return [(key, at.titled(key)) for key in at.plan.injects]


class TaskForm(EntryForm):
    """What a question asks, what is right, and what hints to it say and cost."""

    sort = "task"
    choices: ClassVar[Mapping[str, Mapping[str, Any]]] = {"kind": words.TASK}
    offers: ClassVar[Mapping[str, Offer]] = {"form": _identifiers, "opens": _injects}
    places: ClassVar[Mapping[str, str]] = {
        "answer-malformed": "answers",
        "answer-not-in-exhibit": "answers",
        "ground-unknown": "answers",
        "ground-closed": "answers",
        "measure-unknown": "answers",
        "article-unknown": "cite",
        "hint-cost": "points",
        "exhibit-unfit": "exhibit",
        "task-unreachable": "opens",
        "at": "answers",
    }

    def __init__(self, at: Opened, key: str, data: Any = None, files: Any = None) -> None:
        super().__init__(at, key, data, files)
        for hint in [one for one in at.plan.hints.values() if key and one.task == key]:
            self._row(hint.key, gettext("Hint %(key)s") % {"key": hint.key})
            self.initial[f"hint-text:{hint.key}"] = at.english.get(f"hints.{hint.key}", "")
            self.initial[f"hint:{hint.key}"] = hint.cost
            label = gettext("Remove the hint %(key)s") % {"key": hint.key}
            self.fields[f"hint-out:{hint.key}"] = f.tick(label)
        for place in range(1, NEW_HINTS + 1):
            self._row(f"+{place}", gettext("New hint"))

    def _row(self, key: str, label: str) -> None:
        """Add the fields of one hint."""
        said = {"hint": label}
        text = gettext("%(hint)s, in English") % said
        self.fields[f"hint-text:{key}"] = plain_text(text, rows=2, lang=ENGLISH)
        cost = gettext("%(hint)s: points that it costs") % said
        self.fields[f"hint:{key}"] = number(cost, most=MAX_POINTS)

    def first(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Return what the form shows of an entry: a key and its text of each option."""
        cite, before = shown["cite"] or [], f"tasks.{self.entry_key}.options."
        options = [
            f"{one}: {_one_line(self.at.english.get(before + one, ''))}"
            for one in shown["options"] or []
        ]
        cites = [cite] if isinstance(cite, str) else cite
        return super().first({**shown, "options": options, "cite": cites})

    def clean_options(self) -> str:
        """Refuse lines that are not a key and its text, and keys that stand there twice."""
        given, seen = str(self.cleaned_data["options"]), set[str]()
        for line in lines_of(given):
            parts = _OPTION.fullmatch(line)
            if not parts or not is_key(parts[1]) or parts[1] in seen:
                told = _("Each line is a key of its own, a colon, and the text: %(line)s")
                raise forms.ValidationError(told, params={"line": line[:64]})
            seen.add(parts[1])
            plain(parts[2])
        return given

    def clean(self) -> dict[str, Any]:
        """Check that each hint that stays has a text and a price."""
        data = super().clean() or {}
        for key in self._hint_rows():
            text, cost = data.get(f"hint-text:{key}"), data.get(f"hint:{key}")
            is_out = data.get(f"hint-out:{key}", False)
            is_new = key.startswith("+")
            if is_out or (is_new and not text and cost is None):
                continue
            if cost is None and f"hint:{key}" in data:
                self.add_error(f"hint:{key}", _("Enter the cost; 0 is nothing."))
            if is_new and not text and f"hint-text:{key}" in data:
                self.add_error(f"hint-text:{key}", _("Write the hint, or leave its cost empty."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says; of an option its key, for its text is a text."""
        options = [key for key, _text in self._options()]
        return merged(super().members(before), {"options": options})

    def said(self) -> dict[str, str]:
        """Return the texts of the question, its options included."""
        made = super().said()
        for key, text in self._options():
            place = f"tasks.{self.wanted}.options.{key}"
            stands = self.at.english.get(place, "")
            made[place] = stands if text == _one_line(stands) else text
        return made

    def changed(self) -> dict[str, bytes]:
        """Return the files with the question, its options and its hints."""
        made, data = super().changed(), self.cleaned_data
        before = f"tasks.{self.wanted}.options."
        left = {before + key for key, _text in self._options()}
        if self.before.get("options"):
            made = without_texts(made, lambda one: one.startswith(before) and one not in left)
        free = (one for one in self._names() if one not in self.at.plan.hints)
        for row in self._hint_rows():
            text, cost = data[f"hint-text:{row}"].replace("\r\n", "\n"), data[f"hint:{row}"]
            if data.get(f"hint-out:{row}"):
                made = with_entry(made, "hint", row, None)
            elif text or not row.startswith("+"):
                key = next(free) if row.startswith("+") else row
                was = self.at.entry("hint", key) or {"task": self.wanted}
                made = with_entry(made, "hint", key, {**was, "cost": cost})
                made = with_texts(made, ENGLISH, {f"hints.{key}": text})
        return made

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands."""
        if one.file == ENGLISH_FILE and one.key.startswith("hints."):
            name = f"hint-text:{one.key.removeprefix('hints.')}"
            return name if name in self.fields else "hint-text:+1"
        if one.file == ENGLISH_FILE and one.key.startswith(f"tasks.{self.wanted}.options."):
            return "options"
        if one.file == FILE and one.key == f"task {self.wanted}" and one.code == "task-incomplete":
            wanted = one.text.split()[-1]
            return wanted if wanted in self.fields else "exhibit"
        return super().beside(one)

    def _options(self) -> list[tuple[str, str]]:
        found = (_OPTION.fullmatch(line) for line in lines_of(self.cleaned_data["options"]))
        return [(one[1], one[2]) for one in found if one]

    def _hint_rows(self) -> list[str]:
        return [name.partition(":")[2] for name in self.fields if name.startswith("hint:")]

    def _names(self) -> Iterator[str]:
        """Yield keys for new hints."""
        return (f"{self.wanted[:56]}-hint-{place}" for place in itertools.count(1))


def _one_line(text: str) -> str:
    return " ".join(text.split())
