"""``comity run`` prints the address at which people open the pages."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.node.core.config import NodeConfig


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://localhost:8700"),
        ({"host": "::1"}, "http://localhost:8700"),
        ({"host": "127.0.0.1", "tls": True}, "https://127.0.0.1:8700"),
        (
            {"host": "0.0.0.0", "tls": True, "hosts": ("node.example",), "port": 443},  # noqa: S104
            "https://node.example:443",
        ),
    ],
)
def test_the_address_is_the_one_that_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], url: str
) -> None:
    NodeConfig(folder=tmp_path, party="vn/contact-point", mode="exercise", **settings).write()
    monkeypatch.setattr("comity.node.operations.serve.run", lambda _folder, ready: ready())
    told = CliRunner().invoke(main, ["run", str(tmp_path)])
    assert told.output == f"vn/contact-point (exercise): {url}  Ctrl-C ends it\n"
