"""One office with its people, in this process and the test's database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from comity.canonical import time_text
from comity.demo.world import ASKED, ASKING, build_world
from comity.docket import Item
from comity.node import docketing, originals, transcripts
from comity.node.committer import Committer
from comity.node.models import Conversation, Officer
from comity.node.node import Node
from comity.node.people import add_person

T0 = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
SENEGAL = "sn/prosecutor-dakar"
PASSWORD = "a long enough one"


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

    node: Node
    committer: Committer
    people: dict[str, Officer]
    at: datetime = T0

    def do(self, act: str, value: dict[str, Any], *, who: str = "case", **more: Any) -> Item:
        """Record an act, a minute after the last."""
        self.at += timedelta(minutes=1)
        return docketing.record(
            self.node,
            self.committer,
            act,
            value,
            officer=self.people[who],
            at=self.at,
            **more,
        )

    def received(self, data: bytes = b"From: parquet", **more: Any) -> Item:
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
            case="",
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
        return transcripts.transcribe(
            self.node,
            self.committer,
            {**value, **more.pop("told", {})},
            officer=self.people["case"],
            at=self.at,
            **more,
        )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a node that was made once."""
    ports = {ASKING: 20_001, ASKED: 20_002}
    at = tmp_path_factory.mktemp("docket") / "world"
    return build_world(at, mode="exercise", ports=ports, now=T0).places[ASKED].config.folder


@pytest.fixture
def office(folder: Path, db: None) -> DeskOffice:
    """Return an office with an empty register."""
    from comity.node.node import load_node

    node = load_node(folder)
    committer = Committer(node)
    committer.open()
    people = {
        role: add_person(name=role, role=role, password=PASSWORD, at=T0, by="test")
        for role in ("case", "approver", "translator", "auditor")
    }
    return DeskOffice(node, committer, people)
