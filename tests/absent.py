"""What a machine lacks makes a test skip with the name of the Debian package, and fail nowhere.

A test says what it needs by `needs`. Where one did not, and failed because a font or a program is
not installed, its failure is told as the skip that it is: only when the machine truly lacks it, and
never where every test must run.
"""

import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest

from comity.papers.errors import FontMissingError

PACKAGES: Final = {
    "age": "age",
    "bash": "bash",
    "b3sum": "b3sum",
    "go": "golang-go golang-golang-x-mod-dev",
    "openssl": "openssl",
    "caddy": "caddy",
    "chromium": "chromium-headless-shell, or chromium",
    "dd": "coreutils",
    "debugfs": "e2fsprogs",
    "sha256sum": "coreutils",
    "ssh-keygen": "openssh-client",
    "systemd-analyze": "systemd",
    "tar": "tar",
    "ewfacquire": "ewf-tools",
    "ewfverify": "ewf-tools",
    "file": "file",
    "initdb": "postgresql",
    "jv": "jsonschema-jv",
    "losetup": "mount",
    "mkfs.ext4": "e2fsprogs",
    "node": "nodejs",
    "nginx": "nginx-light",
    "npm": "npm",
    "pdfdetach": "poppler-utils",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdfsig": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "qemu-img": "qemu-utils",
    "zbarimg": "zbar-tools",
}
"""Program -> the Debian package that brings it."""

_FONTS_TOLD: Final = re.compile(r"font-missing|install Debian's fonts-noto|A required font")
_FONTS: Final = {"Noto Sans": "fonts-noto-core", "Noto Sans CJK SC": "fonts-noto-cjk"}


def needs(tool: str) -> str:
    """Return the path of a Debian tool, or skip the test and say which package brings it."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"needs Debian package {PACKAGES[tool]}")
    return path


@lru_cache(1)
def fonts_lacking() -> tuple[str, ...]:
    """Return the packages of fonts that papers need and this machine has not."""
    from typst import Fonts  # only what makes papers, or failed to, needs it

    found = set(Fonts(include_system_fonts=True, include_embedded_fonts=False).families())
    return tuple(package for family, package in _FONTS.items() if family not in found)


_REFUSED: Final[list[str]] = []
"""Fonts that were missed since the test began."""


def watch_fonts() -> None:
    """Note each font that is missed in this process; commands tell by their status alone."""
    usual = FontMissingError.__init__

    def noting(self: FontMissingError, *told: Any, **facts: Any) -> None:
        _REFUSED.append(str(facts.get("package")))
        usual(self, *told, **facts)

    FontMissingError.__init__ = noting  # type: ignore[method-assign, assignment]


def begin_anew() -> None:
    """Forget what was missed: a test has ended."""
    _REFUSED.clear()


def lacking(failure: BaseException, told: str) -> str | None:
    """Return the packages whose absence is why a test failed, or None if it failed by itself.

    Args:
        failure: what the test raised.
        told: what the test's report shows: commands tell of a missing font in what they print.
    """
    for one in _causes(failure):
        if isinstance(one, FileNotFoundError) and isinstance(one.filename, str | bytes | Path):
            name = Path(str(one.filename)).name
            if name in PACKAGES and shutil.which(name) is None:
                return PACKAGES[name]
    missed = bool(_REFUSED) or any(isinstance(one, FontMissingError) for one in _causes(failure))
    if (missed or _FONTS_TOLD.search(told)) and fonts_lacking():
        return " ".join(fonts_lacking())
    return None


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    left = [failure]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions
