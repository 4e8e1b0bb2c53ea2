"""An office of the demonstration: its people act through the API and sign on their own machines."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import Mode, OperationError, new_id
from comity.client.api import Api
from comity.client.approving import fetch_draft, sign_draft
from comity.demo.world import Person, Place, Teller
from comity.exchange import certify
from comity.exchange.certificates import enrolled
from comity.node.core.clock import now_at

WAIT_S: Final = 60.0
POLL_S: Final = 0.1


class DemoTimeoutError(OperationError, code="demo-timeout"):
    """Something the story waits for did not happen in time."""


@dataclass(frozen=True)
class Office:
    """One party with a case officer and an approver.

    Attributes:
        place: what was made for it.
        mode: live or exercise.
        case: session of the case officer.
        approver: session of the second officer.
    """

    place: Place
    mode: Mode
    case: Api
    approver: Api

    @property
    def party(self) -> str:
        """Return the party."""
        return self.place.party

    def now(self) -> datetime:
        """Return what this office's node takes for now: in an exercise, the exercise's time."""
        return now_at(self.place.config.clock_file)

    def send(
        self,
        message_type: str,
        sections: dict[str, Any],
        *,
        signatures: int,
        to: str | list[str] | None = None,
        conversation: str | None = None,
        about: str | None = None,
        facts: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Draft, let officers approve, send; return what was sent.

        Args:
            message_type: a type of the table.
            sections: by name.
            signatures: 0, 1 (author) or 2 (author and approver).
            to: the other side or sides, for an opening message.
            conversation: otherwise.
            about: content digest of the message answered, or None.
            facts: of the law, that no section can say; they stay with the draft.
        """
        wanted = {
            "type": message_type,
            "sections": sections,
            "to": [to] if isinstance(to, str) else to,
            "conversation": conversation,
            "about": about,
        }
        draft = self.case.post("/drafts", wanted)
        if facts:
            self.case.post(f"/drafts/{draft['id']}/facts", {"facts": facts})
        people = (("author", self.case), ("approver", self.approver))[:signatures]
        for role, session in people:
            self._approve(draft["id"], self.place.officers[role], role, session)
        sent: dict[str, Any] = self.case.post(f"/drafts/{draft['id']}/send")
        return sent

    def _approve(self, draft: str, person: Person, role: str, session: Api) -> None:
        moment = self.now()
        shown = fetch_draft(session, draft, now=moment)
        approval = sign_draft(
            shown,
            key=person.key,
            certificate=person.certificate,
            mode=self.mode,
            role=role,
            now=moment,
        )
        session.post(f"/drafts/{draft}/approvals", approval)

    def conversation(self, digest: str) -> dict[str, Any]:
        """Return a conversation as this office sees it."""
        found: dict[str, Any] = self.case.get(f"/conversations/{digest}")
        return found

    def wait_for(self, what: str, seen: Callable[[], Any]) -> Any:
        """Wait until something is true here, and return it.

        Raises:
            DemoTimeoutError: it did not come.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < WAIT_S:
            found = seen()
            if found:
                return found
            time.sleep(POLL_S)
        raise DemoTimeoutError(f"{self.party} waited in vain for {what}")

    def wait_message(self, conversation: str, message_type: str) -> dict[str, Any]:
        """Wait until a message of a type is in a conversation here; return it."""

        def seen() -> Any:
            try:
                messages = self.conversation(conversation)["timeline"]
            except OperationError:
                return None
            return next((m for m in messages if m["type"] == message_type), None)

        found: dict[str, Any] = self.wait_for(message_type, seen)
        return found

    def wait_receipt(self, conversation: str, content: str) -> dict[str, Any]:
        """Wait until a message of ours is receipted; return the receipt."""

        def seen() -> Any:
            messages = self.conversation(conversation)["timeline"]
            mine = next((m for m in messages if m["content"] == content), None)
            receipts = mine["receipts"] if mine else []
            return next((r for r in receipts if r.get("outcome")), None)

        found: dict[str, Any] = self.wait_for("the receipt", seen)
        return found


# The officer-ca of a demonstration or an exercise: certifies passkeys as people make them.
#
# In real life another person does this, on a machine without network; here nobody else is there.


HOLDS: Final = timedelta(days=1)
"""Short, since nobody watches over the passkeys of a demonstration."""


def certify_passkeys(office: Office, teller: Teller) -> int:
    """Certify each passkey of the office that waits for it; return how many there were.

    Raises:
        NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
    """
    waiting = {"case": office.case, "approver": office.approver}
    return sum(
        certify_passkey(office.place, name, session, teller.say)
        for name, session in waiting.items()
    )


def certify_passkey(
    place: Place, name: str, session: Api, tell: Callable[[str], None], *, holds: timedelta = HOLDS
) -> bool:
    """Certify one person's passkey, if it waits; tell whether it did.

    Args:
        place: whose officer-ca certifies; its node's clock dates the certificate.
        name: of the person, for what is told.
        session: of that person.
        tell: is told of a passkey that was certified.
        holds: how long the certificate holds.

    Raises:
        NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
    """
    found = session.get("/me/passkey")
    if found["certified"] or found["wanted"] is None:
        return False
    at = now_at(place.config.clock_file)
    certificate = enrolled(
        found["wanted"],
        certificate_id=new_id(at, os.urandom(10)),
        not_before=at,
        not_after=at + holds,
    )
    envelope = certify(certificate, place.officer_ca)
    session.post(f"/officers/{certificate.officer}/certificate", envelope.value)
    tell(
        f"certified the passkey of {place.party} {name}: "
        "in real life another person does this on a machine without network"
    )
    return True
