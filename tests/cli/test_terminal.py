"""What a command prints steers no terminal, cuts nothing, and is JSON where JSON was asked for."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scripts.commands import commands

from comity.cli import main
from comity.cli.groups import Group, summary
from comity.files.terminal import safe_text

STEERING = "\u202e\u2066\u200f\x1b\x07\x85\u2028\U000e0041"
MOST = 100  # characters of a summary


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comity", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


@given(st.text())
def test_text_made_safe_steers_nothing_and_json_keeps_its_value(text: str) -> None:
    safe = safe_text(text)
    assert not set(STEERING) & set(safe)
    assert safe_text(safe) == safe
    told = json.dumps(text, ensure_ascii=False)
    assert json.loads(safe_text(told)) == text
    plain = "Tiếng Việt, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, 王芳\t1\n"
    assert safe_text(plain) == plain


def test_a_hostile_name_reaches_no_stream_as_it_is(tmp_path: Path) -> None:
    name = "report\u202efdp.exe\x1b[2J"
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / name).write_text("x")
    assert run("keygen", "-o", "key.txt", folder=tmp_path).returncode == 0
    recipient = (tmp_path / "key.txt").read_text().split("public key: ")[1].split()[0]
    sealed = run("seal", "tree", "-r", recipient, "-o", "tree.age", folder=tmp_path)
    assert sealed.returncode == 0, sealed.stderr
    plain = ["ls", "tree.age", "-i", "key.txt", "--unauthenticated"]
    for words in (plain, [*plain, "--json"], ["verify", name], ["verify", name, "--json"]):
        told = run(*words, folder=tmp_path)
        printed = told.stdout + told.stderr
        assert "fdp.exe" in printed
        assert not {"\u202e", "\x1b"} & set(printed), words
        if words[-1] == "--json":
            assert name in json.dumps(json.loads(told.stdout), ensure_ascii=False).replace(
                "\\u001b", "\x1b"
            )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["exhibitt"], "Did you mean 'exhibit'?"),
        (["exhibit", "dstroy"], "Did you mean 'destroy'?"),
        (["seal", "--jsom"], "--json"),
        (["exhibit", "destroy"], "Missing argument"),
        (["drill", "run", "first-night", "--teams", "x"], "'x' is not"),
        (["exhibit", "destroy", "x", "--node", "http://localhost:1"], "--token-file"),
    ],
)
def test_misuse_says_what_was_meant_and_is_json_where_asked(words: list[str], said: str) -> None:
    plain = CliRunner().invoke(main, words)
    assert (plain.exit_code, plain.stdout) == (2, "")
    assert said in plain.stderr
    told = CliRunner().invoke(main, [*words, "--json"])
    fault = json.loads(told.stdout)["error"]
    assert (told.exit_code, fault["code"]) == (2, "misuse")
    assert said in fault["detail"]
    assert fault["next"].endswith("--help")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def broken(*, as_json: bool) -> None:
    raise ZeroDivisionError


class Broken(type(main)):  # type: ignore[misc] # the class of the command line, with one command
    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["broken"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return broken


def test_a_fault_of_the_program_is_no_verdict() -> None:
    told = CliRunner().invoke(Broken("comity"), ["broken", "--json"])
    assert told.exit_code == 70
    assert json.loads(told.stdout)["error"]["code"] == "internal"
    assert "ZeroDivisionError" in told.stderr


def test_every_group_shows_whole_summaries_and_every_command_takes_h() -> None:
    wrong: list[str] = []
    for name, command, context in commands():
        words = summary(command)
        if isinstance(command, click.Group) and not isinstance(command, Group):
            wrong.append(f"{name}: a group of another class cuts summaries")
        if not 0 < len(words) <= MOST:
            wrong.append(f"{name}: {len(words)} characters of summary")
        help_ = command.get_help(context)
        if "..." in "".join(line for line in help_.split("Commands:")[1:]):
            wrong.append(f"{name}: a summary is cut")
        if "-h, --help" not in help_:
            wrong.append(f"{name}: no -h")
    assert not wrong, wrong
