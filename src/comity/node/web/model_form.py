"""A form that is made from a pydantic model: one field a member, and valid where the model is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, ClassVar, Final, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from comity.canonical import parse_time
from comity.exchange.values import Model, is_text, kind_of, model_of, name_of, plain_of
from comity.node.web import form_fields as f
from comity.node.web.fault_sentences import REQUIRED, fault_sentence
from comity.node.web.language_choices import LANGUAGES

ROWS: Final = 3
"""How many rows a list of parts has at least; below what is there, one is free."""
MAX_ROWS: Final = 200
_EMPTY: Final[tuple[Any, ...]] = (None, "", [])
_PART_MISSING: Final = _("Fill in all of this, or none.")
_ANY_LANGUAGE: Final = "en"
"""Of the texts while they are checked; which one they have is asked in another form."""

type Choices = Iterable[tuple[str, Any]]


class PydanticForm(forms.Form):
    """What a model takes, one field a member; `value` gives it.

    A member that is a model of its own has fields named ``member-inner``; a list of such parts has
    rows of fields, ``member-0-inner``. A subclass may declare a field for a member that is written
    in another way: it takes the member's place, label and hint.
    """

    without: frozenset[str] = frozenset()
    """Members that are not asked for."""
    flat: ClassVar[frozenset[str]] = frozenset()
    """Members that are parts, whose fields are named as if they were members themselves."""

    def __init__(
        self,
        model: type[Model],
        data: Any = None,
        *,
        choices: Mapping[str, Choices] | None = None,
        optional: bool = False,
        **more: Any,
    ) -> None:
        """Make the fields.

        Args:
            model: whose members they are.
            data: what was typed, or None.
            choices: member to what can be chosen for it.
            optional: whether all of it may stay empty.
            more: for Django's form; ``initial`` as `initial_of` gives it.
        """
        super().__init__(data, **{"use_required_attribute": False, **more})
        self.model, self.choices, self.optional = model, dict(choices or {}), optional
        self.has_text = False
        self._add(model, "", "", "", required=not optional)

    # -------------------------------------------------------------- what subclasses say

    def member_label(self, path: str) -> Any:
        """Return what a member is called, by its path in the model with dots."""
        raise NotImplementedError

    def member_hint(self, path: str) -> Any:
        """Return what stands below a member's field, or nothing."""
        return ""

    def code_choices(self, path: str, kind: Any, codes: tuple[Any, ...]) -> Choices:
        """Return what can be chosen for a member, or nothing where it is written freely.

        Args:
            path: of the member.
            kind: its type.
            codes: the values that this type lists.
        """
        raise NotImplementedError

    def declared_value(self, name: str, lang: str) -> Any:
        """Return what the field that the form itself declares for a member says."""
        return self.cleaned_data.get(name)

    # -------------------------------------------------------------- fields

    def _add(
        self, model: type[Model], start: str, path: str, before: str, *, required: bool
    ) -> None:
        """Add the fields of a model.

        Args:
            model: the whole, or a part of it.
            start: of the names of its fields.
            path: of the part, with dots; empty for the whole.
            before: what the labels begin with.
            required: whether the part has to be there.
        """
        for name, member in model.model_fields.items():
            if not path and name in self.without:
                continue
            own = f"{path}.{name}".lstrip(".")
            kind, may_be_null, many = kind_of(member.annotation)
            inner = model_of(kind)
            needed = required and not may_be_null and member.is_required()
            label = self.member_label(own)
            if not path and name in self.base_fields:
                self.fields[name] = self._declared(self.fields.pop(name), own, needed=needed)
            elif is_text(inner):
                self.has_text = True
                most = _limits(inner)["text"]["maxLength"]
                self.fields[start + name] = f.long(
                    _labelled(before, label),
                    required=needed,
                    hint=self.member_hint(own),
                    rows=4 if needed else 2,
                    most=most,
                )
            elif inner and many:
                limits = _limits(model)[name]
                most = limits.get("maxItems", MAX_ROWS)
                for number in range(self._row_count(f"{start}{name}-", most)):
                    begun = needed and number < limits.get("minItems", 0)
                    named = _labelled(before, f"{label} {number + 1}: ")
                    self._add(inner, f"{start}{name}-{number}-", own, named, required=begun)
            elif inner:
                named = "" if own in self.flat else _labelled(before, f"{label}: ")
                self._add(inner, self._part_start(start, own), own, named, required=needed)
            else:
                field = self._field(own, kind, _limits(model)[name], needed=needed, many=many)
                field.label = _labelled(before, label)
                self.fields[start + name] = field

    def _declared(self, field: forms.Field, path: str, *, needed: bool) -> forms.Field:
        field.label = field.label or self.member_label(path)
        field.help_text = field.help_text or self.member_hint(path)
        field.required = needed
        return field

    def _part_start(self, start: str, path: str) -> str:
        return start if path in self.flat else f"{start}{path.rpartition('.')[2]}-"

    def _row_count(self, start: str, most: int) -> int:
        """Return how many rows a list has: what is proposed and one more, or what was typed."""
        proposed = _row_numbers(self.initial, start)
        typed = _row_numbers(self.data or {}, self.add_prefix(start))
        return min(max([ROWS, *(n + 2 for n in proposed), *(n + 1 for n in typed)]), most)

    def _field(
        self, path: str, kind: Any, limits: Mapping[str, Any], *, needed: bool, many: bool
    ) -> forms.Field:
        """Return the field of a member that is no part: a text, a code, a number, a moment."""
        hint, plain = self.member_hint(path), plain_of(kind)
        codes = get_args(plain) if get_origin(plain) is Literal else ()
        options = self._options(path, kind, codes)
        if many and options:
            widget = forms.CheckboxSelectMultiple()
            return forms.MultipleChoiceField(
                choices=options,
                required=needed and "minItems" in limits,
                help_text=hint,
                widget=widget,
            )
        if many:
            return f.LinesField(required=needed and "minItems" in limits, help_text=hint)
        if codes == (True,):
            box = f.tick("", hint=hint)
            box.required = needed
            return box
        if options:
            none = _("choose") if needed else "–"
            return f.choice("", [("", none), *options], required=needed, hint=hint)
        if plain is bool:
            return f.tick("", hint=hint)
        if plain is int:
            least, most = limits.get("minimum"), limits.get("maximum")
            return f.whole_number("", least=least, most=most, required=needed, hint=hint)
        if name_of(kind) == "Time":
            return f.moment("", required=needed, hint=hint)
        most = limits.get("maxLength", f.MAX_SHORT)
        if name_of(kind) == "Long":
            return f.long("", required=needed, hint=hint, rows=10, most=most)
        field = f.short("", required=needed, hint=hint, most=most)
        if "pattern" in limits:  # a code, not words
            field.widget.attrs["dir"] = "ltr"
        return field

    def _options(self, path: str, kind: Any, codes: tuple[Any, ...]) -> list[tuple[str, Any]]:
        if path.rpartition(".")[2] in self.choices:
            return list(self.choices[path.rpartition(".")[2]])
        if name_of(kind) == "Language":
            return list(LANGUAGES)
        return list(self.code_choices(path, kind, codes))

    @classmethod
    def shown_values(
        cls, model: type[Model], value: Mapping[str, Any], start: str = "", path: str = ""
    ) -> dict[str, Any]:
        """Return what the fields show of a value, by name: texts without their language.

        Args:
            model: of the value.
            value: all members or some.
            start: of the names of the fields, where it is a part.
            path: of the part, with dots.
        """
        found: dict[str, Any] = {}
        for name, member in model.model_fields.items():
            given = value.get(name)
            if given is None or (not path and name in cls.without):
                continue
            own = f"{path}.{name}".lstrip(".")
            kind, _null, many = kind_of(member.annotation)
            inner = model_of(kind)
            if not path and name in cls.base_fields:
                found[name] = given
            elif is_text(inner):
                found[start + name] = given.get("text")
            elif inner and many:
                for number, row in enumerate(given):
                    found |= cls.shown_values(inner, row, f"{start}{name}-{number}-", own)
            elif inner:
                into = start if own in cls.flat else f"{start}{name}-"
                found |= cls.shown_values(inner, given, into, own)
            else:
                found[start + name] = parse_time(given) if name_of(kind) == "Time" else given
        return found

    # -------------------------------------------------------------- what was typed

    def value(self, lang: str) -> Any:
        """Return what was written, as the model takes it; None where all may stay empty and does.

        Args:
            lang: that free text says it is in.
        """
        if self.optional and not self._is_begun(self.fields):
            return None
        return self._value(self.model, "", "", lang)

    def _value(self, model: type[Model], start: str, path: str, lang: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, member in model.model_fields.items():
            if not path and name in self.without:
                continue
            own = f"{path}.{name}".lstrip(".")
            kind, may_be_null, many = kind_of(member.annotation)
            inner = model_of(kind)
            typed = self.cleaned_data.get(start + name)
            said: Any
            if not path and name in self.base_fields:
                said = self.declared_value(name, lang)
            elif is_text(inner):
                said = f.text(typed or "", lang)
                said = None if may_be_null and not typed else said
            elif inner and many:
                rows = self._begun_rows(f"{start}{name}-")
                said = [self._value(inner, f"{start}{name}-{n}-", own, lang) for n in rows]
            elif inner:
                into = self._part_start(start, own)
                begun = self._is_begun(self._part_names(inner, into))
                left_out = may_be_null and not begun
                said = None if left_out else self._value(inner, into, own, lang)
            else:
                said = f.wire_time(typed) if isinstance(typed, datetime) else typed
            if may_be_null and said in _EMPTY:
                said = None
            if member.is_required() or said not in _EMPTY:
                found[name] = said
        return found

    def _part_names(self, part: type[Model], start: str) -> Iterator[str]:
        """Yield the fields of a part."""
        return (
            name
            for name in self.fields
            if (name.startswith(start) if start else name in part.model_fields)
        )

    def _begun_rows(self, start: str) -> list[int]:
        """Return the numbers of the rows of a list in which something was written."""
        return [
            number
            for number in _row_numbers(self.fields, start)
            if self._is_begun(n for n in self.fields if n.startswith(f"{start}{number}-"))
        ]

    def _is_begun(self, names: Iterable[str]) -> bool:
        typed = (self.cleaned_data.get(name) for name in names)
        return any(one not in _EMPTY and one is not False for one in typed)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or (self.optional and not self._is_begun(self.fields)):
            return
        for fault in self.faults(self.value(_ANY_LANGUAGE)):
            if fault["type"] != "missing" or fault["loc"][0] not in self.without:
                self._refuse(fault)

    def faults(self, value: Any) -> list[Any]:
        """Return what the model says is wrong with a value."""
        try:
            self.model.model_validate(value)
        except ValidationError as fault:
            return list(fault.errors(include_url=False))
        return []

    def _refuse(self, fault: Mapping[str, Any]) -> None:
        name = self.fault_field(fault["loc"])
        told = self.fault_words(fault)
        if fault["type"] == "missing" or fault["input"] in _EMPTY:
            told = REQUIRED if self.fields[name].required else _PART_MISSING
        lines = [part for part in fault["loc"] if isinstance(part, int)]
        if lines and isinstance(self.fields[name], f.LinesField):
            told = _("Line %(number)s: %(told)s") % {"number": lines[0] + 1, "told": told}
        if name not in self.errors:
            self.add_error(name, told)

    def fault_words(self, fault: Mapping[str, Any]) -> Any:
        """Return what is said of a fault that the model found."""
        return fault_sentence(fault)

    def fault_field(self, place: tuple[int | str, ...]) -> str:
        """Return the field beside which a fault is told.

        Args:
            place: of what is wrong, in the model.
        """
        found, path = "", ""
        for part in place:
            if isinstance(part, int):
                rows = self._begun_rows(f"{path}-")
                if part >= len(rows):  # an entry of a list that is one field
                    break
                part = rows[part]  # noqa: PLW2901 - the number of the row that was filled in
            path = f"{path}-{part}".lstrip("-")
            found = path if path in self.fields else found
        if found:
            return found
        named = (str(part) for part in reversed(place) if str(part) in self.fields)
        inside = (name for name in self.fields if place and name.startswith(f"{place[0]}-"))
        return next(chain(named, inside, self.fields))


def _labelled(before: str, label: Any) -> Any:
    return f"{before}{label}" if before else label


def _row_numbers(names: Iterable[str], start: str) -> list[int]:
    """Return the numbers of rows that names of fields have, ascending."""
    row = re.compile(rf"{re.escape(start)}([0-9]{{1,4}})-")
    return sorted({int(match[1]) for match in map(row.match, names) if match})


@cache
def _limits(model: type[Model]) -> Mapping[str, Mapping[str, Any]]:
    """Return what the JSON Schema of a model says of each member: lengths, numbers, patterns."""
    whole = model.model_json_schema()
    parts = whole.get("$defs", {})

    def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" in schema:
            return resolved(parts[schema["$ref"].rpartition("/")[2]])
        either = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        return resolved(either[0]) if either else schema

    return {name: resolved(one) for name, one in whole["properties"].items()}
