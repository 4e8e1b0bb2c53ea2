"""A certificate is renewed from thirty days before its end, and after it too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.canonical import encode, new_id
from comity.exchange.certificates import RelyingParty, certify, parse_certificate
from comity.node.core.clock import now
from comity.node.health.checks import checks
from comity.node.health.findings import told
from comity.node.health.status import condition
from comity.node.messages import officer_ca
from comity.node.models import Officer
from comity.node.people.access import staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOST, ORIGIN = "node.example", "https://node.example:8700"


def certified(office: DeskOffice, *, until: datetime) -> Officer:
    """Return the author, whose passkey is certified until a moment."""
    held, person = office.people["case"], office.place.officers["author"]
    before = parse_certificate(person.certificate.payload)
    made = replace(
        before,
        id=new_id(until, bytes(10)),
        not_before=until - 60 * DAY,
        not_after=until,
        webauthn=RelyingParty(rp_id=HOST, origin=ORIGIN),
    )
    held.certificate = encode(certify(made, office.place.officer_ca).value)
    held.passkey = {"jwk": dict(made.key.jwk), "origin": ORIGIN, "rp_id": HOST}
    held.save(update_fields=["certificate", "passkey"])
    return held


def row_of(office: DeskOffice, held: Officer, at: datetime) -> dict[str, Any]:
    rows = officer_ca.rows_to_certify(office.node, at=at)
    return next(row for row in rows if row["officer"].pk == held.pk)


@pytest.mark.parametrize(
    ("left", "offered", "counts"),
    [(31 * DAY, False, True), (29 * DAY, True, True), (-DAY, True, False)],
)
def test_a_renewal_is_offered_for_a_year_once_the_end_is_near_or_past(
    office: DeskOffice, left: timedelta, offered: bool, counts: bool
) -> None:
    at = now()
    held = certified(office, until=at + left)
    row = row_of(office, held, at)
    assert (row["made"] is not None, row["certified"]) == (offered, counts)
    if row["made"] is not None:
        assert row["made"].not_after == at + officer_ca.CERTIFICATE_LIFE
        assert {"jwk": dict(row["made"].key.jwk)}.items() <= (held.passkey or {}).items()


def test_pages_and_system_health_say_which_certificates_are_to_be_renewed(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    operator = staff.add(name="admin", role="operator", at=now(), by="test")[0]
    Officer.objects.filter(pk=operator.pk).update(first_password=False)
    page = desk(Officer.objects.get(pk=operator.pk))

    def health() -> dict[str, Any]:
        at = now()
        found = checks(office.node, condition(office.node, at=at), at=at)
        return told(next(one for one in found if one.key == "certificates"))

    held = certified(office, until=now() + 300 * DAY)
    assert health()["stands"] == "good"
    person = f"/people/{held.identifier}"
    assert "certified to sign" in page.get(person).text
    certified(office, until=now() + 20 * DAY)
    assert health()["found"].startswith("1 have expired or expire within 30 days")
    assert "certified to sign until" in page.get(person).text
    assert "; renew" in page.get("/people/certificates").text
    certified(office, until=now() - DAY)
    assert health()["stands"] == "soon"
    assert "certificate expired" in page.get(person).text
    listed = page.get("/people/certificates").text
    assert "certificate expired" in listed
    assert "data-payload" in listed or "Certify" in listed
    held.user.is_active = False
    held.user.save()
    assert health()["stands"] == "good"  # who left needs none
