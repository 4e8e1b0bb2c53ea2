"""The small server of a set-up: loopback only, and over when the set-up is.

It is no node: it has its own few addresses, no session, no account and no exchange, and it ends by
itself when the set-up is finished, after five wrong codes, or after half an hour without use.
"""

import contextlib
import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from comity.canonical import OperationError
from comity.files.errors import translating
from comity.node.core.config import VARIABLE
from comity.node.core.folder_lock import PortTakenError
from comity.node.operations.setup_wizard.build_node import LOCALHOST, LOOPBACK
from comity.node.operations.setup_wizard.progress import Progress, SetupDoneError
from comity.node.operations.setup_wizard.setup_code import Door, cookie_name

IDLE_S: Final = 30 * 60
_LINGER_S: Final = 1.0  # the last page is on its way
_BEFORE_PAGES: Final = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "comity.node.operations.setup_wizard.middleware.guarded",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
]
_ANSWERED: Final = {"django.request": {"level": "ERROR"}}
"""A wrong code or field is answered on the page: the terminal is told of failures alone."""
_SECONDS_S: Final = 30  # until a browser that says nothing is let go


class SetupRunsError(OperationError, code="setup-runs"):
    """Another set-up of this folder is under way on this machine."""


class SetupEndedError(OperationError, code="setup-ended"):
    """A set-up ended before it was finished; the same command continues where it stopped."""


@dataclass
class Setup:
    """A set-up under way in this process.

    Attributes:
        progress: where it stands.
        cookie: name of the cookie of the browser that gave the code.
        door: who may come in.
        pending: files of partners that were looked at and not taken in, by digest.
        challenge: for the next passkey of an officer; empty when it was answered.
        echo_certificates: of officers, for the test request alone.
        echo_passkeys: of officers, by identifier, for the test request alone.
        ended: why it ends: ``finished``, ``codes`` or ``idle``; empty while it goes on.
    """

    progress: Progress
    cookie: str
    door: Door = field(default_factory=Door)
    pending: dict[str, Any] = field(default_factory=dict)
    imported: dict[str, Any] = field(default_factory=dict)
    trials: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    first_password: tuple[Any, str] = (None, "")
    challenge: str = ""
    echo_certificates: list[str] = field(default_factory=list)
    echo_passkeys: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: str = ""
    used_at: float = field(default_factory=time.monotonic)

    def used(self) -> None:
        """Note that the person is there."""
        self.used_at = time.monotonic()


_THIS: list[Setup] = []


def this_setup() -> Setup:
    """Return the set-up that this process serves."""
    return _THIS[0]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def service_actions(self) -> None:
        """End when there is nothing left to do; called twice a second."""
        setup, idle = this_setup(), time.monotonic() - this_setup().used_at
        if idle > IDLE_S:
            setup.ended = setup.ended or "idle"
        if setup.ended and idle > _LINGER_S:
            raise _Over


class _Over(BaseException):
    """Not an Exception: the server would take one for the failure of a request."""


class _Quiet(WSGIRequestHandler):
    timeout = _SECONDS_S

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: a log of a set-up would hold what was asked for."""

    def address_string(self) -> str:
        """Return the address without asking anybody for its name."""
        return str(self.client_address[0])


@contextlib.contextmanager
def alone(progress: Progress) -> Iterator[None]:
    """Hold the set-up of a folder.

    Raises:
        SetupRunsError: another process holds it.
    """
    path = progress.path.with_suffix(".lock")
    with translating("beginning the set-up"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise SetupRunsError("another set-up of this folder is under way") from fault
        yield
        path.unlink(missing_ok=True)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _other_loopback(port: int) -> Iterator[None]:
    """Hold the port on the IPv6 loopback too, and answer nothing there.

    A browser that is told ``localhost`` may try it first: another user of the machine who could
    listen there would be given the code.

    Raises:
        PortTakenError: another process holds it.
    """
    with contextlib.ExitStack() as held:
        try:
            other = held.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_STREAM))
            other.bind(("::1", port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise _taken(port) from fault
        yield  # a machine without IPv6 has no other loopback


def _listening(port: int) -> WSGIServer:
    """Return the server, which has its port.

    Raises:
        PortTakenError: another process has it.
        StorageError: this user may not have it.
    """
    from django.core.handlers.wsgi import WSGIHandler

    with translating("listening on this machine"):
        try:
            return make_server(LOOPBACK, port, WSGIHandler(), _Server, _Quiet)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise
            raise _taken(port) from fault


def _taken(port: int) -> PortTakenError:
    return PortTakenError(
        f"port {port} is taken, perhaps by another set-up: choose another by --port"
    )


def prepare(folder: Path) -> None:
    """Make Django ready for a set-up; before the node is made it has no settings but defaults.

    Raises:
        SetupDoneError: the node has people who look after its people, and no set-up under way.
    """
    progress = Progress(folder)
    made = (folder / "node.toml").is_file()
    os.umask(0o077)  # as a node that runs
    os.environ.pop(VARIABLE, None)
    if made:
        os.environ[VARIABLE] = str(folder)
    import django
    from django.conf import settings

    from comity.node.site import settings as usual

    values = {name: getattr(usual, name) for name in dir(usual) if name.isupper()}
    database = {**usual.DATABASES["default"], "NAME": folder / "node.sqlite3", "CONN_MAX_AGE": 0}
    values |= {
        "ALLOWED_HOSTS": [LOOPBACK, LOCALHOST],
        "ROOT_URLCONF": "comity.node.operations.setup_wizard.urls",
        "DATABASES": {"default": database},
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": usual.TEMPLATES[0]["DIRS"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.i18n",
                    ]
                },
            }
        ],
        "LOGGING": {**usual.LOGGING, "loggers": {**usual.LOGGING["loggers"], **_ANSWERED}},
        "CSRF_FAILURE_VIEW": "comity.node.operations.setup_wizard.middleware.expired",
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "CSRF_COOKIE_SAMESITE": "Strict",
    }
    settings.configure(**values)
    django.setup()
    settings.MIDDLEWARE = _BEFORE_PAGES  # after allauth looked for its own, which needs sessions
    if made:
        from comity.node.operations.migrate import migrate
        from comity.node.people.access.staff import administrators

        migrate()
        if administrators() and not progress.path.is_file():
            raise SetupDoneError("this node is set up: people look after its people")


def serve(folder: Path, *, port: int, tell: Any) -> str:
    """Serve the set-up of a folder until it ends; return why it ended.

    Args:
        folder: the node's, new, empty, or of a set-up that was interrupted.
        port: on loopback; 0 for any that is free.
        tell: called once with address and code, when the page can be opened.

    Raises:
        PortTakenError: another process, perhaps another set-up, listens there.
    """
    from django.conf import settings

    server = _listening(port)
    setup = Setup(Progress(folder), cookie_name(server.server_port))
    _THIS[:] = [setup]
    settings.CSRF_COOKIE_NAME = f"{setup.cookie}-csrf"  # the port is known only now
    with server, _other_loopback(server.server_port):
        tell(f"http://{LOCALHOST}:{server.server_port}/", setup.door.code)
        with contextlib.suppress(_Over):
            server.serve_forever()
    return setup.ended
