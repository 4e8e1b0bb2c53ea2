"""A whole case from the first request to the court, played by real nodes over real HTTP."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from comity.canonical import Mode, decode_loose, new_id, parse_digest, time_text
from comity.canonical.amounts import counted
from comity.client.api import Api
from comity.demo import court
from comity.demo.ending import not_interrupted
from comity.demo.exhibit import LOGGED_DAYS, logged_since, make_exhibit
from comity.demo.office import Office
from comity.demo.processes import NodeProcess
from comity.demo.seeding import seed
from comity.demo.world import ASKED, ASKING, SECRETARIAT, Place, Teller, World, build_world
from comity.evidence import age_keys
from comity.files.key_files import read_signed_offer, write_identity
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.node.core.clock import now

MODE: Final[Mode] = "exercise"
KEPT_DAYS: Final = 60  # Convention Art. 42(8) as the sources read it; unconfirmed there
BASIS: Final = [
    {"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"},
    {"instrument": "untoc-2000", "article": "18", "status": "in-force"},
]


@dataclass(frozen=True)
class Plan:
    """What the demonstration is asked to do.

    Attributes:
        out: folder for nodes, bundle and trust file.
        evidence: real files to seal, or None for an exhibit made here.
        port_base: first of three TCP ports on loopback.
    """

    out: Path
    evidence: Path | None
    port_base: int


@dataclass(frozen=True)
class Stage:
    """The running world."""

    world: World
    offices: dict[str, Office]
    sign_ins: list[tuple[str, str, str]]
    """Party, user name and password."""


@contextlib.contextmanager
def running(plan: Plan, teller: Teller) -> Iterator[Stage]:
    """Found the world, start its nodes, and stop them at the end."""
    teller.chapter("A directory is founded; three nodes start")
    ports = {ASKING: plan.port_base, ASKED: plan.port_base + 1, SECRETARIAT: plan.port_base + 2}
    world = build_world(plan.out, mode=MODE, ports=ports, now=now())
    (plan.out / "trust.json").write_bytes(world.trust)
    teller.say("three States, a secretariat with a threshold root, one trust file given by hand")
    people = {place.party: _people(place) for place in world.places.values()}
    tokens = {p: seed(world.places[p].config.folder, rows) for p, rows in people.items()}
    processes = [NodeProcess(place.config.folder) for place in world.places.values()]
    try:
        for process in processes:
            process.start()
        for process in processes:
            teller.say(f"{process.config.party}: up after {process.wait_ready():.1f} s")
        yield Stage(
            world,
            {p: _office(world.places[p], tokens[p]) for p in (ASKING, ASKED)},
            [(p, row["name"], row["password"]) for p, rows in people.items() for row in rows],
        )
    finally:
        with not_interrupted():
            for process in processes:
                process.stop()


def _people(place: Place) -> list[dict[str, Any]]:
    def row(name: str, role: str, officer: str, certificate: bytes | None) -> dict[str, Any]:
        value = decode_loose(certificate, max_bytes=65536) if certificate else None
        password = f"{name}-{os.urandom(6).hex()}"
        return {
            "name": name,
            "role": role,
            "officer": officer,
            "certificate": value,
            "password": password,
        }

    first, second = place.officers["author"], place.officers["approver"]
    return [
        row("case", "case", first.identifier, first.certificate.record),
        row("approver", "approver", second.identifier, second.certificate.record),
        row("auditor", "auditor", f"auditor-{os.urandom(4).hex()}", None),
    ]


def _office(place: Place, tokens: dict[str, str]) -> Office:
    url = f"http://{place.config.host}:{place.config.port}"
    return Office(place, MODE, Api(url, tokens["case"]), Api(url, tokens["approver"]))


def text(words: str, lang: str = "en") -> dict[str, str]:
    """Return free text with its language."""
    return {"lang": lang, "text": words}


@dataclass(frozen=True)
class Case:
    """What the story leaves behind: the case number at the asking office, and the exhibit."""

    number: str
    conversations: tuple[str, str]
    bag: Path


def play(plan: Plan, stage: Stage, teller: Teller) -> Case:
    """Play the case and return it."""
    preservation = preserve(stage, teller)
    request, identity = ask_for_data(plan, stage, teller, preservation)
    bag = hand_over(plan, stage, teller, request, identity)
    close(stage, teller, request)
    number = stage.offices[ASKING].conversation(request)["case"]
    return Case(number, (preservation, request), bag)


def preserve(stage: Stage, teller: Teller) -> str:
    """Ask for preservation, have it acknowledged and confirmed; return the conversation."""
    vn, za = stage.offices[ASKING], stage.offices[ASKED]
    teller.chapter("Viet Nam asks South Africa to preserve data before they are deleted")
    sent = vn.send(
        "request.submitted",
        {
            "request": {
                "measure": "preservation",
                "basis": BASIS,
                "urgency": "urgent",
                "reference": "VN-24-7/2026/118",
                "confidential": True,
                "links": [],
            },
            "subject": {
                "description": text("Login records of five mail accounts in Cape Town"),
                "accounts": [
                    {"service": "mail.example", "identifier": f"example-{n}"} for n in range(5)
                ],
                "period": _logged(now()),
            },
            "grounds": {
                "offence": text("Fraud by means of a computer system, in an organized group"),
                "facts": text("Hồ sơ nêu năm tài khoản đã nhận tiền của nạn nhân.", "vi"),
                "necessity": text("The provider keeps login records for thirty days only."),
            },
        },
        signatures=2,
        to=ASKED,
    )
    conversation = str(sent["conversation"])
    receipt = vn.wait_receipt(conversation, sent["content"])
    teller.say("two officers signed it; the node sealed, signed, logged and delivered it")
    teller.say(f"receipt from {ASKED}: recorded at {receipt['received_at']}, provable in its log")
    teller.say("basis as stated: Hanoi Convention (signed by both, not in force); UNTOC Article 18")
    za.wait_message(conversation, "request.submitted")
    za.send(
        "request.acknowledged",
        {"acknowledgement": {"reference": "ZA-CP-2026-0457", "note": None}},
        signatures=0,
        conversation=conversation,
    )
    until = now() + timedelta(days=KEPT_DAYS)
    za.send(
        "preservation.confirmed",
        {
            "preservation": {
                "until": time_text(until),
                "domestic_order": "Preservation direction 31/2026, magistrate Cape Town",
                "holder": "the provider",
                "note": None,
            }
        },
        signatures=1,
        conversation=conversation,
    )
    vn.wait_message(conversation, "preservation.confirmed")
    teller.say(f"acknowledged by a person; preserved until {time_text(until)}; the clock runs")
    return conversation


def _logged(at: datetime) -> dict[str, str]:
    """Return the period whose login records are asked for: what the exhibit holds."""
    since = logged_since(at)
    return {"start": time_text(since), "end": time_text(since + timedelta(days=LOGGED_DAYS))}


def ask_for_data(plan: Plan, stage: Stage, teller: Teller, preservation: str) -> tuple[str, Path]:
    """Let the formal request grow out of the preservation; return it and the per-case identity."""
    vn, za = stage.offices[ASKING], stage.offices[ASKED]
    teller.chapter("The request for the stored data grows out of it")
    identity = age_keys.generate(os.urandom)
    path = plan.out / "officers" / "vn-contact-point" / "case-identity.txt"
    write_identity(path, identity, created=time_text(now()))
    sent = vn.send(
        "request.submitted",
        {
            "request": {
                "measure": "stored-data",
                "basis": [BASIS[1], {**BASIS[0], "article": "44"}],
                "urgency": "normal",
                "reference": "VN-MLA/2026/118",
                "confidential": True,
                "links": [{"conversation": preservation, "relation": "preservation"}],
            },
            "subject": {
                "description": text("The preserved login records"),
                "accounts": [],
                "period": None,
            },
            "grounds": {
                "offence": text("Fraud by means of a computer system, in an organized group"),
                "facts": text("The accounts received payments of eleven victims."),
                "necessity": text("The records show who used the accounts."),
            },
            "delivery": {"recipient": str(identity.recipient)},
        },
        signatures=2,
        to=ASKED,
    )
    request = str(sent["conversation"])
    za.wait_message(request, "request.submitted")
    acknowledgement = {"acknowledgement": {"reference": "ZA-MLA-2026-0112", "note": None}}
    za.send("request.acknowledged", acknowledgement, signatures=0, conversation=request)
    condition = {
        "kind": "use-limitation",
        "text": text("Use only in the proceedings named in the request."),
    }
    limits = za.send(
        "conditions.set",
        {"conditions": {"conditions": [condition]}},
        signatures=1,
        conversation=request,
    )
    vn.wait_message(request, "conditions.set")
    vn.send("conditions.accepted", {}, signatures=1, conversation=request, about=limits["content"])
    za.wait_message(request, "conditions.accepted")
    decision: dict[str, Any] = {
        "reasons": text("The conditions of Article 18 are met."),
        "grounds": [],
        "domestic_order": "Order 77/2026, High Court of South Africa",
        "review_by": None,
    }
    za.send("request.accepted", {"decision": decision}, signatures=2, conversation=request)
    vn.wait_message(request, "request.accepted")
    teller.say("accepted by two officers, with a condition on use that Viet Nam accepted")
    return request, path


def hand_over(plan: Plan, stage: Stage, teller: Teller, request: str, identity: Path) -> Path:
    """Seal, offer, fetch, open and receipt the evidence; return the opened bag."""
    vn, za = stage.offices[ASKING], stage.offices[ASKED]
    teller.chapter("Evidence is sealed once, offered, fetched, opened and receipted")
    source = plan.evidence or make_exhibit(plan.out, until=now())
    delivery = vn.conversation(request)["timeline"][0]["sections"]["delivery"]
    package = plan.out / "officers" / "za-contact-point" / "exhibit.age"
    exhibit = new_id(now(), os.urandom(10))
    order = SealOrder(
        sources=_sources(source),
        recipients=[age_keys.parse_recipient(delivery["recipient"])],
        sealed_at=now(),
        mode=MODE,
        conversation=parse_digest(request),
        sender=ASKED,
        receiver=ASKING,
        exhibit=exhibit,
    )
    with teller.progress("sealing", source) as progress:
        report = seal(order, package, progress=progress)
    offer = report.offer(exhibit=exhibit, description=("en", "Login records of the provider"))
    size = counted(report.payload_size_bytes, "byte")
    teller.say(f"{counted(report.files, 'file')}, {size}, in one pass")
    for row in report.refused:
        teller.say(f"refused by rule: {row.path}")
    za.case.upload(
        request,
        offer.to_value(),
        package,
        # the day on which the request was accepted: nothing is handed over before it
        acquired=f"Handed over by the provider on {now():%Y-%m-%d}",
    )
    root = offer.root.hex()
    sections = za.case.get(f"/packages/{root}/handover", event="offered", reason="As requested.")
    offered = za.send("evidence.offered", sections, signatures=1, conversation=request)
    stored = vn.wait_for("the package", lambda: _stored(vn, request))
    teller.say(
        f"fetched by range, verified block by block: {counted(stored['sealed_size_bytes'], 'byte')}"
    )
    copy = plan.out / "officers" / "vn-contact-point" / "exhibit.age"
    vn.case.download(root, copy)
    bag = plan.out / "officers" / "vn-contact-point" / "exhibit"
    signed = vn.case.fetch(f"/packages/{root}/offer")
    offer, binding = read_signed_offer(signed, stage.world.trust, now=now())
    identities = age_keys.parse_key_file(identity.read_bytes())
    open_sealed(OpenOrder(identities=identities, offer=offer, binding=binding), copy, bag)
    vn.case.post(f"/exhibits/{root}/events", {"event": "opened", "reason": "For examination."})
    handed = vn.case.get(
        f"/packages/{root}/handover", event="received", reason="Whole and unchanged."
    )
    vn.send(
        "evidence.received",
        {"custody": handed["custody"]},
        signatures=1,
        conversation=request,
        about=offered["content"],
    )
    za.wait_message(request, "evidence.received")
    teller.say(
        f"opened against the signed offer; custody: {counted(handed['custody']['count'], 'event')}"
    )
    return bag


def _sources(source: Path) -> Sequence[Path]:
    return sorted(source.iterdir()) if source.is_dir() else [source]


def _stored(office: Office, conversation: str) -> Any:
    rows = office.case.whole("/packages", "packages", conversation=conversation)["packages"]
    return next((row for row in rows if row["stage"] == "stored"), None)


def close(stage: Stage, teller: Teller, request: str) -> None:
    """Report the execution and close the request."""
    vn, za = stage.offices[ASKING], stage.offices[ASKED]
    execution = {"summary": text("All records were handed over."), "domestic_order": None}
    za.send("request.executed", {"execution": execution}, signatures=1, conversation=request)
    vn.wait_message(request, "request.executed")
    vn.send("request.closed", {}, signatures=0, conversation=request)
    za.wait_message(request, "request.closed")
    states = [o.conversation(request)["state"] for o in (vn, za)]
    teller.say(f"executed and closed; both offices see the same state: {states[0]}, {states[1]}")


def prove(plan: Plan, stage: Stage, case: Case, teller: Teller) -> None:
    """Write the court bundle, verify it, and let forgeries be found out."""
    court.settle(stage.offices[ASKING], case.conversations)
    court.write_bundle(
        stage.world.places[ASKING].config.folder, case.number, plan.out / "bundle", case.bag
    )
    teller.chapter("The court checks it, offline, with nothing but the bundle and a trust file")
    court.show_verdicts(plan.out, teller)


def tidy(folder: Path) -> None:
    """Remove a demonstration that nobody asked to keep."""
    shutil.rmtree(folder, ignore_errors=True)
