"""What a narrow window or a pipe gets is whole: no State, case or time of a list is cut."""

import io
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from comity.cli import main
from comity.cli.duty import work as watch
from comity.cli.people import privacy

DIGEST = "sha256:" + "ab" * 32
ITEM = "0198c1de-7f00-7abc-8def-0123456789ab"


def alert(**told: Any) -> dict[str, Any]:
    return {
        "kind": "unread",
        "severity": "critical",
        "since": "2026-11-24T02:00:00Z",
        "due_at": "2026-11-25T03:00:00Z",
        "overdue": True,
        "party": "za/national-prosecuting-authority-cybercrime-contact-point",
        "case": "2026-000123-preservation-of-mailbox",
        "detail": "expedited-preservation-of-stored-electronic-data",
        "emergency": True,
        "count": 2,
        "subject": DIGEST,
        "conversation": DIGEST,
        "alarm": 7,
        "outside": False,
        **told,
    }


def found(*alerts: dict[str, Any]) -> dict[str, Any]:
    return {"at": "2026-11-25T03:00:01Z", "alerts": list(alerts), "news": []}


def drawn(shown: Any, *, height: int = 25) -> str:
    out = io.StringIO()
    Console(file=out, width=80, height=height, force_terminal=True, color_system=None).print(shown)
    return out.getvalue()


def test_the_watch_is_whole_in_eighty_columns_and_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = alert()
    window = drawn(watch._List(found(told)))
    assert max(map(len, window.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "80")
    piped_node = type("Api", (), {"get": lambda *_: PIPED})()
    monkeypatch.setattr("comity.cli.office.session", lambda *_: piped_node)
    watch.watch.main(["--once", "--node", "x", "--token-file", __file__], standalone_mode=False)
    piped = capsys.readouterr().out
    for text in (window, piped):
        assert "OVERDUE  due 2026-11-25T03:00:00Z" in text
        assert "EMERGENCY: a request nobody here acknowledged (2)" in text
        for name in ("party", "case", "detail"):
            assert told[name] in text
    assert f"authority {told['party']}  case {told['case']}  about {told['detail']}" in piped


PIPED = {**found(alert()), "severity": "normal"}


def test_what_a_window_has_no_room_for_is_counted_and_what_is_stale_stays_on_top() -> None:
    shown = watch._List(found(*(alert(case=f"2026-{n:06}") for n in range(9))), fits=True)
    shown.fault = "unreachable"
    lines = drawn(shown, height=20).rstrip("\n").splitlines()
    assert len(lines) <= 20
    assert lines[1] == "NOT UP TO DATE: unreachable"
    assert lines[-1] == "7 more below. Enlarge the window, or try: comity watch --once"


class Lines:
    """A node that answers every list with one line."""

    def __init__(self, *_at: object) -> None:
        self.line = dict.fromkeys(
            ("case", "caller", "matter", "party", "side", "stands", "stage", "kind", "version"), "x"
        )
        self.line |= {"conversation": DIGEST, "digest": DIGEST}

    def get(self, path: str, **_asked: object) -> dict[str, Any]:
        name = {"/assistance": "lines", "/solutions": "solutions"}.get(path, "tables")
        empty: dict[str, Any] = {
            "review_at": None,
            "withdrawn_at": None,
            "begins": None,
            "waits": [],
        }
        return {name: [{**self.line, **empty}], "next": None}

    def whole(self, path: str, _name: str) -> dict[str, Any]:
        return self.get(path)

    def first(self, _most: int, path: str, _name: str) -> dict[str, Any]:
        return self.get(path)


@pytest.mark.parametrize("group", ["assistance", "solution", "assistance table"])
def test_a_list_prints_the_whole_name_that_show_and_get_take(
    monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr("comity.cli.office.session", Lines)
    told = CliRunner().invoke(
        main, [*group.split(), "list", "--node", "x", "--token-file", __file__]
    )
    assert told.exit_code == 0, told.output
    assert DIGEST in told.output


def test_a_list_of_privacy_never_breaks_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "due_at": "2026-11-25T03:00:00Z",
        "kind": "subject-request",
        "state": "awaiting-decision",
        "case": "2026-000123",
        "title": "Access to what is stored about a person who used a mailbox",
        "item": ITEM,
    }
    monkeypatch.setenv("COLUMNS", "80")
    printed = list(privacy._items("registers", [row]))
    assert f"item: {ITEM}" in printed
    assert f"who or what: {row['title']}" in printed
    monkeypatch.setenv("COLUMNS", "250")
    assert "┃" in "\n".join(privacy._items("registers", [row]))
