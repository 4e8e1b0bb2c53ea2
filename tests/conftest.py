"""What every test may ask for: the shared material and other people's tools."""

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

PACKAGES = {
    "age": "age",
    "go": "golang-go golang-golang-x-mod-dev",
    "openssl": "openssl",
    "chromium": "chromium",
    "sha256sum": "coreutils",
    "tar": "tar",
}


def needs(tool: str) -> str:
    """Return the path of a Debian tool, or skip the test and say which package brings it."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"needs Debian package {PACKAGES[tool]}")
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared vectors and evidence; skip with a message where it is absent."""
    folder = Path(os.environ.get("COMITY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("needs the shared material: set COMITY_SHARED to its folder")
    return folder
