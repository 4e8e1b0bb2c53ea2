"""Exhibits made from a story agree with it and with each other, and a spoilt one is noticed."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.drills.stories import PATH, TEXT, changed, exhibits, harbour, told

from comity.drills import DrillError
from comity.drills.errors import DrillMemberError, DrillTextError
from comity.drills.making import (
    FORMS,
    agrees,
    file_name,
    insist,
    legible,
    make,
    make_one,
    shown_in,
    traces,
)
from comity.drills.making.kinds import EVENTS, SAYS
from comity.drills.making.world import World
from comity.drills.texts import check_exhibit

DIGESTS = {
    "portal-web": "6e038f7e184fc741",
    "bank-web": "18a8f8f66171fa85",
    "portal-auth": "c024c23582fb10ef",
    "post-auth": "b1f3c005b9306ef6",
    "mailbox": "0761099b55264842",
    "disk": "b0a8b4b0629ef391",
    "outside-disk": "61bbfd2f969725e8",
    "wire": "2d9bbc7428e36c17",
    "desk-wire": "a00fd8a642bdc34a",
    "history": "02848ac3261229c3",
}
"""Bytes that stay: another digest means that answers of seal tasks change."""


def test_the_story_of_the_tests_has_every_event_and_every_exhibit() -> None:
    assert {event.kind for event in harbour().events} == set(EVENTS)
    assert {wanted.kind for wanted in harbour().wanted.values()} == set(FORMS)


def test_what_is_made_agrees_with_the_story() -> None:
    assert agrees(harbour(), exhibits()) == []


def test_every_event_is_shown_somewhere() -> None:
    shown = shown_in(harbour())
    assert [key for key, where in shown.items() if not where] == []
    assert shown["take"] == ("portal-web", "outside-disk", "wire")
    assert shown["gone"] == ("disk",)
    assert shown["forged"] == ("post-auth", "mailbox")


def test_the_bytes_are_those_that_were_made_before() -> None:
    assert {key: hashlib.sha256(data).hexdigest()[:16] for key, data in exhibits().items()} == (
        DIGESTS
    )


def test_another_zone_locale_and_hash_seed_make_the_same_bytes() -> None:
    code = (
        "import hashlib, pathlib, sys; from comity.drills.making import make, parse_story;"
        "story = parse_story(pathlib.Path(sys.argv[1]).read_bytes(), file='harbour.toml');"
        "print(hashlib.sha256(b''.join(data for _, data in make(story))).hexdigest())"
    )
    environment = {**os.environ, "TZ": "Asia/Hanoi", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(PATH)],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(b"".join(exhibits().values())).hexdigest()


def test_one_alone_is_as_among_all() -> None:
    for key, data in exhibits().items():
        assert make_one(harbour(), key) == data


def test_another_seed_changes_ordinary_life_and_nothing_that_is_told() -> None:
    other = told(changed("seed = 7", "seed = 8"))
    assert agrees(other, dict(make(other))) == []
    assert shown_in(other) == shown_in(harbour())
    differ = agrees(harbour(), dict(make(other)))
    assert {one.why for one in differ} == {"lost", "foreign"}
    # ports are drawn by the seed, so only traces without a port have to stay
    kept = [one.event for one in differ if one.event and one.event[0] != "~"]
    assert set(kept) <= {"guess-root", "in-web", "look", "take", "in-shell", "paid"}


def test_one_exhibit_more_changes_no_other() -> None:
    more = told(TEXT + '\n[[exhibit]]\nkey = "more"\nkind = "disk"\nof = "desk-2"\n')
    made = dict(make(more))
    assert {key: made[key] for key in exhibits()} == exhibits()


def test_a_story_without_ordinary_life_shows_what_is_told_and_no_more() -> None:
    quiet = told(changed("ordinary = 120", "ordinary = 0"))
    made = dict(make(quiet))
    assert agrees(quiet, made) == []
    assert len(traces("web-log", made["portal-web"])) == 3
    assert len(traces("web-log", exhibits()["portal-web"])) > 15


def test_ordinary_life_never_comes_from_a_machine_that_nobody_uses() -> None:
    events = World(harbour()).events
    ordinary = [event for event in events if event.ordinary]
    assert len(ordinary) > 100
    assert {event.source for event in ordinary} & {"outside", "portal", "bank"} == set()
    assert all(harbour().begins <= event.at <= harbour().ends for event in events)


def test_moving_one_event_moves_it_in_every_exhibit() -> None:
    later = told(changed("2026-10-29T06:17:09Z", "2026-10-29T06:18:10Z"))
    made = dict(make(later))
    assert agrees(later, made) == []
    lost = {one.exhibit for one in agrees(harbour(), made) if one.event == "take"}
    assert {"portal-web", "outside-disk", "wire"} <= lost


# ------------------------------------------------------------------ spoilt copies


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return spoil


def without_line(part: bytes) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        kept = [line for line in lines if part not in line]
        assert len(kept) < len(lines)
        return b"".join(kept)

    return spoil


def doubled(part: bytes) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        line = next(one for one in data.splitlines(keepends=True) if part in one)
        return data + line

    return spoil


@pytest.mark.parametrize(
    ("key", "spoil", "why", "event"),
    [
        ("portal-web", swapped(b"[29/Oct/2026:06:17:09", b"[29/Oct/2026:06:17:10"), "lost", "take"),
        ("portal-web", without_line(b"/ledgers "), "lost", "look"),
        ("portal-web", doubled(b"/ledgers "), "foreign", ""),
        ("portal-web", swapped(b" 200 49 ", b" 200 48 "), "lost", "take"),
        ("portal-web", swapped(b"HTTP/1.1", b"HTTP/1.x"), "unreadable", ""),
        ("bank-web", swapped(b"reference=INV-1187", b"reference=INV-1188"), "lost", "paid"),
        ("portal-auth", swapped(b"user admin from", b"user root from"), "lost", "guess-root"),
        ("portal-auth", without_line(b"out.tar"), "lost", "archive"),
        ("portal-auth", swapped(b"<86>1", b"<86>"), "unreadable", ""),
        ("post-auth", swapped(b"login: vps23", b"login: vps24"), "", ""),  # no fact of the story
        ("post-auth", swapped(b"[198.51.100.23]", b"[198.51.100.24]"), "lost", "guess"),
        ("mailbox", swapped(b"07:04:55 +0000\nFrom", b"07:04:56 +0000\nFrom"), "lost", "forged"),
        ("mailbox", swapped(b"Subject: =?utf-8?b?TmV3", b"Subject: =?utf-8?b?T2V3"), "lost", ""),
        ("mailbox", swapped(b" [198.51.100.23])", b" [198.51.100.9])"), "lost", "forged"),
        ("mailbox", swapped(b"SU5WT0lDRSAxMTg3", b"SU5WT0lDRSAxMTg4"), "lost", "forged"),
        ("mailbox", swapped(b"To: ", b"Cc: "), "unreadable", ""),
        ("mailbox", lambda data: b"x" + data, "unreadable", ""),
        ("disk", swapped(b"INVOICE 1187", b"INVOICE 1188"), "lost", "saved"),
        ("disk", lambda data: data[:512] + b"\x00" + data[513:], "unreadable", ""),
        ("disk", lambda data: data[:-512], "unreadable", ""),
        ("outside-disk", swapped(b"Harbour Supplies", b"Harbour supplies"), "lost", "take"),
        ("wire", swapped(b"GET /ledgers", b"GET /ledgerz"), "unreadable", ""),  # checksum
        ("wire", lambda data: data[:-10], "unreadable", ""),
        ("wire", swapped(b"\xd4\xc3\xb2\xa1", b"\xd4\xc3\xb2\xa2"), "unreadable", ""),
        ("desk-wire", swapped(b"amount=48200", b"amount=48201"), "unreadable", ""),
        ("history", swapped(b"reference=INV-1187", b"reference=INV-1188"), "lost", "paid"),
        ("history", lambda data: data[:4096], "unreadable", ""),
        ("history", swapped(b"SQLite", b"SQLitf"), "unreadable", ""),
    ],
)  # fmt: skip
def test_a_spoilt_exhibit_is_noticed(
    key: str, spoil: Callable[[bytes], bytes], why: str, event: str
) -> None:
    data = exhibits()[key]
    differ = agrees(harbour(), {**exhibits(), key: spoil(data)})
    assert {one.exhibit for one in differ} == ({key} if why else set())
    assert not why or why in {one.why for one in differ}
    assert not event or event in {one.event for one in differ}


def test_an_exhibit_that_is_not_there_is_noticed_and_refused() -> None:
    rest = {key: data for key, data in exhibits().items() if key != "wire"}
    assert [(one.exhibit, one.why) for one in agrees(harbour(), rest)] == [("wire", "missing")]
    with pytest.raises(DrillError) as caught:
        insist(harbour(), rest)
    assert caught.value.code == "drill-exhibit"


@pytest.mark.parametrize("key", ["mailbox", "disk", "wire", "history"])
def test_every_flipped_byte_is_read_or_refused_and_never_crashes(key: str) -> None:
    data = exhibits()[key]
    kind = harbour().wanted[key].kind
    end = min(len(data), 20_000)  # of a disk what comes first: tables and folders
    for at in range(0, end, end // 60):
        traces(kind, data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])


# ------------------------------------------------------------------ harmless


def test_every_exhibit_says_that_it_is_an_exercise() -> None:
    for key, data in exhibits().items():
        assert SAYS.encode() in data, key


def test_logs_hold_no_markup_and_nothing_unseen() -> None:
    for key, wanted in harbour().wanted.items():
        if FORMS[wanted.kind][0] == "text":
            check_exhibit(exhibits()[key].decode(), file=key)


def test_a_sign_in_holds_no_password() -> None:
    assert b"user=m.adeyemi" in exhibits()["wire"]
    assert b"password=" not in exhibits()["wire"]


def test_what_a_person_finds_with_the_right_tool_is_legible() -> None:
    for key, part in (
        ("mailbox", "New account details – Новый счёт"),
        ("mailbox", "INVOICE 1187"),
        ("disk", "INVOICE 1187"),
        ("wire", "payee"),
        ("history", "http://harbourbank.example/payments?reference=INV-1187"),
        ("portal-web", "198.51.100.23"),
    ):
        kind = harbour().wanted[key].kind
        found = legible(kind, exhibits()["desk-wire" if part == "payee" else key])
        assert part in found, key


def test_files_are_named_by_key_and_kind() -> None:
    names = {file_name(wanted) for wanted in harbour().wanted.values()}
    assert {"wire.pcap", "mailbox.mbox", "disk.img", "history.sqlite", "bank-web.log"} <= names


# ------------------------------------------------------------------ any story

LINE = st.text(
    st.characters(
        codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="<>&{}$"
    ),
    max_size=40,
).map(lambda text: text.strip() or "x")  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    subject=LINE,
    body=st.lists(LINE, max_size=5),
    name=LINE,
    seed=st.integers(0, 2**31 - 1),
    seconds=st.integers(0, 14_400),
)
def test_whatever_people_write_agrees(
    subject: str, body: list[str], name: str, seed: int, seconds: int
) -> None:
    at = f"{harbour().begins + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
    quoted = [one.replace("\\", "\\\\").replace('"', '\\"') for one in (subject, name, *body)]
    text = TEXT.replace("seed = 7", f"seed = {seed}").replace("ordinary = 120", "ordinary = 9")
    text = text.replace("New account details – Новый счёт", quoted[0])
    text = text.replace('name = "Mina Adeyemi"', f'name = "{quoted[1]}"')
    text = text.replace("From today, please.\\n", "\\n".join(["From today.", *quoted[2:], ""]))
    text = text.replace("2026-10-29T07:04:55Z", at)
    with suppress(DrillTextError, DrillMemberError):  # by chance the mark of a script
        story = told(text)
        assert agrees(story, dict(make(story))) == []
