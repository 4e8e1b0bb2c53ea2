"""Offices of a small world, each driven in a process of its own, with the real commands."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.forked import Forked, run

from comity.canonical import new_id, parse_digest
from comity.demo.world import Place, World
from comity.evidence import age_keys
from comity.files.sealing import SealOrder, seal
from comity.node.core.clock import now

DRIVER = Path(__file__).with_name("driver.py")
WAIT_S = 60.0
_DRIVEN: "dict[str, Office]" = {}
"""Offices whose driver runs, by their folders."""


def comity(*words: object, status: int | None = 0) -> Any:
    """Run a command with ``--json``; return what it printed, parsed.

    An office whose driver runs does it there: a process of its own takes a second to load the node.
    """
    office = _DRIVEN.get(str(words[1])) if words[0] in {"export", "import"} else None
    if office is not None:
        said = office.do("command", words=[*map(str, words), "--json"])
        assert status is None or said["status"] == status, said
        return json.loads(said["out"]) if said["out"].strip() else {"stderr": said["err"]}
    return comity_itself(*words, status=status)


def comity_itself(*words: object, status: int | None = 0) -> Any:
    """Run a command with ``--json`` in a process of its own."""
    done = run(
        [sys.executable, "-m", "comity", *map(str, words), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else {"stderr": done.stderr}


@dataclass
class Office:
    """One party: its folder, and a driver started when it is asked for something."""

    place: Place
    officers: Path
    folder: Path
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    @property
    def party(self) -> str:
        return self.place.party

    def do(self, action: str, /, **facts: Any) -> Any:
        if self._process is None:
            self._process = Forked(
                [sys.executable, str(DRIVER), str(self.folder), str(self.officers)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._read() == "ready"
            _DRIVEN[str(self.folder)] = self
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": action, **facts}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._read())

    def say(self, kind: str, values: Any = None, **more: Any) -> dict[str, Any]:
        sent: dict[str, Any] = self.do("say", kind=kind, values=values or {}, **more)
        assert "error" not in sent, sent
        return sent

    def copied(self, folder: Path) -> "Office":
        """Return the same office in a folder of its own; its driver has to be at rest."""
        shutil.copytree(self.folder, folder)
        place = replace(self.place, config=replace(self.place.config, folder=folder))
        return Office(place, self.officers, folder)

    def close(self) -> None:
        """End the driver, so that the folder can be moved."""
        if self._process is not None:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait(timeout=60)
            self._process = None
            del _DRIVEN[str(self.folder)]

    def _read(self) -> str:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def office(world: World, party: str) -> Office:
    place = world.places[party]
    officers = world.folder / "officers" / party.replace("/", "-")
    return Office(place, officers, place.config.folder)


def eventually(check: Callable[[], Any], timeout_s: float = WAIT_S) -> Any:
    """Return the first true answer of a check that another process brings about."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def carry(sender: Office, receiver: Office, path: Path, *, status: int = 0) -> dict[str, Any]:
    """Carry what one owes the other; return the import's report."""
    comity("export", sender.folder, "--to", receiver.party, "-o", path)
    report: dict[str, Any] = comity("import", receiver.folder, path, status=status)
    return report


def text(words: str) -> dict[str, str]:
    return {"lang": "en", "text": words}


def request(measure: str, *, reference: str = "VN-1", recipient: str = "") -> dict[str, Any]:
    """Return the sections of a request."""
    values: dict[str, Any] = {
        "request": {
            "measure": measure,
            "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
            "urgency": "normal",
            "reference": reference,
            "confidential": True,
            "links": [],
        },
        "subject": {"description": text("Logs of a mailbox"), "accounts": [], "period": None},
        "grounds": {
            "offence": text("Fraud by computer"),
            "facts": text("A forged invoice."),
            "necessity": text("Logs are deleted after ninety days."),
        },
    }
    if recipient:
        values["delivery"] = {"recipient": recipient}
    return values


ACKNOWLEDGED = {"acknowledgement": {"reference": "ZA-7", "note": None}}
DECISION: dict[str, Any] = {
    "decision": {
        "reasons": text("Article 18 is met."),
        "grounds": [],
        "domestic_order": "Order 77",
        "review_by": None,
    }
}


def seal_exhibit(
    folder: Path, *, conversation: str, sender: str, receiver: str, data: bytes
) -> tuple[dict[str, Any], Path, age_keys.Identity]:
    """Seal one file for a case; return the offer, the sealed file and the identity."""
    identity = age_keys.generate(os.urandom)
    source, target = folder / "mail.log", folder / f"{os.urandom(4).hex()}.age"
    source.write_bytes(data)
    exhibit = new_id(now(), os.urandom(10))
    report = seal(
        SealOrder(
            sources=[source],
            recipients=[identity.recipient],
            sealed_at=now(),
            mode="exercise",
            conversation=parse_digest(conversation),
            sender=sender,
            receiver=receiver,
            exhibit=exhibit,
        ),
        target,
    )
    return report.offer(exhibit=exhibit, description=("en", "A log")).to_value(), target, identity


def offer_evidence(
    giver: Office, folder: Path, conversation: str, *, receiver: str, data: bytes
) -> tuple[str, dict[str, Any]]:
    """Seal, take in and offer one exhibit; return its root and the message."""
    offer, path, _ = seal_exhibit(
        folder, conversation=conversation, sender=giver.party, receiver=receiver, data=data
    )
    giver.do("upload", conversation=conversation, offer=offer, path=str(path))
    chain = giver.do("handover", root=offer["root"], event="offered")
    values = {"offer": offer, "custody": chain}
    sent = giver.say("evidence.offered", values, conversation=conversation)
    return str(offer["root"]), sent
