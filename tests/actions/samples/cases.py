"""Acts on a case itself."""

from typing import Final

from tests.actions.sample import Sample

SAMPLES: Final = {
    "case-subject.change": Sample(
        who="author",
        place=lambda made: {"case": made["case"]},
        said=lambda _made: {"text": "Fraud: login records of one mail account"},
        again=True,
    ),
}
