"""A status.toml: what it may say, and what is refused."""

from datetime import date

import pytest
from tests.instruments.registers import deposit, register, row, text, total

from comity.instruments.errors import InstrumentError
from comity.instruments.library import MAX_BYTES
from comity.instruments.status import Consent, StatusError, parse_status

NOTICE = '[[state.notice]]\nkind = "{kind}"\ncite = ["42(5)"]\n{more}\nsource = "a law"\n'


def notice(more: str, kind: str = "reservation") -> str:
    return NOTICE.format(kind=kind, more=more)


def test_a_row_is_read_whole() -> None:
    found = register(
        row("at", f"signed = 2025-10-25\n{deposit('2026-03-01')}"),
        notice('text = "May refuse."\nlanguage = "en"\ndate = 2026-03-01'),
        notice('languages = ["en", "de"]', "languages"),
    ).states["at"]
    assert found.signed == date(2025, 10, 25)
    assert found.consent == Consent("ratification", deposited=date(2026, 3, 1))
    assert [(each.kind, each.languages) for each in found.notices] == [
        ("reservation", ()),
        ("languages", ("en", "de")),
    ]


@pytest.mark.parametrize(
    ("days", "on", "holds"),
    [
        ("", "1999-01-01", True),
        ("date = 2026-03-01", "2026-02-28", False),
        ("date = 2026-03-01", "2026-03-01", True),
        ("withdrawn = 2026-05-01", "2026-04-30", True),
        ("withdrawn = 2026-05-01", "2026-05-01", False),
        ("date = 2026-03-01\nwithdrawn = 2026-05-01", "2026-02-28", False),
        ("date = 2026-03-01\nwithdrawn = 2026-05-01", "2026-05-01", False),
    ],
)
def test_a_notice_holds_from_its_day_to_its_withdrawal(days: str, on: str, holds: bool) -> None:
    found = register(row("at"), notice(f'text = "May refuse."\nlanguage = "en"\n{days}'))
    assert found.states["at"].notices[0].holds(date.fromisoformat(on)) is holds


def test_days_may_coincide() -> None:
    day = "2026-02-01"
    found = register(row("at", f"signed = {day}\nin_force = {day}\n{deposit(day)}"))
    assert found.states["at"].in_force == found.states["at"].signed


@pytest.mark.parametrize("year", [1900, 2199])
def test_our_time_is_three_centuries(year: int) -> None:
    assert register(row("at", f"in_force = {year}-01-01")).states["at"].in_force


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ("signed = 2026-06-02", "a source knows no day after its own"),
        (deposit("2026-06-02"), "as above, inside the consent"),
        ("signed = 2025-10-25T10:00:00Z", "a moment is no day"),
        ('signed = "2025-10-25"', "a text is no day"),
        ("signed = 1899-12-31", "a day of another age"),
        ("in_force = 2200-01-01", "as above, in the future"),
        ('signed_reported = "2025-13"', "no such month"),
        ('signed_reported = "October 2025"', "a month is written YYYY-MM"),
        ('signed = 2025-10-25\nsigned_reported = "2025-10"', "a day and a month"),
        ("organization = 1", "a number is no flag"),
        ('consent = { kind = "signature" }', "a signature is no consent"),
        ("consent = { deposited = 2026-01-01 }", "a consent without its kind"),
        (
            'consent = { kind = "accession", deposited = 2026-01-01, reported = "2026-01" }',
            "two days of one consent",
        ),
        (f"signed = 2026-02-01\n{deposit('2026-01-01')}", "joined before it signed"),
        (f"in_force = 2026-01-01\n{deposit('2026-02-01')}", "in force before it joined"),
        ("ended = 2026-01-01", "ended and never begun"),
        ("in_force = 2026-02-01\nended = 2026-02-01", "ended on the day it began"),
        ('ratified = "yes"', "an unknown member"),
        ("notice = [1]", "a notice that is no table"),
    ],
)
def test_a_row_is_refused(members: str, what: str) -> None:
    with pytest.raises(StatusError) as caught:
        register(row("at", members))
    assert caught.value.facts["key"] == "state at", what


@pytest.mark.parametrize("key", ["AT", "aut", "a1", "", "at "])
def test_a_key_that_names_no_state_is_refused(key: str) -> None:
    with pytest.raises(StatusError):
        register(row(key))


def test_two_rows_of_one_state_are_refused() -> None:
    with pytest.raises(StatusError) as caught:
        register(row("at"), row("at"))
    assert caught.value.facts["key"] == "state at"


@pytest.mark.parametrize("member", ["source", "as_of", "confidence"])
def test_a_row_without_its_source_is_refused(member: str) -> None:
    lines = [line for line in row("at").splitlines() if not line.startswith(member)]
    with pytest.raises(StatusError):
        register("\n".join(lines))


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        (row("at", confidence="certain"), "an unknown confidence"),
        (row("at").replace("the depositary's page", ""), "an empty source"),
        (row("at").replace("page", "page\\u202e"), "a text that turns its direction"),
        (row("at").replace("page", "page\\u0007"), "a control character"),
        (row("at") + notice('text = "May refuse."'), "a text without its language"),
        (row("at") + notice('languages = ["en"]'), "languages in a reservation"),
        (row("at") + notice('text = "a"\nlanguage = "EN!"'), "no tag of a language"),
        (row("at") + notice("languages = []", "languages"), "languages that are none"),
        (row("at") + notice("languages = [7]", "languages"), "a number for a language"),
        (row("at") + notice('languages = ["en", "en"]', "languages"), "one language twice"),
        (row("at") + notice('text = "a"\nlanguage = "en"', "wish"), "an unknown kind"),
        (
            row("at") + notice('text = "a"\nlanguage = "en"').replace('"42(5)"', ""),
            "a notice about no article",
        ),
        (
            row("at") + notice('text = "a"\nlanguage = "en"\ndate = 2026-06-02'),
            "a notice after its source",
        ),
        (total(-1, as_of="2026-05-21"), "a total below nothing"),
        (total(3, as_of="2026-05-21", organizations=4), "more organizations than all"),
        (total(3, as_of="2026-05-21").replace('"consents"', '"votes"'), "a total of what"),
        ("state = 3", "no list of rows"),
        ("[[parties]]\n", "an unknown table"),
    ],
)
def test_a_file_is_refused(spoilt: str, what: str) -> None:
    raw = text(spoilt) if not spoilt.startswith("state") else f"{spoilt}\n".encode() + text()
    with pytest.raises(InstrumentError):
        parse_status(raw)
    assert what


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"complete = true",
        b"\xff",
        b"[register",
        b"[register]\ncomplete = false\n",
        b"[register]\ncomplete = 0\nas_of = 2026-01-01\n",
        b"a = " + b"[" * 5000,
        b"#" * (MAX_BYTES + 1),
    ],
    ids=["empty", "flat", "no text", "no TOML", "no day", "no flag", "deep", "large"],
)
def test_what_is_no_register_is_refused(raw: bytes) -> None:
    with pytest.raises(InstrumentError):
        parse_status(raw)
