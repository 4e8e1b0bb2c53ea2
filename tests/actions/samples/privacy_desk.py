"""Acts at the desk of data protection."""

from typing import Final

from tests.actions.sample import Sample

SAMPLES: Final = {
    "holdings.find": Sample(
        who="author", said=lambda _made: {"words": ["not", "needed"]}, again=True
    ),
}
