"""What is not what a command takes is misuse, whatever the command: exit status 2, one rule."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.walks import every

from comity.canonical import ComityError
from comity.cli import main
from comity.cli.faults import status_of
from comity.evidence.package_errors import PackageDigestError
from comity.node.core.keystore import KeyFileError

FILE, NEW = "{file}", "{new}"
TAKING = (
    ("certificate", "show", FILE),
    ("certificate", "list", "--keys", FILE),
    ("cohort", "progress", FILE),
    ("conform", "keys", FILE),
    ("directory", "admit", FILE, FILE),
    ("directory", "entry", "new", NEW, "--keys", FILE),
    ("directory", "entry", "revise", FILE, "vn/court"),
    ("directory", "export", FILE, NEW),
    ("directory", "import", NEW, FILE),
    ("directory", "publish", NEW, FILE),
    ("directory", "renew", FILE),
    ("directory", "rotate", FILE),
    ("directory", "show", FILE),
    ("directory", "trust", FILE),
    ("drill", "report", FILE),
    ("ls", FILE, "-i", FILE),
    ("open", FILE, "-i", FILE, "-o", NEW),
    ("paper", "letter", FILE, "-o", NEW),
    ("paper", "passport", FILE, "-o", NEW),
    ("verify", FILE, "--trust", FILE),
)
"""Commands that take a file or a folder which somebody made, and no node."""
WRONG = (b"this is no such file\n", b'{"a": 1}', bytes(range(120, 255)))


@every("words", TAKING, ids=" ".join)
def test_a_file_that_is_none_of_its_kind_is_misuse(words: tuple[str, ...], tmp_path: Path) -> None:
    for number, data in enumerate(WRONG):
        file, new = tmp_path / f"given-{number}", tmp_path / f"new-{number}"
        file.write_bytes(data)
        told = [word.format(file=file, new=new) for word in words]
        done = CliRunner().invoke(main, told)
        assert done.exit_code == 2, (told, done.output)


@pytest.mark.parametrize(("error", "status"), [(KeyFileError, 2), (PackageDigestError, 1)])
def test_what_fits_and_is_false_is_no_misuse(error: type[ComityError], status: int) -> None:
    assert status_of(error("told")) == status
