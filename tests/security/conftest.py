"""An office in this process with something of each kind in it, and a browser for each role."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.desk.test_rights import FILLED, PAGES, POSTED
from tests.docket.conftest import DeskOffice, authority, text
from tests.programs.conftest import config, inside

from comity.demo.world import Place
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.messages import drafts
from comity.node.models import DraftRow, Officer, Original
from comity.node.people import accounts
from comity.node.people.permissions import RIGHTS, Right
from comity.node.service.handle import command_service
from comity.node.web.permissions import PUBLIC

__all__ = ["config", "inside"]
ROLES = tuple(role.value for role in Officer.Role)


@dataclass
class Desk:
    """The office with its people, what is in it, and who is signed in where."""

    office: DeskOffice
    people: dict[str, Officer]
    names: dict[str, str]
    browsers: dict[str, Client] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        """Return a browser in which somebody of a role is signed in."""
        if role not in self.browsers:
            client = self.browsers[role] = Client(raise_request_exception=False)
            answer = client.post("/sign-in", {"name": role, "password": PASSWORD})
            assert answer.status_code == 302
        return self.browsers[role]

    def token(self, role: str) -> dict[str, str]:
        """Return the fields by which a program of somebody of a role comes in."""
        if role not in self.secrets:
            self.secrets[role] = accounts.make_token(role, label="x", at=now(), by="x")
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def path(self, name: str) -> str:
        """Return the address of a page, filled with what is there."""
        place = PAGES[name][0]
        return "/" + re.sub(r"<([^>]+)>", lambda found: self.filled(name, found[1]), place)

    def filled(self, page: str, part: str) -> str:
        return self.names.get(f"{page} {part}") or self.names.get(part) or FILLED[part]

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Yield each page: name, address, and a role that may see it, or nobody's."""
        for name, (_, view) in sorted(PAGES.items()):
            yield name, self.path(name), role_with(view.right)

    def ask(self, name: str, role: str, **more: Any) -> Any:
        """Open a page, by the method that it is opened with."""
        client = self.browser(role) if role else Client()
        method = client.post if name in POSTED else client.get
        return method(self.path(name), **more)


def role_with(right: Right | str) -> str:
    """Return a role that has a right, the one with most rights first; empty for public pages."""
    if right == PUBLIC:
        return ""
    able = [role for role in ROLES if right in RIGHTS[role]]
    return max(able, key=lambda role: len(RIGHTS[role]))


@pytest.fixture
def staff(db: None, config: NodeConfig) -> dict[str, Officer]:
    """Return somebody of each role, who can sign in by the role's name."""
    service = command_service()
    assert service.node.config == config
    return {
        role: accounts.add_person(name=role, role=role, password=PASSWORD, at=now(), by="x")
        for role in ROLES
    }


@pytest.fixture
def desk(staff: dict[str, Officer], inside: Place) -> Desk:
    """Return the office, with a request that came on paper, a draft, mail, an authority."""
    service = command_service()
    office = DeskOffice(inside, service.node, service.committer, staff, at=now())
    mail = office.received()
    known = office.do("authority.entered", authority())
    thread = office.written()
    draft = drafts.prepare(
        office.node,
        message_type="request.acknowledged",
        values={"acknowledgement": {"reference": "ZA-7", "note": text()}},
        by="case",
        conversation=thread.digest,
    )
    kept = Original.objects.get()
    names = {
        "str:number": thread.case,
        "str:digest": thread.digest,
        "str:message_type": "request.acknowledged",
        "str:draft_id": DraftRow.objects.get(pk=draft.pk).pk,
        "str:item": mail.id,
        "str:item_id": known.id,
        "slug:identifier": staff["case"].identifier,
        "str:officer": staff["case"].identifier,
        "original str:digest": kept.digest,
        "preview str:digest": kept.digest,
    }
    return Desk(office, staff, names)


@pytest.fixture
def strict() -> Callable[[str], Client]:
    """Sign in, in a browser that checks forms as a real one is checked."""

    def made(role: str) -> Client:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.get("/sign-in")
        token = client.cookies["comity-csrf"].value
        data = {"name": role, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert client.post("/sign-in", data).status_code == 302
        return client

    return made
