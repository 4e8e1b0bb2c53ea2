"""The pictures in the documents show the pages as they are, large enough to be read."""

import pytest
from PIL import Image
from tests.desk.pictures import KEPT, READABLE, looks_digest, shown_digest


@pytest.mark.long
def test_the_pictures_are_not_older_than_the_pages_that_they_show() -> None:
    shown = shown_digest((KEPT / "README.md").read_text("utf-8"))
    assert shown == looks_digest(), "run make pictures"


@pytest.mark.long
def test_each_picture_of_a_desk_can_be_read() -> None:
    small = []
    for path in sorted(KEPT.glob("*-desk-*.webp")):
        with Image.open(path) as picture:
            if picture.width < READABLE:
                small.append(path.name)
    assert small == [], "run make pictures"


def test_an_index_names_the_digest_of_what_it_shows() -> None:
    assert looks_digest() == looks_digest()
    assert shown_digest(f"Templates and styles shown: `{looks_digest()}`.") == looks_digest()
    assert shown_digest("no digest") == ""
