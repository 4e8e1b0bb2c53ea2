"""Connections kept between requests: how long, how many, and how patient they are."""

import time
from math import inf
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection

from comity.http.framing import StrictResponse

IDLE_S: Final = 5.0
"""After this nobody knows if a quiet line still stands: a firewall may have dropped it."""
MOST_SERVERS: Final = 64
MOST_EACH: Final = 20


class _Plain(HTTPConnection):
    response_class = StrictResponse
    idle_since = inf


class _Secure(HTTPSConnection):
    response_class = StrictResponse
    idle_since = inf


class _PlainPool(HTTPConnectionPool):
    ConnectionCls: type[_Plain] | type[_Secure] = _Plain

    def _validate_conn(self, conn: Any) -> None:
        """Connect, with the patience for connecting; what follows has that for each step."""
        if time.monotonic() - conn.idle_since > IDLE_S:
            conn.close()
        super()._validate_conn(conn)
        if conn.is_closed:
            conn.connect()
        conn.timeout = self.timeout.read_timeout

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.idle_since = time.monotonic()
        super()._put_conn(conn)


class _SecurePool(_PlainPool, HTTPSConnectionPool):
    ConnectionCls: type[_Secure] = _Secure


def pools(*, connect_s: float, step_s: float) -> PoolManager:
    """Return an empty set of pools, safe between threads; arguments as for `Client`."""
    made = PoolManager(
        num_pools=MOST_SERVERS,
        maxsize=MOST_EACH,
        retries=False,
        timeout=Timeout(connect=connect_s, read=step_s),
    )
    made.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return made
