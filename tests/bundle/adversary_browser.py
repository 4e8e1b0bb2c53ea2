"""The page's own modules under node, which judge many bundles in one process."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.absent import needs
from tests.bundle.adversary import Play
from tests.bundle.adversary_rules import bundles, unlike
from tests.bundle.adversary_side import knowing, speaking, trust
from tests.verifier.values import as_values, told_here, told_there

from comity.directory import TrustFile
from comity.verifier.build import script
from comity.verifier.tables import modules

LINES: Final = Path(__file__).resolve().parents[1] / "verifier" / "js" / "lines.js"


class Page:
    """One process of node; it knows the editions that were known when it began."""

    def __init__(self, folder: Path, *, newer: bool) -> None:
        with knowing(speaking(newer)):
            text = script(LINES, modules())
        file = folder / f"judge-{newer}.js"
        file.write_text(text, "utf-8")
        self._process = subprocess.Popen(
            [needs("node"), file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def judge(self, files: Mapping[str, bytes], trusted: TrustFile | None) -> dict[str, Any]:
        """Return what the page says of a bundle, in the form of `told_here`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps([as_values(files), trusted.data.decode() if trusted else None])
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        report = json.loads(self._process.stdout.readline())
        return {"crash": report["crash"]} if "crash" in report else told_there(report)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@contextmanager
def pages(folder: Path) -> Iterator[dict[bool, Page]]:
    """Give a page that knows the newer edition of the tests, and one that does not."""
    made = {newer: Page(folder, newer=newer) for newer in (False, True)}
    try:
        yield made
    finally:
        for page in made.values():
            page.close()


def differing(play: Play, both: Mapping[bool, Page]) -> list[str]:
    """Return where the page judges a bundle of a case otherwise than `comity verify`."""
    random, wrong = Random(f"{play.number} page"), list[str]()
    for exporter, files in bundles(play):
        newer = bool(play.newer) and random.random() < 0.7
        trusted = random.choice([trust(), unlike(play, len(files))])
        with knowing(speaking(newer)):
            here = told_here(files, trusted)
        there = both[newer].judge(files, trusted)
        if here != there:
            odd = {
                name: (value, there.get(name))
                for name, value in here.items()
                if value != there.get(name)
            }
            told = there.get("crash") or _short(odd)
            wrong.append(f"seed {play.number}, bundle of {exporter}: {told}")
    return wrong


def _short(odd: Mapping[str, tuple[Any, Any]]) -> str:
    """Return what `comity verify` says and the page does not, and the other way round."""
    lines = []
    for name, (here, there) in odd.items():
        if isinstance(here, list) and isinstance(there, list):
            mine = [one for one in here if one not in there]
            theirs = [one for one in there if one not in here]
            lines.append(f"{name}: verify {mine}, page {theirs}")
        else:
            lines.append(f"{name}: verify {here}, page {there}")
    return "; ".join(lines)
