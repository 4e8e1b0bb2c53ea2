"""Two hundred trainees in their browsers, as far as the house can tell: pages, parts and sessions.

Reads ``{"house", "codes", "seconds", "every_s"}`` from standard input; writes a line once all have
joined, and one at the end with what each answer took and when each change was first seen.
"""

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from benchmarks.rows import say

PER_TEAM: Final = 10
PAGE_EVERY: Final = 15
"""A whole page to so many parts: people reload, and come back from what they did."""
_MARK: Final = re.compile(r'name="mark" value="([0-9a-f]+)"')
_SEEN: Final = re.compile(r'name="(seen-[a-z]+)" value="([0-9a-f]+)"')
_ROLE: Final = re.compile(r'name="new-role" value="([^"]+)"')
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Trainee:
    """One browser.

    Attributes:
        pages_ms, parts_ms: how long answers took.
        changed_at: seconds of this machine's clock at which a part showed something new.
    """

    client: httpx.AsyncClient
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
        await self.page()

    async def _post(self, data: dict[str, str]) -> httpx.Response:
        origin = str(self.client.base_url).rstrip("/")
        headers = {"Referer": f"{origin}/exercise/join", "Origin": origin}
        answer = await self.client.post("/exercise/join", data=data, headers=headers)
        answer.raise_for_status()
        return answer

    async def page(self) -> None:
        """Load the room whole."""
        begun = time.monotonic()
        answer = await self.client.get("/exercise")
        answer.raise_for_status()
        self.pages_ms.append((time.monotonic() - begun) * 1000)
        self._take(answer.text)

    async def part(self) -> None:
        """Ask for what changed, as the page does by itself."""
        begun = time.monotonic()
        answer = await self.client.get(
            "/exercise/now",
            params={"mark": self.mark, **self.seen},
            headers={"HX-Request": "true"},
        )
        answer.raise_for_status()
        self.parts_ms.append((time.monotonic() - begun) * 1000)
        if self._take(answer.text):
            self.changed_at.append(time.time())

    def _take(self, text: str) -> bool:
        before = self.mark
        self.mark = _found(_MARK, text)
        self.seen.update(dict(_SEEN.findall(text)))
        return bool(before) and self.mark != before

    async def live(self, until: float, every_s: float) -> None:
        """Look on until a moment of the monotonic clock."""
        await asyncio.sleep(random.random() * every_s)
        number = 0
        while time.monotonic() < until:
            number += 1
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
        await one.client.aclose()
    return {
        "pages_ms": [ms for one in trainees for ms in one.pages_ms],
        "parts_ms": [ms for one in trainees for ms in one.parts_ms],
        "changed_at": [one.changed_at for one in trainees],
    }


if __name__ == "__main__":
    found = asyncio.run(run(json.load(sys.stdin)))
    sys.stdout.write(json.dumps(found) + "\n")
