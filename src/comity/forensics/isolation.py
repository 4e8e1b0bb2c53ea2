"""Starting a process under limits, listening to it, and ending it when it goes too far.

What dies of a hostile file is that process, and its death is a finding. `run` looks into images;
`run_worker` serves every room that reads hostile files so.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

from comity.canonical import ComityError, PeerError, decode_foreign
from comity.forensics import frames
from comity.forensics.confinement import Limits, is_unconfined_allowed
from comity.forensics.errors import (
    ExtraMissingError,
    ImageCrashError,
    ImageEntryError,
    ImageError,
    ImageLimitError,
    ImageUnreadableError,
    ReaderUnconfinedError,
)
from comity.forensics.frames import Listener
from comity.forensics.image import clean

_COMMAND: Final = (sys.executable, "-I", "-B", "-m", "comity.forensics.worker")
_MODULES: Final = (sys.executable, "-I", "-B", "-m")
_ENVIRONMENT: Final = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}  # libewf tells dates by the clock's zone
_MAX_DEPTH: Final = 256
_MAX_DIGITS: Final = 20
_READ_BYTES: Final = 256 * 1024
_TOLD: Final = (ImageEntryError, ImageLimitError, ImageUnreadableError, ReaderUnconfinedError)
_ERRORS: Final[dict[str, type[ComityError]]] = {kind.code: kind for kind in _TOLD}


def _ignore(_told: Any) -> None:
    """Take what nobody asked for."""


def need_extra(
    *modules: str, extra: str = "forensics", doing: str = "look into disk images"
) -> None:
    """Check that the libraries of an extra are installed.

    Args:
        modules: as they are imported.
        extra: that brings them.
        doing: what the libraries do, for the message.

    Raises:
        ExtraMissingError: one is not.
    """
    for module in modules:
        if find_spec(module) is None:
            raise ExtraMissingError(
                f"the libraries that {doing} are not installed: pip install comity[{extra}]"
            )


def run(
    request: dict[str, Any],
    limits: Limits,
    *,
    progress: Callable[[int], None] = _ignore,
    sink: Callable[[bytes], None] = _ignore,
) -> Any:
    """Return the looking process's answer.

    Args:
        request: see `comity.forensics.worker`.
        limits: of the process.
        progress: told of bytes done.
        sink: takes data.

    Raises:
        ExtraMissingError: nothing is there to look with.
        ReaderUnconfinedError: this system cannot confine the process.
        ImageError, MisuseError: what the process found, or its death.
    """
    need_extra("pyewf", "pytsk3")
    return _run(_COMMAND, request, b"", limits, progress=progress, sink=sink)


def run_worker(
    module: str,
    request: dict[str, Any],
    data: bytes,
    limits: Limits,
    *,
    unconfined: bool | None = None,
) -> Any:
    """Return the answer of a module that reads hostile bytes in a process of its own.

    Args:
        module: full name of one that binds itself by `comity.forensics.confinement.apply`, then
            speaks in `comity.forensics.frames`.
        request: JSON, the first line of its standard input; the limits are added.
        data: what it reads, after that line.
        limits: of the process.
        unconfined: whether it may run where the kernel cannot confine it; None: as was decided.

    Raises:
        ReaderUnconfinedError: this system cannot confine it, and it may not run so.
        ImageLimitError: it took more than it may.
        ImageCrashError: it died, or spoke no language of ours.
        ImageError: any other fault that it met; our own modules answer instead.
    """
    told = request if unconfined is None else request | {"unconfined": unconfined}
    return _run((*_MODULES, module), told, data, limits, progress=_ignore, sink=_ignore)


def _run(
    command: tuple[str, ...],
    request: dict[str, Any],
    data: bytes,
    limits: Limits,
    *,
    progress: Callable[[int], None],
    sink: Callable[[bytes], None],
) -> Any:
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    ) as process:
        try:
            told = {"limits": limits.to_value(), "unconfined": is_unconfined_allowed()}
            _ask(process, told | request, data)
            return _listen(process, limits, progress, sink)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it started


def _ask(process: "subprocess.Popen[bytes]", request: dict[str, Any], data: bytes) -> None:
    if process.stdin is None:  # it was asked for as a pipe
        raise ImageCrashError("the looking process has no input")
    try:
        with process.stdin as pipe:
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.write(data)
    except BrokenPipeError as fault:
        raise _death(process) from fault


def _listen(
    process: "subprocess.Popen[bytes]",
    limits: Limits,
    progress: Callable[[int], None],
    sink: Callable[[bytes], None],
) -> Any:
    listener = Listener(limits.answer_bytes)
    end = time.monotonic() + limits.wall_s
    with selectors.DefaultSelector() as selector:
        pipe = process.stdout
        if pipe is None:  # as above
            raise ImageCrashError("the looking process has no output")
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = min(limits.stall_s, end - time.monotonic())
            if left <= 0 or not selector.select(left):
                raise ImageLimitError("looking into it takes longer than allowed")
            data = os.read(pipe.fileno(), _READ_BYTES)
            if not data:
                raise _death(process)
            for kind, payload in listener.take(data):
                if kind == frames.RESULT:
                    return _decoded(payload)
                if kind == frames.FAULT:
                    raise _fault(_decoded(payload))
                if kind == frames.DATA:
                    sink(payload)
                else:
                    progress(_number(payload))


def _decoded(payload: bytes) -> Any:
    """Return JSON of a process that an image may have taken over."""
    try:
        return decode_foreign(payload, max_bytes=len(payload), max_depth=_MAX_DEPTH)
    except PeerError:
        raise ImageCrashError(frames.NO_LANGUAGE) from None


def _number(payload: bytes) -> int:
    if not payload.isdigit() or len(payload) > _MAX_DIGITS:
        raise ImageCrashError(frames.NO_LANGUAGE)
    return int(payload)


def _fault(told: Any) -> ComityError:
    """Return the error that the process met, as what it is, in words that steer no terminal."""
    code, detail = (told.get(key) if isinstance(told, dict) else None for key in ("code", "detail"))
    if not isinstance(code, str) or not isinstance(detail, str):
        raise ImageCrashError(frames.NO_LANGUAGE)
    shown = "".join(char if char.isprintable() else "?" for char in clean(detail))
    return _ERRORS.get(code, ImageError)(shown)


def _death(process: "subprocess.Popen[bytes]") -> ImageError:
    status = process.wait()
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return ImageLimitError("looking into it takes more processor time or memory than allowed")
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    return ImageCrashError(f"a library died of the image ({how}); nothing else was harmed")
