"""A real node in a process of its own, driven by lines of JSON; beside a server or without one.

Usage: ``python driver.py NODE-FOLDER OFFICERS-FOLDER``; one request a line in, one answer out. An
error answers ``{"error": code}``.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

NODE, OFFICERS = Path(sys.argv[1]), Path(sys.argv[2])

from comity.node.core.django_setup import use_node  # noqa: E402

use_node(NODE)

from click.testing import CliRunner  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402

from comity.canonical import ComityError, digest_text, parse_digest, time_text  # noqa: E402
from comity.cli import main  # noqa: E402
from comity.evidence.custody import append, parse_event, verify  # noqa: E402
from comity.exchange import approve, statement  # noqa: E402
from comity.exchange.types import MOVES  # noqa: E402
from comity.keys import jws  # noqa: E402
from comity.node.cases.call_back_numbers import numbers  # noqa: E402
from comity.node.cases.conversations import message_of, replay_of  # noqa: E402
from comity.node.core.clock import now  # noqa: E402
from comity.node.core.keystore import load_signing_key  # noqa: E402
from comity.node.court import bundle as court_bundle  # noqa: E402
from comity.node.evidence import custody, destruction, exhibits, packages  # noqa: E402
from comity.node.log.store import read_head, root_at  # noqa: E402
from comity.node.messages import drafts  # noqa: E402
from comity.node.messages.outbox import letters  # noqa: E402
from comity.node.models import (  # noqa: E402
    AuditRow,
    Conversation,
    LogEntry,
    LogHead,
    MessageRow,
    OutboxRow,
    OwnCheckpoint,
    Package,
    PartnerCheckpoint,
    ReceiptRow,
    Refusal,
)
from comity.node.operations.migrate import migrate  # noqa: E402
from comity.node.operations.pages.outbox_lines import Delivery  # noqa: E402
from comity.node.service.handle import command_service  # noqa: E402

EXAMINER = exhibits.Officer("examiner", "test")


def draft(kind: str, values: dict[str, Any], to: str = "", **more: Any) -> str:
    opening: dict[str, Any] = {} if more.get("conversation") else {"members": (to,)}
    row = drafts.prepare(node, message_type=kind, values=values, by="test", **opening, **more)
    floor = MOVES[kind].floor
    for name in ["first"] * floor.author + ["second"] * floor.approver:
        certificate = jws.parse((OFFICERS / f"{name}.certificate.json").read_bytes())
        data = statement(
            drafts.draft_of(row),
            mode=node.config.mode,
            certificate=certificate,
            role="author" if name == "first" else "approver",
            expires_at=now() + timedelta(hours=8),
        )
        key = load_signing_key(OFFICERS / f"{name}.json", use="officer")
        given = approve(data, key, certificate, mode=node.config.mode)
        drafts.add_approval(node, row.id, given, by="test")
    return str(row.id)


def queue(draft_id: str) -> dict[str, Any]:
    row = drafts.queue(node, committer, draft_id, by="test")
    return {"content": row.content, "conversation": row.conversation, "record": row.record}


def say(kind: str, values: dict[str, Any], to: str = "", **more: Any) -> dict[str, Any]:
    return queue(draft(kind, values, to, **more))


def upload(conversation: str, offer: Any, path: str) -> None:
    packages.store_upload(
        node,
        committer,
        conversation=conversation,
        offer_value=offer,
        pieces=[Path(path).read_bytes()],
        officer="examiner",
        user="test",
    )


def handover(root: str, event: str) -> dict[str, Any]:
    package = Package.objects.get(root=root)
    return custody.handover(
        package.exhibit,
        event=event,
        at=now(),
        party=node.party,
        by="examiner",
        reason="as requested",
        root=parse_digest(root),
    )


def destroy(root: str) -> None:
    destruction.destroy(node, committer, root, officer=EXAMINER, reason="Order 9/2026")


def note(root: str, event: str) -> None:
    exhibits.note(node, committer, root, event=event, officer=EXAMINER, reason="Ordered")


def chain(exhibit: str) -> list[dict[str, Any]]:
    return [event.to_value() for event in custody.chain(exhibit)]


def continued(root: str, event: str, *, past: int | None = None) -> dict[str, Any]:
    """Return a hand-over by whoever asks, with as much of the past as wanted: a node may lie."""
    package = Package.objects.get(root=root)
    events = custody.chain(package.exhibit)[:past]
    made, head = append(
        verify(events),
        exhibit=package.exhibit,
        event=event,
        at=now(),
        party=node.party,
        by="x",
        reason="x",
        digest_before=parse_digest(root),
        digest_after=parse_digest(root),
    )
    told = [each.to_value() for each in (*events, made)]
    return {
        "custody": {"events": told, "exhibit": package.exhibit, **head.to_value()},
        "offer": package.offer,
    }


def digest(event: dict[str, Any]) -> str:
    return digest_text(parse_event(event).digest())


def lie() -> None:
    """From here on this node sends whatever chain it is given."""
    custody.join = lambda *_given, **_more: None


def conversation(digest: str) -> Any:
    row = Conversation.objects.filter(digest=digest).first()
    if row is None:
        return None
    found = replay_of(digest)
    heads = {p: [m.draft.sequence, m.content] for p, m in found.heads.items()}
    return {"state": row.main, "heads": heads, "double_speak": row.double_speak}


def messages() -> dict[str, Any]:
    rows = MessageRow.objects.order_by("author", "conversation", "sequence")
    return {
        row.record: {
            "at": time_text(row.recorded_at),
            "epoch": row.epoch,
            "outcome": row.outcome,
            "outgoing": row.outgoing,
            "place": [row.author, row.conversation, row.sequence],
            "previous": message_of(row).draft.previous,
            "standing": row.standing,
        }
        for row in rows
    }


def cases() -> list[str]:
    return sorted(set(Conversation.objects.values_list("case", flat=True)))


def receipts() -> list[dict[str, Any]]:
    return [
        {
            "at": row.received_at and time_text(row.received_at),
            "fault": row.fault,
            "linked": row.linked,
            "origin": json.loads(jws.parse(bytes(row.jws)).payload)["checkpoint"].split("\n")[0],
            "outcome": row.outcome,
            "party": row.party,
            "record": row.record,
        }
        for row in ReceiptRow.objects.order_by("pk")
    ]


def outbox() -> dict[str, str]:
    return dict(OutboxRow.objects.values_list("record", "stage"))


def outbox_page() -> str:
    """Return the page of the outbox as an officer without rights to retry has it."""
    queued = [
        Delivery(row, "request.submitted", "", "", numbers(node, row.addressee))
        for row in OutboxRow.objects.order_by("pk")
    ]
    told = {"queued": queued, "letters": letters(node.directory), "can": {}, "direction": "ltr"}
    return render_to_string("operations/outbox.html", told)


def stages() -> dict[str, str]:
    return dict(Package.objects.values_list("root", "stage"))


def signed_offer(content: str) -> str:
    package = Package.objects.get(offered_in=content)
    return packages.signed_offer_of(node, package).decode()


def audited(action: str) -> list[list[str]]:
    rows = AuditRow.objects.filter(action=action).order_by("pk")
    return [list(row) for row in rows.values_list("actor", "subject", "detail")]


def log() -> dict[str, Any]:
    head = read_head()
    size = head.frontier.tree_size
    return {
        "epoch": head.epoch,
        "epochs": list(LogHead.objects.order_by("epoch").values_list("epoch", flat=True)),
        "kinds": list(
            LogEntry.objects.filter(epoch=head.epoch)
            .order_by("index")
            .values_list("kind", flat=True)
        ),
        "root": root_at(head.epoch, size).hex() if size else "",
        "size": size,
    }


def counts() -> dict[str, int]:
    models = (AuditRow, LogEntry, MessageRow, OutboxRow, Package, ReceiptRow, Conversation)
    return {model.__name__: model.objects.count() for model in models}


def refusals() -> list[list[str]]:
    rows = Refusal.objects.order_by("pk")
    return [list(row) for row in rows.values_list("job", "party", "subject", "fault")]


def bundle(digest: str, path: str) -> None:
    """Write the court bundle of a conversation's case."""
    case = Conversation.objects.get(digest=digest).case
    court_bundle.write_bundle(node, court_bundle.Order(case=case), Path(path))


def cosigned() -> list[list[int]]:
    return [list(row) for row in OwnCheckpoint.objects.values_list("epoch", "tree_size")]


def known() -> dict[str, int]:
    return dict(PartnerCheckpoint.objects.values_list("origin", "tree_size"))


def command(words: list[str]) -> dict[str, Any]:
    """Run a command of `comity` in this process."""
    done = CliRunner().invoke(main, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return {"status": done.exit_code, "out": done.stdout, "err": done.stderr}


ACTIONS = {
    action.__name__: action
    for action in (
        audited, bundle, cases, chain, command, continued, conversation, cosigned, counts, destroy,
        digest, draft, handover, known, lie, log, messages, note, outbox, outbox_page, queue,
        receipts, refusals, say, signed_offer, stages, upload,
    )
}  # fmt: skip

migrate()
service = command_service()
node, committer = service.node, service.committer
print("ready", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = ACTIONS[request.pop("do")](**request)
    except ComityError as fault:
        answer = {"error": fault.code}
    print(json.dumps(answer), flush=True)
