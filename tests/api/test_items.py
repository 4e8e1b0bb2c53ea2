"""Items of a request over the API and the command line: each side sees the same, misfits too."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.api.nodes import Office, Pair, eventually, preservation_request, text


def show(office: Office, case: str, folder: Path) -> str:
    """Return what `comity case show` prints."""
    token = folder / f"{office.party.replace('/', '-')}.token"
    token.write_text(office.tokens["approver"], "ascii")
    arguments = ["case", "show", case, "--node", office.url, "--token-file", str(token)]
    done = subprocess.run(
        [sys.executable, "-c", "from comity.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def said(office: Office, digest: str, kind: str, name: str, **value: Any) -> None:
    office.say({"type": kind, "conversation": digest, "sections": {name: value}})


def test_each_item_is_followed_on_both_sides(pair: Pair, tmp_path: Path) -> None:
    wanted = preservation_request()
    wanted["sections"]["request"]["measure"] = "stored-data"
    described = ["Logs", "Mailbox\u202e", "Backups"]
    rows = [{"number": n, "description": text(t)} for n, t in enumerate(described, start=1)]
    wanted["sections"]["subject"]["items"] = rows
    digest = pair.asking.say(wanted)["conversation"]
    eventually(lambda: pair.asked.call("approver", "GET", f"/conversations/{digest}").is_success)
    said(pair.asked, digest, "request.acknowledged", "acknowledgement", reference="ZA", note=None)
    bare = {"domestic_order": None, "review_by": None}
    decision: dict[str, Any] = {"reasons": text("Yes."), "grounds": [], **bare}
    outcomes = [{"number": 1, "outcome": "accepted"}, {"number": 2, "outcome": "refused"}]
    said(pair.asked, digest, "request.accepted-in-part", "decision", **decision, items=outcomes)
    done = [{"number": number, "outcome": "done"} for number in (1, 2, 9)]
    told = {"summary": text("Copied."), "domestic_order": None, "items": done}
    said(pair.asked, digest, "request.executed-in-part", "execution", **told)

    def seen(office: Office) -> Any:
        found = office.ok("approver", "GET", f"/conversations/{digest}")
        return found["state"], found["items"], found["misfits"]

    eventually(lambda: seen(pair.asking) == seen(pair.asked))
    state, items, misfits = seen(pair.asking)
    assert state == "accepted"
    standing = [(item["number"], item["standing"], item["remains"]) for item in items]
    assert standing == [(1, "done", False), (2, "refused", False), (3, "asked", True)]
    assert [(m["number"], m["why"]) for m in misfits] == [(2, "refused"), (9, "unknown")]

    for office in (pair.asking, pair.asked):
        case = office.ok("approver", "GET", f"/conversations/{digest}")["case"]
        printed = show(office, case, tmp_path)
        assert "  item 1: done: Logs" in printed
        assert "  item 3: asked; remains: Backups" in printed
        assert "DOES NOT FIT: item 9 [unknown]" in printed
        assert "\u202e" not in printed
