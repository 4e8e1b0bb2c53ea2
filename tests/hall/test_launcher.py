"""Many nodes from one process: one that cannot start is told, and holds nobody up."""

from pathlib import Path

import pytest

from comity.hall.launcher import Launcher, LaunchError


@pytest.mark.full
def test_a_node_that_cannot_start_is_told_and_the_log_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    folder.mkdir()
    launcher = Launcher(tmp_path / "launcher.log")
    launcher.start()
    try:
        with pytest.raises(LaunchError, match=r"node\.log"):
            launcher.launch([(folder, [])])
    finally:
        launcher.stop()
    assert "Traceback" in (folder / "node.log").read_text("utf-8")


def test_a_launcher_that_was_not_started_launches_nothing(tmp_path: Path) -> None:
    with pytest.raises(LaunchError):
        Launcher(tmp_path / "launcher.log").launch([(tmp_path, [])])
