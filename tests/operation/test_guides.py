"""What the guides of operation say is run as it stands, and systemd judges the units."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs
from tests.operation.guides import lines_of

UNITS = REPOSITORY / "scripts" / "offline" / "systemd"


def test_the_lines_of_the_internal_authority_make_certificates_that_hold(tmp_path: Path) -> None:
    needs("openssl")
    lines = lines_of("internal-ca.md")
    assert len(lines) == 10
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, line + done.stderr


def test_that_authority_cannot_certify_another_name(tmp_path: Path) -> None:
    needs("openssl")
    lines = [line.replace("node.example", "evil.test") for line in lines_of("internal-ca.md")]
    first = lines_of("internal-ca.md")[:3]
    found = ""
    for line in [*first, *lines[4:8]]:
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        found = f"{done.returncode} {done.stdout}{done.stderr}"
    assert not found.startswith("0 ")
    assert "permitted subtree violation" in found


@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.iterdir()))
def test_a_unit_names_only_what_the_installer_fills_in(unit: str) -> None:
    text = (UNITS / unit).read_text(encoding="utf-8")
    found = set(re.findall(r"@([A-Z]+)@", text))
    assert found <= {"PREFIX", "NODE", "USER"}
    if unit.endswith(".service"):
        assert "NoNewPrivileges=yes" in text
        assert "ProtectSystem=strict" in text
        assert re.search(r"^CapabilityBoundingSet=$", text, re.MULTILINE)


def test_systemd_takes_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    judge = needs("systemd-analyze")
    program = tmp_path / "prefix" / "current" / "bin" / "comity"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    filled = {"@PREFIX@": str(tmp_path / "prefix"), "@NODE@": str(tmp_path), "@USER@": "root"}
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        for name, value in filled.items():
            text = text.replace(name, value)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    for unit in sorted(tmp_path.glob("comity*")):
        found = _judged([judge, "verify", "--man=no", str(unit)])
        assert unit.name not in found, found  # a complaint names the file
        if unit.suffix == ".service":
            told = _judged([judge, "security", "--offline=true", "--no-pager", str(unit)])
            level = re.search(r"exposure level for \S+: ([0-9.]+)", told)
            assert level is not None
            assert float(level[1]) < 3.0


def _judged(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr
