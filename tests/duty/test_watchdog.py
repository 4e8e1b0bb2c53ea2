"""Another machine notices that a node is down, and says so."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from tests.duty.conftest import KEY
from tests.duty.receivers import Gateway, MailSink

from comity.canonical import time_text
from comity.cli.duty.watchdog import watchdog
from comity.client.heartbeat import MAX_BYTES, ask
from comity.node.core.clock import now
from comity.node.duty import watchdog_text

GOOD = {"loop": True, "up": True}


class Node:
    """Answers ``/up`` as it is told."""

    status = 200
    body = b""
    url = ""

    def say(self, value: Any, status: int = 200) -> None:
        self.status = status
        self.body = value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.fixture
def beating() -> Iterator[Node]:
    node = Node()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/up"
            self.send_response(node.status)
            self.send_header("Content-Length", str(len(node.body)))
            self.end_headers()
            self.wfile.write(node.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        node.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield node
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("value", "status", "why"),
    [
        ({"at": None, **GOOD}, 200, ""),
        ({"at": None, **GOOD, "loop": False}, 503, "loop"),
        ({"at": None, **GOOD, "up": False}, 503, "storage"),
        ({"at": None, **GOOD}, 503, "storage"),
        ({"at": "2026-01-01T00:00:00Z", **GOOD}, 200, "clock"),
        ({"at": None, **GOOD, "more": 1}, 200, "unreadable"),
        (b"<html>a page of a proxy</html>", 200, "unreadable"),
        (b"x" * (MAX_BYTES + 1), 200, "unreadable"),
        (b"", 302, "unreadable"),
    ],
)
def test_only_a_node_that_is_well_counts_as_up(
    beating: Node, value: Any, status: int, why: str
) -> None:
    at = now()
    if isinstance(value, dict) and value["at"] is None:
        value = {**value, "at": time_text(at + timedelta(seconds=90))}
    beating.say(value, status)
    found = ask(beating.url, at=at)
    assert (found.up, found.why) == (why == "", why)


def test_nobody_there_is_silent() -> None:
    assert ask("http://127.0.0.1:9", at=now()).why == "silent"


@pytest.fixture
def settings(tmp_path: Path, sink: MailSink, hook: Gateway) -> Path:
    (tmp_path / "hook.key").write_bytes(KEY)
    (tmp_path / "hook.key").chmod(0o600)
    path = tmp_path / "watchdog.toml"
    path.write_text(
        f'smtp_host = "127.0.0.1"\nsmtp_port = {sink.port}\nsmtp_tls = "none"\n'
        f'smtp_from = "dog@office.example"\nmail = ["duty@office.example"]\n'
        f'webhook_url = "{hook.url}"\nwebhook_key_file = "hook.key"\nphones = ["+84243825000"]\n'
    )
    return path


def look(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(watchdog, [*map(str, arguments), "--json"])
    assert done.exit_code in (0, 1), done.output
    return done.exit_code, json.loads(done.stdout)


def test_people_are_told_once_when_it_goes_down_and_once_when_it_is_back(
    beating: Node, settings: Path, tmp_path: Path, sink: MailSink, hook: Gateway
) -> None:
    options = (beating.url, "--notify", settings, "--state", tmp_path / "state")
    statuses, counts = [], []
    for up in (True, False, False, True, True):
        beating.say({"at": time_text(now()), "loop": True, "up": up}, 200 if up else 503)
        statuses.append(look(*options)[0])
        counts.append((len(sink.taken), len(hook.taken)))
    assert statuses == [0, 1, 1, 0, 0]
    assert counts == [(0, 0), (1, 1), (1, 1), (2, 2), (2, 2)]
    assert json.loads(hook.taken[0].body)["to"] == "+84243825000"
    assert b"does not work" in sink.taken[0]


def test_people_are_told_in_the_language_of_the_settings(
    settings: Path, sink: MailSink, hook: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog_text, "_words", lambda lang: lambda text: f"{lang} {text}")
    settings.write_text(settings.read_text() + 'language = "zh-hans"\n')
    look("http://127.0.0.1:9", "--notify", settings)
    assert json.loads(hook.taken[0].body)["text"].startswith("zh-hans Comity: the node at http")
    assert b"Subject: zh-hans Comity" in sink.taken[0]


def test_every_language_of_the_pages_can_be_chosen_and_one_nobody_translated_is_english() -> None:
    assert set(watchdog_text.LANGUAGES) == set(django_settings.LANGUAGE_NAMES)
    for lang in watchdog_text.LANGUAGES:
        said = watchdog_text.down(url="u", why="silent", at=now(), lang=lang)
        assert "u" in said.text
        assert "silent" in said.text
        assert "%" not in watchdog_text.back(url="u", at=now(), lang=lang).text


def test_what_could_not_be_told_is_told_at_the_next_look(
    settings: Path, tmp_path: Path, sink: MailSink, hook: Gateway
) -> None:
    options = ("http://127.0.0.1:9", "--notify", settings, "--state", tmp_path / "state")
    sink.refusing = True
    status, told = look(*options)
    assert (status, told["outcomes"][0]["fault"]) == (1, "notice-mail-refused")
    sink.refusing = False
    assert [one["fault"] for one in look(*options)[1]["outcomes"]] == ["", ""]
    assert look(*options)[1]["outcomes"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mail = 7",
        'mail = ["a@b.example"]\nlanguage = "de"',
        "language = 7",
        'mail = ["a@b.example"]',
        "unknown = 1",
        'phones = ["112"]',
        "x =",
    ],
)
def test_settings_that_tell_nobody_are_misuse(tmp_path: Path, text: str) -> None:
    path = tmp_path / "watchdog.toml"
    path.write_text(text)
    done = CliRunner().invoke(watchdog, ["http://127.0.0.1:9", "--notify", str(path)])
    assert done.exit_code == 2
    assert "[watchdog]" in done.output
