"""Acts on technical solutions."""

from typing import Any, Final

from tests.actions.sample import Made, Sample
from tests.api.nodes import text


def _given_up(made: Made) -> dict[str, Any]:
    from comity.node.models import SolutionRow

    SolutionRow.objects.filter(digest=made["solutions digest"]).update(stage="failed")
    return {}


def _digest(made: Made) -> dict[str, Any]:
    return {"digest": made["solutions digest"]}


SAMPLES: Final = {
    "solution.fetch": Sample(who="author", first=_given_up, place=_digest),
    "solution.offer": Sample(
        who="author",
        place=_digest,
        said=lambda made: {"conversation": made["need"]},
        again=True,
    ),
    "solution.withdraw": Sample(
        who="author",
        place=_digest,
        said=lambda _made: {"reasons": text("It matches honest mail."), "replaced_by": "1.0.1"},
    ),
}
