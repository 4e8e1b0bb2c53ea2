"""What every test may ask for, and what no test may do: shared material, tools, no network."""

import gc
import ipaddress
import os
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect
from tests import absent, lanes
from tests.absent import needs
from tests.cheap_law import parse_once
from tests.cheap_node import cheaply
from tests.cheap_tls import read_once

os.environ["COMITY_LANG"] = "en"  # whatever language the person who runs the tests speaks
# The browser of the tests leaves a loop running in its thread; a database may be made after it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
cheaply()
parse_once()
read_once()
absent.watch_fonts()
expect.set_options(timeout=60_000)  # ms, on a busy machine; what is there is seen at once

__all__ = ["ALLOWED_SKIPS", "NO_SKIPS", "REPOSITORY", "needs"]

REPOSITORY = Path(__file__).resolve().parent.parent

# Where every test must run (COMITY_NO_SKIPS=1, or CI=true) a skip is a failure, unless its reason
# starts with one of these. Each line says why the skip is right even there.
ALLOWED_SKIPS: dict[str, str] = {
    "needs a loop device": "a container need not be allowed to make block devices",
    "needs a file system with extended attributes": "some have none; rows then have none either",
}

NO_SKIPS = os.environ.get("COMITY_NO_SKIPS") == "1" or os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared vectors and evidence; skip with a message where it is absent."""
    folder = Path(os.environ.get("COMITY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("needs the shared material: set COMITY_SHARED to its folder")
    return folder


@pytest.fixture(autouse=True)
def _in_no_language() -> Iterator[None]:
    """Leave no language behind that a page of a test was asked for in."""
    yield
    translation.deactivate()


# ------------------------------------------------------------------ lanes


def pytest_configure(config: pytest.Config) -> None:
    """Order the tests by what they take, and measure them where that is asked for.

    No property is judged by how long an example takes: the machine may be busy.
    """
    settings.register_profile("comity", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("comity")
    config.pluginmanager.register(lanes)
    lanes.measure(config)


# ------------------------------------------------------------------ no needless collecting


def pytest_collection() -> None:
    """Let no collector walk, again and again, through what grows to thousands and stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Collect once, and leave what stands now alone until the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


# ------------------------------------------------------------------ no network


class NetworkBlockedError(RuntimeError):
    """A test tried to leave the machine. Not an OSError, so that no retry swallows it."""


def _is_loopback(host: object) -> bool:
    if host in {None, "", "localhost", b"", b"localhost"}:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text.endswith(".localhost")


def _guard(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(sock: socket.socket, address: Any) -> Any:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            message = f"tests may reach loopback only, not {address[0]}"
            raise NetworkBlockedError(message)
        return original(sock, address)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse connections and name look-ups that leave the machine, in this process."""
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_loopback(host):
            message = f"tests may look up loopback only, not {host}"
            raise NetworkBlockedError(message)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guard(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guard(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


# ------------------------------------------------------------------ skips, and where there are none


def _told_as_skip(
    report: pytest.TestReport | pytest.CollectReport, why: pytest.ExceptionInfo[Any] | None
) -> None:
    """Tell a failure as the skip that it is where this machine lacks a font or a program."""
    if NO_SKIPS or not report.failed or why is None:
        return
    packages = absent.lacking(why.value, report.longreprtext + report.capstdout)
    if packages is not None:
        report.outcome = "skipped"
        file, line, _ = report.location or (report.nodeid, None, "")
        report.longrepr = (file, (line or 0) + 1, f"Skipped: needs Debian package {packages}")


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not NO_SKIPS or not report.skipped or hasattr(report, "wasxfail"):
        return
    place = cast("tuple[str, int, str]", report.longrepr)
    reason = str(place[2]).removeprefix("Skipped: ")
    if reason.startswith(tuple(ALLOWED_SKIPS)):
        return
    report.outcome = "failed"
    report.longrepr = f"{place[0]}:{place[1]}: skipped where every test must run: {reason}"


def _show_pages(report: pytest.TestReport, item: pytest.Item) -> None:
    """Add what each open page of a browser shows: a wait that ends in vain tells nothing itself."""
    browser = getattr(item, "funcargs", {}).get("browser")
    if browser is None:
        return
    for page in (page for context in browser.contexts for page in context.pages):
        with suppress(Exception):  # a page that is gone, or a browser: the failure stands as it is
            shown = page.evaluate("(document.querySelector('main') ?? document.body).innerText")
            report.sections.append((f"shown at {page.url}", shown[:3000]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell what is not installed as a skip, or a skip as a failure where every test must run."""
    report = yield
    if report.failed and call.when == "call":
        _show_pages(report, item)
    _told_as_skip(report, call.excinfo)
    if call.when == "teardown":
        absent.begin_anew()
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell a module that needs what is not installed as a skip, or a skip as a failure."""
    report = yield
    call: pytest.CallInfo[Any] | None = getattr(
        report, "call", None
    )  # as pytest's own hook sets it
    _told_as_skip(report, call.excinfo if call else None)
    _forbid_skip(report)
    return report
