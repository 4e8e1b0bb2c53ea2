"""Other people's tools read what was made, and each tells a spoilt copy from it."""

import json
import mailbox
import re
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import needs
from tests.drills.stories import exhibits, harbour

from comity.drills.making import file_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for key, data in exhibits().items():
        (tmp_path / file_name(harbour().wanted[key])).write_bytes(data)
    return tmp_path


def spoil(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert old in data
    copy = path.with_name(f"spoilt-{path.name}")
    copy.write_bytes(data.replace(old, new, 1))
    return copy


def run(*words: str | Path, status: int | None = 0) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


# ------------------------------------------------------------------ file


def test_file_knows_each_for_what_it_is(folder: Path) -> None:
    tool = needs("file")
    for name, kind in (
        ("wire.pcap", "pcap capture file, microsecond ts (little-endian) - version 2.4 (Ethernet"),
        ("history.sqlite", "SQLite 3.x database"),
        ("disk.img", "FAT (12 bit)"),
        ("mailbox.mbox", "Mailbox text"),
        ("portal-web.log", "ASCII text"),
        ("portal-auth.log", "ASCII text"),
    ):  # fmt: skip
        assert kind in run(tool, folder / name), name


@pytest.mark.parametrize(
    ("name", "old", "new", "kind"),
    [
        ("wire.pcap", b"\xd4\xc3\xb2\xa1", b"\xd4\xc3\xb2\xa0", "pcap"),
        ("history.sqlite", b"SQLite format 3", b"SQLite format x", "SQLite 3.x"),
        ("disk.img", b"\xeb\x3c\x90", b"\xea\x3c\x90", "FAT (12 bit)"),
        ("mailbox.mbox", b"From ", b"Form ", "Mailbox"),
    ],
)
def test_file_does_not_know_a_spoilt_one(
    folder: Path, name: str, old: bytes, new: bytes, kind: str
) -> None:
    assert kind not in run(needs("file"), "-b", spoil(folder / name, old, new))


# ------------------------------------------------------------------ web log


def requests(path: Path) -> dict[str, Any]:
    out = path.with_suffix(".json")
    words = ("--log-format=COMBINED", "--no-global-config", "--no-progress", "-o", out)
    run(needs("goaccess"), path, *words, status=None)
    return dict(json.loads(out.read_text("utf-8")))


def test_goaccess_reads_every_line_of_a_web_log(folder: Path) -> None:
    value, data = requests(folder / "portal-web.log"), exhibits()["portal-web"].decode()
    assert value["general"]["valid_requests"] == len(data.splitlines())
    assert value["general"]["failed_requests"] == 0
    sizes = re.findall(r'" \d{3} (\d+) "', data)
    assert value["general"]["bandwidth"] == sum(map(int, sizes))
    hosts = {one["data"]: one["hits"]["count"] for one in value["hosts"]["data"]}
    assert hosts["198.51.100.23"] == data.count("198.51.100.23 - ")


def test_goaccess_refuses_a_line_without_its_time(folder: Path) -> None:
    copy = spoil(folder / "portal-web.log", b"[29/Oct/2026:06:17:09 +0000]", b"[yesterday]")
    assert requests(copy)["general"]["failed_requests"] == 1


# ------------------------------------------------------------------ mail


def read(path: Path) -> list[mailbox.mboxMessage]:
    box = mailbox.mbox(path, create=False)
    try:
        return list(box)
    finally:
        box.close()


def test_python_reads_the_mailbox(folder: Path) -> None:
    mails = read(folder / "mailbox.mbox")
    assert len(mails) == len(re.findall(rb"^Message-ID: ", exhibits()["mailbox"], re.MULTILINE))
    parsed = [BytesParser(policy=policy.default).parsebytes(mail.as_bytes()) for mail in mails]
    assert [mail.defects for mail in parsed] == [[]] * len(mails)
    (forged,) = [mail for mail in parsed if "Новый счёт" in str(mail["Subject"])]
    assert [one.addr_spec for one in forged["To"].addresses] == [
        "m.adeyemi@fund.example",
        "a.lindqvist@fund.example",
    ]
    assert forged["To"].addresses[1].display_name == "Åsa Lindqvist"
    (attached,) = forged.iter_attachments()
    assert attached.get_filename() == "invoice 1187.txt"
    assert attached.get_content() == harbour().files["invoice"].text
    body = forged.get_body()
    assert body is not None
    # the standard library leaves the mark of a quoted line where it is
    assert "\n>>From now on pay" in body.get_content()
    assert "\n>From today" in body.get_content()


def test_received_headers_go_from_hop_to_hop_and_back_in_time(folder: Path) -> None:
    found = 0
    for mail in read(folder / "mailbox.mbox"):
        lines = mail.get_all("Received", [])
        times = [parsedate_to_datetime(line.rpartition(";")[2]) for line in lines]
        assert times == sorted(times, reverse=True)
        froms = [re.search(r"from (\S+)", line) for line in lines]
        bys = [re.search(r"by (\S+)", line) for line in lines]
        if lines:
            found += 1
            assert [one[1] for one in froms[:1] if one] == [one[1] for one in bys[1:] if one]
            assert times[-1] == parsedate_to_datetime(str(mail["Date"]))
    assert found > 1


def test_a_mailbox_with_a_broken_mark_is_read_otherwise(folder: Path) -> None:
    whole, copy = (
        folder / "mailbox.mbox",
        spoil(folder / "mailbox.mbox", b"\n\nFrom ", b"\n\nForm "),
    )
    assert len(read(copy)) == len(read(whole)) - 1


# ------------------------------------------------------------------ history


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def test_sqlite_finds_the_history_whole(folder: Path) -> None:
    path = folder / "history.sqlite"
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT value FROM meta WHERE key = 'version'") == [("70",)]
    ((url, at, transition),) = rows(
        path,
        "SELECT urls.url, visit_time, transition & 255 FROM visits"
        " JOIN urls ON urls.id = visits.url WHERE urls.url LIKE '%INV-1187'",
    )
    assert url == "http://harbourbank.example/payments?reference=INV-1187"
    assert isinstance(at, int)
    seen = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    assert seen == datetime(2026, 10, 29, 7, 31, tzinfo=UTC)
    assert transition == 7  # a form was sent
    counted = "SELECT url, count(*) FROM visits GROUP BY url ORDER BY url"
    assert rows(path, counted) == rows(path, "SELECT id, visit_count FROM urls ORDER BY id")


def test_sqlite_writes_into_it_as_into_one_of_its_own(folder: Path) -> None:
    database = sqlite3.connect(folder / "history.sqlite")
    visits = database.execute("SELECT max(id) FROM visits").fetchone()[0]
    database.execute("INSERT INTO visits (url, visit_time) VALUES (1, 1)")
    database.execute("INSERT INTO meta VALUES ('aaa', '1')")
    assert database.execute("SELECT max(id) FROM visits").fetchone()[0] == visits + 1
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_sqlite_refuses_a_spoilt_history(folder: Path) -> None:
    whole = (folder / "history.sqlite").read_bytes()
    (folder / "cut.sqlite").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(sqlite3.DatabaseError):
        rows(folder / "cut.sqlite", "SELECT * FROM downloads")
    keyed = spoil(folder / "history.sqlite", b"exerciseE", b"exercisfE")
    assert rows(keyed, "PRAGMA integrity_check") != [("ok",)]


# ------------------------------------------------------------------ disk


def test_fsck_finds_nothing_to_mend(folder: Path) -> None:
    for name in ("disk.img", "outside-disk.img"):
        assert "/2847 clusters" in run(needs("fsck.fat"), "-n", folder / name)


def test_fsck_finds_a_table_that_was_changed(folder: Path) -> None:
    data = bytearray((folder / "disk.img").read_bytes())
    data[512 + 4] ^= 0x01
    (folder / "spoilt.img").write_bytes(data)
    told = run(needs("fsck.fat"), "-n", folder / "spoilt.img", status=1)
    assert "FATs differ" in told


def test_the_sleuth_kit_sees_folders_times_and_what_was_deleted(folder: Path) -> None:
    pytest.importorskip("pytsk3", reason="pytsk3 comes with comity[forensics]")
    import pytsk3

    volume = pytsk3.FS_Info(pytsk3.Img_Info(str(folder / "disk.img")))
    entries = {
        entry.info.name.name.decode(): entry for entry in volume.open_dir("/Documents/Invoices")
    }
    gone = entries["invoice 1187.txt"]
    assert gone.info.name.flags == pytsk3.TSK_FS_NAME_FLAG_UNALLOC
    data = harbour().files["invoice"].data
    assert gone.info.meta.size == len(data)
    assert gone.read_random(0, len(data)) == data
    saved = int(datetime(2026, 10, 29, 7, 10, 11, tzinfo=UTC).timestamp())
    assert gone.info.meta.crtime == saved
    mark = volume.open("/EXERCISE.TXT")
    assert mark.info.meta.flags & pytsk3.TSK_FS_META_FLAG_ALLOC
    with pytest.raises(OSError, match="file"):
        volume.open("/Documents/Invoices/other.txt")


# ------------------------------------------------------------------ capture


def dump(path: Path) -> str:
    return run(needs("tcpdump"), "-nn", "-vv", "-tttt", "-r", path)


def test_tcpdump_finds_every_packet_sound(folder: Path) -> None:
    told = dump(folder / "desk-wire.pcap")
    for text in (told, dump(folder / "wire.pcap")):
        assert "(correct)" in text
        assert not re.search(r"incorrect|bad |truncated|\[\|", text)
    assert "A? harbourbank.example." in told
    assert "1/0/0 harbourbank.example. A 192.0.2.80" in told
    assert "POST /payments?reference=INV-1187 HTTP/1.1" in told
    assert re.search(r"2026-10-29 07:31:00\.\d{6} IP .*203\.0\.113\.41", told.replace("\n", " "))


def test_tcpdump_sees_each_connection_opened_and_ended(folder: Path) -> None:
    told = dump(folder / "wire.pcap")
    opened, ended = told.count("Flags [S],"), told.count("Flags [F.],")
    assert opened > 10
    assert ended == 2 * opened


def test_tcpdump_sees_a_changed_byte_and_a_cut_file(folder: Path) -> None:
    copy = spoil(folder / "wire.pcap", b"GET /ledgers", b"GET /ledgerz")
    assert dump(copy).count("incorrect") == 1
    (folder / "cut.pcap").write_bytes(exhibits()["wire"][:-10])
    told = run(needs("tcpdump"), "-nn", "-r", folder / "cut.pcap", status=None)
    assert "truncated dump file" in told
