"""Accounts, hashes, files, persons, organizations, devices and the rest."""

import hashlib

import pytest
from tests.instruments.identifying import codes, refusal

from comity.instruments.identifiers import Identifier, IdentifierError, parse
from comity.instruments.identifiers.subjects import birth_precision, script_of

# ------------------------------------------------------------------ account


def test_an_account_names_its_provider() -> None:
    assert refusal("account", "anna") == "identifier-field"
    assert refusal("account", {"id": "anna"}) == "identifier-field"
    assert parse("account", {"provider": "Mail.ORG", "id": "Anna"}).text == "mail.org · Anna"
    assert parse("account", {"provider": "Some Service", "id": "1"}).text == "Some Service · 1"


def test_a_provider_with_a_dot_is_a_domain() -> None:
    assert refusal("account", {"provider": "mail..org", "id": "1"}) == "identifier-domain"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id": "@anna"}, "account-handle"),
        ({"id": "аnna"}, "text-lookalike"),
        ({"id": "an\u200bna"}, "text-hidden"),
        ({"id": "1", "name": "Аnna"}, "text-lookalike"),
        ({"provider": "gооgle.com", "id": "1"}, "text-lookalike"),
    ],
)
def test_an_account_that_can_be_taken_for_another_warns(
    fields: dict[str, object], code: str
) -> None:
    assert code in codes(parse("account", {"provider": "mail.org", **fields}))


# ------------------------------------------------------------------ hash and file


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_the_length_tells_the_algorithm_and_a_warning_says_so(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"x").hexdigest()
    named = parse("hash", f"{algorithm}:{digest.upper()}")
    assumed = parse("hash", digest)
    assert named.text == assumed.text == f"{algorithm}:{digest}"
    assert "hash-assumed" in codes(assumed)
    weak = ["hash-weak"] if algorithm in {"md5", "sha1"} else []
    assert codes(named) == weak


def test_the_hash_of_nothing_warns() -> None:
    assert "hash-nothing" in codes(parse("hash", "d41d8cd98f00b204e9800998ecf8427e"))


@pytest.mark.parametrize(
    "bad",
    [
        "ab" * 15,
        "sha256:" + "ab" * 20,
        "md5:" + "ab" * 32,
        "crc32:" + "ab" * 4,
        "sha3-256:" + "ab" * 32,
        "zz" * 32,
        "sha256:",
    ],
)
def test_what_is_no_hash_is_refused(bad: str) -> None:
    assert refusal("hash", bad) in {"identifier-hash", "identifier-text"}


def test_a_file_is_shown_with_what_its_name_hides() -> None:
    found = parse("file", {"name": "invoice\u202efdp.exe"})
    assert "⟨U+202E⟩" in found.display
    assert codes(found) == ["text-hidden", "file-hash-missing"]


def test_a_file_with_size_and_hash_is_named_without_a_word() -> None:
    fields = {"name": "a.pdf", "size": 12, "hash": "sha256:" + "ab" * 32}
    assert codes(parse("file", fields)) == []
    assert codes(parse("file", {**fields, "name": "C:\\a.pdf"})) == ["file-path"]


@pytest.mark.parametrize("size", [-1, True, 1.5, "12 kB", 1 << 64, "9" * 30])
def test_a_size_is_a_number_of_bytes(size: object) -> None:
    assert refusal("file", {"name": "a", "size": size}) == "identifier-field"


# ------------------------------------------------------------------ person


def person(**fields: object) -> Identifier:
    name = {"text": "Anna Rossi", "script": "Latn", "order": "given-first"}
    return parse("person", {"names": [name], **fields})


def test_a_person_has_names_in_several_scripts() -> None:
    names = [
        {"text": "Nguyễn Văn An", "script": "Latn", "order": "family-first"},
        {"text": "阮文安", "script": "Hani", "order": "family-first"},
        {"text": "سارة", "script": "Arab", "order": "single"},
    ]
    found = parse("person", {"names": names})
    assert found.fields["names"] == tuple(names)
    assert codes(found) == []
    assert found.display.count("\u2068") == found.display.count("\u2069") == 3


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Nguyễn Văn An", "Latn"),
        ("Анна", "Cyrl"),
        ("Άννα", "Grek"),
        ("سارة", "Arab"),
        ("阮文安", "Hani"),
        ("さくら", "Jpan"),
        ("김민준", "Kore"),
        ("สมชาย", "Thai"),
        ("ეკა", "Geor"),
        ("अनु", "Deva"),
        ("Анна Rossi", "Zyyy"),
        ("123", "Zyyy"),
    ],
)
def test_a_script_that_is_not_given_is_told_by_the_letters(text: str, tag: str) -> None:
    assert script_of(text) == tag


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ({"text": "Анна", "script": "Latn", "order": "single"}, "person-script"),
        ({"text": "Anna"}, "person-order"),
        ({"text": "Аnna", "order": "single"}, "text-lookalike"),
    ],
)
def test_a_name_that_may_be_read_wrong_warns(name: dict[str, str], code: str) -> None:
    assert code in codes(parse("person", {"names": [name]}))


@pytest.mark.parametrize(
    ("written", "precision"),
    [("1990-05-17", "day"), ("1990-05", "month"), ("1990", "year"), ("1990~", "about")],
)
def test_a_birth_date_is_as_precise_as_it_is_known(written: str, precision: str) -> None:
    found = person(birth_date=written).fields["birth_date"]
    assert found == written
    assert birth_precision(written) == precision


@pytest.mark.parametrize(
    "bad", ["17.05.1990", "1990-13", "1990-02-30", "2533-05-17", "1410-05-17", "90", "٠١٩٩٠"]
)
def test_a_birth_date_that_can_be_misread_is_refused(bad: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        person(birth_date=bad)
    assert caught.value.code == "identifier-date"


def test_the_first_of_january_warns() -> None:
    assert codes(person(birth_date="1990-01-01")) == ["person-birth-first"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"names": []}, "identifier-field"),
        ({"names": "Anna"}, "identifier-field"),
        ({"names": ["Anna"]}, "identifier-field"),
        ({"names": [{"script": "Latn"}]}, "identifier-field"),
        ({"names": [{"text": "Anna"}] * 21}, "identifier-field"),
        ({"names": [{"text": "Anna", "script": "Latin"}]}, "identifier-text"),
        ({"names": [{"text": "Anna", "order": "last-first"}]}, "identifier-field"),
        ({"nationality": ["xx"]}, "identifier-country"),
        ({"nationality": "it"}, "identifier-field"),
        ({"documents": [{"number": "1"}]}, "identifier-field"),
        ({"documents": [{"number": "1", "country": "xx"}]}, "identifier-country"),
        ({"documents": [{"kind": "card", "number": "1", "country": "it"}]}, "identifier-field"),
    ],
)
def test_what_names_no_person_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        person(**fields)
    assert caught.value.code == code


# ------------------------------------------------------------------ organization, device, other


def test_an_organization_with_a_wrong_lei_is_refused() -> None:
    lei = "213800KUD8LAJWSQ9D15"
    assert parse("organization", {"name": "Bank", "lei": lei.lower()}).fields["lei"] == lei
    wrong = {"name": "Bank", "lei": lei[:-1] + "6"}
    assert refusal("organization", wrong) == "identifier-organization"


def test_the_numbers_of_a_device_are_checked() -> None:
    assert refusal("device", {"imei": "490154203237517"}) == "identifier-imei"
    assert refusal("device", {"mac": "d0:50"}) == "identifier-mac"
    assert refusal("device", {}) == "identifier-field"
    fields = parse("device", {"mac": "D0509984A2A0", "maker": "Some"}).fields
    assert fields == {"maker": "Some", "mac": "d0:50:99:84:a2:a0"}
