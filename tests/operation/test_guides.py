"""What the guides of operation say is run as it stands: openssl's lines, and systemd's own judge."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs

GUIDES = REPOSITORY / "docs" / "how-to"
UNITS = REPOSITORY / "scripts" / "offline" / "systemd"


def lines_of(guide: str) -> list[str]:
    """Return the shell lines of a guide, in order."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


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
    for line in [*first, *lines[4:8]]:
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        if done.returncode:
            break
    assert done.returncode != 0
    assert "permitted subtree violation" in done.stdout + done.stderr


@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.iterdir()))
def test_a_unit_names_only_what_the_installer_fills_in(unit: str) -> None:
    text = (UNITS / unit).read_text(encoding="utf-8")
    found = set(re.findall(r"@([A-Z]+)@", text))
    assert found <= {"PREFIX", "NODE", "USER"}
    if unit.endswith(".service"):
        assert "NoNewPrivileges=yes" in text
        assert "ProtectSystem=strict" in text
        assert re.search(r"^CapabilityBoundingSet=$", text, re.MULTILINE)
