"""One command, one service: web pages, exchange, delivery and clocks of a node."""

import logging
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final

from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from comity.node.core.config import NodeConfig, load_config
from comity.node.core.database_errors import translated
from comity.node.core.django_setup import use_node
from comity.node.core.folder_lock import check_port, hold_folder
from comity.node.core.node import Node, load_node
from comity.node.core.tls_certificate import CERTIFICATE, KEY
from comity.node.operations.migrate import migrate

PAUSE_S: Final = 2.0
CONNECTIONS: Final = 4096
"""At once, if the system lets the node have twice as many open files."""
HEADERS_MS: Final = 10_000
"""In which the head of a request is here, or its connection ends."""
_TELL_S: Final = 5.0
_LOG = logging.getLogger("comity.run")


def run(folder: Path, *, ready: Callable[[], None] | None = None) -> None:
    """Serve a node until a signal ends it.

    Args:
        folder: the node's.
        ready: called once, when nothing is known any more that keeps the node from being served.

    Raises:
        NodeRunningError, PortTakenError: another process serves the folder, or has its port.
        LogSupersededError: a newer copy of the node is at work.
        KeyFileError, RegisterLostError, RegisterBehindError, ...: why it cannot be served.

    One worker process with threads: the committer shares one commit between requests only inside a
    process, and SQLite has one writer anyway. A worker that dies is started again. One that dies
    again at once ends the server, which is then started anew after a pause, so that a node goes on
    by itself whatever happened.
    """
    config = load_config(folder)
    os.umask(0o077)
    hold_folder(config.folder)
    node = load_node(config.folder)
    use_node(folder)
    _check_newest(config)  # before the port, which a newer copy on this machine holds
    check_port(config.host, config.port)
    _check(node)
    with translated():
        _note_config(config)
        _make_index()
    if ready is not None:
        ready()
    while not served(server(config)):
        _LOG.error("the worker keeps dying: starting again in %.0f s", PAUSE_S)
        time.sleep(PAUSE_S)
        _check(load_node(config.folder))


def _check_newest(config: NodeConfig) -> None:
    _register_state().check_not_superseded(config.folder)


def _register_state() -> ModuleType:
    from comity.node.operations import register_state  # it needs the settings

    return register_state


def _check(node: Node) -> None:
    """Raise what keeps this node from being served, before and whenever a worker cannot start.

    Raises:
        KeyFileError, RegisterLostError, SchemaNewerError, ...: each says what to do.
    """
    register_state = _register_state()
    register_state.check_present(node)
    with translated():
        migrate()
        register_state.check_guarded(node)
    connections.close_all()  # nothing of it goes into the worker


def _note_config(config: NodeConfig) -> None:
    """Write down what guards something in ``node.toml`` and is not as at the last start."""
    from comity.node.core.clock import now  # they need the settings
    from comity.node.log.config_changes import note_changes

    note_changes(config, at=now())


def _make_index() -> None:
    """Make the index of the search where this node has none yet: after an upgrade, or a break."""
    from comity.node.search.reindex import make_if_needed  # it needs the settings

    told = [0.0]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - told[0] > _TELL_S:
            told[0] = time.monotonic()
            _LOG.warning("making the index of the search: %d of %d", done, total)

    make_if_needed(tell)


def served(serving: MPServer) -> bool:
    """Serve; tell whether a signal ended it, and not a worker that keeps dying."""
    try:
        serving.serve()
    except SystemExit:
        if serving.interrupt_signal:
            raise
        return False
    return bool(serving.interrupt_signal)


def _connections() -> int:
    """Return how many connections there may be, once this process may open files for them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY:
        wanted = 2 * CONNECTIONS
        soft = max(soft, wanted if hard == resource.RLIM_INFINITY else min(wanted, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return min(CONNECTIONS, soft // 2)
    return CONNECTIONS


def server(config: NodeConfig) -> MPServer:
    """Return the server of a node."""
    return MPServer(
        "comity.node.site.asgi:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGINL,
        workers=1,
        backpressure=_connections(),
        http=HTTPModes.http1,  # with both, one that never says a word is waited for without end
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        respawn_failed_workers=True,
        websockets=False,
        ssl_cert=config.keys / CERTIFICATE if config.tls else None,
        ssl_key=config.keys / KEY if config.tls else None,
        log_level=LogLevels.error,
    )
