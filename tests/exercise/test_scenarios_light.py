"""Pages of the longest scenarios cost a thin line no more than any other."""

import gzip

import pytest
from django.test import Client

MOST_BYTES = 20_000
"""What a page may weigh on the line, as everywhere on the desk."""


@pytest.mark.parametrize("name", ["hospital-ransomware", "payment-recall"])
def test_pages_of_the_longest_scenarios_are_light(trainer: Client, name: str) -> None:
    trainer.cookies["django_language"] = "ar"
    paths = ["", "/run"]
    sizes = {
        path: len(gzip.compress(trainer.get(f"/scenarios/{name}{path}").content)) for path in paths
    }
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}
