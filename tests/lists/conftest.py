"""This process is an office's node, and its people look at their lists."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice, authority, place
from tests.docket.conftest import office as empty_office

from comity.node.core.clock import now
from comity.node.core.config import VARIABLE
from comity.node.core.node import this_node
from comity.node.models import Officer
from comity.node.models.people import SIGNED
from comity.node.people.accounts import make_token
from comity.node.people.signin.sessions import PASSKEY
from comity.node.service.handle import this_service

__all__ = ["empty_office", "place"]


@pytest.fixture
def office(
    empty_office: DeskOffice, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[DeskOffice]:
    """Return an office that this process serves."""
    monkeypatch.setenv(VARIABLE, str(empty_office.node.config.folder))
    settings.CONFIG = empty_office.node.config
    empty_office.at = now() - timedelta(hours=1)
    this_node.cache_clear()
    this_service.cache_clear()
    this_service().committer.open()
    empty_office.do("authority.entered", authority())
    yield empty_office
    this_node.cache_clear()
    this_service.cache_clear()


@pytest.fixture
def desk() -> Callable[[Officer], Client]:
    """Return how a browser signs in as somebody."""

    def signed_in(officer: Officer) -> Client:
        client, stamp = Client(headers={"host": "localhost"}), now().timestamp()
        client.force_login(officer.user)
        session = client.session
        session[SIGNED] = {
            "at": stamp, "seen": stamp, "role": officer.role, "way": PASSKEY, "client": "",
        }  # fmt: skip
        session.save()
        return client

    return signed_in


@pytest.fixture
def api() -> Callable[[Officer], Client]:
    """Return how a program calls as somebody."""

    def with_token(officer: Officer) -> Client:
        token = make_token(officer.user.get_username(), label="test", at=now(), by="test")
        return Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})

    return with_token
