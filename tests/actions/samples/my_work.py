"""Acts on work items."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _emergency(_made: Made) -> dict[str, Any]:
    from comity.node.cases.severity import Facts, Kind
    from comity.node.core.clock import now
    from comity.node.work.item import Matter
    from comity.node.work.rows import replace_found

    matter = Matter(facts=Facts(kind=Kind.DISK, late=True), subject="disk")
    replace_found([matter], at=now(), kinds=frozenset({Kind.DISK}))
    return {"incident": "disk:disk"}


def _filter(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.models import Officer
    from comity.node.my_work.criteria import Criteria
    from comity.node.my_work.saved_filters import save_filter

    officer = Officer.objects.get(user__username="author")
    row = save_filter(officer, "Overdue", Criteria(due="overdue"), shared=False, at=now())
    return {"number": row.pk}


SAMPLES: Final = {
    "work.acknowledge": Sample(
        who="duty", first=_emergency, said=lambda made: {"incident": made["incident"]}
    ),
    "work.assign": Sample(
        who="author",
        first=_emergency,
        said=lambda made: {"items": [made["incident"]], "owner": "me"},
        again=True,
    ),
    "work.export": Sample(who="author", said=lambda _made: {"kind": "mail"}, again=True),
    "work-filter.save": Sample(
        who="author", said=lambda _made: {"name": "Overdue", "due": "overdue"}
    ),
    "work-filter.remove": Sample(
        who="author", first=_filter, place=lambda made: {"number": made["number"]}
    ),
}
