"""Every member of the operator's file has words on the page of settings."""

import dataclasses

from comity.node.config import NodeConfig
from comity.node.desk.office_settings import words
from comity.node.office import own


def test_every_setting_has_words() -> None:
    assert set(words.FILE) == {f.name for f in dataclasses.fields(NodeConfig)} - {"folder"}
    assert set(words.OWN) == set(own.KNOWN)
