"""Debian's Chromium: which of its programs the tests drive, and how it is started."""

import os
import shutil
from typing import Any, Final

from tests.conftest import needs

SWITCHES: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""As root, and silent towards the network."""
PROGRAMS: Final = ("chromium-headless-shell", "chromium")
"""One engine, built from one source; the shell has no windows and takes half the time to start."""


def launching() -> dict[str, Any]:
    """Return what Playwright is to start; skip the test where there is no browser.

    The environment variable ``COMITY_TEST_BROWSER`` names another program: `make test-long` walks
    in the browser that people have.
    """
    asked = os.environ.get("COMITY_TEST_BROWSER")
    found = (shutil.which(one) for one in ([asked] if asked else PROGRAMS))
    program = next((path for path in found if path), None) or needs("chromium")
    return {"executable_path": program, "args": SWITCHES, "headless": True}
