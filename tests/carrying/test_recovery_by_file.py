"""A restored office that only files reach gets back what it had said, by file."""

import os
import shutil
from pathlib import Path

import pytest
from tests.carrying.conftest import Apart
from tests.carrying.offices import ACKNOWLEDGED, DECISION, Office, carry, comity, request

from comity.evidence import age_keys
from comity.files.key_files import write_identity


@pytest.mark.long
def test_what_was_said_after_the_backup_comes_back_by_file(apart: Apart, tmp_path: Path) -> None:
    vn, za = apart.vn, apart.za
    number = iter(range(100))

    def by_file(sender: Office, receiver: Office) -> None:
        carry(sender, receiver, tmp_path / f"{next(number)}.tar")

    case = vn.say("request.submitted", request("stored-data"), to=za.party)["conversation"]
    by_file(vn, za)
    identity = age_keys.generate(os.urandom)
    write_identity(tmp_path / "i.txt", identity, created="2026-01-01T00:00:00Z")
    backup = tmp_path / "za.backup"
    comity("backup", za.folder, "-o", backup, "-r", identity.recipient)
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    late = vn.say("request.submitted", request("preservation"), to=za.party)
    by_file(za, vn)
    by_file(vn, za)
    by_file(za, vn)
    before = za.do("messages")
    za.close()
    shutil.rmtree(za.folder)
    told = comity("restore", backup, za.folder, "-i", tmp_path / "i.txt")
    comity("guard", "renew", za.folder, "--reason", "Nobody is reached but by file.")

    # The first command opens the new epoch; nothing may be said before Viet Nam was heard.
    again = tmp_path / "again.tar"
    comity("export", vn.folder, "--to", za.party, "-o", again, "--since", told["since"])
    report = comity("import", za.folder, again)
    assert report["counts"]["recovery"] == {"taken": 1}
    assert za.do("log")["epochs"] == [1, 2]
    after = za.do("messages")
    assert before.keys() == after.keys()
    assert after[late["record"]]["at"] == before[late["record"]]["at"]
    waiting = za.do("draft", kind="request.accepted", values=DECISION, conversation=case)
    assert za.do("queue", draft_id=waiting) == {"error": "reconcile-first"}

    # A file cannot prove that it holds everything: a person says so.
    report = comity("import", za.folder, again, "--reconciled")
    assert report["counts"]["recovery"] == {"known": 1}
    assert "record" in za.do("queue", draft_id=waiting)
    by_file(za, vn)
    by_file(vn, za)
    assert za.do("conversation", digest=case) == vn.do("conversation", digest=case)
    assert not vn.do("conversation", digest=case)["double_speak"]
    assert {r["fault"] for o in (vn, za) for r in o.do("receipts")} == {""}
    assert set(za.do("outbox").values()) == {"delivered"}
