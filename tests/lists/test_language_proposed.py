"""A form proposes the language of its page for what is typed, or one that the reader accepts."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import translation
from tests.docket.conftest import DeskOffice, recorded, text
from tests.walks import every

from comity.demo.world import ASKING
from comity.node.compose.requirements import language_warning
from comity.node.messages import drafts
from comity.node.models import Officer
from comity.node.service.handle import this_service
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


@pytest.mark.django_db
def test_an_answer_in_a_language_that_the_partner_does_not_accept_is_warned_of(
    office: DeskOffice, desk: As
) -> None:
    note = {"note": {"text": text("Qui veille ?")}}
    opened = drafts.prepare(
        office.node, message_type="consultation.note", values=note, by="case", members=(ASKING,)
    )
    row = recorded(office, opened)
    client = desk(office.people["case"])
    client.cookies["django_language"] = "ar"
    path = f"/conversations/{row.digest}/consultation.note"
    with translation.override("ar"):
        told = language_warning(this_service().node, [ASKING], ["ar"])
    assert told

    def warned(page: str) -> bool:
        return told in unescape(re.sub(r"</?bdi[^>]*>", "", page))

    form = client.get(path).text
    assert warned(form)
    assert '<option value="ar" selected>' in form, "the officer's language is kept"
    said = {"lang": "ar", "note-text": "نعم"}
    answer = client.post(path, said)
    assert answer.status_code == 302, "a warning stops nothing"
    assert warned(client.get(answer.headers["Location"]).text)
    assert not warned(client.post(path, {**said, "lang": "en", "look": "1"}).text)
