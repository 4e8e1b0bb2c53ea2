"""What migration 0021 makes of a docket that was kept before it."""

from importlib import import_module

import pytest
from django.apps import apps
from tests.docket.conftest import DeskOffice
from tests.docket.makers import BODIES

from comity.node.docket_checking import check_docket
from comity.node.models import DocketItem

pytestmark = pytest.mark.django_db


def test_a_provider_entered_before_is_remembered_by_its_newest_name(office: DeskOffice) -> None:
    said = BODIES["provider.entered"]
    item = office.do("provider.entered", {**said, "name": "Old name"})
    office.do("provider.entered", {**said, "name": "N" * 150}, item=item.id)
    order = office.do("provider.entered", {**said, "name": "Another"})
    DocketItem.objects.filter(kind="provider").update(about="")  # as it was
    assert check_docket(office.node).faults
    before = DocketItem.objects.get(kind="authority").about
    import_module("comity.node.migrations.0021_lists").remember_names(apps, None)
    assert DocketItem.objects.get(item=item.id).about == "N" * 120
    assert DocketItem.objects.get(item=order.id).about == "Another"
    assert DocketItem.objects.get(kind="authority").about == before
    assert check_docket(office.node).faults == ()
