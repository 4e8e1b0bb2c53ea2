"""Identifiers of persons and things: account, hash, file, person, organization, device, other."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from stdnum import lei as leis
from stdnum.exceptions import ValidationError

from comity.instruments.identifiers.errors import (
    HashError,
    IdentifierFieldError,
    IdentifierTextError,
    OrganizationError,
)
from comity.instruments.identifiers.fields import Given, Parsed, country, known_fields, partial_date
from comity.instruments.identifiers.network import domain_of, parse_mac
from comity.instruments.identifiers.telecom import parse_imei
from comity.instruments.identifiers.text import (
    MAX_NAME_CHARS,
    isolated,
    script,
    text_notices,
)


def _joined(parts: list[str | None]) -> str:
    return " · ".join(part for part in parts if part)


def _shown(parts: list[str | None], *, technical: bool = False) -> str:
    return " · ".join(isolated(part, technical=technical) for part in parts if part)


# ------------------------------------------------------------------ account


def parse_account(given: Given) -> Parsed:
    """Return an account with a provider; the provider is a domain if its text has a dot."""
    provider, id = given.text("provider", most=MAX_NAME_CHARS), given.text("id")
    name = given.maybe("name", most=MAX_NAME_CHARS)
    codes: list[str] = []
    if "." in provider and " " not in provider:
        provider, codes = domain_of(provider)
    else:
        codes = text_notices(provider, technical=True)
    codes += text_notices(id, technical=True)
    if id.startswith("@"):
        codes.append("account-handle")
    if name is not None:
        codes += text_notices(name)
    parts = [provider, id, name]
    fields = known_fields(provider=provider, id=id, name=name)
    shown = _shown([provider, id], technical=True) + (f" · {isolated(name)}" if name else "")
    return Parsed(fields, _joined(parts), shown, codes)


# ------------------------------------------------------------------ hash and file

HASH_DIGITS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_HEX: Final = re.compile(r"[0-9a-f]+")
_HASH_ADVICE: Final = "write algorithm and hex digits, as sha256:..."
_NOTHING: Final = {
    name: hashlib.new(name, usedforsecurity=False).hexdigest() for name in HASH_DIGITS
}


def split_hash(text: str) -> dict[str, object]:
    """Return algorithm and digest of ``sha256:9f86...``, or the digest alone."""
    algorithm, colon, digest = text.strip().partition(":")
    return {"algorithm": algorithm, "digest": digest} if colon else {"digest": text}


def parse_hash(given: Given) -> Parsed:
    """Return algorithm and digest in lower-case hex; the length tells the algorithm if none does.

    Source: FIPS 180-4, RFC 1321 (lengths); RFC 6151 and NIST SP 800-131A revision 2 section 9 (MD5
    and SHA-1 against collisions).
    """
    digest = re.sub(r"\s", "", given.text("digest")).lower()
    algorithm = given.maybe("algorithm")
    codes = []
    if not _HEX.fullmatch(digest):
        raise HashError("hash", "it holds more than hex digits", _HASH_ADVICE)
    if algorithm is None:
        names = [name for name, digits in HASH_DIGITS.items() if digits == len(digest)]
        if not names:
            raise HashError("hash", "no algorithm has this length", _HASH_ADVICE)
        algorithm = names[0]
        codes.append("hash-assumed")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in HASH_DIGITS:
        known = f"write one of {', '.join(HASH_DIGITS)}"
        raise HashError("hash", "the algorithm is not known", known)
    if HASH_DIGITS[algorithm] != len(digest):
        raise HashError("hash", "the length is not that of the algorithm", _HASH_ADVICE)
    if algorithm in {"md5", "sha1"}:
        codes.append("hash-weak")
    if digest == _NOTHING[algorithm]:
        codes.append("hash-nothing")
    text = f"{algorithm}:{digest}"
    fields = {"algorithm": algorithm, "digest": digest}
    return Parsed(fields, text, isolated(text, technical=True), codes)


def parse_file(given: Given) -> Parsed:
    """Return a file by its name, size in bytes and hash (``sha256:...``)."""
    name, size = given.text("name"), given.number("size")
    codes = text_notices(name)
    if "/" in name or "\\" in name:
        codes.append("file-path")
    digest = None
    if given.has("hash"):
        parts = split_hash(given.text("hash"))
        found = parse_hash(Given("file, hash", parts, ("algorithm", "digest")))
        digest = found.text
        codes += found.codes
    else:
        codes.append("file-hash-missing")
    parts_ = [name, None if size is None else f"{size} B", digest]
    fields = known_fields(name=name, size=size, hash=digest)
    return Parsed(fields, _joined(parts_), _shown(parts_), codes)


# ------------------------------------------------------------------ person

ORDERS: Final = ("given-first", "family-first", "single")
DOCUMENTS: Final = ("passport", "identity-card", "residence-permit", "driving-licence", "other")
# Codes of ISO 15924 to the first words of the names of their letters.
_SCRIPTS: Final[Mapping[str, frozenset[str]]] = {
    "Latn": frozenset({"LATIN"}),
    "Cyrl": frozenset({"CYRILLIC"}),
    "Grek": frozenset({"GREEK"}),
    "Arab": frozenset({"ARABIC"}),
    "Hebr": frozenset({"HEBREW"}),
    "Hani": frozenset({"CJK"}),
    "Hans": frozenset({"CJK"}),
    "Hant": frozenset({"CJK"}),
    "Jpan": frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    "Kore": frozenset({"CJK", "HANGUL"}),
    "Hang": frozenset({"HANGUL"}),
    "Kana": frozenset({"KATAKANA"}),
    "Hira": frozenset({"HIRAGANA"}),
    "Armn": frozenset({"ARMENIAN"}),
    "Geor": frozenset({"GEORGIAN"}),
    "Ethi": frozenset({"ETHIOPIC"}),
    "Deva": frozenset({"DEVANAGARI"}),
    "Beng": frozenset({"BENGALI"}),
    "Taml": frozenset({"TAMIL"}),
    "Telu": frozenset({"TELUGU"}),
    "Gujr": frozenset({"GUJARATI"}),
    "Guru": frozenset({"GURMUKHI"}),
    "Knda": frozenset({"KANNADA"}),
    "Mlym": frozenset({"MALAYALAM"}),
    "Sinh": frozenset({"SINHALA"}),
    "Thai": frozenset({"THAI"}),
    "Laoo": frozenset({"LAO"}),
    "Khmr": frozenset({"KHMER"}),
    "Mymr": frozenset({"MYANMAR"}),
    "Tibt": frozenset({"TIBETAN"}),
    "Mong": frozenset({"MONGOLIAN"}),
    "Thaa": frozenset({"THAANA"}),
}
UNKNOWN_SCRIPT: Final = "Zyyy"
_PRECISIONS: Final = {10: "day", 7: "month", 4: "year"}


def split_person(text: str) -> dict[str, object]:
    """Return the fields of a person of whom a name is known and nothing else."""
    return {"names": [{"text": text}]}


def parse_person(given: Given) -> Parsed:
    """Return a person: names with script and order, birth, nationalities, documents.

    Each name is a table of ``text``, ``script`` (ISO 15924) and ``order``; each document one of
    ``number``, ``country`` and ``kind``. ``birth_date`` is as precise as its text.
    """
    codes: list[str] = []
    names = tuple(_name(row, codes) for row in given.rows("names"))
    if not names:
        raise IdentifierFieldError("person", "names are missing", "give the name as it is known")
    birth = None
    if given.has("birth_date"):
        birth = partial_date(given.text("birth_date"), what="birth date")
        if birth.rstrip("~").endswith("-01-01"):
            codes.append("person-birth-first")
    nationality = tuple(
        country(Given("nationality", {"country": row}, ("country",)).text("country"))
        for row in given.rows("nationality")
    )
    documents = tuple(_document(row) for row in given.rows("documents"))
    fields = known_fields(
        names=names, birth_date=birth, nationality=nationality, documents=documents
    )
    parts = [*(name["text"] for name in names), birth, " ".join(nationality)]
    parts += [" ".join(document.values()) for document in documents]
    return Parsed(fields, _joined(parts), _shown(parts), codes)


def _name(row: object, codes: list[str]) -> Mapping[str, str]:
    given = Given("name", row, ("text", "script", "order"))
    text = given.text("text", most=MAX_NAME_CHARS)
    order = given.choice("order", ORDERS)
    tag = given.maybe("script")
    if tag is None:
        tag = script_of(text)
    elif not re.fullmatch(r"[A-Za-z]{4}", tag, re.ASCII):
        raise IdentifierTextError("name, script", "not a tag of ISO 15924", "write Latn or Arab")
    tag = tag.capitalize()
    letters = {script(char) for char in text} - {""}
    if tag in _SCRIPTS and not letters <= _SCRIPTS[tag]:
        codes.append("person-script")
    if order is None:
        codes.append("person-order")
    codes += text_notices(text)
    return {"text": text, "script": tag} | ({"order": order} if order else {})


def script_of(text: str) -> str:
    """Return the first tag of ISO 15924 that has all letters of a text, ``Zyyy`` if none has."""
    letters = {script(char) for char in text} - {""}
    fitting = [tag for tag, scripts in _SCRIPTS.items() if letters and letters <= scripts]
    return fitting[0] if fitting else UNKNOWN_SCRIPT


def birth_precision(birth_date: str) -> str:
    """Return how precise a parsed birth date is: ``day``, ``month``, ``year`` or ``about``."""
    return "about" if birth_date.endswith("~") else _PRECISIONS[len(birth_date)]


def _document(row: object) -> Mapping[str, str]:
    given = Given("document", row, ("kind", "number", "country"))
    kind = given.choice("kind", DOCUMENTS)
    number = re.sub(r"\s", "", given.text("number", most=60)).upper()
    return ({"kind": kind} if kind else {}) | {
        "number": number,
        "country": country(given.text("country")),
    }


# ------------------------------------------------------------------ organization, device, other


def parse_organization(given: Given) -> Parsed:
    """Return an organization: name, country, number in a register, LEI.

    Source: ISO 17442 (LEI).
    """
    name = given.text("name", most=MAX_NAME_CHARS)
    code = country(given.text("country")) if given.has("country") else None
    registration, lei = given.maybe("registration"), given.maybe("lei")
    if lei is not None:
        try:
            lei = leis.validate(lei)
        except ValidationError as fault:
            raise OrganizationError(
                "organization", "the LEI is wrong", "copy its 20 characters anew"
            ) from fault
    parts = [name, code, registration, lei]
    fields = known_fields(name=name, country=code, registration=registration, lei=lei)
    codes = text_notices(name) + text_notices(registration or "")
    return Parsed(fields, _joined(parts), _shown(parts), codes)


def parse_device(given: Given) -> Parsed:
    """Return a device: what it is, its maker and model, and its numbers."""
    texts = {
        name: given.maybe(name, most=MAX_NAME_CHARS)
        for name in ("description", "maker", "model", "serial")
    }
    codes = [code for text in texts.values() if text for code in text_notices(text)]
    numbers: dict[str, str | None] = {}
    for name, parse in (("imei", parse_imei), ("mac", parse_mac)):
        if given.has(name):
            found = parse(Given(f"device, {name}", {name: given.text(name)}, (name,)))
            numbers[name] = found.text
            codes += found.codes
    fields = known_fields(**texts, **numbers)
    if not fields:
        raise IdentifierFieldError("device", "nothing is given", "describe it or give its number")
    parts: list[str | None] = [*texts.values(), *numbers.values()]
    return Parsed(fields, _joined(parts), _shown(parts), codes)


def parse_other(given: Given) -> Parsed:
    """Return what no other type fits: what it is, and its text."""
    text, kind = given.text("text"), given.maybe("kind", most=MAX_NAME_CHARS)
    parts = [kind, text]
    codes = text_notices(text) + text_notices(kind or "")
    return Parsed(known_fields(kind=kind, text=text), _joined(parts), _shown(parts), codes)
