"""The log of a node warns of what its operator has to act on, and of no scanner."""

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from comity.node.site import urls

pytestmark = pytest.mark.django_db


def broken(_request: object) -> HttpResponse:
    raise RuntimeError("this page is broken")


urlpatterns = [*urls.urlpatterns, path("broken", broken)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the node's own handler writes."""
    out, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:]
    logging.config.dictConfig(settings.LOGGING)
    (handler,) = (one for one in root.handlers if one.name == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(out)
    yield out
    root.handlers[:] = before


@pytest.mark.urls(__name__)
def test_a_refused_request_is_information_and_a_broken_page_is_an_error(log: io.StringIO) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    asked = (
        client.get("/wp-login.php"),
        client.get("/api/v1/watch"),
        client.post("/sign-in", {"name": "x", "password": "y"}),
        client.get("/", HTTP_HOST="scanner.example"),
    )
    assert [one.status_code for one in asked] == [404, 401, 403, 400]
    lines = log.getvalue().splitlines()
    assert lines
    assert [line for line in lines if " INFO django." not in line] == []
    assert client.get("/broken").status_code == 500
    assert " ERROR django.request Internal Server Error: /broken" in log.getvalue()
    assert "this page is broken" in log.getvalue()
