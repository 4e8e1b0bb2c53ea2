"""The payload in valid things of every kind is shown as text on the page of each."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from tests.security.conftest import Desk
from tests.security.hostile import MARK, PAYLOAD, alive
from tests.security.planted import planted

from comity.node.core.clock import now
from comity.node.models import MessageRow, Officer
from comity.node.people import accounts


@pytest.mark.full
def test_it_is_text_on_the_page_of_each_kind_of_thing(desk: Desk, tmp_path: Path) -> None:
    evil = accounts.add_person(
        name="evil", role="case", password="a long phrase for tests", at=now(), by="x"
    )
    # No act takes such a name any more; a page shows whatever stands in the register.
    get_user_model().objects.filter(username="evil").update(username=PAYLOAD[:140])
    pages = planted(desk, evil.identifier, tmp_path)
    assert set(MessageRow.objects.values_list("outgoing", flat=True)) == {True, False}
    unmarked, wrong = set(), {}
    for name, (who, path) in pages.items():
        answer = desk.browser(who).get(path, follow=True)
        page = answer.content.decode()
        if answer.status_code != 200:
            unmarked.add(f"{name} {answer.status_code}")
        if MARK not in page:
            unmarked.add(name)
        if found := alive(page):
            wrong[name] = found
    assert (unmarked, wrong) == (set(), {})
    for lang in (code for code in django_settings.LANGUAGE_NAMES if code != "en"):
        Officer.objects.update(language=lang)
        for name, (who, path) in pages.items():
            client = desk.browser(who)
            client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = lang
            if found := alive(client.get(path, follow=True).content.decode()):
                wrong[f"{lang} {name}"] = found
    assert wrong == {}
