"""A form proposes the language of its page for what is typed, or one that the reader accepts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from tests.docket.conftest import DeskOffice
from tests.walks import every

from comity.node.models import Officer
from comity.node.web.form_fields import proposed_language

type As = Callable[[Officer], Client]


@every(
    "page, accepted, expected",
    [
        ("ar", (), "ar"),
        ("zh-hans", (), "zh"),
        ("km", (), "en"),
        ("ar", ("vi", "en"), "vi"),
        ("ar", ("en", "ar"), "ar"),
        ("fr", ("pt-BR",), "pt"),
        ("fr", ("km",), "fr"),
    ],
)
def test_the_language_proposed(page: str, accepted: tuple[str, ...], expected: str) -> None:
    with translation.override(page):
        assert proposed_language(accepted) == expected


@pytest.mark.django_db
def test_every_form_of_a_text_proposes_the_language_of_the_page(
    office: DeskOffice, desk: As
) -> None:
    row = office.written()
    client = desk(office.people["case"])
    client.cookies["django_language"] = "ar"
    for path in (
        f"/conversations/{row.digest}/request.acknowledged",
        f"/docket/new/note.written?case={row.case}",
        "/new/note",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert '<option value="ar" selected>' in page.text, path
