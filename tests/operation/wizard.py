"""A set-up under way: the command as a process, and a person with a browser before it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

OFFICE = {
    "party": "vn/contact-point",
    "office_name": "Văn phòng đầu mối",
    "mode": "exercise",
    "phone": "+84 24 0000 0000",
    "languages": ["vi", "en"],
    "tls_name": "node.example",
    "port": "8700",
    "reach": "url",
    "treaty_un_2024": "signed-not-in-force",
    "treaty_untoc_2000": "in-force",
    "treaty_uncac_2003": "none",
    "treaty_coe_2001": "none",
    "roles": "small-office",
}


class Wizard:
    """The command ``comity setup DIR``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.browsers: list[Browser] = []
        words = [sys.executable, "-m", "comity", "setup", str(folder), "--port", "0"]
        self.process = subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "COMITY_DIR": ""},
        )
        assert self.process.stdout is not None
        told = [self.process.stdout.readline() for _ in range(3)]
        found = re.search(r"http://localhost:\d+", told[0])
        assert found is not None, told
        self.url = found[0]
        self.code = told[1].partition(": ")[2].strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        for browser in self.browsers:
            browser.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=60)

    def browser(self) -> "Browser":
        made = Browser(self.url)
        self.browsers.append(made)
        return made

    def inside(self) -> "Browser":
        made = self.browser()
        assert made.post("/code", code=self.code).status_code == 302
        return made

    def ended(self) -> int:
        """Wait until the command ends by itself; return its status."""
        return self.process.wait(timeout=60)


class Browser:
    """A person's browser: cookies, and the token of each form."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=60)

    def get(self, place: str) -> httpx.Response:
        return self.client.get(place)

    def post(self, path: str, *, files: Any = None, **said: Any) -> httpx.Response:
        page = self.client.get("/code").text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        if path == "/keys" and "answers" not in said:
            said["answers"] = self.answers()
        data = {"csrfmiddlewaretoken": found[1], **said}
        return self.client.post(path, data=data, files=files)

    def send(self, path: str, *, files: Any = None, **said: Any) -> httpx.Response:
        """Send a form, and open the page to which the answer leads, as a browser does."""
        answer = self.post(path, files=files, **said)
        return self.get(answer.headers["location"]) if answer.is_redirect else answer

    def answers(self) -> str:
        """Return by what the page of the keys names the answers that it shows."""
        found = re.search(r'name="answers" value="([^"]*)"', self.get("/keys").text)
        return found[1] if found else ""

    def where(self) -> str:
        """Return the step that is due."""
        return self.get("/").headers["location"]


def without_roster(inside: Browser) -> None:
    """Continue without a duty roster, for a reason."""
    answer = inside.post("/roster", later="1", reason="The rota starts later.")
    assert answer.headers["location"] == "/ceremony"
