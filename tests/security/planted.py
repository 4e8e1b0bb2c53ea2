"""The payload in one field of a valid thing of each kind, by the services that keep such things."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.docket.conftest import recorded, text
from tests.docket.makers import BODIES
from tests.exchange.makers import ASSISTANCE, TABLES
from tests.lists.rows import package
from tests.nodes.test_solutions import ABOUT
from tests.security.conftest import Desk
from tests.security.hostile import MARK, PAYLOAD, SHORT

from comity.cli import main
from comity.demo.world import ASKING
from comity.drills import Event
from comity.drills.blank import blank
from comity.exchange import Section, open_draft, sign_message
from comity.exchange.accept import Verified, check_bodies
from comity.exchange.approvals import Approved
from comity.node.core.clock import now
from comity.node.core.node import load_node
from comity.node.evidence import custody
from comity.node.exercise import exercises, team_events
from comity.node.federation.receive_message import record_received
from comity.node.messages import drafts
from comity.node.models import Alarm, Conversation, Hook, Notice, TeamMember

PLAIN = f"{MARK}' & onerror=alert(1)"
"""For a scenario, whose lint refuses tags and braces, so that a page shows none of them."""
LATER = "2031-01-01T00:00:00Z"
REQUEST: dict[str, Any] = {
    "measure": "preservation",
    "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
    "urgency": "urgent",
    "confidential": True,
    "links": [],
    "reference": SHORT,
}
ASKED: Mapping[str, Any] = {
    "request": REQUEST,
    "subject": {"description": text(PAYLOAD), "accounts": [], "period": None},
    "grounds": {"offence": text(PAYLOAD), "facts": text(PAYLOAD), "necessity": text(PAYLOAD)},
}
TABLE = {**TABLES["table"], "matter": SHORT, "where": SHORT, "begins": LATER, "answer_by": LATER}
NEED = {**ASSISTANCE["need"], "matter": SHORT, "description": text(PAYLOAD), "review_by": LATER}


def sent(desk: Desk, message_type: str, values: Mapping[str, Any]) -> str:
    """Record a signed message of ours that opens a conversation; return its digest."""
    row = drafts.prepare(
        desk.office.node, message_type=message_type, values=values, by="case", members=(ASKING,)
    )
    return str(recorded(desk.office, row).digest)


def received(desk: Desk, values: Mapping[str, Any]) -> str:
    """Take in a request that the partner's own key signed; return its conversation."""
    office, at = desk.office, now()
    folder = office.node.config.folder.parent / ASKING.replace("/", "-")
    partner = load_node(folder)
    sections = {name: Section(bytes(32), value) for name, value in values.items()}
    draft = open_draft(
        message_type="request.submitted",
        author=ASKING,
        members=(ASKING, office.node.party),
        instrument=None,
        sections=sections,
        message_id="018f0000-0000-7000-8000-0000000000aa",
        now=at,
    )
    message = sign_message(draft, [], partner.keys["message"], mode=partner.config.mode)
    whole = Verified(message, sections, check_bodies(draft, sections), Approved((), None))
    row, _ = office.committer.run(
        lambda batch: record_received(
            office.node, batch, whole, known=None, received_at=at, via="push"
        )
    ).value
    return str(row.conversation)


def alarm(desk: Desk, officer: str) -> int:
    """Raise an alarm of which somebody with a hostile name was told."""
    at = now()
    row = Alarm.objects.create(kind="overdue", subject="1", raised_at=at, due_at=at)
    Notice.objects.create(alarm=row.pk, officer=officer, channel="mail", due_at=at, made_at=at)
    return int(row.pk)


def solution(desk: Desk, folder: Path) -> str:
    """Put a solution with a hostile title into the catalogue; return its digest."""
    (folder / "rules").mkdir()
    (folder / "rules" / "mail.yar").write_text("rule mail { condition: false }\n")
    about, file = folder / "about.toml", folder / "rules.comity-solution"
    matter = SHORT.replace('"', '\\"')
    about.write_text(ABOUT.format(version="1.0.0", matter=matter, more=""))
    words = ("pack", about, folder / "rules", "-o", file, "--dir", desk.office.node.config.folder)
    done = CliRunner().invoke(main, ["solution", *map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    answer = desk.browser("case").post(
        "/api/v1/solutions", file.read_bytes(), content_type="application/octet-stream",
        headers=desk.token("case"),
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    return str(answer.json()["digest"])


def scenario(desk: Desk) -> str:
    """Keep a scenario whose texts are hostile, as far as its lint lets them; return its name."""
    files = {path: data.decode() for path, data in blank("an-own-one").items()}
    english = files["texts/en.toml"]
    for known in ("A request in the morning", "A request comes"):
        english = english.replace(f'"{known}"', f'"{PLAIN}"')
    answer = desk.browser("trainer").put(
        "/api/v1/scenarios/an-own-one",
        {"files": {**files, "texts/en.toml": english}, "edition": None},
        content_type="application/json",
        headers=desk.token("trainer"),
    )
    assert answer.status_code in (200, 201), answer.content
    return "an-own-one"


def room(desk: Desk) -> None:
    """Put a trainee with a hostile name into a team to which hostile words were spoken."""
    at = now()
    made = exercises.make("first-night", teams=[SHORT], at=at, by="trainer")
    exercises.begin(made, at=at, by="trainer")
    team = made.teams.get()
    officer = desk.people["trainee"]
    TeamMember.objects.create(team=team, officer=officer, name=SHORT, role="duty", pin="!")
    team_events.steer(team, Event(at=at, kind="speak", by="trainer", names={"text": SHORT}))


def hook(desk: Desk) -> int:
    """Register a webhook with a hostile name."""
    return int(
        Hook.objects.create(
            officer=desk.people["approver"], label=SHORT, url="https://x.example/", events=[],
            secret="", seen=0, made_at=now(),
        ).pk
    )  # fmt: skip


def call(desk: Desk) -> str:
    """Note a call in which everything said is hostile."""
    said = {
        **BODIES["call.taken"], "caller": SHORT, "office": SHORT, "asked": text(PAYLOAD),
        "party": None,
    }  # fmt: skip
    return str(desk.office.do("call.taken", said, who="duty").id)


def exhibit(desk: Desk, conversation: str) -> str:
    """Keep a package of which what it is, and how it was come by, is hostile; return its name."""
    sealed, at = package(desk.office, 1, conversation), now()
    sealed.offer = {**sealed.offer, "description": text(SHORT)}
    sealed.save()
    custody.append(
        sealed.exhibit, event="acquired", at=at, by=desk.people["case"].identifier,
        party=desk.office.node.party, reason=SHORT, place=SHORT, digest_after=bytes(32),
        attested=True,
    )  # fmt: skip
    return str(sealed.exhibit)


def case_of(conversation: str) -> str:
    """Return the office's number of a conversation."""
    return str(Conversation.objects.get(digest=conversation).case)


def planted(desk: Desk, officer: str, folder: Path) -> dict[str, tuple[str, str]]:
    """Plant the payload everywhere; return page's name -> who looks, and where.

    Args:
        desk: the office.
        officer: identifier of somebody with a hostile name.
        folder: for files that are handed in.
    """
    came, gone = received(desk, ASKED), sent(desk, "request.submitted", ASKED)
    table, need = sent(desk, "table.called", {"table": TABLE}), sent(
        desk, "assistance.needed", {"need": NEED}
    )  # fmt: skip
    sealed = exhibit(desk, gone)
    desk.office.do(
        "subject-request.received", {**BODIES["subject-request.received"], "name": SHORT}
    )
    room(desk)
    return {
        "case of a received message": ("case", f"/cases/{case_of(came)}"),
        "case of a sent message": ("case", f"/cases/{case_of(gone)}"),
        "move": ("case", f"/conversations/{gone}/request.amended"),
        "exhibit": ("case", f"/exhibits/{sealed}"),
        "alarm": ("case", f"/duty/alarms/{alarm(desk, officer)}"),
        "call": ("case", f"/calls/{call(desk)}"),
        "assistance": ("case", "/assistance"),
        "case of a need": ("case", f"/cases/{case_of(need)}"),
        "round-table": ("case", f"/round-tables/{table}"),
        "round-tables": ("case", "/round-tables"),
        "solution": ("case", f"/solutions/{solution(desk, folder)}"),
        "solutions": ("case", "/solutions"),
        "hook": ("approver", f"/me/programs/hooks/{hook(desk)}"),
        "privacy-register": ("approver", "/privacy/register/subject-request"),
        "room": ("trainee", "/exercise"),
        "scenario": ("trainer", f"/scenarios/{scenario(desk)}"),
        "scenarios": ("trainer", "/scenarios"),
    }
