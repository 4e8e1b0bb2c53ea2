"""How soon an officer can work over a thin line: 256 kbit/s, 300 ms there and back.

A browser in a window of 1366 x 768 asks a node; the line is the browser's own throttle. Each round
begins with a browser that holds nothing of the node.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.rows import Row, hand_over, median, say
from benchmarks.traffic import two_nodes
from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED

ROUNDS: Final = 5
BYTES_A_SECOND: Final = 256_000 / 8
THERE_AND_BACK_MS: Final = 300
WINDOW: Final[ViewportSize] = {"width": 1366, "height": 768}
PHRASE: Final = "a long phrase for measuring"
PROGRAMS: Final = ("chromium-headless-shell", "chromium")
SIGN_IN, WATCH, LATER = "line-sign-in", "line-watch", "line-later"
TOLD: Final = {
    SIGN_IN: "the page to sign in, in a browser that holds nothing yet",
    WATCH: "the watch, from the click that signs in",
    LATER: "the register, from the click in the menu",
}


def thin(browser: Browser) -> Page:
    """Open a window whose line is thin."""
    page = browser.new_context(viewport=WINDOW, locale="en").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": THERE_AND_BACK_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    return page


def one(browser: Browser, address: str) -> dict[str, float]:
    """Sign in and open the register; return seconds of each step until the page is whole."""
    page, found = thin(browser), dict[str, float]()
    begun = time.monotonic()
    page.goto(f"{address}/sign-in", wait_until="load")
    found[SIGN_IN] = time.monotonic() - begun
    page.fill("#id_name", "duty")
    page.fill("#id_password", PHRASE)
    for name, click, heading in (
        (WATCH, "main form button[type=submit]", "Watch"),
        (LATER, ".menu a[href='/']", "Cases"),
    ):
        begun = time.monotonic()
        with page.expect_navigation(wait_until="load"):
            page.click(click)
        page.get_by_role("heading", level=1, name=heading).wait_for()
        found[name] = time.monotonic() - begun
    page.context.close()
    return found


def measure(folder: Path) -> list[Row]:
    """Return the rows of a node over a thin line."""
    program = next((path for one in PROGRAMS if (path := shutil.which(one))), None)
    if program is None:
        say("Chromium is not installed: nothing of a thin line was measured")
        return []
    node = NodeProcess(two_nodes(folder / "world").places[ASKED].config.folder)
    node.start()
    node.wait_ready()
    add = ["user", "add", str(node.folder), "duty", "--role", "duty", "--password-file", "-"]
    subprocess.run(
        [sys.executable, "-m", "comity", *add],
        input=PHRASE,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            rounds = [one(browser, f"http://127.0.0.1:{node.config.port}") for _ in range(ROUNDS)]
            browser.close()
    finally:
        node.stop()
    return [
        Row(name=name, unit="s", ours=median(each[name] for each in rounds), peer=None,
            peer_name=f"none; {told}")
        for name, told in TOLD.items()
    ]  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as place:
        hand_over(measure(Path(place)))
