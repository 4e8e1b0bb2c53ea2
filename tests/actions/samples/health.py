"""Acts on what was found about the node."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _refused(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.models import Refusal

    row = Refusal.objects.create(
        job="poll", party="za/contact-point", fault="partner-refused: not-for-us", since=now()
    )
    return {"refusal": row.pk}


SAMPLES: Final = {
    "refusal.retry": Sample(
        who="operator", first=_refused, place=lambda made: {"number": made["refusal"]}
    ),
}
