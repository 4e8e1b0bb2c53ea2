"""A package is handed in part by part (tus 1.0.0): resumed by who began it, verified whole."""

import http.client
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api.nodes import (
    PASSWORD,
    Office,
    Pair,
    eventually,
    preservation_request,
    start_pair,
    user_command,
)
from tests.nodes.moving import MIB, Sealed, creation, made_package, settle_file

from comity.canonical import ComityError
from comity.client import api as uploading
from comity.client.api import Api, NodeSilentError, PackageOtherError
from comity.node.evidence.api_uploads import metadata

pytestmark = pytest.mark.full

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    made = start_pair(tmp_path_factory.mktemp("packages") / "world")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def office(pair: Pair) -> Office:
    return pair.asking


@pytest.fixture(scope="module")
def conversation(pair: Pair) -> str:
    return str(pair.asking.say(preservation_request())["conversation"])


@pytest.fixture(scope="module")
def another(pair: Pair) -> str:
    """Return the token of a second case officer."""
    folder = str(pair.asking.process.folder)
    arguments = ["add", folder, "colleague", "--role", "case", "--password-file", "-", "--token"]
    return user_command(*arguments, typed=PASSWORD).splitlines()[-1]


def begin(office: Office, conversation: str, sealed: Sealed, **changes: str) -> httpx.Response:
    path = f"/conversations/{conversation}/uploads"
    return office.call("author", "POST", path, **creation(sealed, **changes))


def begun(office: Office, conversation: str, sealed: Sealed) -> str:
    answer = begin(office, conversation, sealed)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"]).removeprefix("/api/v1")


def send(office: Office, place: str, data: bytes, start: int, **changes: str) -> httpx.Response:
    fields = {
        **TUS,
        "Upload-Offset": str(start),
        "Content-Type": "application/offset+octet-stream",
        **changes,
    }
    return office.call("author", "PATCH", place, headers=fields, content=data)


def stands(office: Office, place: str) -> int:
    answer = office.call("author", "HEAD", place, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def held(office: Office, sealed: Sealed) -> Any:
    rows = office.ok("author", "GET", "/packages")["packages"]
    return next((row for row in rows if row["root"] == sealed.offer["root"]), None)


def left(office: Office) -> list[str]:
    folder = office.process.config.vault / "incoming"
    return [path.name for path in folder.glob("*")]


def test_parts_make_a_package_and_the_commit_is_the_one_of_a_sealed_exhibit(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 5 * MIB + 9, seed=31)
    place = begun(office, conversation, sealed)
    assert stands(office, place) == 0
    assert send(office, place, sealed.data[: 2 * MIB], 0).headers["Upload-Offset"] == str(2 * MIB)
    answer = send(office, place, sealed.data[2 * MIB :], 2 * MIB)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(sealed.data)))
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    row = held(office, sealed)
    assert (row["stage"], row["outgoing"]) == ("sealed", True)
    assert [event["event"] for event in row["custody"]] == ["sealed"], (
        "nobody said how it was acquired"
    )
    assert office.call("author", "HEAD", place, headers=TUS).status_code == 404
    body = office.call("author", "GET", f"/packages/{sealed.root}")
    assert body.content == sealed.data
    assert left(office) == []


def test_a_part_that_ends_inside_a_block_moves_to_the_last_whole_one(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 3 * MIB, seed=32)
    place = begun(office, conversation, sealed)
    answer = send(office, place, sealed.data[: MIB + 17], 0)
    assert answer.headers["Upload-Offset"] == str(MIB)
    assert send(office, place, sealed.data[MIB:], MIB).status_code == 204
    assert held(office, sealed)


def test_a_part_cut_off_by_the_line_keeps_its_whole_blocks(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 6 * MIB, seed=46)
    place = begun(office, conversation, sealed)
    link = http.client.HTTPConnection("127.0.0.1", office.process.config.port, timeout=60)
    link.putrequest("PATCH", f"/api/v1{place}")
    for name, value in {
        **TUS,
        "Authorization": f"Bearer {office.tokens['author']}",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(sealed.data)),
    }.items():
        link.putheader(name, value)
    link.endheaders(sealed.data[: 3 * MIB + MIB // 2])
    link.close()
    eventually(lambda: stands(office, place) == 3 * MIB)
    answer = eventually(
        lambda: (a := send(office, place, sealed.data[3 * MIB :], 3 * MIB)).is_success and a
    )
    assert answer.headers["Upload-Offset"] == str(len(sealed.data))
    assert held(office, sealed)


def test_two_parts_at_once_do_not_mix(office: Office, conversation: str, tmp_path: Path) -> None:
    sealed = made_package(tmp_path, 24 * MIB, seed=47)
    place = begun(office, conversation, sealed)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: send(office, place, sealed.data, 0), range(4)))
    found = sorted(answer.status_code for answer in answers)
    assert found.count(204) == 1
    assert set(found) <= {204, 404, 409, 423}
    assert held(office, sealed)


def test_a_killed_node_goes_on_with_what_was_safe(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 6 * MIB, seed=33)
    place = begun(office, conversation, sealed)
    send(office, place, sealed.data[: 4 * MIB], 0)
    office.process.kill()
    office.process.start()
    office.process.wait_ready()
    assert stands(office, place) == 4 * MIB
    assert send(office, place, sealed.data[4 * MIB :], 4 * MIB).status_code == 204
    assert held(office, sealed)


def test_another_officer_neither_sees_nor_continues_nor_ends_an_upload(
    office: Office, conversation: str, another: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=34)
    place = begun(office, conversation, sealed)
    url = f"{office.url}/api/v1"
    fields = {
        **TUS,
        "Authorization": f"Bearer {another}",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    for method in ("HEAD", "PATCH", "DELETE"):
        body = sealed.data if method == "PATCH" else None
        answer = httpx.request(method, url + place, headers=fields, content=body, timeout=60)
        assert answer.status_code == 404, method
    assert httpx.get(f"{url}/uploads", headers=fields).json() == {"uploads": [], "next": None}
    assert stands(office, place) == 0
    assert office.call("author", "DELETE", place, headers=TUS).status_code == 204


def test_bytes_that_are_not_the_package_leave_nothing(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=35)
    place = begun(office, conversation, sealed)
    answer = send(office, place, sealed.data[:-1] + bytes((sealed.data[-1] ^ 1,)), 0)
    assert (answer.status_code, answer.json()["code"]) == (422, "offer-root")
    assert office.call("author", "HEAD", place, headers=TUS).status_code == 404
    assert held(office, sealed) is None
    assert left(office) == []


def test_more_bytes_than_promised_are_refused_and_the_rest_may_follow(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=36)
    place = begun(office, conversation, sealed)
    answer = send(office, place, sealed.data + b"!", 0)
    assert (answer.status_code, answer.json()["code"]) == (422, "offer-size")
    here = stands(office, place)
    assert send(office, place, sealed.data[here:], here).status_code == 204
    assert held(office, sealed)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Tus-Resumable": "0.2.2"}, (412, "tus-version")),
        ({"Upload-Offset": "1048576"}, (409, "upload-place")),
        ({"Upload-Offset": "-1"}, (422, "tus-field")),
        ({"Upload-Offset": "x"}, (422, "tus-field")),
        ({"Content-Type": "application/octet-stream"}, (415, "tus-field")),
    ],
)
def test_a_part_outside_the_protocol_changes_nothing(
    office: Office,
    conversation: str,
    tmp_path: Path,
    changes: dict[str, str],
    said: tuple[int, str],
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=37)
    place = begun(office, conversation, sealed)
    answer = send(office, place, sealed.data[:MIB], 0, **changes)
    assert (answer.status_code, answer.json()["code"]) == said
    assert stands(office, place) == 0
    office.call("author", "DELETE", place, headers=TUS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Upload-Length": "1"}, (422, "tus-field")),
        ({"Upload-Length": ""}, (422, "tus-field")),
        ({"Upload-Metadata": ""}, (422, "tus-field")),
        ({"Upload-Metadata": "offer e30="}, (422, "tus-field")),
        ({"Upload-Metadata": "offer !"}, (422, "tus-field")),
        ({"Tus-Resumable": ""}, (412, "tus-version")),
    ],
)
def test_a_beginning_that_promises_nothing_is_refused(
    office: Office,
    conversation: str,
    tmp_path: Path,
    changes: dict[str, str],
    said: tuple[int, str],
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=38)
    answer = begin(office, conversation, sealed, **changes)
    assert (answer.status_code, answer.json()["code"]) == said
    assert office.ok("author", "GET", "/uploads")["uploads"] == []


def test_an_upload_for_a_conversation_that_is_not_here_is_refused(
    office: Office, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=39)
    assert begin(office, "sha256:" + "0" * 64, sealed).status_code == 404


def test_what_does_not_fit_is_refused_before_its_first_byte_and_what_began_may_end(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    first, second = (made_package(tmp_path, 3 * MIB, seed=s) for s in (40, 41))
    used = sum(
        row["sealed_size_bytes"] for row in office.ok("author", "GET", "/packages")["packages"]
    )
    restarted(office, quota_bytes=used + 4 * MIB)
    place = begun(office, conversation, first)
    refused = begin(office, conversation, second)
    assert (refused.status_code, refused.json()["code"]) == (507, "no-room")
    assert send(office, place, first.data, 0).status_code == 204
    restarted(office, quota_bytes=0, reserve_bytes=2**50)
    refused = begin(office, conversation, second)
    assert (refused.status_code, refused.json()["code"]) == (507, "no-room")
    restarted(office, reserve_bytes=0)


def restarted(office: Office, **changes: object) -> None:
    office.process.stop()
    settle_file(office.process.folder / "node.toml", **changes)
    office.process.start()
    office.process.wait_ready()


def test_one_officer_has_a_limited_number_of_uploads(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=42)
    places = [begun(office, conversation, sealed) for _ in range(16)]
    answer = begin(office, conversation, sealed)
    assert (answer.status_code, answer.json()["code"]) == (429, "uploads-full")
    for place in places:
        assert office.call("author", "DELETE", place, headers=TUS).status_code == 204


def test_an_upload_that_nobody_went_on_with_expires_and_leaves_nothing(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 3 * MIB, seed=43)
    place = begun(office, conversation, sealed)
    send(office, place, sealed.data[:MIB], 0)
    assert left(office)
    office.process.stop()
    incoming = office.process.config.vault / "incoming"
    (incoming / ("upload-" + "0" * 32)).write_bytes(b"of an upload that ended as the node died")
    lost, under_way = (incoming / f"{sealed.root}-{end * 16}" for end in "ab")
    for path in (lost, under_way):
        path.write_bytes(b"taken in by a command")
    os.utime(lost, (0, 0))
    with closing(sqlite3.connect(office.process.config.database_file)) as database, database:
        database.execute("UPDATE node_upload SET expires_at = '2026-01-01 00:00:00'")
    office.process.start()
    office.process.wait_ready()
    assert office.call("author", "HEAD", place, headers=TUS).status_code == 404
    eventually(lambda: left(office) == [under_way.name])
    under_way.unlink()


# ------------------------------------------------------------------ the officer's own program


def test_a_program_goes_on_by_itself_when_the_node_was_killed(
    office: Office, conversation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = made_package(tmp_path, 96 * MIB, seed=44)
    api = Api(office.url, office.tokens["author"])
    killed: list[int] = []
    told: list[int] = []

    def progress(done: int) -> None:
        told.append(done)
        if done >= 40 * MIB and not killed:
            killed.append(done)
            office.process.kill()

    monkeypatch.setattr(uploading, "PATIENCE_S", 2.0)  # nobody starts the node while it is asked
    with pytest.raises(NodeSilentError):
        api.upload(conversation, sealed.offer, sealed.path, acquired="", progress=progress)
    monkeypatch.undo()
    assert killed
    office.process.start()
    office.process.wait_ready()
    (row,) = office.ok("author", "GET", "/uploads")["uploads"]
    assert row["here_bytes"] >= 32 * MIB
    told.clear()
    made = api.upload(conversation, sealed.offer, sealed.path, acquired="", progress=progress)
    assert told[0] == row["here_bytes"]
    assert made["root"] == sealed.offer["root"]
    again = api.upload(conversation, sealed.offer, sealed.path, acquired="")
    assert again["root"] == made["root"]  # nothing is sent twice
    api.close()


def test_a_file_that_does_not_fit_its_offer_is_not_begun(
    office: Office, conversation: str, tmp_path: Path
) -> None:
    sealed = made_package(tmp_path, 2 * MIB, seed=45)
    sealed.path.write_bytes(sealed.data[:-1])
    api = Api(office.url, office.tokens["author"])
    with pytest.raises(PackageOtherError):
        api.upload(conversation, sealed.offer, sealed.path, acquired="")
    api.close()
    assert office.ok("author", "GET", "/uploads")["uploads"] == []


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_metadata_raises_anything_but_our_errors(text: str) -> None:
    try:
        found = metadata(text)
    except ComityError:
        return
    assert set(found) == {"offer", "acquired"}
