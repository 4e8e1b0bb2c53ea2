"""What somebody changed in node.toml between two starts stands in the audit, by name alone."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comity.node.core.config import NodeConfig
from comity.node.log.config_changes import (
    CHANGED,
    GUARDING,
    SecondFactorLoweredError,
    note_changes,
)
from comity.node.models import AuditRow
from comity.node.operations import page_header
from comity.node.people.accounts import add_person

AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def plain(tmp_path: Path) -> NodeConfig:
    return NodeConfig(folder=tmp_path, party="vn/contact-point", mode="live")


def test_every_member_that_is_compared_exists_and_has_a_default(plain: NodeConfig) -> None:
    assert set(GUARDING) <= {one.name for one in fields(NodeConfig)}
    assert note_changes(plain, at=AT) == []


def test_members_that_decide_who_comes_in_and_who_may_what_are_compared() -> None:
    wanted = {"second_factor", "destruction_officers", "roles", "idle_minutes", "proxies"}
    oidc = {one.name for one in fields(NodeConfig) if one.name.startswith("oidc_")}
    assert wanted | oidc - {"oidc_name"} <= set(GUARDING)


def test_the_first_start_names_what_is_not_as_shipped(plain: NodeConfig) -> None:
    assert note_changes(replace(plain, second_factor="required"), at=AT) == ["second_factor"]


def test_a_change_is_named_once_and_the_change_back_too(plain: NodeConfig) -> None:
    note_changes(plain, at=AT)
    weaker = replace(plain, destruction_officers=1, roles="ministry")
    assert set(note_changes(weaker, at=AT)) == {"destruction_officers", "roles"}
    assert note_changes(weaker, at=AT) == []
    assert set(note_changes(plain, at=AT)) == {"destruction_officers", "roles"}
    assert note_changes(plain, at=AT) == []
    rows = AuditRow.objects.filter(subject="roles")
    assert [(row.actor, row.action) for row in rows] == [("node", CHANGED)] * 2


def test_no_value_is_kept(plain: NodeConfig) -> None:
    told: dict[str, Any] = {
        "oidc_issuer": "https://login.example",
        "oidc_secret": "secret-file-name",
        "oidc_client": "our-client",
    }
    assert set(note_changes(replace(plain, **told), at=AT)) == set(told)
    kept = str(list(AuditRow.objects.values()))
    assert not [value for value in told.values() if value in kept]


def test_a_row_of_another_act_on_the_same_name_is_no_memory(plain: NodeConfig) -> None:
    AuditRow.objects.create(at=AT, actor="x", action="setting.changed", subject="roles", detail="y")
    assert note_changes(plain, at=AT) == []


def test_a_second_factor_is_lowered_with_a_reason_that_everybody_is_told(
    plain: NodeConfig, settings: Any
) -> None:
    note_changes(replace(plain, second_factor="required"), at=AT)
    with pytest.raises(SecondFactorLoweredError):
        note_changes(plain, at=AT)
    told = replace(plain, second_factor_reason="The keys come next week.")
    assert note_changes(told, at=AT) == ["second_factor"]
    row = AuditRow.objects.get(action="second-factor.lowered")
    assert row.detail == "The keys come next week."
    officer = add_person(
        name="hoa", role="case", password="hoa reads before signing", at=AT, by="x"
    )
    settings.CONFIG = told
    assert page_header.head_of(officer).lowered == "The keys come next week."
    settings.CONFIG = replace(told, second_factor="required")
    assert page_header.head_of(officer).lowered == ""
