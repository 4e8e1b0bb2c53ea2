"""Entries for tests: one good body for each act, salts that follow from a label."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.docket import ACTS, Act, Done, Item, item_of, next_entry
from comity.exchange import Section

T0 = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
ITEM = "01890a5d-ac96-774b-bcce-b302099a8057"
DIGEST = "sha256:" + "ab" * 32
MOMENT = "2026-03-01T03:00:00Z"
TEXT = {"lang": "vi", "text": "Theo lệnh của tòa án."}
MONEY = {"amount_minor": 125_000, "currency": "EUR"}
REASONS = {"reasons": TEXT}
BODIES: dict[str, dict[str, Any]] = {
    "note.written": {"text": TEXT},
    "referral.sent": {"to": "Unit 3", "task": TEXT, "due": "2026-03-10T00:00:00Z"},
    "referral.accepted": {"owner": "Le", "reference": None, "due": "2026-03-12T00:00:00Z"},
    "referral.returned": REASONS,
    "referral.done": {"result": TEXT, "reference": "3-77"},
    "referral.recalled": REASONS,
    "order.issued": {
        "addressee": "Mail GmbH",
        "provider": None,
        "measure": "preservation",
        "legal_basis": "CPC 88",
        "issued_by": "Judge Tran",
        "number": "12/2026",
        "issued_at": MOMENT,
        "until": "2026-05-30T00:00:00Z",
        "what": TEXT,
    },
    "order.served": {"channel": "portal", "served_at": MOMENT, "served_on": None},
    "order.acknowledged": {"acknowledged_at": MOMENT, "provider_reference": "M-9"},
    "order.complied": {
        "complied_at": MOMENT,
        "what": TEXT,
        "provider_reference": "M-9",
        "cost": MONEY,
    },
    "order.refused": REASONS,
    "order.renewed": {
        "until": "2026-08-28T00:00:00Z",
        "issued_by": "Judge Tran",
        "number": "13/2026",
    },
    "order.ended": REASONS,
    "provider.entered": {
        "name": "Mail",
        "legal_name": "Mail GmbH",
        "country": "de",
        "contacts": [{"channel": "portal", "address": "https://police.mail.example"}],
        "accepts": ["MLA", "direct request"],
        "retention": [{"data": "log-in addresses", "days": 7, "source": "its handbook, 2026"}],
        "tells_its_users": "unknown",
        "source": "its handbook, 2026",
        "as_of": MOMENT,
    },
    "provider.closed": REASONS,
    "authority.entered": {
        "party": "sn/prosecutor-dakar",
        "name": "Parquet de Dakar",
        "functions": ["central-authority"],
        "contacts": [{"channel": "e-mail", "address": "parquet@justice.example"}],
        "languages": ["fr"],
        "source": "note verbale 12/2026",
        "as_of": MOMENT,
    },
    "authority.contacted": {"at": MOMENT, "channel": "phone", "outcome": "no-answer"},
    "authority.joined": {"party": "sn/central-authority"},
    "authority.closed": REASONS,
    "agreement.entered": {
        "matter": "Training of examiners",
        "party": "za/central-authority",
        "form": "memorandum",
        "signed_at": MOMENT,
        "commitments": [
            {"side": "theirs", "promised": "six places a year", "until": None},
            {"side": "ours", "promised": "two interpreters", "until": "2026-09-01T00:00:00Z"},
        ],
        "kept_at": "Treaty section, shelf 4",
        "review_by": "2026-09-01T00:00:00Z",
    },
    "agreement.reviewed": {"findings": TEXT, "review_by": "2027-03-01T00:00:00Z"},
    "agreement.ended": REASONS,
    "rights.recorded": {
        "conversation": DIGEST,
        "answers": [
            {"question": "necessity", "answer": "satisfied", "reasons": TEXT},
            {"question": "death-penalty", "answer": "does-not-arise", "reasons": None},
        ],
        "conclusion": "go-on",
        "reasons": TEXT,
    },
    "rights.signed": {"entry": DIGEST, "approval": {"kind": "jws"}},
    "translation.asked": {
        "source": DIGEST,
        "what": "the request",
        "source_language": "vi",
        "target_language": "fr",
        "due": "2026-03-09T00:00:00Z",
        "cost": None,
        "assigned": "officer-1",
    },
    "translation.reassigned": {"assigned": "officer-2"},
    "translation.taken": {"translator": "T. Diop"},
    "translation.delivered": {
        "text": "Le texte.",
        "original": None,
        "made_by": "T. Diop",
        "checked_by_a_person": True,
        "attestation": TEXT,
        "sworn": True,
        "cost": MONEY,
    },
    "translation.sent-back": REASONS,
    "translation.accepted": {"remark": None},
    "translation.withdrawn": REASONS,
    "letter.posted": {
        "record": DIGEST,
        "channel": "courier",
        "to": "Parquet de Dakar",
        "tracking": "LX1",
        "posted_at": MOMENT,
    },
    "letter.arrived": {"at": MOMENT, "known_by": "their e-mail"},
    "letter.came-back": REASONS,
    "mail.received": {
        "original": DIGEST,
        "name": "lettre.eml",
        "channel": "e-mail",
        "sender": "parquet@justice.example",
        "authority": None,
        "dated": None,
        "received_at": MOMENT,
    },
    "mail.transcribed": {"transcript": DIGEST},
    "mail.set-aside": REASONS,
    "correspondence.transcribed": {
        "type": "request.submitted",
        "author": "sn/prosecutor-dakar",
        "members": ["sn/prosecutor-dakar", "za/central-authority"],
        "about": None,
        "sections": {},
        "channel": "e-mail",
        "dated": None,
        "received_at": MOMENT,
        "originals": [],
        "remark": None,
    },
    "recall.opened": {
        "paid": MONEY,
        "value_date": MOMENT,
        "from_account": "DE89370400440532013000",
        "from_bank": "COBADEFF",
        "to_account": "GB29NWBK60161331926819",
        "to_bank": "NWBKGB2L",
        "transaction": "E2E-1",
        "reported_at": MOMENT,
        "due": "2026-03-04T03:00:00Z",
    },
    "recall.asked": {"whom": "NWBKGB2L", "channel": "phone", "at": MOMENT, "reference": None},
    "recall.answered": {
        "whom": "NWBKGB2L",
        "at": MOMENT,
        "outcome": "partly-held",
        "amount": MONEY,
        "reference": "R-1",
    },
    "recall.closed": {"outcome": "partly-returned", "returned": MONEY, "reasons": TEXT},
    "call.taken": {
        "caller": "A. Ndiaye",
        "office": "Parquet de Dakar",
        "party": "sn/prosecutor-dakar",
        "number_shown": "+221 33 000 00 00",
        "at": MOMENT,
        "urgency": "emergency",
        "measure": "preservation",
        "asked": TEXT,
        "accounts": [{"type": "email", "service": "mail.example", "identifier": "a@mail.example"}],
        "not_called_back": "The line was busy.",
        "confirm_by": "2026-03-03T03:00:00Z",
    },
    "call.tried": {"at": MOMENT, "number": "+221 33 111 11 11", "outcome": "no-answer"},
    "call.called-back": {
        "at": MOMENT,
        "number": "+221 33 111 11 11",
        "spoke_with": "A. Ndiaye",
    },
    "call.denied": {
        "at": MOMENT,
        "number": "+221 33 111 11 11",
        "spoke_with": "the duty officer",
        "remark": None,
    },
    "call.passed-on": {"draft": ITEM, "conversation": None},
    "call.confirmed": {"at": MOMENT, "known_by": "letter 7 of the file"},
    "call.closed": REASONS,
    "shift.begun": {"officer": "officer-1", "at": MOMENT, "until": None},
    "shift.handed-over": {"assigned": "officer-2", "notes": TEXT, "open": 3, "overdue": 1},
    "shift.given": {"entry": DIGEST, "how": "password", "approval": None},
    "shift.taken-over": {"entry": DIGEST, "how": "signed", "approval": {"kind": "jws"}},
    "shift.not-taken": REASONS,
    "shift.ended": REASONS,
    "retention.set": {"record_class": "call", "days": 90, "rule": "Rule 4", "remark": None},
    "retention.removed": REASONS,
    "hold.placed": {"ordered_by": "Court 3", "reasons": TEXT, "look_again": None},
    "hold.lifted": REASONS,
    "review.kept": {
        "record_class": "call",
        "subject": f"item:{ITEM}",
        "reasons": TEXT,
        "until": "2026-09-01T00:00:00Z",
    },
    "review.ordered": {"record_class": "call", "subject": f"item:{ITEM}", "reasons": TEXT},
    "review.destroyed": {"entry": DIGEST, "remark": None},
    "subject-request.received": {
        "name": "Lan",
        "contact": None,
        "on_behalf_of": None,
        "right": "access",
        "asked": TEXT,
        "identity": "not-shown",
        "identity_shown_by": None,
        "received_at": MOMENT,
        "due": "2026-03-31T00:00:00Z",
    },
    "subject-request.identified": {
        "identity": "document",
        "identity_shown_by": "passport, seen by Le",
        "at": MOMENT,
    },
    "subject-request.extended": {
        "due": "2026-05-31T00:00:00Z",
        "reasons": TEXT,
        "person_told_at": None,
    },
    "subject-request.searched": {"at": MOMENT, "what": TEXT, "records": ["case:2026-000001"]},
    "subject-request.decided": {
        "decision": "refuse",
        "grounds": ["investigation"],
        "reasons": TEXT,
        "answer": TEXT,
    },
    "subject-request.answered": {"at": MOMENT, "channel": "post", "done": None},
    "subject-request.withdrawn": REASONS,
    "person-notice.owed": {
        "name": "Lan",
        "measure": "stored data of one mailbox",
        "legal_basis": "CPC 101",
        "due": "2026-06-01T00:00:00Z",
    },
    "person-notice.delayed": {
        "until": "2026-08-01T00:00:00Z",
        "ground": "investigation",
        "ordered_by": "Judge Tran",
        "number": None,
        "reasons": TEXT,
    },
    "person-notice.told": {"at": MOMENT, "channel": "post", "reference": None},
    "person-notice.not-owed": REASONS,
    "breach.found": {
        "what": TEXT,
        "found_at": MOMENT,
        "happened_at": None,
        "data": ["identity", "content"],
        "people": "11-100",
        "consequences": None,
        "measures": TEXT,
        "parties": ["sn/prosecutor-dakar"],
        "due": "2026-03-04T03:00:00Z",
    },
    "breach.updated": {
        "data": ["identity"],
        "people": "1-10",
        "consequences": TEXT,
        "measures": TEXT,
        "parties": ["sn/prosecutor-dakar"],
    },
    "breach.reported": {
        "authority": "Data Protection Commission",
        "at": MOMENT,
        "channel": "portal",
        "reference": "B-1",
        "why_late": None,
        "next": "2026-03-10T00:00:00Z",
    },
    "breach.state-told": {
        "party": "sn/prosecutor-dakar",
        "at": MOMENT,
        "channel": "e-mail",
        "reference": None,
    },
    "breach.people-told": {"at": MOMENT, "how": "by letter", "remark": None},
    "breach.closed": {"lessons": TEXT, "not_told": None},
    "release.begun": {
        "title": "Answer to Lan",
        "recipient": "Lan",
        "purpose": TEXT,
        "subject_request": None,
    },
    "release.listed": {
        "records": [
            {
                "number": 1,
                "record": DIGEST,
                "description": "Letter",
                "standing": "part",
                "codes": ["E1"],
                "remark": None,
            }
        ]
    },
    "release.approved": {"entry": DIGEST, "remark": None},
    "release.handed-out": {"at": MOMENT, "channel": "post", "reference": None},
    "release.dropped": REASONS,
}


def section(value: Any, label: str = "") -> Section:
    """Return a section whose salt follows from a label."""
    return Section(hashlib.sha256(b"docket " + label.encode()).digest(), value)


def go_on(item: Item | None, act: str, *, case: str = "2026-000001", **told: Any) -> Item:
    """Return the item after one more act."""
    count = len(item.entries) if item else 0
    said = section({**BODIES[act], **told}, f"{act} {count}")
    entry = next_entry(
        item,
        identifier=ITEM,
        act=act,
        section=said,
        case=case,
        by="officer-1",
        at=T0 + timedelta(minutes=count),
    )
    return item_of((*(item.entries if item else ()), Done(entry, said)))


def ways(act: Act) -> list[Item | None]:
    """Return an item in each state in which an act is possible, by the shortest way there."""
    found: dict[str, Item | None] = {"new": None}
    moved = True
    while moved:
        moved = False
        for row in (row for row in ACTS.values() if row.kind == act.kind):
            for state in sorted(row.sources & found.keys()):
                made = go_on(found[state], row.name)
                if made.state not in found:
                    found[made.state] = made
                    moved = True
    return [found[state] for state in sorted(act.sources)]


def every_state(kind: str) -> dict[str, Item]:
    """Return one item in each state that a kind can reach."""
    found: dict[str, Item] = {}
    for act in (act for act in ACTS.values() if act.kind == kind):
        for before in ways(act):
            made = go_on(before, act.name)
            found.setdefault(made.state, made)
    return found
