"""Acts on what the office sets itself."""

from typing import Final

from tests.actions.sample import Sample

SAMPLES: Final = {
    "setting.set": Sample(
        who="operator",
        place=lambda _made: {"name": "goal_decided_hours"},
        said=lambda _made: {"value": "700"},
        again=True,
    ),
}
