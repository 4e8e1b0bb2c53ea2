"""Packages that nobody explained: listed, and destroyed only once somebody confirmed."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.canonical import digest_text
from comity.evidence.blocks import BlockHasher
from comity.node.evidence.transfer import unclaimed_packages
from comity.node.models import AuditRow, Officer, StrayPackage
from comity.node.service.handle import this_service

type SignedIn = Callable[[Officer], Client]
DATA = b"sealed by somebody" * 64


@pytest.fixture
def root(office: DeskOffice) -> str:
    """A package that a carrier brought; its root in hex."""
    hasher = BlockHasher()
    hasher.update(memoryview(DATA))
    name, service = hasher.root(), this_service()
    unclaimed_packages.take(
        office.node,
        service.committer,
        root=name,
        size_bytes=len(DATA),
        pieces=[DATA],
        carrier="stick-4",
    )
    return digest_text(name).removeprefix("sha256:")


def test_nothing_goes_before_somebody_confirms(
    office: DeskOffice, desk: SignedIn, root: str
) -> None:
    client = desk(office.people["case"])
    listed = client.get("/strays").text
    assert f"sha256:{root}" in listed
    assert "stick-4" in listed
    for answer in (client.get(f"/strays/{root}"), client.post(f"/strays/{root}")):
        assert answer.status_code == 200
        assert "Deleted permanently" in answer.text
        assert StrayPackage.objects.count() == 1
    assert client.post(f"/strays/{root}", {"confirmed": "1"}).status_code == 302
    assert not StrayPackage.objects.exists()
    assert AuditRow.objects.filter(action="package.forgotten", actor="case").count() == 1
    assert "No unmatched packages" in client.get("/strays").text


@pytest.mark.parametrize("name", ["0" * 64, "x", "sha256:" + "0" * 64])
def test_what_is_not_here_is_not_destroyed(
    office: DeskOffice, desk: SignedIn, root: str, name: str
) -> None:
    client = desk(office.people["case"])
    assert client.post(f"/strays/{name}", {"confirmed": "1"}).status_code == 404
    assert StrayPackage.objects.filter(root=f"sha256:{root}").exists()


@pytest.mark.parametrize("who", ["approver", "auditor", "translator"])
def test_it_takes_the_right_that_the_api_asks_for(
    office: DeskOffice, desk: SignedIn, root: str, who: str
) -> None:
    client = desk(office.people[who])
    for path in ("/strays", f"/strays/{root}"):
        assert client.get(path).status_code == 403
    assert client.post(f"/strays/{root}", {"confirmed": "1"}).status_code == 403
    assert StrayPackage.objects.exists()
