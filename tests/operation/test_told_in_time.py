"""What an operator should know is told where it happens, in words that say what to do."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.cli.node.keys import _unlisted
from comity.directory.trust import TrustFile


def init(tmp_path: Path, *more: str) -> Any:
    trust = tmp_path / "trust.json"
    trust.write_bytes(TrustFile(mode="exercise", delegations={}).data)
    words = ["init", str(tmp_path / "n"), "--party", "vn/n", "--mode", "exercise"]
    return CliRunner().invoke(main, [*words, "--trust", str(trust), *more])


@pytest.mark.parametrize(
    ("more", "warned"),
    [
        (("--host", "0.0.0.0"), True),  # noqa: S104
        (("--host", "0.0.0.0", "--tls", "node.example"), False),  # noqa: S104
        ((), False),
    ],
    ids=str,
)
def test_pages_without_encryption_are_warned_of(
    tmp_path: Path, more: tuple[str, ...], warned: bool
) -> None:
    done = init(tmp_path, *more)
    assert done.exit_code == 0, done.output
    assert ("unencrypted over the network" in done.output) is warned


def test_an_empty_name_for_tls_is_refused(tmp_path: Path) -> None:
    done = init(tmp_path, "--tls", "")
    assert done.exit_code == 2
    assert "it is empty" in done.output
    assert not (tmp_path / "n").exists()


def test_an_epoch_after_a_restore_is_said_to_be_in_order() -> None:
    assert "in order after a restore" in _unlisted(2)
    assert "OK" not in _unlisted(1)
