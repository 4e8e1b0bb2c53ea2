"""A scenario of the office's own, changed by forms as its trainer does."""

import re
from typing import Any

from django.test import Client

from comity.drills.reading import edition, read_scenario
from comity.node.exercise import scenario_library

NAME = "border-case"


def hidden(page: str) -> str:
    found = re.search(r'name="edition" value="(sha256:[0-9a-f]{64})"', page)
    assert found
    return found[1]


def post(client: Client, path: str, **more: str) -> Any:
    """Post a form as it stands on the page, with some fields changed."""
    began = hidden(client.get(path).content.decode())
    return client.post(path, {"edition": began, **more})


def edition_now(name: str = NAME) -> str:
    return edition(scenario_library.files_of(name))


def text_of(name: str, lang: str, key: str) -> str:
    return read_scenario(name, scenario_library.files_of(name)).texts[lang][key]
