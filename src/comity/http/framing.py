"""Answers that are HTTP/1.1, and none without an end: what the standard library lets pass.

Source: RFC 9110 section 15.2 (interim answers), RFC 9112 sections 6.1 to 6.3 and 7.1 (framing).
"""

import re
from http.client import HTTPException, HTTPResponse, UnknownTransferEncoding, parse_headers
from typing import Final

from urllib3.util.response import assert_header_parsing

MOST_INTERIM: Final = 16
"""How many answers of 1xx may come before the answer."""
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class StrictResponse(HTTPResponse):
    """An answer on the line. Each header, and each trailer, ends after a hundred short lines."""

    def begin(self) -> None:
        """Read status and fields, and refuse those after which nobody knows where a body ends."""
        super().begin()
        assert_header_parsing(self.msg)
        if self.msg.get("Transfer-Encoding") is not None:
            if not self.chunked or len(self.msg.get_all("Transfer-Encoding", [])) > 1:
                raise UnknownTransferEncoding
            del self.msg["Content-Length"]  # chunks count
        lengths = set(self.msg.get_all("Content-Length", []))
        if len(lengths) > 1 or not all(_LENGTH.fullmatch(one) for one in lengths):
            raise HTTPException("Content-Length")

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MOST_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:
                return version, status, reason
            if status == 101:
                raise HTTPException("another protocol")
            parse_headers(self.fp)
        raise HTTPException("interim answers without end")

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise HTTPException("size of a chunk")
        return size

    def _read_and_discard_trailer(self) -> None:
        parse_headers(self.fp)
