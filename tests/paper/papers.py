"""A State that only writes letters: its authority, what it sends, what is said of it."""

import json
import sys
from email.message import EmailMessage
from typing import Any

from tests.api.nodes import Office, text
from tests.forked import run

SENEGAL = "sn/prosecutor-dakar"
_ENTER = """
import json, sys
from pathlib import Path
from comity.node.core.django_setup import use_node
use_node(Path(sys.argv[1]))
from comity.node.cases import docket_store
from comity.node.core.clock import now
from comity.node.service.handle import command_service
service = command_service()
item = docket_store.record(service.node, service.committer, sys.argv[2], json.loads(sys.argv[3]),
                        officer=None, at=now())
print(item.id)
"""


def authority(party: str = SENEGAL) -> dict[str, Any]:
    """Return what is said of an authority that the directory does not list."""
    return {
        "party": party,
        "name": "Parquet de Dakar",
        "functions": ["central-authority"],
        "contacts": [{"channel": "e-mail", "address": "parquet@justice.example"}],
        "languages": ["fr"],
        "source": "note verbale 12/2026",
        "as_of": "2026-01-10T00:00:00Z",
    }


def enter_authority(office: Office, party: str = SENEGAL) -> str:
    """Enter an authority at a running office; return its item."""
    folder = str(office.process.config.folder)
    told = json.dumps(authority(party))
    done = run(
        [sys.executable, "-c", _ENTER, folder, "authority.entered", told],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


LETTER = """Convention de Budapest, article 29
Demande de conservation rapide de données

Autorité requérante
Nom de l'autorité : Parquet de Dakar

Référence : DKR-44/2026
Faits : Des virements ont été détournés par une fausse facture.
Infraction : Escroquerie par voie informatique
Données à conserver : Les journaux de connexion de la boîte
Fournisseur : mail.example.vn
Comptes : j.doe@example.vn
"""


def letter(body: str = LETTER, *, subject: str = "Demande DKR-44/2026") -> bytes:
    """Return an e-mail as it was saved to a file."""
    made = EmailMessage()
    made["From"] = "Parquet <parquet@justice.example>"
    made["To"] = "contact@vn.example"
    made["Subject"] = subject
    made["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    made.set_content(body)
    return made.as_bytes()


def taken_in(office: Office, data: bytes | None = None, **more: str) -> dict[str, Any]:
    """Take in a letter over the API."""
    told = {"name": "lettre.eml", "channel": "e-mail", "sender": "parquet@justice.example"}
    headers = {"Content-Type": "application/octet-stream"}
    found: dict[str, Any] = office.ok(
        "author",
        "POST",
        "/mail",
        content=letter() if data is None else data,
        params={**told, **more},
        headers=headers,
    )
    return found


def request_sections(measure: str = "preservation", **more: Any) -> dict[str, Any]:
    """Return what a request on paper says."""
    return {
        "request": {
            "measure": measure,
            "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
            "urgency": "urgent",
            "reference": "DKR-44/2026",
            "confidential": True,
            "links": [],
            **more,
        },
        "subject": {"description": text("The logs"), "accounts": [], "period": None},
    }
