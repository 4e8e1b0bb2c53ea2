"""What migrations 0021 and 0022 make of a node that was kept before them."""

from importlib import import_module

import pytest
from django.apps import apps
from tests.docket.conftest import DeskOffice
from tests.docket.makers import BODIES

from comity.node.docket.verify import check_docket
from comity.node.models import DocketItem
from comity.node.search import reindex

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


@pytest.mark.usefixtures("office")
def test_the_index_is_made_anew_at_the_next_start() -> None:
    reindex.make_if_needed(lambda _done, _total: None)
    assert not reindex.is_needed()
    import_module("comity.node.migrations.0022_clocked").make_anew(apps, None)
    assert reindex.is_needed()
    assert reindex.make_if_needed(lambda _done, _total: None)
    assert not reindex.is_needed()
