"""The watch that stays: each look is written at once, and each line leads to the next command."""

import io
import json
import sys
import time
from typing import Any

import pytest
from tests.cli.test_narrow import DIGEST, ITEM, alert, found

from comity.canonical import OperationError
from comity.cli import faults, main
from comity.cli.answers import why_undelivered
from comity.cli.duty import work as watch
from comity.cli.duty import work as watch_next
from comity.node.cases.severity import Kind

AT = ["--node", "x", "--token-file", __file__]
MANY = found(*(alert(case=f"2026-{n:06}") for n in range(9)))


class Pipe(io.TextIOWrapper):
    """Standard output of a pipe: nothing is in it before it is flushed."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=False)

    def text(self) -> str:
        """Return what the reader has."""
        data = self.buffer
        assert isinstance(data, io.BytesIO)
        return data.getvalue().decode()


class Node:
    """A node of which one look fails."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked = 0

    def get(self, _path: str) -> dict[str, Any]:
        """Answer what the watch asks."""
        self.asked += 1
        if self.asked == 2:
            raise OperationError("no answer")
        return self.answer


def test_into_a_pipe_each_look_is_whole_and_at_once_and_ctrl_c_says_nothing_untrue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, seen = Pipe(), []

    def sleep(_seconds: float) -> None:
        seen.append(pipe.text())
        if len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(MANY))
    monkeypatch.setattr(sys, "stdout", pipe)
    with pytest.raises(SystemExit) as ended:
        main.main(["watch", *AT])
    assert ended.value.code == faults.INTERRUPTED
    assert capsys.readouterr().err == "The watch was ended.\n"
    assert [one.count("2026-000008") for one in seen] == [2 * n for n in (1, 2, 3)], "none is cut"
    assert "NOT UP TO DATE" in seen[1]
    assert all(one.endswith("\n") for one in seen)
    assert pipe.text() == seen[-1]


def test_each_line_has_its_identifiers_and_the_next_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = alert(kind="draft", subject=ITEM, conversation="", alarm=0)
    closed = alert(outside=True, case="", conversation="")
    told = {**found(alert(case="2026-000123"), draft, closed), "severity": "critical"}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(told))
    assert main.main(["watch", "--once", *AT], standalone_mode=False) == 1
    printed = capsys.readouterr().out
    assert f"  conversation {DIGEST}  alarm 7\n  next: comity case show 2026-000123\n" in printed
    assert f"  draft {ITEM}\n  next: comity draft show {ITEM}\n" in printed
    assert "  alarm 7\n  next: comity duty alarm 7\n" in printed
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(told))
    main.main(["watch", "--json", *AT], standalone_mode=False)
    value = json.loads(capsys.readouterr().out)
    assert [one["next"] for one in value["alerts"]] == [
        "comity case show 2026-000123",
        f"comity draft show {ITEM}",
        "comity duty alarm 7",
    ]
    assert value["alerts"][1]["subject"] == ITEM


@pytest.mark.parametrize("kind", [*Kind, "one of a later version"])
def test_the_next_command_of_each_kind_is_one_that_there_is(kind: str) -> None:
    subject = "with space"
    for detail in ("", "table"):
        told = alert(kind=kind, subject=subject, case="", party="", detail=detail, alarm=0)
        for one in (told, {**told, "case": "2026-000123"}, {**told, "alarm": 7, "outside": True}):
            words = watch_next.next_command(one).split()
            context = main.make_context("comity", words[1:], resilient_parsing=True)
            command: Any = main
            for word in words[1:]:
                if not hasattr(command, "get_command"):
                    break
                command = command.get_command(context, word)
                assert command is not None, words
            assert not hasattr(command, "get_command"), f"{words} is a group"
    assert kind in watch_next._NEXT or kind not in list(Kind)


def test_why_a_message_did_not_arrive_is_a_sentence_before_the_code() -> None:
    told = {
        "partner-unreachable": "the partner does not answer",
        "partner-heard": "the last attempt failed, but the partner has been in contact since",
        "partner-refused: key-revoked": "the partner refused it [key-revoked]",
        "partner-refused: code-unknown": (
            "the partner refused it, the partner gave a code that is not known here"
        ),
        "receipt-unproved": "[receipt-unproved]",
    }
    assert {fault: why_undelivered(fault) for fault in told} == told


def test_a_partner_that_was_heard_is_not_said_to_give_no_answer() -> None:
    for fault, said in (
        ("partner-unreachable", "the other side does not answer"),
        ("partner-heard", "messages wait for the other side"),
        ("partner-refused: sent-ahead", "messages wait for the other side"),
    ):
        told = alert(kind="partner-silent", detail=fault, count=1, emergency=False)
        assert said in str(watch._block(told)), fault
