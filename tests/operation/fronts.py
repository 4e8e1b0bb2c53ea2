"""A real proxy in front of a node, with the very configuration that the how-to prints."""

import os
import re
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import httpx
from tests.api.nodes import free_ports
from tests.conftest import REPOSITORY, needs
from tests.operation.guides import lines_of

NAME: Final = "node.example"
VISITOR, INSIDE = "127.0.0.7", "127.0.0.8"
"""From where people come: a visitor, and a machine of the office. The proxy itself is 127.0.0.1."""
_TEXT: Final = (REPOSITORY / "docs/how-to/reverse-proxy.md").read_text(encoding="utf-8")
NGINX: Final = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sample}
}}
"""
"""What stands around the sample, so that nothing of it needs root or the machine's folders."""
CADDY: Final = {
    "{\n    servers {": """{
    admin off
    auto_https disable_redirects
    default_bind 127.0.0.1
    servers {"""
}
"""What is added to the sample's own global block, of which there can be one only."""


_XDG: Final = ("XDG_DATA_HOME", "XDG_CONFIG_HOME")


def block(language: str) -> str:
    """Return the one block of the how-to in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", _TEXT, re.DOTALL | re.MULTILINE)
    return str(found)


def certificates(folder: Path) -> ssl.SSLContext:
    """Make the internal authority and the certificate of the pages, as the how-to types it."""
    needs("openssl")
    for line in lines_of("internal-ca.md"):
        subprocess.run(["sh", "-c", line], cwd=folder, check=True, capture_output=True)
    return ssl.create_default_context(cafile=str(folder / "office-ca.pem"))


def _filled(sample: str, changes: dict[str, str]) -> str:
    for before, after in changes.items():
        assert before in sample, before
        sample = sample.replace(before, after)
    return sample


@dataclass
class Front:
    """A proxy that runs, and visitors who come through it."""

    kind: str
    folder: Path
    trust: ssl.SSLContext
    upstream: int

    def __post_init__(self) -> None:
        (self.port,) = free_ports(1)
        program = needs(self.kind)
        common = {
            "/etc/ssl/comity/": f"{self.folder}/",
            "127.0.0.1:8700": f"127.0.0.1:{self.upstream}",
            "10.0.0.0/8": f"{INSIDE}/32",
        }
        if self.kind == "nginx":
            own = {"listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl"}
            text = NGINX.format(folder=self.folder, sample=_filled(block("nginx"), common | own))
            words = [program, "-e", "stderr", "-p", str(self.folder), "-c"]
        else:
            own = {f"{NAME} {{": f"https://{NAME}:{self.port} {{"}
            text = _filled(block("caddy"), common | own | CADDY)
            words = [program, "run", "--adapter", "caddyfile", "--config"]
        (self.folder / f"{self.kind}.conf").write_text(text, encoding="utf-8")
        self.log = (self.folder / f"{self.kind}.log").open("ab")
        self.process = subprocess.Popen(
            [*words, str(self.folder / f"{self.kind}.conf")],
            cwd=self.folder,
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, "HOME": str(self.folder), **dict.fromkeys(_XDG, str(self.folder))},
        )

    def __enter__(self) -> Self:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        self.__exit__()
        raise AssertionError((self.folder / f"{self.kind}.log").read_text())

    def __exit__(self, *_exc: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.log.close()

    def visitor(
        self,
        address: str = VISITOR,
        trust: ssl.SSLContext | None = None,
        *,
        port: int | None = None,
    ) -> httpx.Client:
        """Return a browser at an address that opens https://node.example through the proxy.

        Args:
            address: from which it comes.
            trust: authorities that it knows.
            port: that stands in the address it opened, where it is not 443.
        """
        name = f"{NAME}:{port}" if port else NAME
        made = httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            transport=httpx.HTTPTransport(verify=trust or self.trust, local_address=address),
            headers={"Host": name, "Origin": f"https://{name}", "Referer": f"https://{name}/"},
            timeout=60,
        )
        made.event_hooks = {"request": [_named]}
        return made


def _named(request: httpx.Request) -> None:
    request.extensions["sni_hostname"] = NAME  # whose certificate is asked for, and judged
