"""The short form of a bundle's first page in seven languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def summaries() -> Mapping[str, str]:
    """Return language (BCP 47) -> text, in the order of the file."""
    data = files("comity.bundle").joinpath("readme_words.toml").read_text("utf-8")
    return tomllib.loads(data)
