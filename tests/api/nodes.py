"""Two real nodes as processes, with people and tokens, for tests of the API and the pages."""

import json
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.cheap_node import CheapNode
from tests.forked import run
from tests.worlds import build_world

from comity.demo.processes import NodeProcess
from comity.demo.world import ASKED, ASKING, Person, World
from comity.exchange import Draft, approve, statement
from comity.node.core.clock import now

PASSWORD = "a long phrase for tests"
ROLES = {
    "author": "case",
    "approver": "approver",
    "auditor": "auditor",
    "translator": "translator",
    "duty": "duty",
    "examiner": "examiner",
    "operator": "operator",
    "trainer": "trainer",
    "trainee": "trainee",
}

TRAINEE = "trainee"


def free_ports(number: int) -> list[int]:
    """Return TCP ports on loopback that were free a moment ago."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@dataclass
class Office:
    """One node with its people and their tokens."""

    party: str
    process: NodeProcess
    tokens: Mapping[str, str]
    officers: Mapping[str, Person]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.process.config.port}"

    def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **more.pop("headers", {})}
        return httpx.request(
            method, f"{self.url}/api/v1{path}", headers=headers, timeout=60, **more
        )

    def ok(self, who: str, method: str, path: str, **more: Any) -> Any:
        answer = self.call(who, method, path, **more)
        assert answer.is_success, f"{answer.status_code} {answer.text}"
        return answer.json()

    def approval(
        self, role: str, draft: Mapping[str, Any], mode: Any = "exercise", hours: int = 1
    ) -> Any:
        """Return the approval that an officer gives on the command line to what the API shows."""
        person = self.officers[role]
        data = statement(
            draft_from(draft["fields"]),
            mode=mode,
            certificate=person.certificate,
            role=role,
            expires_at=now() + timedelta(hours=hours),
        )
        return approve(data, person.key, person.certificate, mode=mode)

    def say(self, body: Mapping[str, Any]) -> Any:
        """Draft, approve by as many officers as are due, and send."""
        draft = self.ok("author", "POST", "/drafts", json=body)
        for role in ("author", "approver"):
            if draft["needs"][role]:
                approval = self.approval(role, draft)
                draft = self.ok(role, "POST", f"/drafts/{draft['id']}/approvals", json=approval)
        return self.ok("author", "POST", f"/drafts/{draft['id']}/send")


def draft_from(fields: Mapping[str, Any]) -> Draft:
    """Return the draft that the API's ``fields`` describe."""
    return Draft.from_fields(fields, sent_at=datetime.now(UTC))


def user_command(*arguments: str, typed: str = PASSWORD, asked: bool = False) -> str:
    """Run ``comity user`` as the operator does; return what it printed, or what it asked."""
    code = "from tests.cheap_node import cheaply as c; c(); from comity.cli.people import user as u"
    code += "; u.user()"
    done = run(
        [sys.executable, "-c", code, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stderr if asked else done.stdout)


_ADD_ALL = """
import json, sys
from click.testing import CliRunner
from tests.cheap_node import cheaply
from comity.cli.people.user import user
cheaply()
found = {}
for role, arguments in json.load(sys.stdin).items():
    done = CliRunner().invoke(user, arguments, input=sys.argv[1], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found[role] = done.stdout.splitlines()[-1]
from comity.node.people import accounts
from comity.node.core.clock import now
accounts.add_person(name=TRAINEE, role=TRAINEE, password=sys.argv[1], at=now(), by="operator")
found[TRAINEE] = accounts.make_token(TRAINEE, label="x", at=now(), by="operator")
print(json.dumps(found))
""".replace("TRAINEE", repr(TRAINEE))
"""The command for each person, in one process: loading it costs more than what it does.

A trainee joins by a team's code. This one has a password, for the walks.
"""


def add_people(world: World, party: str) -> dict[str, str]:
    """Add one person a role to a node; return role to API token."""
    place, wanted = world.places[party], {}
    for role, kind in ROLES.items():
        if role == TRAINEE:
            continue
        person = place.officers.get(role)
        arguments = ["add", str(place.config.folder), role, "--role", kind]
        arguments += ["--password-file", "-", "--token"]
        if person is not None:
            path = world.folder / f"{party.replace('/', '-')}-{role}.json"
            path.write_bytes(person.certificate.record)
            arguments += ["--officer", person.identifier, "--certificate", str(path)]
        wanted[role] = arguments
    done = run(
        [sys.executable, "-c", _ADD_ALL, PASSWORD],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@dataclass
class Pair:
    """Two offices that can reach each other."""

    world: World
    asking: Office
    asked: Office

    def stop(self) -> None:
        for office in (self.asking, self.asked):
            office.process.stop()


def start_pair(folder: Path, settings: Mapping[str, str] | None = None) -> Pair:
    """Make and start two nodes with people; ``settings`` are members of `node.toml`, as TOML."""
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    offices = []
    for party in ports:
        place = world.places[party]
        file = place.config.folder / "node.toml"
        lines = file.read_text("utf-8").splitlines()
        told = {line.partition(" = ")[0]: line for line in lines}
        told |= {name: f"{name} = {value}" for name, value in (settings or {}).items()}
        file.write_text("\n".join(told.values()) + "\n", "utf-8")
        tokens = add_people(world, party)
        process = CheapNode(place.config.folder)
        process.start()
        offices.append(Office(party, process, tokens, place.officers))
    for office in offices:
        office.process.wait_ready(60)  # a busy machine
    return Pair(world, *offices)


def eventually(check: Any, timeout_s: float = 60.0) -> Any:
    """Return the first true answer of a check that another process brings about."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def text(words: str) -> dict[str, str]:
    return {"lang": "en", "text": words}


def preservation_request(to: str = ASKED) -> dict[str, Any]:
    """Return the body of a draft: an urgent preservation."""
    return {
        "type": "request.submitted",
        "to": [to],
        "sections": {
            "request": {
                "measure": "preservation",
                "basis": [
                    {"instrument": "untoc-2000", "article": "18", "status": "in-force"},
                ],
                "urgency": "urgent",
                "reference": "VN-2026-0042",
                "confidential": True,
                "links": [],
            },
            "subject": {
                "description": text("Subscriber data and logs of one mailbox"),
                "accounts": [{"service": "mail.example.za", "identifier": "j.doe@example.za"}],
                "period": None,
            },
            "grounds": {
                "offence": text("Fraud by computer"),
                "facts": text("Payments were redirected by a forged invoice."),
                "necessity": text("The provider deletes its logs after ninety days."),
            },
        },
    }
