"""The carrier is not trusted: each member is verified for itself, and nothing else is touched."""

import io
import json
import tarfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.carrying.conftest import Apart
from tests.carrying.offices import (
    ACKNOWLEDGED,
    DECISION,
    carry,
    comity,
    offer_evidence,
    request,
)

from comity.canonical import ComityError, PeerError
from comity.evidence.tar import TRAILER, header, padding
from comity.node.federation.offline.archive_layout import read_index, read_name
from comity.node.federation.offline.archive_source import TarSource

pytestmark = pytest.mark.full  # each step is a command of its own

type Members = list[tuple[str, bytes]]


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]


def pack(path: Path, members: Members, end: bytes = TRAILER) -> Path:
    path.write_bytes(b"".join(header(n, len(d)) + d + padding(len(d)) for n, d in members) + end)
    return path


def of_kind(members: Members, folder: str) -> tuple[str, bytes]:
    return next(m for m in members if m[0].startswith(folder))


def verdicts(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(m["name"], m["outcome"], m["code"]) for m in report["members"]}


@pytest.fixture
def written(apart: Apart, tmp_path: Path) -> Members:
    """An exchange file with one request, as its members."""
    apart.vn.say("request.submitted", request("preservation"), to=apart.za.party)
    path = tmp_path / "good.tar"
    comity("export", apart.vn.folder, "--to", apart.za.party, "-o", path)
    return members_of(path)


def test_what_does_not_belong_is_named_and_the_rest_is_taken(
    apart: Apart, tmp_path: Path, written: Members
) -> None:
    parcel, sealed = of_kind(written, "parcels/")
    spoilt = bytes([*sealed[:-1], sealed[-1] ^ 1])
    other = "parcels/" + "0" * 64 + ".age"
    record = parcel.removeprefix("parcels/").removesuffix(".age")
    hostile = [
        ("../../escaped.json", b"{}"),
        ("/etc/escaped", b"x"),
        ("parcels/../../escaped.age", b"x"),
        (parcel, sealed),
        (other, spoilt),
        ("receipts/" + record + ".za_contact-point.json", b"{}"),
        ("packages/" + "1" * 64 + ".age", b"nobody asked"),
        ("directory/" + "2" * 64 + ".json", b"[]"),
        ("parcels/" + "3" * 64 + ".age", bytes(6 * 1024 * 1024)),
        ("name\nwith\x1b[31mcolour", b""),
    ]
    path = pack(tmp_path / "bad.tar", [*written, *hostile])
    report = comity("import", apart.za.folder, path, status=1)
    found = verdicts(report)
    assert (parcel, "taken", "applied") in found
    assert {
        ("../../escaped.json", "refused", "member-unknown"),
        ("/etc/escaped", "refused", "member-unknown"),
        ("parcels/../../escaped.age", "refused", "member-unknown"),
        (parcel, "refused", "member-doubled"),
        (other, "refused", "seal-broken"),
        ("packages/" + "1" * 64 + ".age", "refused", "offer-root"),
        ("parcels/" + "3" * 64 + ".age", "refused", "oversize"),
        ("name\\nwith\\x1b[31mcolour", "refused", "member-unknown"),
        ("receipts/" + record + ".za_contact-point.json", "refused", "member-malformed"),
        ("a record", "refused", "member-malformed"),
    } <= found
    assert not list(tmp_path.rglob("*escaped*"))
    assert apart.za.do("counts")["MessageRow"] == 1


def with_link(path: Path, kind: bytes) -> None:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("parcels/" + "4" * 64 + ".age")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_a_tar_with_anything_but_plain_files_is_refused_whole(tmp_path: Path, kind: bytes) -> None:
    with_link(tmp_path / "link.tar", kind)
    assert fault_of(tmp_path / "link.tar") == "exchange-file"


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "cut inside a member": lambda data: data[:700],
    "without its end mark": lambda data: data[: -len(TRAILER)],
    "with half an end mark": lambda data: data[:-512],
    "with bytes behind its end": lambda data: data + b"\0" * 512 + b"x" * 512,
    "with a damaged header": lambda data: b"x" + data[1:],
    "of another format": lambda data: data[:257] + b"ustar  \0" + data[265:],
    "empty": lambda _data: b"",
    "a text": lambda _data: b"hello",
}


def fault_of(path: Path) -> str:
    try:
        TarSource(path).close()
    except ComityError as fault:
        return fault.code
    return "ok"


@pytest.mark.parametrize("name", SPOILT)
def test_a_tar_that_is_not_whole_is_refused(tmp_path: Path, name: str) -> None:
    good = pack(tmp_path / "good.tar", [("index.json", b"{}"), ("x", b"y" * 600)])
    assert fault_of(good) == "ok"
    good.write_bytes(SPOILT[name](good.read_bytes()))
    assert fault_of(good) == "exchange-file"


def test_other_peoples_tar_reads_and_writes_exchange_files(tmp_path: Path) -> None:
    path = tmp_path / "theirs.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in (("index.json", b"{}"), ("parcels/x", b"y" * 5000)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    source = TarSource(path)
    assert [(m.name, b"".join(source.pieces(m))) for m in source.members()] == [
        ("index.json", b"{}"),
        ("parcels/x", b"y" * 5000),
    ]
    source.close()


def test_a_member_of_more_than_eight_gibibytes_is_read_from_its_extended_header(
    tmp_path: Path,
) -> None:
    size, name = 9 * 1024**3, "packages/" + "5" * 64 + ".age"
    path = tmp_path / "large.tar"
    with path.open("wb") as file:  # a sparse file: the zeros take no room
        file.write(header(name, size))
        file.seek(size, io.SEEK_CUR)
        file.write(padding(size) + TRAILER)
    source = TarSource(path)
    assert [(m.name, m.size_bytes) for m in source.members()] == [(name, size)]
    source.close()


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(0, 2500), st.binary(max_size=40))
def test_no_bytes_raise_anything_but_our_errors(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, patch: bytes
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    good = pack(folder / "a.tar", [("index.json", b"{}"), ("x", b"y" * 600)]).read_bytes()
    for data in (noise, good[:at] + patch + good[at + len(patch) :]):
        (folder / "b.tar").write_bytes(data)
        with suppress(PeerError), closing(TarSource(folder / "b.tar")) as source:
            for member in source.members():
                read_name(member.name)
                sum(len(piece) for piece in source.pieces(member))
        with suppress(PeerError):
            read_index(data)


def index(**changes: str) -> Members:
    value = {
        "from": "vn/contact-point",
        "made_at": "2026-01-01T00:00:00Z",
        "mode": "exercise",
        "protocol": "comity/1",
        "to": "za/contact-point",
        **changes,
    }
    return [("index.json", json.dumps(value, sort_keys=True, separators=(",", ":")).encode())]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "un/secretariat"}, "exchange-file-foreign"),
        ({"mode": "live"}, "exchange-file-foreign"),
        ({"from": "za/contact-point", "to": "vn/contact-point"}, "exchange-file-foreign"),
        ({"protocol": "comity/2"}, "exchange-file"),
        ({"made_at": "yesterday"}, "exchange-file"),
    ],
    ids=["for another", "of the other mode", "our own", "another protocol", "malformed"],
)
def test_a_mix_up_is_told_before_anything_is_taken(
    apart: Apart, tmp_path: Path, written: Members, changes: dict[str, str], code: str
) -> None:
    path = pack(tmp_path / "mixed.tar", [*index(**changes), *written[1:]])
    told = comity("import", apart.za.folder, path, status=1)
    assert told["error"]["code"] == code
    assert apart.za.do("counts")["MessageRow"] == 0


def test_a_package_with_one_bit_changed_is_refused_and_the_right_one_is_taken_later(
    apart: Apart, tmp_path: Path
) -> None:
    vn, za = apart.vn, apart.za
    case = vn.say("request.submitted", request("stored-data"), to=za.party)["conversation"]
    carry(vn, za, tmp_path / "1.tar")
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    za.say("request.accepted", DECISION, conversation=case)
    offer_evidence(za, tmp_path, case, receiver=vn.party, data=b"x" * 3_000_000)
    relay = tmp_path / "relay"
    relay.mkdir()
    comity("export", za.folder, "--to", vn.party, "-o", relay)
    (package,) = (relay / "packages").iterdir()
    good = package.read_bytes()
    for bad in (good[:2_000_000] + b"!" + good[2_000_001:], good[:-1], good + b"!"):
        package.write_bytes(bad)
        report = comity("import", vn.folder, relay, status=1)
        assert report["counts"]["package"] == {"refused": 1}
        assert set(vn.do("stages").values()) == {"wanted"}
    assert list((vn.folder / "vault" / "incoming").iterdir()) == []
    package.write_bytes(good)
    comity("import", vn.folder, relay)
    assert set(vn.do("stages").values()) == {"stored"}


def test_a_relay_folder_serves_one_direction_and_its_links_are_not_followed(
    apart: Apart, tmp_path: Path, written: Members
) -> None:
    del written
    relay = tmp_path / "relay"
    relay.mkdir()
    comity("export", apart.vn.folder, "--to", apart.za.party, "-o", relay)
    told = comity("export", apart.za.folder, "--to", apart.vn.party, "-o", relay, status=2)
    assert told["error"]["code"] == "relay-taken"
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    (relay / "parcels" / ("6" * 64 + ".age")).symlink_to(secret)
    report = comity("import", apart.za.folder, relay, status=1)
    codes = {m["code"] for m in report["members"] if m["outcome"] == "refused"}
    assert codes == {"member-unknown"}
    assert report["counts"]["parcel"] == {"taken": 1}
