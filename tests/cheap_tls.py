"""The certificates that every client believes are read once in a process of tests.

A client of httpx reads them all anew, seventeen milliseconds of processor, also for a call by plain
HTTP; tests make tens of thousands of calls. Who says whom to believe is given what they ask for.
"""

import os
import ssl
from functools import lru_cache
from typing import Any, Final

from httpx._transports import default

_NAME: Final = "create_ssl_context"  # the transport's own name for it
_ANEW = getattr(default, _NAME)


@lru_cache(16)
def _known(trust_env: bool, *places: str | None) -> ssl.SSLContext:
    context: ssl.SSLContext = _ANEW(verify=True, cert=None, trust_env=trust_env)
    return context


def _context(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    if verify is True and cert is None:
        return _known(trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    context: ssl.SSLContext = _ANEW(verify=verify, cert=cert, trust_env=trust_env)
    return context


def read_once() -> None:
    """Let this process, and its forks, read them once."""
    setattr(default, _NAME, _context)
