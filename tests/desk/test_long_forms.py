"""A form is refused by its length, before anybody reads it or asks who sent it."""

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory

from comity.node.evidence.upload_handlers import MAX_FORM_BYTES

ITEM = "01890a5d-ac96-774b-bcce-b302099a8057"


def form() -> HttpRequest:
    """Return a form with a file."""
    return RequestFactory().post("/sign-in", {"scan": SimpleUploadedFile("oath", b"%PDF-1.7")})


def test_the_files_of_no_form_go_to_the_disk_if_it_is_too_long() -> None:
    assert form().FILES.keys() == {"scan"}
    long = form()
    long.META["CONTENT_LENGTH"] = str(MAX_FORM_BYTES + 1)
    with pytest.raises(RequestDataTooBig):
        _ = long.FILES


def test_a_visitors_form_is_refused_before_its_origin_is_looked_for_in_it() -> None:
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    files = {"scan": SimpleUploadedFile("oath", b"%PDF-1.7")}
    answer = visitor.post("/sign-in", files, CONTENT_LENGTH=str(MAX_FORM_BYTES + 1))
    assert answer.status_code == 400  # Django's own answer


@pytest.mark.parametrize("path", [f"/translations/{ITEM}", "/mail/take-in"])
def test_a_page_that_takes_files_says_that_one_is_too_large(path: str) -> None:
    answer = Client().generic("POST", path, b"", CONTENT_LENGTH=str(MAX_FORM_BYTES + 1))
    assert answer.status_code == 413
