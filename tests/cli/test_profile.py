"""A profile names the node and the token once; commands find both there."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import _COMMANDS, _GROUPS, main
from comity.cli.begin import profile

ROW = {"kind": "call", "detail": "", "party": "", "case": "", "emergency": False}
ALARM = ROW | {
    "number": 12,
    "subject": "",
    "severity": "critical",
    "raised_at": "2026-11-30T03:00:00Z",
    "due_at": "2026-11-30T03:05:00Z",
    "acknowledged_at": "2026-11-30T03:01:00Z",
    "acknowledged_by": "lan",
    "ended_at": None,
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("COMITY_NODE", "COMITY_TOKEN_FILE", "COMITY_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMITY_PROFILES", str(tmp_path / "own" / "profiles.toml"))
    (tmp_path / "token").write_text("comity_x", "ascii")
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return which node was asked, with which token file."""
    found: list[tuple[str, str]] = []

    class Session:
        def call(self, _method: str, _path: str, _told: Any) -> Any:
            return ALARM

    def session(url: str, token_file: Path) -> Session:
        found.append((url, token_file.name))
        return Session()

    monkeypatch.setattr("comity.cli.office.session", session)
    return found


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words))


def test_a_command_asks_the_node_of_the_profile(place: Path, asked: list[tuple[str, str]]) -> None:
    assert run("duty", "acknowledge", "12").exit_code == 2
    for name, port in (("default", 8700), ("night", 8800)):
        words = ("--node", f"http://127.0.0.1:{port}", "--token-file", str(place / "token"))
        done = CliRunner().invoke(profile, ["set", name, *words])
        assert done.exit_code == 0, done.output
    assert run("duty", "acknowledge", "12").exit_code == 0
    assert run("duty", "acknowledge", "12", "--profile", "night").exit_code == 0
    assert run("duty", "acknowledge", "12", "--node", "http://127.0.0.1:1").exit_code == 0
    assert [url for url, _ in asked] == [
        "http://127.0.0.1:8700",
        "http://127.0.0.1:8800",
        "http://127.0.0.1:1",
    ]
    listed = json.loads(CliRunner().invoke(profile, ["list", "--json"]).stdout)
    assert sorted(listed["profiles"]) == ["default", "night"]
    assert (place / "own" / "profiles.toml").stat().st_mode & 0o777 == 0o600
    assert CliRunner().invoke(profile, ["remove", "night"]).exit_code == 0
    gone = run("duty", "acknowledge", "12", "--profile", "night")
    assert (gone.exit_code, "there is no profile night; known: default" in gone.output) == (2, True)


@pytest.mark.parametrize(
    "text",
    ["[", "default = 1", "[default]\nsecret = 'x'", "[default]\nnode = 1", "[A b]\n", "\xff"],
)
def test_a_file_of_profiles_that_is_none_is_said_so(place: Path, text: str) -> None:
    (place / "own").mkdir()
    (place / "own" / "profiles.toml").write_bytes(text.encode("latin-1"))
    done = run("duty", "acknowledge", "12")
    assert done.exit_code == 2
    assert "profiles.toml" in done.output
    assert "Traceback" not in done.output


def test_every_command_stands_in_one_group_of_the_help() -> None:
    names = [name for told in _GROUPS.values() for name in told.split()]
    assert sorted(names) == sorted(_COMMANDS)
    shown = run("--help").stdout
    assert all(f"{title}:" in shown for title in _GROUPS)
