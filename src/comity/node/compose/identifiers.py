"""Rows of identifiers on a form: what it is, who holds it, and the identifier itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.instruments.identifiers import IdentifierError
from comity.instruments.identifiers.lines import line_of, read_line
from comity.node.compose.identifier_labels import KIND, REFUSED
from comity.node.messages.normalize_identifiers import MAX_CHARS
from comity.node.web import form_fields as f
from comity.node.web.section_labels import member_label

type Account = dict[str, str]
"""An identifier with who holds it, as it travels."""
ROWS: Final = 3
"""How many rows a form has at least, and how many the button adds."""

MAX_ROWS: Final = 500
ADD_ROWS: Final = "add-rows"
"""Name of the button that asks for more rows."""

_ROW: Final = re.compile(r"(?:.*-)?row_(?:kind|service|identifier)_([0-9]{1,4})")
_PARTS: Final = ("kind", "service", "identifier")


def add_rows(form: forms.Form) -> None:
    """Add the rows to a form: those that were typed or proposed, at least `ROWS`."""
    typed = [*(form.data or {}), *form.initial]
    numbers = [int(match[1]) for match in map(_ROW.fullmatch, typed) if match]
    for number in range(1, min(max([ROWS, *numbers]), MAX_ROWS) + 1):
        form.fields[f"row_kind_{number}"] = f.choice(
            member_label("subject", "accounts.type"),
            [("", _("choose")), *KIND.items()],
            required=False,
        )
        form.fields[f"row_service_{number}"] = f.short(
            member_label("subject", "accounts.service"), required=False
        )
        form.fields[f"row_identifier_{number}"] = forms.CharField(
            label=str(member_label("subject", "accounts.identifier")),
            required=False,
            max_length=3000,
            widget=forms.TextInput(attrs={"dir": "auto"}),
        )


def rows_of(form: forms.Form) -> list[tuple[forms.BoundField, ...]]:
    """Return the fields of each row."""
    numbers = [
        name.removeprefix("row_kind_") for name in form.fields if name.startswith("row_kind_")
    ]
    return [tuple(form[f"row_{part}_{number}"] for part in _PARTS) for number in numbers]


def clean_rows(form: forms.Form) -> list[Account]:
    """Return the rows that say something, as they travel; errors go beside their fields."""
    found = []
    numbers = [
        name.removeprefix("row_kind_") for name in form.fields if name.startswith("row_kind_")
    ]
    for number in numbers:
        row = {part: form.cleaned_data.get(f"row_{part}_{number}", "") for part in _PARTS}
        if any(row.values()) and (account := _account(form, number, row)):
            found.append(account)
    return found


def _account(form: forms.Form, number: str, row: Mapping[str, str]) -> Account | None:
    """Return one account in its normal form, or None with what is wrong beside its fields."""
    kept = all(row[part] == form.initial.get(f"row_{part}_{number}", "") for part in _PARTS)
    if kept and not row["kind"]:  # an amendment repeats what was asked without a type
        return {"service": row["service"], "identifier": row["identifier"]}
    wrong = {
        "kind": _("Choose what it is; \u201cSomething else\u201d is checked the least."),
        "service": _("Say who holds it: the provider, the bank or the operator."),
        "identifier": _("Write the identifier, or leave the whole row empty."),
    }
    missing = [part for part in _PARTS if not row[part]]
    for part in missing:
        if f"row_{part}_{number}" not in form.errors:
            form.add_error(f"row_{part}_{number}", wrong[part])
    if missing:
        return None
    try:
        line = line_of(read_line(row["kind"], row["service"], row["identifier"]))
    except IdentifierError as fault:
        form.add_error(f"row_identifier_{number}", REFUSED[fault.code])
        return None
    if len(line) > MAX_CHARS:
        form.add_error(f"row_identifier_{number}", REFUSED["identifier-text"])
        return None
    return {"type": row["kind"], "service": row["service"], "identifier": line}


def initial_of(accounts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what the rows show of accounts that were asked about."""
    found = {}
    for number, account in enumerate(accounts, start=1):
        found[f"row_kind_{number}"] = account.get("type", "")
        found[f"row_service_{number}"] = account["service"]
        found[f"row_identifier_{number}"] = account["identifier"]
    return found


def typed_again(forms_: Mapping[str, forms.Form]) -> dict[str, dict[str, Any]]:
    """Return what was typed, unchecked, to be shown again without complaint, with room for more.

    Args:
        forms_: bound forms, by name.

    Returns:
        by name, initial values for forms that are bound to nothing.
    """
    found = {name: _typed_in(form) for name, form in forms_.items()}
    for name, form in forms_.items():
        if rows := rows_of(form):
            found[name][f"row_kind_{min(len(rows) + ROWS, MAX_ROWS)}"] = ""
    return found


def _typed_in(form: forms.Form) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
