"""A second account is no second person: who may confirm what another officer ordered destroyed."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import get_user_model
from tests.docket.conftest import T0, DeskOffice
from tests.privacy.cases import note, ordered, state

from comity.canonical import new_id
from comity.docket import Item
from comity.exchange import Certificate, certify
from comity.exchange.certificates import certificate_record
from comity.keys import Jws, PrivateKey
from comity.node.log import audit
from comity.node.messages.second_officer import SecondOfficerError
from comity.node.models import DocketEntry, Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(office: DeskOffice) -> Item:
    """A destruction that the approver ordered."""
    return office.do("review.ordered", ordered(f"item:{note(office).id}"), who="approver")


def certificate(office: DeskOffice, officer: str) -> Jws:
    """Return a good certificate of the office's officer-ca."""
    made = Certificate(
        id=new_id(T0, bytes(10)),
        party=office.node.party,
        mode=office.node.config.mode,
        officer=officer,
        roles=("author",),
        key=PrivateKey("ES256", ec.generate_private_key(ec.SECP256R1())).public,
        not_before=T0 - timedelta(days=1),
        not_after=T0 + timedelta(days=300),
    )
    return certify(made, office.place.officer_ca)


def colleague(
    office: DeskOffice,
    *,
    made_by: str = "operator",
    certified_by: str | None = "operator",
    later: timedelta = timedelta(0),
) -> Officer:
    """Add an officer, certified if somebody did so, ``later`` than the office began."""
    user = get_user_model().objects.create_user(username="mallory")
    found = Officer.objects.create(user_id=user.pk, identifier="officer-second", role="case")
    at, name = T0 + later, found.identifier
    audit.note(at=at, actor=made_by, action="account.added", subject=name, detail="case")
    if certified_by:
        envelope = certificate(office, name)
        Officer.objects.filter(pk=found.pk).update(certificate=envelope.record)
        record = certificate_record(envelope)
        audit.note(
            at=at, actor=certified_by, action="officer.certified", subject=record, detail=name
        )
    office.people["second"] = Officer.objects.get(pk=found.pk)
    return office.people["second"]


def confirmed(office: DeskOffice, review: Item, who: str = "second") -> str:
    """Confirm an order; return the state of the review, or why it was refused."""
    entry = review.entries[-1].entry
    try:
        office.do(
            "review.destroyed", {"entry": entry.digest, "remark": None}, who=who, item=review.id
        )
    except SecondOfficerError as fault:
        return str(fault.facts["reason"])
    return state(review)


def kept(review: Item) -> bool:
    subject = str(review.told["subject"]).removeprefix("item:")
    return DocketEntry.objects.filter(item=subject, salt__isnull=False).exists()


def test_an_officer_certified_before_the_order_confirms_it(
    office: DeskOffice, review: Item
) -> None:
    colleague(office)
    assert confirmed(office, review) == "destroyed"
    assert not kept(review)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"certified_by": None}, "certificate"),
        ({"later": timedelta(days=1)}, "later"),
        ({"made_by": "approver"}, "made"),
        ({"certified_by": "approver"}, "made"),
    ],
)
def test_a_second_account_of_the_same_person_destroys_nothing(
    office: DeskOffice, review: Item, told: dict[str, Any], reason: str
) -> None:
    colleague(office, **told)
    assert confirmed(office, review) == reason
    assert kept(review)


@pytest.mark.parametrize("word", ["account.password-set", "account.enabled", "factor.reset"])
def test_whoever_ordered_lends_itself_no_colleagues_account(
    office: DeskOffice, review: Item, word: str
) -> None:
    second = colleague(office)
    audit.note(at=office.at, actor="approver", action=word, subject=second.identifier)
    assert confirmed(office, review) == "made"
    assert kept(review)
    audit.note(at=office.at, actor="mallory", action="password.changed", subject=second.identifier)
    assert confirmed(office, review) == "destroyed"


def test_the_certificate_of_another_or_of_the_same_key_counts_for_nobody(
    office: DeskOffice, review: Item
) -> None:
    second = colleague(office)
    approver = office.people["approver"]
    Officer.objects.filter(pk=second.pk).update(certificate=bytes(approver.certificate or b""))
    assert confirmed(office, review) == "certificate"
    Officer.objects.filter(pk=second.pk).update(certificate=b"{}")
    assert confirmed(office, review) == "certificate"
