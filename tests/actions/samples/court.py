"""Acts on court bundles."""

from typing import Final

from tests.actions.sample import Sample

SAMPLES: Final = {
    "export.ask": Sample(
        who="author",
        said=lambda made: {"case": made["case"], "reason": "For the court"},
        again=True,
    ),
}
