"""Pages over a thin line: what a browser has is not sent again, and pages travel compressed.

A page reflects what somebody typed and holds what others must not read, so that its compressed
length could tell (BREACH, 2013). Django masks the form token anew in each answer and adds up to 100
random bytes to each compressed one; cookies do not travel with another site's requests. ADR 0046.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

DIGITS: Final = 12
"""Hexadecimal digits of a file's SHA-256 that name its version."""


class VersionedFiles(StaticFilesStorage):
    """Names each static file with its digest, so that a browser may keep it for a year."""

    def url(self, name: str | None, *more: Any) -> str:
        """Return the address of a file, which changes when the file does."""
        if more:
            return super().url(name, *more)
        return _address(self, name or "")


@cache
def _address(files: VersionedFiles, name: str) -> str:
    """Return the address of a file; a page names half a dozen, and they stay while it runs."""
    address, path = StaticFilesStorage.url(files, name), Path(files.path(name))
    return f"{address}?v={_version(path)}" if path.is_file() else address


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]


class CompressedPages(GZipMiddleware):
    """Compresses pages alone: evidence, papers and answers of the API travel as they are."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer, compressed if it is a page and the browser can read that."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
