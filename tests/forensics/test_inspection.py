"""An inspection is read strictly, says nothing of what it refuses, and describes without names."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.canonical import decode
from comity.forensics.errors import InspectionError
from comity.forensics.inspection import (
    MAX_BYTES,
    canonical,
    described,
    inspection_digest,
    parse_inspection,
)

SECRET = "J. Doe"
ROW: dict[str, Any] = {
    "accessed": None,
    "address": 12,
    "changed": None,
    "created": None,
    "deleted": False,
    "modified": "2026-11-24T03:00:00Z",
    "path": {"text": f"/{SECRET}.txt"},
    "size_bytes": 9,
    "type": "file",
}
SYSTEM: dict[str, Any] = {
    "block_size_bytes": 1024,
    "files": [ROW],
    "findings": [],
    "label": SECRET,
    "size_bytes": 4096,
    "start_bytes": 0,
    "truncated": False,
    "type": "ext4",
}
STORED = {"md5": "a" * 32, "sha1": None}
IMAGE: dict[str, Any] = {
    "acquisition": {"headers": {"examiner": SECRET}, "sector_size_bytes": 512, "stored": STORED},
    "checked": {
        "faults": [],
        "md5": "a" * 32,
        "media_size_bytes": 4096,
        "sha1": None,
        "sha256": "b" * 64,
        "stored": STORED,
        "verdict": "matches",
    },
    "contents": {"file_systems": [SYSTEM], "volume_system": None},
    "files": [{"name": {"text": f"{SECRET}.E01"}, "size_bytes": 5000}],
    "findings": [],
    "format": "ewf",
    "media_size_bytes": 4096,
    "metadata": {"segments": 1, "set_id": None},
    "variant": "E01",
}
GOOD: dict[str, Any] = {
    "images": [IMAGE],
    "inspected_at": "2026-11-24T03:00:00Z",
    "inspection": 1,
    "software": {"comity": "0.1.0", "libewf": None, "sleuthkit": None},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


def with_image(**members: Any) -> dict[str, Any]:
    return GOOD | {"images": [IMAGE | members]}


def with_row(**members: Any) -> dict[str, Any]:
    contents = {"file_systems": [SYSTEM | {"files": [ROW | members]}], "volume_system": None}
    return with_image(contents=contents)


def test_a_good_one_is_read_and_its_bytes_are_canonical() -> None:
    data = canonical(GOOD)
    assert decode(data, max_bytes=MAX_BYTES) == GOOD
    assert len(inspection_digest(data)) == 32


@pytest.mark.parametrize(
    "value",
    [
        GOOD | {"inspection": 2},
        GOOD | {"inspection": True},
        GOOD | {SECRET: 1},
        GOOD | {"images": []},
        GOOD | {"images": [IMAGE] * 65},
        GOOD | {"inspected_at": "2026-11-24 03:00"},
        {key: value for key, value in GOOD.items() if key != "software"},
        with_image(format=SECRET),
        with_image(media_size_bytes=-1),
        with_image(media_size_bytes=2**53),
        with_image(files=[]),
        with_image(files=[{"name": {"text": "a", "bytes": "YQ"}, "size_bytes": 1}]),
        with_image(files=[{"name": {"bytes": "YQ=="}, "size_bytes": 1}]),
        with_image(findings=[{"code": SECRET, "detail": ""}]),
        with_image(checked=IMAGE["checked"] | {"verdict": "fine"}),
        with_image(checked=IMAGE["checked"] | {"md5": SECRET}),
        with_row(path=SECRET),
        with_row(path={}),
        with_row(modified="yesterday"),
        with_row(size_bytes="9"),
        with_row(type="device"),
        with_row(path={"text": "x" * 4001}),
        with_image(metadata={"segments": 1.5}),
        with_image(metadata={"set_id": "\ud800"}),
    ],
)
def test_any_other_shape_is_refused_without_repeating_it(value: Any) -> None:
    with pytest.raises(InspectionError) as caught:
        canonical(value)
    assert SECRET not in str(caught.value)


def test_one_over_the_limit_is_refused() -> None:
    rows = [ROW | {"path": {"text": "x" * 4000}}] * 1000
    contents = {"file_systems": [SYSTEM | {"files": rows}], "volume_system": None}
    with pytest.raises(InspectionError, match="list fewer files"):
        canonical(with_image(contents=contents))


@given(value=json_values)
def test_no_value_makes_the_reader_raise_anything_else(value: Any) -> None:
    with pytest.raises(InspectionError):
        parse_inspection(value)


@given(value=json_values, member=st.sampled_from(sorted(IMAGE)))
def test_no_member_of_an_image_makes_the_reader_raise_anything_else(
    value: Any, member: str
) -> None:
    try:
        data = canonical(with_image(**{member: value}))
    except InspectionError:
        return
    assert canonical(decode(data, max_bytes=MAX_BYTES)) == data


def test_the_description_for_the_chain_names_digests_and_no_person_or_file() -> None:
    told = described(parse_inspection(GOOD))
    assert told == f"ewf E01 4096 bytes MD5 {'a' * 32} matches SHA-256 {'b' * 64}"
