"""Identifiers recognised in what was pasted: nothing is lost, and nothing is taken for another."""

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.instruments.identifiers.lines import read_line
from comity.node.compose import identifiers
from comity.node.compose.identifiers import MAX_ROWS, doubt_of, unfolded
from comity.node.compose.pasted_identifiers import (
    MAX_PASTE_CHARS,
    Row,
    Words,
    read_paste,
    words_of,
)
from comity.node.compose.section_forms import SubjectForm

WORDS = words_of(
    {"ip": "IP address", "email": "E-mail address", "person": "Person"},
    {"kind": ["type"], "service": ["provider"], "identifier": ["identifier"]},
)
MAIL = """Please see below.

> From: a.analyst@police.example
> Date: Tue, 24 Nov 2026 09:00:00 +0200
> Subject: indicators
>
> The victim paid to DE89 3704 0044 0532 0130 00 after a call.
>> DE89370400440532013000
> 203.0.113.9:443 2026-11-24T09:00:00Z
> The page was hxxps://bank-login[.]example/sign-in, from 203.0.113.300.
> Regards
"""


def rows(text: str, words: Words = WORDS, most: int = 500) -> list[tuple[str, str, str]]:
    """Return the rows of a text."""
    found = read_paste(text, words, most=most).rows
    return [(one.kind, one.service, one.identifier) for one in found]


def test_a_list_is_read_line_by_line_and_a_doubtful_line_stays() -> None:
    text = "- bank-login.example\n* +84 24 3825 0000\n3. 198.51.100.24\r\n203.0.113.300\nMr. Smith"
    assert rows(text) == [
        ("domain", "", "bank-login.example"),
        ("phone", "", "+84 24 3825 0000"),
        ("ip", "", "198.51.100.24"),
        ("ip", "", "203.0.113.300"),
        ("", "", "Mr. Smith"),
    ]


def test_cells_of_a_spreadsheet_are_read_by_their_heads_or_by_what_they_are() -> None:
    headed = "Type\tIdentifier\tProvider\nPerson\tA. Tran\tBank, Ltd\nip\t203.0.113.9\tISP"
    assert rows(headed) == [("person", "Bank, Ltd", "A. Tran"), ("ip", "ISP", "203.0.113.9")]
    plain = '203.0.113.9,"ISP, Ltd"\nj.doe@example.za;mail.example.za\na.example, b.example'
    assert rows(plain) == [
        ("ip", "ISP, Ltd", "203.0.113.9"),
        ("email", "mail.example.za", "j.doe@example.za"),
        ("domain", "", "a.example"),
        ("domain", "", "b.example"),
    ]


ANA, CAPE = ("email", "Cape Mail", "ana@example.za"), ("phone", "Cape Mail", "+27 82 555 0101")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nº\tCuenta\tProveedor\tNotas\n1\tana@example.za\tCape Mail\turgente", [ANA]),
        ("Nº\tDato\tProveedor\tNotas\n1\tana@example.za\tCape Mail\turgente", [ANA]),
        ("序号\t账号\t服务商\n1\t+27 82 555 0101\tCape Mail", [CAPE]),
        ("Nº;Dato;Empresa X;Notas\n1;ana@example.za;Cape Mail;", [ANA]),
        ("1\tana@example.za\tCape Mail\n2\t+27 82 555 0101\tCape Mail", [ANA, CAPE]),
        ("17\tana@example.za\t24/11/2026\tCape Mail", [ANA]),
        ("Nº\tCuenta\tProveedor\n\tana@example.za\tCape Mail\n\t\t\n", [ANA]),
        ("1\tana@example.za", [("email", "", "ana@example.za")]),
        ("ana@example.za\tCape Mail\tseen twice", [("email", "", "ana@example.za")]),
        ("Nº\tDato\tProveedor\n1\tana@example.za\t", [("email", "", "ana@example.za")]),
        ("a\tDato\tProveedor\n1\tana@example.za\tmail.example", [
            ("email", "mail.example", "ana@example.za")]),
    ],
)  # fmt: skip
def test_the_holder_is_the_column_of_holders_and_never_a_number_or_a_guess(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    assert rows(text, identifiers._words()) == found


def test_a_forwarded_mail_gives_its_identifiers_and_tells_what_it_left_out() -> None:
    found = read_paste(MAIL, WORDS, most=500)
    assert [(one.kind, one.identifier) for one in found.rows] == [
        ("iban", "DE89370400440532013000"),
        ("ip", "203.0.113.9:443 2026-11-24T09:00:00Z"),
        ("url", "https://bank-login.example/sign-in"),
        ("ip", "203.0.113.300"),
    ]
    assert "From: a.analyst@police.example" in found.left_out
    assert "Regards" in found.left_out


def test_unseen_marks_around_a_line_go_and_inside_it_stay_to_be_looked_at() -> None:
    assert rows("\u202a203.0.113.9\u202c\u200e") == [("ip", "", "203.0.113.9")]
    ((kind, _, identifier),) = rows("203.0.\u202e113.9")
    assert (kind, identifier) == ("", "203.0.\u202e113.9")
    assert rows("a\x00b") == [("", "", "a\ufffdb")]


HOSTILE = st.text(
    st.sampled_from("a1.:@>-,;\t\n\r\x00\u200f\u202e\u2066\u0430\u00a0\u2028\"'/+0[]\ud7ff ")
    | st.characters(codec="utf-8"),
    max_size=400,
)


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_whatever_is_pasted_each_row_is_of_its_type_or_marked_and_no_word_is_lost(
    text: str,
) -> None:
    found = read_paste(text, WORDS, most=50)
    for row in found.rows:
        if not doubt_of(row.kind, "holder", row.identifier):
            assert read_line(row.kind, "holder", row.identifier).type == row.kind
        assert row.identifier.strip()
    again = read_paste(found.rest, WORDS, most=50).rows if found.rest else ()
    assert all(isinstance(one, Row) for one in again)


def typed(text: str, **more: str) -> QueryDict:
    """Return a form that was sent with a text pasted into it."""
    data = QueryDict(mutable=True)
    data.update({"subject-row_paste": text, "subject-description": "Logs", **more})
    return data


def test_pasted_rows_stand_behind_the_ones_that_are_there_and_take_the_holder() -> None:
    there = {
        "subject-row_kind_2": "email",
        "subject-row_service_2": "mail.example",
        "subject-row_identifier_2": "j.doe@example.za",
    }
    form = SubjectForm(
        "subject", typed("203.0.113.9\n198.51.100.24", **there, **{"subject-row_holder": "ISP"})
    )
    assert form.is_valid(), form.errors
    assert [(one["type"], one["service"]) for one in form.accounts] == [
        ("ip", "ISP"),
        ("email", "mail.example"),
        ("ip", "ISP"),
    ]


@pytest.mark.parametrize("identifier", ["p\u0430ypal.com", "pay\u200bpal.com", "203.0.113.300"])
def test_what_deceives_the_eye_is_marked_to_be_checked(identifier: str) -> None:
    form = SubjectForm("subject", typed(identifier, **{"subject-row_holder": "registry"}))
    (chip,) = form.chips()
    assert chip.doubt


def test_too_much_stays_in_the_field() -> None:
    many = "\n".join(f"a{number}.example" for number in range(MAX_ROWS + 5))
    data, _ = unfolded(typed(many), "subject")
    assert data["subject-row_paste"].splitlines()[0] == f"a{MAX_ROWS}.example"
    huge = "a" * (MAX_PASTE_CHARS + 1)
    form = SubjectForm("subject", typed(huge))
    assert not form.is_valid()
    assert form["row_paste"].value() == huge
    assert "row_paste" in form.errors
