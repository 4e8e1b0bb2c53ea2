"""A message that comes twice at the same moment gets receipts that prove the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from comity.demo.world import ASKED
from comity.directory.store import DirectoryStore
from comity.exchange import check_receipt, parse_message, parse_receipt
from comity.keys import jws
from comity.ledger import Checkpoint, parse_checkpoint, parse_note

pytestmark = pytest.mark.full


def test_a_double_in_the_same_commit_gets_a_receipt_that_holds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.nodes.doubled", str(tmp_path / "w")],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["duplicates"] == 1
    messages = [parse_message(jws.parse(text.encode())) for text in told["messages"]]
    by_record = {message.record: message for message in messages}
    store = tmp_path / "w" / "nodes" / "vn-contact-point" / "directory"
    registry = DirectoryStore.open(store).load()
    known: Checkpoint | None = None
    for text in told["receipts"]:
        envelope = jws.parse(text.encode())
        claim = parse_receipt(envelope.payload)
        checked = check_receipt(envelope, by_record[claim.record], registry, known=known)
        assert checked.receipt.addressee == ASKED
        assert checked.linked == (known is not None)
        if known is None:
            known = parse_checkpoint(parse_note(claim.checkpoint.encode()).text)
