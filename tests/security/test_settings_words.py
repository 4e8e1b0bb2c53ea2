"""The page of settings tells every member of the operator's file, and of a secret only that."""

import dataclasses

from comity.node.core.config import NodeConfig
from comity.node.integrations.labels import RIGHT
from comity.node.operations import config_display
from comity.node.operations.pages.settings.labels import FILE
from comity.node.people.permissions import Right


def test_every_member_has_a_word() -> None:
    members = {one.name for one in dataclasses.fields(NodeConfig)} - {"folder"}
    assert set(FILE) == members


def test_every_right_that_a_token_may_name_has_a_word() -> None:
    assert set(RIGHT) == set(Right)


def test_where_a_secret_lies_is_not_told() -> None:
    suspected = {
        one.name
        for one in dataclasses.fields(NodeConfig)
        if any(word in one.name for word in ("secret", "password", "key_file", "credential"))
    }
    assert suspected == config_display.SECRET
