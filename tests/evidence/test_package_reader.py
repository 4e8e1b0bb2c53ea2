"""The package reader: one rule broken at a time, refused with its code and its place."""

import hashlib
import io
import json
import tarfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.kit import code_of_reading, description, members, read, row, tar
from tests.walks import every

from comity.canonical import ComityError, digest, encode
from comity.evidence import bag
from comity.evidence.open import Limits
from comity.evidence.package import RowReader, parse_row
from comity.evidence.tar import TRAILER, TarReader, header

ONE = [("data/a.txt", b"alpha")]
TWO = [("data/a.txt", b"alpha"), ("data/b/c.bin", bytes(range(256)) * 9)]


@pytest.mark.parametrize("piece_bytes", [1, 7, 511, 512, 513, 4096, 1 << 20])
def test_a_package_reads_the_same_in_pieces_of_any_size(piece_bytes: int) -> None:
    contents = read(tar(members(TWO)), piece_bytes=piece_bytes)
    assert (contents.files, contents.payload_size_bytes) == (2, 5 + 256 * 9)
    assert contents.meta.sender == "vn/contact-point"


def test_the_file_list_is_the_digest_of_its_canonical_value() -> None:
    entries = members(TWO)
    rows = sorted(
        "sha256:" + hashlib.sha256(data).hexdigest()
        for path, data in entries
        if path.startswith("data/")
    )
    contents = read(tar(entries))
    assert contents.file_list == digest("file-list", encode(rows))
    assert contents.tag_manifest == hashlib.sha256(entries[-1][1]).digest()


HOSTILE_NAMES = [
    "data/../escape",
    "data/a/../../escape",
    "/data/absolute",
    "/etc/passwd",
    "../escape",
    "data//double",
    "data/./dot",
    "data/é-nul\0byte",
    "data/line\nfeed",
    "data/return\r",
    "data/right\u202eto-left",
    "data/isolate\u2066x",
    "data/zero\u200bwidth",
    "data/back\\slash",
    "data/C:stream",
    "data/per%0Acent",
    "data/con",
    "data/NUL.txt",
    "data/trailing.",
    "data/trailing ",
    "data/ leading",
    "data/decomposed-e\u0301",
    'data/quote"',
    "data/" + "x" * 256,
    "data/" + "/".join(["d" * 200] * 21),
    "data/",
]


@every("name", HOSTILE_NAMES, ids=ascii)
def test_a_name_that_could_escape_or_deceive_is_refused(name: str) -> None:
    entries = members(ONE)
    entries[1] = (name, b"alpha")
    assert code_of_reading(tar(entries)) == "package-name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data/a", "data/a"),
        ("data/A", "data/a"),
        ("data/straße", "data/STRASSE"),
        ("data/A/x", "data/a/y"),
        ("data/a", "data/a/b"),
        ("data/a/b", "data/a"),
    ],
)
def test_two_members_never_share_a_name_on_any_system(one: str, other: str) -> None:
    assert code_of_reading(tar(members([(one, b"1"), (other, b"2")]))) == "package-duplicate"


def replaced(**more: bytes) -> bytes:
    return tar(members(TWO, **more))


def without(path: str) -> bytes:
    return tar([entry for entry in members(TWO) if entry[0] != path])


def swapped(one: int, other: int) -> bytes:
    entries = members(TWO)
    entries[one], entries[other] = entries[other], entries[one]
    return tar(entries)


def listing(*rows: tuple[bytes, str]) -> bytes:
    return b"".join(bag.line(hashlib.sha256(data).digest(), path) for data, path in rows)


GOOD_ROWS = [row(path, data) for path, data in TWO]
CASES: dict[str, tuple[bytes, str]] = {
    "good": (tar(members(TWO)), "ok"),
    "no payload at all": (tar(members([])), "ok"),
    "an empty file": (tar(members([("data/empty", b"")])), "ok"),
    "another BagIt version": (
        replaced(bagit_txt=b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"),
        "package-layout",
    ),
    "a byte order mark": (replaced(bagit_txt=b"\xef\xbb\xbf" + bag.DECLARATION), "package-layout"),
    "no declaration": (without("bagit.txt"), "package-layout"),
    "no description": (without("metadata/package.json"), "package-layout"),
    "no manifest": (without("manifest-sha256.txt"), "package-layout"),
    "no tag manifest": (without("tagmanifest-sha512.txt"), "package-layout"),
    "no end": (tar(members(TWO))[: -len(TRAILER)], "package-tar"),
    "cut in a file": (tar(members(TWO))[:2000], "package-tar"),
    "tag files swapped": (swapped(3, 4), "package-layout"),
    "a surplus tag file": (tar([*members(TWO), ("fetch.txt", b"")]), "package-layout"),
    "a late payload file": (tar([*members(TWO), ("data/late", b"")]), "package-layout"),
    "bag-info counts another payload": (
        replaced(bag_info_txt=b"Payload-Oxum: 1.1\n"),
        "package-layout",
    ),
    "a file the manifest lacks": (
        replaced(manifest_sha256_txt=listing((b"alpha", "data/a.txt"))),
        "package-manifest",
    ),
    "a file only the manifest knows": (
        replaced(
            manifest_sha256_txt=listing(
                (b"alpha", "data/a.txt"), (TWO[1][1], "data/b/c.bin"), (b"", "data/ghost")
            )
        ),
        "package-manifest",
    ),
    "a digest of other bytes": (
        replaced(manifest_sha256_txt=listing((b"alpha", "data/a.txt"), (b"other", "data/b/c.bin"))),
        "package-digest",
    ),
    "a manifest in another order": (
        replaced(
            manifest_sha256_txt=listing((TWO[1][1], "data/b/c.bin"), (b"alpha", "data/a.txt"))
        ),
        "package-layout",
    ),
    "a manifest line twice": (
        replaced(manifest_sha256_txt=listing(*[(b"other", "data/a.txt")] * 2)),
        "package-duplicate",
    ),
    "a manifest that leaves the bag": (
        replaced(manifest_sha256_txt=listing((b"alpha", "data/../x"))),
        "package-name",
    ),
    "a manifest that is no text": (replaced(manifest_sha256_txt=b"\xff\n"), "package-layout"),
    "a tag manifest of other bytes": (
        replaced(
            tagmanifest_sha512_txt=members(TWO)[-1][1].replace(
                hashlib.sha512(bag.DECLARATION).hexdigest().encode(), b"0" * 128
            )
        ),
        "package-digest",
    ),
    "a tag manifest that lacks a file": (
        replaced(tagmanifest_sha512_txt=members(TWO)[-1][1].partition(b"\n")[2]),
        "package-manifest",
    ),
    "a description without a file": (
        replaced(metadata_package_json=description(GOOD_ROWS[:1])),
        "package-metadata",
    ),
    "a description of a file too many": (
        replaced(metadata_package_json=description([*GOOD_ROWS, row("data/z", b"")])),
        "package-metadata",
    ),
    "a description in another order": (
        replaced(metadata_package_json=description(GOOD_ROWS[::-1])),
        "package-metadata",
    ),
    "a description of another size": (
        replaced(metadata_package_json=description([row("data/a.txt", b"x"), GOOD_ROWS[1]])),
        "package-metadata",
    ),
    "a description with white space": (
        replaced(metadata_package_json=description(GOOD_ROWS) + b"\n"),
        "package-metadata",
    ),
    "a description with white space between rows": (
        replaced(metadata_package_json=description(GOOD_ROWS).replace(b"},{", b"}, {")),
        "package-metadata",
    ),
    "a short salt": (
        replaced(metadata_package_json=description(GOOD_ROWS, salt="AAAA")),
        "package-metadata",
    ),
    "another protocol": (
        replaced(metadata_package_json=description(GOOD_ROWS, protocol="comity/2")),
        "package-metadata",
    ),
    "an unknown member": (
        replaced(metadata_package_json=description(GOOD_ROWS, zoo=1)),
        "package-metadata",
    ),
    "an unknown mode": (
        replaced(metadata_package_json=description(GOOD_ROWS, mode="rehearsal")),
        "package-metadata",
    ),
    "a row with a fraction": (
        replaced(
            metadata_package_json=description(GOOD_ROWS).replace(b'"mode":420', b'"mode":420.0', 1)
        ),
        "package-metadata",
    ),
    "a row named twice": (
        replaced(
            metadata_package_json=description(GOOD_ROWS).replace(
                b'"mode":420', b'"mode":420,"mode":420', 1
            )
        ),
        "package-metadata",
    ),
    "a file row without path": (
        replaced(metadata_package_json=description([GOOD_ROWS[0] | {"path": None}])),
        "package-metadata",
    ),
}


@every("name", CASES)
@every("piece_bytes", [100, 1 << 20])
def test_each_broken_rule_has_its_code(name: str, piece_bytes: int) -> None:
    archive, expected = CASES[name]
    assert code_of_reading(archive, piece_bytes=piece_bytes) == expected


def test_an_error_names_the_file() -> None:
    with pytest.raises(ComityError) as caught:
        read(CASES["a digest of other bytes"][0])
    assert caught.value.facts["path"] == "data/b/c.bin"
    with pytest.raises(ComityError) as caught:
        read(CASES["a file the manifest lacks"][0])
    assert caught.value.facts["extra"] == ["data/b/c.bin"]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
     tarfile.DIRTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE],
)  # fmt: skip
def test_nothing_but_plain_files_is_accepted(kind: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        entry = tarfile.TarInfo("bagit.txt")
        entry.type, entry.linkname = kind, "/etc/passwd"
        made.addfile(entry)
    assert code_of_reading(out.getvalue()) == "package-tar"


def pax(**headers: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        entry = tarfile.TarInfo("bagit.txt")
        entry.pax_headers = headers
        made.addfile(entry)
    return out.getvalue()


@pytest.mark.parametrize(
    "headers", [{"linkpath": "/etc/passwd"}, {"GNU.sparse.major": "1"}, {"hdrcharset": "BINARY"}]
)
def test_an_extended_header_may_not_change_what_a_member_is(headers: dict[str, str]) -> None:
    assert code_of_reading(pax(**headers)) == "package-tar"


def test_bytes_hidden_in_padding_or_behind_a_name_are_refused() -> None:
    archive = bytearray(tar(members(TWO)))
    archive[512 + len(bag.DECLARATION)] = 1  # the padding of bagit.txt
    assert code_of_reading(bytes(archive)) == "package-tar"


def test_limits_stop_a_bomb_of_empty_files() -> None:
    many = tar(members([(f"data/{number}", b"") for number in range(50)]))
    assert code_of_reading(many, limits=Limits(max_files=49)) == "package-limit"
    assert code_of_reading(many, limits=Limits(max_files=50)) == "ok"
    large = header("bagit.txt", len(bag.DECLARATION)) + bag.DECLARATION.ljust(512, b"\0")
    large += header("data/huge", 1 << 43)
    assert code_of_reading(large) == "package-limit"


def test_a_member_over_8_gib_keeps_its_name_and_size() -> None:
    with tarfile.open(fileobj=io.BytesIO(header("data/huge", 1 << 34))) as found:
        member = found.next()
        assert member is not None
        assert (member.name, member.size) == ("data/huge", 1 << 34)


def test_what_the_writer_makes_other_peoples_tar_reads() -> None:
    entries = [
        ("data/" + "x" * 255, b"1"),
        ("data/" + "y/" * 80 + "z" * 60, b"2"),
        ("data/é", b"3"),
    ]
    with tarfile.open(fileobj=io.BytesIO(tar(entries))) as found:
        assert [member.name for member in found] == [path for path, _ in entries]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_change_of_an_archive_passes_or_raises_anything_else(data: st.DataObject) -> None:
    good = tar(members(ONE))
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 600)))
    changed = good[:start] + data.draw(st.binary(max_size=600)) + good[end:]
    code = code_of_reading(changed, piece_bytes=data.draw(st.sampled_from([97, 1 << 20])))
    if code == "ok":  # what may differ: fields that say nothing here, and zeros at the end
        assert read(changed).file_list == read(good).file_list


@given(st.binary(max_size=3000))
def test_no_bytes_make_the_tar_reader_raise_anything_else(data: bytes) -> None:
    try:
        reader = TarReader()
        for _ in reader.feed(memoryview(data)):
            pass
        reader.finish()
    except ComityError:
        pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*GOOD_ROWS[0], "target", "reason", "zoo"]), JSON))
def test_no_row_makes_the_description_reader_raise_anything_else(changes: dict[str, Any]) -> None:
    text = json.dumps({**GOOD_ROWS[0], **changes}, sort_keys=True, separators=(",", ":"))
    reader = RowReader()
    try:
        list(reader.feed(b'{"conversation":null,"files":[' + text.encode()))
        reader.finish()
    except ComityError:
        pass


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(0, 5000),
    st.sampled_from(["2026-01-02T03:04:05Z", "2026-02-30T03:04:05Z", "0001-01-01T00:00:00Z"]),
    st.integers(0, 2**54),
)
def test_the_usual_row_is_read_by_the_same_rules_as_every_other(
    name: str, mode: int, mtime: str, size_bytes: int
) -> None:
    told = {"mode": mode, "mtime": mtime, "name": {"text": name}, "size_bytes": size_bytes}
    value = row("data/" + name.replace("/", ""), b"") | told
    try:
        expected = [parse_row(value)]
        text = encode(value)
    except ComityError:
        expected = []
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        found = list(RowReader().feed(b'{"conversation":null,"files":[' + text))
    except ComityError:
        found = []
    assert found == expected


def test_a_row_nested_without_end_is_refused() -> None:
    reader = RowReader()
    with pytest.raises(ComityError):
        list(reader.feed(b'{"conversation":null,"files":[' + b"[" * 100_000))
