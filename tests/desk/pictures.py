"""Pictures of every page, taken of two offices that have something of everything.

``python -m tests.desk.pictures`` writes two of each page to ``docs/pictures``: in English on a desk
in the light, in Arabic on a phone in the dark. ``--all`` writes all eight combinations of the two
languages, two widths and two schemes to ``build/pictures`` instead, to be looked at; ``--only``
does so for the pages that it names. ``--set-up`` takes those of the set-up of a node anew and
leaves the others.
"""

import argparse
import hashlib
import io
import itertools
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HOME: Final = Path(__file__).resolve().parents[2]
KEPT: Final = HOME / "docs" / "pictures"
LOOKED_AT: Final = HOME / "build" / "pictures"
WIDTHS: Final = {"desk": 1280, "phone": 390}
READABLE: Final = 1000
"""Pixels that a picture of a desk is wide: its small print can still be read."""
TALL: Final = 2400
"""Pixels below which a long page is cut off."""
LOOKS: Final = ("*/templates/**/*.html", "*/*/templates/**/*.html", "static/desk/*")
"""What decides how pages look, below the node's package."""
QUALITY: Final = 55
type Look = tuple[str, str, str]
"""Language, width, scheme."""
SHIPPED: Final[tuple[Look, ...]] = (("en", "desk", "light"), ("ar", "phone", "dark"))
EVERY: Final[tuple[Look, ...]] = tuple(
    itertools.product(("en", "ar"), ("desk", "phone"), ("light", "dark"))
)


def main(arguments: Iterable[str] | None = None) -> None:
    """Take the pictures; a progress line a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all eight, into build/pictures")
    parser.add_argument("--set-up", action="store_true", help="the pages of the set-up alone")
    parser.add_argument("--only", nargs="+", metavar="PAGE", default=(), help="all eight of these")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    if asked.set_up:
        taken = sorted(set(_set_up(SHIPPED, KEPT)))
        named = {path.name.removesuffix("-en-desk-light.webp") for path in KEPT.glob("*-en-*")}
        of = shown_digest((KEPT / "README.md").read_text("utf-8"))  # the other pictures are older
        (KEPT / "README.md").write_text(_index(sorted(named), of), encoding="utf-8")
        print(f"{len(taken)} pages of the set-up in {KEPT.relative_to(HOME)}")
        return
    looks, folder = (EVERY, LOOKED_AT) if asked.all or asked.only else (SHIPPED, KEPT)
    if asked.only:
        folder.mkdir(parents=True, exist_ok=True)
        taken = sorted({*_taken(looks, folder, asked.only)})
        print(f"{', '.join(taken)} in {folder.relative_to(HOME)}")
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = sorted({*_taken(looks, folder), *_set_up(looks, folder)})
    if not asked.all:
        (folder / "README.md").write_text(_index(names, looks_digest()), encoding="utf-8")
    print(f"{len(names)} pages, {len(looks)} pictures each, in {folder.relative_to(HOME)}")


def looks_digest() -> str:
    """Return the digest of the templates and styles from which the pages are made."""
    node = HOME / "src" / "comity" / "node"
    found = hashlib.sha256()
    for path in sorted({path for pattern in LOOKS for path in node.glob(pattern)}):
        if path.is_file():
            found.update(f"{path.relative_to(node).as_posix()}\n".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{found.hexdigest()}"


def shown_digest(index: str) -> str:
    """Return the digest that an index of pictures names; an empty text if it names none."""
    named = re.search(r"sha256:[0-9a-f]{64}", index)
    return named[0] if named else ""


def _taken(looks: tuple[Look, ...], folder: Path, only: Collection[str] = ()) -> Iterator[str]:
    import django

    django.setup()
    from tests.api.nodes import start_pair
    from tests.browser import launching
    from tests.desk.everywhere import SETTINGS, fill, stops
    from tests.desk.looking import Looker, first_of_each

    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching())
        pair = start_pair(Path(scratch) / "world", SETTINGS)
        try:
            seldom = fill(pair, Path(scratch))
            found = [
                stop
                for stop in first_of_each([*stops(pair), *seldom])
                if not only or stop.name in only
            ]
            for language, width, scheme in looks:
                looker = Looker(browser, pair, language, scheme)
                for number, stop in enumerate(found, 1):
                    page = looker.open(stop, WIDTHS[width])
                    name = f"{stop.name}-{language}-{width}-{scheme}.webp"
                    _keep(page.screenshot(full_page=True), folder / name)
                    print(f"\r{language} {width} {scheme}: {number}/{len(found)}", end="",
                          file=sys.stderr)  # fmt: skip
                    yield stop.name
                looker.close()
                print(file=sys.stderr)
        finally:
            pair.stop()
            browser.close()


def _set_up(looks: tuple[Look, ...], folder: Path) -> Iterator[str]:
    from tests.browser import launching
    from tests.operation.playing import Play
    from tests.operation.wizard import Wizard

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching())
        for language, width, scheme in looks:
            seen: list[str] = []
            page = browser.new_page(
                locale=language,
                viewport={"width": WIDTHS[width], "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )

            def look(name: str, page: Page, *, which: str = f"{language}-{width}-{scheme}",
                     seen: list[str] = seen) -> None:  # fmt: skip
                path = folder / f"set-up-{name}-{which}.webp"
                _keep(page.screenshot(full_page=True), path)
                seen.append(f"set-up-{name}")

            with (
                tempfile.TemporaryDirectory() as scratch,
                Wizard(Path(scratch) / "office" / "node") as wizard,
            ):
                Play(page, wizard, Path(scratch), look).whole()
            page.close()
            yield from seen
        browser.close()


def _keep(data: bytes, path: Path) -> None:
    """Write a picture that can be read, cut off below."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALL)))
    if picture.width > READABLE:
        height = picture.height * READABLE // picture.width
        picture = picture.resize((READABLE, height), Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=QUALITY, method=6)


def _index(names: list[str], of: str) -> str:
    rows = [
        f"| `{name}` | ![{name} in English]({name}-en-desk-light.webp) |"
        f" ![{name} in Arabic]({name}-ar-phone-dark.webp) |"
        for name in names
    ]
    head = (
        "# The pages in pictures\n\n"
        "Taken by `make pictures` of two offices of an exercise; all data is invented.\n\n"
        f"Templates and styles shown: `{of}`. A test of the release fails when they are newer.\n\n"
        "| Page | English, desk, light | Arabic, phone, dark |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
