"""An office enters authorities and providers of States that exist."""

import pytest
from tests.docket.conftest import DeskOffice, authority

from comity.canonical import MisuseError

pytestmark = pytest.mark.django_db
PROVIDER = {
    "name": "Mail Example", "legal_name": None, "country": "za", "contacts": [],
    "accepts": ["portal"], "retention": [], "tells_its_users": "unknown",
    "source": "Web page of the provider", "as_of": "2026-02-28T08:00:00Z",
}  # fmt: skip


def test_a_state_that_does_not_exist_is_refused_with_a_suggestion(office: DeskOffice) -> None:
    for act, said in (
        ("authority.entered", authority() | {"party": "vm/ministry-of-justice"}),
        ("provider.entered", PROVIDER | {"country": "vm"}),
    ):
        with pytest.raises(MisuseError, match=r"no State has the code 'vm'.*vn \(Viet Nam\)"):
            office.do(act, said)
    office.do("authority.entered", authority())
    office.do("provider.entered", PROVIDER)
    office.do("provider.entered", PROVIDER | {"country": None})
