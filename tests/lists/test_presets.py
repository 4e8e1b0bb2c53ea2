"""What a ministry takes away from the rights of a small office, walked through every address."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.api.test_rights import OPERATIONS, filled, right_of
from tests.desk.test_rights import PAGES, POSTED, PUBLIC_PAGES, path_of
from tests.docket.conftest import DeskOffice
from tests.walks import sampled

from comity.node.core.config import MINISTRY, SMALL_OFFICE
from comity.node.models import Officer
from comity.node.people.access import staff
from comity.node.people.permissions import MINISTRY_WITHOUT, PRESETS, RIGHTS, Right, may

type SignedIn = Callable[[Officer], Client]
FEWER = sorted(MINISTRY_WITHOUT)
pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture
def ministry(office: DeskOffice, settings: Any) -> DeskOffice:
    settings.CONFIG = replace(office.node.config, roles=MINISTRY)
    return office


def somebody(office: DeskOffice, role: str) -> Officer:
    return staff.add(name=f"one-{role}", role=role, at=office.at, by="x")[0]


def test_a_preset_gives_every_role_and_takes_away_only_what_is_named() -> None:
    assert set(PRESETS[MINISTRY]) == set(PRESETS[SMALL_OFFICE]) == set(RIGHTS)
    taken = {role: RIGHTS[role] - PRESETS[MINISTRY][role] for role in RIGHTS}
    assert {role: less for role, less in taken.items() if less} == dict(MINISTRY_WITHOUT)
    assert not [role for role in RIGHTS if PRESETS[MINISTRY][role] - RIGHTS[role]]


def test_no_right_is_left_without_anybody_in_a_ministry() -> None:
    assert set().union(*PRESETS[MINISTRY].values()) == set(Right)


def test_the_duty_officer_of_a_ministry_takes_in_no_evidence_and_the_operator_keeps_people(
    ministry: DeskOffice,
) -> None:
    people = {role: somebody(ministry, role) for role in RIGHTS}
    wanted = (Right.EVIDENCE, Right.PEOPLE)
    has = {(role, one) for role, who in people.items() for one in wanted if may(who, one)}
    assert has == {
        ("case", Right.EVIDENCE), ("examiner", Right.EVIDENCE), ("operator", Right.PEOPLE)
    }  # fmt: skip


@pytest.mark.parametrize("role", sampled(FEWER, FEWER[:1]))
def test_pages_are_as_the_ministry_says(ministry: DeskOffice, desk: SignedIn, role: str) -> None:
    client, has = desk(somebody(ministry, role)), PRESETS[MINISTRY][role]
    wrong = []
    for name in sorted(set(PAGES) - PUBLIC_PAGES):
        answer = (client.post if name in POSTED else client.get)(path_of(name))
        allowed = PAGES[name][1].right in has
        if (answer.status_code == 403) == allowed or answer.status_code >= 500:
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("role", FEWER)
def test_calls_are_as_the_ministry_says(ministry: DeskOffice, api: SignedIn, role: str) -> None:
    client, has = api(somebody(ministry, role)), PRESETS[MINISTRY][role]
    wrong = []
    for method, path in OPERATIONS:
        answer = client.generic(
            method, f"/api/v1{filled(path)}", b"{}", content_type="application/json"
        )
        allowed = right_of(method, path) in has
        if (answer.status_code == 403) == allowed:
            wrong.append((method, path, answer.status_code))
    assert wrong == []
