"""At its end a demonstration names the bundle, the command that verifies it, and a token."""

import io
import shlex
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from comity.cli import begin as demo
from comity.demo import story
from comity.demo.exhibit import make_exhibit
from comity.demo.story import Stage
from comity.demo.world import Teller


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, *, keeps: bool, stays: bool) -> str:
    out = io.StringIO()
    teller = Teller(Console(file=out, width=80))
    monkeypatch.setattr(demo, "_wait", lambda *_: None)
    config = SimpleNamespace(port=8710, folder=folder / "nodes" / "vn")
    place = SimpleNamespace(party="vn/contact-point", config=config)
    world = SimpleNamespace(places={place.party: place})
    stage: Any = SimpleNamespace(world=world, sign_ins=[(place.party, "case", "secret")])
    demo._tell_bundle(folder, teller, keeps=keeps, stays=stays)
    if stays:
        demo._stay(cast("Stage", stage), teller)
    return out.getvalue()


@pytest.mark.parametrize(("keeps", "stays"), [(True, False), (True, True), (False, True)])
def test_the_bundle_and_the_command_that_verifies_it_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, keeps: bool, stays: bool
) -> None:
    folder = tmp_path / "my case"
    text = told(monkeypatch, folder, keeps=keeps, stays=stays)
    verify = f"comity verify '{folder}/bundle' --trust '{folder}/trust.json'"
    assert f"Verify it yourself: {verify}\n" in text
    assert (f"The bundle: {folder / 'bundle'}\n" in text) is keeps
    assert ("until Ctrl-C (--out FOLDER keeps it)" in text) is not keeps
    token = f"comity user token {shlex.quote(str(folder / 'nodes' / 'vn'))} case\n"
    assert (token in text) is stays


def test_work_that_ends_at_once_has_no_question_mark_for_its_rate(tmp_path: Path) -> None:
    (tmp_path / "exhibit").write_bytes(bytes(29_215))
    out = io.StringIO()
    teller = Teller(Console(file=out, width=80))
    with teller.progress("sealing", tmp_path / "exhibit") as shown:
        shown(29_215)
    assert "sealing" in out.getvalue()
    assert "?" not in out.getvalue()


def test_what_is_deleted_at_once_is_not_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = told(monkeypatch, tmp_path, keeps=False, stays=False)
    assert str(tmp_path) not in text
    assert "comity demo --exit --out FOLDER" in text


def test_what_was_logged_is_of_the_period_asked_for_and_before_the_request(tmp_path: Path) -> None:
    at = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
    rows = (make_exhibit(tmp_path, until=at) / "mail" / "logins.log").read_text().splitlines()
    times = [row.partition(" ")[0] for row in rows]
    period = story._logged(at)
    assert period["start"] <= min(times) <= max(times) < period["end"] <= "2027-03-04T05:06:07Z"
