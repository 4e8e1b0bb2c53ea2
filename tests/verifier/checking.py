"""What a person does with the page: chooses a folder and a trust file, and reads the verdict."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from comity.bundle.claims import WORDS
from comity.directory import TrustFile
from comity.verifier.tables import words


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for path, data in files.items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return folder


def check(page: Page, folder: Path, files: Mapping[str, bytes], trust: TrustFile | None) -> str:
    """Choose, start, wait; return the verdict's word."""
    page.set_input_files("#folder", put(folder / "bundle", files))
    if trust is not None:
        (folder / "trust.json").write_bytes(trust.data)
        page.set_input_files("#trust", folder / "trust.json")
        page.wait_for_selector("#trust-state li")
    page.click("#check")
    verdict, said = page.inner_text("#verdict"), words(page.input_value("#language"))
    headings = page.locator("h3.word").all_inner_texts()
    assert headings == [said[f"word-{word}"] for word in WORDS], "each claim is under its word"
    return verdict
