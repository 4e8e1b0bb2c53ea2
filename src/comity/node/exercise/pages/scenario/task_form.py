"""The form of a question: what is asked, what is right, and hints with what they cost."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comity.drills import Finding
from comity.drills.editing import with_entry, with_texts, without_texts
from comity.drills.parse import FILE, MAX_ANSWERS, MAX_POINTS, MAX_TRIES
from comity.drills.texts import MAX_TEXT
from comity.instruments.identifiers import KINDS
from comity.instruments.table import KEY
from comity.instruments.words import ENGLISH
from comity.node.compose.identifier_labels import KIND
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.entry_form import (
    EntryForm,
    english_text,
    key_field,
    lines,
    lines_of,
    merged,
    number,
    plain,
)
from comity.node.exercise.pages.scenario.form_context import ENGLISH_FILE
from comity.node.web import form_fields as f

NEW_HINTS: Final = 2
"""Rows for hints that a question does not have yet."""
_OPTION: Final = re.compile(r"([A-Za-z0-9][^\s:]{0,63})[ \t]*:[ \t]*(.*)")


class TaskForm(EntryForm):
    """What a question asks, what is right, and what hints to it say and cost."""

    sort = "task"
    texts: ClassVar[Mapping[str, str]] = {"ask": "tasks.{}.ask", "learn": "tasks.{}.learn"}
    places: ClassVar[Mapping[str, str]] = {
        "role": "roles",
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

    key = key_field(_("A short name for it: find-address."))
    kind = f.choice(_("Kind"), words.TASK.items())
    ask = english_text(_("Question, in English"), rows=4)
    exhibit = f.choice(
        _("Where to look"), (), required=False, hint=_("To find, to count in, or to seal.")
    )
    form = f.choice(
        _("What is to be found"), (), required=False, hint=_("If an identifier is to be found.")
    )
    counts = f.short(
        _("Text whose lines are counted"), required=False, hint=_("If lines are to be counted.")
    )
    options = lines(
        _("What can be chosen"),
        _("If it is a choice. One a line, a key and its text in English: wait: Wait for it."),
    )
    answers = lines(
        _("Right answers"),
        _("One a line; any of them is right. Nothing, if lines are counted or an exhibit sealed."),
    )
    points = number(_("Points"), least=1, most=MAX_POINTS, required=True)
    tries = number(_("Tries"), most=MAX_TRIES, hint=_("Answers that count; empty: 3."))
    roles = forms.MultipleChoiceField(
        label=_("For"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: for all."),
    )
    opens = f.choice(_("Comes with"), (), required=False)
    cite = lines(_("Articles"), _("Of the treaty, one a line: 42(9)."))
    learn = english_text(_("What one takes away from it, in English"), rows=4)

    def offer(self) -> None:
        """Fill the lists with what the plan has, and add a row for each hint."""
        plan = self.at.plan
        self.fields["cite"].required = True
        first = ("", gettext("the beginning"))
        injects = [(key, self.at.titled(key)) for key in plan.injects]
        f.set_choices(self, "opens", [first, *injects])
        none = ("", gettext("none"))
        f.set_choices(self, "exhibit", [none, *((one, one) for one in plan.exhibits)])
        f.set_choices(self, "form", [none, *((one, KIND.get(one, one)) for one in KINDS)])
        f.set_choices(self, "roles", [(one, one) for one in plan.roles])
        self.hints = [
            one for one in plan.hints.values() if self.entry_key and one.task == self.entry_key
        ]
        for hint in self.hints:
            said = self.at.english.get(f"hints.{hint.key}", "")
            self._row(hint.key, gettext("Hint %(key)s") % {"key": hint.key})
            self.initial[f"hint-text:{hint.key}"] = said
            self.initial[f"hint:{hint.key}"] = hint.cost
            label = gettext("Remove the hint %(key)s") % {"key": hint.key}
            self.fields[f"hint-out:{hint.key}"] = f.tick(label)
        for place in range(1, NEW_HINTS + 1):
            self._row(f"+{place}", gettext("New hint"))

    def _row(self, key: str, label: str) -> None:
        """Add the fields of one hint."""
        self.fields[f"hint-text:{key}"] = english_text(
            gettext("%(hint)s, in English") % {"hint": label}, rows=2
        )
        self.fields[f"hint:{key}"] = number(
            gettext("%(hint)s: points that it costs") % {"hint": label}, most=MAX_POINTS
        )

    def first(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        cite = members.get("cite", [])
        said = self.at.english
        options = [
            f"{one}: {_one_line(said.get(f'tasks.{self.entry_key}.options.{one}', ''))}"
            for one in members.get("options", [])
        ]
        return {
            **members,
            "answers": "\n".join(members.get("answers", [])),
            "cite": "\n".join([cite] if isinstance(cite, str) else cite),
            "options": "\n".join(options),
        }

    def clean_answers(self) -> str:
        """Refuse more answers than a question has."""
        given = str(self.cleaned_data["answers"])
        _few(lines_of(given))
        return given

    def clean_options(self) -> str:
        """Refuse lines that are not a key and its text, and keys that stand there twice."""
        given, seen = str(self.cleaned_data["options"]), set[str]()
        _few(lines_of(given))
        for line in lines_of(given):
            parts = _OPTION.fullmatch(line)
            if not parts or not KEY.fullmatch(parts[1]) or parts[1] in seen:
                told = _("Each line is a key of its own, a colon, and the text: %(line)s")
                raise forms.ValidationError(told, params={"line": line[:64]})
            seen.add(parts[1])
            plain(parts[2])
        return given

    def clean(self) -> dict[str, Any]:
        """Check that each hint that stays has a text and a price."""
        data = super().clean() or {}
        for key in self._hint_keys():
            text, cost = data.get(f"hint-text:{key}"), data.get(f"hint:{key}")
            is_out = data.get(f"hint-out:{key}", False)
            is_new = key.startswith("+")
            if is_out or (is_new and not text and cost is None):
                continue
            if cost is None and f"hint:{key}" in data:
                self.add_error(f"hint:{key}", _("Say what it costs; 0 is nothing."))
            if is_new and not text and f"hint-text:{key}" in data:
                self.add_error(f"hint-text:{key}", _("Write the hint, or leave its cost empty."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        data, cite = self.cleaned_data, lines_of(self.cleaned_data["cite"])
        said = {
            "kind": data["kind"],
            "form": data["form"],
            "exhibit": data["exhibit"],
            "counts": data["counts"],
            "options": [key for key, _text in self._options()],
            "answers": lines_of(data["answers"]),
            "points": data["points"],
            "tries": data["tries"],
            "roles": list(data["roles"]),
            "opens": data["opens"],
            "cite": before["cite"] if cite == [before.get("cite")] else cite,
        }
        return merged(before, said)

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
        left = {f"tasks.{self.wanted}.options.{key}" for key, _text in self._options()}
        before = f"tasks.{self.wanted}.options."
        if self.before.get("options"):
            made = without_texts(made, lambda one: one.startswith(before) and one not in left)
        taken = set(self.at.plan.hints)
        for key in self._hint_keys():
            if data.get(f"hint-out:{key}"):
                made = with_entry(made, "hint", key, None)
                continue
            text, cost = data[f"hint-text:{key}"].replace("\r\n", "\n"), data[f"hint:{key}"]
            if key.startswith("+"):
                if not text:
                    continue
                key = next(one for one in self._names() if one not in taken)  # noqa: PLW2901
                taken.add(key)
                was: Mapping[str, Any] = {"task": self.wanted}
            else:
                was = self.at.entry("hint", key)
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

    def _hint_keys(self) -> list[str]:
        return [name.partition(":")[2] for name in self.fields if name.startswith("hint:")]

    def _names(self) -> Iterator[str]:
        """Yield keys for new hints."""
        place = 0
        while True:
            place += 1
            yield f"{self.wanted[:56]}-hint-{place}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _few(given: list[str]) -> None:
    if len(given) > MAX_ANSWERS:
        told = ngettext("At most %(n)d line.", "At most %(n)d lines.", MAX_ANSWERS)
        raise forms.ValidationError(told % {"n": MAX_ANSWERS})
    if any(len(line) > MAX_TEXT for line in given):
        raise forms.ValidationError(_("A line is too long."))
