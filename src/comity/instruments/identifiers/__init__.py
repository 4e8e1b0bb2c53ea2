"""Identifiers of a request: typed, checked, in one normal form.

Modules in reading order: `errors`, `notices` (warnings), `text` (what is safe to show), `fields`,
`fields` (countries, currencies), `fields`; then the parsers: `network`, `telecom`, `money`,
`subjects`; at last `lines`, an identifier as a request carries it.

Registers that change (numbering plans, networks, IBAN forms) are those of the libraries in the
lock; they read their own data from the installed package.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.instruments.identifiers import money, network, subjects, telecom
from comity.instruments.identifiers.errors import IdentifierError, IdentifierTypeError
from comity.instruments.identifiers.fields import Given, Parsed, Value
from comity.instruments.identifiers.notices import NOTICES, Notice, notices
from comity.instruments.identifiers.text import bounded

MAX_TEXT_CHARS: Final = network.MAX_URL_CHARS  # the longest of all

type Split = Callable[[str], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of identifier.

    Attributes:
        what: its name in errors.
        fields: names of the fields that it has.
        parse: makes the normal form.
        split: makes fields of one text; None if one text cannot say it.
    """

    what: str
    fields: tuple[str, ...]
    parse: Callable[[Given], Parsed]
    split: Split | None = None


def _alone(field: str) -> Split:
    return lambda text: {field: text}


KINDS: Final[Mapping[str, Kind]] = {
    "ip": Kind("IP address", ("address", "port", "time"), network.parse_ip, network.split_ip),
    "domain": Kind("domain", ("domain",), network.parse_domain, _alone("domain")),
    "url": Kind("URL", ("url",), network.parse_url, _alone("url")),
    "email": Kind("e-mail", ("email",), network.parse_email, _alone("email")),
    "phone": Kind("phone", ("number", "extension"), telecom.parse_phone, telecom.split_phone),
    "account": Kind("account", ("provider", "id", "name"), subjects.parse_account),
    "imei": Kind("IMEI", ("imei",), telecom.parse_imei, _alone("imei")),
    "imsi": Kind("IMSI", ("imsi",), telecom.parse_imsi, _alone("imsi")),
    "mac": Kind("MAC address", ("mac",), network.parse_mac, _alone("mac")),
    "cell": Kind(
        "cell", ("mcc", "mnc", "area", "cell", "radio"), telecom.parse_cell, telecom.split_cell
    ),
    "hash": Kind("hash", ("algorithm", "digest"), subjects.parse_hash, subjects.split_hash),
    "wallet": Kind("wallet", ("chain", "address"), money.parse_wallet, money.split_wallet),
    "iban": Kind("IBAN", ("iban",), money.parse_iban, _alone("iban")),
    "bank-account": Kind(
        "bank account",
        ("country", "number", "bic"),
        money.parse_bank_account,
        money.split_bank_account,
    ),
    "transaction": Kind(
        "transaction",
        ("id", "amount", "currency", "asset", "value_date"),
        money.parse_transaction,
        money.split_transaction,
    ),
    "file": Kind("file", ("name", "size", "hash"), subjects.parse_file, _alone("name")),
    "person": Kind(
        "person",
        ("names", "birth_date", "nationality", "documents"),
        subjects.parse_person,
        subjects.split_person,
    ),
    "organization": Kind(
        "organization",
        ("name", "country", "registration", "lei"),
        subjects.parse_organization,
        _alone("name"),
    ),
    "device": Kind(
        "device",
        ("description", "maker", "model", "serial", "imei", "mac"),
        subjects.parse_device,
        _alone("description"),
    ),
    "other": Kind("other", ("kind", "text"), subjects.parse_other, _alone("text")),
}
"""Every type of identifier, by its key."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier that has the form of its type. That it exists is not proven.

    Attributes:
        type: key of `KINDS`.
        fields: the normal form: one spelling of what was given. An IMEI with and one without check
            digit stay two.
        text: the normal form on one line.
        display: the text for people: isolated from the direction of what stands beside it, hidden
            characters and look-alikes made visible.
        warnings: what deserves a second look.
    """

    type: str
    fields: Mapping[str, Value]
    text: str
    display: str
    warnings: tuple[Notice, ...]


def parse(type: str, value: str | Mapping[str, object]) -> Identifier:
    """Return the identifier that a text or a table of fields writes.

    Args:
        type: key of `KINDS`.
        value: untrusted; one text where the type can be said in one, or its fields.

    Raises:
        IdentifierError: what is wrong, why, and what to do next; the subclass says which type or
            part. No message repeats the value.

    Source: docs/reference/identifiers.md.
    """
    kind = KINDS.get(type)
    if kind is None:
        raise IdentifierTypeError("identifier", "no such type", f"choose one of {', '.join(KINDS)}")
    fields: object = value
    if isinstance(value, str):
        text = bounded(value, kind.what, most=MAX_TEXT_CHARS)
        fields = kind.split(text) if kind.split else None
    parsed = kind.parse(Given(kind.what, fields, kind.fields))
    return Identifier(type, parsed.fields, parsed.text, parsed.display, notices(parsed.codes))


__all__ = ["KINDS", "NOTICES", "Identifier", "IdentifierError", "Kind", "Notice", "parse"]
