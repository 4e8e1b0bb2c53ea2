"""The shipped law is parsed once in a process of tests, as each command and each node does it once.

A test that runs `comity law` twenty times in its own process would read eighty files of TOML twenty
times. Whoever asks gets a table of its own; every check of it is made each time.
"""

import pickle
from functools import lru_cache
from typing import Any

from comity.instruments import library
from comity.instruments.toml import parse_toml

_KEPT = 512  # the shipped files five times over: what a test writes itself may push none out


@lru_cache(_KEPT)
def _parsed(data: bytes) -> bytes:
    return pickle.dumps(parse_toml(data), pickle.HIGHEST_PROTOCOL)


def _again(data: bytes) -> dict[str, Any]:
    table: dict[str, Any] = pickle.loads(_parsed(data))  # noqa: S301 - our own
    return table


def parse_once() -> None:
    """Let this process parse the same bytes once."""
    library.parse_toml = _again  # type: ignore[attr-defined]
