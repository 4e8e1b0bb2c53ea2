"""Acts of the docket: one of each address; which act it is stands in the table of acts."""

from typing import Final

from tests.actions.sample import Sample
from tests.desk import home

_TAKEN: Final = {"owner": "Lt Khumalo", "reference": None, "due": "2027-01-05T00:00:00Z"}

SAMPLES: Final = {
    "docket-item.begin": Sample(
        who="author",
        said=lambda made: {"act": "referral.sent", "said": home.slip(), "case": made["case"]},
        again=True,
    ),
    "docket-act.do": Sample(
        who="author",
        place=lambda made: {"item": made["docket item"]},
        said=lambda _made: {"act": "referral.accepted", "said": _TAKEN},
    ),
    "translation-act.do": Sample(
        who="translator",
        place=lambda made: {"item": made["translations item"]},
        said=lambda _made: {"act": "translation.taken", "said": {"translator": "Ana Ruiz"}},
    ),
}
