"""Two hundred trainees in their browsers, as far as the house can tell: pages, parts and sessions.

In a hall each browser has a machine of its own. Here all share the two cores with what is measured,
so that they speak HTTP/1.1 with no more than it takes: one line each, kept open, as browsers do.

Reads ``{"house", "codes", "seconds", "every_s"}`` from standard input; writes a line once all have
joined, and one at the end with what each answer took and when each change was first seen.
"""

import asyncio
import contextlib
import itertools
import json
import random
import re
import sys
import time
import zlib
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx

from benchmarks.rows import say

PER_TEAM: Final = 10
PAGE_EVERY: Final = 30
"""A whole page to so many parts: people reload, and come back from what they did."""
_MARK: Final = re.compile(r'name="mark" value="([0-9a-f]+)"')
_SEEN: Final = re.compile(r'name="(seen-[a-z]+)" value="([0-9a-f]+)"')
_ROLE: Final = re.compile(r'name="new-role" value="([^"]+)"')
_LENGTH: Final = re.compile(r"content-length: ([0-9]+)")
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Line:
    """A connection that is kept, with the cookies of one browser."""

    def __init__(self, house: str, cookies: str) -> None:
        self._place = urlsplit(house)
        self._cookies = cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *more: str) -> str:
        """Return the text of an answer.

        Raises:
            OSError: there is no answer.
            LookupError: it is none of a page.
        """
        head = [
            f"GET {path} HTTP/1.1",
            f"Host: {self._place.netloc}",
            f"Cookie: {self._cookies}",
            "Accept-Encoding: gzip",
            *more,
        ]
        asked = "\r\n".join([*head, "", ""]).encode()
        if self._streams is not None:
            with contextlib.suppress(OSError, EOFError):  # an idle line that was hung up
                return await self._ask(asked)
        place = self._place
        self._streams = await asyncio.open_connection(place.hostname, place.port)
        return await self._ask(asked)

    async def _ask(self, asked: bytes) -> str:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(asked)
        told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if not told.startswith("http/1.1 200 "):
            raise LookupError(told.partition("\r\n")[0])
        body = await reader.readexactly(int(_found(_LENGTH, told)))
        if "content-encoding: gzip" in told:
            body = zlib.decompress(body, wbits=31)
        return body.decode()

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


@dataclass
class Trainee:
    """One browser.

    Attributes:
        pages_ms, parts_ms: how long answers took.
        changed_at: seconds of this machine's clock at which a part showed something new.
    """

    client: httpx.AsyncClient
    line: Line | None = None
    mark: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    pages_ms: list[float] = field(default_factory=list)
    parts_ms: list[float] = field(default_factory=list)
    changed_at: list[float] = field(default_factory=list)

    async def join(self, code: str, name: str, place: int) -> None:
        """Join as people do, by two forms."""
        first = await self.client.get("/exercise/join")
        token = _found(_TOKEN, first.text)
        who = await self._post({"code": code, "csrfmiddlewaretoken": token})
        roles = _ROLE.findall(who.text)
        await self._post(
            {
                "code": code,
                "csrfmiddlewaretoken": _found(_TOKEN, who.text),
                "new-name": name,
                "new-role": roles[place % len(roles)],
                "new": "1",
            }
        )
        cookies = "; ".join(f"{one}={value}" for one, value in self.client.cookies.items())
        self.line = Line(str(self.client.base_url), cookies)
        await self.client.aclose()
        await self.page()

    async def _post(self, data: dict[str, str]) -> httpx.Response:
        origin = str(self.client.base_url).rstrip("/")
        headers = {"Referer": f"{origin}/exercise/join", "Origin": origin}
        answer = await self.client.post("/exercise/join", data=data, headers=headers)
        answer.raise_for_status()
        return answer

    async def page(self) -> None:
        """Load the room whole."""
        assert self.line is not None
        begun = time.monotonic()
        text = await self.line.get("/exercise")
        self.pages_ms.append((time.monotonic() - begun) * 1000)
        if self._take(text):
            self.changed_at.append(time.time())

    async def part(self) -> None:
        """Ask for what changed, as the page does by itself."""
        assert self.line is not None
        asked = urlencode({"mark": self.mark, **self.seen})
        begun = time.monotonic()
        text = await self.line.get(f"/exercise/now?{asked}", "HX-Request: true")
        self.parts_ms.append((time.monotonic() - begun) * 1000)
        if self._take(text):
            self.changed_at.append(time.time())

    def _take(self, text: str) -> bool:
        before = self.mark
        self.mark = _found(_MARK, text)
        self.seen.update(dict(_SEEN.findall(text)))
        return bool(before) and self.mark != before

    async def live(self, until: float, every_s: float) -> None:
        """Look on until a moment of the monotonic clock."""
        await asyncio.sleep(random.random() * every_s)
        for number in itertools.count(random.randrange(PAGE_EVERY)):
            if time.monotonic() >= until:
                return
            begun = time.monotonic()
            await (self.part() if number % PAGE_EVERY else self.page())
            await asyncio.sleep(max(0.0, every_s - (time.monotonic() - begun)))


def _found(form: re.Pattern[str], text: str) -> str:
    found = form.search(text)
    if found is None:
        raise LookupError(f"the page has no {form.pattern}")
    return found[1]


async def run(wanted: dict[str, Any]) -> dict[str, Any]:
    """Join all, tell, look on, and return what was measured."""
    trainees = []
    for number, code in enumerate(wanted["codes"]):
        for place in range(PER_TEAM):
            client = httpx.AsyncClient(
                base_url=wanted["house"], follow_redirects=True, timeout=60, trust_env=False
            )
            one = Trainee(client)
            await one.join(code, f"Trainee {number}-{place}", place)
            trainees.append(one)
    say(f"{len(trainees)} trainees have joined")
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    for one in trainees:
        one.pages_ms.clear()
    until = time.monotonic() + wanted["seconds"]
    await asyncio.gather(*(one.live(until, wanted["every_s"]) for one in trainees))
    for one in trainees:
        if one.line is not None:
            one.line.close()
    return {
        "pages_ms": [ms for one in trainees for ms in one.pages_ms],
        "parts_ms": [ms for one in trainees for ms in one.parts_ms],
        "changed_at": [one.changed_at for one in trainees],
    }


if __name__ == "__main__":
    found = asyncio.run(run(json.load(sys.stdin)))
    sys.stdout.write(json.dumps(found) + "\n")
