"""Forms of the docket: made from the model of what an act says, in officers' words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.canonical import parse_time
from comity.directory.functions import FUNCTIONS
from comity.docket import Act
from comity.docket.members import kind_of, model_of, name_of, plain_of
from comity.docket.moment_order import misplaced
from comity.exchange.values import Model, Text
from comity.node.docket import labels as dw
from comity.node.web import form_fields as f
from comity.node.web.language_choices import LANGUAGES

ROWS: Final = 3
_NOT_HINTED: Final = frozenset({"translation.source"})


type Choices = Iterable[tuple[str, Any]]


class ActForm(forms.Form):
    """What an act says, one field a member; `value` gives what is recorded."""

    def __init__(
        self,
        act: Act,
        data: Any = None,
        *,
        choices: Mapping[str, Choices] | None = None,
        initial: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
    ) -> None:
        """Make the fields of an act.

        Args:
            act: its row.
            data: what was typed, or None.
            choices: member to what can be chosen for it.
            initial: member to the value that the form proposes.
            without: members that the page itself gives.
        """
        super().__init__(data, prefix="said", use_required_attribute=False)
        self.act, self.choices = act, dict(choices or {})
        self.without = frozenset(without)
        self.has_text = False
        self._add(act.body, dict(initial or {}), "", required=True)

    def _add(
        self, model: type[Model], initial: Mapping[str, Any], path: str, *, required: bool
    ) -> None:
        for name, member in model.model_fields.items():
            if name in self.without and not path:
                continue
            kind, optional, many = kind_of(member.annotation)
            inner = model_of(kind)
            given, needed = initial.get(name), required and not optional
            if inner is Text:
                self.has_text = True
                self._put(path + name, self._text(name, required=needed), (given or {}).get("text"))
            elif inner and many:
                rows = list(given or ())
                for number in range(max(ROWS, len(rows) + 1)):
                    row = rows[number] if number < len(rows) else {}
                    self._add(inner, row, f"{path}{name}-{number}-", required=False)
            elif inner:
                self._add(inner, given or {}, f"{path}{name}-", required=needed)
            else:
                field = self._field(name, kind, required=needed and not many, many=many)
                ticked = isinstance(field, forms.MultipleChoiceField)
                shown = given if ticked else _shown(given, kind, many=many)
                self._put(path + name, field, shown)

    def _put(self, name: str, field: forms.Field, initial: Any) -> None:
        parts = name.split("-")
        if len(parts) > 1 and parts[1].isdigit():
            field.label = f"{dw.field(self.act.kind, parts[0])} {int(parts[1]) + 1}: {field.label}"
        elif len(parts) > 1:
            field.label = f"{dw.field(self.act.kind, parts[0])}: {field.label}"
        field.initial = initial
        self.fields[name] = field

    def _label(self, name: str) -> str:
        return dw.field(self.act.kind, name)

    def _hint(self, name: str) -> Any:
        return "" if f"{self.act.kind}.{name}" in _NOT_HINTED else dw.HINT.get(name, "")

    def _text(self, name: str, *, required: bool) -> forms.Field:
        return f.long(self._label(name), required=required, rows=3, hint=self._hint(name))

    def _field(self, name: str, kind: Any, *, required: bool, many: bool) -> forms.Field:
        label, hint, plain = self._label(name), self._hint(name), plain_of(kind)
        codes = get_args(plain) if get_origin(plain) is Literal else ()
        options = self._options(name, kind, codes)
        if many and options:
            widget = forms.CheckboxSelectMultiple()
            return forms.MultipleChoiceField(
                label=label, choices=options, required=required, widget=widget
            )
        if many:
            return f.long(label, required=required, rows=2, hint=hint)
        if codes == (True,):
            box = f.tick(label)
            box.required = required
            return box
        if options:
            none = _("choose") if required else "–"
            return f.choice(label, [("", none), *options], required=required, hint=hint)
        if plain is bool:
            return f.tick(label)
        if plain is int:
            return _number(label, required=required, hint=hint)
        if name_of(kind) == "Time":
            return f.moment(label, required=required)
        if name_of(kind) == "Long":
            return f.long(label, required=required, rows=10)
        return f.short(label, required=required, hint=hint)

    def _options(self, name: str, kind: Any, codes: tuple[Any, ...]) -> list[tuple[str, Any]]:
        if name in self.choices:
            return list(self.choices[name])
        if name_of(kind) == "Language":
            return list(LANGUAGES)
        if name == "functions":
            return [(one, dw.code(name, one)) for one in FUNCTIONS]
        return [(one, dw.code(name, one)) for one in codes if isinstance(one, str)]

    # -------------------------------------------------------------- what was typed

    def clean(self) -> dict[str, Any]:
        """Check that a part that may be left out is whole where it is begun."""
        data = super().clean() or {}
        for names in self._groups():
            given = [name for name in names if data.get(name) not in (None, "", [])]
            if given:
                for name in names:
                    if name not in given and name not in self.errors and self._is_needed(name):
                        self.add_error(name, _("Fill in all of this, or none."))
        for pair in misplaced(self.act.name, data):
            told = _("This date is before “%(earlier)s”. Enter a later date.")
            self.add_error(pair.then, told % {"earlier": self.fields[pair.first].label})
        return data

    def _is_needed(self, name: str) -> bool:
        return not name.endswith("-days")

    def _groups(self) -> Iterator[list[str]]:
        """Yield the fields of each part that is a model of its own."""
        found: dict[str, list[str]] = {}
        for name in self.fields:
            before, dash, _last = name.rpartition("-")
            if dash:
                found.setdefault(before, []).append(name)
        yield from found.values()

    def value(self, lang: str) -> dict[str, Any]:
        """Return what the act says; free text says the language ``lang``."""
        return self._value(self.act.body, "", lang)

    def _value(self, model: type[Model], path: str, lang: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, member in model.model_fields.items():
            if name in self.without and not path:
                continue
            kind, optional, many = kind_of(member.annotation)
            inner = model_of(kind)
            if inner is Text:
                found[name] = f.text_or_none(self.cleaned_data[path + name], lang)
            elif inner and many:
                found[name] = list(self._rows(inner, path + name, lang))
            elif inner:
                begun = self._is_begun(path + name)
                found[name] = self._value(inner, f"{path}{name}-", lang) if begun else None
            else:
                found[name] = _said(self.cleaned_data[path + name], many=many, optional=optional)
        return found

    def _rows(self, inner: type[Model], path: str, lang: str) -> Iterator[dict[str, Any]]:
        number = 0
        while any(name.startswith(f"{path}-{number}-") for name in self.fields):
            if self._is_begun(f"{path}-{number}"):
                yield self._value(inner, f"{path}-{number}-", lang)
            number += 1

    def _is_begun(self, path: str) -> bool:
        names = [name for name in self.fields if name.startswith(f"{path}-")]
        return any(self.cleaned_data.get(name) not in (None, "", []) for name in names)


def _number(label: str, *, required: bool, hint: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        help_text=hint,
        min_value=0,
        max_value=2**53 - 1,
        widget=forms.NumberInput(attrs={"class": "form-control", "dir": "ltr"}),
    )


def _said(value: Any, *, many: bool, optional: bool) -> Any:
    if many and isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    if isinstance(value, datetime):
        return f.wire_time(value)
    return None if optional and value in (None, "") else value


def _shown(value: Any, kind: Any, *, many: bool) -> Any:
    if value is None:
        return None
    if many and isinstance(value, list):
        options = name_of(kind) == "Language" or all(one in FUNCTIONS for one in value)
        return value if options else "\n".join(map(str, value))
    return parse_time(value) if name_of(kind) == "Time" else value
