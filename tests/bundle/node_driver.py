"""A real node in a process of its own, driven by lines of JSON: no server, no mock.

Usage: ``python node_driver.py NODE-FOLDER OFFICERS-FOLDER``; one request a line in, one answer out.
"""

import base64
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

NODE, OFFICERS = Path(sys.argv[1]), Path(sys.argv[2])

from comity.node.core.django_setup import use_node  # noqa: E402

use_node(NODE)

from comity.bundle.redaction import named_sections, parse_redaction  # noqa: E402
from comity.canonical import digest_text, parse_digest  # noqa: E402
from comity.evidence.offer import parse_offer  # noqa: E402
from comity.exchange import approve, statement  # noqa: E402
from comity.exchange.types import MOVES  # noqa: E402
from comity.keys import jws  # noqa: E402
from comity.node.core.clock import now  # noqa: E402
from comity.node.core.keystore import load_signing_key  # noqa: E402
from comity.node.core.node import load_node  # noqa: E402
from comity.node.court.bundle import Order, write_bundle  # noqa: E402
from comity.node.evidence import custody, packages  # noqa: E402
from comity.node.federation.delivery import sealed_parcel  # noqa: E402
from comity.node.federation.receive_message import take  # noqa: E402
from comity.node.federation.receive_receipt import take_receipt  # noqa: E402
from comity.node.log.group_commit import Committer  # noqa: E402
from comity.node.messages import drafts  # noqa: E402
from comity.node.models import Conversation, MessageRow, Package  # noqa: E402
from comity.node.operations.migrate import migrate  # noqa: E402

node = load_node()
committer = Committer(node)
committer.open()  # there is no partner that could hold a larger log


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def say(kind: str, values: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
    members = () if more.get("conversation") else (to,)
    row = drafts.prepare(node, message_type=kind, values=values, by="test", members=members, **more)
    floor = MOVES[kind].floor
    draft = drafts.draft_of(row)
    approvals = ["first"] * floor.author + ["second"] * floor.approver
    for name in approvals:
        certificate = jws.parse((OFFICERS / f"{name}.certificate.json").read_bytes())
        data = statement(
            draft,
            mode=node.config.mode,
            certificate=certificate,
            role="author" if name == "first" else "approver",
            expires_at=now() + timedelta(hours=8),
        )
        key = load_signing_key(OFFICERS / f"{name}.json", use="officer")
        given = approve(data, key, certificate, mode=node.config.mode)
        drafts.add_approval(node, row.id, given, by="test")
    stored = drafts.queue(node, committer, row.id, by="test")
    parcel = sealed_parcel(node, MessageRow.objects.get(record=stored.record), to)
    return {"content": stored.content, "parcel": text(parcel)}


def taken(parcel: str) -> str:
    return text(take(node, committer, base64.b64decode(parcel), via="push").receipt.record)


def receipted(receipt: str) -> None:
    take_receipt(node, committer, base64.b64decode(receipt))


def upload(conversation: str, offer: Any, path: str) -> dict[str, Any]:
    packages.store_upload(
        node,
        committer,
        conversation=conversation,
        offer_value=offer,
        pieces=[Path(path).read_bytes()],
        officer="examiner",
        user="test",
    )
    return handover(offer, "offered")


def handover(offer: Any, event: str) -> dict[str, Any]:
    return custody.handover(
        offer["exhibit"],
        event=event,
        at=now(),
        party=node.party,
        by="examiner",
        reason="as requested",
        root=parse_digest(offer["root"]),
    )


def fetched(path: str) -> None:
    package = Package.objects.get()
    offer = parse_offer(package.offer)
    packages.vault_of(node).put(offer, [Path(path).read_bytes()])
    assert package.root == digest_text(offer.root)


def bundle(
    target: str, exhibits: list[str], withhold: list[str], redact: str = "", papers: str = ""
) -> dict[str, str]:
    case = Conversation.objects.order_by("opened_at").values_list("case", flat=True)[0]
    rules = named_sections(withhold, "withheld by the exporter")
    if redact:
        rules += parse_redaction(redact.encode(), toml=True)
    order = Order(case=case, exhibits=tuple(map(Path, exhibits)), rules=rules, papers=papers)
    withheld = write_bundle(node, order, Path(target)).statement.withheld
    return {path: str(item) for path, item in withheld.items()}


ACTIONS: dict[str, Callable[..., Any]] = {
    "bundle": bundle,
    "fetched": fetched,
    "handover": handover,
    "receipted": receipted,
    "say": say,
    "taken": taken,
    "upload": upload,
}

migrate()
print("ready", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(ACTIONS[request.pop("do")](**request)), flush=True)
