"""What an examiner found inside a disk image: kept, logged, shown, and gone with the bytes."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk.test_case import accepted_request
from tests.forensics.making import ewf, raw_disk, run
from tests.nodes.moving import Sealed, made_package
from tests.walks import sampled

from comity.canonical import encode
from comity.cli.evidence.image import image
from comity.client.api import Api
from comity.forensics.inspection import MAX_BYTES, inspection_digest


def inspected(folder: Path) -> dict[str, Any]:
    """The inspection of an E01 that an examiner makes on the command line."""
    first, *_ = ewf(raw_disk(folder), folder / "disk")
    done = CliRunner().invoke(image, ["info", str(first), "--verify", "--json"])
    assert done.exit_code == 0, done.output
    value: dict[str, Any] = json.loads(done.stdout)
    return value


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return inspected(tmp_path_factory.mktemp("inspected"))


def handed_in(pair: Pair, folder: Path, *, seed: int) -> Sealed:
    """A package that the asked office holds."""
    digest, package = accepted_request(pair), made_package(folder, 9000, seed=seed)
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, package.offer, package.path, acquired="By order 31/2026")
    session.close()
    return package


def command(pair: Pair, folder: Path, *words: str) -> str:
    """Run `comity exhibit` as the case officer of the asked office."""
    token = folder / "token"
    token.write_text(pair.asked.tokens["author"])
    more = ("--node", pair.asked.url, "--token-file", token)
    return run(sys.executable, "-m", "comity", "exhibit", *words, *more)


def test_an_inspection_joins_record_log_and_audit_once(
    pair: Pair, tmp_path: Path, found: dict[str, Any]
) -> None:
    package = handed_in(pair, tmp_path, seed=101)
    file = tmp_path / "inspection.json"
    file.write_text(json.dumps(found))
    digest = f"sha256:{inspection_digest(encode(found)).hex()}"
    for _ in range(2):
        told = command(pair, tmp_path, "inspect", package.root, "--inspection", str(file))
        assert digest in told
    path = f"/exhibits/{package.root}/inspections"
    (kept,) = pair.asked.ok("approver", "GET", path)["inspections"]
    assert (kept["digest"], kept["inspection"]) == (digest, found)
    with closing(sqlite3.connect(pair.asked.process.config.database_file, timeout=20)) as database:
        audit = database.execute("SELECT action, detail FROM node_auditrow").fetchall()
    inspected = [detail for action, detail in audit if action == "evidence.inspected"]
    assert inspected.count(digest) == 1
    assert "evidence.inspection-read" in [action for action, _detail in audit]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value | {"inspection": 2},
        lambda value: value | {"images": []},
        lambda value: value | {"secret": "J. Doe"},
        lambda value: {**value, "images": [value["images"][0] | {"format": "J. Doe"}]},
    ],
)
def test_what_is_no_inspection_is_refused_without_repeating_it(
    pair: Pair, tmp_path: Path, found: dict[str, Any], spoil: Callable[[Any], Any]
) -> None:
    path = f"/exhibits/{'0' * 64}/inspections"
    answer = pair.asked.call("author", "POST", path, json={"inspection": spoil(found)})
    assert (answer.status_code, answer.json()["code"]) == (422, "inspection-malformed")
    assert "Doe" not in answer.text


def test_an_inspection_of_nothing_that_is_here_is_refused(
    pair: Pair, found: dict[str, Any]
) -> None:
    path = f"/exhibits/{'0' * 64}/inspections"
    answer = pair.asked.call("author", "POST", path, json={"inspection": found})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-here")


def test_a_long_inspection_is_taken_up_to_its_limit_and_refused_beyond(
    pair: Pair, tmp_path: Path, found: dict[str, Any]
) -> None:
    package = handed_in(pair, tmp_path, seed=104)
    value: dict[str, Any] = json.loads(json.dumps(found))
    files = value["images"][0]["contents"]["file_systems"][0]["files"]
    row = files[0]
    files += [row] * ((MAX_BYTES - len(encode(value))) // (len(encode(row)) + 1))
    path = f"/exhibits/{package.root}/inspections"
    pair.asked.ok("author", "POST", path, json={"inspection": value})
    files += [row] * 10
    answer = pair.asked.call("author", "POST", path, json={"inspection": value})
    assert (answer.status_code, answer.json()["code"]) == (422, "inspection-malformed")


def test_an_approver_may_not_hand_one_in(pair: Pair, found: dict[str, Any]) -> None:
    path = f"/exhibits/{'0' * 64}/inspections"
    answer = pair.asked.call("approver", "POST", path, json={"inspection": found})
    assert answer.status_code == 403


def test_the_acquired_event_tells_the_digests_of_the_image_and_no_names(
    pair: Pair, tmp_path: Path, found: dict[str, Any]
) -> None:
    digest, package = accepted_request(pair), made_package(tmp_path, 9000, seed=102)
    package.path.with_name(f"{package.path.name}.offer.json").write_bytes(encode(package.offer))
    file = tmp_path / "inspection.json"
    file.write_text(json.dumps(found))
    words = ("add", digest, str(package.path), "--acquired", "Seized", "--image", str(file))
    command(pair, tmp_path, *words)
    passport = pair.asked.ok("approver", "GET", f"/exhibits/{package.root}/passport")
    reason = json.dumps(passport)
    stored = found["images"][0]["acquisition"]["stored"]["md5"]
    assert f"Seized [ewf E01 3145728 bytes MD5 {stored} matches SHA-256 " in reason
    assert "Examiner" not in reason


def test_an_inspection_goes_with_the_sealed_bytes(
    pair: Pair, tmp_path: Path, found: dict[str, Any]
) -> None:
    package = handed_in(pair, tmp_path, seed=103)
    path = f"/exhibits/{package.root}"
    pair.asked.ok("author", "POST", f"{path}/inspections", json={"inspection": found})
    pair.asked.ok("author", "POST", f"{path}/destruction", json={"reason": "Order 5"})
    pair.asked.ok("approver", "POST", f"{path}/destruction/confirmation")
    assert pair.asked.ok("approver", "GET", f"{path}/inspections")["inspections"] == []
    answer = pair.asked.call("author", "POST", f"{path}/inspections", json={"inspection": found})
    assert answer.json()["code"] == "package-destroyed"


@pytest.mark.parametrize("view", sampled([("en", 1280), ("ar", 1280), ("ar", 400)], [("ar", 400)]))
def test_the_page_shows_partitions_files_and_verdict_with_hostile_names_made_visible(
    visit: Callable[..., Page],
    pair: Pair,
    tmp_path: Path,
    found: dict[str, Any],
    view: tuple[str, int],
) -> None:
    lang, width = view
    package = handed_in(pair, tmp_path, seed=width + len(lang) + ord(lang[0]))
    value: dict[str, Any] = json.loads(json.dumps(found))
    inside = value["images"][0]["contents"]
    rows = inside["file_systems"][0]["files"]
    rows[0]["path"] = {"text": "/<script>alert(1)</script>\u202egpj.exe\u200b"}
    rows[1]["path"] = {"bytes": "L25h73Zl"}
    rows[2]["path"] = {"text": "/مستندات/خطة العمل.txt"}
    part = {"description": "Linux (0x83)", "kind": "allocated", "length_bytes": 3144704}
    gap = {"description": "Unallocated", "kind": "unallocated", "length_bytes": 1024}
    inside["volume_system"] = {
        "block_size_bytes": 512,
        "partitions": [gap | {"start_bytes": 0}, part | {"start_bytes": 1024}],
        "truncated": False,
        "type": "dos",
    }
    told = {"inspection": value}
    pair.asked.ok("author", "POST", f"/exhibits/{package.root}/inspections", json=told)

    page = visit("author", asked=True, lang=lang, width=width)
    page.goto(f"{pair.asked.url}/exhibits/{package.root}")
    page.click(".identity .menu > summary")
    page.click(f"a[href*='{package.root}/inspections']")
    page.wait_for_url("**/inspections")
    shown = page.inner_text("main")
    assert "/<script>alert(1)</script>U+202Egpj.exeU+200B" in shown
    assert "/na\\xefve" in shown
    assert "/مستندات/خطة العمل.txt" in shown
    assert "EVIDENCE" in shown
    assert page.locator(".note-good").count() == 1
    assert page.locator("table").count() == 2
    assert page.locator("th bdi", has_text="/letter.txt").count() == 1
    assert page.get_attribute("html", "dir") == ("rtl" if lang == "ar" else "ltr")
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "the page itself does not scroll sideways"
    folder = os.environ.get("COMITY_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/inspection-{lang}-{width}.png", full_page=True)
