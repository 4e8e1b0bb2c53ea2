"""Rows of identifiers on a form: what it is, who holds it, and the identifier itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.instruments.identifiers import IdentifierError
from comity.instruments.identifiers.lines import line_of, read_line
from comity.instruments.identifiers.text import text_notices
from comity.node.compose.identifier_labels import NOTICE, REFUSED
from comity.node.compose.pasted_identifiers import (
    IDENTIFIER,
    MAX_PASTE_CHARS,
    SERVICE,
    Words,
    read_paste,
    words_of,
)
from comity.node.compose.pasted_identifiers import KIND as KIND_OF
from comity.node.messages.normalize_identifiers import MAX_CHARS
from comity.node.web import form_fields as f
from comity.node.web.identifier_kinds import KIND
from comity.node.web.section_labels import member_label

type Account = dict[str, str]
"""An identifier with who holds it, as it travels."""
ROWS: Final = 3
"""How many empty rows a form has, and how many the button adds."""

MAX_ROWS: Final = 500
ADD_ROWS: Final = "add-rows"
"""Name of the button that reads what was pasted, and asks for more rows."""
REMOVE: Final = "remove-row"
"""Name of the buttons that take a row away; the value is its number."""
REMOVE_INVALID: Final = "remove-invalid"
"""Name of the button that takes away each row that is not valid."""
BUTTONS: Final = frozenset({ADD_ROWS, REMOVE, REMOVE_INVALID})
INVALID, REMOVED = "row_invalid", "row_removed"
"""What a form is shown again with: numbers of rows that are not valid, and lines taken away."""
PASTE, HOLDER, LEFT_OUT = "row_paste", "row_holder", "row_left_out"
"""Fields for what is pasted and for who holds it; and what of it is no identifier."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    KIND_OF: (
        *("type", "kind", "tipo", "type d'identifiant", "тип", "вид", "النوع", "نوع", "类型"),
        *("种类", "loại"),
    ),
    SERVICE: (
        *("holder", "data holder", "provider", "service", "service provider", "held by"),
        *("operator", "company", "bank", "proveedor", "proveedor de servicios", "prestador"),
        *("operador", "empresa", "banco", "servicio", "titular de los datos"),
        *("fournisseur", "fournisseur de services", "prestataire", "opérateur", "société"),
        *("banque", "détenteur", "провайдер", "поставщик", "поставщик услуг", "оператор"),
        *("компания", "банк", "сервис", "مقدم الخدمة", "مزود الخدمة", "المزود", "الشركة"),
        *("المصرف", "البنك", "المشغل", "服务商", "服务提供商", "提供商", "运营商", "公司", "银行"),
        *("nhà cung cấp", "nhà cung cấp dịch vụ", "nhà mạng", "công ty", "ngân hàng"),
    ),
    IDENTIFIER: (
        *("identifier", "identifiers", "account", "accounts", "value", "indicator", "user"),
        *("identificador", "identificadores", "cuenta", "cuentas", "usuario", "valor"),
        *("identifiant", "identifiants", "compte", "comptes", "utilisateur", "valeur"),
        *("идентификатор", "аккаунт", "счёт", "счет", "учётная запись", "учетная запись"),
        *("المعرف", "المعرّف", "الحساب", "حساب", "标识符", "标识", "账号", "账户", "帐号", "用户"),
        *("định danh", "mã định danh", "tài khoản", "số tài khoản", "người dùng"),
    ),
}
"""What columns of spreadsheets are called, case folded: in the languages of this program."""
DOUBTFUL: Final = frozenset({"text-hidden", "text-lookalike"})
"""Warnings for which an identifier is to be looked at, though it has the form of its type."""

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


def add_paste(form: forms.Form) -> None:
    """Add the field into which identifiers are pasted, and the one for who holds them."""
    form.fields[PASTE] = f.long(
        _("Accounts and identifiers"),
        required=False,
        hint=_("One a line. Or paste spreadsheet cells or a forwarded mail."),
        most=MAX_PASTE_CHARS,
    )
    form.fields[HOLDER] = f.short(
        _("Data holder of these identifiers"),
        required=False,
        hint=_("The provider, bank or operator. Needed where the text above does not name it."),
    )


def unfolded(data: Any, prefix: str) -> tuple[Any, tuple[str, ...]]:
    """Return what was sent with the pasted text as rows, and the lines that were left out.

    A text that is too long stays in its field, and so does one without an identifier, and what
    finds no row any more. The holder goes into every row that names none, and stays in its field
    where there is no such row.

    Args:
        data: what was sent, or None.
        prefix: of the form.
    """
    if not data:
        return data, ()
    text, holder = data.get(f"{prefix}-{PASTE}", ""), data.get(f"{prefix}-{HOLDER}", "").strip()
    found = data.copy()
    left_out: tuple[str, ...] = ()
    if text.strip() and len(text) <= MAX_PASTE_CHARS:
        start = re.compile(rf"{re.escape(prefix)}-row_(?:kind|service|identifier)_([0-9]{{1,4}})")
        used = {int(match[1]) for name in data if (match := start.fullmatch(name)) and data[name]}
        free = (number for number in range(1, MAX_ROWS + 1) if number not in used)
        pasted = read_paste(text, _words(), most=max(0, MAX_ROWS - len(used)))
        for number, row in zip(free, pasted.rows, strict=False):
            found[f"{prefix}-row_kind_{number}"] = row.kind
            found[f"{prefix}-row_service_{number}"] = row.service
            found[f"{prefix}-row_identifier_{number}"] = row.identifier
        left_out = pasted.left_out
        found[f"{prefix}-{PASTE}"] = pasted.rest if pasted.rows else text
    if holder and _name_holder(found, prefix, holder) and not found.get(f"{prefix}-{PASTE}"):
        found[f"{prefix}-{HOLDER}"] = ""  # it is in the rows now, where it can be corrected
    return found, left_out


def _name_holder(data: Any, prefix: str, holder: str) -> bool:
    """Write a holder into each row with an identifier and no holder; tell whether there is one."""
    one = re.compile(rf"{re.escape(prefix)}-row_identifier_([0-9]{{1,4}})")
    numbers = [match[1] for name in list(data) if (match := one.fullmatch(name)) and data[name]]
    bare = [n for n in numbers if not data.get(f"{prefix}-row_service_{n}", "").strip()]
    for number in bare:
        data[f"{prefix}-row_service_{number}"] = holder
    return bool(bare)


def _words() -> Words:
    part = COLUMNS
    named = {KIND_OF: "type", SERVICE: "service", IDENTIFIER: "identifier"}
    columns = {
        one: [*words, member_label("subject", f"accounts.{named[one]}")]
        for one, words in part.items()
    }
    return words_of(KIND, columns)


def doubt_of(kind: str, service: str, identifier: str) -> Any:
    """Return why an identifier has to be looked at, or nothing."""
    if not kind:
        return _("The type is not recognised. Choose it, or correct the identifier.")
    try:
        found = read_line(kind, service or "?", identifier)
    except IdentifierError as fault:
        return REFUSED[fault.code]
    seen = [*text_notices(identifier, technical=True), *(one.code for one in found.warnings)]
    if codes := [code for code in seen if code in DOUBTFUL]:
        return NOTICE[codes[0]]
    return "" if service else _("Name the holder: the provider, bank or operator.")


@dataclass(frozen=True)
class Chip:
    """A row that says something, as one line that opens.

    Attributes:
        number: of the row.
        fields: of the row.
        kind: what it is, in words.
        identifier: as it was written.
        holder: who holds it, as it was written.
        doubt: why it has to be looked at, or nothing.
        wrong: whether it was refused.
        beside: number of the row that is reached once it is removed; empty if it is the only one.
    """

    number: str
    fields: tuple[forms.BoundField, ...]
    kind: Any
    identifier: str
    holder: str
    doubt: Any
    wrong: bool
    beside: str = ""


def chips_of(form: forms.Form) -> list[Chip]:
    """Return the rows in which something stands."""
    found = []
    for row in rows_of(form):
        kind, service, identifier = (str(field.value() or "").strip() for field in row)
        if kind or service or identifier:
            doubt = doubt_of(kind, service, identifier)
            wrong = any(field.errors for field in row)
            number = row[0].name.removeprefix("row_kind_")
            found.append(Chip(number, row, KIND.get(kind, ""), identifier, service, doubt, wrong))
    beside = [one.number for one in (*found[1:], *found[-2:-1])] or [""]
    return [replace(chip, beside=number) for chip, number in zip(found, beside, strict=False)]


def empty_rows(form: forms.Form) -> list[tuple[forms.BoundField, ...]]:
    """Return the fields of the rows in which nothing stands."""
    return [row for row in rows_of(form) if not any(field.value() for field in row)]


def rows_of(form: forms.Form) -> list[tuple[forms.BoundField, ...]]:
    """Return the fields of each row."""
    numbers = [
        name.removeprefix("row_kind_") for name in form.fields if name.startswith("row_kind_")
    ]
    return [tuple(form[f"row_{part}_{number}"] for part in _PARTS) for number in numbers]


def written_rows(form: forms.Form) -> list[Account]:
    """Return the rows that say something as they were written, valid or not."""
    found = []
    for row in rows_of(form):
        kind, service, identifier = (str(field.value() or "").strip() for field in row)
        if identifier:
            found.append({"type": kind, "service": service, "identifier": identifier})
    return found


def clean_paste(form: forms.Form) -> None:
    """Refuse what was typed in the fields for pasting and went into no row: it would be lost."""
    if form.cleaned_data.get(PASTE):
        told = _("No identifier is recognized. Enter one a line, or enter it with its type.")
        if len(rows_of(form)) >= MAX_ROWS:
            told = _("At most %(number)d identifiers. Send these in another request.")
        form.add_error(PASTE, forms.ValidationError(told, params={"number": MAX_ROWS}))
    if form.cleaned_data.get(HOLDER):
        told = _(
            "No identifier lacks a holder. Enter the identifiers that this holder has, or clear "
            "the field and name the holder in \u201c%(field)s\u201d."
        )
        field = form.fields["description"].label
        form.add_error(HOLDER, forms.ValidationError(told, params={"field": field}))


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
    if _is_repeated(form, number, row):
        return {"service": row["service"], "identifier": row["identifier"]}
    wrong = {
        "kind": _("Choose the type. \u201cSomething else\u201d is checked least."),
        "service": _("Name the holder: the provider, bank or operator."),
        "identifier": _("Enter the identifier, or leave the whole row empty."),
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


def _is_repeated(form: forms.Form, number: str, row: Mapping[str, str]) -> bool:
    """Tell whether an amendment repeats what was asked without a type."""
    same = all(row[part] == form.initial.get(f"row_{part}_{number}", "") for part in _PARTS)
    return same and not row["kind"]


def invalid_rows(form: forms.Form) -> tuple[str, ...]:
    """Return the numbers of rows whose identifier is missing, or is not of its type.

    A row that only lacks its holder is none of them: the holder is named for all at once.
    """
    if not form.is_bound:
        return tuple(form.initial.get(INVALID, ()))
    return tuple(number for number, row in _rows_by_number(form) if _is_invalid(form, number, row))


def _rows_by_number(form: forms.Form) -> Iterable[tuple[str, dict[str, str]]]:
    for fields in rows_of(form):
        values = [str(field.value() or "").strip() for field in fields]
        if any(values):
            number = fields[0].name.removeprefix("row_kind_")
            yield number, dict(zip(_PARTS, values, strict=True))


def _is_invalid(form: forms.Form, number: str, row: Mapping[str, str]) -> bool:
    if _is_repeated(form, number, row):
        return False
    if not row["kind"] or not row["identifier"]:
        return True
    try:
        read_line(row["kind"], row["service"] or "?", row["identifier"])
    except IdentifierError:
        return True
    return False


def initial_of(accounts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what the rows show of accounts that were asked about."""
    found = {}
    for number, account in enumerate(accounts, start=1):
        found[f"row_kind_{number}"] = account.get("type", "")
        found[f"row_service_{number}"] = account["service"]
        found[f"row_identifier_{number}"] = account["identifier"]
    return found


def typed_again(
    forms_: Mapping[str, forms.Form], pressed: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return what was typed, unchecked, to be shown again without complaint, with room for more.

    Args:
        forms_: bound forms, by name.
        pressed: what was sent, with the button; it says which rows are taken away.

    Returns:
        by name, initial values for forms that are bound to nothing.
    """
    found = {name: _typed_in(form) for name, form in forms_.items()}
    for name, form in forms_.items():
        if rows := rows_of(form):
            invalid = invalid_rows(form)
            away = [pressed.get(REMOVE, "")]
            if REMOVE_INVALID in pressed:  # what was pasted since was not seen as a row yet
                away = [one for one in invalid if _is_typed(form, one, pressed)]
                found[name][REMOVED] = [
                    told for one in away if (told := _line_of(found[name], one))
                ]
            for number in away:
                for part in _PARTS:
                    found[name].pop(f"row_{part}_{number}", None)
            found[name][INVALID] = [one for one in invalid if one not in away]
            found[name][f"row_kind_{min(len(rows) + ROWS, MAX_ROWS)}"] = ""
            found[name][LEFT_OUT] = getattr(form, "left_out", ())
    return found


def _is_typed(form: forms.Form, number: str, sent: Mapping[str, Any]) -> bool:
    return any(sent.get(form.add_prefix(f"row_{part}_{number}")) for part in _PARTS)


def _line_of(typed: Mapping[str, Any], number: str) -> str:
    """Return a row as one line."""
    told = (typed.get(f"row_{part}_{number}") for part in ("identifier", "service"))
    return " · ".join(filter(None, told))


def _typed_in(form: forms.Form) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
