"""One line more on every list of the API, made as the node keeps it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from tests.docket.conftest import DeskOffice, asks, text
from tests.docket.makers import BODIES
from tests.lists.test_paging import draft

from comity.node.models import (
    Alarm,
    BoardLine,
    BrokenGlass,
    Conversation,
    CourtExport,
    GlassNotice,
    Hook,
    HookDelivery,
    Officer,
    OutboxRow,
    Package,
    SolutionRow,
    StrayPackage,
    Upload,
    WorkItem,
)
from comity.node.models.work import BEFORE, NEVER
from comity.node.people import access_tokens
from comity.node.people.access import case_access

PARTNER = "vn/contact-point"


def name_of(number: int) -> str:
    """Return a digest that no other number has."""
    return f"sha256:{number:064x}"


def conversation(office: DeskOffice, number: int, **told: Any) -> Conversation:
    """Keep a conversation with a partner; every second moment has two of them."""
    at = office.at - timedelta(minutes=number // 2)
    facts = {
        "case": f"2026-{number:06}",
        "opener": PARTNER,
        "members": [PARTNER, office.node.party],
    }
    return Conversation.objects.create(
        digest=name_of(number), opened_at=at, moved_at=at, **{**facts, **told}
    )


def package(office: DeskOffice, number: int, thread: str) -> Package:
    """Keep a sealed package in a conversation."""
    offer = {
        "root": name_of(number), "description": text("Disk"), "sealed_size_bytes": 1, "files": 1,
        "file_list": name_of(number + 10_000), "tag_manifest": name_of(number + 20_000),
        "recipients": [],
    }  # fmt: skip
    return Package.objects.create(
        root=name_of(number),
        exhibit=f"018f0000-0000-7000-8000-{number:012x}",
        conversation=thread,
        offer=offer,
        outgoing=True,
        stage=Package.Stage.SEALED,
        changed_at=office.at - timedelta(seconds=number // 2),
    )


def work_item(office: DeskOffice, number: int) -> WorkItem:
    """Keep a work item: each third has no deadline, each third no moment, many are of one."""
    due = office.at + timedelta(hours=number // 8) if number % 3 else None
    since = office.at - timedelta(minutes=number // 8) if number % 3 != 1 else None
    return WorkItem.objects.create(
        incident=f"request:{name_of(number)}", kind="unread", subject=name_of(number),
        rank=number % 4, since=since, oldest_at=since or NEVER, newest_at=since or BEFORE,
        due_at=due, sorts_at=due or NEVER, case=f"2026-{number:06}", action="open-case",
        party=PARTNER if number % 5 else "za/contact-point",
    )  # fmt: skip


def person(number: int) -> Officer:
    """Add somebody to the office, with a case."""
    user = get_user_model().objects.create_user(username=f"person-{number:04}")
    return Officer.objects.create(user_id=user.pk, identifier=f"officer-{number:04}", role="case")


def stray(office: DeskOffice, number: int) -> StrayPackage:
    """Keep a package that nobody has offered."""
    at = office.at + timedelta(seconds=number // 2)
    return StrayPackage.objects.create(root=name_of(number), size_bytes=1, came_at=at)


def upload(office: DeskOffice, number: int, officer: Officer) -> Upload:
    """Begin an upload of somebody."""
    return Upload.objects.create(
        id=f"{number:032x}",
        root=name_of(number),
        conversation=name_of(0),
        offer={"sealed_size_bytes": 1, "root": name_of(number)},
        size_bytes=1,
        officer=officer.identifier,
        begun_at=office.at + timedelta(seconds=number // 2),
        expires_at=office.at + timedelta(days=1),
    )


def notice(office: DeskOffice, number: int, officer: Officer) -> GlassNotice:
    """Tell somebody that a colleague opened a case in need."""
    until = office.at + timedelta(hours=4)
    opened = BrokenGlass.objects.create(
        case=f"2026-{number:06}", officer=office.people["case"], reason="x", at=office.at,
        until=until,
    )  # fmt: skip
    return GlassNotice.objects.create(glass=opened, officer=officer)


def hook(office: DeskOffice, officer: Officer) -> Hook:
    """Register an address for somebody."""
    return Hook.objects.create(
        officer=officer, label="x", url="https://x.example/", events=[], secret="", seen=0,
        made_at=office.at,
    )  # fmt: skip


def delivery(office: DeskOffice, number: int, row: Hook) -> HookDelivery:
    """Hand something to a webhook."""
    return HookDelivery.objects.create(
        hook=row, message=f"{number:032x}", event="case.moved", data={}, happened_at=office.at,
        due_at=office.at,
    )  # fmt: skip


def table(office: DeskOffice, number: int, *, due: bool) -> BoardLine:
    """Keep a round table that is not over; of some of them nothing falls due."""
    row = conversation(office, number, type="table.called", main="called")
    return BoardLine.objects.create(
        conversation=row.digest,
        case=row.case,
        kind=BoardLine.Kind.TABLE,
        party=PARTNER,
        ours=False,
        state="called",
        stands="called",
        matter="Logs",
        review_at=office.at + timedelta(days=number // 2) if due else None,
        changed_at=office.at - timedelta(seconds=number // 2),
    )


def one_more(office: DeskOffice, number: int, hooked: Hook) -> None:
    """Add one line to every list; in a case of its own where lists go by case."""
    by_paper, own, base = office.written(), asks(office), number * 10
    own_officer, reader = person(number), office.people["approver"]
    case_access.assign(by_paper.case, own_officer, at=office.at, by="x")
    case_access.set_members(f"Group {number}", [own_officer, reader], at=office.at, by="x")
    office.received(data=str(number).encode(), name="scan.eml")
    office.do("note.written", {"text": text()}, case=own.case)
    _job(office, by_paper)
    office.do("subject-request.received", BODIES["subject-request.received"], who="approver")
    office.do("call.taken", BODIES["call.taken"])
    office.people["watch"] = own_officer
    begun = {**BODIES["shift.begun"], "officer": own_officer.identifier}
    office.do("shift.begun", begun, who="watch")
    draft(office, number, f"Mailbox {number}")
    table(office, base + 1, due=True)
    conversation(office, base + 2, type="contact.ping", main="pinged")
    package(office, base + 3, by_paper.digest)
    stray(office, base + 4)
    upload(office, base + 5, office.people["case"])
    notice(office, base + 6, reader)
    delivery(office, base + 7, hooked)
    hook(office, reader)
    access_tokens.make(reader, label="x", scopes=["self"], days=1, at=office.at, by="x")
    Alarm.objects.create(kind="overdue", subject=own.digest, raised_at=office.at, due_at=office.at)
    OutboxRow.objects.create(
        record=name_of(base + 8), addressee=PARTNER, due_at=office.at, queued_at=office.at,
        expires_at=office.at + timedelta(days=1),
    )  # fmt: skip
    CourtExport.objects.create(
        id=f"{number:032x}", case=own.case, reason="x", officer="o", by="case", at=office.at,
        stage="ready",
    )  # fmt: skip
    SolutionRow.objects.create(
        digest=name_of(base + 9), record=name_of(base + 9), party=PARTNER, ours=True, kind="rules",
        matter="Mail", version="1", statement={}, size_bytes=1, stage="stored",
        changed_at=office.at,
    )  # fmt: skip


def _job(office: DeskOffice, thread: Conversation) -> None:
    asked = {
        "source": thread.digest, "what": "subject/description", "source_language": "fr",
        "target_language": "en", "due": "2027-01-01T00:00:00Z", "cost": None,
        "assigned": office.people["translator"].identifier,
    }  # fmt: skip
    office.do("translation.asked", asked, case=thread.case)
