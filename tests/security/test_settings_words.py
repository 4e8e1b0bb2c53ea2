"""The page of settings tells every member of the operator's file, and of a secret only that."""

import dataclasses

from comity.node.config import NodeConfig
from comity.node.desk.office_settings.words import FILE
from comity.node.desk.programs.words import RIGHT
from comity.node.office import shown
from comity.node.roles import Right


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
    assert suspected == shown.SECRET
