"""One office with its people, in this process and the test's database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.guards import begin_anew
from tests.worlds import build_world

from comity.canonical import time_text
from comity.demo.world import ASKED, ASKING, Place
from comity.docket import Item
from comity.exchange import sign_message
from comity.exchange.accept import check_bodies
from comity.exchange.certificates import certificate_record
from comity.node.cases import docket_store
from comity.node.core.node import Node, load_node
from comity.node.evidence import originals
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.mail import transcription
from comity.node.messages import drafts
from comity.node.models import Conversation, DraftRow, Officer

T0 = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
SENEGAL = "sn/prosecutor-dakar"


def text(value: str = "Il a écrit cela.", lang: str = "fr") -> dict[str, str]:
    """Return free text."""
    return {"lang": lang, "text": value}


def authority(party: str = SENEGAL, **told: Any) -> dict[str, Any]:
    """Return what is said of an authority that the directory does not list."""
    return {
        "party": party,
        "name": "Parquet de Dakar",
        "functions": ["central-authority"],
        "contacts": [{"channel": "e-mail", "address": "parquet@justice.example"}],
        "languages": ["fr"],
        "source": "note verbale 12/2026",
        "as_of": "2026-01-10T00:00:00Z",
        **told,
    }


REQUEST: dict[str, Any] = {
    "request": {
        "measure": "stored-data",
        "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
        "urgency": "normal",
        "reference": "DKR-44/2026",
        "confidential": True,
        "links": [],
    },
    "subject": {"description": text("Les courriels"), "accounts": [], "period": None},
}


@dataclass
class DeskOffice:
    """An office of South Africa, and what its people do."""

    place: Place
    node: Node
    committer: Committer
    people: dict[str, Officer]
    at: datetime = T0

    def do(self, act: str, value: dict[str, Any], *, who: str = "case", **more: Any) -> Item:
        """Record an act, a minute after the last."""
        self.at += timedelta(minutes=1)
        return docket_store.record(
            self.node,
            self.committer,
            act,
            value,
            officer=self.people[who],
            at=self.at,
            **more,
        )

    def received(self, data: bytes = b"From: parquet", *, case: str = "", **more: Any) -> Item:
        """Keep an original."""
        self.at += timedelta(minutes=1)
        value = {
            "name": "lettre.eml",
            "channel": "e-mail",
            "sender": "parquet@justice.example",
            "authority": None,
            "dated": None,
            "received_at": time_text(self.at),
        }
        return originals.receive(
            self.node,
            self.committer,
            data,
            {**value, **more},
            reading=None,
            officer=self.people["case"],
            case=case,
            at=self.at,
        )

    def written(
        self,
        message_type: str = "request.submitted",
        sections: dict[str, Any] | None = None,
        *,
        author: str = SENEGAL,
        about: str | None = None,
        originals: tuple[str, ...] = (),
        **more: Any,
    ) -> Conversation:
        """Write down a message that came on paper."""
        self.at += timedelta(minutes=1)
        value = {
            "type": message_type,
            "author": author,
            "members": sorted((author, self.node.party)),
            "about": about,
            "sections": REQUEST if sections is None else sections,
            "channel": "e-mail",
            "dated": "2026-02-20T00:00:00Z",
            "received_at": time_text(self.at),
            "originals": list(originals),
            "remark": None,
        }
        told = {**value, **more.pop("told", {})}
        return transcription.transcribe(
            self.node,
            self.committer,
            transcription.Sheet(value=told, **more),
            officer=self.people["case"],
            at=self.at,
        )


def asks(office: DeskOffice) -> Conversation:
    """Open a conversation by our own letter, signed."""
    values = {
        "request": {
            **REQUEST["request"],
            "measure": "preservation",
            "urgency": "urgent",
            "reference": "ZA-12",
        },
        "subject": REQUEST["subject"],
        "grounds": {"offence": text(), "facts": text(), "necessity": text()},
    }
    row = drafts.prepare(
        office.node, message_type="request.submitted", values=values, by="case", members=(SENEGAL,)
    )
    return recorded(office, row)


def recorded(office: DeskOffice, row: DraftRow) -> Conversation:
    """Record a message of ours as it is after its officers approved it."""
    draft, sections = drafts.draft_of(row), drafts.sections_of_draft(row)
    message = sign_message(draft, [], office.node.keys["message"], mode=office.node.config.mode)
    made = office.committer.run(
        lambda batch: drafts.record_sent(
            office.node,
            batch,
            message,
            sections=sections,
            bodies=check_bodies(draft, sections),
            at=office.at,
            second_due=None,
        )
    )
    return made.value[1]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a node's folder with its officers' keys, made once."""
    ports = {ASKING: 20_001, ASKED: 20_002}
    at = tmp_path_factory.mktemp("docket") / "world"
    return build_world(at, mode="exercise", ports=ports, now=T0).places[ASKED]


@pytest.fixture
def office(place: Place, db: None) -> DeskOffice:
    """Return an office with an empty register."""
    begin_anew(place.config)
    node = load_node(place.config.folder)
    committer = Committer(node)
    committer.open()
    known = {"case": "author", "approver": "approver"}
    people = {role: _person(role, place, known) for role in (*known, "translator", "auditor")}
    return DeskOffice(place, node, committer, people)


def _person(role: str, place: Place, known: dict[str, str]) -> Officer:
    """Return somebody of the office; nobody signs in here, so there is no password to hash."""
    user = get_user_model().objects.create_user(username=role)
    identifier = place.officers[known[role]].identifier if role in known else f"officer-{role}"
    made = Officer.objects.create(user_id=user.pk, identifier=identifier, role=role)
    audit.note(at=T0, actor="operator", action="account.added", subject=identifier, detail=role)
    if role in known:
        envelope = place.officers[known[role]].certificate
        Officer.objects.filter(pk=made.pk).update(certificate=envelope.record)
        record = certificate_record(envelope)
        audit.note(
            at=T0, actor="operator", action="officer.certified", subject=record, detail=identifier
        )
    return Officer.objects.get(pk=made.pk)
