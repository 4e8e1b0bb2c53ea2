"""The page on Comity in Python: its code runs as printed, in a process without any extra."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bundle.makers import redacted_bundle, trust_file
from tests.conftest import REPOSITORY

import comity
from comity.cli.faults import EXTRAS

PAGE = (REPOSITORY / "docs" / "reference" / "python.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SIGNED = "read_offer"
WITHOUT_EXTRAS = """
import sys
for name in {names!r}:
    sys.modules[name] = None
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with what the page's code reads."""
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "log.txt").write_text("one line\n", "utf-8")
    (tmp_path / "trust.json").write_bytes(trust_file().data)
    for path, data in redacted_bundle().items():
        full = tmp_path / "bundle" / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return tmp_path


def run(code: str, place: Path) -> subprocess.CompletedProcess[str]:
    names = sorted(EXTRAS)
    environment = {"PATH": os.environ["PATH"], "HOME": str(place)}
    environment["PYTHONPATH"] = str(REPOSITORY / "src")
    command = [sys.executable, "-c", WITHOUT_EXTRAS.format(names=names) + code]
    return subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )


def test_the_code_of_the_page_runs_without_any_extra(place: Path) -> None:
    assert [block for block in BLOCKS if SIGNED in block], "the signed offer is shown"
    code = "\n".join(block for block in BLOCKS if SIGNED not in block)
    done = run(code, place)
    assert done.returncode == 0, done.stderr
    assert "1 files" in done.stdout
    assert "['data/evidence/log.txt']" in done.stdout
    assert (place / "opened" / "data" / "evidence" / "log.txt").read_text("utf-8") == "one line\n"


def test_the_public_names_are_those_of_the_page_and_no_other() -> None:
    assert set(comity.__all__) == {*__import__("comity.public").public.__all__, "__version__"}
    shown = set(re.findall(r"comity\.([a-z_]+)\(", PAGE))
    functions = {name for name in comity.__all__ if name.islower() and name != "__version__"}
    assert shown == functions
    with pytest.raises(AttributeError):
        comity.no_such_name  # noqa: B018


def test_importing_comity_loads_nothing_before_it_is_used(place: Path) -> None:
    done = run("import comity, sys; print('cryptography' in sys.modules)", place)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "words",
    [
        ("seal", "--help"),
        ("open", "--help"),
        ("ls", "--help"),
        ("verify", "bundle", "--trust", "trust.json"),
        ("bundle", "--help"),
        ("law", "show", "un-2024", "preservation"),
        ("directory", "--help"),
        ("age", "--help"),
        ("keygen",),
    ],
    ids=" ".join,
)
def test_the_commands_of_the_core_need_no_extra(place: Path, words: tuple[str, ...]) -> None:
    done = run(f"import sys; from comity.cli import main; main({list(words)!r})", place)
    assert done.returncode == 0, done.stderr


def test_a_command_that_needs_a_node_names_the_extra(place: Path) -> None:
    made = ["init", "node", "--party", "vn/contact-point", "--trust", "trust.json"]
    assert run(f"from comity.cli import main; main({made})", place).returncode == 0
    done = run("from comity.cli import main; main(['migrate', 'node', '--json'])", place)
    assert done.returncode == 1
    assert "pip install 'comity[node]'" in done.stderr
    assert '"extra-missing"' in done.stdout
    assert "Traceback" not in done.stderr
