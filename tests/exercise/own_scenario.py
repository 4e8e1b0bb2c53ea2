"""A scenario of the office's own: a copy of a shipped one, as a trainer sends it."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.drills.reading import edition, read_scenario
from comity.files.drills import read_shipped
from comity.node.exercise import scenario_library

NAME = "border-case"
SAVED_AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def copied(name: str = NAME, source: str = "first-night") -> dict[str, bytes]:
    files = read_shipped(source)
    plan = files["scenario.toml"].replace(f'"{source}"'.encode(), f'"{name}"'.encode(), 1)
    return {**files, "scenario.toml": plan}


def zipped(files: dict[str, bytes], before: str = "mine/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(before + path, data)
    return out.getvalue()


def upload(client: Client, data: bytes) -> Any:
    return client.post("/scenarios/upload", {"file": SimpleUploadedFile("mine.zip", data)})


def change(path: str, old: str, new: str, name: str = NAME) -> None:
    """Keep a scenario with one of its files changed."""
    files = scenario_library.files_of(name)
    text = files[path].decode()
    assert old in text
    changed = {**files, path: text.replace(old, new, 1).encode()}
    scenario_library.change(name, changed, began=edition(files), at=SAVED_AT, by="trainer")


def edition_now(name: str = NAME) -> str:
    return edition(scenario_library.files_of(name))


def text_of(name: str, lang: str, key: str) -> str:
    return read_scenario(name, scenario_library.files_of(name)).texts[lang][key]
