"""Statistics name a partner as every other page does: its State first, then its code."""

from collections.abc import Callable
from typing import Final

import pytest
from django.test import Client
from tests.docket.conftest import SENEGAL, DeskOffice

from comity.node.core.clock import now
from comity.node.models import Conversation, Officer

pytestmark = pytest.mark.django_db
NAMES: Final = (("en", "Senegal"), ("fr", "Sénégal"), ("ar", "السنغال"))


def test_a_partner_is_named_by_its_state_in_the_readers_language(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    Conversation.objects.create(
        digest=f"sha256:{1:064}", opener=SENEGAL, members=[office.node.party, SENEGAL],
        type="request.submitted", measure="preservation", case="2026-000001", main="submitted",
        opened_at=now(), moved_at=now(),
    )  # fmt: skip
    client = desk(office.people["case"])
    for lang, name in NAMES:
        page = client.get("/statistics", headers={"accept-language": lang}).text
        table = page.partition('aria-labelledby="split-partners"')[2].partition("</table>")[0]
        told = f'<th scope="row"><bdi>{name}</bdi> <bdi dir="ltr">{SENEGAL}</bdi></th>'
        assert told in table, lang
