"""Every member of the operator's file has words on the page of settings."""

import dataclasses

from comity.node.core.config import NodeConfig
from comity.node.operations.pages.settings import labels
from comity.node.people import office_settings


def test_every_setting_has_words() -> None:
    assert set(labels.FILE) == {f.name for f in dataclasses.fields(NodeConfig)} - {"folder"}
    assert set(labels.OWN) == set(office_settings.KNOWN)
