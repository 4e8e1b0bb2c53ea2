"""What a story may not say, each for one reason, by code and place."""

import random
from contextlib import suppress

import pytest
from tests.drills.stories import TEXT, changed, of_the_guide, told
from tests.walks import every

from comity.canonical import PeerError
from comity.drills import DrillError
from comity.drills.making import agrees, make, parse_story
from comity.drills.making.parse import MAX_BYTES

GUESS = 'on = "portal"\nuser = "admin"'
FORGED = 'to = ["mina", "asa"]'
TAKE = 'from = "outside"\non = "portal"\nfile = "ledger"'
SAVED = 'on = "desk-1"\nfile = "invoice"\nfolder = "Documents/Invoices"'
PROGRAM = 'program = "/usr/bin/tar -cf /srv/out.tar /srv/ledgers"'


@every(
    ("old", "new", "code", "key"),
    [
        ("seed = 7", "seed = 7\ncolour = 1", "drill-member", "story"),
        ("seed = 7", "seed = -7", "drill-member", "story"),
        ("ordinary = 120", "ordinary = 100000", "drill-member", "story"),
        ('talk = ["Lunch', 'talk = ["\\u001b[2J', "drill-member", "story"),
        ("ends = 2026-10-29T09:30:00Z", "ends = 2026-10-29T05:30:00Z", "drill-story", "story"),
        ("ends = 2026-10-29T09:30:00Z", "ends = 2036-10-29T05:30:00Z", "drill-story", "story"),
        ("begins = 2026-10-29T05:30:00Z", "begins = 2026-10-29", "drill-member", "story"),
        ("begins = 2026-10-29T05:30:00Z", "begins = 2026-10-29T05:30:00", "drill-member", "story"),
        ("T06:14:20Z", "T06:14:20.5Z", "drill-member", "event guess-root"),
        ("2026-10-29T06:14:20Z", "0001-01-01T00:00:00+14:00", "drill-member", "event guess-root"),
        ("T06:14:20Z", "T03:14:20Z", "drill-story", "event guess-root"),
        ('kind = "sign-in-failed"', 'kind = "sign-on"', "drill-member", "event guess-root"),
        (GUESS, 'on = "portal"', "drill-story", "event guess-root"),
        (GUESS, f'{GUESS}\nby = "asa"', "drill-story", "event guess-root"),
        (GUESS, 'on = "outside"\nuser = "admin"', "drill-story", "event guess-root"),
        (GUESS, 'on = "nowhere"\nuser = "admin"', "drill-story", "event guess-root"),
        (GUESS, 'on = "bank"\nuser = "admin"', "drill-story", "event guess-root"),
        (GUESS, 'on = "portal"\nuser = "a b"', "drill-member", "event guess-root"),
        (GUESS, f'{GUESS}\namount = "1.00"', "drill-member", "event guess-root"),
        (FORGED, "to = []", "drill-member", "event forged"),
        (FORGED, 'to = ["mina", "nobody"]', "drill-story", "event forged"),
        ('person = "adeyemi"', 'person = "nobody"', "drill-story", "account mina"),
        ('uses = ["desk-1"]', 'uses = ["desk-9"]', "drill-story", "account mina"),
        ('mail = "billing@harbour-supplies.test"\n', "", "drill-story", "event forged"),
        ('subject = "New', 'subject = "New\\nBcc: x', "drill-member", "event forged"),
        ('subject = "New', 'subject = "<script>New', "drill-text", "event forged"),
        ('text = "Our account', 'text = "\\r\\nOur account', "drill-member", "event forged"),
        (FORGED, 'to = ["mina", "mina"]', "drill-duplicate", "event forged"),
        ('amount = "48200.00"', 'amount = "48 200"', "drill-member", "event paid"),
        ('currency = "EUR"', 'currency = "euro"', "drill-member", "event paid"),
        (TAKE, f'{TAKE}\nfolder = "../up"', "drill-member", "event take"),
        (TAKE, f'{TAKE}\nfolder = "notes"', "drill-story", "event take"),
        (TAKE, f'{TAKE}\npath = "ledger"', "drill-member", "event take"),
        (SAVED, SAVED.replace("invoice", "ledger"), "drill-story", "event gone"),
        ('key = "saved"\n', 'key = "guess"\n', "drill-duplicate", "event guess"),
        ('of = "mina"', 'of = "desk-1"', "drill-story", "exhibit mailbox"),
        ('kind = "web-log"\nof = "bank"', 'kind = "web-log"\nof = "post"', "drill-story", ""),
        ('key = "wire"\nkind', 'key = "../wire"\nkind', "drill-member", ""),
        ('key = "wire"\nkind', 'key = "Wire"\nkind', "drill-member", "exhibit Wire"),
        ('kind = "history"', 'kind = "memory"', "drill-member", "exhibit history"),
        ("seed = 7", "seed = 7\n[", "drill-file", ""),
    ],
)
def test_a_story_that_breaks_the_format_is_refused(old: str, new: str, code: str, key: str) -> None:
    with pytest.raises(DrillError) as caught:
        told(changed(old, new))
    assert caught.value.code == code, caught.value
    assert caught.value.facts["file"] == "harbour.toml"
    if key:
        assert caught.value.facts["key"] == key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('address = "198.51.100.23"', 'address = "8.8.8.8"'),
        ('address = "198.51.100.23"', 'address = "10.0.0.1"'),
        ('address = "198.51.100.23"', 'address = "198.51.100.0"'),
        ('address = "198.51.100.23"', 'address = "198.51.100.255"'),
        ('address = "198.51.100.23"', 'address = "198.51.100.023"'),
        ('address = "198.51.100.23"', 'address = "2001:db8::1"'),
        ('address = "198.51.100.23"', 'address = "203.0.113.10"'),
        ('address = "198.51.100.23"', 'address = "192.0.2.53"'),
        ('host = "vps23.hosting.test"', 'host = "vps23.hosting.com"'),
        ('host = "vps23.hosting.test"', 'host = "example"'),
        ('host = "vps23.hosting.test"', 'host = "a.example.com"'),
        ('host = "vps23.hosting.test"', 'host = "post.fund.example"'),
        ('host = "vps23.hosting.test"', 'host = "vps\\u0430.hosting.test"'),
        ('mail = "billing@harbour-supplies.test"', 'mail = "billing@bank.org"'),
        ('mail = "billing@harbour-supplies.test"', 'mail = "a@b@c.test"'),
        ("seed = 7", 'seed = 7\nresolver = "1.1.1.1"'),
    ],
)
def test_what_somebody_may_really_have_is_refused(old: str, new: str) -> None:
    with pytest.raises(DrillError) as caught:
        told(changed(old, new))
    assert caught.value.code == "drill-story-address"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "ledger-2026.csv"', 'name = "ledger.exe"'),
        ('name = "ledger-2026.csv"', 'name = "ledger.csv.scr"'),
        ('name = "ledger-2026.csv"', 'name = "../ledger.csv"'),
        ('name = "ledger-2026.csv"', 'name = "ledger.html"'),
        (PROGRAM, 'program = "/bin/sh -c $(x)"'),
        (PROGRAM, 'program = "/bin/echo x | /bin/sh"'),
        (PROGRAM, 'program = "tar"'),
        ('path = "/ledgers"', 'path = "/?q=%3Cscript%3E"'),
        ('path = "/ledgers"', 'path = "/a%00b"'),
    ],
)
def test_what_a_machine_might_run_is_refused(old: str, new: str) -> None:
    with pytest.raises(DrillError) as caught:
        told(changed(old, new))
    assert caught.value.code == "drill-story-harm"


def test_a_file_of_the_story_holds_no_markup() -> None:
    with pytest.raises(DrillError) as caught:
        told(changed("INVOICE 1187", "<img src=x>"))
    assert caught.value.code == "drill-text"


def test_more_than_a_disk_holds_is_refused_when_it_is_made() -> None:
    row = '[[event]]\nkey = "s{0}"\nkind = "file-saved"\nat = 2026-10-29T08:00:00Z\n'
    row += 'on = "desk-2"\nfile = "invoice"\nfolder = "F{0}"\n'
    text = changed('of = "outside"', 'of = "desk-2"')
    text = text.replace("INVOICE 1187\n", "INVOICE 1187\n" + "x" * 70_000 + "\n")
    story = told(text + "".join(row.format(number) for number in range(30)))
    with pytest.raises(DrillError) as caught:
        dict(make(story))
    assert caught.value.code == "drill-story-size"
    assert caught.value.facts["key"] == "exhibit outside-disk"


def test_a_file_taken_a_hundred_times_does_not_fill_the_machine() -> None:
    row = '[[event]]\nkey = "t{0}"\nkind = "file-taken"\nat = 2026-10-29T08:00:00Z\n'
    row += 'from = "desk-2"\non = "portal"\nfile = "ledger"\nfolder = "F{0}"\n'
    text = changed("day,payee,sum", "day,payee,sum" + "x" * 99_000)
    story = told(text + "".join(row.format(number) for number in range(100)))
    with pytest.raises(DrillError) as caught:
        dict(make(story))
    assert caught.value.code == "drill-story-size"
    assert caught.value.facts["key"] == "exhibit wire"


def test_a_story_that_is_too_large_or_too_long_is_refused() -> None:
    with pytest.raises(DrillError) as caught:
        parse_story(b"#" * (MAX_BYTES + 1), file="x.toml")
    assert caught.value.code == "drill-file"
    many = "".join(f'[[person]]\nkey = "p{number}"\nname = "P"\n' for number in range(200))
    with pytest.raises(DrillError, match="more than 200"):
        told(TEXT + many)
    wanted = '[[exhibit]]\nkey = "x{0}"\nkind = "disk"\nof = "bank"\n'
    with pytest.raises(DrillError, match="more than 32"):
        told(TEXT + "".join(wanted.format(number) for number in range(23)))


def test_every_refusal_is_somebody_elses_fault() -> None:
    assert issubclass(DrillError, PeerError)


def test_the_story_of_the_guide_can_be_made() -> None:
    story = told(of_the_guide())
    assert agrees(story, dict(make(story))) == []


def test_lines_that_are_cut_doubled_or_mixed_never_raise_anything_else() -> None:
    """A hundred stories with lines of a good one in disorder: refused by code, or made."""
    chance, lines = random.Random(5), TEXT.replace("ordinary = 120", "ordinary = 3").split("\n")
    made = 0
    for _ in range(100):
        mixed = list(lines)
        for _ in range(chance.randrange(1, 4)):
            at, other = chance.randrange(len(mixed)), chance.randrange(len(mixed))
            match chance.randrange(4):
                case 0:
                    del mixed[at]
                case 1:
                    mixed.insert(at, mixed[other])
                case 2:
                    mixed[at] = mixed[at][: chance.randrange(len(mixed[at]) + 1)]
                case _:
                    mixed[at], mixed[other] = mixed[other], mixed[at]
        with suppress(DrillError):
            story = told("\n".join(mixed))
            assert agrees(story, dict(make(story))) == []
            made += 1
    assert 5 < made < 95
